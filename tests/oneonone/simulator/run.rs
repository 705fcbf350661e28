//! One run: sixty steps, then everybody syncs until nothing moves, then the oracle looks.

use oneonone::git::CommitId;
use oneonone::model::{EntryId, Placed, State};
use oneonone::sync::OnRewrite;
use oneonone::sync::replica::History;

use super::change::{Change, is_coarse};
use super::counts::Counts;
use super::folder::Interrupt;
use super::history::{Tree, read};
use super::sync::{Fault, Outcome};
use super::world::World;

const STEPS: usize = 60;
/// More rounds than any number of clones needs to come to rest.
const ROUNDS: usize = 12;

/// Runs a seed: its trace, where one is wanted, and what happened in it, or what went wrong.
pub(crate) fn run(seed: u64, trace: bool) -> (String, Result<Counts, String>) {
    let mut world = World::new(seed, trace);
    let result = world.run();
    let counts = std::mem::take(&mut world.counts);
    (world.trace(), result.map(|()| counts))
}

impl World {
    fn run(&mut self) -> Result<(), String> {
        self.calm = false;
        for _ in 0..STEPS {
            self.tick();
            let clone = self.random.below(self.clones.len());
            self.step(clone)?;
        }
        self.rest()?;
        self.look()
    }

    fn step(&mut self, clone: usize) -> Result<(), String> {
        match self.random.below(100) {
            0..2 => self.plain_history(clone),
            2..44 => {
                let (interrupt, before) = match self.random.below(16) {
                    0 => (Interrupt::Death(self.random.below(5)), false),
                    1 => (Interrupt::Nothing, true),
                    2 => (
                        Interrupt::Somebody(self.random.below(4), Self::plain_commit),
                        false,
                    ),
                    3 => (Interrupt::Somebody(self.random.below(4), Self::hand_edit), false),
                    _ => (Interrupt::Nothing, false),
                };
                self.command(clone, interrupt, before)
            }
            44..76 => self.any_sync(clone),
            76..84 => {
                self.hand_edit(clone);
                Ok(())
            }
            84..90 => {
                self.plain_commit(clone);
                Ok(())
            }
            90..94 => self.plain_pull(clone),
            94..96 => {
                self.plain_push(clone);
                Ok(())
            }
            96 => self.two_meetings(clone),
            97 => self.shared_and_edited(clone),
            98 => match self.random.below(3) {
                0 => self.by_hand_twice(clone),
                _ => self.criss_cross(clone),
            },
            _ => {
                self.remote_changes();
                Ok(())
            }
        }
    }

    fn any_sync(&mut self, clone: usize) -> Result<(), String> {
        let fault = match self.random.below(24) {
            0 => Fault::NotReached,
            1..5 => Fault::Race((clone + 1 + self.random.below(self.clones.len() - 1)) % self.clones.len()),
            5 => Fault::Refused,
            6 => Fault::LostAnswer { looks: true },
            7 => Fault::LostAnswer { looks: false },
            8 => Fault::CrashBeforeCommit,
            9 => Fault::CrashWritingEdits(self.random.below(5)),
            10 => Fault::CrashBeforePush,
            11 => Fault::CrashAfterPush,
            12 => Fault::CrashWriting(self.random.below(6)),
            13 => Fault::CommitWriting(self.random.below(4)),
            14 => Fault::NotArrived,
            _ => Fault::None,
        };
        let outcome = self.sync(clone, fault, OnRewrite::Ask)?;
        let is_asked = matches!(outcome, Outcome::Rewritten | Outcome::LocalRewrite);
        if outcome == Outcome::Rewritten && self.random.once_in(3) {
            self.try_take(clone)?;
        }
        if is_asked && self.random.once_in(2) {
            self.counts.add("rewrites accepted");
            self.sync(clone, Fault::None, OnRewrite::Accept)?;
        }
        // An edit by hand that comes after its file was written is the next sync's.
        let edited = matches!(fault, Fault::CommitWriting(_));
        if outcome == Outcome::Delivered && !edited && self.random.once_in(4) {
            self.counts.add("second syncs");
            let (remote, head) = (self.remote, self.clones[clone].head);
            let again = self.sync(clone, Fault::None, OnRewrite::Ask)?;
            if again != Outcome::Delivered || self.remote != remote || self.clones[clone].head != head {
                return Err(format!(
                    "clone {clone}: a second sync was {again:?} and changed something"
                ));
            }
        }
        Ok(())
    }

