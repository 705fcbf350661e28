//! A sync against the one remote, and everything that can happen to it on the way.

use oneonone::git::CommitId;
use oneonone::model::State;
use oneonone::sync::{Facts, Plan, Side, SyncNote, merge_sides, plan, settle};

use super::clone::Stop;
use super::world::{World, pair_of};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    NotReached,
    /// Somebody else pushes in between.
    Race(usize),
    /// The server refuses the push.
    Refused,
    /// The push arrives, its answer does not; a second look may reach the remote.
    LostAnswer {
        looks: bool,
    },
    /// Killed with the commit of the hand edits prepared and nothing written.
    CrashBeforeCommit,
    /// Killed while the hand edits are written out, after so many steps.
    CrashWritingEdits(usize),
    CrashBeforePush,
    CrashAfterPush,
    /// Killed while what came is written out, after so many steps.
    CrashWriting(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Delivered,
    NotDelivered,
    Rewritten,
    Unrelated,
    Crashed,
}

impl World {
    pub(crate) fn sync(&mut self, clone: usize, fault: Fault, accept: bool) -> Result<Outcome, String> {
        let (was, before) = (self.clones[clone].head, self.remote);
        let seen = self.clones[clone].seen.filter(|_| !accept);
        let rewritten = seen.is_some_and(|seen| !self.dag.ancestor(seen, before));
        let outcome = match self.try_sync(clone, fault, accept) {
            Ok(outcome) => outcome,
            Err(Stop::Crashed) => Outcome::Crashed,
            Err(Stop::Wrong(what)) => return Err(what),
        };
        self.say(|w| {
            let (head, remote) = (w.name(w.clones[clone].head), w.name(w.remote));
            format!("{clone} syncs ({fault:?}): {outcome:?}; here {head}, remote {remote}")
        });
        if !self.dag.ancestor(was, self.clones[clone].head) {
            return Err(format!("clone {clone} forgot its own commits"));
        }
        if !self.dag.ancestor(before, self.remote) {
            return Err(format!("clone {clone} overwrote the remote"));
        }
        if outcome == Outcome::Delivered && self.clones[clone].head != self.remote && fault == Fault::None {
            return Err(format!(
                "clone {clone} delivered, and has another commit than the remote"
            ));
        }
        let looked = !matches!(outcome, Outcome::Rewritten | Outcome::Crashed) && fault != Fault::NotReached;
        if rewritten && looked {
            return Err(format!(
                "clone {clone} did not notice that the remote was rewritten"
            ));
        }
        if matches!(outcome, Outcome::Rewritten | Outcome::Unrelated) {
            self.counts.add("rewrites noticed");
            if self.remote != before {
                return Err("a rewritten remote was written to".to_owned());
            }
        }
        Ok(outcome)
    }

    fn try_sync(&mut self, clone: usize, fault: Fault, accept: bool) -> Result<Outcome, Stop> {
        let (mine, read) = self.open(clone)?;
        if fault == Fault::CrashBeforeCommit {
            self.counts.add("crashes before commit");
            return Err(Stop::Crashed);
        }
        // Once the note stands the commit counts, whoever completes the writing.
        self.committed(clone, mine);
        let crash = match fault {
            Fault::CrashWritingEdits(steps) => {
                self.counts.add("crashes mid-write");
                Some(steps)
            }
            _ => None,
        };
        self.write_out(clone, mine, &read, crash)?;
        let (tip, outcome) = self.deliver(clone, mine, fault, accept)?;
        let read = self.clones[clone].work.clone().into();
        let crash = match fault {
            Fault::CrashWriting(steps) => {
                self.counts.add("crashes mid-write");
                Some(steps)
            }
            _ => None,
        };
        if matches!(outcome, Outcome::Delivered | Outcome::NotDelivered) {
            self.write_out(clone, tip, &read, crash)?;
        }
        Ok(outcome)
    }

