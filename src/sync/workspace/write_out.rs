//! Making the prepared commit count.

use crate::model::RecordPath;
use crate::store::{HAND_REMOVAL, LogLine};

use crate::sync::checkout::{CheckedOut, GitCheckout, commit_what_came, filled_in, half_written, steps_to};
use crate::sync::combine::rebase::put_on_top;
use crate::sync::error::SyncError;
use crate::sync::load::known_records::WrittenOut;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;

use super::{SnapshotFiles, Workspace};

impl Workspace {
    /// Makes the prepared commit count: writes its files, and moves the branch. If somebody edited a record after it had
    /// been read, the edit is taken in at once, where that can be done. Later, plain Git might have committed it without
    /// the entries that came.
    ///
    /// # Errors
    /// When a file cannot be written; the next command completes it then.
    pub(in crate::sync) fn write_out(&mut self) -> Result<CheckedOut, SyncError> {
        let mut checked_out = self.write_prepared()?;
        for _ in 0..3 {
            // A file that cannot be read is named already.
            let left = &self.left;
            checked_out
                .edited_after_read
                .retain(|path| RecordPath::parse(path).is_none_or(|record| !left.contains_key(&record)));
            let is_record = |path: &String| RecordPath::parse(path).is_some();
            if !checked_out.edited_after_read.iter().any(is_record) {
                break;
            }
            let before = (
                self.working_copy.clone(),
                self.side.clone(),
                self.pair.clone(),
                self.tip,
                self.left.clone(),
            );
            self.working_copy = WorkTree::read(&self.repo, &self.notes)?;
            let said = self.sync_notes.len();
            // A file that was left as edited may still hold an entry that stands elsewhere by now.
            if self.snapshot_folder(SnapshotFiles::Records, true).is_err() {
                // The next command says what is wrong.
                (self.working_copy, self.side, self.pair, self.tip, self.left) = before;
                self.hand_removal = None;
                break;
            }
            // A file that was saved before what came was written lacks it, of course.
            let new = self.sync_notes.split_off(said);
            let is_of_old = |note: &SyncNote| matches!(note, SyncNote::OlderFile(_));
            self.sync_notes
                .extend(new.into_iter().filter(|note| !is_of_old(note)));
            checked_out.followed_by(self.write_prepared()?);
        }
        Ok(checked_out)
    }

    /// Writes a removal by hand down in the undo log. A command that stops before its commit counts removes nothing.
    pub(super) fn log_hand_removal(&mut self) -> Result<(), SyncError> {
        if let Some(commit) = self.hand_removal.take() {
            let (name, commit) = (HAND_REMOVAL, &commit.to_string());
            self.notes.log(LogLine::Command { name, commit })?;
        }
        Ok(())
    }

    fn write_prepared(&mut self) -> Result<CheckedOut, SyncError> {
        self.log_hand_removal()?;
        let mut index = None;
        for _ in 0..8 {
            let records = self.side.blobs.values().map(|file| &file.path);
            let lies = |path: &&String| {
                let copy = &self.working_copy;
                let is_left = |record| self.left.contains_key(&record);
                let is_left = RecordPath::parse(path).is_some_and(is_left);
                copy.ids.contains_key(*path) || copy.hidden.contains(*path) || is_left
            };
            let missing = records.filter(|path| !lies(path)).cloned().collect();
            let Some(to) = self.tip else {
                return Ok(CheckedOut::default());
            };
            let checkout = GitCheckout {
                repo: &self.repo,
                notes: &self.notes,
                cache: &self.cache,
                branch: &self.branch,
                from: self.head,
                to,
                old_tree: self.working_copy.remembered_tree,
                snapshot_tree: self.snapshot_tree,
                snapshot_ids: &self.working_copy.ids,
                missing: &missing,
                hidden: &self.working_copy.hidden,
                ends_merge: self.ends_merge,
                recovers: false,
            };
            let done = checkout.write_out(&mut index);
            if let Some(checked_out) = done.map_err(|e| self.checkout_begun(e))? {
                let from = std::mem::replace(&mut self.head, self.tip);
                self.ends_merge = false;
                self.snapshot_tree = None;
                let unmerged = std::mem::take(&mut self.unmerged);
                if !unmerged.is_empty() {
                    self.repo.refresh_index(self.repo.tree_of(to)?, &unmerged)?;
                }
                self.remember(&checked_out)?;
                self.cache.keep(&WrittenOut {
                    repo: &self.repo,
                    version: &self.side.blobs,
                    lies: &self.working_copy.ids,
                    from,
                    to,
                });
                return Ok(checked_out);
            }
            // Plain Git has moved the branch: its commit and the prepared one become one.
            let moved = self.repo.head()?.tip.ok_or(SyncError::NoPair)?;
            let from = self.head.replace(moved);
            if let Some(from) = from.filter(|from| !self.repo.is_ancestor(*from, to).unwrap_or(true)) {
                // A rewritten history was taken: what plain Git committed goes on top of it, too.
                let made = put_on_top(&self.repo, &self.keys, [from, to, moved], &self.signature()?)?;
                self.sync_notes.extend(made.notes());
                self.stand_at(made.commit)?;
            } else if !self.repo.is_ancestor(moved, to)? {
                let (ids, author) = (&self.working_copy.ids, self.signature()?);
                // An entry without an id is filled in first: healed by a merge, it would get another one.
                let filled = filled_in(&self.repo, ids, moved, to, &author)?;
                let (mut merged, carried) =
                    commit_what_came(&self.repo, &self.keys, &self.notes, filled, &author)?;
                self.sync_notes.extend(carried);
                for step in steps_to(&*self.repo, merged, to)? {
                    let notes = self.prepare_merge(merged, step)?;
                    let carried = notes.into_iter().filter(|note| note.carried_back().is_some());
                    self.sync_notes.extend(carried);
                    merged = self.tip.ok_or(SyncError::NoPair)?;
                }
                // The files that were written before the branch moved are no edits.
                let written = half_written(&self.repo, self.working_copy.remembered_tree, to)?;
                self.working_copy.ids.extend(written);
            }
        }
        Err(SyncError::BranchKeepsMoving)
    }

    /// An error, once the commit will count all the same.
    pub(super) fn checkout_begun(&self, error: SyncError) -> SyncError {
        match self.notes.writing() {
            Ok(Some(writing)) if self.tip.is_some_and(|tip| writing.to == tip.to_string()) => {
                SyncError::CheckoutBegun(Box::new(error))
            }
            _ => error,
        }
    }

    /// Remembers that the folder holds the commit. The folder is not read again: an edit that somebody saved since was
    /// not taken in, and must not count as known.
    fn remember(&mut self, checked_out: &CheckedOut) -> Result<(), SyncError> {
        let tree = self.notes.remembered()?.and_then(|(tree, _)| tree.parse().ok());
        (self.working_copy.remembered_tree, self.working_copy.base_tree) = (tree, tree);
        let edited = |path: &String| checked_out.not_as_committed().any(|left| left == path);
        let blobs = self.side.blobs.values().filter(|file| !edited(&file.path));
        self.working_copy.ids = blobs.map(|file| (file.path.clone(), file.id)).collect();
        self.repaired.clear();
        Ok(())
    }
}
