//! A commit that must not leave this machine, and where the branch goes back to, to be without it.

use std::fmt;

use crate::git::{CommitId, Error, Repository};
use crate::model::PAIR_PATH;

/// A commit that must not leave this machine. It is printed as its short name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCommit {
    /// Its short name.
    pub name: String,
    /// The short name of the commit that the branch stands on: it holds whatever was written since.
    pub tip: String,
    /// The commit without it, as `git reset` takes it; none if the branch begins with it, and nothing was sent.
    pub before: Option<String>,
}

impl fmt::Display for RefusedCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl RefusedCommit {
    /// `refused` is `tip` or one of its ancestors, `sent` are commits that left this machine. Where `refused` came by a
    /// merge, the branch goes back to the commit before that merge. Where the branch begins with it, or its parents are not
    /// here, the latest commit of a pair that was sent stands for the one before.
    pub(super) fn of(
        repo: &Repository,
        tip: CommitId,
        refused: CommitId,
        sent: &[CommitId],
    ) -> Result<(Box<Self>, Option<CommitId>), Error> {
        let (before, id) = match before(repo, tip, refused)? {
            Some((child, before)) => (Some(format!("{}~1", child.short())), Some(before)),
            None => {
                let sent = latest(repo, sent)?;
                (sent.map(|sent| sent.short()), sent)
            }
        };
        let (name, tip) = (refused.short(), tip.short());
        Ok((Box::new(Self { name, tip, before }), id))
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

/// The latest commit by its author's clock. A remote may have branches that hold no pair.
fn latest(repo: &Repository, commits: &[CommitId]) -> Result<Option<CommitId>, Error> {
    let mut latest = None;
    for commit in commits {
        let Ok(info) = repo.commit_info(*commit) else {
            continue;
        };
        let is_later = latest.is_none_or(|(seconds, _)| info.author.seconds > seconds);
        if is_later && repo.tree_entry(info.tree, PAIR_PATH)?.is_some() {
            latest = Some((info.author.seconds, *commit));
        }
    }
    Ok(latest.map(|(_, commit)| commit))
}
