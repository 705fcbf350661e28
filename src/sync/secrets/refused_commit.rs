//! A commit that must not leave this machine, and where the branch goes back to, to be without it.

use std::fmt;

use crate::git::{CommitId, Error, Repository};

/// A commit that must not leave this machine. It is printed as its short name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCommit {
    /// Its short name.
    pub name: String,
    /// The commit without it, as `git reset` takes it.
    pub before: String,
}

impl fmt::Display for RefusedCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl RefusedCommit {
    /// `refused` is `tip` or one of its ancestors, `sent` are commits that left this machine. Where `refused` came by a
    /// merge, the branch goes back to the commit before that merge. A history that begins with it has none before: the
    /// newest one that was sent stands for it.
    pub(super) fn of(
        repo: &Repository,
        tip: CommitId,
        refused: CommitId,
        sent: &[CommitId],
    ) -> Result<(Self, Option<CommitId>), Error> {
        let before = before(repo, tip, refused)?;
        let (before, id) = match (before, newest(repo, sent)?) {
            (Some((child, before)), _) => (format!("{}~1", child.short()), Some(before)),
            (None, Some(sent)) => (sent.short(), Some(sent)),
            (None, None) => (format!("{}~1", refused.short()), None),
        };
        let name = refused.short();
        Ok((Self { name, before }, id))
    }
}

/// The last commit of the branch that holds `refused`, going by first parents, and the one before it.
fn before(
    repo: &Repository,
    tip: CommitId,
    refused: CommitId,
) -> Result<Option<(CommitId, CommitId)>, Error> {
    let mut at = tip;
    loop {
        let first = repo.commit_info(at)?.parents.first().copied();
        // A shallow clone lacks the parents of its oldest commits.
        let Some(parent) = first.filter(|parent| repo.tree_of(*parent).is_ok()) else {
            return Ok(None);
        };
        if at == refused || !repo.is_ancestor(refused, parent)? {
            return Ok(Some((at, parent)));
        }
        at = parent;
    }
}

fn newest(repo: &Repository, commits: &[CommitId]) -> Result<Option<CommitId>, Error> {
    let mut newest: Option<CommitId> = None;
    for commit in commits {
        if newest.is_none_or(|newest| repo.is_ancestor(newest, *commit).unwrap_or(false)) {
            newest = Some(*commit);
        }
    }
    Ok(newest)
}
