//! A clone: opening it (finishing a dead run, taking in hand edits) and writing a commit out, as the tool does both.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use oneonone::git::CommitId;
use oneonone::merge::{merge, on_top};
use oneonone::model::{
    EntryId, Files, Instant, Placed, Problem, RecordPath, Slug, State, Table, complete_action, instant_value,
};
use oneonone::sync::replica::{
    EntryRules, RecordVersions, Side, Snapshot, SnapshotInput, TakenOut, base_of, carry_back, check_out,
    merge_sides, recovered_commit, snapshot,
};
use oneonone::sync::{CheckedOut, SyncError, SyncNote};

use super::folder::{DeadRun, Interrupt, MemoryFolder};
use super::history::{Tree, read};
use super::random::Random;
use super::vault::Key;
use super::world::{Note, Read, Taken, World, pair_of};

/// How a run ended before its time.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It was killed, or gave up: what it had begun stands in its note.
    Crashed,
    /// Something is wrong with the program.
    Wrong(String),
}

impl<E: std::fmt::Display> From<E> for Stop {
    fn from(e: E) -> Self {
        Self::Wrong(e.to_string())
    }
}

impl World {
    /// Opens a clone to write in it: the tip with every hand edit, not yet written out, and the folder as it was read.
    pub(crate) fn open(&mut self, clone: usize) -> Result<(CommitId, Read), Stop> {
        let pending = self.clones[clone].note.is_some() || self.clones[clone].edits_wait;
        self.said.clear();
        self.instead = None;
        self.resume(clone)?;
        let head = self.clones[clone].head;
        let side = self.dag.healed(head);
        let work = match self.clones[clone].work {
            Tree::Of(commit) if commit == head => None,
            _ => Some(self.dag.tree(&self.clones[clone].work)),
        };
        let lies = self.clones[clone].work.clone();
        let taken = match work {
            Some(work) if work != self.dag.files(head) => Some(self.take_in(clone, &side, &work, pending)?),
            _ => None,
        };
        self.said
            .extend(side.doubled.keys().map(|id| SyncNote::Deduplicated(*id)));
        let (mut state, filled, versions) = match taken {
            Some(taken) => (taken.state, taken.filled, taken.taken),
            None => (side.state.clone(), Vec::new(), BTreeMap::new()),
        };
        let edited = state.clone();
        let came = self.with_what_came(clone)?;
        if let Some(came) = &came {
            self.counts.add("brought back beside an edit");
            let edited = state;
            state = merge(&side.state, &edited, came)?.state;
            self.carry_back(clone, [&side.state, &edited, came], &mut state);
        }
        if state == side.state && side.healed.is_empty() {
            self.keep_taken(clone, &versions, head);
            return Ok((head, lies.into()));
        }
        let tip = self.dag.commit(state.clone(), &[head], self.signature(clone));
        self.keep_taken(clone, &versions, tip);
        if let Some(came) = &came {
            self.lacks([head, tip], came);
        }
        let healed = side.doubled.keys().chain(side.loose.iter().map(|(_, id)| id));
        let apart: BTreeSet<EntryId> = healed.copied().chain(filled).collect();
        let is_all = apart.is_empty() && edited == state;
        let mut without = edited;
        without.entries.retain(|id, _| !apart.contains(id));
        let taken_in = match is_all {
            true => Tree::Of(tip),
            false => Tree::Files(Rc::new(without.files())),
        };
        let taken_in = Some(taken_in);
        Ok((tip, Read { lies, taken_in }))
    }

    fn keep_taken(&mut self, clone: usize, versions: &BTreeMap<RecordPath, State>, tip: CommitId) {
        let lies = self.dag.tree(&self.clones[clone].work);
        for (record, state) in versions {
            let (path, bytes) = (record.path(), state.record(*record).unwrap_or_default());
            let as_saved = lies.get(&path) == Some(&bytes);
            self.clones[clone].taken.push(Taken {
                path,
                bytes,
                commit: tip,
                as_saved,
            });
        }
    }

    /// The tip with what plain Git took back unseen; none where that is nothing.
    fn with_what_came(&mut self, clone: usize) -> Result<Option<State>, SyncError> {
        let stands = &self.clones[clone];
        let (seen, written, head) = (stands.remembered.clone(), stands.written, stands.head);
        self.merged_over(clone, &seen, written, head)
    }

