//! Many files that are written one after another.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::save::{save, sync_folder, unlink, write_all};
use super::work_file::save_link;

/// Files that are written or removed one after another. Each is whole and durable at once, but its name in the folder only
/// after [`FileBatch::finish`]: a folder of a thousand files is made durable once, not a thousand times.
#[derive(Debug, Default)]
pub struct FileBatch {
    folders: BTreeSet<PathBuf>,
}

impl FileBatch {
    /// Writes a file if `still` says so when everything but the rename is done: a file that somebody saved until then
    /// stays. Says whether it was written. Folders on the way are made. Permissions of a file that is replaced are kept.
    ///
    /// # Errors
    /// When any step fails, `still` too; the old content then stands as it was.
    pub fn save_file_if<E: From<StoreError>>(
        &mut self,
        path: &Path,
        bytes: &[u8],
        still: impl FnOnce() -> Result<bool, E>,
    ) -> Result<bool, E> {
        self.save_written_file_if(path, |file| Ok(write_all(file, path, bytes)?), still)
    }

    /// Like [`FileBatch::save_file_if`], for a file that `write` writes: one that need not lie in memory.
    ///
    /// # Errors
    /// When any step fails, `write` and `still` too; the old content then stands as it was.
    pub fn save_written_file_if<E: From<StoreError>>(
        &mut self,
        path: &Path,
        write: impl FnOnce(&mut File) -> Result<(), E>,
        still: impl FnOnce() -> Result<bool, E>,
    ) -> Result<bool, E> {
        let saved = save(path, write, false, still)?;
        if saved {
            self.changed_folder_of(path);
        }
        Ok(saved)
    }

    /// Removes a file. One that is not there is no error.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove_file(&mut self, path: &Path) -> Result<(), StoreError> {
        if unlink(path)? {
            self.changed_folder_of(path);
        }
        Ok(())
    }

    /// Takes in a file that an earlier run may have written, before it died: the names of the file and of the folders on the
    /// way to it from `top`.
    pub fn include(&mut self, path: &Path, top: &Path) {
        let on_the_way = path
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(top));
        self.folders.extend(on_the_way.map(Path::to_owned));
    }

    /// Puts a symbolic link in the place of a file.
    ///
    /// # Errors
    /// When the target is no path, or the link cannot be made.
    pub fn save_link(&mut self, path: &Path, target: &[u8]) -> Result<(), StoreError> {
        self.changed_folder_of(path);
        save_link(path, target)
    }

    /// Makes the names of all the files durable.
    ///
    /// # Errors
    /// When a folder cannot be made durable.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        let mut standing = BTreeSet::new();
        for folder in std::mem::take(&mut self.folders) {
            // A folder that got empty is removed: the one above it lost a name then.
            standing.extend(
                folder
                    .ancestors()
                    .find(|folder| folder.is_dir())
                    .map(Path::to_owned),
            );
        }
        standing.iter().try_for_each(|folder| sync_folder(folder))
    }

    fn changed_folder_of(&mut self, path: &Path) {
        self.folders.extend(path.parent().map(Path::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn always() -> Result<bool, StoreError> {
        Ok(true)
    }

    #[test]
    fn each_file_stands_at_once_and_a_folder_that_went_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("a/one.toml"), folder.path().join("b/two.toml"));
        let mut batch = FileBatch::default();
        assert!(batch.save_file_if(&one, b"1", always).unwrap());
        assert!(batch.save_file_if(&two, b"2", always).unwrap());
        assert_eq!(fs::read(&one).unwrap(), b"1");
        batch.remove_file(&two).unwrap();
        batch.remove_file(&two).unwrap();
        fs::remove_dir(folder.path().join("b")).unwrap();
        batch.finish().unwrap();
        assert!(batch.folders.is_empty());
    }

    #[test]
    fn what_somebody_saved_while_the_new_file_was_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agenda.toml");
        fs::write(&path, "old").unwrap();
        let mut batch = FileBatch::default();
        let files = || fs::read_dir(folder.path()).unwrap().count();
        let still = || {
            assert_eq!(files(), 2, "the new one is ready");
            fs::write(&path, "an editor's").unwrap();
            Ok::<_, StoreError>(fs::read(&path).unwrap() == b"old")
        };
        assert!(!batch.save_file_if(&path, b"new", still).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "an editor's");
        assert_eq!(files(), 1);
        assert!(
            batch
                .save_file_if(&path, b"new", || Ok::<_, StoreError>(true))
                .unwrap()
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }
}
