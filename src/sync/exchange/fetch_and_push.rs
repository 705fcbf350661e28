//! The fetch and the push of an exchange, over the user's own `git`.

use crate::git::{CommitId, PublicAddress, PushOutcome};

use super::git_remote::{GitRemote, pause, tip_of};
use super::other_addresses::refuse_lost;
use super::other_remote_heads::that_have;
use super::push::push;
use super::{Fetched, Remote};
use crate::sync::error::SyncError;

impl Remote for GitRemote {
    fn fetch(&mut self) -> Result<Fetched, SyncError> {
        let heads = match self.list()? {
            Ok(heads) => heads,
            Err(delivery) => return Ok(Fetched::Failed(delivery)),
        };
        if let Err(delivery) = self.decide(&heads)? {
            return Ok(Fetched::Failed(delivery));
        }
        let branch = self.upstream.borrow().branch.clone();
        self.there = None;
        if let Some(id) = tip_of(&heads, &branch) {
            match self.bring(&[(&branch, id)])? {
                Ok(found) => self.there = found.first().copied(),
                Err(delivery) => return Ok(Fetched::Failed(delivery)),
            }
        }
        Ok(Fetched::Tip(self.there))
    }

    fn push(&mut self, commit: CommitId) -> Result<PushOutcome, SyncError> {
        let (remote, branch) = (self.remote(), self.upstream.borrow().branch.clone());
        if !self.sends_anything {
            let tip_at = |address: &PublicAddress| self.ask_address(address, &branch);
            refuse_lost(&self.repo, &remote, (commit, &branch), tip_at)?;
        }
        let had_it = that_have(&self.repo, &self.upstream.borrow(), commit);
        self.upstream.borrow_mut().had_it = had_it;
        let options = self.options();
        let pushed = push(
            &self.repo,
            &self.lock,
            &remote,
            (commit, &branch),
            self.there,
            &options,
        )?;
        self.notes.extend(pushed.missed);
        if pushed.outcome == PushOutcome::Accepted {
            let old = self.upstream.borrow().left();
            let old = old.filter(|old| old.is_spelled_like(&self.upstream.borrow().remote.url));
            // It is the same place in another spelling if it has what was just sent.
            let is_one_place = old.is_some_and(|old| self.ask_address(&old, &branch) == Some(Some(commit)));
            let mut upstream = self.upstream.borrow_mut();
            (upstream.has_sent, upstream.is_one_place) = (true, is_one_place);
        }
        Ok(pushed.outcome)
    }

    fn wait(&mut self, attempt: usize) {
        pause(attempt);
    }
}
