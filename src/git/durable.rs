//! Durability: new objects lie in a quarantine until all of them are on the disk. Only then they get the names that they
//! are found by (docs/sync.md#quarantine).
//!
//! libgit2 would wait for the disk twice an object, one after the other. Waiting for all at once lets the file system
//! commit them together. A file may get its name on the disk before its content. Without the quarantine a power cut could
//! leave an empty object there: `git fsck` would fail, and the next run would take the object for written.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::quarantine::Quarantine;
use super::{Error, Repository};

impl Repository {
    /// The handle to write objects with. They are found by this process at once, by others when
    /// [`Repository::make_durable`] was called.
    pub(super) fn quarantine(&self) -> Result<&git2::Repository, Error> {
        if let Some(quarantine) = self.quarantine.get() {
            return Ok(&quarantine.repository);
        }
        let objects = self.common_dir().join("objects");
        let made = Quarantine::make(&objects, &self.quarantine_prefix())?;
        let found_at = made.objects();
        let found_at = found_at
            .to_str()
            .ok_or_else(|| Error::invalid(found_at.display().to_string(), "not UTF-8"))?;
        self.reader
            .odb()
            .and_then(|odb| odb.add_disk_alternate(found_at))
            .map_err(Error::library("making room for new objects"))?;
        Ok(&self.quarantine.get_or_init(|| made).repository)
    }

    /// Makes every object durable that was written since the last time, and gives it the name that it is found by.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn make_durable(&self) -> Result<(), Error> {
        let Some(quarantine) = self.quarantine.get() else {
            return Ok(());
        };
        let from = quarantine.objects();
        let to = self.common_dir().join("objects");
        let written: Vec<(PathBuf, PathBuf)> = list(&from)?
            .into_iter()
            .filter(|folder| folder.len() == 2)
            .map(|folder| Ok((list(&from.join(&folder))?, folder)))
            .collect::<Result<Vec<_>, Error>>()?
            .into_iter()
            .flat_map(|(files, folder)| {
                files
                    .into_iter()
                    .map(move |file| PathBuf::from(&folder).join(file))
            })
            .map(|name| (from.join(&name), to.join(&name)))
            .collect();
        if !self.passing {
            sync_all(&written.iter().map(|(file, _)| file.clone()).collect::<Vec<_>>())?;
        }
        let mut folders = Vec::new();
        for (file, place) in &written {
            let folder = place.parent().unwrap_or(&to).to_owned();
            match fs::create_dir(&folder) {
                Ok(()) => folders.push(to.clone()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::io("making", &folder)(error)),
            }
            folders.push(folder);
            fs::rename(file, place).map_err(Error::io("writing", place))?;
        }
        folders.sort();
        folders.dedup();
        if self.passing { Ok(()) } else { sync_all(&folders) }
    }

    /// Removes the new objects of runs that died: nothing leads to them. To be called where no other run is at work.
    pub fn forget_new_objects(&self) {
        let objects = self.common_dir().join("objects");
        for name in list(&objects).unwrap_or_default() {
            if name.starts_with(&self.quarantine_prefix()) {
                let _ = fs::remove_dir_all(objects.join(name));
            }
        }
    }

    /// Linked worktrees share their objects, and each has its own runs.
    fn quarantine_prefix(&self) -> String {
        let of = self.git_dir().to_string_lossy();
        let id = Repository::blob_id(of.as_bytes()).map(|id| id.short());
        format!("{}-{}-", Quarantine::PREFIX, id.unwrap_or_default())
    }
}

/// The names in a folder.
fn list(folder: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for item in fs::read_dir(folder).map_err(Error::io("listing", folder))? {
        let item = item.map_err(Error::io("listing", folder))?;
        names.extend(item.file_name().into_string());
    }
    Ok(names)
}

/// Makes files and folders durable, at the same time.
fn sync_all(paths: &[PathBuf]) -> Result<(), Error> {
    /// More would only wait for each other.
    const AT_ONCE: usize = 8;
    if paths.len() < 2 {
        return paths.iter().try_for_each(|path| sync(path));
    }
    let share = paths.len().div_ceil(AT_ONCE);
    std::thread::scope(|scope| {
        let threads: Vec<_> = paths
            .chunks(share)
            .map(|paths| scope.spawn(move || paths.iter().try_for_each(|path| sync(path))))
            .collect();
        let mut outcomes = threads.into_iter().map(|thread| thread.join());
        // Those that are not waited for here are waited for at the end of the scope.
        outcomes.try_for_each(|outcome| outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Makes a file, or the names in a folder, durable.
pub(super) fn sync(path: &Path) -> Result<(), Error> {
    let file = File::open(path).map_err(Error::io("opening", path))?;
    match file.sync_all() {
        // Some file systems cannot make a folder durable; they say so with this.
        Err(error) if error.kind() == ErrorKind::InvalidInput && path.is_dir() => Ok(()),
        done => done.map_err(Error::io("making durable", path)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Fixture, ana};
    use super::*;

    #[test]
    fn nothing_new_is_found_before_it_is_durable() {
        let f = Fixture::new();
        let blob = f.repo.write_blob(b"new\n").unwrap();
        assert_eq!(f.repo.blob(blob, 99).unwrap(), b"new\n", "by this process");
        assert_eq!(f.git(&["cat-file", "--batch-all-objects", "--batch-check"]), "");
        let file = ("a/b".to_owned(), Some((super::super::mode::FILE, blob)));
        let tree = f.repo.write_tree(None, &[file]).unwrap();
        let commit = f.repo.write_commit(tree, &[], "x\n", &ana(1), &ana(1)).unwrap();
        f.repo.make_durable().unwrap();
        assert_eq!(f.git(&["cat-file", "-p", &format!("{commit}:a/b")]), "new");
        // An object that is there is not written again, and one that a dead run left is no obstacle.
        f.repo.write_blob(b"new\n").unwrap();
        f.repo.write_blob(b"lost\n").unwrap();
        let other = Repository::open(f.repo.workdir()).unwrap();
        other.forget_new_objects();
        let blob = other.write_blob(b"lost\n").unwrap();
        other.make_durable().unwrap();
        assert_eq!(f.git(&["cat-file", "-p", &blob.to_string()]), "lost");
        f.git(&["fsck", "--strict", "--full"]);
    }
}
