//! A history in memory. Its commits never change; all clones and the remote share it, as they would their objects.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use oneonone::git::{CommitId, Signature};
use oneonone::model::{Files, Loaded, State};
use oneonone::sync::SyncError;
use oneonone::sync::replica::{History, Side, heal_records, merge_sides};

use super::random::Random;

pub(crate) struct Commit {
    pub(crate) id: CommitId,
    pub(crate) parents: Vec<usize>,
    pub(crate) author: Signature,
    loaded: Loaded,
    side: OnceCell<Rc<Side>>,
    files: OnceCell<Rc<Files>>,
    /// Itself and what it descends from, a bit each.
    ancestors: Vec<u64>,
}

/// The files that a work tree holds, or held: those of a commit, or others.
#[derive(Clone)]
pub(crate) enum Tree {
    Of(CommitId),
    Files(Rc<Files>),
}

pub(crate) struct Dag {
    commits: RefCell<Vec<Rc<Commit>>>,
    places: RefCell<HashMap<CommitId, usize>>,
    names: RefCell<Random>,
    /// How many merges had several merge bases.
    pub(crate) folded: Cell<u64>,
    /// How many times two commits were compared.
    pub(crate) compared: Cell<u64>,
}

impl Dag {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            commits: RefCell::default(),
            places: RefCell::default(),
            names: RefCell::new(Random::new(seed ^ 0x5eed)),
            folded: Cell::new(0),
            compared: Cell::new(0),
        }
    }

    fn add(&self, loaded: Loaded, parents: &[CommitId], author: Signature) -> CommitId {
        let mut names = self.names.borrow_mut();
        let hex = format!(
            "{:016x}{:016x}{:08x}",
            names.next(),
            names.next(),
            names.next() >> 32
        );
        let id: CommitId = hex.parse().unwrap();
        let parents: Vec<usize> = parents.iter().map(|p| self.place(*p)).collect();
        let mut commits = self.commits.borrow_mut();
        let place = commits.len();
        let mut ancestors = vec![0; place / 64 + 1];
        for parent in &parents {
            for (all, theirs) in ancestors.iter_mut().zip(&commits[*parent].ancestors) {
                *all |= theirs;
            }
        }
        ancestors[place / 64] |= 1 << (place % 64);
        commits.push(Rc::new(Commit {
            id,
            parents,
            author,
            loaded,
            side: OnceCell::new(),
            files: OnceCell::new(),
            ancestors,
        }));
        self.places.borrow_mut().insert(id, place);
        id
    }

    /// A commit that the tool makes.
    pub(crate) fn commit(&self, state: State, parents: &[CommitId], author: Signature) -> CommitId {
        let loaded = Loaded {
            state,
            ..Loaded::default()
        };
        self.add(loaded, parents, author)
    }

    /// A commit that plain Git makes: whatever lies in the files.
    pub(crate) fn commit_files(
        &self,
        files: &Rc<Files>,
        parents: &[CommitId],
        author: Signature,
    ) -> CommitId {
        let id = self.add(read(files), parents, author);
        let _ = self.get(id).files.set(Rc::clone(files));
        id
    }

    pub(crate) fn place(&self, id: CommitId) -> usize {
        self.places.borrow()[&id]
    }

    pub(crate) fn at(&self, place: usize) -> CommitId {
        self.commits.borrow()[place].id
    }

    pub(crate) fn get(&self, id: CommitId) -> Rc<Commit> {
        let place = self.place(id);
        Rc::clone(&self.commits.borrow()[place])
    }

    pub(crate) fn healed(&self, id: CommitId) -> Rc<Side> {
        let commit = self.get(id);
        Rc::clone(
            commit
                .side
                .get_or_init(|| Rc::new(heal_records(self, Some(id), commit.loaded.clone()).unwrap())),
        )
    }

    pub(crate) fn files(&self, id: CommitId) -> Rc<Files> {
        let commit = self.get(id);
        Rc::clone(commit.files.get_or_init(|| Rc::new(commit.loaded.state.files())))
    }

    pub(crate) fn tree(&self, tree: &Tree) -> Rc<Files> {
        match tree {
            Tree::Of(commit) => self.files(*commit),
            Tree::Files(files) => Rc::clone(files),
        }
    }

    /// The versions that a file had in a commit and what it descends from, each once, the oldest first.
    pub(crate) fn versions(&self, tip: CommitId, path: &str) -> Vec<Option<Vec<u8>>> {
        let last = self.place(tip);
        let commits = self.commits.borrow();
        let ancestors = (0..=last).rev().filter(|place| self.reaches(*place, last));
        let ids: Vec<CommitId> = ancestors.map(|place| commits[place].id).collect();
        drop(commits);
        let mut versions: Vec<Option<Vec<u8>>> = Vec::new();
        for id in ids.into_iter().rev() {
            let version = self.files(id).get(path).cloned();
            if !versions.contains(&version) {
                versions.push(version);
            }
        }
        versions
    }

    /// A tree as one side of a merge: nothing is known about its history.
    pub(crate) fn side_of_tree(&self, tree: &Tree) -> Side {
        heal_records(self, None, read(&self.tree(tree))).unwrap()
    }

    /// Whether the commit at a place is the other one or an ancestor of it.
    pub(crate) fn reaches(&self, ancestor: usize, commit: usize) -> bool {
        let commits = self.commits.borrow();
        let bits = commits[commit].ancestors.get(ancestor / 64);
        bits.is_some_and(|bits| bits >> (ancestor % 64) & 1 == 1)
    }

    /// The commits that a tip has, itself among them, and others have not.
    pub(crate) fn only_in(&self, tip: CommitId, others: &[CommitId]) -> BTreeSet<CommitId> {
        let last = self.place(tip);
        let others: Vec<usize> = others.iter().map(|other| self.place(*other)).collect();
        let is_apart = |place: &usize| others.iter().all(|other| !self.reaches(*place, *other));
        let places = (0..=last).filter(|place| self.reaches(*place, last));
        places.filter(is_apart).map(|place| self.at(place)).collect()
    }

    pub(crate) fn parents_of(&self, commit: CommitId) -> Vec<CommitId> {
        let parents = self.get(commit).parents.clone();
        parents.into_iter().map(|place| self.at(place)).collect()
    }

    pub(crate) fn ancestor(&self, ancestor: CommitId, commit: CommitId) -> bool {
        self.reaches(self.place(ancestor), self.place(commit))
    }
}

