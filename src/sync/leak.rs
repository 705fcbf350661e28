//! The last look before a push: no commit that goes out holds a private text in clear (design, section 4, promise 3).

use crate::git::{ObjectId, Repository};
use crate::model::{Limits, RecordPath, State, Table, assemble};

use super::error::SyncError;

/// Refuses commits between `seen` and `tip` that hold a text in clear that was to be sealed.
///
/// # Errors
/// [`SyncError::ClearSecret`] with the first such commit.
pub(super) fn refuse_clear_secrets(
    repo: &Repository,
    tip: ObjectId,
    seen: &[ObjectId],
) -> Result<(), SyncError> {
    for commit in repo.ancestors(tip, seen)? {
        let commit = commit?;
        let info = repo.commit_info(commit)?;
        let parent = match info.parents.first() {
            Some(parent) => repo.tree_of(*parent).ok(),
            None => None,
        };
        for path in repo.changed_paths(parent, Some(info.tree))? {
            if RecordPath::parse(&path).is_none() {
                continue;
            }
            let Some(file) = repo.tree_entry(info.tree, &path)? else {
                continue;
            };
            let Ok(bytes) = repo.blob(file.id, Limits::FILE) else {
                continue;
            };
            let loaded = assemble([(path.as_str(), bytes.as_slice())]);
            let entries = loaded.state.entries.values().chain(&loaded.loose);
            if entries.map(|p| &p.entry).any(is_leak) {
                return Err(SyncError::ClearSecret {
                    commit: commit.short(),
                    path,
                });
            }
        }
    }
    Ok(())
}

/// Refuses to go on where plain Git committed a text in clear that was to be sealed, and it has not left this machine:
/// before anything is filled in or written, so that taking the commit back leaves a hand edit to be sealed.
///
/// What came from the remote in clear is out already, and blocks nothing.
pub(super) fn refuse_unsent(
    repo: &Repository,
    tip: ObjectId,
    branch: &str,
    state: &State,
) -> Result<(), SyncError> {
    if !state.entries.values().any(|p| is_leak(&p.entry)) {
        return Ok(());
    }
    let tracking = format!("refs/remotes/origin/{branch}");
    let mut sent = Vec::new();
    for name in [super::run::SEEN, tracking.as_str()] {
        sent.extend(repo.reference(name)?);
    }
    refuse_clear_secrets(repo, tip, &sent)
}

/// Whether a text that is to be sealed stands in an entry in clear.
pub(super) fn is_leak(entry: &Table) -> bool {
    entry.is_clear_secret()
        || entry
            .rows_of("body")
            .any(|row| row.alternative.visibility().is_sealed() && row.alternative.get("text").is_some())
}
