//! Whose names the commits that came bear. Anybody who writes to the remote can give a member another name in `pair.toml`
//! and commit under it: such a name counts only from a member (docs/privacy.md#words-of-mine).

use crate::git::{CommitId, CommitInfo, Repository};
use crate::model::{PAIR_PATH, Pair};

use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::load::last_good_pair::typed_pair;
use crate::sync::load::read::read_paths;

/// The pair, with the names that its members have at a commit: those of before, and those that a member gave since.
pub(super) struct NamesThatCame<'a> {
    repo: &'a Repository,
    pair: Pair,
    /// Whether `pair.toml` is another one at the end of what came.
    may_change: bool,
}

impl<'a> NamesThatCame<'a> {
    /// The names at `before`. `now` is the pair with all that came.
    pub(super) fn since(
        repo: &'a Repository,
        before: Option<CommitId>,
        now: &Pair,
    ) -> Result<Self, SyncError> {
        let known = before.map(|before| pair_at(repo, before)).transpose()?.flatten();
        let is_same = |known: &Pair| names(known) == names(now);
        Ok(Self {
            repo,
            may_change: known.as_ref().is_some_and(|known| !is_same(known)),
            pair: known.unwrap_or_else(|| now.clone()),
        })
    }

    /// The pair by which a commit is judged. Ask for the commits in their order, the oldest first.
    pub(super) fn at(&self) -> &Pair {
        &self.pair
    }

    /// Takes the names over that a commit gives, if a member made it, or if it takes an open seat.
    pub(super) fn pass(&mut self, commit: &CommitInfo) -> Result<(), SyncError> {
        if !self.may_change || !self.writes_pair(commit)? {
            return Ok(());
        }
        let Some(new) = pair_at(self.repo, commit.id)? else {
            return Ok(());
        };
        let is_by_member = CommitAuthors::of(&self.pair).member(&commit.author).is_some();
        for member in [&mut self.pair.manager, &mut self.pair.report] {
            let Some(stands) = new.member(member.slug.as_str()) else {
                continue;
            };
            let takes_seat = member.keys.is_empty() && !stands.keys.is_empty();
            if is_by_member || takes_seat {
                member.name.clone_from(&stands.name);
                member.keys.clone_from(&stands.keys);
            }
        }
        Ok(())
    }

    /// Whether a commit has another `pair.toml` than its first parent. Beyond the border of a shallow clone nobody can tell.
    fn writes_pair(&self, commit: &CommitInfo) -> Result<bool, SyncError> {
        let Some(Ok(parent)) = commit.parents.first().map(|parent| self.repo.tree_of(*parent)) else {
            return Ok(false);
        };
        let id = |tree| Ok::<_, SyncError>(self.repo.tree_entry(tree, PAIR_PATH)?.map(|file| file.id));
        Ok(id(parent)? != id(commit.tree)?)
    }
}

fn names(pair: &Pair) -> [(&str, &str); 2] {
    pair.members()
        .map(|member| (member.slug.as_str(), member.name.as_str()))
}

/// The pair of a commit; none where it cannot be read.
fn pair_at(repo: &Repository, commit: CommitId) -> Result<Option<Pair>, SyncError> {
    let loaded = read_paths(repo, repo.tree_of(commit)?, [&PAIR_PATH.to_owned()])?;
    Ok(typed_pair(&loaded.state, &loaded.broken).ok())
}
