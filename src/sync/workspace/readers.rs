//! The readers of sealed entries, as this clone remembers them: noted as commits arrive, and changed as their author says
//! (docs/privacy.md#entries-that-arrive-wider).

use crate::model::{EntryId, KnownEntry, KnownReaders, Placed, Slug, State, Visibility};
use crate::store::Notes;

use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::arrived_wider::{Widened, learned, learned_since, widened};
use crate::sync::secrets::entry_walks::EntryWalks;
use crate::sync::secrets::keep_narrow::{brought_back, keep_brought_back_narrow, keep_narrow, may_widen};
use crate::sync::secrets::keys::Keys;
use crate::sync::secrets::readers::KeyHolder;
use crate::sync::secrets::restored::EntrySearch;
use crate::sync::workspace::Workspace;

impl Workspace {
    /// The facts that this clone knows of the readers of sealed entries, up to the prepared commit. They are kept.
    ///
    /// # Errors
    /// When the history cannot be read, or the memory cannot be written.
    pub(in crate::sync) fn known_readers(&self) -> Result<KnownReaders, SyncError> {
        let Some(tip) = self.tip else {
            return Ok(KnownReaders::default());
        };
        let notes = Notes::of(self.repo.common_dir());
        let noted = notes.readers();
        let learned = learned_since(&self.repo, (self.pair(), &self.keys), noted.clone(), tip)?;
        if noted.as_ref() != Some(&learned.memory) {
            notes.note_readers(&learned.memory)?;
        }
        Ok(learned.known().clone())
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
        let learned = learned(&self.repo, (self.pair(), &self.keys), first)?;
        Ok(notes.note_readers(&learned.memory)?)
    }

    /// Changes what this clone knows of the readers of sealed entries, as a person says.
    fn change_readers(&self, change: impl FnOnce(&mut KnownReaders)) -> Result<(), SyncError> {
        let Some(tip) = self.tip else { return Ok(()) };
        let mut memory = learned(&self.repo, (self.pair(), &self.keys), tip)?.memory;
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
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        let Some(tip) = self.tip else {
            return Ok(Vec::new());
        };
        let mut all = widened(&self.repo, (self.pair(), &self.keys), (tip, &known), |known| {
            Some(&known.by) == me.as_ref() || !known.is_told
        })?;
        all.extend(self.widened_in_conflicts(&known, me.as_ref())?);
        Ok(all)
    }

    /// The entries of the other member that the person was not told of, and that more people read in a conflict than their
    /// author let: an edit under seal is shown, and hides it.
    fn widened_in_conflicts(
        &self,
        known: &KnownReaders,
        me: Option<&Slug>,
    ) -> Result<Vec<Widened>, SyncError> {
        let Some(tip) = self.tip else {
            return Ok(Vec::new());
        };
        let (state, holder) = (&self.side.state, self.key_holder(me));
        let in_conflict = state.entries.iter();
        let in_conflict = in_conflict.filter(|(_, placed)| placed.entry.rows_of("body").next().is_some());
        let wider = in_conflict.filter_map(|(id, placed)| {
            let known = known.get(*id)?;
            let shown = holder.audience(*id, &placed.entry).most;
            let is_news = Some(&known.by) != me && !known.is_told && !known.is_wider();
            (is_news && shown > known.readers).then_some((*id, known, shown))
        });
        let wider: Vec<(EntryId, &KnownEntry, Visibility)> = wider.collect();
        let walks = EntryWalks::new(&*self.repo, wider.iter().map(|(id, ..)| *id));
        let search = EntrySearch {
            walks: &walks,
            tip,
            holder: &holder,
            state,
            others: &[],
        };
        let widened = wider.into_iter().map(|(entry, known, shown)| {
            let commit = search.last_widening(entry, known)?;
            let info = commit.map(|commit| self.repo.commit_info(commit)).transpose()?;
            Ok(Widened {
                entry,
                by: known.by.clone(),
                readers: known.readers,
                shown,
                is_sealed_since: false,
                commit: info.map(|info| (info.id, info.author.name)),
                put_there: None,
            })
        });
        widened.collect()
    }

    /// The author has answered for entries that had arrived wider: they are as they want them.
    ///
    /// # Errors
    /// When the memory cannot be read or written.
    pub fn answer_for(&self, ids: &[EntryId]) -> Result<(), SyncError> {
        self.change_readers(|known| ids.iter().for_each(|id| known.answer(*id)))
    }

    /// The entry as it arrived, if it is wider than its author let: who could read it before, and its author.
    ///
    /// # Errors
    /// When the history cannot be read, or the memory of it cannot be written.
    pub fn arrived_wider(&self, id: EntryId) -> Result<Option<KnownEntry>, SyncError> {
        Ok(self.known_readers()?.get_wider(id).cloned())
    }

    /// Who could read the entries that were ever sealed.
    ///
    /// # Errors
    /// When the history cannot be read, or the memory of it cannot be written.
    pub fn readers(&self) -> Result<KnownReaders, SyncError> {
        self.known_readers()
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
        let before = &self.side.state;
        if !may_widen(before, state) {
            return Ok(());
        }
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        keep_narrow(before, state, &known, &self.key_holder(me.as_ref()))
    }

    /// Seals entries of mine that a hand brought back in clear after they were removed, and says so.
    ///
    /// # Errors
    /// When a key is missing or not trusted.
    pub(super) fn keep_brought_back_narrow(&mut self, state: &mut State) -> Result<(), SyncError> {
        let noted = Notes::of(self.repo.common_dir()).readers();
        let is_known = |id| noted.as_ref().is_some_and(|noted| noted.known.get(id).is_some());
        if !brought_back(&self.side.state, state).any(|(id, _)| is_known(id)) {
            return Ok(());
        }
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        let holder = self.key_holder(me.as_ref());
        let kept = keep_brought_back_narrow(&self.side.state, state, &known, &holder)?;
        let notes = kept.into_iter();
        let notes = notes.map(|(entry, readers)| SyncNote::ReadersKept { entry, readers });
        self.sync_notes.extend(notes);
        Ok(())
    }

    /// Whether an entry is by the author whom this clone knows, and for as few readers as they let; so is one of which it
    /// knows nothing.
    pub fn is_as_meant(&self, known: &KnownReaders, id: EntryId, placed: &Placed) -> bool {
        let me = self.keys.me(self.pair());
        let holder = self.key_holder(me.as_ref());
        known
            .get(id)
            .is_none_or(|known| holder.is_narrow(id, placed, known))
    }

    pub(super) fn key_holder<'a>(&'a self, me: Option<&'a Slug>) -> KeyHolder<'a, Keys> {
        KeyHolder {
            pair: self.pair(),
            keys: &self.keys,
            me,
        }
    }
}
