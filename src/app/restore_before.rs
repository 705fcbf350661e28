//! `restore --before`: an entry is as it was before one commit.

use crate::model::EntryId;

use super::restore::find_wider;
use super::{AppError, Session, WriteSession};

/// Takes back what a commit did to an entry of mine; returns the entry (docs/command-line.md#restore).
///
/// # Errors
/// When the texts name no entry or no commit, the entry is somebody else's, or the commit did nothing to it.
pub fn restore_before(session: &mut WriteSession, typed: &str, commit: &str) -> Result<EntryId, AppError> {
    session.read_everything()?;
    // One that is gone has no short id any more.
    let id = match typed.trim().parse::<EntryId>() {
        Ok(id) => id,
        Err(_) => find_wider(session, typed)?,
    };
    let commit_id = session.repository()?.commit_named(commit)?;
    let commit_id = commit_id.ok_or_else(|| AppError::NoCommit(commit.to_owned()))?;
    let Some(state) = session.workspace().without_change(id, commit_id)? else {
        return Err(AppError::NotChangedBy {
            entry: id,
            commit: commit.to_owned(),
        });
    };
    let by = state
        .entries
        .get(&id)
        .and_then(|placed| placed.entry.get_str("by")?.parse().ok());
    if let Some(by) = by.filter(|by| *by != session.view.me) {
        let short = session.view.ids.short(id);
        return Err(AppError::NotItsAuthor { short, by });
    }
    session.save("restore", None, state)?;
    Ok(id)
}
