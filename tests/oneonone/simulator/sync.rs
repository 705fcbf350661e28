//! A sync against the one remote, by the procedure of the program, and everything that can happen to it on the way.

use std::cell::RefCell;

use oneonone::git::{CommitId, PushOutcome};
use oneonone::sync::replica::{Fetched, Remote, exchange};
use oneonone::sync::{Delivery, ExchangeOptions, OnRewrite, SyncError, SyncNote};

use super::clone::Stop;
use super::replica::MemoryReplica;
use super::world::World;

/// The fault in a sync.
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
    /// The push does not arrive, and neither does an answer.
    NotArrived,
    /// A person names another branch, which the remote does not have.
    NoBranch,
    /// Killed with the commit of the hand edits prepared and nothing written.
    CrashBeforeCommit,
    /// Killed while the hand edits are written out, after so many steps.
    CrashWritingEdits(usize),
    CrashBeforePush,
    CrashAfterPush,
    /// Killed while what came is written out, after so many steps.
    CrashWriting(usize),
    /// Somebody commits with plain Git while what came is written out, after so many steps.
    CommitWriting(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Delivered,
    NotDelivered,
    /// A person has to say whether some commits may go to the remote.
    Rewritten,
    /// A person has to say whether commits come back that plain Git rewrote here.
    LocalRewrite,
    Unrelated,
    Crashed,
}

impl World {
    pub(crate) fn sync(&mut self, clone: usize, fault: Fault, answer: OnRewrite) -> Result<Outcome, String> {
        let (was, before) = (self.clones[clone].head, self.remote);
        let seen = self.clones[clone].seen.filter(|_| answer == OnRewrite::Ask);
        // A branch that has none of what the remote lost has nothing to ask.
        let rewritten = seen.is_some_and(|seen| {
            let lost = self.dag.only_in(seen, &[before]);
            !lost.is_disjoint(&self.dag.only_in(was, &[before]))
        });
        let outcome = match self.try_sync(clone, fault, answer) {
            Ok(outcome) => outcome,
            Err(Stop::Crashed) => Outcome::Crashed,
            Err(Stop::Wrong(what)) => return Err(what),
        };
        self.say(|w| {
            let (head, remote) = (w.name(w.clones[clone].head), w.name(w.remote));
            format!("{clone} syncs ({fault:?}): {outcome:?}; here {head}, remote {remote}")
        });
        if answer != OnRewrite::Take && !self.dag.ancestor(was, self.clones[clone].head) {
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
        let asked = matches!(
            outcome,
            Outcome::Rewritten | Outcome::LocalRewrite | Outcome::Unrelated
        );
        let looked = !matches!(outcome, Outcome::Rewritten | Outcome::Crashed) && fault != Fault::NotReached;
        if rewritten && looked {
            return Err(format!(
                "clone {clone} did not notice that the remote was rewritten"
            ));
        }
        let heard = match fault {
            Fault::None | Fault::Race(_) | Fault::LostAnswer { looks: true } => {
                outcome != Outcome::NotDelivered
            }
            _ => true,
        };
        if !heard {
            return Err(format!(
                "clone {clone} gave up, though it could deliver ({fault:?})"
            ));
        }
        if asked {
            self.counts.add(match &self.asked {
                Some(SyncError::LocalRewrite(_)) => "rewrites here noticed",
                Some(SyncError::Rewritten(question)) if question.was.is_none() => "made elsewhere",
                _ => "rewrites noticed",
            });
            if self.remote != before {
                return Err("a rewritten remote was written to".to_owned());
            }
        }
        Ok(outcome)
    }

    fn try_sync(&mut self, clone: usize, fault: Fault, answer: OnRewrite) -> Result<Outcome, Stop> {
        self.asked = None;
        let (mine, read) = self.open(clone)?;
        if fault == Fault::CrashBeforeCommit {
            self.counts.add("crashes before commit");
            return Err(Stop::Crashed);
        }
        // Once the note stands the commit counts, whoever completes the writing.
        self.committed(clone, mine);
        let world = RefCell::new(self);
        let mut remote = MemoryRemote {
            world: &world,
            clone,
            fault,
            fetched: None,
        };
        let mut replica = MemoryReplica::new(&world, clone, mine, read, fault);
        let options = ExchangeOptions {
            dry_run: false,
            on_rewrite: answer,
        };
        let exchanged = exchange(Some(&mut remote), &mut replica, options);
        let stopped = replica.stopped.take().or(world.borrow_mut().stopped.take());
        match exchanged {
            _ if stopped.is_some() => Err(stopped.unwrap_or(Stop::Crashed)),
            Ok(exchanged) => {
                let outcome = match &exchanged.delivery {
                    Delivery::Delivered => Outcome::Delivered,
                    Delivery::Outraced => return Err(Stop::Wrong("outraced ten times".to_owned())),
                    _ => Outcome::NotDelivered,
                };
                let mut world = world.borrow_mut();
                for note in &exchanged.notes {
                    match note {
                        SyncNote::SentFromElsewhere(_) => world.counts.add("sent from elsewhere"),
                        SyncNote::SentCameBack(_) => world.counts.add("sent commits came back"),
                        _ => {}
                    }
                }
                world.exchanged = Some(exchanged);
                Ok(outcome)
            }
            Err(e) => {
                let outcome = match &e {
                    SyncError::Rewritten(_) => Outcome::Rewritten,
                    SyncError::LocalRewrite(_) => Outcome::LocalRewrite,
                    SyncError::Unrelated => Outcome::Unrelated,
                    _ => return Err(e.into()),
                };
                world.borrow_mut().asked = Some(e);
                Ok(outcome)
            }
        }
    }
}

/// The one remote, as a clone reaches it while something goes wrong.
struct MemoryRemote<'w, 'a> {
    world: &'w RefCell<&'a mut World>,
    clone: usize,
    fault: Fault,
    /// The tip that the last fetch found.
    fetched: Option<CommitId>,
}

impl MemoryRemote<'_, '_> {
    fn dies(&self, count: &'static str) -> SyncError {
        let mut world = self.world.borrow_mut();
        world.counts.add(count);
        world.stopped = Some(Stop::Crashed);
        SyncError::OwnFault
    }
}

impl Remote for MemoryRemote<'_, '_> {
    fn fetch(&mut self) -> Result<Fetched, SyncError> {
        let mut world = self.world.borrow_mut();
        if self.fault == Fault::NotReached {
            world.counts.add("remote not reached");
            let words = "no route".to_owned();
            return Ok(Fetched::Failed(Delivery::Unreachable { words }));
        }
        if self.fault == Fault::NoBranch {
            let (seen, there) = (world.last_seen(self.clone), world.remote);
            let shares = |seen: &CommitId| {
                !world
                    .dag
                    .only_in(*seen, &[])
                    .is_disjoint(&world.dag.only_in(there, &[]))
            };
            let lost = seen.filter(|seen| !world.dag.ancestor(*seen, there) && shares(seen));
            world.instead = lost.map(|_| there);
            return Ok(Fetched::Tip(None));
        }
        self.fetched = Some(world.remote);
        Ok(Fetched::Tip(self.fetched))
    }