    /// The same after a dead run. Once the branch was at its commit, only a file that the note says was left as edited was
    /// not seen.
    fn what_a_dead_run_brought(&mut self, clone: usize, note: &Note) -> Result<Option<State>, SyncError> {
        let (head, written) = (self.clones[clone].head, self.clones[clone].written);
        if self.dag.ancestor(head, note.to) {
            return Ok(None);
        }
        let is_past = self.dag.ancestor(note.to, head) && written != note.to;
        match &note.left {
            Some(left) if is_past => self.merged_over(clone, left, note.to, head),
            None if is_past => Ok(None),
            _ => self.with_what_came(clone),
        }
    }

    fn merged_over(
        &mut self,
        clone: usize,
        seen: &Tree,
        written: CommitId,
        tip: CommitId,
    ) -> Result<Option<State>, SyncError> {
        let Tree::Files(_) = seen else {
            return Ok(None);
        };
        if written == tip || !self.dag.ancestor(written, tip) {
            return Ok(None);
        }
        let seen = self.dag.side_of_tree(seen);
        let (tip, written) = (self.dag.healed(tip), self.dag.healed(written));
        let mut merged = merge_sides(&seen, &tip, &written)?.state;
        self.carry_back(clone, [&seen.state, &tip.state, &written.state], &mut merged);
        Ok((merged != tip.state).then_some(merged))
    }

    /// An edit by hand counts as committed.
    pub(crate) fn committed(&mut self, clone: usize, commit: CommitId) {
        let place = self.dag.place(commit);
        let side = self.dag.healed(commit);
        let clone = &mut self.clones[clone];
        if !clone.pending.is_empty() {
            let mut change = std::mem::take(&mut clone.pending);
            self.oracle
                .blind(&change.not_taken_as_meant(&side.state, &self.vault));
            if clone.blind {
                self.oracle.blind(&change);
            }
            self.oracle.register(change, place);
        }
        clone.blind = false;
    }

    fn take_in(
        &mut self,
        clone: usize,
        head: &Side,
        work: &Rc<Files>,
        pending: bool,
    ) -> Result<Snapshot, Stop> {
        let remembered = match &self.clones[clone].remembered {
            Tree::Of(commit) if *commit == self.clones[clone].head => head.clone(),
            tree => self.dag.side_of_tree(tree),
        };
        let now = self.now(clone);
        let tip = self.clones[clone].head;
        let last = self.dag.tree(&self.clones[clone].remembered);
        let committed = self.dag.files(tip);
        let paths: BTreeSet<&String> = work.keys().chain(committed.keys()).chain(last.keys()).collect();
        let is_edited =
            |path: &&String| work.get(*path) != committed.get(*path) && work.get(*path) != last.get(*path);
        let edited: Vec<String> = paths.into_iter().filter(is_edited).cloned().collect();
        let versions = |path: &String| {
            let mut versions = self.dag.versions(tip, path);
            let counts = |one: &&Taken| one.path == *path && self.dag.ancestor(one.commit, tip);
            let of_path: Vec<&Taken> = self.clones[clone].taken.iter().filter(counts).collect();
            let last = last.get(path).cloned();
            let as_saved = of_path
                .iter()
                .any(|one| one.as_saved && Some(&one.bytes) == last.as_ref());
            for version in of_path
                .iter()
                .map(|one| Some(one.bytes.clone()))
                .chain([last.clone()])
            {
                if !versions.contains(&version) {
                    versions.push(version);
                }
            }
            let newest = versions.iter().position(|version| *version == last);
            let known = RecordVersions {
                states: versions
                    .into_iter()
                    .map(|version| state_of(path, version))
                    .collect(),
                standing: 0..0,
                is_cut: false,
                unreadable: Vec::new(),
                saved_by_hand: newest.filter(|_| as_saved),
                written_out: newest,
            };
            (RecordPath::parse(path).unwrap(), known)
        };
        let versions: BTreeMap<_, _> = edited.iter().map(versions).collect();
        let folder = SnapshotInput {
            loaded: read(work),
            edited: versions.keys().copied().collect(),
            left: Vec::new(),
            head,
            base: &remembered,
            versions,
            pending,
            now,
        };
        let me = self.clones[clone].me.clone();
        let mut rules = MemoryRules {
            key: Key {
                vault: &self.vault,
                me: me.clone(),
            },
            me,
            now,
            random: &mut self.random,
        };
        let taken = snapshot(folder, &mut rules)?;
        self.said.extend(taken.kept.iter().copied().map(SyncNote::Kept));
        self.counts
            .many("carried back by a merge or a command", taken.carried.len() as u64);
        self.oracle.carried(taken.carried.iter().copied());
        self.said
            .extend(taken.older.iter().cloned().map(SyncNote::OlderFile));
        Ok(taken)
    }

