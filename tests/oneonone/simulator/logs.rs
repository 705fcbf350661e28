//! The facts that Git's logs of a clone tell (docs/sync.md#made-elsewhere): how each commit came onto the branch, and
//! where plain Git saw the remote.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use oneonone::git::CommitId;
use oneonone::sync::LocalRewrite;

use super::history::Dag;
use super::world::World;

/// How a branch came to a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// Plain Git committed or merged. Other parents of a merge were brought.
    Committed,
    /// Plain Git made a commit as a copy of another one.
    Copied,
    /// The tool moved it.
    Ours,
    /// Plain Git moved it to a commit that was there before.
    Brought,
}

#[derive(Default, Clone)]
pub(crate) struct Logs {
    /// The move by which a commit came onto the branch first. Those below the end of a move by plain Git were brought.
    came: BTreeMap<CommitId, Move>,
    /// The commits that plain Git amended, by their copies.
    amended: BTreeMap<CommitId, CommitId>,
    /// Where plain Git saw the remote, or a sync left it; the latest last.
    pub(crate) tracked: Vec<CommitId>,
}

impl Logs {
    /// The branch came to a commit.
    pub(crate) fn moved(&mut self, dag: &Dag, to: CommitId, how: Move) {
        let mut left = vec![to];
        while let Some(commit) = left.pop() {
            let how = match how {
                Move::Ours => how,
                _ if commit == to => how,
                _ => Move::Brought,
            };
            if let Entry::Vacant(first) = self.came.entry(commit) {
                first.insert(how);
                left.extend(dag.parents_of(commit));
            }
        }
    }

    /// Plain Git put a copy in the place of a commit.
    pub(crate) fn amended(&mut self, commit: CommitId, copy: CommitId) {
        let first = self.amended.get(&commit).copied().unwrap_or(commit);
        self.amended.insert(copy, first);
    }
}

impl World {
    /// The branch of a clone moved.
    pub(crate) fn moved(&mut self, clone: usize, how: Move) {
        let clone = &mut self.clones[clone];
        clone.logs.moved(&self.dag, clone.head, how);
    }

    /// The remote's tip as a clone saw it last: by a sync, or later by plain Git. If the branch holds a commit that plain Git
    /// saw there, and that the remote lost since, that one counts.
    pub(crate) fn last_seen(&self, clone: usize) -> Option<CommitId> {
        let (dag, clone) = (&self.dag, &self.clones[clone]);
        let by_git = clone.logs.tracked.last().copied();
        let follows = |later: &CommitId| clone.seen.is_none_or(|by_sync| dag.ancestor(by_sync, *later));
        let seen = by_git.filter(follows).or(clone.seen)?;
        let there: Vec<CommitId> = [seen].into_iter().chain(by_git).collect();
        let only_here = dag.only_in(clone.head, &there);
        let mut tracked = clone.logs.tracked.iter().rev();
        let lost = tracked.find(|tip| only_here.contains(*tip) && follows(tip));
        Some(lost.copied().unwrap_or(seen))
    }

    /// The commits of a tip that the remote does not have, and that nobody made in this clone.
    pub(crate) fn made_elsewhere(&self, clone: usize, [tip, there]: [CommitId; 2]) -> BTreeSet<CommitId> {
        let clone = &self.clones[clone];
        let is_elsewhere = |commit: &CommitId| {
            let is_author = self.dag.get(*commit).author.name == clone.me.as_str();
            match clone.logs.came.get(commit) {
                Some(Move::Committed) => false,
                Some(Move::Brought) => true,
                Some(Move::Copied | Move::Ours) | None => !is_author,
            }
        };
        let mut unsent = self.dag.only_in(tip, &[there]);
        unsent.retain(is_elsewhere);
        unsent
    }

    /// How many commits come back that the last sync saw at the remote, and that the branch lost.
    ///
    /// # Errors
    /// With the rewrite by which it lost them, if they were amended.
    pub(crate) fn came_back(&self, clone: usize, [tip, there]: [CommitId; 2]) -> Result<usize, LocalRewrite> {
        let (dag, clone) = (&self.dag, &self.clones[clone]);
        let Some(synced) = clone.seen.filter(|_| tip != there) else {
            return Ok(0);
        };
        if dag.ancestor(synced, tip) || !dag.ancestor(synced, there) {
            return Ok(0);
        }
        let (sent, unsent) = (dag.only_in(synced, &[tip]), dag.only_in(tip, &[there]));
        let mut copies = clone.logs.amended.iter();
        let is_rewrite = copies.any(|(copy, of)| {
            unsent.contains(copy) && sent.contains(of) && dag.files(*copy) != dag.files(*of)
        });
        if is_rewrite {
            return Err(LocalRewrite {
                came: dag.only_in(there, &[synced, tip]).len(),
                there: there.to_string(),
                remote: "origin".to_owned(),
                branch: "main".to_owned(),
            });
        }
        let was_here = clone.logs.came.contains_key(&synced);
        Ok(if was_here { sent.len() } else { 0 })
    }
}
