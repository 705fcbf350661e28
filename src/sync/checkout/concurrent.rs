//! Commits that plain Git makes while a command is at work (docs/sync.md#plain-git).

use std::collections::BTreeMap;

use crate::git::{BlobId, CommitId, Repository, Signature};
use crate::model::RecordPath;

use crate::sync::error::SyncError;
use crate::sync::load::commit::write;

/// Fills in a commit of plain Git. Where it holds a record as the snapshot of the folder did, the filled-in record of the
/// commit `to` takes its place. Filled in a second time, an entry without an id would be doubled.
pub(in crate::sync) fn filled_in(
    repo: &Repository,
    snapshot_ids: &BTreeMap<String, BlobId>,
    moved: CommitId,
    to: CommitId,
    author: &Signature,
) -> Result<CommitId, SyncError> {
    let (tree, filled_tree) = (repo.tree_of(moved)?, repo.tree_of(to)?);
    let mut changes = Vec::new();
    for (path, snapshot) in snapshot_ids
        .iter()
        .filter(|(path, _)| RecordPath::parse(path).is_some())
    {
        let there = repo.tree_entry(tree, path)?.filter(|there| there.id == *snapshot);
        let filled = repo
            .tree_entry(filled_tree, path)?
            .filter(|filled| filled.id != *snapshot);
        if let (Some(_), Some(filled)) = (there, filled) {
            changes.push((path.clone(), Some((filled.mode, filled.id))));
        }
    }
    if changes.is_empty() {
        return Ok(moved);
    }
    let tree = repo.write_tree(Some(tree), &changes)?;
    write(repo, tree, &[moved], "fill in records", author)
}
