//! `drop`: an action is given up.

use crate::model::{ActionState, EntryId, Kind, instant_value};

use super::{AppError, Session, WriteSession};

/// Gives actions up; returns the entries that were named.
///
/// # Errors
/// When a text names no entry or one that is no action, or an entry cannot be sealed again.
pub fn drop_actions(session: &mut WriteSession, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    let view = &session.view;
    let ids = view.resolve_all(typed)?;
    let mut state = session.state().clone();
    for id in &ids {
        let body = view.records.entry(*id).and_then(|e| e.body.as_ref());
        if let Some(kind) = body.map(|b| b.kind).filter(|k| *k != Kind::Action) {
            let short = view.ids.short(*id);
            return Err(AppError::NotAnAction { short, kind });
        }
        if view.stands_already(*id, body.and_then(|b| b.state), ActionState::Dropped) {
            continue;
        }
        session.workspace().edit_entry(&mut state, *id, |table| {
            table.set("state", ActionState::Dropped.as_str());
            table.set("closed", instant_value(view.setting.now()));
        })?;
    }
    session.save("drop", None, state)?;
    Ok(ids)
}
