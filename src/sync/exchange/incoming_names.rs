//! Whose names the commits that came bear. Anybody who writes to the remote can give a member another name in `pair.toml`
//! and commit under it: in that sync such a name counts only from a member (docs/privacy.md#words-of-mine).

use crate::git::{CommitId, CommitInfo, Repository, Signature};
use crate::model::{Member, PAIR_PATH, Pair, Slug};

use crate::sync::changed_entries::CommitMaker;
use crate::sync::conflict_authors::commit_maker;
use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::load::last_good_pair::{last_good_pair, typed_pair};
use crate::sync::load::read::read_paths;

/// So many commits are looked at for names that members took.
const MOST: usize = 5000;

/// The names of the members: those of before, and those that a member gave since.
pub(super) struct NamesThatCame {
    /// The pair of before, and the same with each name that a member gave since.
    pairs: Vec<Pair>,
}

impl NamesThatCame {
    /// The names for the commits from `before` up to `there`. `now` is the pair with all that came; its names count where
    /// nothing is known of before.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(super) fn of(
        repo: &Repository,
        before: Option<CommitId>,
        there: CommitId,
        now: &Pair,
    ) -> Result<Self, SyncError> {
        let known = before
            .map(|before| last_good_pair(repo, before))
            .transpose()?
            .flatten();
        let (Some(before), Some(known)) = (before, known) else {
            return Ok(Self {
                pairs: vec![now.clone()],
            });
        };
        let mut names = Self {
            pairs: vec![known.pair],
        };
        let mut writers = Vec::new();
        for commit in repo.ancestors(there, &[before])?.take(MOST) {
            let info = repo.commit_info(commit?)?;
            if writes_pair(repo, &info)? {
                writers.push(info);
            }
        }
        // The oldest first: a member may commit under a name that an earlier one gave.
        for info in writers.iter().rev() {
            names.take_over(repo, info)?;
        }
        Ok(names)
    }

    /// Who made a commit, as it says.
    pub(super) fn maker(&self, pair: &Pair, commit: &CommitInfo) -> CommitMaker {
        CommitMaker {
            member: self.member(&commit.author),
            ..commit_maker(pair, commit)
        }
    }

    /// The member whom an author's name or address names; none if neither names one.
    pub(super) fn member(&self, author: &Signature) -> Option<Slug> {
        self.pairs
            .iter()
            .find_map(|pair| CommitAuthors::of(pair).member(author))
    }

    /// Takes the names over that a commit gives, other than each of its parents: if members made it and committed it, or if
    /// it takes an open seat.
    fn take_over(&mut self, repo: &Repository, commit: &CommitInfo) -> Result<(), SyncError> {
        let Some(new) = pair_at(repo, commit.id)? else {
            return Ok(());
        };
        let mut parents = Vec::new();
        for parent in &commit.parents {
            parents.extend(pair_at(repo, *parent)?);
        }
        let is_by_members = [&commit.author, &commit.committer]
            .into_iter()
            .all(|who| self.member(who).is_some());
        let Some(known) = self.pairs.first().cloned() else {
            return Ok(());
        };
        for member in new.members() {
            let slug = member.slug.as_str();
            let stood = |test: &dyn Fn(&Member) -> bool| {
                parents.iter().all(|pair| pair.member(slug).is_some_and(test))
            };
            let is_new = stood(&|was| was.name != member.name);
            let is_open = known.member(slug).is_some_and(|was| was.is_open_seat());
            let takes_seat = is_open && stood(&|was| was.is_open_seat()) && !member.is_open_seat();
            if is_new && is_by_members || takes_seat {
                let mut named = known.clone();
                for seat in [&mut named.manager, &mut named.report] {
                    if seat.slug == member.slug {
                        seat.name.clone_from(&member.name);
                    }
                }
                self.pairs.push(named);
            }
        }
        Ok(())
    }
}

/// Whether a commit has another `pair.toml` than each of its parents. Beyond the border of a shallow clone nobody can tell.
fn writes_pair(repo: &Repository, commit: &CommitInfo) -> Result<bool, SyncError> {
    let id = |tree| Ok::<_, SyncError>(repo.tree_entry(tree, PAIR_PATH)?.map(|file| file.id));
    let here = id(commit.tree)?;
    for parent in &commit.parents {
        match repo.tree_of(*parent) {
            Ok(tree) if id(tree)? != here => {}
            _ => return Ok(false),
        }
    }
    Ok(!commit.parents.is_empty())
}

/// The pair of a commit; none where it cannot be read.
fn pair_at(repo: &Repository, commit: CommitId) -> Result<Option<Pair>, SyncError> {
    let loaded = read_paths(repo, repo.tree_of(commit)?, [&PAIR_PATH.to_owned()])?;
    Ok(typed_pair(&loaded.state, &loaded.broken).ok())
}
