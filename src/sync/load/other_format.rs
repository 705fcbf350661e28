//! A pair of another format is never written to (docs/format.md#versions).

use crate::git::{CommitId, Repository, TreeId, mode};
use crate::model::{FormatVersion, PAIR_PATH, Problem};

use crate::sync::error::SyncError;
use crate::sync::load::read::record_bytes;

/// How far back an earlier `pair.toml` is looked for.
const FARTHEST: usize = 1000;

/// Refuses a tree whose `pair.toml` names another format than the one that this program writes.
///
/// # Errors
/// As [`refuse_version`].
pub(in crate::sync) fn refuse_other_format(
    repo: &Repository,
    tree: TreeId,
    parents: &[CommitId],
) -> Result<(), SyncError> {
    refuse_version(repo, format_of(repo, tree)?, parents)
}

/// Refuses a version that is not the one that this program writes. A `pair.toml` that is no TOML names none, and blocks
/// nothing (docs/sync.md#promises).
///
/// # Errors
/// [`SyncError::NewerFormat`]; [`SyncError::Problems`] with the way to put the key back, where it is broken.
pub(in crate::sync) fn refuse_version(
    repo: &Repository,
    version: FormatVersion,
    parents: &[CommitId],
) -> Result<(), SyncError> {
    match version {
        FormatVersion::Known | FormatVersion::Unreadable => Ok(()),
        FormatVersion::Newer(version) => Err(SyncError::NewerFormat(version)),
        FormatVersion::Broken(problem) => {
            let help = match last_known(repo, parents)? {
                Some(commit) => format!(
                    "{}, or put back the record of an earlier commit: git checkout {} -- {PAIR_PATH}",
                    problem.help,
                    commit.short()
                ),
                None => problem.help,
            };
            Err(SyncError::Problems(vec![Problem { help, ..problem }]))
        }
    }
}

/// The version that the `pair.toml` of a tree names.
pub(in crate::sync) fn format_of(repo: &Repository, tree: TreeId) -> Result<FormatVersion, SyncError> {
    let file = repo.tree_entry(tree, PAIR_PATH)?;
    let file = file.filter(|file| matches!(file.mode, mode::FILE | mode::EXECUTABLE));
    Ok(match file.map(|file| record_bytes(repo, file.id)).transpose()? {
        Some(Ok(bytes)) => FormatVersion::of_pair(&bytes),
        _ => FormatVersion::Unreadable,
    })
}

/// The newest commit of a history whose `pair.toml` is of the format that this program writes.
fn last_known(repo: &Repository, parents: &[CommitId]) -> Result<Option<CommitId>, SyncError> {
    let Some(parent) = parents.first() else {
        return Ok(None);
    };
    for commit in repo.ancestors(*parent, &[])?.take(FARTHEST) {
        let commit = commit?;
        if format_of(repo, repo.tree_of(commit)?)? == FormatVersion::Known {
            return Ok(Some(commit));
        }
    }
    Ok(None)
}
