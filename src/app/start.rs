//! `start`: today's meeting begins.

use crate::model::{Date, Home, Instant, Meeting, MeetingKey, State, Visibility, instant_value};
use crate::query::carry;

use super::{AppError, PairView, Remark, Session, WriteSession, meetings};

/// Begins today's meeting: the waiting entries move into it, private ones excepted. A meeting that nobody ended ends.
///
/// # Errors
/// When a meeting is under way.
pub fn start(session: &mut WriteSession) -> Result<MeetingKey, AppError> {
    let view = &session.view;
    let (now, today) = (view.setting.now(), view.setting.today);
    if let Some(meeting) = view.records.under_way(now) {
        let date = meeting.key.date;
        return Err(AppError::UnderWay { date, today });
    }
    let mut state = session.state().clone();
    let stale = end_stale(session, &mut state)?;
    let key = meetings::free_key(session, day(view));
    let head = meetings::head(&mut state, key);
    head.set("status", "held");
    head.set("started", instant_value(now));
    head.remove("ended");
    move_in(view, &mut state, key);
    meetings::use_up_next(view, &mut state, key.date);
    session.save("start", Some("start a meeting"), state)?;
    for (date, at) in stale {
        session.view.remarks.add(Remark::EndedWithNext { date, at });
    }
    Ok(key)
}

/// Today, or the agreed day where that is within a day.
fn day(view: &PairView) -> Date {
    let today = view.setting.today;
    let near = |next: &Date| (*next - today).num_days().abs() <= 1;
    meetings::agreed(view).filter(near).unwrap_or(today)
}

/// Ends the meetings that began long ago and that nobody ended: their days, and their ends.
fn end_stale(session: &WriteSession, state: &mut State) -> Result<Vec<(Date, Instant)>, AppError> {
    let view = &session.view;
    let mut ended = Vec::new();
    let unended = view.records.meetings.iter().filter(|m| m.is_unended());
    for (meeting, at) in unended.filter_map(|m: &Meeting| Some((m, meetings::last_sign(view, m)?))) {
        let carried = carry(&view.records, meeting);
        meetings::end_meeting(session, state, meeting, at, &carried)?;
        ended.push((meeting.key.date, at));
    }
    Ok(ended)
}

/// Moves the waiting entries into the meeting; private ones stay with their author.
fn move_in(view: &PairView, state: &mut State, key: MeetingKey) {
    for (id, placed) in &mut state.entries {
        let visibility = match view.records.entry(*id) {
            Some(entry) => entry.visibility,
            None => placed.entry.visibility(),
        };
        if placed.home == Home::Agenda && visibility != Visibility::Private {
            placed.home = Home::Meeting(key);
        }
    }
}
