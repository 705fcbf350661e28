//! `end`: the meeting under way ends.

use crate::model::{Date, EntryId, Meeting, MeetingKey, date_value};
use crate::query::{Carry, carry, carry_named};

use super::{AppError, PairView, Remark, Session, WriteSession, meetings};

/// A meeting that was ended.
#[derive(Debug)]
pub struct EndedMeeting {
    /// Which one.
    pub meeting: MeetingKey,
    /// The entries that went back to the agenda.
    pub carried: Vec<EntryId>,
}

/// The entries that go back to the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoBack {
    /// Those that were not talked about.
    Usual,
    /// None.
    Nothing,
    /// These, as they were typed.
    These(Vec<String>),
}

/// Ends the meeting under way, else the last one that nobody ended. `next` is the day that was agreed on.
///
/// # Errors
/// When there is no such meeting, a named entry cannot go back, or `next` is not after the meeting.
pub fn end(session: &mut WriteSession, back: &GoBack, next: Option<Date>) -> Result<EndedMeeting, AppError> {
    let view = &session.view;
    let (now, today) = (view.setting.now(), view.setting.today);
    let meeting = meeting(view)?;
    let carried = carried(view, &meeting, back)?;
    if let Some(date) = next.filter(|next| *next <= meeting.key.date) {
        return Err(AppError::NextTooEarly { date, today });
    }
    let mut state = session.state().clone();
    let ended = if meeting.is_under_way(now) {
        now
    } else {
        let at = meetings::last_sign(view, &meeting).unwrap_or(now);
        view.remarks.add(Remark::EndedLate(at));
        at
    };
    meetings::end_meeting(session, &mut state, &meeting, ended, &carried)?;
    if let (Some(next), Some(pair)) = (next, &mut state.pair) {
        pair.top.set("next", date_value(next));
    }
    session.save("end", Some("end a meeting"), state)?;
    Ok(EndedMeeting {
        meeting: meeting.key,
        carried: carried.iter().map(|carry| carry.id).collect(),
    })
}

fn meeting(view: &PairView) -> Result<Meeting, AppError> {
    let unended = view.records.meetings.iter().filter(|m| m.is_unended());
    let last = unended.max_by_key(|m| (m.started, m.key)).copied();
    let under_way = view.records.under_way(view.setting.now());
    under_way.or(last).ok_or(AppError::NotUnderWay)
}

fn carried(view: &PairView, meeting: &Meeting, back: &GoBack) -> Result<Vec<Carry>, AppError> {
    match back {
        GoBack::Usual => Ok(carry(&view.records, meeting)),
        GoBack::Nothing => Ok(Vec::new()),
        GoBack::These(words) => {
            let ids = view.resolve_all(words)?;
            Ok(carry_named(&view.records, meeting.key, &ids)?)
        }
    }
}
