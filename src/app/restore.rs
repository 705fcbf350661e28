//! `restore`: an entry is as it was before somebody else changed it.

use std::collections::BTreeSet;

use crate::model::{EntryId, Kind, KnownEntry, Placed, RecordPath, Slug, Visibility};
use crate::query::{IdError, Ids};
use crate::sync::{ReadScope, RestoredEntry, SnapshotFiles, SyncError, put_pair_back_there};

use super::entry_fields::FieldsRequest;
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
    match session.workspace().version_before(id, &me)? {
        Some(restored) => put_back(session, id, restored),
        None => Err(nothing_to_restore(session, id)?),
    }
}

fn put_back(session: &mut WriteSession, id: EntryId, restored: RestoredEntry) -> Result<EntryId, AppError> {
    refuse_anothers(session, id, Some(&restored.placed))?;
    let is_closed = session.workspace().opened(id, &restored.placed).is_err();
    let mut state = session.state().clone();
    state.entries.insert(id, restored.placed);
    if let Some(split) = restored.split_off {
        state.entries.remove(&split);
    }
    session.save("restore", None, state)?;
    session.workspace().answer_for(id)?;
    if is_closed {
        let short = session.view.ids.short(id);
        session.view.remarks.add(Remark::RestoredClosed { short });
    }
    Ok(id)
}

