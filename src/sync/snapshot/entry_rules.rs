//! The rules for entries that were edited by hand, as an interface: they need keys.

use crate::model::{EntryId, Placed, State, Table, Visibility};

use super::file_edits::TakenOut;
use crate::sync::error::SyncError;

/// The rules for entries that were edited by hand.
pub trait EntryRules {
    /// An entry as it would stand in clear; none where it is sealed and not mine.
    fn in_clear(&self, id: EntryId, entry: &Table) -> Option<Table>;

    /// A new id.
    fn new_id(&mut self) -> EntryId;

    /// Remembers the id that an entry without one gets, and which of those in its record it is, counted from 0. Nobody
    /// can find it by an id that stands nowhere yet.
    fn note_new(&mut self, _id: EntryId, _nth: usize) {}

    /// The error for an entry that was copied by hand from one file into another and changed there.
    fn doubled(&self, id: EntryId, copies: &[Placed]) -> SyncError;

    /// The error for edits that hold what a rewritten history took out.
    fn taken_out(&self, edits: &[TakenOut]) -> SyncError;

    /// Who reads an entry that stands in no record which can be read, as this clone remembers it.
    fn remembered_readers(&self, _id: EntryId) -> Option<Visibility> {
        None
    }

    /// Whether an entry names me as its author.
    fn is_mine(&self, _entry: &Table) -> bool {
        false
    }

    /// Fills in, checks and seals an entry that differs from what was committed. `before` is the entry as the version
    /// that it was edited in and HEAD have it.
    ///
    /// # Errors
    /// When it is not sound, or cannot be sealed.
    fn admit(&mut self, id: EntryId, placed: &mut Placed, before: &[&Placed]) -> Result<(), SyncError>;

    /// Checks that an entry may be removed by hand. `before` is the entry in the version that it was removed from.
    ///
    /// # Errors
    /// When it may not, or the removal is most likely a mishap.
    fn remove(&self, id: EntryId, before: &Placed) -> Result<(), SyncError>;

    /// Moves entries that the end of a meeting did not see back to the agenda (docs/merge.md#agenda-of-a-meeting);
    /// these entries. `sides` are base, left and right of the merge that `state` came from.
    fn carry_back(&self, sides: [&State; 3], state: &mut State) -> Vec<EntryId>;
}
