//! The snapshot of the folder: takes in hand edits, and finishes a merge of plain Git that stopped.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::git::TreeId;
use crate::model::{EntryId, RecordPath, State};
use crate::store::TakenVersion;

use crate::sync::error::SyncError;
use crate::sync::load::changed_records::{folder_listing, records_to_compare};
use crate::sync::load::commit::record_changes;
use crate::sync::load::listing::RecordSet;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;
use crate::sync::snapshot::{BrokenRecords, SnapshotContext};

use super::{SnapshotFiles, Workspace};

impl Workspace {
    /// Finishes a merge of plain Git that stopped, and commits hand edits.
    pub(super) fn snapshot_folder(&mut self, files: SnapshotFiles, resumed: bool) -> Result<(), SyncError> {
        let merge_heads = self.repo.merge_heads()?;
        if !merge_heads.is_empty() {
            self.read_everything()?;
        }
        if files == SnapshotFiles::AllTracked || !merge_heads.is_empty() {
            self.snapshot_other_files(&merge_heads)?;
        }
        let work = match merge_heads.is_empty() {
            true => None,
            false => Some(self.folder_before_merge(&merge_heads)?),
        };
        let work = work.as_ref();
        if !self
            .snapshot_context()
            .is_as_head(work.unwrap_or(&self.working_copy))
        {
            self.widen(Some(self.edited(work.unwrap_or(&self.working_copy))?))?;
            // An entry by hand may refer to one in any record.
            let mut files = work.unwrap_or(&self.working_copy).files.values();
            if files.any(|bytes| names_another(bytes)) {
                self.read_everything()?;
            }
        }
        let context = SnapshotContext {
            pending: resumed || work.is_some(),
            ..self.snapshot_context()
        };
        let taken = context.take_in(work.unwrap_or(&self.working_copy))?;
        let (mut taken_versions, mut has_removed) = (BTreeMap::new(), false);
        let mut left = BrokenRecords::new();
        let (mut state, filled) = match taken {
            Some(taken) => {
                self.sync_notes.extend(taken.notes);
                self.repaired = taken.mended;
                taken_versions = taken.taken;
                has_removed = taken.has_removed;
                left = taken.left;
                (taken.state, taken.filled)
            }
            None => (self.side.state.clone(), Vec::new()),
        };
        let doubled = self.side.doubled.keys().copied();
        self.sync_notes
            .extend(doubled.clone().map(SyncNote::Deduplicated));
        // The folder does not have what was healed or filled in.
        let loose = self.side.loose.iter().map(|(_, id)| *id);
        let apart: Vec<EntryId> = doubled.chain(loose).chain(filled).collect();
        // An entry that a hand moved out of such a file may go: the file itself stays.
        self.left.clear();
        self.keep_brought_back_narrow(&mut state)?;
        let changed = self.commit(state, None)?;
        self.keep_taken(&taken_versions)?;
        for record in left.keys() {
            // The write-out overwrites only a version that was taken in.
            self.working_copy.ids.remove(&record.path());
        }
        self.left = left;
        if changed && has_removed {
            self.hand_removal = self.tip;
        }
        if merge_heads.is_empty() && self.tip != self.head {
            self.snapshot_tree = self.without(&apart)?;
        }
        for other in merge_heads {
            let tip = self.tip.ok_or(SyncError::NoPair)?;
            if !self.repo.is_ancestor(other, tip)? {
                let notes = self.prepare_merge(tip, other)?;
                self.sync_notes.extend(notes);
            }
            self.ends_merge = true;
            self.sync_notes.push(SyncNote::FinishedMerge);
        }
        Ok(())
    }

    /// Leaves every record that differs from HEAD as it lies in the folder: the next command takes it in.
    pub(super) fn leave_folder(&mut self) {
        let committed = |path: &str| {
            let record = RecordPath::parse(path)?;
            self.side.blobs.get(&record).map(|file| file.id)
        };
        let ids = self.working_copy.ids.iter();
        let edited = ids.filter(|(path, id)| committed(path) != Some(**id));
        let edited: Vec<String> = edited.map(|(path, _)| path.clone()).collect();
        for path in edited {
            self.working_copy.ids.remove(&path);
            if let Some(RecordPath::Pair) = RecordPath::parse(&path) {
                self.left.insert(RecordPath::Pair, Vec::new());
            }
        }
    }

    /// Keeps the records as they were taken in: a file that is saved again from the same buffer was made from them. So
    /// the blobs are written, and noted before the commit counts.
    fn keep_taken(&self, taken: &BTreeMap<RecordPath, State>) -> Result<(), SyncError> {
        let Some(tip) = self.tip else { return Ok(()) };
        let mut versions = Vec::new();
        for (record, state) in taken {
            let bytes = state.record(*record).unwrap_or_default();
            let blob = self.repo.write_blob(&bytes)?;
            versions.push(TakenVersion {
                path: record.path(),
                blob: blob.to_string(),
                commit: tip.to_string(),
                as_saved: self.working_copy.id(*record) == Some(blob),
            });
        }
        match versions.is_empty() {
            true => Ok(()),
            false => Ok(self.notes.add_taken(&versions)?),
        }
    }

    /// The tree of the prepared commit without some entries.
    fn without(&self, entries: &[EntryId]) -> Result<Option<TreeId>, SyncError> {
        if entries.is_empty() {
            return Ok(self.side.tree);
        }
        let mut state = self.side.state.clone();
        state.entries.retain(|id, _| !entries.contains(id));
        let changes = record_changes(&self.repo, &self.side, &state, &Default::default())?;
        Ok(Some(self.repo.write_tree(self.side.tree, &changes)?))
    }

    /// The records that hand edits are in.
    fn edited(&self, work: &WorkTree) -> Result<RecordSet, SyncError> {
        let head = Rc::new(self.side.blobs.clone());
        let mut versions = vec![Rc::new(folder_listing(&self.cache, work, &head)), head];
        if let Some(base) = work.base_tree {
            versions.push(self.cache.listing(&self.repo, base)?);
        }
        records_to_compare(&self.repo, &self.cache, &versions)
    }

    /// The parts of the clone that taking in hand edits needs.
    pub(in crate::sync) fn snapshot_context(&self) -> SnapshotContext<'_> {
        SnapshotContext {
            repo: &self.repo,
            head_side: &self.side,
            keys: &self.keys,
            pair: &self.pair,
            me: self.keys.me(&self.pair),
            now: self.env.now,
            new_id: self.env.new_id,
            cache: &self.cache,
            pending: false,
            notes: &self.notes,
            tip: self.tip,
            base_is_known: false,
        }
    }
}

/// Whether a record may hold an entry without an id that refers to another.
fn names_another(record: &[u8]) -> bool {
    let mut lines = record.split(|byte| *byte == b'\n');
    lines.any(|line| line.trim_ascii_start().starts_with(b"re"))
}
