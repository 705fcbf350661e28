//! `done`, `drop` and `reopen`: an entry is closed, or open again.

use crate::model::{ActionState, Entry, EntryId, Home, Kind, State};

use super::entry_fields::close_entry;
use super::{AppError, PairView, Remark, Session, WriteSession};

/// Marks actions as done and anything else as talked about; returns the entries that were named.
///
/// # Errors
/// When a text names no entry, or one cannot be sealed again.
pub fn done(session: &mut WriteSession, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    let ids = session.view.resolve_all(typed)?;
    let mut state = session.state().clone();
    for id in &ids {
        let Some(entry) = session.view.records.entry(*id) else {
            continue;
        };
        let home = talked_about(&session.view, entry);
        if set_state(session, &mut state, *id, ActionState::Done)?
            && let (Some(home), Some(placed)) = (home, state.entries.get_mut(id))
        {
            placed.home = home;
        }
    }
    session.save("done", None, state)?;
    Ok(ids)
}

/// Gives actions up; returns the entries that were named.
///
/// # Errors
/// When a text names no entry or one that is no action, or an entry cannot be sealed again.
pub fn drop_actions(session: &mut WriteSession, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    let view = &session.view;
    let ids = view.resolve_all(typed)?;
    let mut state = session.state().clone();
    for id in &ids {
        let kind = view.records.entry(*id).and_then(Entry::kind);
        if let Some(kind) = kind.filter(|kind| *kind != Kind::Action) {
            let short = view.ids.short(*id);
            return Err(AppError::NotAnAction { short, kind });
        }
        set_state(session, &mut state, *id, ActionState::Dropped)?;
    }
    session.save("drop", None, state)?;
    Ok(ids)
}

/// Opens actions again and puts anything else back on the agenda; returns the entries that were named.
///
/// # Errors
/// When a text names no entry, or one cannot be sealed again.
pub fn reopen(session: &mut WriteSession, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    let view = &session.view;
    let ids = view.resolve_all(typed)?;
    let mut state = session.state().clone();
    let under_way = view.records.under_way(view.setting.now());
    let under_way = under_way.map(|m| Home::Meeting(m.key));
    for id in &ids {
        let is_action = view.records.entry(*id).and_then(Entry::kind) == Some(Kind::Action);
        if set_state(session, &mut state, *id, ActionState::Open)?
            && let Some(placed) = state.entries.get_mut(id).filter(|_| !is_action)
            && Some(placed.home) != under_way
        {
            // Nobody looks for it in a meeting that is over.
            placed.home = Home::Agenda;
        }
    }
    session.save("reopen", None, state)?;
    Ok(ids)
}

/// Puts an entry into a state. One that stands in it already is left alone, with a remark; says whether it was changed.
fn set_state(
    session: &WriteSession,
    state: &mut State,
    id: EntryId,
    wanted: ActionState,
) -> Result<bool, AppError> {
    let view = &session.view;
    let body = view.records.entry(id).and_then(|e| e.body.as_ref());
    // An entry that is no action has no state while it is open.
    if body.map(|b| b.state.unwrap_or(ActionState::Open)) == Some(wanted) {
        let short = view.ids.short(id);
        view.remarks.add(Remark::StateAlready { short, state: wanted });
        return Ok(false);
    }
    let has_state = wanted != ActionState::Open || body.is_some_and(|b| b.kind == Kind::Action);
    session.workspace().edit_entry(state, id, |table| {
        if wanted != ActionState::Open {
            return close_entry(table, wanted, view.setting.now());
        }
        table.put("state", has_state.then(|| wanted.as_str().into()));
        table.remove("closed");
    })?;
    Ok(true)
}

/// The meeting that a waiting entry was talked about in: the one under way, else the last one held.
fn talked_about(view: &PairView, entry: &Entry) -> Option<Home> {
    if entry.kind() == Some(Kind::Action) || entry.home != Home::Agenda {
        return None;
    }
    let under_way = view.records.under_way(view.setting.now());
    let meeting = under_way.or_else(|| view.records.last_held())?;
    Some(Home::Meeting(meeting.key))
}
