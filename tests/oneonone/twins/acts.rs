//! The acts of people in their clones, on both sides: commands, edits by hand, plain Git, and runs that die.

use std::fs;
use std::rc::Rc;

use oneonone::git::CommitId;
use oneonone::model::{Files, State};
use oneonone::store::Notes;
use oneonone::sync::replica::BodySeals;

use super::place::Twins;
use crate::simulator::clone::Stop;
use crate::simulator::folder::Interrupt;
use crate::simulator::history::Tree;
use crate::simulator::logs::Move;
use crate::simulator::world::World as Memory;

impl Twins {
    /// A command that changes the records, on both sides.
    pub(super) fn command(&mut self, who: usize, edit: impl Fn(&mut State, &dyn BodySeals)) {
        self.turn();
        self.git_command(who, &edit, |_| {});
        let done = self.memory.command_of(who, |world, clone, state| {
            edit(state, &world.key(clone));
            "edits"
        });
        done.unwrap();
        self.compare(who);
    }

    /// Git's side of a command; something happens between its commit and its write-out.
    fn git_command(
        &self,
        who: usize,
        edit: &impl Fn(&mut State, &dyn BodySeals),
        meanwhile: impl FnOnce(&Self),
    ) {
        let mut workspace = self.open(who).unwrap();
        let mut state = workspace.state().clone();
        edit(&mut state, &workspace.keys);
        let prepared = workspace.begin(state, None).unwrap();
        meanwhile(self);
        prepared.finish("edit").unwrap();
    }

    /// Somebody edits records by hand, on both sides.
    pub(super) fn by_hand(&mut self, who: usize, edit: impl Fn(&mut Files)) {
        self.git_by_hand(who, &edit);
        memory_by_hand(&mut self.memory, who, &edit);
    }

