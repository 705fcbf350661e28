//! The commits that came with a sync (docs/command-line.md#what-came).

use std::collections::HashSet;

use crate::git::{CommitId, CommitInfo, Signature};

use super::incoming_names::NamesThatCame;
use crate::sync::changed_entries::CommitMaker;
use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::workspace::Workspace;

/// If several people made the commits that came, so many of them are looked at for who changed what.
pub(super) const MOST: usize = 200;

/// The commits between which a sync led.
#[derive(Clone, Copy)]
pub(super) struct SyncedRange {
    /// The prepared commit before the exchange.
    pub(super) before: Option<CommitId>,
    /// The remote's tip.
    pub(super) there: Option<CommitId>,
    /// Whether a rewritten history was put in the place of the one of before.
    pub(super) is_rewrite: bool,
}

impl SyncedRange {
    /// From one commit to another, by the notes of a sync.
    pub(super) fn of<'a>(
        before: Option<CommitId>,
        there: Option<CommitId>,
        mut notes: impl Iterator<Item = &'a SyncNote>,
    ) -> Self {
        Self {
            before,
            there,
            is_rewrite: notes.any(SyncNote::is_rewrite),
        }
    }
}

/// A commit that came.
#[derive(Clone)]
pub(super) struct CameCommit {
    pub(super) id: CommitId,
    pub(super) parents: Vec<CommitId>,
    pub(super) maker: CommitMaker,
    /// The address of its author.
    pub(super) address: String,
}

/// The marks by which a rewritten copy of a commit is known: its author with the time, and its message.
fn marks(commit: &CommitInfo) -> (Signature, String) {
    (commit.author.clone(), commit.message.clone())
}

/// The commits that a rewritten history replaced, by their marks.
fn replaced(
    workspace: &Workspace,
    before: CommitId,
    there: CommitId,
) -> Result<HashSet<(Signature, String)>, SyncError> {
    let commits = workspace.repo.ancestors(before, &[there])?;
    let marks = |commit| Ok(marks(&workspace.repo.commit_info(commit)?));
    commits.map(|commit| marks(commit?)).collect()
}

/// The commits that came, but for the copies that a rewrite made; the newest first.
pub(super) fn came_commits(
    workspace: &Workspace,
    way: SyncedRange,
    there: CommitId,
) -> Result<Vec<CameCommit>, SyncError> {
    let known = match way.before {
        Some(before) if way.is_rewrite => replaced(workspace, before, there)?,
        _ => HashSet::new(),
    };
    let before = way.before.filter(|_| !way.is_rewrite);
    let names = NamesThatCame::of(&workspace.repo, before, there, workspace.pair())?;
    let mut commits = Vec::new();
    for commit in workspace.repo.ancestors(there, way.before.as_slice())? {
        let info = workspace.repo.commit_info(commit?)?;
        if !info.parents.is_empty() && !known.contains(&marks(&info)) {
            commits.push(CameCommit {
                id: info.id,
                maker: names.maker(workspace.pair(), &info),
                parents: info.parents,
                address: info.author.email,
            });
        }
    }
    Ok(commits)
}

impl CameCommit {
    pub(super) fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}
