//! The facts that a delivered sync leaves in the repository: where it went, and the tip that it saw there
//! (docs/sync.md#branch-and-remote).

use crate::git::{CommitId, Expect, PublicAddress};
use crate::store::{Notes, UpstreamNote};

use super::git_remote::there_ref;
use super::other_remotes::{OtherRemotes, UnsyncedRemote};
use super::reads_elsewhere::Search;
use crate::sync::error::SyncError;
use crate::sync::outcome::{OtherPlace, OtherRemote, SyncNote};
use crate::sync::upstream::{BranchChoice, HeadBranch, Relation, Upstream, seen_ref};
use crate::sync::workspace::Workspace;

/// Remembers where a sync went, and the tip there. `is_new` says that the remote did not have the branch before. The notes
/// for a person.
pub(super) fn remember(
    workspace: &Workspace,
    upstream: &Upstream,
    tip: CommitId,
    is_new: bool,
) -> Result<Vec<SyncNote>, SyncError> {
    let repo = &workspace.repo;
    let set = |name: &str| -> Result<(), SyncError> {
        if repo.reference(name)? != Some(tip) {
            let why = "oneonone: seen at the remote";
            let _ = repo.set_reference(name, tip, Expect::Any, why)?;
        }
        Ok(())
    };
    if let Some(seen) = upstream.seen
        && !repo.is_ancestor(seen, tip).unwrap_or(true)
    {
        Notes::of(repo.common_dir()).add_replaced(&seen.to_string())?;
    }
    set(&seen_ref(&upstream.branch))?;
    // A tip that is here already is not fetched: the reference of the last fetch would keep a history that was replaced.
    let fetched = there_ref(&upstream.branch);
    if repo.reference(&fetched)?.is_some() {
        set(&fetched)?;
    }
    if let Some(tracking) = upstream.tracking_ref() {
        // It is for plain Git, and a stale one of another name may stand in its place.
        let _ = set(&tracking);
    }
    let before = upstream.note.as_ref();
    let was = upstream.was_on().map(str::to_owned);
    let is_chosen = was.is_some() || upstream.choice != BranchChoice::Remembered;
    let is_new_here = is_chosen || before.is_some_and(|note| note.untracked);
    let head = upstream.head.as_ref();
    let search = Search::of(workspace, upstream, tip);
    let (left, left_at) = search.left()?.unzip();
    let others = search.other_remotes(left.is_some())?;
    let (left_branches, left_branch_at) = search.left_branches()?.unzip();
    let mut note = UpstreamNote {
        url: upstream.remote.url.as_str().to_owned(),
        branch: upstream.branch.clone(),
        seen: Some(tip.to_string()),
        head: head.map(|(head, _)| head.name.clone()),
        head_at: head.and_then(|(_, at)| Some(at.as_ref()?.to_string())),
        related: head.is_some_and(|(head, _)| head.relation != Relation::Unrelated),
        left,
        left_at,
        beside: others
            .unsynced
            .as_ref()
            .map(|other| other.remote.url.as_str().to_owned()),
        beside_at: others.unsynced.as_ref().map(|other| other.since.to_string()),
        copies: Some(others.copies.clone()),
        foreign: others.foreign.iter().map(CommitId::to_string).collect(),
        agreed: others.agreed,
        left_branches: left_branches.unwrap_or_default(),
        left_branch_at,
        moved: upstream.has_moved(),
        untracked: is_new_here && !is_tracked(workspace, upstream),
    };
    let notes = Notes::of(repo.common_dir());
    notes.remember_upstream(&note)?;
    if note.untracked {
        // Plain Git is to pull and push there too, if its configuration can be written.
        let _ = repo.set_upstream(&workspace.branch, &upstream.remote.name, &upstream.branch);
        note.untracked = false;
        notes.remember_upstream(&note)?;
    }
    let mut notes = said_of_other_remotes(workspace, upstream, &note, others);
    notes.extend(said(upstream, was, is_new, note));
    Ok(notes)
}

