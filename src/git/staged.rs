//! What the index holds while a merge is half-done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{ObjectId, Repository};

/// The index's part of a merge that stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staged {
    /// The blobs of paths that Git merged, or that nobody touched.
    pub merged: BTreeMap<String, ObjectId>,
    /// The paths that Git could not merge.
    pub conflicted: BTreeSet<String>,
}

impl Repository {
    /// What the index holds. An index that libgit2 cannot read counts as empty: nothing is then taken for Git's work.
    #[must_use]
    pub fn staged(&self) -> Staged {
        Staged::read(&self.git_dir().join("index"))
    }
}

impl Staged {
    /// What an index file holds; one that libgit2 cannot read counts as empty.
    #[must_use]
    pub fn read(file: &Path) -> Self {
        let mut staged = Staged::default();
        let Ok(index) = git2::Index::open(file) else {
            return staged;
        };
        for entry in index.iter() {
            let stage = (entry.flags >> 12) & 3;
            let Ok(path) = String::from_utf8(entry.path) else {
                continue;
            };
            if stage == 0 {
                staged.merged.insert(path, ObjectId(entry.id));
            } else {
                staged.conflicted.insert(path);
            }
        }
        staged
    }
}