    /// Two people each begin a meeting of their own, and plain Git brings the two together: entries stand twice.
    fn two_meetings(&mut self, clone: usize) -> Result<(), String> {
        let other = (clone + 1) % self.clones.len();
        for clone in [clone, other, clone] {
            self.sync(clone, Fault::None, OnRewrite::Ask)?;
        }
        for clone in [clone, other] {
            self.command_of(clone, |w, clone, state| {
                w.meet(clone, state);
                "starts or ends a meeting"
            })?;
        }
        self.plain_push(other);
        self.plain_pull(clone)
    }

    /// An author lets the other read an entry on one machine, and edits it under seal on another.
    fn shared_and_edited(&mut self, clone: usize) -> Result<(), String> {
        let other = (clone + 2) % self.clones.len();
        if self.clones[other].me != self.clones[clone].me || other == clone {
            return Ok(());
        }
        for clone in [clone, other, clone] {
            self.sync(clone, Fault::None, OnRewrite::Ask)?;
        }
        let sealed = |p: &&Placed| p.entry.get("sealed").is_some();
        let side = self.dag.healed(self.clones[clone].head);
        let mine: Vec<EntryId> = side
            .state
            .entries
            .iter()
            .filter(|(_, p)| sealed(p))
            .map(|(id, _)| *id)
            .collect();
        let Some(id) = self.random.pick(&mine) else {
            return Ok(());
        };
        self.command_of(clone, |w, clone, state| {
            if state.entries.contains_key(&id) {
                w.share(clone, state, id);
            }
            "shares"
        })?;
        self.command_of(other, |w, clone, state| {
            if state.entries.contains_key(&id) {
                w.on_entry(clone, state, id, Self::edit_text);
            }
            "edits a text under seal"
        })
    }

    /// Entries without ids, commit upon commit: somebody else fills in the first while the second is written. Each has
    /// its id from the commit that it came with, not from the one it was found in.
    fn by_hand_twice(&mut self, clone: usize) -> Result<(), String> {
        let other = (clone + 1) % self.clones.len();
        if self.sync(clone, Fault::None, OnRewrite::Ask)? != Outcome::Delivered {
            return Ok(());
        }
        self.hand_edit_of(clone, true);
        self.plain_commit(clone);
        self.plain_push(clone);
        self.sync(other, Fault::None, OnRewrite::Ask)?;
        self.hand_edit_of(clone, true);
        self.plain_commit(clone);
        Ok(())
    }

    /// Two clones each merge what the other pushed, because the remote went back in between: two merge bases. Then one
    /// has a last word.
    fn criss_cross(&mut self, clone: usize) -> Result<(), String> {
        let other = (clone + 1) % self.clones.len();
        for clone in [clone, other, clone] {
            if self.sync(clone, Fault::None, OnRewrite::Ask)? != Outcome::Delivered {
                return Ok(());
            }
        }
        let (first, side) = (self.remote, self.dag.healed(self.remote));
        let clear = |p: &&Placed| !is_coarse(&p.entry);
        let ids: Vec<EntryId> = side
            .state
            .entries
            .iter()
            .filter(|(_, p)| clear(p))
            .map(|(id, _)| *id)
            .collect();
        let Some(id) = self.random.pick(&ids) else {
            return Ok(());
        };
        let set = |w: &mut Self, clone: usize, state: &mut State| {
            w.on_entry(clone, state, id, |w, t| {
                let word = w.word();
                t.set("mood", word);
            });
            "sets a field"
        };
        self.command_of(clone, set)?;
        self.sync(clone, Fault::None, OnRewrite::Ask)?;
        let second = std::mem::replace(&mut self.remote, first);
        self.remote_is_half_written();
        self.command_of(other, set)?;
        self.sync(other, Fault::None, OnRewrite::Ask)?;
        self.sync(clone, Fault::Refused, OnRewrite::Accept)?;
        self.remote = second;
        self.sync(other, Fault::None, OnRewrite::Accept)?;
        self.command_of(clone, |w, clone, state| {
            w.resolve(clone, state, Some(id));
            "resolves"
        })
    }

