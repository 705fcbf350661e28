//! The facts that are known of records by their bytes: a record that no side changed is not parsed for a sync
//! (docs/sync.md#partial-reading). They stand in the index of the records, which may go at any time
//! (docs/index.md#writes).

mod unread;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use crate::git::{BlobId, CommitId, Repository, TreeFile, TreeId};
use crate::model::{EntryId, RecordPath};
use crate::store::Notes;
use crate::store::record_index::WriterMarks;

use crate::sync::error::SyncError;
use crate::sync::load::index_refresh::NoIndex;
use crate::sync::load::indexed_record::first_of_sha256;
use crate::sync::load::known_records::{Holders, IndexPlace, Known, WrittenOut};
use crate::sync::load::listing::{Listing, RecordSet, listing};
use crate::sync::load::record_summary::{Summary, UnreadRecords};

/// The records that this clone has seen.
pub(in crate::sync) struct RecordCache {
    place: Option<IndexPlace>,
    known: RefCell<IndexState>,
    marks: Cell<WriterMarks>,
    /// Whether the keys are other ones than those that the index names.
    has_other_keys: Cell<bool>,
    /// Records that the index does not hold, or holds as special.
    summaries: RefCell<HashMap<BlobId, Rc<Summary>>>,
    settled: RefCell<HashSet<BlobId>>,
    listings: RefCell<HashMap<TreeId, Rc<Listing>>>,
    /// The records that were not read, as it was asked last, and what is known of them.
    unread: RefCell<(Vec<(RecordPath, BlobId)>, UnreadRecords)>,
}

/// The index, once it is asked for the first time.
#[derive(Default)]
enum IndexState {
    #[default]
    NotYet,
    /// There is none that could be used.
    None,
    Index(Box<Known>),
}

impl RecordCache {
    /// The facts that are known in a clone. Its index is opened when it is first asked; where there is none, or
    /// `use_index` forbids it, records are read as they are needed.
    pub(in crate::sync) fn of(repo: &Repository, notes: &Notes, use_index: bool) -> Self {
        let tip = repo.head().ok().and_then(|head| head.tip);
        Self::at(use_index.then(|| IndexPlace {
            notes: notes.clone(),
            root: repo.workdir().to_owned(),
            head: tip.map(|tip| tip.bytes()),
        }))
    }

    /// Nothing is known, and nothing is kept.
    pub(in crate::sync) fn without_index() -> Self {
        Self::at(None)
    }

    fn at(place: Option<IndexPlace>) -> Self {
        Self {
            place,
            known: RefCell::default(),
            marks: Cell::default(),
            has_other_keys: Cell::new(false),
            summaries: RefCell::default(),
            settled: RefCell::default(),
            listings: RefCell::default(),
            unread: RefCell::default(),
        }
    }

    /// The records of a tree, not read; each tree is walked once.
    pub(in crate::sync) fn listing(&self, repo: &Repository, tree: TreeId) -> Result<Rc<Listing>, SyncError> {
        if let Some(known) = self.listings.borrow().get(&tree) {
            return Ok(known.clone());
        }
        let listing = Rc::new(listing(repo, tree)?);
        self.listings.borrow_mut().insert(tree, listing.clone());
        Ok(listing)
    }

    /// The records of a version that must be looked at always, and those that share an id.
    pub(in crate::sync) fn always_read(
        &self,
        repo: &Repository,
        version: &Listing,
    ) -> Result<RecordSet, SyncError> {
        self.ask(|known| {
            let unknown = self.unknown(known, repo, version, |_| true)?;
            let special = unknown.iter().filter(|(_, summary)| summary.special);
            let mut found: RecordSet = special.map(|(record, _)| *record).collect();
            // No two records share an id of which the index says that they need not be read.
            let elsewhere = Holders::of(known, version, unknown.len())?;
            let mut holders: HashMap<EntryId, RecordPath> = HashMap::new();
            for (record, summary) in &unknown {
                for id in &summary.ids {
                    let first = match holders.insert(*id, *record) {
                        Some(first) => Some(first),
                        None => elsewhere.get(*id)?,
                    };
                    found.extend(first.into_iter().flat_map(|first| [first, *record]));
                }
            }
            Ok(found)
        })
    }

