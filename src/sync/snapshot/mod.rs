//! A snapshot of the folder: hand edits become part of the next commit (docs/sync.md#hand-edits).
//!
//! A hand edit is a difference from the tree that was last written out, never from HEAD. So a snapshot is
//! `merge(base, folder, HEAD)`. Its rules for single entries stand behind an interface, because they need keys.

mod assign_ids;
mod context;
mod entry_rules;
mod hand_edits;
mod rules;
pub(super) mod tracked_files;

use crate::merge::{merge, with_missing_from};
use crate::model::{EntryId, Loaded, Placed, State};

use super::error::SyncError;
use super::load::side::Side;

pub(super) use context::SnapshotContext;
pub use entry_rules::EntryRules;

/// A folder, and the two states that it is told against.
pub struct SnapshotInput<'a> {
    /// The records that lie there.
    pub loaded: Loaded,
    /// HEAD.
    pub head: &'a Side,
    /// The tree that the folder was made from.
    pub base: &'a Side,
    /// Whether a write or a merge was pending: an id that stands twice is no error then.
    pub pending: bool,
}

/// HEAD with the hand edits.
pub struct Snapshot {
    /// All of it.
    pub state: State,
    /// Entries that lie in the folder without their ids.
    pub filled: Vec<EntryId>,
    /// Entries that one side deleted and the other edited.
    pub kept: Vec<EntryId>,
}

/// Takes a snapshot of a folder.
///
/// # Errors
/// When a rule refuses an entry, or the merge is refused.
pub fn snapshot<R: EntryRules>(folder: SnapshotInput<'_>, rules: &mut R) -> Result<Snapshot, SyncError> {
    let SnapshotInput {
        loaded,
        head,
        base,
        pending,
    } = folder;
    let is_partial = !loaded.broken.is_empty() || !head.broken.is_empty();
    let named = loaded.named();
    let mut state = assign_ids::folder_state(loaded, [head, base], pending, rules)?;
    let filled = state.entries.keys().filter(|id| !named.contains(*id)).copied();
    let filled = filled.collect();
    for (id, placed) in &mut state.entries {
        let known = [base, head].into_iter();
        let before: Vec<&Placed> = known.filter_map(|side| side.state.entries.get(id)).collect();
        if !before.contains(&&*placed) {
            rules.admit(*id, placed, &before)?;
        }
    }
    rules.check(&state)?;
    // While a record cannot be read, a missing entry was not removed.
    let mut head_state = head.state.clone();
    if is_partial {
        state = with_missing_from(state, &base.state);
    }
    if !head.broken.is_empty() {
        head_state = with_missing_from(head_state, &base.state);
    }
    let merged = merge(&base.state, &state, &head_state)?;
    Ok(Snapshot {
        state: merged.state,
        filled,
        kept: merged.kept,
    })
}
