//! Version 0.1 is out (docs/architecture.md#compatibility): its clones and records work in this version, and both
//! versions work side by side.
//!
//! Repositories of its program lie in `tests/v0.1`. Where that program itself is needed, `tests/build-0.1.sh` makes it, or
//! `ONEONONE_OLD` names it. Tests that lack it say so; with `ONEONONE_REQUIRE_OLD=1` they fail.

mod changes_over;
mod fixture;
mod keys;
mod make;
mod meets;
mod reads;
mod remotes;

use std::path::{Path, PathBuf};

use crate::world::not_run;

/// The program of version 0.1, for a test of that name.
fn old(test: &str) -> Option<PathBuf> {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .join("oneonone-0.1");
    let named = std::env::var_os("ONEONONE_OLD").filter(|path| !path.is_empty());
    let program = named.map_or(built, PathBuf::from);
    if program.is_file() {
        return Some(program);
    }
    let why = format!(
        "there is no {}; tests/build-0.1.sh makes version 0.1",
        program.display()
    );
    not_run(test, &why, Some("ONEONONE_REQUIRE_OLD"));
    None
}
