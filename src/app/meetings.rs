//! The rules about meetings that `start`, `end` and `skip` share, and a look at the remote meanwhile.

use std::time::Duration;

use crate::git::Repository;
use crate::model::{
    Date, Home, Instant, Meeting, MeetingKey, MeetingStatus, State, Table, Value, date_value, instant_value,
};
use crate::query::Carry;
use crate::sync::{Delivery, ReadScope, SnapshotFiles, SyncOptions};

use super::{AppError, PairClone, PairView, Remark, Remarks, Setting, WriteSession, session::open_clone};

/// Syncs within `patience`: nobody waits longer for a remote while the other member sits there.
/// An obstacle is a remark. Returns whether everything was delivered.
pub fn sync_meanwhile(setting: &Setting, place: &PairClone, patience: Duration, remarks: &Remarks) -> bool {
    // Without a remote there is nothing to wait for; the command itself tells of other trouble.
    let has_remote = || {
        matches!(
            Repository::open(&place.dir).and_then(|repo| repo.remote_url("origin")),
            Ok(Some(_))
        )
    };
    if setting.offline || !has_remote() {
        return false;
    }
    let Ok(mut workspace) = open_clone(setting, place, SnapshotFiles::Records, ReadScope::Changes) else {
        return false;
    };
    // The defaults ask nobody for a password.
    let options = SyncOptions {
        time_limit: Some(patience),
        ..SyncOptions::default()
    };
    match crate::sync::sync(&mut workspace, &options) {
        Ok(report) => {
            remarks.add_notes(&report.notes);
            if report.conflicts > 0 {
                remarks.add(Remark::Conflicts(report.conflicts));
            }
            let delivered = report.delivery == Delivery::Delivered;
            if !delivered {
                remarks.add(Remark::Undelivered(report.delivery));
            }
            delivered
        }
        Err(e) => {
            remarks.add(Remark::SyncFailed(e.into()));
            false
        }
    }
}

/// The first key of a day that no record has; a meeting that was to be skipped takes place after all.
pub(super) fn free_key(session: &WriteSession, date: Date) -> MeetingKey {
    let mut key = MeetingKey::first(date);
    let taken = |key: MeetingKey| {
        let meeting = session.view.records.meeting(key);
        // A record that cannot be read is not written over.
        let is_broken = || {
            session
                .workspace()
                .broken()
                .any(|problem| problem.path == key.path())
        };
        meeting.is_some_and(|m| m.status == MeetingStatus::Held) || is_broken()
    };
    while taken(key) && key.number < u16::MAX {
        key.number += 1;
    }
    key
}

/// The head of a meeting's record, to be changed.
pub(super) fn head(state: &mut State, key: MeetingKey) -> &mut Table {
    state.meetings.entry(key).or_insert_with(|| {
        let mut head = Table::default();
        head.set("date", date_value(key.date));
        head
    })
}

/// The agreed next meeting, where it was neither held nor skipped yet.
pub(super) fn agreed(view: &PairView) -> Option<Date> {
    let latest = view.records.meetings.iter().map(|m| m.key.date).max();
    let next = view.records.pair.next?;
    latest.is_none_or(|latest| next > latest).then_some(next)
}

/// Forgets an agreed next meeting that is not after that day.
pub(super) fn use_up_next(view: &PairView, state: &mut State, date: Date) {
    if view.records.pair.next.is_some_and(|next| next <= date)
        && let Some(pair) = &mut state.pair
    {
        pair.top.remove("next");
    }
}

/// The end of a meeting that nobody ended: the last time that something was written or closed in it.
pub(super) fn last_sign(view: &PairView, meeting: &Meeting) -> Option<Instant> {
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

/// Ends a meeting: the entries of `carried` go back to the agenda and wait again.
pub(super) fn end_meeting(
    session: &WriteSession,
    state: &mut State,
    meeting: &Meeting,
    ended: Instant,
    carried: &[Carry],
) -> Result<(), AppError> {
    head(state, meeting.key).set("ended", instant_value(ended));
    for carry in carried {
        let Some(entry) = session.view.records.entry(carry.id) else {
            continue;
        };
        if let Some(placed) = state.entries.get_mut(&carry.id) {
            placed.home = Home::Agenda;
            let times = (i64::from(entry.carried) + 1).min(1_000_000);
            placed.entry.set("carried", Value::Integer(times));
        }
        if entry.body.as_ref().is_some_and(|b| b.state.is_some()) {
            // It is to be talked about again.
            session.workspace().edit_entry(state, carry.id, |table| {
                table.remove("state");
                table.remove("closed");
            })?;
        }
    }
    Ok(())
}
