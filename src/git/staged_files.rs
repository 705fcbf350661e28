//! The index while a merge is half-done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{BlobId, Error, Repository};

/// The index's part of a merge that stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staged {
    /// The blobs of paths that Git merged, or that nobody touched.
    pub merged: BTreeMap<String, BlobId>,
    /// The paths that Git could not merge.
    pub conflicted: BTreeSet<String>,
    /// The blobs of these that Git merged over.
    pub merged_over: BTreeMap<String, BlobId>,
    /// The blobs of these that Git merged in.
    pub merged_in: BTreeMap<String, BlobId>,
}

impl Repository {
    /// The contents of the index. An index that cannot be read counts as empty: nothing is then taken for Git's work.
    #[must_use]
    pub fn staged(&self) -> Staged {
        self.staged_in(&self.git_dir().join("index")).unwrap_or_default()
    }

    /// Whether Git is told to ignore a path, if it does not track it.
    ///
    /// # Errors
    /// When the patterns cannot be read.
    pub fn is_ignored(&self, path: &str) -> Result<bool, Error> {
        let doing = "reading what git is told to ignore";
        self.reader.is_path_ignored(path).map_err(Error::library(doing))
    }

    /// The contents of an index file, also of one in a format that libgit2 does not read.
    ///
    /// # Errors
    /// When neither libgit2 nor the `git` program reads it.
    pub fn staged_in(&self, file: &Path) -> Result<Staged, Error> {
        if let Ok(index) = git2::Index::open(file) {
            return Ok(Staged::of(&index));
        }
        let mut staged = Staged::default();
        for line in self.list_index_by_program(file)?.split(|byte| *byte == 0) {
            let line = String::from_utf8_lossy(line);
            let Some((about, path)) = line.split_once('\t') else {
                continue;
            };
            match about.split(' ').collect::<Vec<_>>().as_slice() {
                [_, id, stage] => staged.put(path.to_owned(), stage.parse().unwrap_or(2), id.parse()?),
                _ => drop(staged.conflicted.insert(path.to_owned())),
            }
        }
        Ok(staged)
    }
}

impl Staged {
    fn of(index: &git2::Index) -> Self {
        let mut staged = Staged::default();
        for entry in index.iter() {
            let stage = (entry.flags >> 12) & 3;
            let Ok(path) = String::from_utf8(entry.path) else {
                continue;
            };
            staged.put(path, stage, BlobId(entry.id));
        }
        staged
    }

    fn put(&mut self, path: String, stage: u16, blob: BlobId) {
        if stage > 0 {
            self.conflicted.insert(path.clone());
        }
        let blobs = match stage {
            0 => &mut self.merged,
            1 => &mut self.merged_over,
            3 => &mut self.merged_in,
            _ => return,
        };
        blobs.insert(path, blob);
    }
}
