//! `done`: an action is done, anything else was talked about.

use crate::model::{ActionState, Entry, EntryId, Home, Kind, instant_value};

use super::{AppError, PairView, Session, WriteSession};

/// Marks actions as done and anything else as talked about; returns the entries that were named.
///
/// # Errors
/// When a text names no entry, or one cannot be sealed again.
pub fn done(session: &mut WriteSession, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
    let view = &session.view;
    let ids = view.resolve_all(typed)?;
    let mut state = session.state().clone();
    for id in &ids {
        let Some(entry) = view.records.entry(*id) else {
            continue;
        };
        let stands = entry.body.as_ref().and_then(|b| b.state);
        if view.stands_already(*id, stands, ActionState::Done) {
            continue;
        }
        session.workspace().edit_entry(&mut state, *id, |table| {
            table.set("state", ActionState::Done.as_str());
            table.set("closed", instant_value(view.setting.now()));
        })?;
        if let (Some(home), Some(placed)) = (talked_about(view, entry), state.entries.get_mut(id)) {
            placed.home = home;
        }
    }
    session.save("done", None, state)?;
    Ok(ids)
}

/// The meeting that a waiting entry was talked about in: the one under way, else the last one held.
fn talked_about(view: &PairView, entry: &Entry) -> Option<Home> {
    if entry.kind() == Some(Kind::Action) || entry.home != Home::Agenda {
        return None;
    }
    let under_way = view.records.under_way(view.setting.now());
    let meeting = under_way.or_else(|| view.records.last_held().copied())?;
    Some(Home::Meeting(meeting.key))
}
