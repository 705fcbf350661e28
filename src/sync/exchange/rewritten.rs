//! The remote's history was rewritten, and this clone takes it (docs/sync.md#rewritten).

use crate::git::Expect;

use super::plan::is_rewritten;
use super::remote::GitRemote;
use super::{Fetched, Remote, Replica};
use crate::sync::combine::rewritten::put_on_top;
use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::workspace::Workspace;

/// Takes the rewritten history of a remote: the branch goes to it, with only what this clone had not sent on top. That is
/// written out before anything is sent, so that a run which dies sends nothing of the old history. Nothing happens where
/// the history was not rewritten, or the remote does not answer.
///
/// # Errors
/// When a record cannot be read, the rewritten history is of another pair, or it cannot be written.
pub(super) fn take_rewrite(
    workspace: &mut Workspace,
    remote: &mut GitRemote,
) -> Result<Vec<SyncNote>, SyncError> {
    let mut notes = workspace.check_out()?.notes();
    let Fetched::Tip(Some(there)) = remote.fetch()? else {
        return Ok(notes);
    };
    let (Some(seen), Some(mine)) = (workspace.seen()?, workspace.tip) else {
        return Ok(notes);
    };
    let has_moved = remote.upstream.borrow().moved_from().is_some();
    // A run that died may have taken it: then nothing is here that the remote lost.
    if has_moved || !is_rewritten(&*workspace.repo, Some(mine), Some(there), seen)? {
        return Ok(notes);
    }
    let author = workspace.signature()?;
    let made = put_on_top(&workspace.repo, [seen, there, mine], &author)?;
    // The commits of before stay here, and only here, until somebody lets them go.
    let kept = format!("refs/oneonone/kept/{mine}");
    let why = "oneonone: before a rewritten history was taken";
    let _ = workspace.repo.set_reference(&kept, mine, Expect::Any, why)?;
    workspace.adopt(made.commit)?;
    let put_on_top = workspace.count_unsent(Some(there))?.entries();
    notes.extend(workspace.check_out()?.notes());
    notes.push(SyncNote::RewriteTaken {
        kept,
        put_on_top,
        left_out: made.left_out,
    });
    notes.extend(workspace.remember_seen(there, false)?);
    remote.upstream.borrow_mut().seen = Some(there);
    Ok(notes)
}
