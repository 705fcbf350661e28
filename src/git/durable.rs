//! Durability: objects are written as they come and made durable together, before anything names them.
//!
//! libgit2 would wait for the disk twice an object, one after the other. Waiting for all at once lets the file system
//! commit them together.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Error, ObjectId, Repository};

impl Repository {
    /// Notes an object that was written and must be made durable before a reference leads to it.
    pub(super) fn wrote(&self, id: git2::Oid) -> ObjectId {
        self.written.borrow_mut().insert(ObjectId(id));
        ObjectId(id)
    }

    /// Notes a tree that was written as a whole, without what it has of others that were there before.
    pub(super) fn wrote_tree(&self, tree: ObjectId, others: &[ObjectId]) -> Result<(), Error> {
        let doing = "reading a tree that was written";
        let find = |id: &ObjectId| self.reader.find_tree(id.0).map_err(Error::library(doing));
        let mut open = vec![(tree, others.to_vec())];
        while let Some((tree, others)) = open.pop() {
            if others.contains(&tree) {
                continue;
            }
            self.wrote(tree.0);
            let others = others.iter().map(find).collect::<Result<Vec<_>, _>>()?;
            let folders = find(&tree)?;
            for folder in folders
                .iter()
                .filter(|e| e.kind() == Some(git2::ObjectType::Tree))
            {
                let same = others
                    .iter()
                    .filter_map(|other| other.get_name_bytes(folder.name_bytes()));
                let same = same.filter(|e| e.kind() == Some(git2::ObjectType::Tree));
                open.push((ObjectId(folder.id()), same.map(|e| ObjectId(e.id())).collect()));
            }
        }
        Ok(())
    }

    /// Makes every object durable that was written since the last time, with the name that it is found by.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn make_durable(&self) -> Result<(), Error> {
        let written = std::mem::take(&mut *self.written.borrow_mut());
        if self.passing {
            return Ok(());
        }
        let objects = self.common_dir().join("objects");
        let mut paths: Vec<PathBuf> = Vec::new();
        for id in &written {
            let name = id.to_string();
            let (folder, file) = name.split_at(2);
            let folder = objects.join(folder);
            // What is in a pack was there before.
            if folder.join(file).exists() {
                paths.push(folder.join(file));
                paths.push(folder);
            }
        }
        paths.sort();
        paths.dedup();
        let result = sync_all(&paths);
        if result.is_err() {
            self.written.borrow_mut().extend(written);
        }
        result
    }
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
        let outcomes = threads.into_iter().map(|thread| thread.join());
        outcomes.fold(Ok(()), |all, one| match one {
            Ok(one) => all.and(one),
            Err(panic) => std::panic::resume_unwind(panic),
        })
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
