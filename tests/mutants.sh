#!/usr/bin/env bash
# Mutation testing: cargo-mutants changes the code in one place at a time, and the tests have to notice.
#
#     tests/mutants.sh AREA [ARGUMENTS OF cargo mutants]
#     SHARD=0/4 tests/mutants.sh query          the first of four parts
#     tests/mutants.sh merge --iterate          again, but not those that were caught before
#     WHOLE=1 tests/mutants.sh seal --iterate   the survivors again, with the tests from outside
#
# AREA is merge, lint, query, seal or exchange. `cargo install cargo-mutants --locked` installs what it needs. The
# outcome lies in target/mutants/AREA; tests/mutants-listed.md says which survivors are accepted, and why.
#
# All but exchange are pure layers over `model`. They are built without the others, which takes seconds in the place of a
# minute a mutant; WHOLE=1 builds everything.
set -euo pipefail
cd "$(dirname "$0")/.."

area=${1:?AREA: merge, lint, query, seal or exchange}
shift
files="src/$area/**" layers=(model "$area") outside=()
case $area in
merge)    inside=(merge:: laws:: cases::) outside=(cases edits laws) ;;
lint)     inside=(lint::) whole=(lint:: entries:: secrets:: guard:: leaks::) ;;
query)    inside=(query::) whole=(query:: queries:: everyday:: meetings::) ;;
seal)     inside=(seal::) whole=(seal:: secrets:: keys:: machines:: hostile::) ;;
exchange) files='src/sync/exchange/**' layers=() whole=(sync:: simulator:: concurrency:: rewritten:: collide::) ;;
*)        echo "no such area: $area" >&2; exit 2 ;;
esac
[ -z "${WHOLE:-}" ] || layers=()

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/mutants
tree=$target/tree-$area
rm -rf "$tree"
mkdir -p "$tree" "$target/$area"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp -p --parents -t "$tree"
tests=(--lib --test oneonone -- "${whole[@]:-${inside[@]}}")
if [ "${#layers[@]}" -gt 0 ]; then
    # The layers alone: their modules, and of the tests from outside those that know nothing else.
    mods() { printf "$1mod %s;\n" "${@:2}"; }
    mods 'pub ' "${layers[@]}" > "$tree/src/lib.rs"
    rm "$tree/src/main.rs"
    awk '/^\[/ { drop = /^\[\[(bin|bench)\]\]/ } !drop' Cargo.toml > "$tree/Cargo.toml"
    tests=(--lib -- "${inside[@]}")
    if [ "${#outside[@]}" -gt 0 ]; then
        { echo '#![allow(clippy::all, dead_code)]'; mods '' "${outside[@]}"; } > "$tree/tests/oneonone/main.rs"
        tests=(--lib --test oneonone -- "${inside[@]}")
    else
        rm -r "$tree/tests/oneonone"
    fi
fi
# Each mutant is one small change: what it does not touch is not built again.
export CARGO_INCREMENTAL=1 CARGO_TARGET_DIR=$target
export PROPTEST_CASES=${PROPTEST_CASES:-300} ONEONONE_SIMULATOR=${ONEONONE_SIMULATOR:-300}
cd "$tree"
cargo mutants --in-place --file "$files" --output "$target/$area" ${SHARD:+--shard "$SHARD"} "$@" -- "${tests[@]}"
