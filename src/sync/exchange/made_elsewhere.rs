//! Unsent commits that nobody made in this clone (docs/sync.md#rewritten): a remote that does not have them may have taken
//! them out.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, CommitInfo, LogEntry, Signature};

use crate::sync::combine::record_folders::ADDRESS;
use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::upstream::reflog::Moved;
use crate::sync::workspace::Workspace;

/// The address of commits that this program made before there was a seat.
const NOBODY: &str = "nobody@oneonone.invalid";

/// The commits that the prepared one has, the remote's tip has not, and that were made elsewhere. Git's logs of HEAD and of
/// the branches say which were committed here; of the others, the author and the committer tell.
///
/// # Errors
/// When the history cannot be read.
pub(super) fn made_elsewhere(
    workspace: &Workspace,
    there: CommitId,
) -> Result<BTreeSet<CommitId>, SyncError> {
    let (repo, mut unsent) = (&workspace.repo, BTreeMap::new());
    let (Some(tip), Some(me)) = (workspace.tip, OwnName::me(workspace)?) else {
        return Ok(BTreeSet::new());
    };
    // A command of this clone made them, under whatever name I had in the pair then.
    let own = workspace.commits_of_commands()?;
    for commit in repo.ancestors(tip, &[there])? {
        let info = repo.commit_info(commit?)?;
        let of_commit = match own.contains(&info.id) {
            true => Unsent::MINE,
            false => Unsent::of(&info, &me),
        };
        unsent.insert(info.id, of_commit);
    }
    let mut logs = vec![repo.reference_log("HEAD")];
    for branch in repo.branches()? {
        logs.push(repo.reference_log(&format!("refs/heads/{branch}")));
    }
    let is_plain = |entry: &LogEntry| {
        !unsent.contains_key(&entry.commit) || matches!(Moved::of(&entry.why), Moved::Committed | Moved::Ours)
    };
    // Most often every unsent commit was written here.
    if unsent.values().all(|commit| commit.is_mine()) && logs.iter().flatten().all(is_plain) {
        return Ok(BTreeSet::new());
    }
    let known: BTreeSet<CommitId> = repo.ancestors(there, &[])?.collect::<Result<_, _>>()?;
    let parents = |commit| {
        repo.commit_info(commit)
            .map_or_else(|_| Vec::new(), |info| info.parents)
    };
    // A rebase keeps the author and the date of a commit that was made here.
    let mut authors = Vec::new();
    for entry in logs.iter().flatten() {
        if Moved::of(&entry.why) == Moved::Committed && !known.contains(&entry.commit) {
            authors.extend(repo.commit_info(entry.commit).ok().map(|info| info.author));
        }
    }
    let mut origins = Origins::default();
    for log in &logs {
        origins.read(log, &unsent, &known, parents);
    }
    for (id, commit) in &mut unsent {
        if origins.made.contains(id) && !commit.is_author {
            commit.is_author = authors.contains(&repo.commit_info(*id)?.author);
        }
    }
    let is_elsewhere = |(id, commit): &(&CommitId, &Unsent)| origins.is_elsewhere(**id, commit);
    Ok(unsent.iter().filter(is_elsewhere).map(|(id, _)| *id).collect())
}

/// An unsent commit.
#[derive(Debug, Clone, Copy)]
struct Unsent {
    is_author: bool,
    is_committer: bool,
}

impl Unsent {
    const MINE: Self = Self {
        is_author: true,
        is_committer: true,
    };

    fn of(info: &CommitInfo, me: &OwnName<'_>) -> Self {
        Self {
            is_author: me.is(&info.author),
            is_committer: me.is(&info.committer),
        }
    }

    fn is_mine(self) -> bool {
        self.is_author && self.is_committer
    }
}

/// The names and addresses with which the member who works in this clone makes commits.
struct OwnName<'a> {
    authors: CommitAuthors<'a>,
    name: Option<String>,
    emails: [String; 3],
}

impl<'a> OwnName<'a> {
    /// None if they have no seat.
    fn me(workspace: &'a Workspace) -> Result<Option<Self>, SyncError> {
        let Ok(me) = workspace.me() else {
            return Ok(None);
        };
        let repo = &workspace.repo;
        let own = format!("{me}@oneonone.invalid");
        let emails = [own, NOBODY.to_owned(), ADDRESS.to_owned()];
        let authors = workspace.commit_authors()?;
        let name = repo.user_name()?;
        Ok(Some(Self {
            authors,
            name,
            emails,
        }))
    }

    fn is(&self, by: &Signature) -> bool {
        // The address of my seat is mine, whatever name somebody gave it in the pair.
        let [own, ..] = &self.emails;
        let is_known = self.name.as_ref() == Some(&by.name) || self.emails.contains(&by.email);
        by.email == *own || (is_known || self.authors.is_mine(by)) && !self.authors.is_of_other(by)
    }
}

/// The origins of unsent commits, as the logs tell them.
#[derive(Debug, Default)]
struct Origins {
    /// Plain Git committed them here.
    committed: BTreeSet<CommitId>,
    /// This program or a copying command of Git's made them here, or brought them.
    made: BTreeSet<CommitId>,
    /// A command of Git's brought them.
    brought: BTreeSet<CommitId>,
}

