//! `restore`: an entry is as it was before somebody else changed it.

use std::collections::BTreeSet;

use crate::model::{Body, Entry, EntryId, KnownEntry, Placed, RecordPath, Slug, State, Visibility};
use crate::query::{IdError, Ids};
use crate::sync::{ReadScope, RestoredEntry, SnapshotFiles, SyncError, put_pair_back_there, view};

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
    restored.put_into(&mut state, id);
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

/// How an edit begins in an entry that arrived wider. Nothing is written before the edit is known to succeed.
#[derive(Debug)]
pub(super) enum EditBegins {
    /// From the entry as it stands.
    AsItStands,
    /// From the entry of somebody else as it stands: those who read it by now are to read the edit, too.
    ReadAsArrived(KnownEntry),
    /// From the last text of its author.
    Restored(Box<RestoredEntry>),
    /// Its author writes the new text in the place of what stands there: nothing that they wrote before can be read here.
    Anew(Placed),
}

/// How an edit begins: in an entry that arrived wider, the author goes on from the last text that they wrote, or writes a new
/// one; anybody else has to say who may read theirs.
pub(super) fn before_an_edit(
    session: &mut WriteSession,
    typed: &str,
    asked: Option<Visibility>,
    text: Option<&str>,
) -> Result<(EntryId, EditBegins), AppError> {
    let id = find_wider(session, typed)?;
    let Some(known) = session.workspace().arrived_wider(id)? else {
        // One that is in no list is not to be edited.
        return Ok((session.view.resolve(typed)?, EditBegins::AsItStands));
    };
    if known.by != session.view.me {
        return match (asked, known.shown) {
            (Some(asked), Some(shown)) if asked == shown => Ok((id, EditBegins::ReadAsArrived(known))),
            _ => Err(wider(session, id, known)),
        };
    }
    // An edit lets nobody else read it: that is for `share` to say, once the alarm is answered.
    if asked.is_some_and(|asked| asked != known.readers) {
        return Err(wider(session, id, known));
    }
    if let Some((restored, _)) = readable_before(session, id)? {
        return Ok((id, EditBegins::Restored(Box::new(restored))));
    }
    let anew = text.map(|text| session.workspace().written_anew(id, &known, text));
    match anew.transpose()?.flatten() {
        Some(placed) => Ok((id, EditBegins::Anew(placed))),
        None => Err(nothing_to_restore(session, id)?),
    }
}

impl EditBegins {
    /// The state that the edit is made in.
    pub(super) fn state(&self, session: &WriteSession, id: EntryId) -> State {
        let mut state = session.state().clone();
        match self {
            Self::AsItStands | Self::ReadAsArrived(_) => {}
            Self::Restored(restored) => restored.put_into(&mut state, id),
            Self::Anew(placed) => drop(state.entries.insert(id, placed.clone())),
        }
        state
    }

    /// Answers the alarm by this, as a commit of its own where the entry changes.
    pub(super) fn answer(self, session: &mut WriteSession, id: EntryId) -> Result<(), AppError> {
        let state = self.state(session, id);
        let short = |session: &WriteSession| session.view.ids.short(id);
        let remark = match self {
            Self::AsItStands => return Ok(()),
            Self::ReadAsArrived(known) => {
                let shown = known.shown.unwrap_or(known.readers);
                session.workspace().let_read(&[(id, shown)])?;
                let (short, by) = (short(session), known.by);
                Remark::ReadersAsArrived { short, by }
            }
            Self::Restored(restored) => {
                put_back(session, id, *restored)?;
                let short = short(session);
                Remark::Restored { short }
            }
            Self::Anew(_) => {
                session.save("edit", None, state)?;
                session.workspace().answer_for(id)?;
                let short = short(session);
                Remark::WrittenAnew { short }
            }
        };
        session.view.remarks.add(remark);
        Ok(())
    }
}

/// What an edit of an entry of mine that arrived wider begins with: what I last wrote, if my key opens such a version; else
/// none. Nothing is written.
///
/// # Errors
/// As [`restore`].
pub fn body_to_edit(session: &mut WriteSession, typed: &str) -> Result<Option<Body>, AppError> {
    let id = find_wider(session, typed)?;
    Ok(readable_before(session, id)?.and_then(|(_, entry)| entry.body))
}

/// An entry as it is put back before an edit, and as it reads then; none if my key opens no such version.
fn readable_before(
    session: &mut WriteSession,
    id: EntryId,
) -> Result<Option<(RestoredEntry, Entry)>, AppError> {
    session.read_everything()?;
    let me = session.view.me.clone();
    let Some(restored) = session.workspace().version_before(id, &me)? else {
        return Ok(None);
    };
    if session.workspace().opened(id, &restored.placed).is_err() {
        return Ok(None);
    }
    let entry = entry_in(session, &State::from_iter([(id, restored.placed.clone())]), id);
    Ok(entry.map(|entry| (restored, entry)))
}

/// An entry of a state, as I see it.
pub(super) fn entry_in(session: &WriteSession, state: &State, id: EntryId) -> Option<Entry> {
    let placed = state.entries.get(&id)?.clone();
    let alone = State::from_iter([(id, placed)]);
    let pair = &session.view.records.pair;
    view(&alone, pair, session.keys(), |_| true).entries.pop()
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
