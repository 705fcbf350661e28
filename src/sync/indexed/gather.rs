//! The entries of an answer, brought together: rows of the index, records that must be read, and opened seals.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Entry, EntryId, Home, Kind, Loaded, Problem, assemble};
use crate::seal::OpenError;
use crate::store::read_records_at;
use crate::store::record_index::{CiphertextId, IndexedEntry, IndexedRecord, RecordIndex, closed_action};

use crate::sync::error::SyncError;
use crate::sync::secrets::keys::ViewError;
use crate::sync::view::View;

use super::sealed_texts::{SealedActions, SealedTexts};
use super::wanted::{AllIds, ClosedCount, IndexAnswer, QuestionedClone, Wanted, WantedEntries};
use crate::sync::load::index_refresh::{NoIndex, first_meeting};
use crate::sync::load::indexed_record::ciphertext_id;

/// An answer that is being put together.
pub(super) struct Gathering<'a> {
    asked: &'a QuestionedClone<'a>,
    view: View,
    texts: SealedTexts<'a>,
    /// Records that were read for their seals.
    read: BTreeMap<Home, Loaded>,
    /// Records with a conflict inside a seal.
    conflicted: BTreeSet<Home>,
    closed: BTreeMap<(String, bool), u32>,
    /// The records that sealed actions and followed entries stand in.
    taken_from: BTreeSet<Home>,
}

impl<'a> Gathering<'a> {
    pub(super) fn run(
        asked: &'a QuestionedClone<'a>,
        wanted: &Wanted<'_>,
        index: &RecordIndex,
    ) -> Result<IndexAnswer, NoIndex> {
        let special = index
            .special()?
            .into_iter()
            .filter(|home| wanted.wants_whole(*home));
        let mut paths: BTreeSet<String> = special.map(|home| home.path()).collect();
        let (mut loaded, odd) = read(asked, &paths)?;
        let mut gathering = Self {
            asked,
            view: View::of(&loaded.state),
            texts: SealedTexts::of(
                asked.notes.kept_texts_folder(),
                asked.keys,
                index.sealed_sum()?,
                wanted,
            ),
            read: BTreeMap::new(),
            conflicted: BTreeSet::new(),
            closed: BTreeMap::new(),
            taken_from: BTreeSet::new(),
        };
        let mut actions = SealedActions::default();
        match wanted.entries {
            WantedEntries::None => gathering.conflicts(&loaded, index)?,
            WantedEntries::Open => actions = gathering.open(&loaded, index)?,
            WantedEntries::Matching(test) => {
                gathering.take_loaded(&loaded);
                let agenda = index.entries(&(None..first_meeting()), test)?;
                let meetings = index.entries(&wanted.homes(), test)?;
                for indexed in agenda.into_iter().chain(meetings) {
                    gathering.take(indexed)?;
                }
            }
        }
        let mut ids = AllIds::default();
        if wanted.ids {
            ids.open = gathering.open_ids(wanted, index)?;
            ids.all = index.ids()?;
            ids.all.extend(loaded.state.entries.keys());
        }
        if !gathering.conflicted.is_empty() {
            paths.extend(gathering.conflicted.iter().map(|home| home.path()));
            loaded = read(asked, &paths)?.0;
        }
        if wanted.meetings {
            let stamps = index.stamps(&wanted.homes())?;
            gathering
                .view
                .meetings
                .extend(stamps.into_iter().filter_map(|record| record.head));
            gathering.view.meetings.sort_by_key(|meeting| meeting.key);
        }
        gathering
            .view
            .entries
            .sort_by_key(|entry| (entry.home, entry.at, entry.id));
        gathering.texts.keep(wanted, actions, &gathering.view.entries);
        let closed = gathering.closed.into_iter().filter(|(_, count)| *count > 0);
        Ok(IndexAnswer {
            loaded,
            odd,
            view: gathering.view,
            taken_from: gathering.taken_from,
            ids,
            closed: closed.map(ClosedCount::from).collect(),
        })
    }

