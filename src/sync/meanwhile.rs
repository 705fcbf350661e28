//! What plain Git commits while a command is at work (design, section 4, promise 6).

use crate::git::ObjectId;
use crate::model::EntryId;

use super::commit::{record_changes, write};
use super::error::SyncError;
use super::workspace::Workspace;

impl Workspace {
    /// The tree of what is prepared without some entries.
    pub(super) fn without(&self, entries: &[EntryId]) -> Result<Option<ObjectId>, SyncError> {
        if entries.is_empty() {
            return Ok(self.side.tree);
        }
        let mut state = self.side.state.clone();
        state.entries.retain(|id, _| !entries.contains(id));
        let changes = record_changes(&self.repo, &self.side, &state, &Default::default())?;
        Ok(Some(self.repo.write_tree(self.side.tree, &changes)?))
    }

    /// A commit of plain Git with the records that it holds as they lay here when they were taken in: what was filled in
    /// on the way stands in it too. Filled in a second time, an entry without an id would be doubled.
    pub(super) fn filled_in(&self, moved: ObjectId, to: ObjectId) -> Result<ObjectId, SyncError> {
        let (tree, taken) = (self.repo.tree_of(moved)?, self.repo.tree_of(to)?);
        let mut changes = Vec::new();
        for (path, lies) in &self.work.ids {
            let there = self.repo.tree_entry(tree, path)?;
            let filled = self.repo.tree_entry(taken, path)?;
            if let (Some(there), Some(filled)) = (there, filled)
                && there.id == *lies
                && filled.id != there.id
            {
                changes.push((path.clone(), Some((filled.mode, filled.id))));
            }
        }
        if changes.is_empty() {
            return Ok(moved);
        }
        let tree = self.repo.write_tree(Some(tree), &changes)?;
        write(&self.repo, tree, &[moved], "fill in records", &self.signature()?)
    }
}
