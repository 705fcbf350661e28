//! Folders of records that are something else by now, in HEAD or in what comes (docs/sync.md#folders-of-records).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::CommitId;

use crate::sync::checkout::GitCheckout;
use crate::sync::combine::record_folders::put_folders_back;
use crate::sync::conflict_authors::commit_maker;
use crate::sync::error::SyncError;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;

use super::Workspace;

impl Workspace {
    /// A commit, or one on top of it in which the folders of records are folders.
    ///
    /// # Errors
    /// When the history cannot be read, or Git cannot write.
    pub(in crate::sync) fn with_folders(&mut self, commit: CommitId) -> Result<CommitId, SyncError> {
        let Some(put_back) = put_folders_back(&self.repo, commit)? else {
            return Ok(commit);
        };
        for (path, maker) in put_back.paths {
            let made_by = commit_maker(self.pair(), &maker);
            self.sync_notes.push(SyncNote::FolderPutBack { path, made_by });
        }
        Ok(put_back.commit)
    }

    /// Puts the folders back where plain Git brought a HEAD without them: the files too, at once. The folder would else look
    /// as if somebody had removed every record by hand.
    ///
    /// # Errors
    /// When a file cannot be written, or plain Git moves the branch meanwhile.
    pub(super) fn put_head_folders_back(&mut self) -> Result<(), SyncError> {
        let Some(head) = self.head else { return Ok(()) };
        let to = self.with_folders(head)?;
        if to == head {
            return Ok(());
        }
        let (remembered, edits_wait) = (self.notes.remembered()?, self.notes.edits_wait()?);
        let checkout = GitCheckout {
            repo: &self.repo,
            notes: &self.notes,
            cache: &self.cache,
            branch: &self.branch,
            from: self.head,
            to,
            old_tree: Some(self.repo.tree_of(head)?),
            snapshot_tree: None,
            snapshot_ids: &BTreeMap::new(),
            missing: &BTreeSet::new(),
            hidden: &self.working_copy.hidden,
            ends_merge: false,
            recovers: false,
        };
        if checkout.write_out(&mut None)?.is_none() {
            return Err(SyncError::BranchKeepsMoving);
        }
        if let Some((tree, commit)) = remembered {
            // Edits that wait in other files were made of what was written out before.
            self.notes.remember(&tree, &commit, edits_wait)?;
        }
        self.head = Some(to);
        self.stand_at(to)?;
        self.working_copy = WorkTree::read(&self.repo, &self.notes)?;
        Ok(())
    }
}
