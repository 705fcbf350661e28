//! Reading the records of a commit or a tree: limited, parsed and repaired.

use crate::git::{self, BlobId, CommitId, Repository, TreeId};
use crate::model::{Limits, Loaded, Problem, assemble};

use crate::sync::error::SyncError;
use crate::sync::load::listing::{Listing, PartialListing, RecordSet, listing};
use crate::sync::load::repair::heal_records;
use crate::sync::load::side::Side;

impl Side {
    /// Loads a commit. A record that cannot be read is named in `broken`.
    ///
    /// # Errors
    /// When Git cannot read it.
    pub fn of_commit(repo: &Repository, commit: CommitId) -> Result<Self, SyncError> {
        Self::of_commit_in(repo, commit, None)
    }

    /// Loads some records of a commit; all where no part is named.
    pub(in crate::sync) fn of_commit_in(
        repo: &Repository,
        commit: CommitId,
        part: Option<PartialListing>,
    ) -> Result<Self, SyncError> {
        Self::load(repo, repo.tree_of(commit)?, Some(commit), part)
    }

    /// Loads some records of a tree, or all of them, without the history that healing looks at.
    pub(in crate::sync) fn of_tree(
        repo: &Repository,
        tree: TreeId,
        part: Option<PartialListing>,
    ) -> Result<Self, SyncError> {
        Self::load(repo, tree, None, part)
    }

    fn load(
        repo: &Repository,
        tree: TreeId,
        commit: Option<CommitId>,
        part: Option<PartialListing>,
    ) -> Result<Self, SyncError> {
        let (blobs, scope) = match part {
            Some(PartialListing { listing, scope }) => (listing.as_ref().clone(), Some(scope)),
            None => (listing(repo, tree)?, None),
        };
        let loaded = read_records(repo, &blobs, scope.as_ref())?;
        Ok(Self {
            tree: Some(tree),
            blobs,
            scope,
            ..heal_records(repo, commit, loaded)?
        })
    }
}

/// The records of a tree as they stand, not healed.
pub(in crate::sync) fn read_tree(repo: &Repository, tree: TreeId) -> Result<Loaded, SyncError> {
    read_records(repo, &listing(repo, tree)?, None)
}

fn read_records(
    repo: &Repository,
    listing: &Listing,
    scope: Option<&RecordSet>,
) -> Result<Loaded, SyncError> {
    let (mut contents, mut odd) = (Vec::new(), Vec::new());
    let wanted = |record| scope.is_none_or(|scope| scope.contains(record));
    for (record, file) in listing.iter().filter(|(record, _)| wanted(record)) {
        let bytes = match file.is_regular() {
            true => record_bytes(repo, file.id)?,
            false => Err("no regular file stands in the place of a record".to_owned()),
        };
        match bytes {
            Ok(bytes) => contents.push((&file.path, bytes)),
            Err(what) => {
                let help = "put the record of an earlier commit there";
                odd.push((*record, vec![Problem::of_file(&file.path, what, help)]));
            }
        }
    }
    let mut loaded = assemble(contents);
    loaded.broken.extend(odd);
    Ok(loaded)
}

/// Some records of a tree. A file that is missing, or too large for a record, holds nothing.
pub(in crate::sync) fn read_paths<'a>(
    repo: &Repository,
    tree: TreeId,
    paths: impl IntoIterator<Item = &'a String>,
) -> Result<Loaded, SyncError> {
    let mut files = Vec::new();
    for path in paths {
        if let Some(file) = repo.tree_entry(tree, path)?
            && let Ok(bytes) = repo.blob(file.id, Limits::FILE)
        {
            files.push((path, bytes));
        }
    }
    Ok(assemble(files))
}

/// The bytes of a record, or how much too large it is.
pub(in crate::sync) fn record_bytes(
    repo: &Repository,
    id: BlobId,
) -> Result<Result<Vec<u8>, String>, SyncError> {
    match repo.blob(id, Limits::FILE) {
        Ok(bytes) => Ok(Ok(bytes)),
        Err(git::Error::TooLarge { size, limit, .. }) => Ok(Err(format!(
            "the file holds {size} bytes; at most {limit} are allowed"
        ))),
        Err(e) => Err(e.into()),
    }
}
