#!/usr/bin/env bash
# Mutation testing: changes the code in one place at a time and runs the tests that have to notice.
#
#     tests/mutants.sh AREA [ARGUMENTS OF cargo mutants]
#     SHARD=0/4 tests/mutants.sh query          the first of four parts
#     tests/mutants.sh merge --iterate          again, but not those that were caught before
#
# AREA is merge, lint, query, seal or exchange. `cargo install cargo-mutants --locked` installs what it needs. The
# outcome lies in target/mutants-out/AREA; tests/mutants-listed.md says which survivors are accepted, and why.
set -euo pipefail
cd "$(dirname "$0")/.."

area=${1:?AREA: merge, lint, query, seal or exchange}
shift
case $area in
merge)    files='src/merge/**'         tests=(merge:: laws:: cases::) ;;
lint)     files='src/lint/**'          tests=(lint:: entries:: secrets:: guard:: leaks::) ;;
query)    files='src/query/**'         tests=(query:: queries:: everyday:: meetings::) ;;
seal)     files='src/seal/**'          tests=(seal:: secrets:: keys:: machines:: hostile::) ;;
exchange) files='src/sync/exchange/**' tests=(sync:: simulator:: concurrency:: rewritten:: collide::) ;;
*)        echo "no such area: $area" >&2; exit 2 ;;
esac
out=$PWD/target/mutants-out/$area
mkdir -p "$out"
# Each mutant is one small change: what it does not touch is not built again.
export CARGO_INCREMENTAL=1 CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}/mutants"
export PROPTEST_CASES=${PROPTEST_CASES:-300} ONEONONE_SIMULATOR=${ONEONONE_SIMULATOR:-300}
cargo mutants --file "$files" --output "$out" --jobs 1 ${SHARD:+--shard "$SHARD"} "$@" \
    -- --locked --lib --test oneonone -- "${tests[@]}"
