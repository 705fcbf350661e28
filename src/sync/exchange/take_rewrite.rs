//! The remote's history was rewritten, and this clone takes it (docs/sync.md#rewritten).

use crate::git::CommitId;

use super::plan::{is_rewritten, only_in};
use super::{Exchange, Fetched, Remote, Replica, UnsentChanges};
use crate::sync::combine::rebase::PutOnTop;
use crate::sync::error::SyncError;
use crate::sync::load::history::History;
use crate::sync::outcome::{Delivery, SyncNote};

impl<R: Remote, C: Replica> Exchange<'_, R, C> {
    /// Takes the rewritten history of the remote: the branch goes to it, with only what this clone had not sent on top, as
    /// far as it was made here. It writes that out before it sends anything, so that a run which dies sends nothing of the
    /// old history. Nothing happens if the remote lost nothing and nothing was made elsewhere, nor if the remote does not answer:
    /// then it returns why. A dry run prepares the commit, and writes nothing out.
    ///
    /// # Errors
    /// When a record cannot be read, the rewritten history is of another pair, or it cannot be written;
    /// [`SyncError::LocalRewrite`] if the history was rewritten here.
    pub(super) fn take_rewrite(&mut self) -> Result<Option<Delivery>, SyncError> {
        let there = match self.remote.fetch()? {
            Fetched::Tip(there) => there,
            Fetched::Failed(delivery) => return Ok(Some(delivery)),
        };
        let (Some(there), Some(mine)) = (there, self.replica.tip()) else {
            return Ok(None);
        };
        // Its history may have what was taken out here.
        self.replica.refuse_local_rewrite(there)?;
        // A run that died may have taken it: then nothing is here that the remote lost.
        let Some(made) = self.on_top(there, mine)? else {
            return Ok(None);
        };
        let is_dry = self.options.dry_run;
        // The commits of before stay here, and only here, until somebody lets them go.
        let kept = match is_dry {
            true => None,
            false => Some(self.replica.let_go(made.commit)?),
        };
        let of_entries = made.notes();
        self.replica.adopt(made.commit)?;
        let put_on_top = self.replica.count_unsent(Some(there))?.entries();
        if !is_dry {
            self.done.notes.extend(self.replica.check_out()?.notes());
        }
        self.done.notes.push(SyncNote::RewriteTaken {
            kept,
            put_on_top,
            left_out: made.left_out,
        });
        self.done.notes.extend(of_entries);
        if !is_dry {
            let remembered = self.replica.remember_seen(there, false)?;
            self.done.notes.extend(remembered);
        }
        self.replica.see_rewrite(there);
        Ok(None)
    }

    /// The commit on top of the remote's tip; none if there is nothing to take: the remote lost nothing, and nothing was
    /// made elsewhere.
    fn on_top(&mut self, there: CommitId, mine: CommitId) -> Result<Option<PutOnTop>, SyncError> {
        let history = self.replica.history();
        let lost = match self.replica.seen()? {
            Some(seen) if is_rewritten(history, Some(mine), Some(there), seen)? => Some(seen),
            _ => None,
        };
        if lost.is_none() && history.merge_bases(mine, there)?.is_empty() {
            return Ok(None);
        }
        let known: Vec<CommitId> = lost.into_iter().chain([there]).collect();
        let mut unsent = only_in(history, mine, &known)?;
        let before = unsent.len();
        let elsewhere = self.replica.made_elsewhere(there)?;
        unsent.retain(|commit| !elsewhere.contains(commit));
        let changes = match lost {
            Some(seen) if unsent.len() == before => UnsentChanges::Since(seen),
            None if unsent.len() == before => return Ok(None),
            _ => UnsentChanges::Of {
                commits: unsent,
                lost,
            },
        };
        self.replica.put_on_top(there, &changes)
    }
}