    /// The records with a seal that settling has not looked at since it changed or the keys did.
    pub(in crate::sync) fn unsettled(
        &self,
        repo: &Repository,
        version: &Listing,
    ) -> Result<RecordSet, SyncError> {
        self.ask(|known| {
            let settled = self.settled.borrow();
            let mut found = RecordSet::new();
            for (record, file) in version.iter().filter(|(record, _)| **record != RecordPath::Pair) {
                let is_unsettled = match known.and_then(|known| known.plain(*record, file)) {
                    Some(mark) => mark.is_sealed && (self.has_other_keys.get() || !mark.is_settled),
                    None => self.summary(repo, file)?.sealed,
                };
                if is_unsettled && !settled.contains(&file.id) {
                    found.insert(*record);
                }
            }
            Ok(found)
        })
    }

    /// Those of some records of which the index does not say that they need not be read, as they are read. The pair's own
    /// holds no entries.
    fn unknown(
        &self,
        known: Option<&Known>,
        repo: &Repository,
        version: &Listing,
        wanted: impl Fn(RecordPath) -> bool,
    ) -> Result<Vec<(RecordPath, Rc<Summary>)>, SyncError> {
        let is_plain = |record, file| known.is_some_and(|known| known.plain(record, file).is_some());
        let homes = version.iter().filter(|(record, _)| **record != RecordPath::Pair);
        let unknown = homes.filter(|(record, file)| wanted(**record) && !is_plain(**record, *file));
        unknown
            .map(|(record, file)| Ok((*record, self.summary(repo, file)?)))
            .collect()
    }

    /// The files of a version that hold one of these entries.
    pub(in crate::sync) fn files_with(
        &self,
        repo: &Repository,
        version: &Listing,
        ids: &BTreeSet<EntryId>,
    ) -> Result<Vec<TreeFile>, SyncError> {
        self.ask(|known| {
            let unknown = self.unknown(known, repo, version, |_| true)?.into_iter();
            let holds = |summary: &Summary| summary.ids.iter().any(|id| ids.contains(id));
            let holders = unknown.filter(|(_, summary)| holds(summary));
            let mut records: RecordSet = holders.map(|(record, _)| record).collect();
            let elsewhere = Holders::of(known, version, ids.len())?;
            for id in ids {
                records.extend(elsewhere.get(*id)?);
            }
            let files = records.iter().filter_map(|record| version.get(record));
            Ok(files.cloned().collect())
        })
    }

    /// A record of a tree. It is read where it is not known; one that does not parse is special.
    pub(in crate::sync) fn summary(
        &self,
        repo: &Repository,
        file: &TreeFile,
    ) -> Result<Rc<Summary>, SyncError> {
        if !file.is_regular() {
            return Ok(Rc::new(Summary::unreadable(&file.path)));
        }
        if let Some(known) = self.parsed(file.id, &file.path) {
            return Ok(known);
        }
        let summary = Summary::of_file(repo, file)?;
        Ok(self.learn(file.id, summary))
    }

    /// Learns of a record that lies in the folder and may be in no tree yet.
    pub(in crate::sync) fn learn_of(&self, record: RecordPath, file: &TreeFile, bytes: &[u8]) {
        let is_known = self.ask(|known| Ok(known.is_some_and(|known| known.plain(record, file).is_some())));
        if !is_known.unwrap_or(false) && self.parsed(file.id, &file.path).is_none() {
            self.learn(file.id, Summary::of(&file.path, bytes));
        }
    }

    fn parsed(&self, id: BlobId, path: &str) -> Option<Rc<Summary>> {
        let summaries = self.summaries.borrow();
        summaries.get(&id).filter(|known| known.path == path).cloned()
    }

    fn learn(&self, id: BlobId, summary: Summary) -> Rc<Summary> {
        let summary = Rc::new(summary);
        self.summaries.borrow_mut().insert(id, summary.clone());
        summary
    }