    /// The ids of the entries that wait and of open actions, wherever they stand.
    fn open_ids(&mut self, wanted: &Wanted<'_>, index: &RecordIndex) -> Result<Vec<EntryId>, NoIndex> {
        let agenda = index.record(Home::Agenda)?;
        let open = agenda.into_iter().chain(index.open_actions()?);
        let open = open
            .flat_map(IndexedRecord::into_entries)
            .map(|indexed| indexed.entry.id);
        let mut ids: Vec<EntryId> = open.collect();
        if let Some(answer) = &self.texts.answer {
            for id in &answer.open {
                let home = index.home_of(*id)?.ok_or(NoIndex::Unusable)?;
                ids.extend((!wanted.wants(home)).then_some(*id));
            }
            return Ok(ids);
        }
        for record in index
            .sealed()?
            .into_iter()
            .filter(|record| !wanted.wants(record.home))
        {
            for indexed in record.into_entries() {
                let before = self.view.entries.len();
                self.take(indexed)?;
                let taken = self.view.entries.drain(before..);
                ids.extend(taken.filter(Entry::is_open_action).map(|entry| entry.id));
            }
        }
        Ok(ids)
    }

    fn take_loaded(&mut self, loaded: &Loaded) {
        for (id, placed) in &loaded.state.entries {
            self.view.take(*id, placed, self.asked.pair, self.asked.keys);
        }
    }

    /// Looks for conflicts inside seals: no other stands in a record that need not be read.
    fn conflicts(&mut self, loaded: &Loaded, index: &RecordIndex) -> Result<(), NoIndex> {
        self.take_loaded(loaded);
        self.view.entries.clear();
        // Where they have answered, none of them holds one.
        if self.texts.answer.is_some() {
            return Ok(());
        }
        for record in index.sealed()? {
            for indexed in record.into_entries() {
                self.take(indexed)?;
            }
            self.view.entries.clear();
        }
        Ok(())
    }

    /// The entries that wait, open actions, and the ones that these follow from. A sealed entry may be any of them.
    /// Returns the actions that sealed entries of meetings are.
    fn open(&mut self, loaded: &Loaded, index: &RecordIndex) -> Result<SealedActions, NoIndex> {
        self.take_loaded(loaded);
        for count in index.closed_actions()? {
            self.closed.insert((count.owner, count.is_done), count.count);
        }
        for indexed in index.entries(&(None..first_meeting()), &|_| true)? {
            // The question counts what stands on the agenda itself.
            if let Some(count) = closed_action(&indexed.entry).and_then(|key| self.closed.get_mut(&key)) {
                *count = count.saturating_sub(1);
            }
            self.take(indexed)?;
        }
        let in_meetings = |home: Home| home != Home::Agenda;
        for record in index
            .open_actions()?
            .into_iter()
            .filter(|record| in_meetings(record.home))
        {
            for indexed in record.into_entries() {
                self.take(indexed)?;
            }
        }
        let actions = match &self.texts.answer {
            Some(answer) => SealedActions {
                open: answer.open.clone(),
                closed: answer.closed(),
            },
            None => self.ask_sealed(index)?,
        };
        if self.texts.answer.is_some() {
            self.take_answered(&actions.open, index)?;
        }
        for (key, count) in &actions.closed {
            *self.closed.entry(key.clone()).or_default() += count;
        }
        let sealed = self
            .view
            .entries
            .iter()
            .filter(|entry| entry.visibility.is_sealed());
        self.taken_from.extend(
            sealed
                .filter(|entry| in_meetings(entry.home))
                .map(|entry| entry.home),
        );
        let known: BTreeSet<EntryId> = self.view.entries.iter().map(|entry| entry.id).collect();
        let open = self.view.entries.iter().filter(|entry| entry.is_open_action());
        let followed: BTreeSet<EntryId> = open.filter_map(|entry| entry.body.as_ref()?.re).collect();
        for id in followed.difference(&known) {
            let Some(home) = index.home_of(*id)? else {
                continue;
            };
            self.taken_from.insert(home);
            let entries = index
                .record(home)?
                .into_iter()
                .flat_map(|record| record.into_entries());
            for indexed in entries.filter(|indexed| indexed.entry.id == *id) {
                // Closed actions are counted already.
                self.take_if(indexed, |entry| entry.kind() != Some(Kind::Action))?;
            }
        }
        Ok(actions)
    }

    /// Takes in the open actions that sealed entries of meetings were when they answered last.
    fn take_answered(&mut self, open: &[EntryId], index: &RecordIndex) -> Result<(), NoIndex> {
        for id in open {
            let home = index.home_of(*id)?.ok_or(NoIndex::Unusable)?;
            let entries = index
                .record(home)?
                .into_iter()
                .flat_map(IndexedRecord::into_entries);
            for indexed in entries.filter(|indexed| indexed.entry.id == *id) {
                self.take(indexed)?;
            }
        }
        Ok(())
    }

