//! Plain Git rewrote the history here, and the remote still has what it took out (docs/sync.md#rewritten-here).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::git::{CommitId, CommitInfo, Signature, TreeId};

use crate::sync::error::SyncError;
use crate::sync::rewrite_question::LocalRewrite;
use crate::sync::upstream::reflog::Moved;
use crate::sync::upstream::{Upstream, seen_ref, shown_name};
use crate::sync::workspace::Workspace;

/// Refuses to take in the remote's history where plain Git made another one of it here: a merge would bring back what was
/// taken out, and send it on. Returns how many commits come back that a sync had seen there, and that this branch lost.
///
/// # Errors
/// [`SyncError::LocalRewrite`], or when the history cannot be read.
pub(super) fn refuse_local_rewrite(
    workspace: &Workspace,
    upstream: &Upstream,
    there: CommitId,
) -> Result<usize, SyncError> {
    let repo = &workspace.repo;
    let Some(tip) = workspace.tip.filter(|tip| *tip != there) else {
        return Ok(0);
    };
    let Some(synced) = synced(workspace, upstream)? else {
        return Ok(0);
    };
    // Either it is all here, or the remote lost it.
    if repo.is_ancestor(synced, tip)? || !repo.is_ancestor(synced, there)? {
        return Ok(0);
    }
    let rewrite = Rewrite {
        workspace,
        sent: commits(workspace, synced, tip)?,
        unsent: commits(workspace, tip, there)?,
    };
    if !rewrite.is_one() {
        let was_here = was_here(workspace, synced)?;
        return Ok(if was_here { rewrite.sent.len() } else { 0 });
    }
    Err(SyncError::LocalRewrite(Box::new(LocalRewrite {
        came: repo.ancestors(there, &[synced, tip])?.count(),
        there: there.to_string(),
        remote: match upstream.has_name {
            true => shown_name(&upstream.remote.name),
            false => upstream.remote.url.as_str().to_owned(),
        },
        branch: upstream.branch.clone(),
    })))
}

/// So many of the last moves of HEAD are looked at.
const MOST_MOVES: usize = 50;

/// Whether HEAD had a commit, by its log. A run that died after its push never came to it.
fn was_here(workspace: &Workspace, commit: CommitId) -> Result<bool, SyncError> {
    let repo = &workspace.repo;
    let log = repo.reference_log("HEAD").into_iter().map(|entry| entry.commit);
    let moves: BTreeSet<CommitId> = log.take(MOST_MOVES).collect();
    if moves.contains(&commit) {
        return Ok(true);
    }
    for tip in moves {
        if repo.commit_info(tip).is_ok() && repo.is_ancestor(commit, tip)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The tip at which the last sync left the remote. Whoever rewrites every reference of the repository rewrites the one that
/// names it, too.
fn synced(workspace: &Workspace, upstream: &Upstream) -> Result<Option<CommitId>, SyncError> {
    let repo = &workspace.repo;
    if upstream.moved_from().is_some() {
        return Ok(None);
    }
    let by_reference = repo.reference(&seen_ref(&upstream.branch))?;
    let note = upstream.note.as_ref();
    let noted = note.filter(|note| note.branch == upstream.branch);
    let noted = noted.and_then(|note| note.seen.as_ref()?.parse::<CommitId>().ok());
    let noted = noted.filter(|noted| repo.commit_info(*noted).is_ok());
    // An earlier version moves the reference alone.
    let is_older =
        |noted: &CommitId| by_reference.is_some_and(|later| repo.is_ancestor(*noted, later).unwrap_or(false));
    Ok(noted.filter(|noted| !is_older(noted)).or(by_reference))
}

/// The commits that a tip has and another one has not.
fn commits(workspace: &Workspace, tip: CommitId, without: CommitId) -> Result<Vec<CommitInfo>, SyncError> {
    let repo = &workspace.repo;
    let commits = repo.ancestors(tip, &[without])?;
    commits.map(|commit| Ok(repo.commit_info(commit?)?)).collect()
}

/// The commits that may be a rewrite: those that a sync had seen at the remote and that are gone here, and those that
/// are here alone.
struct Rewrite<'a> {
    workspace: &'a Workspace,
    sent: Vec<CommitInfo>,
    unsent: Vec<CommitInfo>,
}

impl Rewrite<'_> {
    /// Whether one that is here alone is a changed copy of one that is gone.
    fn is_one(&self) -> bool {
        if self.has_amended() {
            return true;
        }
        let mut sent: HashMap<&Signature, Vec<&CommitInfo>> = HashMap::new();
        for commit in &self.sent {
            sent.entry(&commit.author).or_default().push(commit);
        }
        // A new message alone takes no word out.
        let differs = |copy: &CommitInfo| {
            let of = sent.get(&copy.author);
            of.is_some_and(|of| of.iter().all(|of| self.trees(of) != self.trees(copy)))
        };
        let mut copies = self.unsent.iter().filter(|copy| differs(copy)).peekable();
        // Most often there is none, and the log need not be read.
        copies.peek().is_some() && {
            let made = self.made_anew();
            copies.any(|copy| !made.contains(&copy.id))
        }
    }

    /// Whether the log of HEAD says that a commit which is gone was put in other words by one that is here.
    fn has_amended(&self) -> bool {
        let log = self.workspace.repo.reference_log("HEAD");
        let tree = |commits: &[CommitInfo], id| commits.iter().find(|c| c.id == id).map(|c| c.tree);
        let mut moves = log.iter().zip(log.iter().skip(1));
        moves.any(|(entry, before)| {
            Moved::of(&entry.why) == Moved::Copied
                && match (tree(&self.sent, before.commit), tree(&self.unsent, entry.commit)) {
                    (Some(was), Some(is)) => was != is,
                    _ => false,
                }
        })
    }

    /// The trees between which a commit leads.
    fn trees(&self, commit: &CommitInfo) -> (Option<TreeId>, TreeId) {
        let parent = commit.parents.first();
        let before = parent.and_then(|parent| self.workspace.repo.tree_of(*parent).ok());
        (before, commit.tree)
    }

    /// The unsent commits that were made here as new ones, not as copies of others, by the log of HEAD. A command may make
    /// several.
    fn made_anew(&self) -> BTreeSet<CommitId> {
        let unsent: BTreeMap<CommitId, &CommitInfo> = self.unsent.iter().map(|c| (c.id, c)).collect();
        let (mut made, mut reached) = (BTreeSet::new(), BTreeSet::new());
        for entry in self.workspace.repo.reference_log("HEAD").iter().rev() {
            let (moved, mut left) = (Moved::of(&entry.why), vec![entry.commit]);
            while let Some(id) = left.pop() {
                let Some(commit) = unsent.get(&id).filter(|_| reached.insert(id)) else {
                    continue;
                };
                left.extend(&commit.parents);
                let is_end = id == entry.commit && moved == Moved::Committed;
                if is_end || moved == Moved::Ours {
                    made.insert(id);
                }
            }
        }
        made
    }
}
