//! What plain Git left half-done in the folder: its own writing is no hand edit (design, section 4).

use std::collections::BTreeSet;

use crate::git::{ObjectId, Staged};
use crate::model::{Limits, RecordPath};

use super::error::SyncError;
use super::side::Side;
use super::work::Work;
use super::workspace::Workspace;

impl Workspace {
    /// Commits the edits of tracked files that are no records.
    pub(super) fn take_in_others(&mut self, merge_heads: &[ObjectId]) -> Result<(), SyncError> {
        let Some(head) = self.side.tree else { return Ok(()) };
        let mut theirs = Vec::new();
        for head in merge_heads {
            theirs.push(self.repo.tree_of(*head)?);
        }
        let merging = !theirs.is_empty();
        let staged = match merging || !self.work.conflicted.is_empty() {
            true => self.repo.staged(),
            false => Staged::default(),
        };
        let by_git = |path: &str, lies: Option<ObjectId>, bytes: &[u8]| {
            let taken =
                |tree: &ObjectId| self.repo.tree_entry(*tree, path).ok().flatten().map(|f| f.id) == lies;
            merging
                && (lies == staged.merged.get(path).copied()
                    || theirs.iter().any(taken)
                    || (staged.conflicted.contains(path) && (bytes.is_empty() || has_marker(bytes))))
        };
        let unfinished =
            |path: &str, bytes: &[u8]| !merging && staged.conflicted.contains(path) && has_marker(bytes);
        if !merging {
            let records = staged
                .conflicted
                .iter()
                .filter(|p| RecordPath::parse(p).is_some());
            self.unmerged = records.cloned().collect();
        }
        let others = super::others::read(&self.repo, &self.work, head, by_git, unfinished)?;
        self.work.ids.extend(others.lies);
        self.said.extend(others.notes);
        if !others.changes.is_empty() {
            self.refuse_newer()?;
            let tree = self.repo.write_tree(Some(head), &others.changes)?;
            let parents: Vec<ObjectId> = self.tip.into_iter().collect();
            self.prepare(tree, &parents, "update files")?;
        }
        Ok(())
    }

    /// The work tree as it was before plain Git began to merge into it: what Git wrote is no hand edit.
    pub(super) fn work_without_git(&self, merge_heads: &[ObjectId]) -> Result<Work, SyncError> {
        let mut work = Work::read(&self.repo, &self.notes)?;
        let mut theirs = Vec::new();
        for head in merge_heads {
            theirs.push(Side::read(&self.repo, self.repo.tree_of(*head)?)?.0);
        }
        let staged = self.repo.staged();
        let records: BTreeSet<RecordPath> = self
            .side
            .blobs
            .keys()
            .chain(theirs.iter().flat_map(|t| t.blobs.keys()))
            .copied()
            .chain(work.ids.keys().filter_map(|p| RecordPath::parse(p)))
            .collect();
        for record in records {
            let path = record.path();
            let lies = work.id(record);
            let by_git = lies == staged.merged.get(&path).copied()
                || theirs.iter().any(|t| t.blob(record) == lies)
                || (staged.conflicted.contains(&path) && work.files.get(&path).is_none_or(|b| has_marker(b)));
            if by_git {
                match self.side.blobs.get(&record) {
                    Some(file) if !self.side.broken.contains_key(&record) => {
                        let bytes = self.repo.blob(file.id, Limits::FILE)?;
                        work.files.insert(path.clone(), bytes);
                        work.ids.insert(path, file.id);
                    }
                    Some(_) => {}
                    None => {
                        work.files.remove(&path);
                        work.ids.remove(&path);
                    }
                }
            }
        }
        Ok(work)
    }
}

fn has_marker(bytes: &[u8]) -> bool {
    bytes
        .split(|b| *b == b'\n')
        .any(|line| line.starts_with(b"<<<<<<< ") || line.starts_with(b">>>>>>> "))
}
