//! The index of the records as a write uses it: opened or made once, asked by blob ids, and brought to what was written out
//! (docs/index.md#writes).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use crate::git::{BlobId, CommitId, Repository, TreeFile};
use crate::model::{EntryId, Home, RecordPath};
use crate::store::Notes;
use crate::store::record_index::{RecordIndex, RecordMark, Stamp, WriterMarks};

use crate::sync::load::index_refresh::{NoIndex, Refresh};
use crate::sync::load::indexed_record::{ReadRecord, read_record};
use crate::sync::load::listing::Listing;
use crate::sync::load::read::record_bytes;

/// The ids of so many records are looked up one by one in the index; those of more are read at once.
const FEW: usize = 64;

/// Where the index lies, and the folder that it is about.
pub(in crate::sync) struct IndexPlace {
    pub(in crate::sync) notes: Notes,
    pub(in crate::sync) root: PathBuf,
    /// The commit of HEAD.
    pub(in crate::sync) head: Option<[u8; 20]>,
}

/// A version that was written out.
pub(in crate::sync) struct WrittenOut<'a> {
    pub(in crate::sync) repo: &'a Repository,
    /// Its records.
    pub(in crate::sync) version: &'a Listing,
    /// The files that lie in the folder, by path, but for those that were left as somebody edited them.
    pub(in crate::sync) lies: &'a BTreeMap<String, BlobId>,
    /// The commit that HEAD was at.
    pub(in crate::sync) from: Option<CommitId>,
    /// The one that it is at now.
    pub(in crate::sync) to: CommitId,
}

/// The index, with what it says of each record.
pub(in crate::sync) struct Known {
    pair: EntryId,
    pub(in crate::sync) index: RecordIndex,
    marks: HashMap<Home, RecordMark>,
}

impl Known {
    /// The facts that are known of the bytes of a record. A link with the same bytes is another thing.
    fn mark(&self, record: RecordPath, file: &TreeFile) -> Option<&RecordMark> {
        let mark = self.marks.get(&home(record)?)?;
        let is_file = file.is_regular();
        (is_file && mark.blob == file.id.bytes()).then_some(mark)
    }

    /// The same for a record that need not be read.
    pub(in crate::sync) fn plain(&self, record: RecordPath, file: &TreeFile) -> Option<&RecordMark> {
        self.mark(record, file).filter(|mark| !mark.is_special)
    }
}

fn home(record: RecordPath) -> Option<Home> {
    match record {
        RecordPath::Home(home) => Some(home),
        RecordPath::Pair => None,
    }
}

impl IndexPlace {
    /// Opens the index, or makes it.
    pub(in crate::sync) fn open(&self) -> Result<Known, NoIndex> {
        let bound = self.notes.bound()?;
        let pair: Option<EntryId> = bound.and_then(|pair| pair.trim().parse().ok());
        let pair = pair.ok_or(NoIndex::Unusable)?;
        let mut refresh = Refresh {
            root: &self.root,
            pair,
            head: self.head,
            index: RecordIndex::open(&self.notes.index_path(), pair),
        };
        if refresh.index.is_empty() {
            refresh.build()?;
        }
        let index = refresh.index;
        let marks = match index.marks() {
            Ok(marks) => marks,
            Err(_) => {
                let _ = index.remove();
                return Err(NoIndex::Unusable);
            }
        };
        let marks = marks.into_iter().map(|mark| (mark.home, mark)).collect();
        Ok(Known { pair, index, marks })
    }

    /// Takes in the records of a version that was written out.
    pub(in crate::sync) fn keep(
        &self,
        known: Known,
        written: &WrittenOut<'_>,
        settled: &HashSet<BlobId>,
        marks: WriterMarks,
    ) -> Result<(), NoIndex> {
        let version = written.version;
        let changed = version.iter().filter_map(|(record, file)| {
            let home = home(*record)?;
            known.mark(*record, file).is_none().then_some(home)
        });
        let mut changed: BTreeSet<Home> = changed.collect();
        let gone = known.marks.keys().map(|home| RecordPath::Home(*home));
        let gone = gone.filter(|record| !version.contains_key(record));
        changed.extend(gone.filter_map(home));
        let pair = known.pair;
        let mut refresh = Refresh {
            root: &self.root,
            pair,
            head: known.index.head(),
            index: known.index,
        };
        refresh.index.note(marks);
        refresh.take_in_as(&changed, |home| self.read(written, home, pair))?;
        if !settled.is_empty() {
            let mut now = refresh.index.marks()?;
            now.retain(|mark| {
                let file = version.get(&RecordPath::Home(mark.home));
                let is_same = |file: &TreeFile| file.id.bytes() == mark.blob && settled.contains(&file.id);
                !mark.is_settled && file.is_some_and(is_same)
            });
            refresh.index.settle(now.into_iter().map(|mark| mark.home));
        }
        // Every file was looked at when HEAD was there, and what moved it since is taken in.
        if refresh.head == written.from.map(|commit| commit.bytes()) {
            refresh.head = Some(written.to.bytes());
        }
        let folders = refresh.index.folders()?;
        refresh.index.save_for_now(refresh.head, &folders);
        Ok(())
    }

    /// A record as it was written out a moment ago, without a look at its file: a question looks. One that was left, hidden
    /// or removed is read as it lies there.
    fn read(&self, written: &WrittenOut<'_>, home: Home, pair: EntryId) -> Result<ReadRecord, NoIndex> {
        let path = home.path();
        let file = written.version.get(&RecordPath::Home(home));
        let file = file.filter(|file| written.lies.get(&path) == Some(&file.id));
        if let Some(file) = file.filter(|_| Stamp::of(&self.root.join(&path)).is_some())
            && let Ok(bytes) = record_bytes(written.repo, file.id)?
        {
            return Ok(ReadRecord::of(home, &bytes, file.id, pair, Stamp::default()));
        }
        Ok(read_record(&self.root, home, pair)?)
    }
}

/// Which record of a version holds an entry, among those that need not be read.
pub(in crate::sync) struct Holders<'a> {
    known: Option<&'a Known>,
    version: &'a Listing,
    /// All of them, where many are asked for.
    all: Option<HashMap<EntryId, Home>>,
}

impl<'a> Holders<'a> {
    pub(in crate::sync) fn of(
        known: Option<&'a Known>,
        version: &'a Listing,
        asked: usize,
    ) -> Result<Self, NoIndex> {
        let all = match known.filter(|_| asked > FEW) {
            Some(known) => Some(known.index.homes_of_ids()?.into_iter().collect()),
            None => None,
        };
        Ok(Self { known, version, all })
    }

    pub(in crate::sync) fn get(&self, id: EntryId) -> Result<Option<RecordPath>, NoIndex> {
        let Some(known) = self.known else {
            return Ok(None);
        };
        let home = match &self.all {
            Some(all) => all.get(&id).copied(),
            None => known.index.home_of(id)?,
        };
        let record = home.map(RecordPath::Home);
        Ok(record.filter(|record| {
            let file = self.version.get(record);
            file.is_some_and(|file| known.plain(*record, file).is_some())
        }))
    }
}
