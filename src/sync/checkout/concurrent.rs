//! Commits that plain Git makes while a command is at work (docs/sync.md#plain-git).

use std::collections::BTreeMap;

use crate::git::{BlobId, CommitId, Repository, Signature, TreeId};
use crate::model::RecordPath;
use crate::store::{read_file, safe_path};

use crate::sync::error::SyncError;
use crate::sync::load::commit::write;
use crate::sync::load::history::History;

/// The longest way back that is looked for.
const FARTHEST: usize = 32;

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

/// The commits by which a prepared commit follows from what it has in common with a commit of plain Git, oldest first:
/// often the one with the hand edits, then the command's. Plain Git may have committed the same hand edits. If they are
/// merged step by step, the command has the last word about an edit that it knew.
///
/// # Errors
/// When a commit is not here.
pub(in crate::sync) fn steps_to(
    history: &impl History,
    moved: CommitId,
    to: CommitId,
) -> Result<Vec<CommitId>, SyncError> {
    let bases = history.merge_bases(moved, to)?;
    let mut steps = vec![to];
    while let (Some(first), [base]) = (steps.last().copied(), bases.as_slice()) {
        match history.parents(first)?.first() {
            Some(parent) if parent == base => {
                steps.reverse();
                return Ok(steps);
            }
            Some(parent) if steps.len() < FARTHEST => steps.push(*parent),
            _ => break,
        }
    }
    Ok(vec![to])
}

/// The files in the folder that are as a commit has them that was being written out, where it changes them.
pub(in crate::sync) fn half_written(
    repo: &Repository,
    old_tree: Option<TreeId>,
    to: CommitId,
) -> Result<BTreeMap<String, BlobId>, SyncError> {
    let tree = repo.tree_of(to)?;
    let mut written = BTreeMap::new();
    for path in repo.changed_paths(old_tree, Some(tree))? {
        let Some(file) = repo.tree_entry(tree, &path)? else {
            continue;
        };
        let blob = match RecordPath::parse(&path) {
            Some(_) => match read_file(repo.workdir(), &path)? {
                Ok(Some(bytes)) => Some(Repository::blob_id(&bytes)?),
                _ => None,
            },
            None if lies_there(repo, &path) => repo.write_work_file(&path).ok(),
            None => None,
        };
        if blob == Some(file.id) {
            written.insert(path, file.id);
        }
    }
    Ok(written)
}

/// Whether anything stands at a path of the folder.
pub(in crate::sync) fn lies_there(repo: &Repository, path: &str) -> bool {
    safe_path(repo.workdir(), path).is_ok_and(|full| full.symlink_metadata().is_ok())
}
