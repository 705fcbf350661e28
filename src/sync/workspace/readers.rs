//! What a clone writes into an entry that arrived wider stays for those who could read it before
//! (docs/privacy.md#entries-that-arrive-wider).

use crate::model::{EntryId, KnownEntry, KnownReaders, Placed, State, Visibility, shown_to};
use crate::store::Notes;

use crate::sync::error::SyncError;
use crate::sync::secrets::keys::author;
use crate::sync::secrets::readers::{Widened, learned, widened_by};
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
        let before = notes.readers();
        let memory = learned(&self.repo, tip)?;
        if before.as_ref() != Some(&memory) {
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

    /// The entries that arrived wider than they were, with the commit that did it.
    ///
    /// # Errors
    /// When the history cannot be read, or the memory cannot be written.
    pub fn widened(&self) -> Result<Vec<Widened>, SyncError> {
        let Some(tip) = self.tip else {
            return Ok(Vec::new());
        };
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        let is_asked = |known: &KnownEntry| Some(&known.by) == me.as_ref() || !known.is_told;
        let wider = known.wider().filter(|(_, known)| is_asked(known));
        let wider = wider.map(|(id, known)| {
            let commit = widened_by(&self.repo, tip, id, known.readers)?;
            Ok(Widened {
                entry: id,
                by: known.by.clone(),
                readers: known.readers,
                shown: known.shown.unwrap_or(known.readers),
                commit: commit.map(|(commit, author)| (commit, author.name)),
            })
        });
        wider.collect()
    }

    /// The entry as it arrived, if it is wider than its author let: who could read it before, and its author.
    ///
    /// # Errors
    /// As [`Workspace::widened`].
    pub fn arrived_wider(&self, id: EntryId) -> Result<Option<KnownEntry>, SyncError> {
        let known = self.known_readers()?;
        Ok(known.get(id).filter(|known| known.is_wider()).cloned())
    }

    /// The entries of the other member that arrived wider, and that the person was not told of yet. They count as told.
    pub(in crate::sync) fn tell_once(&self, widened: &[Widened]) -> Result<Vec<EntryId>, SyncError> {
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        let is_new = |one: &&Widened| {
            Some(&one.by) != me.as_ref() && known.get(one.entry).is_some_and(|known| !known.is_told)
        };
        let new: Vec<EntryId> = widened.iter().filter(is_new).map(|one| one.entry).collect();
        if !new.is_empty() {
            self.change_readers(|known| new.iter().for_each(|id| known.told(*id)))?;
        }
        Ok(new)
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
        let known = self.known_readers()?;
        // Only the author answers an alarm. To the other member an entry is what it arrived as.
        let me = self.keys.me(self.pair());
        let known: KnownReaders = known
            .wider()
            .filter(|(_, entry)| Some(&entry.by) == me.as_ref())
            .map(|(id, entry)| (id, entry.clone()))
            .collect();
        if known.wider().next().is_none() {
            return Ok(());
        }
        for id in changed {
            let Some(placed) = state.entries.get(&id) else {
                continue;
            };
            let re = match self.opened(id, placed) {
                Ok((_, content)) => content.table().get_str("re").and_then(|re| re.parse().ok()),
                Err(_) => None,
            };
            let Some(bound) = known
                .bound(id, re)
                .filter(|bound| *bound < shown_to(&placed.entry))
            else {
                continue;
            };
            let (_, content) = self.opened(id, placed)?;
            let entry = self.sealed_if_needed(id, &placed.entry, bound, &content)?;
            if author(&entry).is_some()
                && let Some(slot) = state.entries.get_mut(&id)
            {
                slot.entry = entry;
            }
        }
        Ok(())
    }
}
