//! The tip that was seen last at a remote (docs/sync.md#rewritten).

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository};

use crate::sync::error::SyncError;

/// The tip that was seen last: by a sync (`by_sync`), or later by plain Git, which keeps the reference `tracking`. If the
/// branch here holds commits that plain Git saw there, and the remote lost them since, the latest of these counts: they were
/// taken out.
///
/// # Errors
/// When the repository cannot be read.
pub(super) fn last_seen(repo: &Repository, by_sync: CommitId, tracking: &str) -> Result<CommitId, SyncError> {
    let by_git = repo.reference(tracking)?;
    let by_git = by_git.filter(|tip| repo.commit_info(*tip).is_ok());
    let follows = |later: CommitId| repo.is_ancestor(by_sync, later).unwrap_or(false);
    let seen = by_git.filter(|tip| follows(*tip)).unwrap_or(by_sync);
    let (Some(here), Ok(_)) = (repo.head()?.tip, repo.commit_info(seen)) else {
        return Ok(seen);
    };
    let there: Vec<CommitId> = [seen].into_iter().chain(by_git).collect();
    let only_here = repo.ancestors(here, &there)?;
    let only_here: BTreeSet<CommitId> = only_here.collect::<Result<_, _>>()?;
    if only_here.is_empty() {
        return Ok(seen);
    }
    let log = repo.reference_log(tracking).into_iter();
    let lost = log
        .filter(|tip| only_here.contains(tip))
        .find(|tip| follows(*tip));
    Ok(lost.unwrap_or(seen))
}
