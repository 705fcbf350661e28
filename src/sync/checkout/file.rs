//! One file of a write-out: its version in the folder, and the step that follows from it. `store` writes the bytes and sets
//! the mode.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git::{self, BlobId, Repository, TreeFile, mode};
use crate::model::{Limits, RecordPath};
use crate::store::{
    FileBatch, StoreError, WorkFile, read_work_file, remove_empty_folders, safe_path, set_executable,
    without_carriage_returns,
};

use super::git_checkout::{GitCheckout, GitWorkingCopy};
use super::overwrite::Versions;
use super::{FileOutcome, FileState};
use crate::sync::combine::second_name::second_version_path;
use crate::sync::error::SyncError;

impl GitWorkingCopy<'_> {
    pub(super) fn look_at(&self, path: &str) -> Result<FileState<BlobId>, SyncError> {
        let (of, want) = (self.of, self.wanted(path));
        let full = match safe_path(of.repo.workdir(), path) {
            // Something else stands there already, so the file is gone.
            Err(StoreError::Unsafe { .. }) if want.is_none() => return Ok(FileState::NotOurs),
            full => full?,
        };
        if want.is_some_and(|file| file.mode == mode::SUBMODULE) {
            return Ok(FileState::NotOurs);
        }
        let in_folder = match self.lying(path, &full) {
            Err(_) if of.repo.is_converted(path) => return Ok(FileState::Unknown),
            in_folder => in_folder?,
        };
        Ok(FileState::Known(self.versions(path, in_folder)?))
    }

    /// Writes or removes the file, if the folder still has it so.
    pub(super) fn write_file(
        &self,
        files: &mut FileBatch,
        path: &str,
        in_folder: Option<BlobId>,
    ) -> Result<FileOutcome, SyncError> {
        let (of, want) = (self.of, self.wanted(path));
        let full = safe_path(of.repo.workdir(), path)?;
        let is_other = RecordPath::parse(path).is_none();
        match want {
            None if is_other && of.untracked_by_hand(path)? => {}
            None => {
                files.remove_file(&full)?;
                remove_empty_folders(&full, of.repo.workdir());
            }
            Some(file) if file.mode == mode::LINK => files.save_link(&full, &of.repo.blob(file.id, 4095)?)?,
            Some(file) if self.is_large(path, file)? => {
                let still = || Ok::<_, SyncError>(self.lying(path, &full)? == in_folder);
                let copy = |to: &mut fs::File| Ok(of.repo.copy_blob(file.id, to)?);
                if !files.save_written_file_if(&full, copy, still)? {
                    return Ok(FileOutcome::Edited);
                }
                set_executable(&full, file.mode == mode::EXECUTABLE)?;
            }
            Some(file) => {
                let bytes = match is_other && of.repo.is_converted(path) {
                    false => of.repo.blob(file.id, Limits::LARGEST_FILE)?,
                    true => match of.repo.converted(path, file.id) {
                        Ok(bytes) => bytes,
                        Err(_) => return Ok(FileOutcome::LeftAlone),
                    },
                };
                // Making the bytes durable takes a while: an editor may save before the rename.
                let still = || Ok::<_, SyncError>(self.lying(path, &full)? == in_folder);
                if !files.save_file_if(&full, &bytes, still)? {
                    return Ok(FileOutcome::Edited);
                }
                set_executable(&full, file.mode == mode::EXECUTABLE)?;
            }
        }
        Ok(FileOutcome::Written)
    }

    /// Renames the file to a free name beside it, which it gives.
    pub(super) fn rename_aside(&self, path: &str) -> Result<String, SyncError> {
        let full = safe_path(self.of.repo.workdir(), path)?;
        let in_folder = self.lying(path, &full)?;
        let id = in_folder.map(|id| id.short()).unwrap_or_default();
        let (name, place) = self.free_name(path, &id)?;
        fs::rename(&full, &place).map_err(StoreError::io("move aside", &full))?;
        Ok(name)
    }

    /// Whether a file is not to be held in memory.
    ///
    /// # Errors
    /// When it is beyond the limit of what is written out.
    fn is_large(&self, path: &str, file: &TreeFile) -> Result<bool, SyncError> {
        let (repo, limit) = (self.of.repo, Limits::LARGEST_FILE);
        match repo.blob_size(file.id)? {
            size if size > limit => {
                let id = file.id.short();
                Err(git::Error::TooLarge { id, size, limit }.into())
            }
            // A record is never converted.
            size if RecordPath::parse(path).is_some() => Ok(size > Limits::OTHER_FILE),
            size => Ok(size > Limits::OTHER_FILE && !repo.is_converted(path)),
        }
    }

    fn wanted(&self, path: &str) -> Option<&TreeFile> {
        self.wanted.get(path)?.as_ref()
    }

    /// A name beside a path that no file has, and where that is.
    fn free_name(&self, path: &str, id: &str) -> Result<(String, PathBuf), SyncError> {
        let mut name = id.to_owned();
        for number in 2.. {
            let aside = second_version_path(path, "mine", &name);
            let place = safe_path(self.of.repo.workdir(), &aside)?;
            if place.symlink_metadata().is_err() {
                return Ok((aside, place));
            }
            name = format!("{id}-{number}");
        }
        Err(SyncError::BranchKeepsMoving)
    }

    /// The blob id of the file that lies at a path: of a record with LF line ends, of a link where it points.
    fn lying(&self, path: &str, full: &Path) -> Result<Option<BlobId>, SyncError> {
        match read_work_file(full)? {
            None => return Ok(None),
            Some(WorkFile::Link(to)) => return Ok(Some(Repository::blob_id(to.as_bytes())?)),
            Some(WorkFile::Regular) => {}
        }
        let read = || fs::read(full).map_err(StoreError::io("read", full));
        if RecordPath::parse(path).is_some() {
            return Ok(Some(Repository::blob_id(&without_carriage_returns(read()?))?));
        }
        let repo = self.of.repo;
        if repo.is_converted(path) {
            // A filter of Git's may give another blob each time: find the one that the bytes were made of.
            let bytes = read()?;
            let versions = self.versions(path, None)?;
            let known = [
                versions.wanted,
                versions.snapshot,
                versions.previous,
                versions.on_branch,
            ];
            let made = |id: &BlobId| repo.converted(path, *id).is_ok_and(|made| made == bytes);
            if let Some(known) = known.into_iter().flatten().find(made) {
                return Ok(Some(known));
            }
        }
        Ok(Some(repo.write_work_file(path)?))
    }

    fn versions(&self, path: &str, in_folder: Option<BlobId>) -> Result<Versions<BlobId>, SyncError> {
        let of = self.of;
        Ok(Versions {
            in_folder,
            wanted: self.wanted(path).map(|file| file.id),
            previous: of.old(path)?.map(|file| file.id),
            snapshot: of.snapshot_ids.get(path).copied(),
            on_branch: of.committed(path)?.map(|file| file.id),
        })
    }
}

impl GitCheckout<'_> {
    /// Whether plain Git took a file out of the branch before: the file that lies here is a person's own then. A file
    /// that only a crashed run wrote is ours to remove.
    fn untracked_by_hand(&self, path: &str) -> Result<bool, SyncError> {
        Ok(self.from.is_some() && self.old(path)?.is_some() && self.committed(path)?.is_none())
    }
}
