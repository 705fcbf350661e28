#!/usr/bin/env bash
# Deliberate faults in the sync procedure, one at a time: each must be caught by a test.
#
#     tests/mutations/run.sh [NAME…]      # all patches, or those whose name holds one of the words
#
# Each patch is applied in a copy of the project below `target/mutations`; the work tree is not touched. The simulator runs
# first, then Git and memory side by side, then everything else. A build for each patch: some minutes a piece.
set -uo pipefail
cd "$(dirname "$0")/../.."
place=$PWD/target/mutations
patches=$PWD/tests/mutations
suites=(simulator twins "concurrency plain_git interrupted collide rewritten undo" "")
survived=0

wanted() { # PATCH WORD…
    local patch=$1 word
    shift
    [ $# = 0 ] && return 0
    for word; do [[ $patch == *"$word"* ]] && return 0; done
    return 1
}

mkdir -p "$place"
for patch in "$patches"/*.patch; do
    name=$(basename "$patch" .patch)
    wanted "$name" "$@" || continue
    rm -rf "$place/source"
    mkdir "$place/source"
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$place/source"
    if ! patch -s -d "$place/source" -p1 <"$patch"; then
        echo "$name: does not apply"
        survived=1
        continue
    fi
    caught=""
    for suite in "${suites[@]}"; do
        # shellcheck disable=SC2086 # a suite is several words
        output=$(cd "$place/source" && CARGO_TARGET_DIR="$place/target" RUST_BACKTRACE=0 \
            cargo test --locked --test oneonone -- $suite 2>&1)
        if ! grep -q '^test result: ' <<<"$output"; then
            printf '%s\n' "$output" | tail -20
            caught="nothing: it does not build"
            survived=1
            break
        fi
        caught=$(grep -E '^test .* FAILED$' <<<"$output" | sed 's/^test //; s/ \.\.\. FAILED$//' | paste -sd ' ')
        [ -n "$caught" ] && break
    done
    [ -n "$caught" ] || survived=1
    echo "$name: caught by ${caught:-nothing}"
done
exit "$survived"