pub(crate) fn read(files: &Files) -> Loaded {
    let loaded = oneonone::model::assemble(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
    );
    assert!(loaded.broken.is_empty(), "{:?}", loaded.broken);
    loaded
}

impl History for Dag {
    fn parents(&self, commit: CommitId) -> Result<Vec<CommitId>, SyncError> {
        Ok(self.parents_of(commit))
    }

    fn author(&self, commit: CommitId) -> Result<Signature, SyncError> {
        Ok(self.get(commit).author.clone())
    }

    fn records(&self, commit: CommitId) -> Result<Loaded, SyncError> {
        Ok(self.get(commit).loaded.clone())
    }

    fn side(&self, commit: CommitId) -> Result<Side, SyncError> {
        Ok((*self.healed(commit)).clone())
    }

    fn merge_bases(&self, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, SyncError> {
        let (a, b) = (self.get(a), self.get(b));
        let commits = self.commits.borrow();
        let mut common: Vec<u64> = a.ancestors.iter().zip(&b.ancestors).map(|(a, b)| a & b).collect();
        let mut bases = Vec::new();
        // A commit comes after its parents: the last one of what is left is nobody's ancestor.
        while let Some(word) = common.iter().rposition(|bits| *bits != 0) {
            let place = word * 64 + 63 - common[word].leading_zeros() as usize;
            bases.push(commits[place].id);
            for (left, covered) in common.iter_mut().zip(&commits[place].ancestors) {
                *left &= !covered;
            }
        }
        bases.sort();
        Ok(bases)
    }

    fn is_ancestor(&self, ancestor: CommitId, commit: CommitId) -> Result<bool, SyncError> {
        Ok(self.ancestor(ancestor, commit))
    }

    fn merge_commits(
        &self,
        base: &Side,
        (left, left_side): (CommitId, &Side),
        (right, right_side): (CommitId, &Side),
        message: &str,
    ) -> Result<(CommitId, Side), SyncError> {
        if message == "virtual base" {
            self.folded.set(self.folded.get() + 1);
        }
        let merged = merge_sides(base, left_side, right_side)?;
        let author = self.author(right)?;
        let mut side = Side::default();
        side.state = merged.state.clone();
        Ok((self.commit(merged.state, &[left, right], author), side))
    }
}
