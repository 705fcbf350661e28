//! A workspace as the replica of an exchange.

use crate::git::{CommitId, Expect, Repository, TreeId};

use super::{MergeOver, Replica};
use crate::sync::checkout::CheckedOut;
use crate::sync::combine::merge_commits::{merge_over_bases, merge_unrelated};
use crate::sync::error::SyncError;
use crate::sync::load::commit::entries_between;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::secret_scan::{refuse_clear_secrets, sent};
use crate::sync::workspace::Workspace;

/// A branch as one name: `team` and `team/ana` may follow each other.
pub(super) fn as_one_name(branch: &str) -> String {
    branch.replace('%', "%25").replace('/', "%2F")
}

/// The remote's tip of a branch as it was last seen, to notice a history that was rewritten.
pub(in crate::sync) fn seen_ref(branch: &str) -> String {
    format!("refs/oneonone/seen/{}", as_one_name(branch))
}

impl Replica for Workspace {
    type History = Repository;
    type Merged = (TreeId, [CommitId; 2]);

    fn history(&self) -> &Repository {
        &self.repo
    }

    fn tip(&self) -> Option<CommitId> {
        self.tip
    }

    fn seen(&self) -> Result<Option<CommitId>, SyncError> {
        Ok(self.repo.reference(&seen_ref(&self.branch))?)
    }

    fn remember_seen(&mut self, tip: CommitId, new_branch: bool) -> Result<Vec<SyncNote>, SyncError> {
        let other = if new_branch { self.other_branch()? } else { None };
        let tracking = format!("refs/remotes/origin/{}", self.branch);
        for name in [seen_ref(&self.branch), tracking] {
            if self.repo.reference(&name)? != Some(tip) {
                let why = "oneonone: seen at the remote";
                let _ = self.repo.set_reference(&name, tip, Expect::Any, why)?;
            }
        }
        Ok(other.into_iter().collect())
    }

    fn adopt(&mut self, commit: CommitId) -> Result<(), SyncError> {
        Workspace::adopt(self, commit)
    }

    fn found_in_tip(&self) -> Vec<SyncNote> {
        let broken = self
            .side
            .broken
            .iter()
            .filter_map(|(record, problems)| Some(SyncNote::Broken(*record, problems.first()?.clone())));
        let doubled = self.side.doubled.keys().map(|id| SyncNote::Deduplicated(*id));
        broken.chain(doubled).collect()
    }

    fn merge(
        &mut self,
        there: CommitId,
        over: MergeOver,
    ) -> Result<(Self::Merged, Vec<SyncNote>), SyncError> {
        let mine = self.tip.ok_or(SyncError::NoPair)?;
        let merged = match over {
            MergeOver::Bases => merge_over_bases(&self.repo, &self.cache, &self.keys, mine, there)?,
            MergeOver::Nothing => merge_unrelated(&self.repo, &self.keys, mine, there)?,
        };
        self.refuse_newer()?;
        Ok(((merged.tree, [mine, there]), merged.notes))
    }

    fn settle(&mut self, merged: Option<Self::Merged>) -> Result<Vec<SyncNote>, SyncError> {
        Workspace::settle(self, merged)
    }

    fn refuse_clear_secrets(&self, there: Option<CommitId>) -> Result<(), SyncError> {
        let Some(tip) = self.tip else { return Ok(()) };
        refuse_clear_secrets(&self.repo, tip, &sent(&self.repo, there)?)
    }

    fn count_unsent(&self, there: Option<CommitId>) -> Result<usize, SyncError> {
        let there = there.map(|there| self.repo.tree_of(there)).transpose()?;
        entries_between(&self.repo, &self.cache, there, self.side.tree)
    }

    fn check_out(&mut self) -> Result<CheckedOut, SyncError> {
        self.write_out()
    }
}

impl Workspace {
    /// Another branch that this clone has synced, if it has not synced its own yet: the other member follows that one.
    fn other_branch(&self) -> Result<Option<SyncNote>, SyncError> {
        let branch = self.branch.clone();
        let was_synced = |branch: &str| Ok::<_, SyncError>(self.repo.reference(&seen_ref(branch))?.is_some());
        if was_synced(&branch)? {
            return Ok(None);
        }
        for before in self.repo.branches()? {
            if before != branch && was_synced(&before)? {
                return Ok(Some(SyncNote::NewBranch { branch, before }));
            }
        }
        Ok(None)
    }
}
