//! What a clone writes into an entry that arrived wider stays for those who could read it before
//! (docs/privacy.md#entries-that-arrive-wider).

use crate::model::{EntryId, KnownEntry, KnownReaders, Placed, State, Visibility, shown_to};
use crate::store::Notes;

use crate::sync::error::SyncError;
use crate::sync::secrets::readers::{Widened, learned, learned_since, widened};
use crate::sync::workspace::Workspace;

impl Workspace {
    /// What this clone knows of the readers of sealed entries, up to the prepared commit. It is kept.
    ///
    /// # Errors
    /// When the history cannot be read, or the memory cannot be written.
    pub(in crate::sync) fn known_readers(&self) -> Result<KnownReaders, SyncError> {
        let Some(tip) = self.tip else {
            return Ok(KnownReaders::default());
        };
        let notes = Notes::of(self.repo.common_dir());
        let noted = notes.readers();
        let is_current = noted.as_ref().is_some_and(|noted| noted.until == tip.to_string());
        let memory = learned_since(&self.repo, noted, tip)?;
        if !is_current {
            notes.note_readers(&memory)?;
        }
        Ok(memory.known)
    }

    /// Begins the memory in a clone of an earlier version, at what it had seen last: whatever came since is to be noticed.
    pub(super) fn begin_readers(&self) -> Result<(), SyncError> {
        let notes = Notes::of(self.repo.common_dir());
        let (Some(tip), true) = (self.tip, notes.predates_readers()) else {
            return Ok(());
        };
        let mut first = tip;
        for seen in self.repo.commits_at("refs/oneonone/seen/*")? {
            if self.repo.is_ancestor(seen, first)? {
                first = seen;
            }
        }
        Ok(notes.note_readers(&learned(&self.repo, first)?)?)
    }

    /// Changes what this clone knows of the readers of sealed entries, as a person says.
    fn change_readers(&self, change: impl FnOnce(&mut KnownReaders)) -> Result<(), SyncError> {
        let Some(tip) = self.tip else { return Ok(()) };
        let mut memory = learned(&self.repo, tip)?;
        change(&mut memory.known);
        Ok(Notes::of(self.repo.common_dir()).note_readers(&memory)?)
    }

    /// The author lets more people read entries in this clone, or says that they did so elsewhere.
    ///
    /// # Errors
    /// When the memory cannot be read or written.
    pub fn let_read(&self, entries: &[(EntryId, Visibility)]) -> Result<(), SyncError> {
        self.change_readers(|known| entries.iter().for_each(|(id, to)| known.raise(*id, *to)))
    }

    /// The entries that arrived wider than they were, with the commit that did it: mine, and those of the other member that
    /// the person was not told of.
    ///
    /// # Errors
    /// When the history cannot be read, or the memory cannot be written.
    pub(in crate::sync) fn widened(&self) -> Result<Vec<Widened>, SyncError> {
        let Some(tip) = self.tip else {
            return Ok(Vec::new());
        };
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        widened(&self.repo, tip, &known, |known| {
            Some(&known.by) == me.as_ref() || !known.is_told
        })
    }

    /// The entry as it arrived, if it is wider than its author let: who could read it before, and its author.
    ///
    /// # Errors
    /// When the history cannot be read, or the memory of it cannot be written.
    pub fn arrived_wider(&self, id: EntryId) -> Result<Option<KnownEntry>, SyncError> {
        Ok(self.known_readers()?.get_wider(id).cloned())
    }

    /// The person is told of entries of the other member.
    ///
    /// # Errors
    /// When the memory cannot be read or written.
    pub(in crate::sync) fn told_of(&self, widened: &[Widened]) -> Result<(), SyncError> {
        if widened.is_empty() {
            return Ok(());
        }
        self.change_readers(|known| widened.iter().for_each(|one| known.told(one.entry)))
    }

    /// Seals what a new state writes into entries that arrived wider, or that follow one of them, for those who could read
    /// them before.
    ///
    /// # Errors
    /// [`SyncError::NotTheAuthor`] where only the author could seal it; or when it cannot be opened or sealed.
    pub(in crate::sync) fn keep_narrow(&self, state: &mut State) -> Result<(), SyncError> {
        let before = &self.side.state.entries;
        // A move to another record and back says nothing new.
        let is_changed = |id: &EntryId, placed: &Placed| {
            let was = before.get(id).map(|was| was.entry.shown("body"));
            was.is_none_or(|was| was != placed.entry.shown("body"))
        };
        let changed: Vec<EntryId> = state
            .entries
            .iter()
            .filter(|(id, placed)| is_changed(id, placed) && shown_to(&placed.entry) > Visibility::Private)
            .map(|(id, _)| *id)
            .collect();
        // A new entry that follows none has no readers from before.
        let is_free = |id: &EntryId| {
            !before.contains_key(id)
                && state.entries.get(id).is_some_and(|placed| {
                    placed.entry.ciphertext().is_none() && placed.entry.get("re").is_none()
                })
        };
        if changed.iter().all(is_free) {
            return Ok(());
        }
        // Only the author answers an alarm. To the other member an entry is what it arrived as.
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        let mine = known.wider().filter(|(_, entry)| Some(&entry.by) == me.as_ref());
        let mine: KnownReaders = mine.map(|(id, entry)| (id, entry.clone())).collect();
        if mine.wider().next().is_none() {
            return Ok(());
        }
        for id in changed {
            let Some(placed) = state.entries.get_mut(&id) else {
                continue;
            };
            let opened = self.opened(id, placed);
            let content = opened.as_ref().ok().map(|(_, content)| content.table());
            let re = content.and_then(|content| content.get_str("re")?.parse().ok());
            let bound = mine.bound(id, re);
            if let Some(bound) = bound.filter(|bound| *bound < shown_to(&placed.entry)) {
                let (_, content) = opened?;
                placed.entry = self.sealed_if_needed(id, &placed.entry, bound, &content)?;
            }
        }
        Ok(())
    }
}
