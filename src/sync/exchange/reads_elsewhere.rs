//! Whether the other member may read elsewhere than this clone syncs (docs/sync.md#alone).

use crate::git::{CommitId, PublicAddress};

use super::git_remote::tip_at;
use super::other_remote_heads::LOOK;
use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::upstream::Upstream;
use crate::sync::workspace::Workspace;

/// Places where the other member may be, and the tip here after the first sync without them.
type Elsewhere<T> = Option<(T, String)>;

/// Looks for the other member in the history of the tip that a sync delivered or found.
pub(super) struct Search<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) upstream: &'a Upstream,
    pub(super) tip: CommitId,
}

impl<'a> Search<'a> {
    pub(super) fn of(workspace: &'a Workspace, upstream: &'a Upstream, tip: CommitId) -> Self {
        Self {
            workspace,
            upstream,
            tip,
        }
    }

    /// The address of before, as long as the other member may still read it.
    pub(super) fn left(&self) -> Result<Elsewhere<String>, SyncError> {
        let upstream = self.upstream;
        let Some(was) = upstream.left().filter(|was| *was != upstream.remote.url) else {
            return Ok(None);
        };
        let noted = upstream.note.as_ref().and_then(|note| note.left_at.as_deref());
        let since = noted.filter(|_| upstream.moved_from().is_none());
        self.address(&was, self.known(since))
    }

    fn address(&self, was: &PublicAddress, since: Option<CommitId>) -> Result<Elsewhere<String>, SyncError> {
        if self.upstream.is_one_place {
            return Ok(None);
        }
        let ask = || tip_at(&self.workspace.repo, was, &self.upstream.branch, LOOK);
        let may_be_there = match since {
            // A commit of theirs may have been brought from there, as when a host brings a fork up to date.
            Some(since) => {
                !self.wrote_since(&[since])?
                    || match ask() {
                        Some(Some(old)) => !(self.is_here(old) && self.wrote_since(&[since, old])?),
                        // Nobody is at a place that is gone.
                        _ => false,
                    }
            }
            None => match ask() {
                Some(Some(old)) if self.is_here(old) => !self.is_single() && !self.wrote_since(&[old])?,
                Some(Some(_)) => true,
                _ => !self.is_single(),
            },
        };
        let since = since.unwrap_or(self.tip).to_string();
        Ok(may_be_there.then(|| (was.as_str().to_owned(), since)))
    }

    /// The branches of before that are still there, as long as the other member may be on one of them.
    pub(super) fn left_branches(&self) -> Result<Elsewhere<Vec<String>>, SyncError> {
        let upstream = self.upstream;
        let note = upstream.note.as_ref();
        let noted = note.and_then(|note| note.left_branch_at.as_deref());
        if upstream.moved_from().is_some() {
            // The old address had them: nothing at this one tells.
            let names = upstream.left_branches();
            return Ok(noted
                .filter(|_| !names.is_empty())
                .map(|at| (names, at.to_owned())));
        }
        let (names, tips): (Vec<String>, Vec<CommitId>) = upstream.old_branches.iter().cloned().unzip();
        let since = self.known(noted.filter(|_| upstream.was_on().is_none()));
        let hidden: Vec<CommitId> = tips.iter().copied().chain(since).collect();
        let may_be_there = if names.is_empty() {
            false
        } else if tips.iter().any(|tip| !self.is_here(*tip)) {
            // Somebody wrote there what is not here.
            true
        } else {
            !self.is_single() && !self.wrote_since(&hidden)?
        };
        let since = since.unwrap_or(self.tip).to_string();
        Ok(may_be_there.then_some((names, since)))
    }

    /// Whether nobody is known to sit in the other seat.
    pub(super) fn is_single(&self) -> bool {
        let me = self.workspace.me().ok();
        me.is_some_and(|me| self.workspace.pair().partner_of(&me).is_open_seat())
    }

    pub(super) fn known(&self, commit: Option<&str>) -> Option<CommitId> {
        let commit = commit.and_then(|commit| commit.parse().ok());
        commit.filter(|commit| self.is_here(*commit))
    }

    pub(super) fn is_here(&self, commit: CommitId) -> bool {
        self.workspace.repo.commit_info(commit).is_ok()
    }

    /// The members, as far as this machine knows them.
    pub(super) fn authors(&self) -> Result<CommitAuthors<'_>, SyncError> {
        self.workspace.commit_authors()
    }

    /// Whether the other member wrote a commit in the history of the tip, and brought it here: it is in none of the
    /// `hidden` histories.
    pub(super) fn wrote_since(&self, hidden: &[CommitId]) -> Result<bool, SyncError> {
        let (repo, authors) = (&self.workspace.repo, self.authors()?);
        for commit in repo.ancestors(self.tip, hidden)? {
            let info = repo.commit_info(commit?)?;
            if authors.is_of_other(&info.author) && authors.is_of_other(&info.committer) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
