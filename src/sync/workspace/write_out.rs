//! Making the prepared commit count.

use crate::model::RecordPath;

use crate::sync::checkout::{GitCheckout, Written, filled_in};
use crate::sync::combine::merge_commits::join;
use crate::sync::error::SyncError;
use crate::sync::load::commit::MERGE;
use crate::sync::load::working_copy::Work;

use super::{Take, Workspace};

impl Workspace {
    /// Makes the prepared commit count: its files are written, the branch moves. A record that was edited meanwhile is
    /// taken in at once, where that can be done: left for later, plain Git would commit it without what came.
    ///
    /// # Errors
    /// When a file cannot be written; the next command completes it then.
    pub fn write_out(&mut self) -> Result<Written, SyncError> {
        let mut written = self.write_prepared()?;
        for _ in 0..3 {
            let is_record = |path: &String| RecordPath::parse(path).is_some();
            if !written.edited_meanwhile.iter().any(is_record) {
                break;
            }
            let before = (self.work.clone(), self.side.clone(), self.pair.clone(), self.tip);
            self.work = Work::read(&self.repo, &self.notes)?;
            if self.take_in(Take::Records, false).is_err() {
                // The next command says what is wrong.
                (self.work, self.side, self.pair, self.tip) = before;
                break;
            }
            written.then(self.write_prepared()?);
        }
        Ok(written)
    }

    fn write_prepared(&mut self) -> Result<Written, SyncError> {
        let mut index = None;
        for _ in 0..8 {
            let Some(to) = self.tip else {
                return Ok(Written::default());
            };
            let checkout = GitCheckout {
                repo: &self.repo,
                notes: &self.notes,
                catalog: &self.catalog,
                branch: &self.branch,
                from: self.head,
                to,
                old_tree: self.work.remembered_tree,
                taken_in_tree: self.taken_in_tree,
                lies: &self.work.ids,
                hidden: &self.work.hidden,
                ends_merge: self.ends_merge,
            };
            let done = checkout.write_out(&mut index);
            match done.map_err(|e| self.begun(e))? {
                Some(written) => {
                    self.head = self.tip;
                    self.ends_merge = false;
                    self.taken_in_tree = None;
                    let unmerged = std::mem::take(&mut self.unmerged);
                    if !unmerged.is_empty() {
                        self.repo.refresh_index(self.repo.tree_of(to)?, &unmerged)?;
                    }
                    self.remember(&written)?;
                    self.catalog.keep(self.side.blobs.values().map(|file| file.id));
                    return Ok(written);
                }
                // Plain Git moved the branch meanwhile: what it did and what is prepared become one.
                None => {
                    let moved = self.repo.head()?.tip.ok_or(SyncError::NoPair)?;
                    self.head = Some(moved);
                    if !self.repo.is_ancestor(moved, to)? {
                        let filled = filled_in(&self.repo, &self.work.ids, moved, to, &self.signature()?)?;
                        let joined = join(&self.repo, &self.catalog, filled, to)?;
                        let tree = joined.side.tree.ok_or(SyncError::NoPair)?;
                        self.prepare(tree, &[filled, to], MERGE)?;
                    }
                }
            }
        }
        Err(SyncError::Restless)
    }

    /// An error, once the commit will count all the same.
    pub(super) fn begun(&self, error: SyncError) -> SyncError {
        match self.notes.writing() {
            Ok(Some(writing)) if self.tip.is_some_and(|tip| writing.to == tip.to_string()) => {
                SyncError::Begun(Box::new(error))
            }
            _ => error,
        }
    }

    /// The folder now holds what was written. It is not read again: what somebody saved meanwhile was not taken in,
    /// and must not count as known.
    fn remember(&mut self, written: &Written) -> Result<(), SyncError> {
        let tree = self.notes.remembered()?.and_then(|(tree, _)| tree.parse().ok());
        (self.work.remembered_tree, self.work.base_tree) = (tree, tree);
        let edited = |path: &String| written.left().any(|left| left == path);
        let blobs = self.side.blobs.values().filter(|file| !edited(&file.path));
        self.work.ids = blobs.map(|file| (file.path.clone(), file.id)).collect();
        self.mended.clear();
        Ok(())
    }
}
