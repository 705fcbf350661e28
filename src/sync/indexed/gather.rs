//! The entries of an answer, brought together: rows of the index, records that must be read, and opened seals.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::{Entry, EntryId, Home, Kind, Loaded, Problem, assemble};
use crate::seal::OpenError;
use crate::store::read_records_at;
use crate::store::record_index::{CiphertextId, IndexedEntry, IndexedRecord, RecordIndex, closed_action};

use crate::sync::error::SyncError;
use crate::sync::secrets::keys::ViewError;
use crate::sync::view::View;

use super::kept_texts::KeptTexts;
use super::wanted::{AllIds, ClosedCount, IndexAnswer, QuestionedClone, Wanted, WantedEntries};
use crate::sync::load::index_refresh::{NoIndex, first_meeting};
use crate::sync::load::indexed_record::ciphertext_id;

/// An answer that is being put together.
pub(super) struct Gathering<'a> {
    asked: &'a QuestionedClone<'a>,
    view: View,
    kept: Option<KeptTexts>,
    /// The ciphertexts that were looked at.
    seen: HashSet<CiphertextId>,
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
            kept: None,
            seen: HashSet::new(),
            read: BTreeMap::new(),
            conflicted: BTreeSet::new(),
            closed: BTreeMap::new(),
            taken_from: BTreeSet::new(),
        };
        match wanted.entries {
            WantedEntries::None => gathering.conflicts(&loaded, index)?,
            WantedEntries::Open => gathering.open(&loaded, index)?,
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
        let is_all = !matches!(wanted.entries, WantedEntries::Matching(_));
        let folder = asked.notes.kept_texts_folder();
        if is_all && gathering.kept.is_none() && folder.exists() {
            // No entry is sealed any more: what was kept of them goes.
            gathering.kept = Some(KeptTexts::load(folder, asked.keys));
        }
        if let Some(kept) = gathering.kept {
            kept.save(asked.keys, is_all.then_some(&gathering.seen));
        }
        let closed = gathering.closed.into_iter().filter(|(_, count)| *count > 0);
        Ok(IndexAnswer {
            loaded,
            odd,
            view: gathering.view,
            taken_from: gathering.taken_from,
            ids,
            closed: closed
                .map(|((owner, is_done), count)| ClosedCount {
                    owner,
                    is_done,
                    count,
                })
                .collect(),
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
        for record in index.sealed()? {
            for indexed in record.into_entries() {
                self.take(indexed)?;
            }
            self.view.entries.clear();
        }
        Ok(())
    }

    /// The entries that wait, open actions, and the ones that these follow from. A sealed entry may be any of them.
    fn open(&mut self, loaded: &Loaded, index: &RecordIndex) -> Result<(), NoIndex> {
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
        for record in index
            .sealed()?
            .into_iter()
            .filter(|record| in_meetings(record.home))
        {
            for indexed in record.into_entries() {
                if let Some(entry) = self.take_if(indexed, Entry::is_open_action)?
                    && let Some(key) = closed_action(&entry)
                {
                    *self.closed.entry(key).or_default() += 1;
                }
            }
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
        Ok(())
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
        self.seen.insert(ciphertext);
        let (folder, keys) = (self.asked.notes.kept_texts_folder(), self.asked.keys);
        let kept = self.kept.get_or_insert_with(|| KeptTexts::load(folder, keys));
        let mut entry = indexed.entry;
        match kept.get(ciphertext, entry.id) {
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
            return Ok(());
        }
        let closed = self.view.closed.get(&entry.id);
        if entry.body.is_some() || closed == Some(&ViewError::Open(OpenError::NotForMe)) {
            let opened = IndexedEntry {
                entry: entry.clone(),
                ciphertext: Some(ciphertext),
                folded: None,
            };
            self.kept.iter_mut().for_each(|kept| kept.take(opened.clone()));
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
