//! `skip`: a meeting did not take place.

use crate::model::{Date, MeetingKey};

use super::{AppError, Session, WriteSession, meetings};

/// Records that the meeting of a day did not take place: of the agreed day unless one is given, else of today.
///
/// # Errors
/// When that meeting is recorded already.
pub fn skip(session: &mut WriteSession, given: Option<Date>) -> Result<MeetingKey, AppError> {
    let view = &session.view;
    let today = view.setting.today;
    let date = given.or_else(|| meetings::agreed(view)).unwrap_or(today);
    let key = MeetingKey::first(date);
    if let Some(status) = view.records.meeting(key).map(|m| m.status) {
        return Err(AppError::MeetingKnown { date, status, today });
    }
    let mut state = session.state().clone();
    meetings::head(&mut state, key).set("status", "skipped");
    meetings::use_up_next(view, &mut state, date);
    session.save("skip", Some("skip a meeting"), state)?;
    Ok(key)
}