    /// Fetches, merges and pushes until both sides have the same, or it cannot be done.
    fn deliver(
        &mut self,
        clone: usize,
        mine: CommitId,
        mut fault: Fault,
        accept: bool,
    ) -> Result<(CommitId, Outcome), Stop> {
        for _ in 0..10 {
            if fault == Fault::NotReached {
                self.counts.add("remote not reached");
                return Ok((mine, Outcome::NotDelivered));
            }
            let there = self.remote;
            // A merge that lost the race is forgotten: it begins with what is mine each time.
            let tip = match self.prepare(clone, mine, there, accept)? {
                Ok(tip) => tip,
                Err(outcome) => return Ok((mine, outcome)),
            };
            if tip == there {
                self.clones[clone].seen = Some(there);
                return Ok((tip, Outcome::Delivered));
            }
            match fault {
                Fault::CrashBeforePush => {
                    self.counts.add("crashes before the push");
                    return Err(Stop::Crashed);
                }
                Fault::Race(rival) => {
                    fault = Fault::None;
                    self.sync(rival, Fault::None, false)?;
                }
                Fault::Refused => {
                    self.counts.add("refused pushes");
                    return Ok((tip, Outcome::NotDelivered));
                }
                _ => {}
            }
            if self.remote != there {
                self.counts.add("rejected pushes");
                continue;
            }
            self.remote = tip;
            match fault {
                Fault::CrashAfterPush => {
                    self.counts.add("crashes after the push");
                    return Err(Stop::Crashed);
                }
                Fault::LostAnswer { looks: false } => {
                    self.counts.add("lost answers");
                    return Ok((tip, Outcome::NotDelivered));
                }
                Fault::LostAnswer { looks: true } => self.counts.add("lost answers"),
                _ => {}
            }
            self.clones[clone].seen = Some(tip);
            return Ok((tip, Outcome::Delivered));
        }
        Err(Stop::Wrong("outraced ten times".to_owned()))
    }

    /// Brings what is mine and the remote's tip together, and settles it.
    fn prepare(
        &mut self,
        clone: usize,
        mine: CommitId,
        there: CommitId,
        accept: bool,
    ) -> Result<Result<CommitId, Outcome>, Stop> {
        let seen = self.clones[clone].seen.filter(|_| !accept);
        let facts = Facts::of(&self.dag, Some(mine), Some(there), seen)?;
        let tip = match plan(facts) {
            Plan::Rewritten => return Ok(Err(Outcome::Rewritten)),
            Plan::Unrelated if !accept => return Ok(Err(Outcome::Unrelated)),
            Plan::FastForward => there,
            Plan::Nothing | Plan::Push => mine,
            plan @ (Plan::Merge | Plan::Unrelated) => {
                let joined = match plan {
                    Plan::Merge => self.join(mine, there)?,
                    // A history that was put in the place of another is merged over nothing.
                    _ => {
                        self.counts.add("replaced histories merged");
                        let (left, right) = (self.dag.healed(mine), self.dag.healed(there));
                        merge_sides(&Side::default(), &left, &right)?.state
                    }
                };
                let state = self.settled(clone, joined.clone())?;
                return Ok(Ok(self.dag.commit(state, &[mine, there], self.signature(clone))));
            }
        };
        let side = self.dag.healed(tip);
        let state = self.settled(clone, side.state.clone())?;
        if state == side.state && side.healed.is_empty() {
            return Ok(Ok(tip));
        }
        Ok(Ok(self.dag.commit(state, &[tip], self.signature(clone))))
    }

    fn settled(&mut self, clone: usize, mut state: State) -> Result<State, Stop> {
        let pair = pair_of(&state);
        let before = state.clone();
        let notes = settle(&mut state, &pair, &self.key(clone), Some(&self.clones[clone].me))?;
        if state != before {
            self.counts.add("settled");
        }
        for note in notes {
            if let SyncNote::SplitOff { to, .. } = note {
                self.counts.add("split off");
                self.oracle.doubled([to]);
            }
        }
        Ok(state)
    }
}