/// Why an entry cannot be restored: there is no version to go back to.
fn nothing_to_restore(session: &WriteSession, id: EntryId) -> Result<AppError, AppError> {
    let Some(stands) = session.state().entries.get(&id) else {
        return Ok(AppError::NoEntry(id));
    };
    let short = session.view.ids.short(id);
    if let Some(known) = session.workspace().arrived_wider(id)? {
        return Ok(AppError::NoNarrowVersion {
            short,
            readers: known.readers,
            is_open: session.workspace().opened(id, stands).is_ok(),
        });
    }
    let last = session.workspace().last_change(id)?;
    let before = last.map(|commit| (commit.short(), id));
    Ok(AppError::NothingToRestore(short, before))
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
    let open = |files| open_clone(setting, place, files, ReadScope::Changes);
    let mut workspace = match (open(SnapshotFiles::Records), record) {
        // No edit of another record can be taken in before the pair is back: they wait in the folder.
        (Err(AppError::Sync(SyncError::NewerFormat { .. } | SyncError::Problems(_))), RecordPath::Pair) => {
            open(SnapshotFiles::Nothing)?
        }
        (opened, _) => opened?,
    };
    let put_back = match record {
        // The one that a sync has fetched may stop it.
        RecordPath::Pair => match workspace.put_pair_back()? {
            Some(commit) => Some(commit),
            None => put_pair_back_there(&mut workspace)?,
        },
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
    let private = placed.filter(|placed| placed.entry.visibility() == Visibility::Private);
    let by = private.and_then(|placed| placed.entry.get_str("by")?.parse::<Slug>().ok());
    // Whoever wrote it first is its author, whatever its `by` says since.
    let known = session.workspace().known_author(id)?;
    let waits = session.workspace().arrived_wider(id)?.map(|known| known.by);
    let by = waits.or(by.map(|by| known.unwrap_or(by)));
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

/// The entry that a text names, also one that no list shows.
pub(super) fn find_wider(session: &WriteSession, typed: &str) -> Result<EntryId, AppError> {
    session.view.resolve(typed).or_else(|error| {
        let wider = session.workspace().all_arrived_wider()?;
        one_of(wider.into_iter().chain(session.state().unlisted()), typed).ok_or(error)
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
    let known = session.workspace().readers()?;
    let wider = Ids::from_lists([], known.wider().map(|(id, _)| id));
    let mut ids = Vec::new();
    let mut named = BTreeSet::new();
    for typed in typed {
        let id = session
            .view
            .resolve(typed)
            .or_else(|error| wider.resolve(typed).map_err(|_| error))?;
        if named.insert(id) {
            ids.push(id);
        }
    }
    let mut seen = Vec::new();
    for id in &ids {
        match known.get_wider(*id) {
            Some(known) if known.by != session.view.me => {
                let (short, by) = (session.view.ids.short(*id), known.by.clone());
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

/// How an edit begins in an entry that arrived wider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EditBegins {
    /// From the entry as it stands, or as it was put back.
    AsItStands,
    /// Its author wrote the new text in the place of what stood there: nothing that they wrote before can be read here.
    Anew,
}

/// Before an entry is changed that arrived wider: the author goes on from the last text that they wrote, or writes a new
/// one; anybody else has to say who may read theirs. An edit that makes no sense changes nothing, and answers nothing.
pub(super) fn before_an_edit(
    session: &mut WriteSession,
    typed: &str,
    fields: &FieldsRequest,
    (kind, text): (Option<Kind>, Option<&str>),
) -> Result<EditBegins, AppError> {
    let asked = fields.visibility;
    let id = find_wider(session, typed)?;
    let Some(known) = session.workspace().arrived_wider(id)? else {
        return Ok(EditBegins::AsItStands);
    };
    if known.by != session.view.me {
        return match (asked, known.shown) {
            (Some(asked), Some(shown)) if asked == shown => {
                session.workspace().let_read(&[(id, shown)])?;
                let (short, by) = (session.view.ids.short(id), known.by);
                session.view.remarks.add(Remark::ReadersAsArrived { short, by });
                Ok(EditBegins::AsItStands)
            }
            _ => Err(wider(session, id, known)),
        };
    }
    // An edit lets nobody else read it: that is for `share` to say, once the alarm is answered.
    if asked.is_some_and(|asked| asked != known.readers) {
        return Err(wider(session, id, known));
    }
    let restored = readable_before(session, id)?;
    let stood = restored.as_ref().map_or(Kind::Note, |(_, kind)| *kind);
    // The edit itself adds the remarks.
    let remarks = std::mem::take(&mut session.view.remarks);
    let understood = fields.understand(&session.view, kind.unwrap_or(stood));
    session.view.remarks = remarks;
    understood?;
    if let Some((restored, _)) = restored {
        put_back(session, id, restored)?;
        let short = session.view.ids.short(id);
        session.view.remarks.add(Remark::Restored { short });
        return Ok(EditBegins::AsItStands);
    }
    let anew = text.map(|text| session.workspace().written_anew(id, &known, text));
    let Some(placed) = anew.transpose()?.flatten() else {
        return Err(nothing_to_restore(session, id)?);
    };
    let mut state = session.state().clone();
    state.entries.insert(id, placed);
    session.save("edit", None, state)?;
    session.workspace().answer_for(id)?;
    let short = session.view.ids.short(id);
    session.view.remarks.add(Remark::WrittenAnew { short });
    Ok(EditBegins::Anew)
}

/// Puts an entry of mine back that arrived wider, as I last wrote it, if my key opens such a version. Whether it does: else
/// an edit begins with an empty text.
///
/// # Errors
/// As [`restore`].
pub fn restore_to_edit(session: &mut WriteSession, typed: &str) -> Result<bool, AppError> {
    let id = find_wider(session, typed)?;
    let Some((restored, _)) = readable_before(session, id)? else {
        return Ok(false);
    };
    put_back(session, id, restored)?;
    Ok(true)
}

/// An entry as it is put back before an edit, and its kind; none if my key opens no such version.
fn readable_before(
    session: &mut WriteSession,
    id: EntryId,
) -> Result<Option<(RestoredEntry, Kind)>, AppError> {
    session.read_everything()?;
    let me = session.view.me.clone();
    let Some(restored) = session.workspace().version_before(id, &me)? else {
        return Ok(None);
    };
    let Ok((_, content)) = session.workspace().opened(id, &restored.placed) else {
        return Ok(None);
    };
    let kind = content.table().read("kind").unwrap_or(Kind::Note);
    Ok(Some((restored, kind)))
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