    fn git_by_hand(&self, who: usize, edit: &impl Fn(&mut Files)) {
        let (before, folder) = (self.lying(who), &self.people[who].cwd);
        let mut files = before.clone();
        edit(&mut files);
        for path in before.keys().filter(|path| !files.contains_key(*path)) {
            fs::remove_file(folder.join(path)).unwrap();
        }
        for (path, bytes) in files
            .iter()
            .filter(|(path, bytes)| before.get(*path) != Some(bytes))
        {
            let full = folder.join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, bytes).unwrap();
        }
    }

    /// `git commit -a` of everything that lies there, on both sides.
    pub(super) fn plain_commit(&mut self, who: usize) {
        self.turn();
        self.git_commit(who);
        memory_commit(&mut self.memory, who);
        self.compare(who);
    }

    pub(super) fn git_commit(&self, who: usize) {
        let person = self.person(who);
        person.commit_unguarded("by hand");
    }

    pub(super) fn plain_push(&mut self, who: usize) {
        self.person(who).git(["push", "-q", "origin", "main"]).ok();
        self.memory.plain_push(who);
        self.compare(who);
    }

    pub(super) fn plain_pull(&mut self, who: usize) {
        self.turn();
        self.person(who)
            .git(["pull", "-q", "--no-rebase", "--no-edit"])
            .ok();
        self.memory.plain_pull(who).unwrap();
        self.compare(who);
    }

    /// A command that is edited beside: an edit by hand comes between its commit and its write-out.
    pub(super) fn edited_meanwhile(
        &mut self,
        who: usize,
        edit: impl Fn(&mut State, &dyn BodySeals),
        by_hand: impl Fn(&mut Files),
    ) {
        self.turn();
        self.git_command(who, &edit, |twins| twins.git_by_hand(who, &by_hand));
        let (tip, read) = self.memory.open(who).unwrap();
        self.memory.committed(who, tip);
        let mut state = self.memory.dag.healed(tip).state.clone();
        edit(&mut state, &self.memory.key(who));
        let author = self.memory.signature(who);
        let to = self.memory.dag.commit(state, &[tip], author);
        memory_by_hand(&mut self.memory, who, &by_hand);
        let written = self.memory.write_out(who, to, &read, Interrupt::Nothing).unwrap();
        if !written.edited_after_read.is_empty() {
            // The program takes it in at once.
            let (tip, read) = self.memory.open(who).unwrap();
            self.memory
                .write_out(who, tip, &read, Interrupt::Nothing)
                .unwrap();
        }
        self.compare(who);
    }

    /// A command beside which plain Git commits `by_hand`, after so many steps of memory's write-out. On Git's side
    /// the command completes itself; in memory its note stands, and the next one does that.
    pub(super) fn moved_meanwhile(
        &mut self,
        who: usize,
        edit: impl Fn(&mut State, &dyn BodySeals),
        (by_hand, in_memory): (impl Fn(&mut Files), fn(&mut Memory, usize)),
        step: usize,
    ) {
        self.turn();
        self.git_command(who, &edit, |twins| {
            twins.git_by_hand(who, &by_hand);
            twins.git_commit(who);
        });
        let interrupt = Interrupt::Somebody(step, in_memory);
        let edit = |world: &mut Memory, clone: usize, state: &mut State| {
            edit(state, &world.key(clone));
            "edits"
        };
        let done = self.memory.interrupted(who, edit, interrupt);
        assert!(
            matches!(done, Err(Stop::Crashed)),
            "the branch was not seen to move"
        );
        assert!(self.memory.clones[who].note.is_some(), "no note stands");
    }

    /// A command that dies after so many steps of its write-out; false where it has no more than that.
    pub(super) fn dies(
        &mut self,
        who: usize,
        edit: impl Fn(&mut State, &dyn BodySeals),
        step: usize,
    ) -> bool {
        self.turn();
        let lay = self.lying(who);
        let from = self.repo(who).head().unwrap().tip.unwrap();
        let work = self.memory.dag.tree(&self.memory.clones[who].work);
        let head = self.memory.clones[who].head;
        let change = |world: &mut Memory, clone: usize, state: &mut State| {
            edit(state, &world.key(clone));
            "edits"
        };
        let done = self.memory.interrupted(who, change, Interrupt::Death(step));
        if done.is_ok() {
            self.git_command(who, &edit, |_| {});
            self.compare(who);
            return false;
        }
        self.dies_at_remembering(who, &edit);
        // It wrote and moved everything. Git's side goes back to where memory's died.
        let repo = self.repo(who);
        let to: CommitId = self.note(who).unwrap().to.parse().unwrap();
        let clone = &self.memory.clones[who];
        let written = self.memory.dag.tree(&clone.work);
        let unwritten = |path: &String| written.get(path) == work.get(path);
        self.git_by_hand(who, &|files| {
            let paths: Vec<String> = lay.keys().chain(files.keys()).cloned().collect();
            for path in paths.into_iter().filter(unwritten) {
                match lay.get(&path) {
                    Some(bytes) => drop(files.insert(path, bytes.clone())),
                    None => drop(files.remove(&path)),
                }
            }
        });
        if clone.head == head && from != to {
            self.person(who)
                .git(["update-ref", "refs/heads/main", &from.to_string()])
                .ok();
        }
        if matches!(&clone.remembered, Tree::Of(of) if *of == clone.note.as_ref().unwrap().to) {
            let tree = repo.tree_of(to).unwrap();
            Notes::of(repo.git_dir())
                .remember(&tree.to_string(), &to.to_string(), false)
                .unwrap();
        }
        self.compare(who);
        true
    }

    /// A command of Git's side that fails where it is to remember what it wrote: its note stands.
    fn dies_at_remembering(&self, who: usize, edit: &impl Fn(&mut State, &dyn BodySeals)) {
        let mut workspace = self.open(who).unwrap();
        let mut state = workspace.state().clone();
        edit(&mut state, &workspace.keys);
        let prepared = workspace.begin(state, None).unwrap();
        let notes = self.people[who].cwd.join(".git/oneonone");
        let (tree, aside) = (notes.join("tree"), notes.join("tree-aside"));
        fs::rename(&tree, &aside).unwrap();
        fs::create_dir(&tree).unwrap();
        assert!(prepared.finish("edit").is_err());
        drop(workspace);
        fs::remove_dir(&tree).unwrap();
        fs::rename(&aside, &tree).unwrap();
    }
}

pub(super) fn memory_by_hand(memory: &mut Memory, who: usize, edit: &impl Fn(&mut Files)) {
    let mut files = (*memory.dag.tree(&memory.clones[who].work)).clone();
    edit(&mut files);
    memory.clones[who].work = Tree::Files(Rc::new(files));
}

/// `git commit -a` in memory.
pub(super) fn memory_commit(memory: &mut Memory, who: usize) {
    let files = memory.dag.tree(&memory.clones[who].work);
    let head = memory.clones[who].head;
    let commit = memory.dag.commit_files(&files, &[head], memory.signature(who));
    let clone = &mut memory.clones[who];
    (clone.head, clone.work, clone.plain) = (commit, Tree::Of(commit), true);
    memory.moved(who, Move::Committed);
}
