//! What a delivered sync leaves in the repository: where it went, and the tip that it saw there
//! (docs/sync.md#branch-and-remote).

use crate::git::{CommitId, Expect, PublicAddress};
use crate::store::{Notes, UpstreamNote};

use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::upstream::{BranchChoice, Relation, Upstream, seen_ref};
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
    set(&seen_ref(&upstream.branch))?;
    if let Some(tracking) = upstream.tracking_ref() {
        // It is for plain Git, and a stale one of another name may stand in its place.
        let _ = set(&tracking);
    }
    let head = upstream.head.as_ref();
    let note = UpstreamNote {
        url: upstream.remote.url.as_str().to_owned(),
        branch: upstream.branch.clone(),
        head: head.map(|head| head.name.clone()),
        related: head.is_some_and(|head| head.relation != Relation::Unrelated),
        left: left(workspace, upstream, tip)?,
    };
    Notes::of(repo.common_dir()).remember_upstream(&note)?;
    let was = was_on(upstream);
    if upstream.has_name && (was.is_some() || upstream.choice != BranchChoice::Remembered) {
        let is_tracked = repo.tracked(&workspace.branch)?.is_some_and(|tracked| {
            tracked.remote == upstream.remote.name && tracked.branch.as_ref() == Some(&upstream.branch)
        });
        if !is_tracked {
            // Plain Git is to pull and push there too, if its configuration can be written.
            let _ = repo.set_upstream(&workspace.branch, &upstream.remote.name, &upstream.branch);
        }
    }
    Ok(said(upstream, was, is_new, note))
}

/// The address of before, as long as nothing of the other member came from the new one: they may still read the old one.
fn left(workspace: &Workspace, upstream: &Upstream, tip: CommitId) -> Result<Option<String>, SyncError> {
    let noted = upstream.note.as_ref().and_then(|note| note.left.clone());
    let is_back = noted.as_deref() == Some(upstream.remote.url.as_str());
    let left = match upstream.moved_from() {
        Some(_) if is_back => None,
        Some(was) => Some(was.as_str().to_owned()),
        None => noted,
    };
    let (Some(_), Ok(me)) = (&left, workspace.me()) else {
        return Ok(left);
    };
    let other = &workspace.pair().partner_of(&me).name;
    let known: Vec<CommitId> = upstream.seen.into_iter().chain(upstream.tip).collect();
    for commit in workspace.repo.ancestors(tip, &known)? {
        if workspace.repo.commit_info(commit?)?.author.name == *other {
            return Ok(None);
        }
    }
    Ok(left)
}

/// The branch that this clone went to before, if it was another one.
fn was_on(upstream: &Upstream) -> Option<String> {
    let before = upstream.note.as_ref().map(|note| note.branch.clone());
    let before = before.or_else(|| upstream.tracked.clone());
    before.filter(|before| *before != upstream.branch)
}

fn said(upstream: &Upstream, was: Option<String>, is_new: bool, note: UpstreamNote) -> Vec<SyncNote> {
    let branch = upstream.branch.clone();
    let mut notes = Vec::new();
    if let Some(was) = note.left {
        let (was, is) = (PublicAddress::of(&was), upstream.remote.url.clone());
        notes.push(SyncNote::NewAddress { was, is });
    }
    let beside = note.head.filter(|_| note.related);
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
    notes.extend(beside.map(|head| SyncNote::BesideHead { branch, head }));
    notes
}
