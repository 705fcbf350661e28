//! Files in the folder that nobody else gets, or nobody reads (docs/sync.md#hand-edits).

use std::collections::BTreeSet;

use crate::git::Repository;
use crate::model::{MeantAs, RecordPath};
use crate::store::other_files;

use crate::sync::error::SyncError;
use crate::sync::outcome::{Misnamed, SyncNote};

/// The files that are left alone. Those that Git is told to ignore are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftFiles {
    /// Those that look like records.
    pub misnamed: Vec<Misnamed>,
    /// How many others are not tracked by Git.
    pub untracked: usize,
}

impl LeftFiles {
    /// The notes for a person.
    pub fn notes(&self) -> Vec<SyncNote> {
        let misnamed = self.misnamed.iter().cloned().map(SyncNote::Misnamed);
        let untracked = (self.untracked > 0).then_some(SyncNote::Untracked(self.untracked));
        misnamed.chain(untracked).collect()
    }
}

/// Looks for files that are left alone.
///
/// # Errors
/// When Git cannot say which files it tracks.
pub fn left_files(repo: &Repository) -> Result<LeftFiles, SyncError> {
    let root = repo.workdir();
    let files = other_files(root);
    let mut left = LeftFiles::default();
    if files.is_empty() {
        return Ok(left);
    }
    let tracked: BTreeSet<String> = match repo.head()?.tip {
        Some(tip) => {
            let files = repo.list_tree(repo.tree_of(tip)?, None)?;
            files.into_iter().map(|file| file.path).collect()
        }
        None => BTreeSet::new(),
    };
    let staged = repo.staged();
    for path in files {
        let is_tracked = tracked.contains(&path) || staged.merged.contains_key(&path);
        if !is_tracked && repo.is_ignored(&path)? {
            continue;
        }
        match MeantAs::of_path(&path) {
            None => left.untracked += usize::from(!is_tracked),
            Some(meant) => {
                let record = match meant {
                    MeantAs::Record(record) => Some(record),
                    MeantAs::SomeMeeting => None,
                };
                let is_there = |record: RecordPath| root.join(record.path()).symlink_metadata().is_ok();
                left.misnamed.push(Misnamed {
                    path,
                    record,
                    is_copy: record.is_some_and(is_there),
                    is_tracked,
                });
            }
        }
    }
    Ok(left)
}
