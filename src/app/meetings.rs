//! `start`, `end` and `skip`: a meeting begins, ends, or does not take place.

use crate::model::{
    Date, EntryId, Home, Instant, Meeting, MeetingKey, MeetingStatus, PAIR_PATH, PairDocument, Scalar, State,
    Table, Value, Visibility, date_value, instant_value,
};
use crate::query::{Records, carry, carry_named};
use crate::sync::{SyncError, SyncNote};

use super::{AppError, DayError, PairView, Remark, Session, WriteSession};

/// Begins today's meeting: the waiting entries move into it, private ones excepted. A meeting that nobody ended ends.
/// With `on` it is the meeting of a past day that is written down now.
///
/// # Errors
/// When a meeting is under way, or `on` is a day to come or that of another meeting.
pub fn start(session: &mut WriteSession, on: Option<Date>) -> Result<MeetingKey, AppError> {
    let view = &session.view;
    let (now, today) = (view.setting.now(), view.setting.today);
    if let Some(meeting) = view.records.under_way(now) {
        let date = meeting.key.date;
        let error = DayError::UnderWay(date);
        return Err(AppError::Day { error, today });
    }
    let date = on.unwrap_or_else(|| day(view));
    let key = free_key(session, date);
    if on.is_some() && date > today {
        let error = DayError::MeetingAhead(date);
        return Err(AppError::Day { error, today });
    }
    if date < today && on.is_some() && key.number > 1 {
        let error = DayError::MeetingHeld(date);
        return Err(AppError::Day { error, today });
    }
    let mut state = session.state().clone();
    let stale = end_stale(session, &mut state)?;
    begin_meeting(&view.records, &mut state, key, now);
    leave_broken_pair(session, &mut state);
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
    view.records.agreed_next().filter(near).unwrap_or(today)
}

/// Ends the meetings that began long ago and that nobody ended: their days, and their ends.
fn end_stale(session: &WriteSession, state: &mut State) -> Result<Vec<(Date, Instant)>, AppError> {
    let view = &session.view;
    let mut ended = Vec::new();
    let unended = view.records.meetings.iter().filter(|m| m.is_unended());
    for (meeting, at) in unended.filter_map(|m: &Meeting| Some((m, last_sign(view, m)?))) {
        let carried = carry(&view.records, meeting);
        end_meeting(&view.records, state, meeting.key, at, &carried, edits(session))?;
        ended.push((meeting.key.date, at));
    }
    Ok(ended)
}

