//! The steps of a write-out in a clone of Git.

use crate::git::{self, BlobId, Expect, RefUpdate};
use crate::model::RecordPath;

use super::git_checkout::GitWorkingCopy;
use super::{FileOutcome, FileState, WorkingCopy};
use crate::sync::error::SyncError;

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
        if self.of.recovers {
            // The run that died may have written the file, and no further.
            let top = self.of.repo.workdir();
            self.files.include(&top.join(path), top);
        }
        or_cannot_stand(path, self.look_at(path), FileState::Unknown)
    }

    fn move_aside(&mut self, path: &str) -> Result<Option<String>, SyncError> {
        or_cannot_stand(path, self.rename_aside(path).map(Some), None)
    }

    fn write(&mut self, path: &str, in_folder: Option<BlobId>) -> Result<FileOutcome, SyncError> {
        let mut files = std::mem::take(&mut self.files);
        let written = self.write_file(&mut files, path, in_folder);
        self.files = files;
        or_cannot_stand(path, written, FileOutcome::LeftAlone)
    }

    fn keep_edit(&mut self, path: &str) -> Result<(), SyncError> {
        self.kept.push(path.to_owned());
        let left = self.remembered(&self.kept)?;
        self.of.repo.make_durable()?;
        self.note(Some(left))
    }

    fn move_branch(&mut self) -> Result<bool, SyncError> {
        // A branch never stands at files that a power cut can take back.
        self.files.finish()?;
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