/// The branch or the address that a sync would go to, if nobody can say that the other member reads there. Nothing is
/// remembered of it.
///
/// # Errors
/// When the history cannot be read.
pub(super) fn would_go_alone(workspace: &Workspace) -> Result<Option<String>, SyncError> {
    let Some(upstream) = workspace
        .upstream
        .as_ref()
        .map(|upstream| upstream.borrow().clone())
    else {
        return Ok(None);
    };
    let Some(tip) = workspace.tip else { return Ok(None) };
    let search = Search::of(workspace, &upstream, tip);
    // In another spelling it may be one place: only a push finds out.
    let old = upstream.left();
    let may_be_one_place = old.is_some_and(|old| old.is_spelled_like(&upstream.remote.url));
    let is_left = search.left()?.is_some();
    let others = search.other_remotes(is_left)?;
    let is_beside = match others.unsynced {
        Some(other) if other.remote.url.is_spelled_like(&upstream.remote.url) => false,
        // The push brings it there.
        Some(other) if other.how == OtherPlace::Behind => !search.is_pushed_to(&other.remote)?,
        other => other.is_some(),
    };
    if is_left && !may_be_one_place || is_beside {
        return Ok(Some(upstream.remote.url.as_str().to_owned()));
    }
    let is_related = |head: &HeadBranch| head.relation != Relation::Unrelated;
    let is_beside = upstream.head.as_ref().is_some_and(|(head, _)| is_related(head));
    let is_alone = is_beside || search.left_branches()?.is_some();
    Ok(is_alone.then(|| upstream.branch.clone()))
}

/// Whether plain Git tracks the branch. An address is no remote that it could track it by.
fn is_tracked(workspace: &Workspace, upstream: &Upstream) -> bool {
    let tracked = workspace.repo.tracked(&workspace.branch).ok().flatten();
    !upstream.has_name
        || tracked.is_some_and(|tracked| {
            tracked.remote == upstream.remote.name && tracked.branch.as_ref() == Some(&upstream.branch)
        })
}

fn said_of_other_remotes(
    workspace: &Workspace,
    upstream: &Upstream,
    note: &UpstreamNote,
    others: OtherRemotes,
) -> Vec<SyncNote> {
    let (is, branch) = (upstream.remote.url.clone(), upstream.branch.clone());
    let note = match (others.unsynced, others.silent) {
        // One place is told of at a time.
        _ if note.left.is_some() => None,
        (Some(UnsyncedRemote { remote, how, .. }), _) => Some(SyncNote::OtherRemote(Box::new(OtherRemote {
            name: remote.shown().name,
            address: remote.url,
            is,
            branch,
            local: workspace.branch.clone(),
            how,
        }))),
        (None, Some((address, is_refused))) => Some(SyncNote::SilentRemote {
            address,
            is,
            branch,
            is_refused,
        }),
        (None, None) => None,
    };
    note.into_iter().collect()
}

fn said(upstream: &Upstream, was: Option<String>, is_new: bool, note: UpstreamNote) -> Vec<SyncNote> {
    let branch = upstream.branch.clone();
    let mut notes = Vec::new();
    if let Some(was) = note.left {
        let (was, is) = (PublicAddress::of(&was), upstream.remote.url.clone());
        notes.push(SyncNote::NewAddress { was, is });
    }
    let beside = note.head.filter(|_| note.related);
    let mut left_branches = note.left_branches;
    left_branches.retain(|was| !is_new && beside.as_ref() != Some(was));
    match (was.or_else(|| beside.clone()), is_new) {
        (Some(before), true) => notes.push(SyncNote::NewBranch {
            branch: branch.clone(),
            before,
        }),
        (Some(was), false) if beside.as_ref() != Some(&was) => {
            notes.push(SyncNote::Followed {
                was,
                is: branch.clone(),
            });
        }
        _ => {}
    }
    if !left_branches.is_empty() {
        notes.push(SyncNote::LeftBranches {
            were: left_branches,
            is: branch.clone(),
        });
    }
    notes.extend(beside.map(|head| SyncNote::OtherThanHead { branch, head }));
    notes
}