/// The meetings that were ended.
#[derive(Debug)]
pub struct EndedMeeting {
    /// The one that began last.
    pub meeting: MeetingKey,
    /// The others that were under way.
    pub others: Vec<MeetingKey>,
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

/// Ends every meeting under way, else the last one that nobody ended. `next` is the day that was agreed on.
///
/// # Errors
/// When there is no such meeting, a named entry cannot go back, or `next` is not after the meeting.
pub fn end(session: &mut WriteSession, back: &GoBack, next: Option<Date>) -> Result<EndedMeeting, AppError> {
    let view = &session.view;
    let (now, today) = (view.setting.now(), view.setting.today);
    let meetings = meetings_to_end(view);
    let keys: Vec<MeetingKey> = meetings.iter().map(|m| m.key).collect();
    let Some((meeting, others)) = keys.split_last() else {
        return Err(AppError::NotUnderWay);
    };
    if let Some(date) = next.filter(|next| *next <= meeting.date) {
        let error = DayError::NextTooEarly(date);
        return Err(AppError::Day { error, today });
    }
    let carried = match back {
        GoBack::Usual => meetings.iter().flat_map(|m| carry(&view.records, m)).collect(),
        GoBack::Nothing => Vec::new(),
        GoBack::These(words) => carry_named(&view.records, &keys, &view.resolve_all(words)?)?,
    };
    let mut state = session.state().clone();
    for meeting in meetings {
        let ended = if meeting.is_under_way(now) {
            if meeting.begins_after(now) {
                view.remarks.add_notes(&[SyncNote::BeginsLater(meeting.key)]);
            }
            now
        } else {
            let at = last_sign(view, meeting).unwrap_or(now);
            view.remarks.add(Remark::EndedLate(at));
            at
        };
        let (records, key) = (&view.records, meeting.key);
        end_meeting(records, &mut state, key, ended, &carried, edits(session))?;
    }
    if let Some(next) = next {
        agree_next(&mut state, next);
    }
    let (meeting, others) = (*meeting, others.to_vec());
    session.save("end", Some("end a meeting"), state)?;
    Ok(EndedMeeting {
        meeting,
        others,
        carried,
    })
}

fn meetings_to_end(view: &PairView) -> Vec<&Meeting> {
    let under_way = view.records.all_under_way(view.setting.now());
    if !under_way.is_empty() {
        return under_way;
    }
    view.records.last_unended().into_iter().collect()
}

/// Records that the meeting of a day did not take place: of the agreed day unless one is given, else of today.
///
/// # Errors
/// When that meeting is recorded already.
pub fn skip(session: &mut WriteSession, given: Option<Date>) -> Result<MeetingKey, AppError> {
    let view = &session.view;
    let today = view.setting.today;
    let date = given.or_else(|| view.records.agreed_next()).unwrap_or(today);
    let key = MeetingKey::first(date);
    if let Some(status) = view.records.meeting(key).map(|m| m.status) {
        let error = DayError::MeetingKnown { date, status };
        return Err(AppError::Day { error, today });
    }
    let mut state = session.state().clone();
    skip_meeting(&view.records, &mut state, key);
    leave_broken_pair(session, &mut state);
    session.save("skip", Some("skip a meeting"), state)?;
    Ok(key)
}

/// Whether a record cannot be read, on the branch or in the folder.
fn is_broken(session: &WriteSession, path: &str) -> bool {
    let broken = session.workspace().broken();
    broken.iter().any(|problem| problem.path == path)
}

/// The first key of a day that no record has; a meeting that was to be skipped takes place after all.
fn free_key(session: &WriteSession, date: Date) -> MeetingKey {
    let mut key = MeetingKey::first(date);
    let taken = |key: MeetingKey| {
        let meeting = session.view.records.meeting(key);
        // A record that cannot be read is not written over.
        meeting.is_some_and(|m| m.status == MeetingStatus::Held) || is_broken(session, &key.path())
    };
    while taken(key) && key.number < u16::MAX {
        key.number += 1;
    }
    key
}

/// The head of a meeting's record, to be changed.
fn head(state: &mut State, key: MeetingKey) -> &mut Table {
    state.meetings.entry(key).or_insert_with(|| {
        let mut head = Table::default();
        head.set("date", date_value(key.date));
        head
    })
}

/// Forgets the agreed day of the next meeting, if it was that one.
fn use_up_next(records: &Records, state: &mut State, was: impl Fn(Date) -> bool) {
    if records.pair.next.is_some_and(was)
        && let Some(pair) = &mut state.pair
    {
        pair.top.remove("next");
    }
}

/// Takes back what a meeting changed in a `pair.toml` that cannot be read: the agreed day stays in it, and the meeting takes
/// place all the same (docs/sync.md#a-broken-pairtoml).
pub(super) fn leave_broken_pair(session: &WriteSession, state: &mut State) {
    if is_broken(session, PAIR_PATH) {
        state.pair.clone_from(&session.state().pair);
    }
}

/// Begins a meeting: the waiting entries move into it and are listed in its head, private ones stay with their author
/// (docs/merge.md#agenda-of-a-meeting).
pub fn begin_meeting(records: &Records, state: &mut State, key: MeetingKey, started: Instant) {
    let mut waited = Vec::new();
    for (id, placed) in &mut state.entries {
        let visibility = match records.entry(*id) {
            Some(entry) => entry.visibility,
            None => placed.entry.visibility(),
        };
        if placed.home == Home::Agenda && visibility != Visibility::Private {
            placed.home = Home::Meeting(key);
            waited.push(id.to_value());
        }
    }
    let head = head(state, key);
    head.set("status", "held");
    head.set("started", instant_value(started));
    head.remove("ended");
    head.set("agenda", Value::Array(waited));
    use_up_next(records, state, |next| next <= key.date);
}

/// Records that a meeting took place, and no more of it.
pub(super) fn record_held(records: &Records, state: &mut State, key: MeetingKey) {
    head(state, key).set("status", "held");
    use_up_next(records, state, |next| next <= key.date);
}

/// Records that a meeting did not take place.
pub fn skip_meeting(records: &Records, state: &mut State, key: MeetingKey) {
    head(state, key).set("status", "skipped");
    use_up_next(records, state, |next| next == key.date);
}

/// The end of a meeting that nobody ended: the last time that something was written or closed in it.
fn last_sign(view: &PairView, meeting: &Meeting) -> Option<Instant> {
    let entries = view.records.of_meeting(meeting.key);
    let longest = meeting.started? + chrono::Duration::hours(Meeting::LONGEST_HOURS);
    entries
        .iter()
        .flat_map(|e| [Some(e.at), e.body.as_ref().and_then(|b| b.closed)])
        .flatten()
        .filter(|at| *at <= longest)
        .chain(meeting.started)
        .max()
}

/// Ends a meeting: those entries of it that are `carried` go back to the agenda, and wait again. A closed one is opened
/// again, as it is to be talked about. `edit` changes an entry, under its seal where it has one.
///
/// # Errors
/// When `edit` fails.
pub fn end_meeting<E>(
    records: &Records,
    state: &mut State,
    key: MeetingKey,
    at: Instant,
    carried: &[EntryId],
    mut edit: impl FnMut(&mut State, EntryId, fn(&mut Table)) -> Result<(), E>,
) -> Result<(), E> {
    // No meeting ends before it began, whichever clock is wrong.
    let started = state.meeting(key).and_then(|meeting| meeting.started);
    let ended = started.map_or(at, |started| at.max(started));
    head(state, key).set("ended", instant_value(ended));
    let home = |id: &EntryId| state.entries.get(id).map(|placed| placed.home);
    let is_here = |id: &EntryId| home(id) == Some(Home::Meeting(key));
    let carried: Vec<EntryId> = carried.iter().copied().filter(is_here).collect();
    state.carry_back(&carried);
    let has_state = |id: &EntryId| {
        let body = records.entry(*id).and_then(|entry| entry.body.as_ref());
        body.is_some_and(|body| body.state.is_some())
    };
    for id in carried.into_iter().filter(has_state) {
        edit(state, id, |table| {
            table.remove("state");
            table.remove("closed");
        })?;
    }
    Ok(())
}

/// Changes entries of a state with the keys of a session.
fn edits(session: &WriteSession) -> impl FnMut(&mut State, EntryId, fn(&mut Table)) -> Result<(), SyncError> {
    |state, id, change| session.workspace().edit_entry(state, id, change).map(drop)
}

/// Agrees on the day of the next meeting.
pub fn agree_next(state: &mut State, next: Date) {
    if let Some(pair) = &mut state.pair {
        pair.top.set("next", date_value(next));
        settle_next(pair);
    }
}

/// Ends a conflict over the agreed day: the two have agreed since.
pub(super) fn settle_next(pair: &mut PairDocument) {
    pair.top.rows.retain(|row| row.field != "next");
}
