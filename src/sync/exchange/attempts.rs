//! The attempts of an exchange: fetch, bring together, push, and again if somebody was quicker (docs/sync.md#procedure).

use crate::git::{CommitId, PushOutcome};
use crate::model::ChangeCounts;

use super::plan::Plan;
use super::{Exchange, ExchangeOptions, Exchanged, Fetched, MergeOver, OnRewrite, Remote, Replica, answered};
use crate::sync::error::SyncError;
use crate::sync::load::history::History;
use crate::sync::outcome::{Delivery, SyncNote};

/// How many pushes that lost a race are tried.
const ATTEMPTS: usize = 10;
/// After so many attempts a rejection counts as a refusal, if the remote's branch did not move.
const UNMOVED: usize = 5;

/// Exchanges what is here with a remote; without one it settles what is here.
///
/// The hand edits that the replica took in are checked out first, so that they are safe whatever the network does.
///
/// # Errors
/// When a person must decide, or something here failed. An exchange that does not deliver is an answer.
pub fn exchange<R: Remote, C: Replica>(
    remote: Option<&mut R>,
    replica: &mut C,
    options: ExchangeOptions,
) -> Result<Exchanged, SyncError> {
    let mut exchanged = Exchanged {
        delivery: Delivery::NoRemote,
        outgoing: ChangeCounts::default(),
        merged: false,
        attempts: 0,
        notes: Vec::new(),
    };
    if !options.dry_run {
        exchanged.notes = replica.check_out()?.notes();
    }
    match remote {
        None => exchanged.notes.extend(replica.settle(None)?),
        Some(remote) => {
            let done = &mut exchanged;
            let mut exchange = Exchange {
                remote,
                replica,
                options,
                done,
            };
            let failed = match options.on_rewrite {
                OnRewrite::Take => exchange.take_rewrite()?,
                OnRewrite::Ask | OnRewrite::Accept => None,
            };
            exchanged.delivery = match failed {
                Some(failed) => failed,
                None => exchange.deliver()?,
            };
            if !matches!(exchanged.delivery, Delivery::Delivered | Delivery::Pending) {
                exchanged.outgoing = ChangeCounts::default();
            }
        }
    }
    if !options.dry_run {
        // If nothing was delivered, the settled merge is an ordinary local commit, and goes with the next sync.
        let written = replica.check_out()?;
        exchanged.notes.extend(written.notes());
        let late = written.committed_later.into_iter();
        exchanged.notes.extend(late.map(SyncNote::EditedAfterRead));
    }
    Ok(exchanged)
}

impl<R: Remote, C: Replica> Exchange<'_, R, C> {
    /// Fetches, merges and pushes until both sides have the same, or it cannot be done.
    fn deliver(&mut self) -> Result<Delivery, SyncError> {
        let mine = self.replica.tip();
        let notes_before = self.done.notes.len();
        let mut rejected: Option<(Option<CommitId>, String)> = None;
        for attempt in 0..ATTEMPTS {
            let there = match self.remote.fetch()? {
                Fetched::Tip(there) => there,
                Fetched::Failed(delivery) => return Ok(delivery),
            };
            // A push may be rejected though nothing moved, while another push holds the remote's lock. If that goes on,
            // the remote has another reason.
            if let Some((tip, words)) = &rejected
                && *tip == there
                && attempt >= UNMOVED
            {
                return Ok(Delivery::Denied { words: words.clone() });
            }
            if attempt > 0 {
                self.start_again(mine, notes_before)?;
                self.remote.wait(attempt);
            }
            self.prepare(there)?;
            let Some(tip) = self.replica.tip().filter(|tip| Some(*tip) != there) else {
                self.delivered(there, false)?;
                return Ok(Delivery::Delivered);
            };
            self.done.outgoing = self.replica.count_unsent(there)?;
            if self.options.dry_run {
                return Ok(Delivery::Pending);
            }
            self.replica.refuse_to_send(there)?;
            self.done.attempts += 1;
            match self.remote.push(tip)? {
                PushOutcome::Accepted => {
                    self.delivered(Some(tip), there.is_none())?;
                    return Ok(Delivery::Delivered);
                }
                PushOutcome::Rejected { words } => rejected = Some((there, words)),
                PushOutcome::Denied { words } => return Ok(Delivery::Denied { words }),
                PushOutcome::Elsewhere { to } => return Ok(Delivery::Elsewhere { to }),
                PushOutcome::Unreachable { words } => {
                    return self.look_again(tip, Delivery::unreachable(words));
                }
                PushOutcome::TimedOut => return self.look_again(tip, Delivery::TimedOut),
            }
        }
        Ok(Delivery::Outraced)
    }

    /// Forgets the merge that lost the race: mine is merged with what came in its place. The notes of the first
    /// check-out and of pinned keys still hold.
    fn start_again(&mut self, mine: Option<CommitId>, notes_before: usize) -> Result<(), SyncError> {
        if let Some(mine) = mine {
            self.replica.adopt(mine)?;
        }
        let mut later = self.done.notes.split_off(notes_before);
        later.retain(|note| matches!(note, SyncNote::Pinned(..)));
        self.done.notes.append(&mut later);
        self.done.outgoing = ChangeCounts::default();
        Ok(())
    }

    /// Brings the prepared commit and the remote's tip together, and settles the result.
    fn prepare(&mut self, there: Option<CommitId>) -> Result<(), SyncError> {
        let notes = match self.plan_or_ask(there)? {
            Plan::Rewritten => return Err(SyncError::OwnFault),
            Plan::Unrelated(_) if self.options.on_rewrite != OnRewrite::Accept => {
                return Err(SyncError::Unrelated);
            }
            Plan::FastForward(there) => {
                self.replica.adopt(there)?;
                let found = self.replica.found_in_tip();
                [found, self.replica.settle(None)?].concat()
            }
            Plan::Merge(there) => self.merge(there, MergeOver::Bases)?,
            Plan::Unrelated(there) => self.merge(there, MergeOver::Nothing)?,
            Plan::Nothing | Plan::Push => self.replica.settle(None)?,
        };
        self.done.notes.extend(notes);
        Ok(())
    }

    fn merge(&mut self, there: CommitId, over: MergeOver) -> Result<Vec<SyncNote>, SyncError> {
        let (merged, notes) = self.replica.merge(there, over)?;
        self.done.merged = true;
        Ok([notes, self.replica.settle(Some(merged))?].concat())
    }

    /// Looks whether a push arrived whose answer did not.
    fn look_again(&mut self, tip: CommitId, otherwise: Delivery) -> Result<Delivery, SyncError> {
        match self.remote.fetch()? {
            Fetched::Tip(Some(there)) if self.replica.history().is_ancestor(tip, there)? => {
                self.delivered(Some(tip), false)?;
                Ok(Delivery::Delivered)
            }
            // It answers, and did not take it.
            Fetched::Tip(_) => Ok(answered(otherwise)),
            Fetched::Failed(_) => Ok(otherwise),
        }
    }

    fn delivered(&mut self, tip: Option<CommitId>, new_branch: bool) -> Result<(), SyncError> {
        if let (Some(tip), false) = (tip, self.options.dry_run) {
            self.done
                .notes
                .extend(self.replica.remember_seen(tip, new_branch)?);
        }
        Ok(())
    }
}
