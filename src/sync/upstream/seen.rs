//! The tip that was seen last at a remote (docs/sync.md#rewritten).

use std::collections::BTreeSet;

use crate::git::{CommitId, LogEntry, Repository};

use super::reflog::{Moved, made_here, was_made_here};
use crate::sync::error::SyncError;

/// The words in the log of a reference that plain Git moved as it pushed.
const PUSHED: &str = "update by push";

/// The words in the log for a reference that was put back to what the remote has.
pub(in crate::sync) const AS_IT_IS: &str = "oneonone: as it is at the remote";

/// The commits that plain Git pushed from here, by the log of the reference `tracking`, and that were made here, by the log of
/// HEAD. A push of this program leaves the same words, and brings commits of others with its own: those are none.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn pushed_by_git(
    repo: &Repository,
    tracking: &str,
) -> Result<BTreeSet<CommitId>, SyncError> {
    let log = repo.reference_log(tracking);
    let mut pushed = BTreeSet::new();
    let made_here = made_here(repo);
    // Where the log begins, nobody can say how much one push brought.
    for (entry, before) in log.iter().zip(log.iter().skip(1)) {
        let (tip, before) = (entry.commit, before.commit);
        if entry.why == PUSHED && repo.commit_info(before).is_ok() && repo.commit_info(tip).is_ok() {
            for commit in repo.ancestors(tip, &[before])? {
                pushed.extend(Some(commit?).filter(|commit| made_here.contains(commit)));
            }
        }
    }
    Ok(pushed)
}

/// Whether a push to a remote goes to the address that is read, among others or alone.
fn pushes_where_it_reads(repo: &Repository, remote: &str) -> Result<bool, SyncError> {
    Ok(repo.push_targets(remote)?.reads_first)
}

/// Whether a commit of this clone came by a fetch, and somebody wrote to the settings later: the remote may have had another
/// address then, to which the commit was pushed.
fn may_be_of_another_address(repo: &Repository, entry: &LogEntry) -> bool {
    let is_later = |written| written >= entry.seconds;
    repo.settings_written().is_some_and(is_later)
        && entry.why != PUSHED
        && Moved::of(&entry.why) == Moved::Brought
        && was_made_here(repo, entry.commit)
}

/// The commits that are here, or are to be merged by a merge of plain Git that stopped, and not there.
fn only_here(repo: &Repository, there: &[CommitId]) -> Result<BTreeSet<CommitId>, SyncError> {
    let mut tips = repo.merge_heads()?;
    tips.retain(|tip| repo.commit_info(*tip).is_ok());
    tips.extend(repo.head()?.tip);
    let mut found = BTreeSet::new();
    for tip in tips {
        for commit in repo.ancestors(tip, there)? {
            found.insert(commit?);
        }
    }
    Ok(found)
}

/// The tip that was seen last: by a sync (`by_sync`), or later by plain Git, which keeps the reference `tracking`. If no sync
/// saw it, plain Git alone tells. If the branch here holds commits that plain Git saw there, and the remote lost them since,
/// the latest of these counts: they were taken out. So it is if a merge that stopped is about to bring them.
///
/// # Errors
/// When the repository cannot be read.
pub(super) fn last_seen(
    repo: &Repository,
    by_sync: Option<CommitId>,
    remote: &str,
    tracking: &str,
) -> Result<Option<CommitId>, SyncError> {
    let by_git = repo.reference(tracking)?;
    let by_git = by_git.filter(|tip| repo.commit_info(*tip).is_ok());
    let follows =
        |later: CommitId| by_sync.is_none_or(|by_sync| repo.is_ancestor(by_sync, later).unwrap_or(false));
    let Some(seen) = by_git.filter(|tip| follows(*tip)).or(by_sync) else {
        return Ok(None);
    };
    if repo.commit_info(seen).is_err() {
        return Ok(Some(seen));
    }
    let there: Vec<CommitId> = [seen].into_iter().chain(by_git).collect();
    let only_here = only_here(repo, &there)?;
    if only_here.is_empty() {
        return Ok(Some(seen));
    }
    let mut moved_since = String::new();
    for entry in repo.reference_log(tracking) {
        let corrected = std::mem::replace(&mut moved_since, entry.why.clone()) == AS_IT_IS;
        let tip = entry.commit;
        if !only_here.contains(&tip) || !follows(tip) || may_be_of_another_address(repo, &entry) {
            continue;
        }
        // Plain Git takes a push to any address for one to the remote.
        if entry.why != PUSHED || (!corrected && pushes_where_it_reads(repo, remote)?) {
            return Ok(Some(tip));
        }
    }
    Ok(Some(seen))
}
