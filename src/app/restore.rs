//! `restore`: an entry is as it was before somebody else changed it.

use crate::model::{Body, Entry, EntryId, KnownEntry, KnownReaders, Placed, Slug, State, Visibility};
use crate::query::{IdError, Ids};
use crate::sync::{RestoredEntry, view};

use super::session::{ambiguous, each_once};
use super::{AppError, Remark, Session, WriteSession};

/// Puts back entries as they were before somebody else changed, removed or opened them (docs/command-line.md#restore).
/// One commit puts back all of them. Returns their ids. A person may name an entry that is gone by its short id, if
/// only one that is gone has it.
///
/// # Errors
/// When a text names no entry, now or in the history. When history has no other version of an entry, or only its author
/// may put it back. Then nothing is put back.
pub fn restore(session: &mut WriteSession, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    session.read_everything()?;
    let known = session.workspace().readers()?;
    let ids = find(session, &known, typed)?;
    for id in &ids {
        refuse_anothers(session, &known, *id, session.state().entries.get(id))?;
    }
    let me = session.view.me.clone();
    let mut found = session.workspace().versions_before(&ids, &me)?;
    let mut restored = Vec::new();
    for id in &ids {
        match found.remove(id) {
            Some(version) => restored.push((*id, version)),
            None => return Err(nothing_to_restore(session, *id)?),
        }
    }
    let state = session.state().clone();
    put_back(session, &known, &restored, state)?;
    Ok(ids)
}

/// Puts entries back into a state, and the meetings that somebody else removed with them, in one commit.
pub(super) fn put_back(
    session: &mut WriteSession,
    known: &KnownReaders,
    restored: &[(EntryId, RestoredEntry)],
    mut state: State,
) -> Result<(), AppError> {
    let (mut ids, mut closed) = (Vec::new(), Vec::new());
    let homes = restored.iter().map(|(_, version)| version.placed.home);
    session.workspace().bring_heads_back(&mut state, homes)?;
    for (id, version) in restored {
        refuse_anothers(session, known, *id, Some(&version.placed))?;
        if session.workspace().opened(*id, &version.placed).is_err() {
            closed.push(*id);
        }
        version.put_into(&mut state, *id);
        ids.push(*id);
    }
    save_restored(session, state)?;
    session.workspace().answer_for(&ids)?;
    for id in closed {
        let short = session.view.ids.short(id);
        session.view.remarks.add(Remark::RestoredClosed { short });
    }
    Ok(())
}

