//! A clone: opening it (finishing a dead run, taking in hand edits) and writing a commit out, as the tool does both.

use std::collections::BTreeSet;
use std::rc::Rc;

use oneonone::git::CommitId;
use oneonone::merge::merge;
use oneonone::model::{EntryId, Files, State, complete_action, instant_value};
use oneonone::sync::{
    History, Side, Step, Versions, as_read, base_of, folder_state, merge_sides, of_half_written,
};

use super::history::{Tree, read};
use super::world::{Note, Read, World};

/// How a run ended before its time.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It was killed.
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
        let pending = self.clones[clone].note.is_some();
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
        let (state, filled) = taken.unwrap_or_else(|| (side.state.clone(), BTreeSet::new()));
        if state == side.state && side.healed.is_empty() {
            return Ok((head, lies.into()));
        }
        let tip = self.dag.commit(state.clone(), &[head], self.signature(clone));
        let healed = side.doubled.keys().chain(side.loose.iter().map(|(_, id)| id));
        let apart: BTreeSet<EntryId> = healed.copied().chain(filled).collect();
        let mut without = state;
        without.entries.retain(|id, _| !apart.contains(id));
        let taken_in = match apart.is_empty() {
            true => Tree::Of(tip),
            false => Tree::Files(Rc::new(without.files())),
        };
        let taken_in = Some(taken_in);
        Ok((tip, Read { lies, taken_in }))
    }

    /// What was edited by hand counts as committed.
    pub(crate) fn committed(&mut self, clone: usize, commit: CommitId) {
        let place = self.dag.place(commit);
        let clone = &mut self.clones[clone];
        if !clone.pending.is_empty() {
            let change = std::mem::take(&mut clone.pending);
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
    ) -> Result<(State, BTreeSet<EntryId>), Stop> {
        let remembered = match &self.clones[clone].remembered {
            Tree::Of(commit) if *commit == self.clones[clone].head => head.clone(),
            tree => self.dag.side_of_tree(tree),
        };
        let random = &mut self.random;
        let new_id = || oneonone::model::EntryId::from_bytes(random.bytes());
        let loaded = read(work);
        let named = loaded.named();
        let mut state = folder_state(loaded, [head, &remembered], pending, |_, _| None, new_id).map_err(
            |(id, copies)| {
                let homes: Vec<String> = copies.iter().map(|copy| copy.home.path()).collect();
                Stop::Wrong(format!(
                    "{id} stands in {}, and in no commit so",
                    homes.join(" and in ")
                ))
            },
        )?;
        let filled = state.entries.keys().filter(|id| !named.contains(*id)).copied();
        let filled: BTreeSet<EntryId> = filled.collect();
        let (me, now) = (self.clones[clone].me.to_string(), self.now(clone));
        for (id, placed) in &mut state.entries {
            let known = [&remembered.state, &head.state];
            if known.iter().any(|s| s.entries.get(id) == Some(placed)) {
                continue;
            }
            if placed.entry.get("by").is_none() {
                placed.entry.set("by", me.as_str());
            }
            if placed.entry.get("at").is_none() {
                placed.entry.set("at", instant_value(now));
            }
            complete_action(&mut placed.entry);
        }
        Ok((merge(&remembered.state, &state, &head.state)?.state, filled))
    }

    /// Makes a commit count: its files are written, the branch moves. With `crash`, it dies after so many steps.
    pub(crate) fn write_out(
        &mut self,
        clone: usize,
        to: CommitId,
        read: &Read,
        crash: Option<usize>,
    ) -> Result<(), Stop> {
        let old = self.clones[clone].remembered.clone();
        self.write(clone, to, &old, read, crash)
    }

    fn write(
        &mut self,
        clone: usize,
        to: CommitId,
        old: &Tree,
        read: &Read,
        crash: Option<usize>,
    ) -> Result<(), Stop> {
        if let (Tree::Of(work), Tree::Of(old), None, None) =
            (&self.clones[clone].work, old, crash, &self.clones[clone].note)
            && work == old
        {
            let clone = &mut self.clones[clone];
            (clone.head, clone.plain) = (to, false);
            (clone.work, clone.remembered) = (Tree::Of(to), Tree::Of(to));
            return Ok(());
        }
        let (before, want) = (self.dag.tree(old), self.dag.files(to));
        let (taken, committed) = (self.dag.tree(&read.lies), self.dag.files(self.clones[clone].head));
        let taken_in = read.taken_in.as_ref().map(|tree| self.dag.tree(tree));
        let mut work = (*self.dag.tree(&self.clones[clone].work)).clone();
        let all: BTreeSet<&String> = before.keys().chain(want.keys()).chain(taken.keys()).collect();
        let paths = all.into_iter().filter(|p| {
            before.get(*p) != want.get(*p) || (taken.contains_key(*p) && taken.get(*p) != want.get(*p))
        });
        let (come, gone): (Vec<&String>, Vec<&String>) = paths.partition(|p| want.contains_key(*p));
        self.clones[clone].note = Some(Note {
            to,
            old: old.clone(),
            read: read.clone(),
        });
        let mut edited = Vec::new();
        let mut steps = 0;
        let mut dies = || {
            steps += 1;
            crash.is_some_and(|at| steps > at)
        };
        for path in gone.into_iter().rev().chain(come) {
            if dies() {
                self.clones[clone].work = Tree::Files(Rc::new(work));
                return Err(Stop::Crashed);
            }
            let versions = Versions {
                lies: work.get(path),
                want: want.get(path),
                old: before.get(path),
                taken: taken.get(path),
                committed: committed.get(path),
            };
            match versions.step(true) {
                Step::Stands => continue,
                Step::Edited => {
                    edited.push((
                        path.clone(),
                        as_read(
                            versions.old,
                            versions.committed,
                            taken_in.as_ref().map(|t| t.get(path)),
                        )
                        .cloned(),
                    ));
                    continue;
                }
                Step::Aside => return Err(Stop::Wrong(format!("{path} is moved aside"))),
                Step::Write => {}
            }
            let wanted = want.get(path);
            match wanted.cloned() {
                Some(bytes) => work.insert(path.clone(), bytes),
                None => work.remove(path),
            };
        }
        let clean = edited.is_empty() && work == *want;
        let mut remembered = Tree::Of(to);
        if !edited.is_empty() {
            let mut files = (*want).clone();
            for (path, before) in edited {
                match before {
                    Some(bytes) => files.insert(path, bytes),
                    None => files.remove(&path),
                };
            }
            remembered = Tree::Files(Rc::new(files));
        }
        let dead = [dies(), dies(), dies()];
        let clone = &mut self.clones[clone];
        clone.work = if clean {
            Tree::Of(to)
        } else {
            Tree::Files(Rc::new(work))
        };
        if dead[0] {
            return Err(Stop::Crashed);
        }
        clone.head = to;
        clone.plain = false;
        if dead[1] {
            return Err(Stop::Crashed);
        }
        clone.remembered = remembered;
        if dead[2] {
            return Err(Stop::Crashed);
        }
        clone.note = None;
        Ok(())
    }

    /// Completes the writing that a dead run left.
    fn resume(&mut self, clone: usize) -> Result<(), Stop> {
        let Some(note) = self.clones[clone].note.clone() else {
            return Ok(());
        };
        self.counts.add("writes resumed");
        let (head, to) = (self.clones[clone].head, note.to);
        let mut target = to;
        if self.dag.ancestor(to, head) {
            target = head;
        } else if !self.dag.ancestor(head, to) {
            // Plain Git committed what was half written: what is missing there is no deletion.
            let filled = self.filled_in(head, to, &note.read.lies)?;
            let state = self.join_where(filled, to, true)?;
            target = self.dag.commit(state, &[filled, to], self.dag.author(to)?);
        }
        self.write(clone, target, &note.old, &note.read, None)
    }

    /// A commit of plain Git with the files that it holds as they lay there when they were read as they were filled in.
    fn filled_in(&self, head: CommitId, to: CommitId, lies: &Tree) -> Result<CommitId, Stop> {
        let (lies, filled) = (self.dag.tree(lies), self.dag.files(to));
        let mut files = (*self.dag.files(head)).clone();
        let mut any = false;
        for (path, bytes) in &mut files {
            let written = filled.get(path).filter(|written| *written != bytes);
            if let Some(written) = written.filter(|_| lies.get(path) == Some(bytes)) {
                *bytes = written.clone();
                any = true;
            }
        }
        if !any {
            return Ok(head);
        }
        Ok(self
            .dag
            .commit_files(&Rc::new(files), &[head], self.dag.author(to)?))
    }

    /// Two commits become one state, over their merge bases.
    pub(crate) fn join(&mut self, left: CommitId, right: CommitId) -> Result<State, Stop> {
        self.join_where(left, right, false)
    }

    fn join_where(&mut self, left: CommitId, right: CommitId, half_written: bool) -> Result<State, Stop> {
        let base = base_of(&self.dag, left, right)?.ok_or(oneonone::sync::SyncError::Unrelated)?;
        self.counts.add("merges");
        let folded = self.dag.folded.take();
        if folded > 0 {
            self.counts.many("criss-cross", folded);
        }
        let (left, right) = (self.dag.healed(left), self.dag.healed(right));
        let mut whole = (*left).clone();
        if half_written {
            self.counts.add("half-written folders committed by plain git");
            whole = of_half_written(whole, &base);
        }
        let merged = merge_sides(&base, &whole, &right)?;
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
        Ok(merged.state)
    }
}
