//! The plan of an exchange, and the question that stops it (docs/sync.md#rewritten).

use std::collections::BTreeSet;

use crate::git::CommitId;

use super::plan::{Plan, count_only_in, plan};
use super::{Exchange, OnRewrite, Remote, Replica};
use crate::sync::error::SyncError;
use crate::sync::load::history::History;
use crate::sync::outcome::SyncNote;
use crate::sync::rewrite_question::RewriteQuestion;

impl<R: Remote, C: Replica> Exchange<'_, R, C> {
    fn accepts(&self) -> bool {
        self.options.on_rewrite == OnRewrite::Accept
    }

    /// The plan for the prepared commit and the remote's tip.
    ///
    /// # Errors
    /// [`SyncError::Rewritten`] if a person has to say first whether some commits may go there.
    pub(super) fn plan_or_ask(&mut self, there: Option<CommitId>) -> Result<Plan, SyncError> {
        if let (Some(there), false) = (there, self.accepts()) {
            let came_back = self.replica.refuse_local_rewrite(there)?;
            let note = (came_back > 0).then_some(SyncNote::SentCameBack(came_back));
            self.done.notes.extend(note);
        }
        let seen = self.replica.seen()?;
        let (history, tip) = (self.replica.history(), self.replica.tip());
        let planned = plan(history, tip, there, seen)?;
        if planned == Plan::Rewritten {
            if !self.accepts() {
                return Err(rewritten(self.replica, there, seen)?);
            }
            if there.is_some() {
                let goes_back = count_only_in(history, tip, there)?;
                self.done.notes.push(SyncNote::RewriteUndone(goes_back));
            }
            return plan(history, tip, there, None);
        }
        if let (Some(seen), Some(there)) = (seen, there)
            && !self.accepts()
            && !history.is_ancestor(seen, there)?
        {
            self.done.notes.push(SyncNote::RewrittenHere);
        }
        if let (Plan::Push | Plan::Merge(_), Some(there)) = (planned, there) {
            let elsewhere = self.replica.made_elsewhere(there)?;
            if self.accepts() && !elsewhere.is_empty() {
                self.done.notes.push(SyncNote::SentFromElsewhere(elsewhere.len()));
            } else if !elsewhere.is_empty() {
                return Err(self.not_made_here(there, &elsewhere)?);
            }
        }
        Ok(planned)
    }

    /// The question about unsent commits that were made elsewhere.
    fn not_made_here(&self, there: CommitId, elsewhere: &BTreeSet<CommitId>) -> Result<SyncError, SyncError> {
        let mut changes = Vec::new();
        for commit in elsewhere {
            let parents = self.replica.history().parents(*commit)?;
            // A merge says nothing that one of its sides does not say.
            if parents.len() < 2 {
                changes.push((parents.first().copied(), *commit));
            }
        }
        let at_stake = self.replica.at_stake(Some(there), &changes)?;
        let unsent = self.replica.count_unsent(Some(there))?.entries();
        Ok(SyncError::Rewritten(Box::new(RewriteQuestion {
            was: None,
            is: Some(there.short()),
            goes_back: elsewhere.len(),
            unsent: unsent.saturating_sub(at_stake.len()),
            at_stake,
            branch: None,
            before: None,
            instead: None,
        })))
    }
}

/// The question about commits that the remote lost.
///
/// # Errors
/// When the history cannot be read.
pub(super) fn rewritten(
    replica: &impl Replica,
    there: Option<CommitId>,
    seen: Option<CommitId>,
) -> Result<SyncError, SyncError> {
    let (history, tip) = (replica.history(), replica.tip());
    let mut changes = Vec::new();
    let without = there.or(replica.instead()?);
    if let (Some(_), Some(seen), Some(tip)) = (without, seen, tip) {
        let bases = history.merge_bases(seen, tip)?;
        changes.extend(bases.into_iter().map(|base| (without, base)));
    }
    Ok(SyncError::Rewritten(Box::new(RewriteQuestion {
        was: Some(seen.map(|id| id.short()).unwrap_or_default()),
        is: there.map(|id| id.short()),
        goes_back: count_only_in(history, tip, without)?,
        unsent: replica.count_unsent(seen)?.entries(),
        at_stake: replica.at_stake(without, &changes)?,
        branch: None,
        before: None,
        instead: None,
    })))
}
