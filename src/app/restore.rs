//! `restore`: an entry is as it was before somebody else changed it.

use crate::model::{EntryId, KnownEntry, PAIR_PATH, Visibility};
use crate::sync::{ReadScope, SnapshotFiles};

use super::session::open_clone;
use super::{AppError, PairClone, Remark, Remarks, Session, Setting, WriteSession};

/// Puts back an entry as it was before somebody else changed, removed or opened it; returns it
/// (docs/command-line.md#restore).
///
/// # Errors
/// When the text names no entry, now or in the history, or history has no other version.
pub fn restore(session: &mut WriteSession, typed: &str) -> Result<EntryId, AppError> {
    session.read_everything()?;
    // One that is gone has no short id any more.
    let id = match typed.trim().parse::<EntryId>() {
        Ok(id) => id,
        Err(_) => session.view.resolve(typed)?,
    };
    let Some(version) = session.workspace().version_before(id, &session.view.me)? else {
        return Err(match session.state().entries.contains_key(&id) {
            true => AppError::NothingToRestore(session.view.ids.short(id)),
            false => AppError::NoEntry(id),
        });
    };
    let mut state = session.state().clone();
    state.entries.insert(id, version);
    session.save("restore", None, state)?;
    Ok(id)
}

/// Puts the last good `pair.toml` back, as a new commit (docs/sync.md#a-broken-pairtoml). The short name of the commit that
/// it comes from.
///
/// # Errors
/// When nothing is wrong with it, or it cannot be written.
pub fn restore_pair(setting: &Setting, place: &PairClone, remarks: &Remarks) -> Result<String, AppError> {
    let mut workspace = open_clone(setting, place, SnapshotFiles::Records, ReadScope::Changes)?;
    let Some(commit) = workspace.put_pair_back()? else {
        return Err(AppError::NothingToRestore(PAIR_PATH.to_owned()));
    };
    let written = workspace.write_out()?;
    remarks.add_notes(&workspace.take_sync_notes());
    remarks.add_notes(&written.notes());
    Ok(commit)
}

/// Says that wider readers of entries of mine are as I meant it: I let them read it on another machine. No record changes.
///
/// # Errors
/// When a text names no entry, or one that did not arrive wider, or one of somebody else.
pub fn confirm_readers(session: &mut WriteSession, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    let ids = session.view.resolve_all(typed)?;
    let mut seen = Vec::new();
    for id in &ids {
        match session.workspace().arrived_wider(*id)? {
            Some(known) if known.by != session.view.me => {
                let (short, by) = (session.view.ids.short(*id), known.by);
                return Err(AppError::NotItsAuthor { short, by });
            }
            Some(known) => seen.push((*id, known.shown.unwrap_or(known.readers))),
            None => session.view.remarks.add(Remark::NotWider {
                short: session.view.ids.short(*id),
            }),
        }
    }
    session.workspace().let_read(&seen)?;
    Ok(ids)
}

/// Before an entry is changed that arrived wider: the author goes on from the last text that they wrote; anybody else has
/// to say who may read theirs.
pub(super) fn before_an_edit(
    session: &mut WriteSession,
    typed: &str,
    asked: Option<Visibility>,
) -> Result<(), AppError> {
    let id = session.view.resolve(typed)?;
    let Some(known) = session.workspace().arrived_wider(id)? else {
        return Ok(());
    };
    if known.by == session.view.me {
        let restored = restore(session, &id.to_string())?;
        let short = session.view.ids.short(restored);
        session.view.remarks.add(Remark::Restored { short });
        return Ok(());
    }
    match (asked, known.shown) {
        (Some(asked), Some(shown)) if asked == shown => Ok(session.workspace().let_read(&[(id, shown)])?),
        _ => Err(wider(session, id, known)),
    }
}

/// The error for an entry that arrived wider.
pub(super) fn wider(session: &impl Session, id: EntryId, known: KnownEntry) -> AppError {
    AppError::ArrivedWider {
        short: session.view().ids.short(id),
        is_mine: known.by == session.view().me,
        by: known.by,
        readers: known.readers,
        shown: known.shown.unwrap_or(known.readers),
    }
}
