//! Words for whatever would stop a later command.

use crate::app::AppError;
use crate::cli::{Failure, Hint, output::Output};

/// Says what would stop, why, and what to do about it.
pub(in crate::cli) fn say_stop(out: &mut Output, stops: &str, error: AppError) {
    let failure = Failure::from(error);
    out.warn(format!("{stops}: {}", failure.line()));
    if failure.is_of_records() {
        out.hint(Hint::ours(["check"]).why("see what is wrong, and the fix"));
    }
    let hints = failure.what_to_do().iter();
    hints.for_each(|hint| out.hint(hint.clone()));
}
