//! The guard against a private text in clear: it is put into every clone that is made here, and back by `sync`.

use crate::git::Repository;
use crate::sync::{Guard, SyncError, guard};

use super::context::Context;
use super::error::Failure;
use super::hint::Hint;

/// The line that a hook of the user's own needs.
const LINE: &str = "oneonone check --staged || exit 1";

/// When the guard is looked after.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// In a clone that was made now.
    Made,
    /// At every sync: only what is done is said.
    Synced,
}

/// Puts the guard into a clone: it calls the program that runs now.
pub(super) fn put(repo: &Repository) -> Result<Guard, SyncError> {
    let program = std::env::current_exe().unwrap_or_else(|_| "oneonone".into());
    guard(repo, &program)
}

/// Puts the guard into a clone, and says what was done. Where that fails, nothing else does.
pub(super) fn keep(context: &mut Context, repo: &Repository, when: When) {
    let (file, why) = match put(repo) {
        Ok(Guard::Put) if when == When::Synced => {
            context
                .out
                .say("plain git refuses from now on to commit a private text in clear: a pre-commit hook is in place");
            return;
        }
        Ok(Guard::Theirs(file)) => (file, "a hook of your own is there"),
        Ok(Guard::Elsewhere(file)) => (file, "core.hooksPath is set"),
        Ok(Guard::There | Guard::Put | Guard::Unwanted) => return,
        Err(e) => {
            let what = Failure::from(e).what;
            context.out.warn(format!(
                "the hook that keeps private texts out of plain commits was not put in place: {what}"
            ));
            return;
        }
    };
    if when == When::Made {
        context.out.warn(format!(
            "plain git may commit a private text in clear here: {why}"
        ));
        context
            .out
            .hint(Hint::line(LINE).why(format!("add this line to {}", file.display())));
    }
}
