//! `restore --before`: entries are as they were before one commit.

use crate::model::EntryId;

use super::restore::{find_wider, save_restored};
use super::session::each_once;
use super::{AppError, Session, WriteSession};

/// Takes back what a commit did to entries of mine, in one commit; returns the entries (docs/command-line.md#restore).
///
/// # Errors
/// When the texts name no entry or no commit, an entry is somebody else's, or the commit did nothing to it. Then nothing is
/// taken back.
pub fn restore_before(
    session: &mut WriteSession,
    typed: &[String],
    commit: &str,
) -> Result<Vec<EntryId>, AppError> {
    session.read_everything()?;
    // One that is gone has no short id any more.
    let found = typed.iter().map(|typed| match typed.trim().parse::<EntryId>() {
        Ok(id) => Ok(id),
        Err(_) => find_wider(session, typed),
    });
    let ids = each_once(found)?;
    let commit_id = session.repository()?.commit_named(commit)?;
    let commit_id = commit_id.ok_or_else(|| AppError::NoCommit(commit.to_owned()))?;
    let (state, untouched) = session.workspace().without_change(&ids, commit_id)?;
    if let Some(entry) = untouched.into_iter().next() {
        return Err(AppError::NotChangedBy {
            entry,
            commit: commit.to_owned(),
        });
    }
    for id in &ids {
        let placed = state.entries.get(id);
        let by = placed.and_then(|placed| placed.entry.get_str("by")?.parse().ok());
        if let Some(by) = by.filter(|by| *by != session.view.me) {
            let short = session.view.ids.short(*id);
            return Err(AppError::NotItsAuthor { short, by });
        }
    }
    save_restored(session, state)?;
    Ok(ids)
}
