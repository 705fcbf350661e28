//! What a delivered sync leaves in the repository: where it went, and the tip that it saw there
//! (docs/sync.md#branch-and-remote).

use crate::git::{CommitId, Expect, PublicAddress};
use crate::store::{Notes, UpstreamNote};

use super::remote::there_ref;
use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::outcome::SyncNote;
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
    let (left, left_at) = left(workspace, upstream, tip)?.unzip();
    let (left_branch, left_branch_at) = left_branch(workspace, upstream, tip)?.unzip();
    let mut note = UpstreamNote {
        url: upstream.remote.url.as_str().to_owned(),
        branch: upstream.branch.clone(),
        head: head.map(|(head, _)| head.name.clone()),
        head_at: head.and_then(|(_, at)| Some(at.as_ref()?.to_string())),
        related: head.is_some_and(|(head, _)| head.relation != Relation::Unrelated),
        left,
        left_at,
        left_branch,
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
    Ok(said(upstream, was, is_new, note))
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
    // In another spelling it may be one place: only a push finds out.
    let old = upstream.left();
    let may_be_one_place = old.is_some_and(|old| old.is_spelled_like(&upstream.remote.url));
    if !may_be_one_place && left(workspace, &upstream, tip)?.is_some() {
        return Ok(Some(upstream.remote.url.as_str().to_owned()));
    }
    let is_related = |head: &HeadBranch| head.relation != Relation::Unrelated;
    let is_beside = upstream.head.as_ref().is_some_and(|(head, _)| is_related(head));
    let is_alone = is_beside || left_branch(workspace, &upstream, tip)?.is_some();
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

/// The address of before, as long as nothing of the other member came from the new one: they may still read the old one.
/// And the tip at the new one after the first sync there: a commit of theirs counts if it goes on from that.
fn left(
    workspace: &Workspace,
    upstream: &Upstream,
    tip: CommitId,
) -> Result<Option<(String, String)>, SyncError> {
    let note = upstream.note.as_ref();
    let is_back = |was: &PublicAddress| *was == upstream.remote.url;
    // An address at which they were never seen is none that they left.
    let was = upstream
        .left()
        .filter(|was| !is_back(was) && !upstream.is_one_place);
    let Some(was) = was.map(|was| was.as_str().to_owned()) else {
        return Ok(None);
    };
    if upstream.moved_from().is_some() {
        // They are here if they wrote something here that the old address does not have.
        let old_tip = upstream
            .old_tip
            .filter(|tip| workspace.repo.commit_info(*tip).is_ok());
        let is_here = match old_tip {
            Some(old_tip) => wrote_since(workspace, tip, old_tip, false)?,
            None => false,
        };
        return Ok((!is_here).then(|| (was, tip.to_string())));
    }
    let since = note.and_then(|note| note.left_at.as_deref()?.parse::<CommitId>().ok());
    let since = since.filter(|since| workspace.repo.commit_info(*since).is_ok());
    let Some(since) = since else {
        return Ok(Some((was, tip.to_string())));
    };
    let is_here = wrote_since(workspace, tip, since, true)?;
    Ok((!is_here).then(|| (was, since.to_string())))
}

/// The branch of before, as long as it is there and nothing of the other member came on the new one: they may still be on
/// it. And the tip on the new one after the first sync there: a commit of theirs counts if it goes on from that.
fn left_branch(
    workspace: &Workspace,
    upstream: &Upstream,
    tip: CommitId,
) -> Result<Option<(String, String)>, SyncError> {
    let Some((was, old_tip)) = &upstream.old_branch else {
        return Ok(None);
    };
    let is_here = |commit: CommitId| workspace.repo.commit_info(commit).is_ok();
    let note = upstream.note.as_ref();
    let since = note.and_then(|note| note.left_branch_at.as_deref()?.parse::<CommitId>().ok());
    let since = since.filter(|since| is_here(*since));
    let came = match since {
        Some(since) => wrote_since(workspace, tip, since, true)?,
        // They are here if they wrote something here that the old branch does not have.
        None => is_here(*old_tip) && wrote_since(workspace, tip, *old_tip, false)?,
    };
    let since = since.unwrap_or(tip).to_string();
    Ok((!came).then(|| (was.clone(), since)))
}

/// Whether a commit of the other member is below `tip` and not below `since`, and goes on from that one if it has to.
fn wrote_since(
    workspace: &Workspace,
    tip: CommitId,
    since: CommitId,
    goes_on: bool,
) -> Result<bool, SyncError> {
    let repo = &workspace.repo;
    let authors = CommitAuthors::of(workspace.pair()).seen_by(workspace.me().ok(), repo.user_email()?);
    for commit in repo.ancestors(tip, &[since])? {
        let commit = commit?;
        let author = repo.commit_info(commit)?.author;
        if authors.is_of_other(&author) && (!goes_on || repo.is_ancestor(since, commit)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn said(upstream: &Upstream, was: Option<String>, is_new: bool, note: UpstreamNote) -> Vec<SyncNote> {
    let branch = upstream.branch.clone();
    let mut notes = Vec::new();
    if let Some(was) = note.left {
        let (was, is) = (PublicAddress::of(&was), upstream.remote.url.clone());
        notes.push(SyncNote::NewAddress { was, is });
    }
    let beside = note.head.filter(|_| note.related);
    let left_branch = note
        .left_branch
        .filter(|was| !is_new && beside.as_ref() != Some(was));
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
    notes.extend(left_branch.map(|was| SyncNote::LeftBranch {
        was,
        is: branch.clone(),
    }));
    notes.extend(beside.map(|head| SyncNote::BesideHead { branch, head }));
    notes
}