    /// Asks each sealed entry of a meeting whether it is an action, and takes in the open ones.
    fn ask_sealed(&mut self, index: &RecordIndex) -> Result<SealedActions, NoIndex> {
        let mut actions = SealedActions::default();
        let in_meetings = |record: &IndexedRecord| record.home != Home::Agenda;
        for record in index.sealed()?.into_iter().filter(in_meetings) {
            for indexed in record.into_entries() {
                let id = indexed.entry.id;
                match self.take_if(indexed, Entry::is_open_action)? {
                    None => actions.open.push(id),
                    Some(entry) => {
                        if let Some(key) = closed_action(&entry) {
                            *actions.closed.entry(key).or_default() += 1;
                        }
                    }
                }
            }
        }
        Ok(actions)
    }

    /// Takes in an entry that is as wanted; gives back one that is not.
    fn take_if(
        &mut self,
        indexed: IndexedEntry,
        wanted: impl Fn(&Entry) -> bool,
    ) -> Result<Option<Entry>, NoIndex> {
        let before = self.view.entries.len();
        self.take(indexed)?;
        Ok(match self.view.entries.get(before) {
            Some(entry) if !wanted(entry) => self.view.entries.pop(),
            _ => None,
        })
    }

    /// Takes in an entry; a sealed one is opened, where my key does, if it was not before.
    fn take(&mut self, indexed: IndexedEntry) -> Result<(), NoIndex> {
        let Some(ciphertext) = indexed.ciphertext else {
            self.view.entries.push(indexed.entry);
            return Ok(());
        };
        let mut entry = indexed.entry;
        match self.texts.get(ciphertext, entry.id) {
            Some(known) if known.entry.body.is_some() => {
                if entry.visibility != known.entry.visibility {
                    self.view.mislabelled.push(entry.id);
                    entry.visibility = known.entry.visibility;
                }
                entry.body.clone_from(&known.entry.body);
                self.view.entries.push(entry);
            }
            Some(_) => {
                self.view
                    .closed
                    .insert(entry.id, ViewError::Open(OpenError::NotForMe));
                self.view.entries.push(entry);
            }
            None => self.open_anew(&entry, ciphertext)?,
        }
        Ok(())
    }

    fn open_anew(&mut self, row: &Entry, ciphertext: CiphertextId) -> Result<(), NoIndex> {
        let loaded = match self.read.entry(row.home) {
            std::collections::btree_map::Entry::Occupied(read) => read.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => {
                let found = read_records_at(self.asked.root, [&row.home.path()])?;
                free.insert(assemble(found.files))
            }
        };
        let placed = loaded.state.entries.get(&row.id);
        let is_same = |text: &str| ciphertext_id(self.asked.pair.id, row.id, &row.by, text) == ciphertext;
        let Some(placed) = placed.filter(|placed| placed.entry.ciphertext().is_some_and(is_same)) else {
            // The file was written since the index looked at it.
            return Err(NoIndex::Unusable);
        };
        let before = self.view.entries.len();
        self.view.take(row.id, placed, self.asked.pair, self.asked.keys);
        let Some(entry) = self.view.entries.get(before) else {
            return Err(NoIndex::Unusable);
        };
        if entry.has_conflict() {
            self.conflicted.insert(entry.home);
            self.texts.is_unknown();
            return Ok(());
        }
        let closed = self.view.closed.get(&entry.id);
        if entry.body.is_some() || closed == Some(&ViewError::Open(OpenError::NotForMe)) {
            self.texts.take(IndexedEntry {
                entry: entry.clone(),
                ciphertext: Some(ciphertext),
                folded: None,
            });
        } else {
            self.texts.is_unknown();
        }
        Ok(())
    }
}

/// Reads `pair.toml`, and the records at these paths.
fn read(asked: &QuestionedClone<'_>, paths: &BTreeSet<String>) -> Result<(Loaded, Vec<Problem>), SyncError> {
    let found = read_records_at(asked.root, paths)?;
    let mut loaded = assemble(found.files);
    loaded.state.pair = Some(asked.pair_document.clone());
    Ok((loaded, found.odd))
}
