//! The folder, the branch and the note of a clone in memory, as a write-out finds them.

use std::collections::BTreeSet;
use std::rc::Rc;

use oneonone::git::CommitId;
use oneonone::model::{EntryId, Files};
use oneonone::sync::SyncError;
use oneonone::sync::replica::{
    FileOutcome, FileState, Recovery, Side, Versions, WorkingCopy, as_read, carry_back, merge_sides,
};

use super::counts::Counts;
use super::history::{Dag, Tree};
use super::logs::Move;
use super::vault::Key;
use super::world::{Note, Read, World, pair_of};

/// The event that comes between two steps of a write-out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Interrupt {
    Nothing,
    /// The run dies after so many steps.
    Death(usize),
    /// Somebody does something in the folder after so many steps: edits by hand, or commits with plain Git.
    Somebody(usize, fn(&mut World, usize)),
}

/// A write-out into a clone in memory, which may be interrupted between two steps.
pub(crate) struct MemoryFolder<'a> {
    world: &'a mut World,
    clone: usize,
    note: Note,
    old: Rc<Files>,
    want: Rc<Files>,
    taken: Rc<Files>,
    taken_in: Option<Rc<Files>>,
    committed: Rc<Files>,
    /// Where the branch stood.
    from: CommitId,
    interrupt: Interrupt,
    /// The files that stay as somebody edited them.
    kept: Vec<String>,
    pub(crate) dead: bool,
}

impl<'a> MemoryFolder<'a> {
    pub(crate) fn new(
        world: &'a mut World,
        clone: usize,
        to: CommitId,
        old: &Tree,
        read: &Read,
        interrupt: Interrupt,
    ) -> Self {
        let dag = Rc::clone(&world.dag);
        Self {
            note: Note {
                from: world.clones[clone].head,
                to,
                old: old.clone(),
                read: read.clone(),
                left: None,
            },
            kept: Vec::new(),
            old: dag.tree(old),
            want: dag.files(to),
            taken: dag.tree(&read.lies),
            taken_in: read.taken_in.as_ref().map(|tree| dag.tree(tree)),
            committed: dag.files(world.clones[clone].head),
            from: world.clones[clone].head,
            world,
            clone,
            interrupt,
            dead: false,
        }
    }

    /// A step that the run may die before.
    fn step(&mut self) -> Result<(), SyncError> {
        match &mut self.interrupt {
            Interrupt::Death(0) => {
                self.dead = true;
                return Err(SyncError::OwnFault);
            }
            Interrupt::Death(steps) => *steps -= 1,
            Interrupt::Somebody(..) | Interrupt::Nothing => {}
        }
        Ok(())
    }

    /// A step before the branch moves: plain Git may still move it.
    fn early_step(&mut self) -> Result<(), SyncError> {
        match &mut self.interrupt {
            Interrupt::Somebody(0, acts) => {
                acts(self.world, self.clone);
                self.interrupt = Interrupt::Nothing;
            }
            Interrupt::Somebody(steps, _) => *steps -= 1,
            Interrupt::Death(_) | Interrupt::Nothing => {}
        }
        self.step()
    }

    /// The commit's files, but with some that were left as they were when they were read.
    fn remembered(&self, left: &[String]) -> Rc<Files> {
        let mut files = Rc::clone(&self.want);
        for path in left {
            let taken_in = self.taken_in.as_ref().map(|files| files.get(path));
            let read = as_read(self.old.get(path), self.committed.get(path), taken_in);
            match read {
                Some(bytes) => Rc::make_mut(&mut files).insert(path.clone(), bytes.clone()),
                None => Rc::make_mut(&mut files).remove(path),
            };
        }
        files
    }

    fn work(&self) -> Rc<Files> {
        self.world.dag.tree(&self.world.clones[self.clone].work)
    }

    /// The files that differ from the tree last written out, or lay there otherwise.
    fn differing(&self) -> BTreeSet<&String> {
        let (old, want, taken) = (&self.old, &self.want, &self.taken);
        if Rc::ptr_eq(old, want) && Rc::ptr_eq(taken, want) {
            return BTreeSet::new();
        }
        let all = old.keys().chain(want.keys()).chain(taken.keys());
        let read = |path: &&String| taken.get(*path) != want.get(*path);
        all.filter(|path| old.get(*path) != want.get(*path) || read(path))
            .collect()
    }
}