    fn push(&mut self, commit: CommitId) -> Result<PushOutcome, SyncError> {
        let fault = self.fault;
        if fault == Fault::CrashBeforePush {
            return Err(self.dies("crashes before the push"));
        }
        assert!(
            fault != Fault::NoBranch,
            "of another branch a person is asked first"
        );
        let mut world = self.world.borrow_mut();
        if let Fault::Race(rival) = fault {
            self.fault = Fault::None;
            if let Err(what) = world.sync(rival, Fault::None, OnRewrite::Ask) {
                world.stopped = Some(Stop::Wrong(what));
                return Err(SyncError::OwnFault);
            }
        }
        let words = String::new();
        if fault == Fault::NotArrived {
            world.counts.add("pushes that did not arrive");
            self.fault = Fault::None;
            let words = "the remote end hung up unexpectedly".to_owned();
            return Ok(PushOutcome::Unreachable { words });
        }
        if fault == Fault::Refused {
            world.counts.add("refused pushes");
            return Ok(PushOutcome::Denied { words });
        }
        if Some(world.remote) != self.fetched {
            world.counts.add("rejected pushes");
            return Ok(PushOutcome::Rejected { words });
        }
        world.remote = commit;
        match fault {
            Fault::CrashAfterPush => {
                drop(world);
                Err(self.dies("crashes after the push"))
            }
            Fault::LostAnswer { looks } => {
                world.counts.add("lost answers");
                self.fault = if looks { Fault::None } else { Fault::NotReached };
                Ok(PushOutcome::Unreachable { words })
            }
            _ => Ok(PushOutcome::Accepted),
        }
    }

    fn wait(&mut self, _: usize) {}
}
