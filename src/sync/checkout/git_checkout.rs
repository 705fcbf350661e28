//! A clone of Git as the working copy of a write-out.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, CommitId, IndexLock, RefLock, Repository, TreeFile, TreeId};
use crate::model::RecordPath;
use crate::store::{FileBatch, Notes, Writing};

use super::overwrite::as_read;
use super::{CheckedOut, check_out};
use crate::sync::error::SyncError;
use crate::sync::load::record_cache::RecordCache;

/// A commit to be written out.
pub(in crate::sync) struct GitCheckout<'a> {
    pub(in crate::sync) repo: &'a Repository,
    pub(in crate::sync) notes: &'a Notes,
    pub(in crate::sync) cache: &'a RecordCache,
    pub(in crate::sync) branch: &'a str,
    /// Where the branch stands.
    pub(in crate::sync) from: Option<CommitId>,
    /// The commit.
    pub(in crate::sync) to: CommitId,
    /// The tree last written out.
    pub(in crate::sync) old_tree: Option<TreeId>,
    /// HEAD with the hand edits, but without entries that lie in the folder without an id or twice. None where there
    /// were no edits.
    pub(in crate::sync) snapshot_tree: Option<TreeId>,
    /// The blob ids of files as they lie there and were taken in.
    pub(in crate::sync) snapshot_ids: &'a BTreeMap<String, BlobId>,
    /// Records that were not there when the folder was read, and that nobody removed for that.
    pub(in crate::sync) missing: &'a BTreeSet<String>,
    /// Paths that a sparse checkout hides.
    pub(in crate::sync) hidden: &'a BTreeSet<String>,
    pub(in crate::sync) ends_merge: bool,
    /// Whether it completes the write-out of a dead run.
    pub(in crate::sync) recovers: bool,
}

impl GitCheckout<'_> {
    /// Writes it out; none where another program moved the branch.
    ///
    /// It takes the lock on the index where `index` does not hold it yet, and leaves it held in that case: the next
    /// attempt then meets no new commit.
    pub(in crate::sync) fn write_out(
        &self,
        index: &mut Option<IndexLock>,
    ) -> Result<Option<CheckedOut>, SyncError> {
        let tree = self.repo.tree_of(self.to)?;
        let taken = self.differing_snapshot(tree)?;
        let changed = self.repo.changed_paths(self.old_tree, Some(tree))?;
        let mut wanted = BTreeMap::new();
        let missing = self.missing.iter().cloned();
        for path in changed.into_iter().chain(taken.keys().cloned()).chain(missing) {
            let file = self.repo.tree_entry(tree, &path)?;
            wanted.insert(path, file);
        }
        check_out(&mut GitWorkingCopy {
            of: self,
            tree,
            snapshot_differs: taken,
            wanted,
            index,
            branch: None,
            begun: false,
            files: FileBatch::default(),
            kept: Vec::new(),
        })
    }

    /// The files that lie there otherwise than in the commit, as they were taken in.
    fn differing_snapshot(&self, tree: TreeId) -> Result<BTreeMap<String, BlobId>, SyncError> {
        let records = self.cache.listing(self.repo, tree)?;
        let mut taken = BTreeMap::new();
        for (path, id) in self.snapshot_ids {
            let wanted = match RecordPath::parse(path) {
                Some(record) => records.get(&record).map(|file| file.id),
                None => self.repo.tree_entry(tree, path)?.map(|file| file.id),
            };
            if wanted != Some(*id) {
                taken.insert(path.clone(), *id);
            }
        }
        Ok(taken)
    }

    /// The file as the tree last written out has it.
    pub(super) fn old(&self, path: &str) -> Result<Option<TreeFile>, SyncError> {
        let Some(tree) = self.old_tree else {
            return Ok(None);
        };
        Ok(self.repo.tree_entry(tree, path)?)
    }

    /// The file as the branch has it: the commit that is written out holds the commits that plain Git made since.
    pub(super) fn committed(&self, path: &str) -> Result<Option<TreeFile>, SyncError> {
        let Some(from) = self.from else { return Ok(None) };
        Ok(self.repo.tree_entry(self.repo.tree_of(from)?, path)?)
    }

    /// The file as it was when it was read.
    fn as_read(&self, path: &str) -> Result<Option<TreeFile>, SyncError> {
        let snapshot = self.snapshot_tree.map(|tree| self.repo.tree_entry(tree, path));
        Ok(as_read(
            self.old(path)?,
            self.committed(path)?,
            snapshot.transpose()?,
        ))
    }
}

/// One write-out under way.
pub(super) struct GitWorkingCopy<'a> {
    pub(super) of: &'a GitCheckout<'a>,
    /// The tree of the commit.
    pub(super) tree: TreeId,
    pub(super) snapshot_differs: BTreeMap<String, BlobId>,
    /// The files that may differ, as the commit has them.
    pub(super) wanted: BTreeMap<String, Option<TreeFile>>,
    pub(super) index: &'a mut Option<IndexLock>,
    pub(super) branch: Option<RefLock>,
    pub(super) begun: bool,
    pub(super) files: FileBatch,
    /// The files that stay as somebody edited them.
    pub(super) kept: Vec<String>,
}

impl GitWorkingCopy<'_> {
    /// Writes the note of the write-out.
    pub(super) fn note(&self, left: Option<TreeId>) -> Result<(), SyncError> {
        let of = self.of;
        let tree = |id: Option<TreeId>| id.map(|id| id.to_string()).unwrap_or_default();
        let snapshot = self.snapshot_differs.iter();
        Ok(of.notes.begin_writing(&Writing {
            branch: of.branch.to_owned(),
            from: of.from.map(|id| id.to_string()).unwrap_or_default(),
            to: of.to.to_string(),
            old_tree: tree(of.old_tree),
            taken_in: tree(of.snapshot_tree),
            taken: snapshot
                .map(|(path, id)| (path.clone(), id.to_string()))
                .collect(),
            left: tree(left),
            ends_merge: of.ends_merge,
        })?)
    }

    /// The commit's tree, but with files that were left as they were when they were read.
    pub(super) fn remembered(&self, left: &[String]) -> Result<TreeId, SyncError> {
        let of = self.of;
        let mut changes = Vec::new();
        for path in left {
            changes.push((path.clone(), of.as_read(path)?.map(|file| (file.mode, file.id))));
        }
        Ok(of.repo.write_tree(Some(self.tree), &changes)?)
    }
}
