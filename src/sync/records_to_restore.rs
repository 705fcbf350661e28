//! The records that a person may want back after a sync: meetings that somebody else removed, and `pair.toml` where nobody of
//! the pair changed it.

use std::collections::BTreeSet;

use crate::model::{Change, Difference, EntryId, Home, MeetingChange, MeetingKey, RecordPath, Slug};

use super::changed_entries::{InAName, OwnChange};
use super::outcome::{SyncNote, SyncReport};

impl SyncReport {
    /// The words of mine that commits of others changed or removed.
    pub fn own_changes(&self) -> impl Iterator<Item = &OwnChange> {
        let changes = self.notes.iter().filter_map(|note| match note {
            SyncNote::OwnChanged(own) | SyncNote::WentWithRewrite { own, .. } => Some(own),
            _ => None,
        });
        changes.flatten()
    }

    /// The entries that came in a member's name by nobody of the pair.
    pub fn in_a_name(&self) -> impl Iterator<Item = &InAName> {
        let entries = self.notes.iter().filter_map(|note| match note {
            SyncNote::InAName(entries) => Some(entries),
            _ => None,
        });
        entries.flatten()
    }

    /// The entries that notes tell of with a command of their own.
    pub fn told_entries(&self) -> BTreeSet<EntryId> {
        let own = self.own_changes().map(|change| change.stood.id);
        own.chain(self.in_a_name().map(|told| told.entry.id)).collect()
    }

    /// The records that came without something which `me`, the member who looks, may want back. None where the history was
    /// rewritten: nobody can say who did it.
    pub fn records_to_restore(&self, me: &Slug) -> BTreeSet<RecordPath> {
        if self.notes.iter().any(SyncNote::is_rewrite) {
            return BTreeSet::new();
        }
        let told = self.told_entries();
        let to_restore = |change: &Change| self.record_to_restore(change, me, &told);
        self.came.iter().filter_map(to_restore).collect()
    }

    fn record_to_restore(&self, change: &Change, me: &Slug, told: &BTreeSet<EntryId>) -> Option<RecordPath> {
        match &change.what {
            Difference::Meeting(key, MeetingChange::Removed) => {
                let is_mine = change.by.as_ref() == Some(me);
                (!is_mine && !self.comes_back(*key, told)).then_some(RecordPath::Home(Home::Meeting(*key)))
            }
            // Changed keys have a way back of their own.
            Difference::Pair(pair) if pair.key.as_deref() == Some("keys") => None,
            Difference::Pair(_) | Difference::Next { .. } if change.by.is_none() => Some(RecordPath::Pair),
            _ => None,
        }
    }

    /// Whether a meeting comes back with entries whose command is told already.
    fn comes_back(&self, key: MeetingKey, told: &BTreeSet<EntryId>) -> bool {
        self.came.iter().any(|change| match &change.what {
            Difference::Entry(entry) => told.contains(&entry.id) && entry.home == Home::Meeting(key),
            _ => false,
        })
    }
}
