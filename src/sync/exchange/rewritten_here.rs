//! Plain Git rewrote the history here, and the remote still has what it took out (docs/sync.md#rewritten-here).

use std::collections::BTreeSet;

use crate::git::{CommitId, CommitInfo, TreeId};

use crate::sync::error::SyncError;
use crate::sync::rewrite_question::LocalRewrite;
use crate::sync::upstream::Upstream;
use crate::sync::upstream::reflog::Moved;
use crate::sync::workspace::Workspace;

/// Refuses to merge the remote's history with one that plain Git made of it: a merge would bring back what was taken out, and
/// send it on.
///
/// # Errors
/// [`SyncError::LocalRewrite`], or when the history cannot be read.
pub(super) fn refuse_local_rewrite(
    workspace: &Workspace,
    upstream: &Upstream,
    there: CommitId,
) -> Result<(), SyncError> {
    let repo = &workspace.repo;
    let (Some(tip), Some(seen)) = (workspace.tip, upstream.seen) else {
        return Ok(());
    };
    if repo.is_ancestor(seen, tip)? {
        return Ok(());
    }
    let sent = commits(workspace, seen, tip)?;
    let made = made_anew(workspace, there)?;
    let mut copied = 0;
    for copy in commits(workspace, tip, seen)? {
        let is_copy = |of: &&CommitInfo| of.author == copy.author && of.message == copy.message;
        let mut copies = sent.iter().filter(is_copy).peekable();
        // A new message alone takes no word out.
        let differs = |of: &CommitInfo| changed(workspace, of) != changed(workspace, &copy);
        if !made.contains(&copy.id) && copies.peek().is_some() && copies.all(differs) {
            copied += 1;
        }
    }
    if copied == 0 {
        return Ok(());
    }
    Err(SyncError::LocalRewrite(Box::new(LocalRewrite {
        copied,
        there: there.to_string(),
        remote: match upstream.has_name {
            true => upstream.remote.shown().name,
            false => upstream.remote.url.as_str().to_owned(),
        },
        branch: upstream.branch.clone(),
    })))
}

/// The commits that a tip has and another one has not.
fn commits(workspace: &Workspace, tip: CommitId, without: CommitId) -> Result<Vec<CommitInfo>, SyncError> {
    let repo = &workspace.repo;
    let commits = repo.ancestors(tip, &[without])?;
    commits.map(|commit| Ok(repo.commit_info(commit?)?)).collect()
}

/// The trees between which a commit leads.
fn changed(workspace: &Workspace, commit: &CommitInfo) -> (Option<TreeId>, TreeId) {
    let parent = commit.parents.first();
    let before = parent.and_then(|parent| workspace.repo.tree_of(*parent).ok());
    (before, commit.tree)
}

/// The commits that were made here as new ones, not as copies of others, by the log of HEAD. A command may make several.
fn made_anew(workspace: &Workspace, there: CommitId) -> Result<BTreeSet<CommitId>, SyncError> {
    let (repo, mut made) = (&workspace.repo, BTreeSet::new());
    let log = repo.reference_log("HEAD");
    for (place, entry) in log.iter().enumerate() {
        match Moved::of(&entry.why) {
            Moved::Committed => drop(made.insert(entry.commit)),
            Moved::Ours => {
                let before = log.get(place + 1).map(|before| before.commit);
                let known: Vec<CommitId> = before.into_iter().chain([there]).collect();
                for commit in repo.ancestors(entry.commit, &known).into_iter().flatten() {
                    made.insert(commit?);
                }
            }
            Moved::Copied | Moved::Brought | Moved::Unknown => {}
        }
    }
    Ok(made)
}