    /// Makes a commit count: its files are written, the branch moves.
    pub(crate) fn write_out(
        &mut self,
        clone: usize,
        to: CommitId,
        read: &Read,
        interrupt: Interrupt,
    ) -> Result<CheckedOut, Stop> {
        let old = self.clones[clone].remembered.clone();
        self.write(clone, to, &old, read, interrupt)
    }

    fn write(
        &mut self,
        clone: usize,
        to: CommitId,
        old: &Tree,
        read: &Read,
        interrupt: Interrupt,
    ) -> Result<CheckedOut, Stop> {
        let mut folder = MemoryFolder::new(self, clone, to, old, read, interrupt);
        let done = check_out(&mut folder);
        if folder.dead {
            return Err(Stop::Crashed);
        }
        match done? {
            Some(written) if written.moved_aside.is_empty() && written.left_alone.is_empty() => Ok(written),
            // The branch moved meanwhile. The note stands, and the next run completes it.
            None if self.clones[clone].note.is_some() => Err(Stop::Crashed),
            written => Err(Stop::Wrong(format!(
                "wrote out otherwise than it should: {written:?}"
            ))),
        }
    }

    /// Completes the writing that a dead run left.
    fn resume(&mut self, clone: usize) -> Result<(), Stop> {
        let Some(note) = self.clones[clone].note.clone() else {
            return Ok(());
        };
        self.counts.add("writes resumed");
        let head = self.clones[clone].head;
        let target = match self.on_rewritten(clone, &note)? {
            Some(target) => target,
            None => self.recovered(clone, &note, head)?,
        };
        let mut read = note.read;
        if target != note.to {
            // The files that the dead run wrote are no edits.
            let (written, work) = (self.dag.files(note.to), self.dag.tree(&self.clones[clone].work));
            let mut lies = self.dag.tree(&read.lies);
            for (path, bytes) in written
                .iter()
                .filter(|(path, bytes)| work.get(*path) == Some(bytes))
            {
                Rc::make_mut(&mut lies).insert(path.clone(), bytes.clone());
            }
            read.lies = Tree::Files(lies);
        }
        let interrupt = match !self.calm && self.random.once_in(12) {
            true => Interrupt::Death(self.random.below(5)),
            false => Interrupt::Nothing,
        };
        self.write(clone, target, &note.old, &read, interrupt)?;
        self.clones[clone].edits_wait = true;
        Ok(())
    }

    /// The commit that a dead run was writing, if that run took a rewritten history, with what plain Git has committed
    /// since on top.
    fn on_rewritten(&mut self, clone: usize, note: &Note) -> Result<Option<CommitId>, Stop> {
        let (dag, tip) = (Rc::clone(&self.dag), self.clones[clone].head);
        if dag.ancestor(note.from, note.to) || dag.ancestor(note.to, tip) {
            return Ok(None);
        }
        self.counts.add("takes resumed");
        if tip == note.from {
            return Ok(Some(note.to));
        }
        let sides = [note.from, note.to, tip].map(|commit| dag.healed(commit));
        let [from, to, tip] = sides.each_ref().map(|side| &side.state);
        let state = on_top(from, to, tip)?.state;
        Ok(Some(dag.commit(
            state,
            &[note.to],
            dag.get(note.to).author.clone(),
        )))
    }

