//! A clone of Git as the working copy of a write-out.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{
    self, BlobId, CommitId, Expect, IndexLock, RefLock, RefUpdate, Repository, TreeFile, TreeId,
};
use crate::model::RecordPath;
use crate::store::{Notes, Writing};

use super::overwrite::as_read;
use super::{CheckedOut, FileOutcome, FileState, WorkingCopy, check_out};
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
    snapshot_differs: BTreeMap<String, BlobId>,
    /// The files that may differ, as the commit has them.
    pub(super) wanted: BTreeMap<String, Option<TreeFile>>,
    index: &'a mut Option<IndexLock>,
    branch: Option<RefLock>,
    begun: bool,
    /// The files that stay as somebody edited them.
    kept: Vec<String>,
}

impl GitWorkingCopy<'_> {
    /// Writes the note of the write-out.
    fn note(&self, left: Option<TreeId>) -> Result<(), SyncError> {
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
    fn remembered(&self, left: &[String]) -> Result<TreeId, SyncError> {
        let of = self.of;
        let mut changes = Vec::new();
        for path in left {
            changes.push((path.clone(), of.as_read(path)?.map(|file| (file.mode, file.id))));
        }
        Ok(of.repo.write_tree(Some(self.tree), &changes)?)
    }
}

impl WorkingCopy for GitWorkingCopy<'_> {
    type Version = BlobId;

    fn has_work(&self) -> Result<bool, SyncError> {
        let of = self.of;
        let differs = !self.wanted.is_empty() || of.from != Some(of.to) || of.ends_merge;
        Ok(differs || of.notes.writing()?.is_some())
    }

    fn lock(&mut self) -> Result<bool, SyncError> {
        let of = self.of;
        // From here to the refresh of the index no other git commits what the index held before.
        if self.index.is_none() {
            *self.index = Some(of.repo.lock_index()?);
        }
        // No other git moves the branch either, so the rest can be finished.
        self.branch = of.repo.lock_branch(of.branch)?;
        let head = of.repo.head()?;
        if head.branch != of.branch {
            return Err(SyncError::OtherBranch {
                was: of.branch.to_owned(),
                is: head.branch,
            });
        }
        Ok(head.tip == of.from)
    }

    fn begin(&mut self) -> Result<(), SyncError> {
        self.of.repo.make_durable()?;
        self.note(None)?;
        self.begun = true;
        Ok(())
    }

    fn paths(&self) -> Result<Vec<String>, SyncError> {
        let shown = self
            .wanted
            .iter()
            .filter(|(path, _)| !self.of.hidden.contains(*path));
        let (come, gone): (Vec<_>, Vec<_>) = shown.partition(|(_, file)| file.is_some());
        let in_order = gone.into_iter().rev().chain(come);
        Ok(in_order.map(|(path, _)| path.clone()).collect())
    }

    fn look(&mut self, path: &str) -> Result<FileState<BlobId>, SyncError> {
        or_cannot_stand(path, self.look_at(path), FileState::Unknown)
    }

    fn move_aside(&mut self, path: &str) -> Result<Option<String>, SyncError> {
        or_cannot_stand(path, self.rename_aside(path).map(Some), None)
    }

    fn write(&mut self, path: &str, in_folder: Option<BlobId>) -> Result<FileOutcome, SyncError> {
        or_cannot_stand(path, self.write_file(path, in_folder), FileOutcome::LeftAlone)
    }

    fn keep_edit(&mut self, path: &str) -> Result<(), SyncError> {
        self.kept.push(path.to_owned());
        let left = self.remembered(&self.kept)?;
        self.of.repo.make_durable()?;
        self.note(Some(left))
    }

    fn move_branch(&mut self) -> Result<bool, SyncError> {
        let (of, lock) = (self.of, self.branch.take());
        if of.from == Some(of.to) {
            return Ok(true);
        }
        let expected = of.from.map_or(Expect::Absent, Expect::Is);
        let moved = match lock {
            Some(lock) => of.repo.move_locked(lock, of.to, expected, "oneonone")?,
            None => of.repo.move_branch(of.branch, expected, of.to, "oneonone")?,
        };
        Ok(moved != RefUpdate::Changed)
    }

    fn remember(&mut self, left: &[String]) -> Result<(), SyncError> {
        let of = self.of;
        let remembered = self.remembered(left)?;
        if self.begun {
            of.repo.make_durable()?;
        }
        let is_record = |path: &String| RecordPath::parse(path).is_some();
        let edits_wait = of.recovers || left.iter().any(is_record);
        let (tree, commit) = (remembered.to_string(), of.to.to_string());
        Ok(of.notes.remember(&tree, &commit, edits_wait)?)
    }

    fn refresh(&mut self) -> Result<Vec<String>, SyncError> {
        let of = self.of;
        let paths: Vec<String> = std::mem::take(&mut self.wanted).into_keys().collect();
        let index = self.index.take().map_or_else(|| of.repo.lock_index(), Ok)?;
        match of.repo.refresh_locked_index(index, self.tree, &paths) {
            // Where libgit2 does not read the format, git refreshes the index and takes the lock for itself. Another
            // program that was quicker is no reason to fail what is done.
            Err(git::Error::Locked { .. }) | Ok(()) => {}
            Err(e) => return Err(e.into()),
        }
        let from = match (of.old_tree, of.from) {
            (None, Some(from)) => Some(of.repo.tree_of(from)?),
            (old, _) => old,
        };
        Ok(of.repo.carry_odd_names(from, self.tree)?)
    }

    fn end(&mut self) -> Result<(), SyncError> {
        if self.of.ends_merge {
            self.of.repo.clear_merge_state()?;
        }
        Ok(self.of.notes.end_writing()?)
    }
}

/// The result of a step with a file. `otherwise` if a file can have no such name here, or something of mine stands in the
/// place of its folder: no other file may wait for it, as another attempt would not change that.
fn or_cannot_stand<T>(path: &str, result: Result<T, SyncError>, otherwise: T) -> Result<T, SyncError> {
    use crate::store::StoreError;
    use std::io::ErrorKind::{InvalidFilename, InvalidInput};
    let is_record = RecordPath::parse(path).is_some();
    match result {
        Err(SyncError::Store(StoreError::Unsafe { .. })) => Ok(otherwise),
        Err(SyncError::Store(StoreError::Io { source, .. }))
            if !is_record && matches!(source.kind(), InvalidFilename | InvalidInput) =>
        {
            Ok(otherwise)
        }
        Err(SyncError::Git(git::Error::TooLarge { .. })) if !is_record => Ok(otherwise),
        result => result,
    }
}
