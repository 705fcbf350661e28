//! A repository of Git as the history that records stand in.

use crate::git::{CommitId, Repository, Signature};
use crate::model::Loaded;

use crate::sync::combine::merge_commits::fold_over;
use crate::sync::error::SyncError;
use crate::sync::load::commit::write;
use crate::sync::load::history::History;
use crate::sync::load::read::read_tree;
use crate::sync::load::side::Side;

impl History for Repository {
    fn parents(&self, commit: CommitId) -> Result<Vec<CommitId>, SyncError> {
        let parents = self.commit_info(commit)?.parents;
        Ok(parents.into_iter().filter(|p| self.tree_of(*p).is_ok()).collect())
    }

    fn author(&self, commit: CommitId) -> Result<Signature, SyncError> {
        Ok(self.commit_info(commit)?.author)
    }

    fn records(&self, commit: CommitId) -> Result<Loaded, SyncError> {
        read_tree(self, self.tree_of(commit)?)
    }

    fn side(&self, commit: CommitId) -> Result<Side, SyncError> {
        Side::of_commit(self, commit)
    }

    fn merge_bases(&self, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, SyncError> {
        Ok(Repository::merge_bases(self, a, b)?)
    }

    fn is_ancestor(&self, ancestor: CommitId, commit: CommitId) -> Result<bool, SyncError> {
        Ok(Repository::is_ancestor(self, ancestor, commit)?)
    }

    fn merge_commits(
        &self,
        base: &Side,
        (left, left_side): (CommitId, &Side),
        (right, right_side): (CommitId, &Side),
        message: &str,
    ) -> Result<(CommitId, Side), SyncError> {
        let merged = fold_over(self, base, left_side, right_side)?;
        let author = self.commit_info(right)?.author;
        let commit = write(self, merged.tree, &[left, right], message, &author)?;
        Ok((commit, merged.side))
    }
}
