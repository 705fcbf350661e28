//! The index: brought to what a tree holds at the named paths, and nothing else in it touched.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git2::{IndexEntry, IndexEntryExtendedFlag, IndexTime};

use super::merge::{copy, remove};
use super::{Error, Repository, TreeFile, TreeId, stat};

/// The bits of an entry's flags that say which side of a conflict it is.
pub(super) const STAGES: u16 = 0x3000;

impl Repository {
    /// Makes the index hold exactly what `tree` holds at `paths`. It ends conflicts there, and removes paths that the
    /// tree lacks. Where a file has the content of the tree, its entry gets the times of the file: so `git status` is
    /// clean and cheap. Files that are staged at other paths stay staged, and the marks of a sparse checkout stay.
    ///
    /// # Errors
    /// [`Error::Locked`] when another program holds the index for too long, or what else failed.
    pub fn refresh_index(&self, tree: TreeId, paths: &[String]) -> Result<(), Error> {
        if paths.is_empty() {
            return Ok(());
        }
        self.refresh_locked_index(self.lock_index()?, tree, paths)
    }

    /// Takes Git's own lock on the index. While it is held no other git commits what is staged: one that did between
    /// a move of the branch and the refresh of the index would take back what the move brought.
    ///
    /// # Errors
    /// [`Error::Locked`] when another program holds the index for too long, or what else failed.
    pub fn lock_index(&self) -> Result<IndexLock, Error> {
        IndexLock::take(self)
    }

    /// [`Repository::refresh_index`] with the lock in hand, which is given back.
    ///
    /// # Errors
    /// As there.
    pub fn refresh_locked_index(&self, lock: IndexLock, tree: TreeId, paths: &[String]) -> Result<(), Error> {
        let paths: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
        if paths.is_empty() {
            return Ok(());
        }
        // libgit2's own lock is taken after reading, so what another program stages meanwhile would be lost.
        let path = self.git_dir().join("index");
        let draft = self.git_dir().join("index.lock.new");
        remove_file(&draft)?;
        remove_file(&self.git_dir().join("index.lock.new.lock"))?;
        let written = match std::fs::copy(&path, &draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Error::io("copying", &path)(error));
            }
            _ => times(&path),
        };
        let Ok(mut index) = git2::Index::open(&draft) else {
            // A split or a sparse index: formats that libgit2 does not read.
            remove_file(&draft)?;
            drop(lock);
            return self.refresh_index_by_program(tree, &paths);
        };
        self.smudge(&mut index, written)?;
        for path in paths {
            self.refresh_entry(&mut index, tree, path)?;
        }
        index.write().map_err(Error::library("writing the index"))?;
        lock.commit(&draft)
    }

    fn refresh_entry(&self, index: &mut git2::Index, tree: TreeId, path: &str) -> Result<(), Error> {
        let file = self.tree_entry(tree, path)?;
        let old = index.get_path(Path::new(path), 0);
        let first = if file.is_none() { 0 } else { 1 };
        for stage in first..=3 {
            remove(index, path.as_bytes(), stage)?;
        }
        let Some(file) = file else { return Ok(()) };
        let mut entry = self.fresh_entry(&file)?;
        let hidden = match &old {
            Some(old) => is_hidden(old),
            // New here, in a sparse checkout, and nobody wrote it out: hidden too, not deleted.
            None => self.lstat(path).is_none() && self.is_sparse()?,
        };
        if hidden {
            entry.flags_extended |= IndexEntryExtendedFlag::SKIP_WORKTREE.bits();
        }
        index
            .add(&entry)
            .map_err(Error::library(format!("writing {path:?} into the index")))
    }

    /// An entry with the times of the file where its content is what the tree holds, else without any, so that Git
    /// looks for itself.
    fn fresh_entry(&self, file: &TreeFile) -> Result<IndexEntry, Error> {
        let zero = IndexTime::new(0, 0);
        let (path, id) = (file.path.clone().into_bytes(), file.id.0);
        let mut entry = IndexEntry {
            ctime: zero,
            mtime: zero,
            dev: 0,
            ino: 0,
            mode: file.mode,
            uid: 0,
            gid: 0,
            file_size: 0,
            id,
            flags: 0,
            flags_extended: 0,
            path,
        };
        if let Some(before) = self.lstat(&file.path).filter(|_| file.is_regular()) {
            let lies = Repository::file_id(&self.workdir().join(&file.path));
            let same = lies.is_ok_and(|id| id == file.id);
            let after = self.lstat(&file.path);
            if same && after.is_some_and(|after| stat::of(&after) == stat::of(&before)) {
                stat::of(&before).put(&mut entry);
            }
        }
        Ok(entry)
    }
}

/// When a file was last written, as Git counts.
pub(super) fn times(path: &Path) -> (i32, u32) {
    std::fs::symlink_metadata(path).map_or((0, 0), |meta| stat::of(&meta).mtime)
}

/// Whether a sparse checkout hides the file.
pub(super) fn is_hidden(entry: &IndexEntry) -> bool {
    entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0
}

impl Repository {
    /// A file written in the second the index was last written may have changed since, and most builds of Git, which
    /// compare whole seconds, know that by this alone. The new index will be younger, so unless the file is the same
    /// to the nanosecond this has to be said in the entry: Git's sign for it is a size of zero.
    fn smudge(&self, index: &mut git2::Index, written: (i32, u32)) -> Result<(), Error> {
        let same = |entry: &IndexEntry| {
            let known = (entry.mtime.seconds(), entry.mtime.nanoseconds()) < written;
            let now = std::str::from_utf8(&entry.path)
                .ok()
                .filter(|_| known)
                .and_then(|path| self.lstat(path));
            now.is_some_and(|now| stat::of(&now).matches(entry))
        };
        let racy: Vec<_> = index
            .iter()
            .filter(|entry| entry.file_size != 0 && entry.mtime.seconds() >= written.0)
            .filter(|entry| entry.flags & STAGES == 0 && !same(entry))
            .map(|entry| IndexEntry {
                file_size: 0,
                ..copy(&entry)
            })
            .collect();
        racy.iter()
            .try_for_each(|entry| index.add(entry))
            .map_err(Error::library("rewriting the index"))
    }
}

/// Git's own lock on the index, given back on drop.
#[derive(Debug)]
pub struct IndexLock {
    path: PathBuf,
    index: PathBuf,
    held: bool,
}

impl IndexLock {
    fn take(repository: &Repository) -> Result<IndexLock, Error> {
        let path = repository.git_dir().join("index.lock");
        let started = Instant::now();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => {
                    return Ok(IndexLock {
                        path,
                        index: repository.git_dir().join("index"),
                        held: true,
                    });
                }
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(Error::io("making", &path)(error));
                }
                Err(_) if started.elapsed() >= repository.lock_wait() => {
                    return Err(Error::Locked {
                        file: path,
                        waited: repository.lock_wait(),
                    });
                }
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    fn commit(mut self, draft: &Path) -> Result<(), Error> {
        File::open(draft)
            .and_then(|file| file.sync_all())
            .map_err(Error::io("syncing", draft))?;
        // The lock stands until the index is the new one, and stays empty: a dead run's is known by that.
        std::fs::rename(draft, &self.index).map_err(Error::io("writing", &self.index))?;
        remove_file(&self.path)?;
        self.held = false;
        Ok(())
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        if self.held {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn remove_file(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("removing", path)(error)),
        _ => Ok(()),
    }
}
