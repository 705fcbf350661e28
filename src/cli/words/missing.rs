//! Words about what the folder and the history hold otherwise than somebody may think.

use crate::cli::{Hint, output::Output};
use crate::model::number;
use crate::sync::{MissingRecords, UnsentTexts};

/// So many paths are in one command.
const PATHS: usize = 20;

/// Says that the folder lacks records, and how they come back.
pub(super) fn say_missing(out: &mut Output, missing: &MissingRecords) {
    let records = |count| number(count, "record that HEAD has is", "records that HEAD has are");
    if missing.count > 0 {
        out.warn(format!(
            "{} missing in the folder: nothing of that is in any list",
            records(missing.count)
        ));
        let paths = missing.paths.iter().take(PATHS).map(String::as_str);
        out.hint(
            Hint::in_clone(["git", "checkout", "HEAD", "--"].into_iter().chain(paths)).why("put them back"),
        );
    }
    if missing.hidden > 0 {
        out.warn(format!(
            "{} hidden by a sparse checkout: nothing of that is in any list",
            records(missing.hidden)
        ));
        out.hint(Hint::in_clone(["git", "sparse-checkout", "disable"]).why("see everything"));
    }
}

/// Says that the next sync sends a text that was removed, and how it is left out.
pub(super) fn say_unsent(out: &mut Output, unsent: &UnsentTexts) {
    let (at_least, holds) = match (unsent.has_more, unsent.commits) {
        (true, _) => ("at least ", "commits that were"),
        (false, 1) => ("", "commit that was"),
        (false, _) => ("", "commits that were"),
    };
    out.warn(format!(
        "the text still stands in {at_least}{} {holds} not sent: the next sync sends it in history",
        unsent.commits
    ));
    if let Some(before) = unsent.before {
        out.hint(Hint::leave_out(&before.to_string()));
    }
}