    /// Somebody changes the remote behind everybody's back; or puts back what was there.
    fn remote_changes(&mut self) {
        if let Some(before) = self.stash.take() {
            self.remote = before;
            self.say(|w| format!("the remote is put back: {}", w.name(before)));
            return;
        }
        let older = self.older();
        match self.random.below(4) {
            0 | 1 if older != self.remote && !self.would_lose(older) => {
                self.counts.add("rollbacks");
                self.remote = older;
                self.say(|w| format!("the remote goes back: {}", w.name(older)));
                self.remote_is_half_written();
            }
            2 if older != self.remote => {
                let side = self.dag.healed(self.remote);
                // An entry without an id has one by the commit that it came with: that one must not go.
                if !side.healed.is_empty() {
                    return;
                }
                self.counts.add("remote rewritten");
                let squashed = self.dag.commit(side.state.clone(), &[older], self.signature(0));
                self.say(|w| {
                    format!(
                        "the remote is squashed onto {}: {}",
                        w.name(older),
                        w.name(squashed)
                    )
                });
                let change = Change::between(&self.dag.healed(older).state, &side.state, &self.vault);
                self.oracle.rewritten(change, self.dag.place(squashed));
                self.remote = squashed;
                self.remote_is_half_written();
            }
            3 if self.random.once_in(2) => {
                self.counts.add("remote replaced");
                let other = self.dag.commit(crate::edits::new_pair(), &[], self.signature(0));
                self.say(|w| format!("the remote is replaced: {}", w.name(other)));
                self.oracle.replaced();
                self.stash = Some(std::mem::replace(&mut self.remote, other));
            }
            _ => {}
        }
    }

    /// A commit a few steps back from the remote's tip. It has the pair's beginning in its past: nobody goes back behind
    /// the merge with a history that begins anew, as a remote of that history alone is merged with no clone.
    fn older(&mut self) -> CommitId {
        let mut at = self.remote;
        for _ in 0..1 + self.random.below(4) {
            let mut parents = self.dag.parents(at).unwrap_or_default();
            parents.retain(|parent| self.dag.reaches(0, self.dag.place(*parent)));
            at = self.random.pick(&parents).unwrap_or(at);
        }
        at
    }

    /// Everybody syncs until a whole round changes nothing.
    fn rest(&mut self) -> Result<(), String> {
        self.calm = true;
        if let Some(before) = self.stash.take() {
            self.remote = before;
        }
        for _ in 0..ROUNDS {
            let before = self.tips();
            for clone in 0..self.clones.len() {
                self.tick();
                let mut outcome = self.sync(clone, Fault::None, OnRewrite::Ask)?;
                if matches!(outcome, Outcome::Rewritten | Outcome::LocalRewrite) {
                    self.counts.add("rewrites accepted");
                    outcome = self.sync(clone, Fault::None, OnRewrite::Accept)?;
                }
                if outcome != Outcome::Delivered {
                    return Err(format!("clone {clone} did not deliver: {outcome:?}"));
                }
            }
            if self.tips() == before {
                return Ok(());
            }
        }
        Err(format!("after {ROUNDS} rounds somebody still writes"))
    }

    fn tips(&self) -> Vec<CommitId> {
        self.clones.iter().map(|c| c.head).chain([self.remote]).collect()
    }

    fn look(&mut self) -> Result<(), String> {
        let files = self.dag.files(self.remote);
        for (number, clone) in self.clones.iter().enumerate() {
            let work = self.dag.tree(&clone.work);
            let rest = clone.note.is_none() && matches!(&clone.remembered, Tree::Of(c) if *c == self.remote);
            if clone.head != self.remote || work != files || !rest {
                return Err(format!("clone {number} did not end with what the remote has"));
            }
        }
        let side = self.dag.healed(self.remote);
        let loaded = read(&files);
        if !loaded.loose.is_empty() || !loaded.doubled.is_empty() || loaded.state != side.state {
            return Err("the files do not say what was merged, or an id stands in them twice".to_owned());
        }
        for (id, placed) in &side.state.entries {
            if placed
                .home
                .meeting()
                .is_some_and(|key| !side.state.meetings.contains_key(&key))
            {
                return Err(format!("{id} stands in a meeting without a head"));
            }
        }
        let mut counts = std::mem::take(&mut self.counts);
        let checked = self
            .oracle
            .check(&self.dag, &self.vault, &side.state, &mut counts);
        self.counts = counts;
        checked
    }
}
