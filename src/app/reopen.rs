//! `reopen`: a closed entry is open again.

use crate::model::{ActionState, EntryId, Home, Kind};

use super::{AppError, Session, WriteSession};

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
        let body = view.records.entry(*id).and_then(|e| e.body.as_ref());
        let closed = body.and_then(|b| b.state).filter(|s| *s != ActionState::Open);
        let stands = closed.or(body.map(|_| ActionState::Open));
        if view.stands_already(*id, stands, ActionState::Open) {
            continue;
        }
        let is_action = body.is_some_and(|b| b.kind == Kind::Action);
        session.workspace().edit_entry(&mut state, *id, |table| {
            if is_action {
                table.set("state", ActionState::Open.as_str());
            } else {
                table.remove("state");
            }
            table.remove("closed");
        })?;
        if let Some(placed) = state.entries.get_mut(id).filter(|_| !is_action)
            && Some(placed.home) != under_way
        {
            // Nobody would come upon it in a meeting that is over.
            placed.home = Home::Agenda;
        }
    }
    session.save("reopen", None, state)?;
    Ok(ids)
}
