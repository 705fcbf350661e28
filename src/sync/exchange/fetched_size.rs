//! Whether a commit that was fetched is one that a pair can hold (docs/format.md#limits).

use crate::git::{self, CommitId, Repository, TreeFile};
use crate::model::{Limits, RecordPath};

use crate::sync::error::SyncError;

/// Looks at the tree of a commit, and at how many it brings, before anything reads its records.
///
/// # Errors
/// [`SyncError::TooMuch`] beyond the limits on a commit.
pub(super) fn check_size(repo: &Repository, commit: CommitId) -> Result<(), SyncError> {
    let too_much = |what: String| {
        let commit = commit.short();
        SyncError::TooMuch { commit, what }
    };
    let head = repo.head()?.tip;
    if let Some(head) = head
        && repo.has_more_ancestors(commit, head, Limits::COMMITS)?
    {
        let most = Limits::COMMITS;
        return Err(too_much(format!(
            "brings more than {most} commits; at most so many are taken in at once"
        )));
    }
    let tree = repo.tree_of(commit)?;
    let files = match repo.list_tree(tree, None) {
        Err(git::Error::TooManyFiles { limit, .. }) => {
            return Err(too_much(format!("has more than {limit} files and folders")));
        }
        files => files?,
    };
    let records: Vec<&TreeFile> = files
        .iter()
        .filter(|file| RecordPath::parse(&file.path).is_some())
        .collect();
    if records.len() > Limits::RECORDS {
        let (count, most) = (records.len(), Limits::RECORDS);
        return Err(too_much(format!(
            "has {count} records; at most {most} are allowed"
        )));
    }
    let mut bytes = 0;
    for file in records.iter().filter(|file| file.is_regular()) {
        // One that is beyond its own limit is not read.
        bytes += repo.blob_size(file.id)?.min(Limits::FILE);
    }
    if bytes > Limits::RECORD_BYTES {
        let most = Limits::RECORD_BYTES >> 20;
        return Err(too_much(format!(
            "has records of {} MiB; at most {most} MiB are allowed",
            bytes >> 20
        )));
    }
    if bytes > Limits::FEW_RECORD_BYTES {
        let mut parts = 0;
        for file in records.iter().filter(|file| file.is_regular()) {
            let content = repo.blob(file.id, Limits::FILE).unwrap_or_default();
            parts += content.iter().filter(|byte| matches!(byte, b'\n' | b',')).count();
        }
        if parts > Limits::RECORD_PARTS {
            let most = Limits::RECORD_PARTS;
            return Err(too_much(format!(
                "has records of {parts} lines and commas; at most {most} are allowed"
            )));
        }
    }
    if let Some(head) = head {
        let changed = repo.changed_paths(Some(repo.tree_of(head)?), Some(tree))?.len();
        if changed > Limits::CHANGED_FILES {
            let most = Limits::CHANGED_FILES;
            return Err(too_much(format!(
                "changes {changed} files; at most {most} are taken in at once"
            )));
        }
    }
    Ok(())
}
