//! A folder beside the place of a new clone: it is made in there and renamed, so that half of one is never seen.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::error::StoreError;
use super::file_lock::Lock;

const PREFIX: &str = ".oneonone-new-";

/// A folder that is removed when it is dropped. Making one removes the folders of dead runs beside it.
#[derive(Debug)]
pub struct StagingFolder {
    folder: TempDir,
    _lock: Lock,
}

impl StagingFolder {
    /// Makes one in `parent`, and `parent` too.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make(parent: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(parent).map_err(StoreError::io("make", parent))?;
        remove_dead(parent);
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(parent)
            .map_err(StoreError::io("make a folder in", parent))?;
        let lock = Lock::take(&lock_in(folder.path()), Duration::ZERO)?;
        Ok(Self { folder, _lock: lock })
    }

    /// Where the clone is made.
    pub fn clone_path(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    /// Renames the clone to its place. An empty folder that is there already stays what it is, somebody may stand in
    /// it, and gets what is in the clone; anything else makes this fail.
    ///
    /// # Errors
    /// When something is in the way, or the folder cannot be renamed.
    pub fn place(self, to: &Path) -> Result<(), StoreError> {
        remove_locks(&self.clone_path().join(".git"));
        if !to.is_dir() {
            return fs::rename(self.clone_path(), to).map_err(StoreError::io("make", to));
        }
        let list = |folder: &Path| {
            let items = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            items.map_err(StoreError::io("list", folder))
        };
        if !list(to)?.is_empty() {
            let filled = io::ErrorKind::DirectoryNotEmpty.into();
            return Err(StoreError::io("make", to)(filled));
        }
        let mut items = list(&self.clone_path())?;
        // The folder becomes a clone with the last rename, of `.git`.
        items.sort_by_key(|item| item.file_name() == ".git");
        for item in items {
            let place = to.join(item.file_name());
            fs::rename(item.path(), &place).map_err(StoreError::io("make", &place))?;
        }
        Ok(())
    }
}

/// Removes locks that Git could not remove. Nobody else knows the new clone, so nobody holds them.
fn remove_locks(git_dir: &Path) {
    let items = fs::read_dir(git_dir).into_iter().flatten().flatten();
    for item in items {
        let name = item.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".lock") || name == "index.lock.new" {
            let _ = fs::remove_file(item.path());
        }
    }
}

fn lock_in(folder: &Path) -> PathBuf {
    folder.join("lock")
}

/// Removes the folders of dead runs: nobody holds the lock in them.
fn remove_dead(parent: &Path) {
    for item in fs::read_dir(parent).into_iter().flatten().flatten() {
        let (path, name) = (item.path(), item.file_name());
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX));
        if ours && lock_in(&path).is_file() && Lock::take(&lock_in(&path), Duration::ZERO).is_ok() {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_comes_to_its_place_whole_and_the_dead_are_cleared() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join(".oneonone-new-dead");
        fs::create_dir_all(dead.join("clone")).unwrap();
        fs::write(dead.join("lock"), "").unwrap();
        let living = StagingFolder::make(parent.path()).unwrap();
        assert!(!dead.exists());
        let staging = StagingFolder::make(parent.path()).unwrap();
        assert!(living.folder.path().exists());
        fs::create_dir(staging.clone_path()).unwrap();
        fs::write(staging.clone_path().join("x"), "").unwrap();
        fs::create_dir(staging.clone_path().join(".git")).unwrap();
        fs::write(staging.clone_path().join(".git/config.lock"), "").unwrap();
        let place = parent.path().join("pair");
        fs::create_dir(&place).unwrap();
        staging.place(&place).unwrap();
        assert!(place.join("x").exists() && place.join(".git").exists());
        assert!(!place.join(".git/config.lock").exists());
        fs::create_dir(living.clone_path()).unwrap();
        assert!(living.place(&place).is_err(), "not empty");
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }
}
