//! Preparing a commit: of a state, of a tree, or of a merge.

use crate::git::{CommitId, Signature, TreeId};
use crate::model::{Pair, RecordPath, State};

use super::Workspace;
use crate::sync::combine::merge_commits::merge_over_bases;
use crate::sync::error::SyncError;
use crate::sync::load::commit::{MERGE, change_words, record_changes, signature, write};
use crate::sync::load::read::read_paths;
use crate::sync::outcome::SyncNote;

impl Workspace {
    /// Prepares a commit of a new state. Nothing happens where it says what the last one says.
    ///
    /// # Errors
    /// When a record would exceed the limits, the pair is of a newer format, or Git cannot write.
    pub(in crate::sync) fn commit(
        &mut self,
        mut state: State,
        message: Option<&str>,
    ) -> Result<bool, SyncError> {
        self.keep_narrow(&mut state)?;
        self.refuse_left(&state)?;
        self.commit_as_it_is(state, message)
    }

    /// Prepares a commit of a state that settling made: it says nothing new.
    pub(in crate::sync) fn commit_as_it_is(
        &mut self,
        state: State,
        message: Option<&str>,
    ) -> Result<bool, SyncError> {
        let changes = record_changes(&self.repo, &self.side, &state, &self.repaired)?;
        if changes.is_empty() {
            return Ok(false);
        }
        let words = message.map_or_else(|| change_words(&self.side.state, &state), str::to_owned);
        let tree = self.repo.write_tree(self.side.tree, &changes)?;
        self.prepare(tree, self.tip.as_slice().to_vec(), &words)?;
        Ok(true)
    }

    /// Prepares a commit of a tree and loads what it says.
    pub(in crate::sync) fn prepare(
        &mut self,
        tree: TreeId,
        parents: Vec<CommitId>,
        message: &str,
    ) -> Result<(), SyncError> {
        let commit = write(&self.repo, tree, &parents, message, &self.signature_of(tree)?)?;
        self.stand_at(commit)
    }

    /// The author of a commit of a tree. Where somebody renamed my seat, the commit that names it again is mine.
    fn signature_of(&self, tree: TreeId) -> Result<Signature, SyncError> {
        let is_known = self.keys.me(&self.pair).is_some();
        let made = match is_known {
            true => None,
            false => {
                read_paths(&self.repo, tree, [&RecordPath::Pair.path()])?
                    .state
                    .pair
            }
        };
        let made = made.and_then(|document| Pair::from_document(&document).ok());
        let pair = made.as_ref().unwrap_or(&self.pair);
        let me = self.keys.me(pair);
        signature(&self.repo, pair, me.as_ref(), self.env.now)
    }

    /// Prepares the merge of two commits, which is not settled. The notes for a person.
    pub(super) fn prepare_merge(
        &mut self,
        left: CommitId,
        right: CommitId,
    ) -> Result<Vec<SyncNote>, SyncError> {
        let (left, right) = (self.with_folders(left)?, self.with_folders(right)?);
        let merged = merge_over_bases(&self.repo, &self.cache, &self.keys, left, right)?;
        self.prepare(merged.tree, vec![left, right], MERGE)?;
        Ok(merged.notes)
    }
}
