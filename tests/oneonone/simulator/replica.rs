//! A clone in memory, as the replica of an exchange.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use oneonone::git::CommitId;
use oneonone::merge::{Comparison, leave_out, on_top};
use oneonone::model::{ChangeCounts, Content, EntryId, Form, Placed, State};
use oneonone::sync::replica::{
    BodySeals, History, MergeOver, PutOnTop, Replica, Side, UnsentChanges, base_of, merge_sides, settle,
};
use oneonone::sync::{CheckedOut, EntryAtStake, RefusedCommit, SyncError, SyncNote};

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

    /// An entry as it is shown to whoever decides about it: its text alone if both may read it.
    fn entry_at_stake(&self, id: EntryId, placed: &Placed) -> EntryAtStake {
        let (world, entry) = (self.world.borrow(), &placed.entry);
        let content = match entry.ciphertext() {
            None => Some(Content::of_entry(entry)),
            Some(ciphertext) => {
                let by = entry.get_str("by").unwrap().parse().unwrap();
                let pair = pair_of(&self.dag.healed(self.tip).state);
                let opened = world.key(self.clone).unseal(&pair, id, &by, ciphertext);
                opened.map(|opened| opened.content)
            }
        };
        let field = |name| Some(content.as_ref()?.table().get_str(name)?.to_owned());
        EntryAtStake {
            id,
            kind: field("kind"),
            text: field("text").filter(|_| entry.form() == Form::Clear && !entry.exposes_words()),
        }
    }

    /// The parents of a commit, merged.
    fn parents_as_one(&self, commit: CommitId) -> Result<Side, SyncError> {
        let mut parents = self.dag.parents_of(commit).into_iter();
        let Some(first) = parents.next() else {
            return Ok(Side::default());
        };
        let (mut at, mut side) = (first, (*self.dag.healed(first)).clone());
        for next in parents {
            let over = base_of(&*self.dag, at, next)?.unwrap_or_default();
            let (left, right) = ((at, &side), (next, &*self.dag.healed(next)));
            (at, side) = self.dag.merge_commits(&over, left, right, "parents of a merge")?;
        }
        Ok(side)
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
        Ok(self.world.borrow().last_seen(self.clone))
    }

    fn instead(&self) -> Result<Option<CommitId>, SyncError> {
        Ok(self.world.borrow().instead)
    }

    fn remember_seen(&mut self, tip: CommitId, _: bool) -> Result<Vec<SyncNote>, SyncError> {
        let clone = &mut self.world.borrow_mut().clones[self.clone];
        clone.seen = Some(tip);
        clone.logs.tracked.push(tip);
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

    fn refuse_to_send(&self, there: Option<CommitId>) -> Result<(), SyncError> {
        let in_clear = |placed: &Placed| placed.entry.exposes_words();
        let mut unsent = vec![self.tip];
        while let Some(commit) = unsent.pop() {
            if there.is_some_and(|there| self.dag.ancestor(commit, there)) {
                continue;
            }
            if self.dag.records(commit)?.state.entries.values().any(in_clear) {
                return Err(SyncError::ClearSecret {
                    commit: Box::new(RefusedCommit {
                        name: commit.short(),
                        tip: self.tip.short(),
                        before: None,
                    }),
                    path: String::new(),
                });
            }
            unsent.extend(self.dag.parents(commit)?);
        }
        Ok(())
    }

    fn made_elsewhere(&self, there: CommitId) -> Result<BTreeSet<CommitId>, SyncError> {
        Ok(self.world.borrow().made_elsewhere(self.clone, [self.tip, there]))
    }

    fn refuse_local_rewrite(&self, there: CommitId) -> Result<usize, SyncError> {
        let came_back = self.world.borrow().came_back(self.clone, [self.tip, there]);
        came_back.map_err(|rewrite| SyncError::LocalRewrite(Box::new(rewrite)))
    }

    fn at_stake(
        &self,
        there: Option<CommitId>,
        changes: &[(Option<CommitId>, CommitId)],
    ) -> Result<Vec<EntryAtStake>, SyncError> {
        let Some(there) = there else {
            return Ok(Vec::new());
        };
        let state = |commit| self.dag.side_of_tree(&Tree::Of(commit)).state;
        let mut concerned = BTreeSet::new();
        for (old, new) in changes {
            let old = old.map(state).unwrap_or_default();
            concerned.extend(Comparison::of(old, state(*new)).written());
        }
        let (here, there) = (self.dag.healed(self.tip), self.dag.healed(there));
        let here = here.state.entries.iter().filter(|(id, placed)| {
            let stands = there.state.entries.get(*id);
            concerned.contains(*id) && stands.is_none_or(|stands| stands.entry != placed.entry)
        });
        Ok(here
            .map(|(id, placed)| self.entry_at_stake(*id, placed))
            .collect())
    }

    fn put_on_top(
        &mut self,
        there: CommitId,
        changes: &UnsentChanges,
    ) -> Result<Option<PutOnTop>, SyncError> {
        let dag = Rc::clone(&self.dag);
        let (rewritten, mine) = (dag.healed(there), dag.healed(self.tip));
        let steps = match changes {
            UnsentChanges::Since(seen) => {
                let base = base_of(&*dag, *seen, self.tip)?.ok_or(SyncError::Unrelated)?;
                vec![(base, Rc::clone(&mine))]
            }
            UnsentChanges::Of { commits, .. } => {
                let steps = commits
                    .iter()
                    .map(|commit| Ok((self.parents_as_one(*commit)?, dag.healed(*commit))));
                steps.collect::<Result<_, SyncError>>()?
            }
        };
        let (mut state, mut left_out, mut kept) = (rewritten.state.clone(), BTreeSet::new(), Vec::new());
        for (before, after) in steps {
            let made = on_top(&before.state, &state, &after.state)?;
            state = made.state;
            left_out.extend(made.left_out.iter().map(ToString::to_string));
            kept.extend(made.kept);
        }
        let sides = [&rewritten.state, &rewritten.state, &mine.state];
        self.world.borrow_mut().carry_back(self.clone, sides, &mut state);
        if let UnsentChanges::Of { lost: Some(lost), .. } = changes {
            let seen = base_of(&*dag, *lost, self.tip)?.unwrap_or_default().state;
            let taken_out = leave_out(&seen, &rewritten.state, &mine.state, &mut state);
            left_out.extend(taken_out.iter().map(ToString::to_string));
        }
        let left_out = Vec::from_iter(left_out);
        self.world.borrow_mut().on_top = Some((there, left_out.clone()));
        Ok(Some(PutOnTop {
            commit: match state == rewritten.state {
                true => there,
                false => self.commit(state, &[there]),
            },
            left_out,
            kept,
            carried: Vec::new(),
            no_room: Vec::new(),
        }))
    }

    fn let_go(&mut self, _: CommitId) -> Result<String, SyncError> {
        self.world.borrow_mut().lets_go(self.clone, self.tip);
        Ok(format!("refs/oneonone/kept/{}", self.tip))
    }

    fn see_rewrite(&mut self, there: CommitId) {
        self.world.borrow_mut().clones[self.clone].seen = Some(there);
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
