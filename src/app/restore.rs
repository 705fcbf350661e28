//! `restore`: an entry is as it was before somebody else changed it.

use crate::model::{EntryId, KnownEntry, Placed, RecordPath, Slug, Visibility};
use crate::query::{IdError, Ids};
use crate::sync::{ReadScope, SnapshotFiles};

use super::session::open_clone;
use super::{AppError, PairClone, Remark, Remarks, Session, Setting, WriteSession};

/// Puts back an entry as it was before somebody else changed, removed or opened it; returns it
/// (docs/command-line.md#restore). An entry that is gone may be named by its short id, if only one that is gone has it.
///
/// # Errors
/// When the text names no entry, now or in the history, history has no other version, or only its author may put it back.
pub fn restore(session: &mut WriteSession, typed: &str) -> Result<EntryId, AppError> {
    session.read_everything()?;
    let id = find(session, typed)?;
    let (stands, me) = (session.state().entries.get(&id), session.view.me.clone());
    refuse_anothers(session, id, stands)?;
    let Some(restored) = session.workspace().version_before(id, &me)? else {
        return Err(match stands.is_some() {
            true => {
                let last = session.workspace().last_change(id)?;
                let before = last.map(|commit| (commit.short(), id));
                AppError::NothingToRestore(session.view.ids.short(id), before)
            }
            false => AppError::NoEntry(id),
        });
    };
    refuse_anothers(session, id, Some(&restored.placed))?;
    let mut state = session.state().clone();
    state.entries.insert(id, restored.placed);
    if let Some(split) = restored.split_off {
        state.entries.remove(&split);
    }
    session.save("restore", None, state)?;
    session.workspace().answer_for(id)?;
    Ok(id)
}

/// Puts the last good version of a record back that cannot be read, as a new commit (docs/sync.md#broken-records). The
/// short name of the commit that it comes from.
///
/// # Errors
/// When nothing is wrong with it, or it cannot be written.
pub fn restore_record(
    setting: &Setting,
    place: &PairClone,
    record: RecordPath,
    remarks: &Remarks,
) -> Result<String, AppError> {
    let mut workspace = open_clone(setting, place, SnapshotFiles::Records, ReadScope::Changes)?;
    let put_back = match record {
        RecordPath::Pair => workspace.put_pair_back()?,
        record => workspace.put_record_back(record)?,
    };
    let commit = put_back.ok_or_else(|| AppError::NothingToRestore(record.path(), None))?;
    let written = workspace.write_out()?;
    remarks.add_notes(&workspace.take_sync_notes());
    remarks.add_notes(&written.notes());
    Ok(commit)
}

/// What is private to somebody else, or waits for their answer, is theirs to put back.
fn refuse_anothers(session: &WriteSession, id: EntryId, placed: Option<&Placed>) -> Result<(), AppError> {
    let known = session.workspace().arrived_wider(id)?;
    let private = placed.filter(|placed| placed.entry.visibility() == Visibility::Private);
    let by = private.and_then(|placed| placed.entry.get_str("by")?.parse::<Slug>().ok());
    let by = known.map(|known| known.by).or(by);
    match by.filter(|by| *by != session.view.me) {
        Some(by) => Err(AppError::RestoresAnothers {
            short: session.view.ids.short(id),
            by,
        }),
        None => Ok(()),
    }
}

/// The entry that a text names: one that stands, one that arrived wider, or one that is gone.
fn find(session: &WriteSession, typed: &str) -> Result<EntryId, AppError> {
    let found = find_wider(session, typed);
    let is_unknown = |error: &AppError| {
        matches!(
            error,
            AppError::Id {
                error: IdError::Unknown,
                ..
            }
        )
    };
    if !found.as_ref().is_err_and(is_unknown) {
        return found;
    }
    let prefix = typed.trim().to_ascii_lowercase();
    let gone = session.workspace().gone_entries(&prefix)?;
    match (gone.as_slice(), prefix.parse::<EntryId>()) {
        ([id], _) => Ok(*id),
        ([], Ok(id)) => Err(AppError::NoEntry(id)),
        ([], Err(_)) => found,
        (several, _) => {
            let ids = Ids::from_lists([], several.iter().copied());
            Err(AppError::Id {
                typed: typed.to_owned(),
                error: IdError::Ambiguous(several.to_vec()),
                candidates: several.iter().map(|id| (ids.short(*id), None)).collect(),
            })
        }
    }
}

/// The entry that a text names, also one that arrived wider in a form that no list shows.
fn find_wider(session: &WriteSession, typed: &str) -> Result<EntryId, AppError> {
    session.view.resolve(typed).or_else(|error| {
        let wider = session.workspace().all_arrived_wider()?;
        one_of(wider, typed).ok_or(error)
    })
}

/// The only one of some entries that a text names.
pub(super) fn one_of(ids: impl IntoIterator<Item = EntryId>, typed: &str) -> Option<EntryId> {
    Ids::from_lists([], ids).resolve(typed).ok()
}

/// Says that wider readers of entries of mine are as I meant it: I let them read it on another machine. No record changes.
///
/// # Errors
/// When a text names no entry, or one that did not arrive wider, or one of somebody else.
pub fn confirm_readers(session: &mut WriteSession, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    let mut ids = Vec::new();
    for typed in typed {
        let id = find_wider(session, typed)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
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
    let id = find_wider(session, typed)?;
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
        readers: known.readers,
        shown: known.arrived_for(),
        by: known.by,
    }
}