    /// The commit that brings what a dead run was writing together with what stands here by now.
    fn recovered(&mut self, clone: usize, note: &Note, head: CommitId) -> Result<CommitId, Stop> {
        let dag = Rc::clone(&self.dag);
        let came = self.what_a_dead_run_brought(clone, note)?;
        let tip = match &came {
            Some(came) => {
                self.counts.add("brought back beside an edit");
                let author = self.dag.get(note.to).author.clone();
                self.dag.commit(came.clone(), &[head], author)
            }
            None => head,
        };
        let mut dead_run = DeadRun {
            counts: &mut self.counts,
            carried: Vec::new(),
            key: Key {
                vault: &self.vault,
                me: self.clones[clone].me.clone(),
            },
            dag,
            lies: note.read.lies.clone(),
        };
        let target = recovered_commit(&mut dead_run, tip, (Some(note.from), note.to))?;
        let carried = dead_run.carried;
        self.counts
            .many("carried back by a merge or a command", carried.len() as u64);
        self.oracle.carried(carried);
        if let Some(came) = &came {
            self.lacks([head, target], came);
        }
        Ok(target)
    }

    /// Two commits become one state, over their merge bases.
    pub(crate) fn join(
        &mut self,
        clone: usize,
        left: CommitId,
        right: CommitId,
    ) -> Result<(State, Vec<EntryId>), SyncError> {
        let base = base_of(&*self.dag, left, right)?.ok_or(SyncError::Unrelated)?;
        self.counts.add("merges");
        let folded = self.dag.folded.take();
        if folded > 0 {
            self.counts.many("criss-cross", folded);
        }
        let (left, right) = (self.dag.healed(left), self.dag.healed(right));
        let merged = merge_sides(&base, &left, &right)?;
        self.counts
            .many("kept: deleted here, edited there", merged.kept.len() as u64);
        let conflicted = |side: &Side| {
            side.state
                .entries
                .values()
                .filter(|p| !p.entry.rows.is_empty())
                .count()
        };
        let here = merged
            .state
            .entries
            .values()
            .filter(|p| !p.entry.rows.is_empty())
            .count();
        if here > conflicted(&left).max(conflicted(&right)) {
            self.counts.add("merges with conflicts");
        }
        let sealed = |p: &oneonone::model::Placed| p.entry.rows_of("body").next().is_some();
        if merged.state.entries.values().any(sealed) {
            self.counts.add("sealed conflicts");
        }
        let mut state = merged.state;
        self.carry_back(clone, [&base.state, &left.state, &right.state], &mut state);
        Ok((state, merged.kept))
    }
}

impl World {
    /// Moves entries that nobody talked about back to the agenda.
    pub(crate) fn carry_back(&mut self, clone: usize, sides: [&State; 3], state: &mut State) {
        let carried = carry_back(sides, state, &pair_of(state), &self.key(clone));
        self.counts
            .many("carried back by a merge or a command", carried.len() as u64);
        self.oracle.carried(carried);
    }
}

/// A version of a record as a state of its own.
fn state_of(path: &str, version: Option<Vec<u8>>) -> State {
    let files = version.map(|bytes| (path.to_owned(), bytes));
    read(&files.into_iter().collect()).state
}

/// The rules for hand edits: nothing is sealed by hand here.
struct MemoryRules<'a> {
    key: Key<'a>,
    me: Slug,
    now: Instant,
    random: &'a mut Random,
}

impl EntryRules for MemoryRules<'_> {
    fn in_clear(&self, _: EntryId, entry: &Table) -> Option<Table> {
        entry.get("sealed").is_none().then(|| entry.clone())
    }

    fn new_id(&mut self) -> EntryId {
        EntryId::from_bytes(self.random.bytes())
    }

    fn doubled(&self, id: EntryId, copies: &[Placed]) -> SyncError {
        let homes: Vec<String> = copies.iter().map(|copy| copy.home.path()).collect();
        let what = format!("{id} stands there twice, and in no commit so");
        SyncError::Problems(vec![Problem::of_file(&homes.join(" and in "), what, "")])
    }

    fn taken_out(&self, _: &[TakenOut]) -> SyncError {
        SyncError::OwnFault
    }

    fn admit(&mut self, _: EntryId, placed: &mut Placed, _: &[&Placed]) -> Result<(), SyncError> {
        if placed.entry.get("by").is_none() {
            placed.entry.set("by", self.me.as_str());
        }
        if placed.entry.get("at").is_none() {
            placed.entry.set("at", instant_value(self.now));
        }
        complete_action(&mut placed.entry);
        Ok(())
    }

    fn remove(&self, _: EntryId, _: &Placed) -> Result<(), SyncError> {
        Ok(())
    }

    fn carry_back(&self, sides: [&State; 3], state: &mut State) -> Vec<EntryId> {
        carry_back(sides, state, &pair_of(state), &self.key)
    }
}