impl WorkingCopy for MemoryFolder<'_> {
    type Version = Vec<u8>;

    fn has_work(&self) -> Result<bool, SyncError> {
        let clone = &self.world.clones[self.clone];
        Ok(clone.note.is_some() || clone.head != self.note.to || !self.differing().is_empty())
    }

    fn lock(&mut self) -> Result<bool, SyncError> {
        Ok(true)
    }

    fn begin(&mut self) -> Result<(), SyncError> {
        self.world.clones[self.clone].note = Some(self.note.clone());
        Ok(())
    }

    fn paths(&self) -> Result<Vec<String>, SyncError> {
        let differing = self.differing().into_iter().cloned();
        let (come, gone): (Vec<String>, Vec<String>) = differing.partition(|p| self.want.contains_key(p));
        Ok(gone.into_iter().rev().chain(come).collect())
    }

    fn look(&mut self, path: &str) -> Result<FileState<Vec<u8>>, SyncError> {
        self.early_step()?;
        Ok(FileState::Known(Versions {
            in_folder: self.work().get(path).cloned(),
            wanted: self.want.get(path).cloned(),
            previous: self.old.get(path).cloned(),
            snapshot: self.taken.get(path).cloned(),
            on_branch: self.committed.get(path).cloned(),
        }))
    }

    fn move_aside(&mut self, _: &str) -> Result<Option<String>, SyncError> {
        Ok(None)
    }

    fn write(&mut self, path: &str, lies: Option<Vec<u8>>) -> Result<FileOutcome, SyncError> {
        let mut work = self.work();
        if work.get(path) != lies.as_ref() {
            return Ok(FileOutcome::Edited);
        }
        let files = Rc::make_mut(&mut work);
        match self.want.get(path) {
            Some(bytes) => files.insert(path.to_owned(), bytes.clone()),
            None => files.remove(path),
        };
        self.world.clones[self.clone].work = Tree::Files(work);
        Ok(FileOutcome::Written)
    }

    fn keep_edit(&mut self, path: &str) -> Result<(), SyncError> {
        self.kept.push(path.to_owned());
        self.note.left = Some(Tree::Files(self.remembered(&self.kept)));
        self.begin()
    }

    fn move_branch(&mut self) -> Result<bool, SyncError> {
        self.early_step()?;
        let clone = &mut self.world.clones[self.clone];
        if clone.head != self.from {
            self.world.counts.add("branches moved during a write-out");
            return Ok(false);
        }
        (clone.head, clone.plain) = (self.note.to, false);
        self.world.moved(self.clone, Move::Ours);
        Ok(true)
    }

    fn remember(&mut self, left: &[String]) -> Result<(), SyncError> {
        self.step()?;
        let files = self.remembered(left);
        let is_clean = left.is_empty() && self.work() == self.want;
        let clone = &mut self.world.clones[self.clone];
        if is_clean {
            clone.work = Tree::Of(self.note.to);
        }
        clone.remembered = match left {
            [] => Tree::Of(self.note.to),
            _ => Tree::Files(files),
        };
        (clone.written, clone.edits_wait) = (self.note.to, !left.is_empty());
        Ok(())
    }

    fn refresh(&mut self) -> Result<Vec<String>, SyncError> {
        Ok(Vec::new())
    }

    fn end(&mut self) -> Result<(), SyncError> {
        self.step()?;
        self.world.clones[self.clone].note = None;
        Ok(())
    }
}

/// A dead run in memory.
pub(crate) struct DeadRun<'a> {
    pub(crate) counts: &'a mut Counts,
    pub(crate) key: Key<'a>,
    /// Entries that went back to the agenda.
    pub(crate) carried: Vec<EntryId>,
    pub(crate) dag: Rc<Dag>,
    /// The files as they lay there when they were taken in.
    pub(crate) lies: Tree,
}

impl Recovery for DeadRun<'_> {
    type History = Dag;

    fn history(&self) -> &Dag {
        &self.dag
    }

    fn fill_in(&mut self, tip: CommitId, to: CommitId) -> Result<CommitId, SyncError> {
        self.counts.add("half-written folders committed by plain git");
        let (lies, filled) = (self.dag.tree(&self.lies), self.dag.files(to));
        let mut files = self.dag.files(tip);
        for (path, written) in filled.iter() {
            let there = files.get(path);
            if there.is_some() && there != Some(written) && there == lies.get(path) {
                Rc::make_mut(&mut files).insert(path.clone(), written.clone());
            }
        }
        if Rc::ptr_eq(&files, &self.dag.files(tip)) {
            return Ok(tip);
        }
        let author = self.dag.get(to).author.clone();
        Ok(self.dag.commit_files(&files, &[tip], author))
    }

    fn merge(
        &mut self,
        base: &Side,
        (left, left_side): (CommitId, &Side),
        (right, right_side): (CommitId, &Side),
    ) -> Result<(CommitId, Side), SyncError> {
        let mut state = merge_sides(base, left_side, right_side)?.state;
        let sides = [base, left_side, right_side].map(|side| &side.state);
        let pair = pair_of(&state);
        self.carried
            .extend(carry_back(sides, &mut state, &pair, &self.key));
        let author = self.dag.get(right).author.clone();
        let mut side = Side::default();
        side.state = state.clone();
        Ok((self.dag.commit(state, &[left, right], author), side))
    }
}
