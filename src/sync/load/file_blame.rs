//! The commit that wrote a file as it stands.

use crate::git::{CommitId, CommitInfo, Repository};

use crate::sync::error::SyncError;

/// So many commits are looked at.
const MOST: usize = 5000;

/// The first commit that had a file as it is: none of its parents has.
///
/// # Errors
/// When Git cannot read the history.
pub(in crate::sync) fn wrote_it(
    repo: &Repository,
    tip: CommitId,
    path: &str,
) -> Result<Option<CommitInfo>, SyncError> {
    let mut info = repo.commit_info(tip)?;
    let file = repo.tree_entry(info.tree, path)?;
    for _ in 0..MOST {
        let mut parents = info
            .parents
            .iter()
            .filter_map(|parent| repo.commit_info(*parent).ok());
        let same = parents.find(|parent| {
            repo.tree_entry(parent.tree, path)
                .is_ok_and(|found| found == file)
        });
        match same {
            Some(parent) => info = parent,
            None => return Ok(Some(info)),
        }
    }
    Ok(None)
}