    /// Notes the keys that settling goes by, as one text. With other keys than before, which the answer tells, every
    /// record with a seal is to be settled again.
    pub(in crate::sync) fn settle_with(&self, keys: &str) -> bool {
        let marks = self.writer_marks();
        let settled_with = first_of_sha256(&[keys]);
        if marks.settled_with == settled_with {
            return false;
        }
        self.marks.set(WriterMarks {
            settled_with,
            ..marks
        });
        self.has_other_keys.set(true);
        self.settled.borrow_mut().clear();
        true
    }

    /// Settling found nothing to do in a record.
    pub(in crate::sync) fn settled(&self, id: BlobId) {
        self.settled.borrow_mut().insert(id);
    }

    /// The commit up to which nobody widened an entry of another's, in the eyes of `me`. It may be gone by now.
    pub(in crate::sync) fn looked_through(&self, me: &str) -> Option<CommitId> {
        let marks = self.writer_marks();
        let is_known = marks.looked_through != [0; 20] && marks.looked_by == first_of_sha256(&[me]);
        is_known.then(|| CommitId::from_bytes(marks.looked_through))
    }

    /// Notes that nobody did up to `tip`.
    pub(in crate::sync) fn look_through(&self, tip: CommitId, me: &str) {
        self.marks.set(WriterMarks {
            looked_through: tip.bytes(),
            looked_by: first_of_sha256(&[me]),
            ..self.writer_marks()
        });
    }

    fn writer_marks(&self) -> WriterMarks {
        // The marks of the index are taken over when it is opened.
        self.open();
        self.marks.get()
    }

    /// Whether an entry of any known record has this id.
    pub(in crate::sync) fn knows(&self, id: EntryId) -> bool {
        let known = self.ask(|known| {
            let is_indexed = match known {
                Some(known) => known.index.home_of(id)?.is_some(),
                None => false,
            };
            Ok(is_indexed || self.summaries.borrow().values().any(|s| s.ids.contains(&id)))
        });
        // Without the index nothing can fail.
        known.unwrap_or(false)
    }

    /// Asks the index, where there is one, and without it where it turns out to be damaged.
    fn ask<T>(&self, question: impl Fn(Option<&Known>) -> Result<T, NoIndex>) -> Result<T, SyncError> {
        self.open();
        let answer = match &*self.known.borrow() {
            IndexState::Index(known) => question(Some(known)),
            IndexState::NotYet | IndexState::None => question(None),
        };
        match answer {
            Err(NoIndex::Unusable) => {
                self.forget();
                question(None).map_err(NoIndex::into_error)
            }
            answer => answer.map_err(NoIndex::into_error),
        }
    }

    fn open(&self) {
        if !matches!(*self.known.borrow(), IndexState::NotYet) {
            return;
        }
        let opened = self.place.as_ref().and_then(|place| place.open().ok());
        if let Some(known) = &opened {
            let mine = self.marks.get();
            let theirs = known.index.writer_marks();
            // Marks of this run count; there are none before the first opening.
            if mine == WriterMarks::default() {
                self.marks.set(theirs);
            } else {
                self.has_other_keys.set(mine.settled_with != theirs.settled_with);
            }
        }
        let opened = opened.map_or(IndexState::None, |known| IndexState::Index(Box::new(known)));
        *self.known.borrow_mut() = opened;
    }

    /// The index is damaged: the next question makes it anew. Where it cannot be removed, that costs time alone.
    fn forget(&self) {
        if let IndexState::Index(known) = self.known.replace(IndexState::None) {
            let _ = known.index.remove();
        }
    }

    /// Keeps what is known of the records for the next command, once they lie in the folder. A failure is no error.
    pub(in crate::sync) fn keep(&self, written: &WrittenOut<'_>) {
        let Some(place) = &self.place else { return };
        let known = match self.known.replace(IndexState::None) {
            IndexState::Index(known) => *known,
            other => return drop(self.known.replace(other)),
        };
        if place
            .keep(known, written, &self.settled.borrow(), self.marks.get())
            .is_ok()
        {
            self.known.replace(IndexState::NotYet);
        }
    }

    /// Lets the index go for the rest of this run: it was removed for words that the folder may still hold.
    pub(in crate::sync) fn let_go(&self) {
        self.known.replace(IndexState::None);
    }
}

#[cfg(test)]
mod tests;
