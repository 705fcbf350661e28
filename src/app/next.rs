//! `next`: the agreed day of the next meeting moves before it takes place.

use crate::model::{Date, Home, MeetingKey, MeetingStatus, State};
use crate::query::Records;

use super::meetings::{agree_next, settle_next};
use super::{AppError, DayError, Remark, Session, WriteSession};

/// The agreed day before and after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextMoved {
    /// Before; none where none was agreed on.
    pub was: Option<Date>,
    /// After it.
    pub is: Option<Date>,
}

impl NextMoved {
    /// The change from one day to another; none where both are the same.
    pub(super) fn between(was: Option<Date>, is: Option<Date>) -> Option<Self> {
        (was != is).then_some(Self { was, is })
    }
}

/// Agrees on the day of the next meeting, or on none. A day that was to be skipped is on again.
///
/// # Errors
/// When the day has passed, a meeting was held on it or later, or the record of a skipped meeting holds entries.
pub fn move_next(session: &mut WriteSession, next: Option<Date>) -> Result<NextMoved, AppError> {
    let view = &session.view;
    let (records, today) = (&view.records, view.setting.today);
    if !view.broken.is_empty() {
        view.remarks.add(Remark::Skipped(view.broken.clone()));
    }
    let was = records.agreed_next();
    let mut state = session.state().clone();
    match next {
        Some(date) => {
            check_day(records, date, today)?;
            plan_again(records, &mut state, date, today)?;
            agree_next(&mut state, date);
        }
        None => {
            if let Some(pair) = &mut state.pair {
                pair.top.remove("next");
                settle_next(pair);
            }
        }
    }
    if state == *session.state() {
        view.remarks.add(Remark::NothingChanged);
    } else {
        session.save("next", Some("agree on the next meeting"), state)?;
    }
    Ok(NextMoved { was, is: next })
}

fn check_day(records: &Records, date: Date, today: Date) -> Result<(), AppError> {
    if date < today {
        let error = DayError::NextPassed(date);
        return Err(AppError::Day { error, today });
    }
    let held = records.last_held().map(|meeting| meeting.key.date);
    match held.filter(|held| *held >= date) {
        Some(held) => {
            let error = DayError::NextHeld { date, held };
            Err(AppError::Day { error, today })
        }
        None => Ok(()),
    }
}

/// Takes the record of a skipped meeting away: the day is on again.
fn plan_again(records: &Records, state: &mut State, date: Date, today: Date) -> Result<(), AppError> {
    let is_skipped = |key: &MeetingKey| {
        let meeting = records.meeting(*key);
        key.date == date && meeting.is_some_and(|meeting| meeting.status == MeetingStatus::Skipped)
    };
    let skipped: Vec<MeetingKey> = state.meetings.keys().copied().filter(is_skipped).collect();
    for key in skipped {
        if state
            .entries
            .values()
            .any(|placed| placed.home == Home::Meeting(key))
        {
            let status = MeetingStatus::Skipped;
            let error = DayError::MeetingKnown { date, status };
            return Err(AppError::Day { error, today });
        }
        state.meetings.remove(&key);
    }
    Ok(())
}