/// Saves what was put back, and says how much of it stands against words that were written since.
pub(super) fn save_restored(session: &mut WriteSession, state: State) -> Result<(), AppError> {
    let before = session.conflicted();
    session.save("restore", None, state)?;
    let new = session.conflicted().saturating_sub(before);
    if new > 0 {
        session.view.remarks.add(Remark::NewConflicts(new));
    }
    Ok(())
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

/// Refuses to put back an entry that is private to somebody else, or waits for their answer: they do that themselves.
pub(super) fn refuse_anothers(
    session: &WriteSession,
    known: &KnownReaders,
    id: EntryId,
    placed: Option<&Placed>,
) -> Result<(), AppError> {
    let private = placed.filter(|placed| placed.entry.visibility() == Visibility::Private);
    let by = private.and_then(|placed| placed.entry.get_str("by")?.parse::<Slug>().ok());
    // Whoever wrote it first is its author, whatever its `by` says since.
    let first = known.get(id).map(|known| known.by.clone());
    let waits = known.get_wider(id).map(|known| known.by.clone());
    let by = waits.or(by.map(|by| first.unwrap_or(by)));
    match by.filter(|by| *by != session.view.me) {
        Some(by) => Err(AppError::RestoresAnothers {
            short: session.view.ids.short(id),
            by,
        }),
        None => Ok(()),
    }
}

/// The entries that texts name, each once: those that stand, that arrived wider, or that are gone. The history is walked at
/// most once for them.
fn find(session: &WriteSession, known: &KnownReaders, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    let is_unknown = |error: &AppError| {
        matches!(
            error,
            AppError::Id {
                error: IdError::Unknown,
                ..
            }
        )
    };
    let standing = typed.iter().map(|typed| stands_or_wider(session, known, typed));
    let standing: Vec<Result<EntryId, AppError>> = standing.collect();
    let unknown = typed.iter().zip(&standing);
    let unknown = unknown.filter(|(_, found)| found.as_ref().is_err_and(is_unknown));
    let prefixes = unknown.map(|(typed, _)| typed.trim().to_ascii_lowercase());
    // Whoever types a whole id needs no look at the others that are gone.
    let prefixes: Vec<String> = prefixes
        .filter(|prefix| prefix.parse::<EntryId>().is_err())
        .collect();
    let gone = match prefixes.is_empty() {
        true => Vec::new(),
        false => session.workspace().gone_entries(&prefixes)?,
    };
    each_once(typed.iter().zip(standing).map(|(typed, found)| match found {
        Err(error) if is_unknown(&error) => one_gone(&gone, typed, error),
        found => found,
    }))
}

/// The entry that a text names among those that are gone; else the error.
fn one_gone(gone: &[EntryId], typed: &str, error: AppError) -> Result<EntryId, AppError> {
    let prefix = typed.trim().to_ascii_lowercase();
    if let Ok(id) = prefix.parse() {
        return Ok(id);
    }
    let gone: Vec<EntryId> = gone
        .iter()
        .copied()
        .filter(|id| id.as_str().starts_with(&prefix))
        .collect();
    match gone.as_slice() {
        [id] => Ok(*id),
        [] => Err(error),
        several => Err(ambiguous(typed, several.to_vec(), |_| None)),
    }
}

/// The entry that a text names, also one that no list shows.
pub(super) fn find_wider(session: &WriteSession, typed: &str) -> Result<EntryId, AppError> {
    session.view.resolve(typed).or_else(|error| {
        let known = session.workspace().readers()?;
        wider_or_unlisted(session, &known, typed).ok_or(error)
    })
}

fn stands_or_wider(session: &WriteSession, known: &KnownReaders, typed: &str) -> Result<EntryId, AppError> {
    let found = session.view.resolve(typed);
    found.or_else(|error| wider_or_unlisted(session, known, typed).ok_or(error))
}

fn wider_or_unlisted(session: &WriteSession, known: &KnownReaders, typed: &str) -> Option<EntryId> {
    let wider = known.wider().map(|(id, _)| id);
    one_of(wider.chain(session.state().unlisted()), typed)
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
    let ids = each_once(typed.iter().map(|typed| {
        let found = session.view.resolve(typed);
        found.or_else(|error| wider.resolve(typed).map_err(|_| error))
    }))?;
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
    let readers = session.workspace().readers()?;
    let Some(known) = readers.get_wider(id).cloned() else {
        // One that is in no list is not to be edited.
        let id = session.view.resolve_for_words(typed, &readers)?;
        return Ok((id, EditBegins::AsItStands));
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
                let known = session.workspace().readers()?;
                let state = session.state().clone();
                put_back(session, &known, &[(id, *restored)], state)?;
                let short = short(session);
                Remark::Restored { short }
            }
            Self::Anew(_) => {
                session.save("edit", None, state)?;
                session.workspace().answer_for(&[id])?;
                let short = short(session);
                Remark::WrittenAnew { short }
            }
        };
        session.view.remarks.add(remark);
        Ok(())
    }
}

/// The body that I last wrote of an entry of mine that arrived wider: an edit begins with it. None if my key opens no
/// such version. Nothing is written.
pub(super) fn body_to_edit(session: &mut WriteSession, typed: &str) -> Result<Option<Body>, AppError> {
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
    let Some(restored) = session.workspace().versions_before(&[id], &me)?.remove(&id) else {
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
