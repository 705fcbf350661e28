//! Words for files that a sync carries and that are no records (docs/sync.md#hand-edits).

use crate::cli::output::Output;
use crate::sync::{SyncNote, SyncReport};

/// So many are named.
const NAMED: usize = 3;

/// Names the files that came, and those that went.
pub(super) fn say_other_files(out: &mut Output, came: &[String], went: &[String]) {
    for (from, paths) in [("the other side", came), ("here", went)] {
        if !paths.is_empty() {
            out.say(format!("beside the records, from {from}: {}", named(paths)));
        }
    }
}

pub(super) fn has_other_files(report: &SyncReport) -> bool {
    let is_of_others = |note: &SyncNote| matches!(note, SyncNote::OtherFiles { .. });
    report.notes.iter().any(is_of_others)
}

fn named(paths: &[String]) -> String {
    let first: Vec<&str> = paths.iter().take(NAMED).map(String::as_str).collect();
    let first = first.join(", ");
    match paths.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
