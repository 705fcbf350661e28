#!/usr/bin/env bash
# Builds version 0.1 from its last commit, for the tests that let it meet this version (tests/oneonone/v0_1):
#
#     tests/build-0.1.sh        makes target/oneonone-0.1
#
# It shares the target folder with the project, so that both share what they depend on. The project's own program is gone
# until the next build: a test that ran 0.1 in its place would mislead.
set -euo pipefail
cd "$(dirname "$0")/.."

commit=09d9d6a4d64a4f2a4563ee2c94b836cb48bf12f0
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
sources=$target/oneonone-0.1-src
program=$target/oneonone-0.1

if ! git cat-file -e "$commit^{commit}" 2>/dev/null; then
    echo "the last commit of version 0.1 is not in this clone: git fetch --unshallow" >&2
    exit 1
fi
if [ -x "$program" ] && [ "$(cat "$sources/.commit" 2>/dev/null)" = "$commit" ]; then
    echo "$program is there already"
    exit
fi
rm -rf "$sources"
mkdir -p "$sources"
git archive "$commit" | tar -x -C "$sources"
cargo build --locked --manifest-path "$sources/Cargo.toml" --target-dir "$target" --bin oneonone
cp "$target/debug/oneonone" "$program.new"
rm "$target/debug/oneonone"
mv "$program.new" "$program"
echo "$commit" > "$sources/.commit"
echo "$program"
