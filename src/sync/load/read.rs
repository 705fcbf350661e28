//! Reading the records of a commit or a tree: limited, parsed and repaired.

use crate::git::{self, CommitId, Repository, TreeId, mode};
use crate::model::{Limits, Loaded, Problem, assemble};

use crate::sync::error::SyncError;
use crate::sync::load::listing::{PartialListing, listing};
use crate::sync::load::repair;
use crate::sync::load::side::Side;

impl Side {
    /// Loads a commit.
    ///
    /// # Errors
    /// When Git cannot read it; a record that cannot be read is not one.
    pub fn of_commit(repo: &Repository, commit: CommitId) -> Result<Self, SyncError> {
        Self::of_commit_in(repo, commit, None)
    }

    /// Loads some records of a commit; all where no part is named.
    pub(in crate::sync) fn of_commit_in(
        repo: &Repository,
        commit: CommitId,
        part: Option<PartialListing>,
    ) -> Result<Self, SyncError> {
        let tree = repo.tree_of(commit)?;
        let (mut side, loaded) = Self::read_in(repo, tree, part)?;
        repair::heal(repo, Some(commit), loaded, &mut side)?;
        Ok(side)
    }

    /// Loads a tree that no commit is named for: nothing about its history is known.
    ///
    /// # Errors
    /// When Git cannot read it.
    pub fn of_tree(repo: &Repository, tree: TreeId) -> Result<Self, SyncError> {
        Self::of_tree_in(repo, tree, None)
    }

    /// Loads some records of a tree; all where no part is named.
    pub(in crate::sync) fn of_tree_in(
        repo: &Repository,
        tree: TreeId,
        part: Option<PartialListing>,
    ) -> Result<Self, SyncError> {
        let (mut side, loaded) = Self::read_in(repo, tree, part)?;
        repair::heal(repo, None, loaded, &mut side)?;
        Ok(side)
    }

    /// The records of a tree as they stand, not healed.
    pub(crate) fn read(repo: &Repository, tree: TreeId) -> Result<(Self, Loaded), SyncError> {
        Self::read_in(repo, tree, None)
    }

    fn read_in(
        repo: &Repository,
        tree: TreeId,
        part: Option<PartialListing>,
    ) -> Result<(Self, Loaded), SyncError> {
        let (blobs, scope) = match part {
            Some(PartialListing { listing, scope }) => (listing.as_ref().clone(), Some(scope)),
            None => (listing(repo, tree)?, None),
        };
        let mut side = Self {
            tree: Some(tree),
            scope,
            ..Self::default()
        };
        let mut contents = Vec::new();
        for (record, file) in &blobs {
            let record = *record;
            if !side.is_read(record) {
                continue;
            }
            let odd = |what: &str| {
                vec![Problem::of_file(
                    &file.path,
                    what,
                    "put the record of an earlier commit there",
                )]
            };
            if !matches!(file.mode, mode::FILE | mode::EXECUTABLE) {
                side.broken
                    .insert(record, odd("no regular file stands in the place of a record"));
            } else {
                match repo.blob(file.id, Limits::FILE) {
                    Ok(bytes) => contents.push((file.path.clone(), bytes)),
                    Err(git::Error::TooLarge { size, limit, .. }) => {
                        let what = format!("the file holds {size} bytes; at most {limit} are allowed");
                        side.broken.insert(record, odd(&what));
                    }
                    Err(e) => return Err(e.into()),
                }
            }
        }
        side.blobs = blobs;
        let loaded = assemble(
            contents
                .iter()
                .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
        );
        side.broken.extend(loaded.broken.clone());
        Ok((side, loaded))
    }
}
