//! A clone in memory, as the replica of an exchange.

use std::cell::RefCell;
use std::rc::Rc;

use oneonone::git::CommitId;
use oneonone::merge::Comparison;
use oneonone::model::{ChangeCounts, Placed, State};
use oneonone::sync::{
    CheckedOut, History, MergeOver, Replica, Side, SyncError, SyncNote, merge_sides, settle,
};

use super::clone::Stop;
use super::folder::Interrupt;
use super::history::{Dag, Tree};
use super::sync::Fault;
use super::world::{Read, World, pair_of};

pub(crate) struct MemoryReplica<'w, 'a> {
    world: &'w RefCell<&'a mut World>,
    dag: Rc<Dag>,
    clone: usize,
    /// The prepared commit.
    tip: CommitId,
    /// The folder as it was read; none once it was written out.
    read: Option<Read>,
    fault: Fault,
    /// Why the run ended before its time.
    pub(crate) stopped: Option<Stop>,
}

impl<'w, 'a> MemoryReplica<'w, 'a> {
    pub(crate) fn new(
        world: &'w RefCell<&'a mut World>,
        clone: usize,
        tip: CommitId,
        read: Read,
        fault: Fault,
    ) -> Self {
        let dag = Rc::clone(&world.borrow().dag);
        Self {
            world,
            dag,
            clone,
            tip,
            read: Some(read),
            fault,
            stopped: None,
        }
    }

    fn stop<T>(&mut self, result: Result<T, Stop>) -> Result<T, SyncError> {
        result.map_err(|stop| {
            self.stopped = Some(stop);
            SyncError::OwnFault
        })
    }

    fn settled(&self, mut state: State) -> Result<(State, Vec<SyncNote>), SyncError> {
        let mut world = self.world.borrow_mut();
        let (pair, before) = (pair_of(&state), state.clone());
        let me = world.clones[self.clone].me.clone();
        let notes = settle(&mut state, &pair, &world.key(self.clone), Some(&me))?;
        if state != before {
            world.counts.add("settled");
        }
        for note in &notes {
            if let SyncNote::SplitOff { to, .. } = note {
                world.counts.add("split off");
                world.oracle.doubled([*to]);
            }
        }
        Ok((state, notes))
    }

    fn commit(&self, state: State, parents: &[CommitId]) -> CommitId {
        let author = self.world.borrow().signature(self.clone);
        self.dag.commit(state, parents, author)
    }
}

impl Replica for MemoryReplica<'_, '_> {
    type History = Dag;
    type Merged = (State, [CommitId; 2]);

    fn history(&self) -> &Dag {
        &self.dag
    }

    fn tip(&self) -> Option<CommitId> {
        Some(self.tip)
    }

    fn seen(&self) -> Result<Option<CommitId>, SyncError> {
        Ok(self.world.borrow().clones[self.clone].seen)
    }

    fn remember_seen(&mut self, tip: CommitId, _: bool) -> Result<Vec<SyncNote>, SyncError> {
        self.world.borrow_mut().clones[self.clone].seen = Some(tip);
        Ok(Vec::new())
    }

    fn adopt(&mut self, commit: CommitId) -> Result<(), SyncError> {
        self.tip = commit;
        Ok(())
    }

    fn found_in_tip(&self) -> Vec<SyncNote> {
        let doubled = self
            .dag
            .healed(self.tip)
            .doubled
            .keys()
            .copied()
            .collect::<Vec<_>>();
        doubled.into_iter().map(SyncNote::Deduplicated).collect()
    }

    fn merge(
        &mut self,
        there: CommitId,
        over: MergeOver,
    ) -> Result<(Self::Merged, Vec<SyncNote>), SyncError> {
        let (joined, kept) = match over {
            MergeOver::Bases => self.world.borrow_mut().join(self.clone, self.tip, there)?,
            MergeOver::Nothing => {
                self.world.borrow_mut().counts.add("replaced histories merged");
                let (left, right) = (self.dag.healed(self.tip), self.dag.healed(there));
                let merged = merge_sides(&Side::default(), &left, &right)?;
                (merged.state, merged.kept)
            }
        };
        let notes = kept.into_iter().map(SyncNote::Kept);
        Ok(((joined, [self.tip, there]), notes.collect()))
    }

    fn settle(&mut self, merged: Option<Self::Merged>) -> Result<Vec<SyncNote>, SyncError> {
        if let Some((state, parents)) = merged {
            let (state, notes) = self.settled(state)?;
            self.tip = self.commit(state, &parents);
            return Ok(notes);
        }
        let side = self.dag.healed(self.tip);
        let (state, notes) = self.settled(side.state.clone())?;
        if state != side.state || !side.healed.is_empty() {
            self.tip = self.commit(state, &[self.tip]);
        }
        Ok(notes)
    }

    fn refuse_clear_secrets(&self, there: Option<CommitId>) -> Result<(), SyncError> {
        let in_clear = |placed: &Placed| {
            let entry = &placed.entry;
            entry.visibility().is_sealed() && entry.get("text").is_some()
        };
        let mut unsent = vec![self.tip];
        while let Some(commit) = unsent.pop() {
            if there.is_some_and(|there| self.dag.ancestor(commit, there)) {
                continue;
            }
            if self.dag.records(commit)?.state.entries.values().any(in_clear) {
                return Err(SyncError::ClearSecret {
                    commit: commit.short(),
                    path: String::new(),
                });
            }
            unsent.extend(self.dag.parents(commit)?);
        }
        Ok(())
    }

    fn count_unsent(&self, there: Option<CommitId>) -> Result<ChangeCounts, SyncError> {
        // As the records stand: an entry that this commit fills in was sent without an id.
        let state = |commit| self.dag.side_of_tree(&Tree::Of(commit)).state;
        let theirs = there.map(state).unwrap_or_default();
        Ok(Comparison::of(theirs, state(self.tip)).counts())
    }

    fn check_out(&mut self) -> Result<CheckedOut, SyncError> {
        let mut world = self.world.borrow_mut();
        let interrupt = match (self.fault, &self.read) {
            (Fault::CrashWritingEdits(steps), Some(_)) | (Fault::CrashWriting(steps), None) => {
                world.counts.add("crashes mid-write");
                Interrupt::Death(steps)
            }
            (Fault::CommitWriting(steps), None) => Interrupt::Somebody(steps, World::plain_commit),
            _ => Interrupt::Nothing,
        };
        let read = self.read.take();
        let read = read.unwrap_or_else(|| world.clones[self.clone].work.clone().into());
        let done = world.write_out(self.clone, self.tip, &read, interrupt);
        drop(world);
        self.stop(done)
    }
}
