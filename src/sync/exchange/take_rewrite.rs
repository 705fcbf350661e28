//! The remote's history was rewritten, and this clone takes it (docs/sync.md#rewritten).

use crate::git::{CommitId, Expect, Signature};
use crate::store::LogLine;

use super::git_remote::GitRemote;
use super::made_elsewhere::made_elsewhere;
use super::plan::is_rewritten;
use super::{Fetched, Remote, Replica};
use crate::sync::combine::rebase::{PutOnTop, put_each_on_top, put_on_top};
use crate::sync::error::SyncError;
use crate::sync::load::history::History;
use crate::sync::outcome::SyncNote;
use crate::sync::workspace::Workspace;

/// Takes the rewritten history of a remote: the branch goes to it, with only what this clone had not sent on top, as far as
/// it was made here. It writes that out before it sends anything, so that a run which dies sends nothing of the old history.
/// Nothing happens if the remote lost nothing and nothing was made elsewhere, or the remote does not answer. A dry run
/// prepares the commit, and writes nothing out.
///
/// # Errors
/// When a record cannot be read, the rewritten history is of another pair, or it cannot be written;
/// [`SyncError::LocalRewrite`] if the history was rewritten here.
pub(super) fn take_rewrite(
    workspace: &mut Workspace,
    remote: &mut GitRemote,
    dry_run: bool,
) -> Result<Vec<SyncNote>, SyncError> {
    let mut notes = match dry_run {
        true => Vec::new(),
        false => workspace.check_out()?.notes(),
    };
    let Fetched::Tip(Some(there)) = remote.fetch()? else {
        return Ok(notes);
    };
    let Some(mine) = workspace.tip else {
        return Ok(notes);
    };
    // At another address a history that has nothing in common is that of another pair.
    let has_moved = remote.upstream.borrow().moved_from().is_some();
    let is_other = has_moved && History::merge_bases(&*workspace.repo, mine, there)?.is_empty();
    let seen = workspace.seen()?.filter(|_| !is_other);
    // Its history may have what was taken out here.
    workspace.refuse_local_rewrite(there)?;
    let author = workspace.signature()?;
    let rewritten = workspace.with_folders(there)?;
    // A run that died may have taken it: then nothing is here that the remote lost.
    let Some(made) = on_top(workspace, seen, [rewritten, mine], &author)? else {
        return Ok(notes);
    };
    let mut kept = None;
    if !dry_run {
        // The commits of before stay here, and only here, until somebody lets them go.
        let name = format!("refs/oneonone/kept/{mine}");
        let why = "oneonone: before a rewritten history was taken";
        let _ = workspace.repo.set_reference(&name, mine, Expect::Any, why)?;
        workspace.notes.add_replaced(&mine.to_string())?;
        // The folder still holds the words for which the index went.
        workspace.cache.let_go();
        let commit = &made.commit.to_string();
        workspace.notes.log(LogLine::HistoryTaken { commit })?;
        kept = Some(name);
    }
    let of_entries = made.notes();
    workspace.adopt(made.commit)?;
    let put_on_top = workspace.count_unsent(Some(there))?.entries();
    if !dry_run {
        notes.extend(workspace.check_out()?.notes());
    }
    notes.push(SyncNote::RewriteTaken {
        kept,
        put_on_top,
        left_out: made.left_out,
    });
    notes.extend(of_entries);
    if !dry_run {
        notes.extend(workspace.remember_seen(there, false)?);
    }
    let mut upstream = remote.upstream.borrow_mut();
    (upstream.seen, upstream.before) = (Some(there), None);
    drop(upstream);
    Ok(notes)
}

/// The commit on top of the remote's tip; none if there is nothing to take: the remote lost nothing, and nothing was made
/// elsewhere.
fn on_top(
    workspace: &Workspace,
    seen: Option<CommitId>,
    [there, mine]: [CommitId; 2],
    author: &Signature,
) -> Result<Option<PutOnTop>, SyncError> {
    let (repo, keys) = (&*workspace.repo, &workspace.keys);
    let lost = match seen {
        Some(seen) if is_rewritten(repo, Some(mine), Some(there), seen)? => Some(seen),
        _ => None,
    };
    if lost.is_none() && History::merge_bases(repo, mine, there)?.is_empty() {
        return Ok(None);
    }
    let known: Vec<CommitId> = lost.into_iter().chain([there]).collect();
    let unsent = repo.ancestors(mine, &known)?;
    let mut unsent: Vec<CommitId> = unsent.collect::<Result<_, _>>()?;
    let before = unsent.len();
    let elsewhere = made_elsewhere(workspace, there)?;
    unsent.retain(|commit| !elsewhere.contains(commit));
    match (lost, unsent.len() == before) {
        (Some(seen), true) => put_on_top(repo, keys, [seen, there, mine], author).map(Some),
        (None, true) => Ok(None),
        (_, false) => {
            // Parents come before their children.
            unsent.reverse();
            put_each_on_top(repo, keys, [there, mine], &unsent, author).map(Some)
        }
    }
}
