//! One file of a write-out: how it looks, and how it is written.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::git::{BlobId, Repository, TreeFile, mode};
use crate::model::RecordPath;
use crate::store::{StoreError, remove_file, safe_path, save_file_if, without_carriage_returns};

use super::git_checkout::{GitCheckout, GitWorkingCopy};
use super::overwrite::Versions;
use super::{FileOutcome, FileState};
use crate::sync::combine::second_name::second_version_path;
use crate::sync::error::SyncError;

/// The largest file that is written out into the folder.
const LARGEST: usize = 512 * 1024 * 1024;

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
        let lies = match self.lying(path, &full) {
            Err(_) if of.repo.is_converted(path) => return Ok(FileState::Unknown),
            lies => lies?,
        };
        Ok(FileState::Known(Versions {
            in_folder: lies,
            wanted: want.map(|file| file.id),
            previous: of.old(path)?.map(|file| file.id),
            snapshot: of.snapshot_ids.get(path).copied(),
            on_branch: of.committed(path)?.map(|file| file.id),
        }))
    }

    /// Writes or removes the file, if it still lies there so.
    pub(super) fn write_file(&self, path: &str, lies: Option<BlobId>) -> Result<FileOutcome, SyncError> {
        let (of, want) = (self.of, self.wanted(path));
        let full = safe_path(of.repo.workdir(), path)?;
        let is_other = RecordPath::parse(path).is_none();
        match want {
            None if is_other && of.untracked_by_hand(path)? => {}
            None => {
                remove_file(&full)?;
                remove_empty_folders(&full, of.repo.workdir());
            }
            Some(file) if file.mode == mode::LINK => link(&full, file, of.repo)?,
            Some(file) => {
                let bytes = match is_other && of.repo.is_converted(path) {
                    false => of.repo.blob(file.id, LARGEST)?,
                    true => match of.repo.converted(path, file.id) {
                        Ok(bytes) => bytes,
                        Err(_) => return Ok(FileOutcome::LeftAlone),
                    },
                };
                // Making it durable takes a while: an editor may save meanwhile.
                let still = || Ok::<_, SyncError>(self.lying(path, &full)? == lies);
                if !save_file_if(&full, &bytes, still)? {
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
        let lies = self.lying(path, &full)?;
        let id = lies.map(|id| id.short()).unwrap_or_default();
        let (name, place) = self.free_name(path, &id)?;
        fs::rename(&full, &place).map_err(|source| io("move aside", &full, source))?;
        Ok(name)
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
        let data = match fs::symlink_metadata(full) {
            Ok(data) => data,
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(source) => return Err(io("look at", full, source)),
        };
        if data.is_symlink() {
            let to = fs::read_link(full).map_err(|source| io("read the link", full, source))?;
            return Ok(Some(Repository::blob_id(to.to_string_lossy().as_bytes())?));
        }
        if !data.is_file() {
            return Err(SyncError::Store(StoreError::Unsafe {
                path: full.to_owned(),
                why: "no regular file stands in its place",
            }));
        }
        let read = || fs::read(full).map_err(|source| io("read", full, source));
        if RecordPath::parse(path).is_some() {
            return Ok(Some(Repository::blob_id(&without_carriage_returns(read()?))?));
        }
        let repo = self.of.repo;
        if repo.is_converted(path) {
            // A filter of Git's may give another blob each time: find the one that the bytes were made of.
            let bytes = read()?;
            let known = [
                self.wanted(path).map(|file| file.id),
                self.of.snapshot_ids.get(path).copied(),
                self.of.old(path)?.map(|file| file.id),
                self.of.committed(path)?.map(|file| file.id),
            ];
            let made = |id: &BlobId| repo.converted(path, *id).is_ok_and(|made| made == bytes);
            if let Some(known) = known.into_iter().flatten().find(made) {
                return Ok(Some(known));
            }
        }
        Ok(Some(repo.write_work_file(path)?))
    }
}

impl GitCheckout<'_> {
    /// Whether plain Git took a file out of the branch before: the file that lies here is a person's own then. A file
    /// that only a crashed run wrote is ours to remove.
    fn untracked_by_hand(&self, path: &str) -> Result<bool, SyncError> {
        Ok(self.from.is_some() && self.old(path)?.is_some() && self.committed(path)?.is_none())
    }
}

/// Removes the folders of a file up to `top`, as far as they are empty.
fn remove_empty_folders(full: &Path, top: &Path) {
    let mut folder = full.parent();
    while let Some(dir) = folder.filter(|dir| *dir != top) {
        // The system refuses to remove a folder that holds something.
        if fs::remove_dir(dir).is_err() {
            break;
        }
        folder = dir.parent();
    }
}

#[cfg(unix)]
fn link(full: &Path, file: &TreeFile, repo: &Repository) -> Result<(), SyncError> {
    let to = String::from_utf8_lossy(&repo.blob(file.id, 4095)?).into_owned();
    if to.is_empty() || to.contains('\0') {
        let source = std::io::Error::from(ErrorKind::InvalidInput);
        return Err(io("make the link", full, source));
    }
    remove_file(full)?;
    if let Some(folder) = full.parent() {
        fs::create_dir_all(folder).map_err(|source| io("make the folder", folder, source))?;
    }
    std::os::unix::fs::symlink(to, full).map_err(|source| io("make the link", full, source))
}

#[cfg(not(unix))]
fn link(full: &Path, file: &TreeFile, repo: &Repository) -> Result<(), SyncError> {
    Ok(crate::store::save_file(full, &repo.blob(file.id, 4096)?)?)
}

fn io(doing: &'static str, path: &Path, source: std::io::Error) -> SyncError {
    SyncError::Store(StoreError::Io {
        doing,
        path: path.to_owned(),
        source,
    })
}

#[cfg(unix)]
fn set_executable(full: &Path, executable: bool) -> Result<(), SyncError> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = fs::metadata(full)
        .map_err(|source| io("look at", full, source))?
        .permissions();
    let old = permissions.mode();
    let new = if executable {
        old | (old & 0o444) >> 2
    } else {
        old & !0o111
    };
    if new == old {
        return Ok(());
    }
    fs::set_permissions(full, fs::Permissions::from_mode(new))
        .map_err(|source| io("set the mode of", full, source))
}

#[cfg(not(unix))]
fn set_executable(_: &Path, _: bool) -> Result<(), SyncError> {
    Ok(())
}
