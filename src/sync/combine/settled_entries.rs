//! Settled entries come into their state, unless a record would be beyond a limit with them (docs/format.md#limits).

use std::collections::BTreeSet;

use crate::model::{EntryId, Home, Placed, RecordPath, State, Table};

use crate::sync::load::written_record::why_not_to_write;
use crate::sync::outcome::SyncNote;

/// An entry as it is settled.
pub(super) struct SettledEntry {
    pub(super) entry: Table,
    /// The entries that its sealed edits became.
    pub(super) split_off: Vec<(EntryId, Placed)>,
    pub(super) visibility_restored: bool,
    pub(super) resealed: bool,
}

/// An entry that was settled in its state, and how it stood before.
struct Settlement {
    id: EntryId,
    before: Placed,
    split_off: Vec<EntryId>,
    visibility_restored: bool,
    resealed: bool,
}

impl Settlement {
    fn notes(self) -> impl Iterator<Item = SyncNote> {
        let id = self.id;
        let restored = self
            .visibility_restored
            .then_some(SyncNote::VisibilityRestored(id));
        let split_off = self.split_off.into_iter();
        restored
            .into_iter()
            .chain(split_off.map(move |to| SyncNote::SplitOff { from: id, to }))
    }
}

/// A state whose entries are being settled.
pub(super) struct Settling<'a> {
    pub(super) state: &'a mut State,
    done: Vec<Settlement>,
}

impl<'a> Settling<'a> {
    pub(super) fn of(state: &'a mut State) -> Self {
        Self {
            state,
            done: Vec::new(),
        }
    }

    /// Puts a settled entry into the state.
    pub(super) fn put(&mut self, id: EntryId, settled: SettledEntry) {
        let Some(slot) = self.state.entries.get_mut(&id) else {
            return;
        };
        let before = slot.clone();
        slot.entry = settled.entry;
        let mut split_off = Vec::new();
        for (to, split) in settled.split_off {
            self.state.entries.entry(to).or_insert(split);
            split_off.push(to);
        }
        self.done.push(Settlement {
            id,
            before,
            split_off,
            visibility_restored: settled.visibility_restored,
            resealed: settled.resealed,
        });
    }

    /// Takes settling back in each record that could not be read again; the notes of both.
    pub(super) fn finish(self) -> Vec<SyncNote> {
        let Self { state, mut done } = self;
        let mut notes = Vec::new();
        let homes: BTreeSet<Home> = done.iter().map(|settlement| settlement.before.home).collect();
        for home in homes {
            let record = RecordPath::Home(home);
            let written = state.record(record).unwrap_or_default();
            let Some(problem) = why_not_to_write(record, &written, false).into_iter().next() else {
                continue;
            };
            let (back, stay): (Vec<_>, Vec<_>) = done
                .into_iter()
                .partition(|settlement| settlement.before.home == home);
            done = stay;
            // An entry may have been settled twice.
            for settlement in back.into_iter().rev() {
                for id in settlement.split_off {
                    state.entries.remove(&id);
                }
                state.entries.insert(settlement.id, settlement.before);
            }
            notes.push(SyncNote::NotSettled(problem));
        }
        let resealed = done.iter().filter(|settlement| settlement.resealed).count();
        notes.extend(done.into_iter().flat_map(Settlement::notes));
        notes.extend((resealed > 0).then_some(SyncNote::Resealed(resealed)));
        notes
    }
}
