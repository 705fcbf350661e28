//! The tip that was seen last at a remote (docs/sync.md#rewritten).

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository};

use crate::sync::error::SyncError;

/// The words in the log of a reference that plain Git moved as it pushed.
const PUSHED: &str = "update by push";

/// The words in the log for a reference that was put back to what the remote has.
pub(in crate::sync) const AS_IT_IS: &str = "oneonone: as it is at the remote";

/// Whether a push to a remote goes to the address that is read, and to no other.
fn pushes_where_it_reads(repo: &Repository, remote: &str) -> Result<bool, SyncError> {
    let targets = repo.push_targets(remote)?;
    Ok(targets.reads_first && targets.targets.len() == 1)
}

/// The tip that was seen last: by a sync (`by_sync`), or later by plain Git, which keeps the reference `tracking`. If the
/// branch here holds commits that plain Git saw there, and the remote lost them since, the latest of these counts: they were
/// taken out.
///
/// # Errors
/// When the repository cannot be read.
pub(super) fn last_seen(
    repo: &Repository,
    by_sync: CommitId,
    remote: &str,
    tracking: &str,
) -> Result<CommitId, SyncError> {
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
    let mut moved_since = String::new();
    for (tip, why) in repo.reference_log(tracking) {
        let corrected = std::mem::replace(&mut moved_since, why.clone()) == AS_IT_IS;
        if !only_here.contains(&tip) || !follows(tip) {
            continue;
        }
        // Plain Git takes a push to any address for one to the remote.
        if why != PUSHED || (!corrected && pushes_where_it_reads(repo, remote)?) {
            return Ok(tip);
        }
    }
    Ok(seen)
}
