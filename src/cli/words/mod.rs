//! Words for what use cases bring: remarks, and the values of conflicts.

pub(super) mod blockers;
pub(super) mod conflicts;
mod incoming;
mod missing;
pub(super) mod next_day;
mod other_files;
pub(super) mod own_entries;
mod readers;
pub(super) mod remarks;
mod remote;
pub(super) mod rewritten;
mod saved_files;
pub(super) mod sealed;
mod seats;
mod summarized;
pub(super) mod unshared_files;
pub(super) mod widened;

use crate::app::SyncNames;
use crate::model::number;
use crate::query::Ids;
use crate::store::HAND_REMOVAL;

/// How the words for notes name people and entries, and whether what they say was done.
#[derive(Clone, Copy, Default)]
pub(super) struct Telling<'a> {
    ids: Option<&'a Ids>,
    names: Option<&'a SyncNames>,
    dry_run: bool,
}

impl<'a> Telling<'a> {
    /// With the ids of a pair that was opened.
    pub(super) fn with(ids: &'a Ids) -> Self {
        Self {
            ids: Some(ids),
            ..Self::default()
        }
    }

    /// Of a sync, which a dry run only tries.
    pub(super) fn of_sync(names: Option<&'a SyncNames>, dry_run: bool) -> Self {
        let ids = names.map(|names| &names.ids);
        Self { ids, names, dry_run }
    }
}

/// A command of the undo log, in words.
pub(super) fn command(name: &str) -> &str {
    match name {
        HAND_REMOVAL => "a removal by hand",
        name => name,
    }
}

/// So many entries, in words.
pub(super) fn counted(count: usize) -> String {
    number(count, "entry", "entries")
}