impl Origins {
    /// Reads a log, the latest move first. A commit came by the first move after which it was there.
    fn read(
        &mut self,
        log: &[LogEntry],
        unsent: &BTreeMap<CommitId, Unsent>,
        known: &BTreeSet<CommitId>,
        parents: impl Fn(CommitId) -> Vec<CommitId>,
    ) {
        let mut reached = BTreeSet::new();
        for entry in log.iter().rev() {
            let (moved, mut left) = (Moved::of(&entry.why), vec![entry.commit]);
            while let Some(commit) = left.pop() {
                if known.contains(&commit) || !reached.insert(commit) {
                    continue;
                }
                left.extend(parents(commit));
                if !unsent.contains_key(&commit) {
                    continue;
                }
                let is_end = commit == entry.commit;
                let _ = match moved {
                    Moved::Committed if is_end => self.committed.insert(commit),
                    Moved::Copied if is_end => self.made.insert(commit),
                    Moved::Ours => self.made.insert(commit),
                    Moved::Committed | Moved::Copied | Moved::Brought => self.brought.insert(commit),
                    Moved::Unknown => false,
                };
            }
        }
    }

    fn is_elsewhere(&self, id: CommitId, commit: &Unsent) -> bool {
        let is_from_elsewhere = || !commit.is_committer || self.brought.contains(&id);
        !self.committed.contains(&id)
            && (!commit.is_author || (!self.made.contains(&id) && is_from_elsewhere()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> CommitId {
        format!("{n:040x}").parse().unwrap()
    }

    /// The commits made elsewhere, by a log (the oldest move first). 1 is at the remote; 1 ─ 2 ─ 3 ─ 4, and 5 has the
    /// parents 4 and 1. `theirs` has another author.
    fn elsewhere(log: &[(u8, &str)], theirs: &[u8]) -> Vec<u8> {
        let unsent: BTreeMap<CommitId, Unsent> = (2..=5)
            .map(|n| {
                let is_author = !theirs.contains(&n);
                let is_committer = is_author;
                (
                    id(n),
                    Unsent {
                        is_author,
                        is_committer,
                    },
                )
            })
            .collect();
        let entry = |(n, why): &(u8, &str)| LogEntry {
            commit: id(*n),
            why: (*why).to_owned(),
            seconds: 0,
        };
        let log: Vec<LogEntry> = log.iter().rev().map(entry).collect();
        let parents = |commit| match (1..=9).find(|n| id(*n) == commit) {
            Some(5) => vec![id(4), id(1)],
            // Plain Git took it out of the history since.
            Some(9) => vec![id(3)],
            Some(1) | None => Vec::new(),
            Some(n) => vec![id(n - 1)],
        };
        let mut origins = Origins::default();
        origins.read(&log, &unsent, &BTreeSet::from([id(1)]), parents);
        let is_elsewhere = |n: &u8| origins.is_elsewhere(id(*n), &unsent[&id(*n)]);
        (2..=5).filter(is_elsewhere).collect()
    }

    #[test]
    fn a_commit_was_made_where_it_was_there_first() {
        let begin = (1, "clone: from /there");
        for (log, theirs, expected) in [
            (vec![begin, (2, "commit: a"), (5, "oneonone")], vec![], vec![]),
            // A command of this program makes several commits.
            (
                vec![
                    begin,
                    (5, "oneonone"),
                    (2, "reset: moving to 2"),
                    (5, "reset: moving to 5"),
                ],
                vec![],
                vec![],
            ),
            (
                vec![begin, (3, "pull: Fast-forward"), (5, "oneonone")],
                vec![],
                vec![2, 3],
            ),
            (
                vec![begin, (3, "reset: moving to FETCH_HEAD"), (4, "commit: b")],
                vec![],
                vec![2, 3],
            ),
            (
                vec![begin, (5, "pull: Merge made by the 'ort' strategy.")],
                vec![],
                vec![2, 3, 4],
            ),
            (vec![begin, (5, "commit (merge): x")], vec![], vec![2, 3, 4]),
            // A rebase copies commits: the author tells.
            (
                vec![begin, (3, "rebase (start): checkout 3"), (4, "rebase (pick): b")],
                vec![4],
                vec![2, 3, 4],
            ),
            (
                vec![begin, (2, "rebase (pick): a"), (5, "oneonone")],
                vec![],
                vec![],
            ),
            // A commit that is gone held them before.
            (
                vec![
                    begin,
                    (9, "oneonone"),
                    (3, "rebase (start): checkout 3"),
                    (4, "rebase (pick): b"),
                ],
                vec![],
                vec![],
            ),
            (
                vec![begin, (9, "pull: Fast-forward"), (3, "reset: moving to 3")],
                vec![],
                vec![2, 3],
            ),
            // Without a log the author tells.
            (vec![], vec![], vec![]),
            (vec![], vec![3], vec![3]),
            (vec![begin, (5, "oneonone")], vec![3], vec![3]),
            (vec![begin, (5, "")], vec![], vec![]),
            // Somebody else committed at this machine.
            (vec![begin, (2, "commit: a"), (3, "commit: b")], vec![3], vec![]),
        ] {
            assert_eq!(elsewhere(&log, &theirs), expected, "{log:?}");
        }
    }
}
