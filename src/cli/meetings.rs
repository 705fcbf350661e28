//! What the commands about meetings share: beginning, ending, and a look at the remote meanwhile.

use std::time::Duration;

use crate::git::Repository;
use crate::model::{
    Date, Entry, Home, Instant, Meeting, MeetingKey, MeetingStatus, State, Table, Value, date_value,
    instant_value,
};
use crate::query::Carry;
use crate::render::{Notes, json, text, tsv};
use crate::sync::{Delivery, Interest, SyncOptions, Take, Workspace, sync_within};

use super::context::{Context, Place};
use super::error::Failure;
use super::hint::Hint;
use super::notes;
use super::session::Desk;

/// How long a meeting waits for a remote (design, section 4).
const PATIENCE: Duration = Duration::from_secs(5);

/// Syncs as far as it goes in a few seconds; what stands in the way is a warning. The time that is left for more, none
/// where nothing was delivered.
pub(super) fn sync_if_possible(context: &mut Context, place: &Place) -> Option<Duration> {
    sync_in(context, place, PATIENCE)
}

/// The same, in the time that is left.
pub(super) fn sync_in(context: &mut Context, place: &Place, patience: Duration) -> Option<Duration> {
    if context.global.offline {
        return None;
    }
    let began = std::time::Instant::now();
    match Repository::open(&place.dir).and_then(|repo| repo.remote_url("origin")) {
        Ok(Some(_)) => {}
        // Without a remote there is nothing to wait for; other trouble is the command's own to tell.
        _ => return None,
    }
    let Ok(mut workspace) = Workspace::open(
        &place.dir,
        context.environment(),
        Take::Records,
        Interest::Changes,
    ) else {
        return None;
    };
    // Nobody is asked for a password while the other one waits.
    let undelivered = match sync_within(&mut workspace, &SyncOptions::default(), patience) {
        Ok(report) => {
            notes::say_all(context, &report.notes);
            if report.conflicts > 0 {
                context.out.warn(format!(
                    "{} with a conflict: both values are kept",
                    report.conflicts
                ));
            }
            match report.delivery {
                Delivery::Delivered => return patience.checked_sub(began.elapsed()),
                delivery => super::sync::undelivered(&delivery).what,
            }
        }
        Err(e) => format!("not synced: {}", Failure::from(e).what),
    };
    context.out.warn(undelivered);
    context
        .out
        .hint(Hint::ours(["sync"]).why("see more of what is wrong"));
    None
}

/// The first key of a day that no record has; a meeting that was to be skipped takes place after all.
pub(super) fn free_key(desk: &Desk, date: Date) -> MeetingKey {
    let mut key = MeetingKey::first(date);
    let taken = |key: MeetingKey| {
        let met = desk
            .records
            .meeting(key)
            .is_some_and(|m| m.status == MeetingStatus::Held);
        met || desk.workspace.broken().any(|p| p.path == key.path())
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

/// The agreed next meeting, where it has not been met or skipped yet.
pub(super) fn agreed(desk: &Desk) -> Option<Date> {
    let latest = desk.records.meetings.iter().map(|m| m.key.date).max();
    let next = desk.records.pair.next?;
    latest.is_none_or(|latest| next > latest).then_some(next)
}

/// Forgets an agreed next meeting that is not after the one of that day.
pub(super) fn use_up_next(state: &mut State, desk: &Desk, date: Date) {
    if desk.records.pair.next.is_some_and(|next| next <= date)
        && let Some(pair) = &mut state.pair
    {
        pair.top.remove("next");
    }
}

/// When a meeting that nobody ended came to its end: with the last thing that was written or closed in it.
pub(super) fn last_sign(desk: &Desk, meeting: &Meeting) -> Option<Instant> {
    let entries = desk.records.of_meeting(meeting.key);
    let longest = meeting.started? + chrono::Duration::hours(Meeting::LONGEST_HOURS);
    entries
        .iter()
        .flat_map(|e| [Some(e.at), e.body.as_ref().and_then(|b| b.closed)])
        .flatten()
        .filter(|at| *at <= longest)
        .chain(meeting.started)
        .max()
}

/// Ends a meeting: the entries named go back to the agenda, waiting again.
pub(super) fn end(
    desk: &Desk,
    state: &mut State,
    meeting: &Meeting,
    ended: Instant,
    carried: &[Carry],
) -> Result<(), Failure> {
    head(state, meeting.key).set("ended", instant_value(ended));
    for carry in carried {
        let Some(entry) = desk.records.entry(carry.id) else {
            continue;
        };
        if let Some(placed) = state.entries.get_mut(&carry.id) {
            placed.home = Home::Agenda;
            placed.entry.set(
                "carried",
                Value::Integer((i64::from(entry.carried) + 1).min(1_000_000)),
            );
        }
        if entry.body.as_ref().is_some_and(|b| b.state.is_some()) {
            // It is to be talked about again.
            desk.workspace.edit_entry(state, carry.id, |table| {
                table.remove("state");
                table.remove("closed");
            })?;
        }
    }
    Ok(())
}

/// Says which entries went back to the agenda.
pub(super) fn say_carried(context: &mut Context, desk: &Desk, carried: &[Carry]) {
    let entries: Vec<_> = carried.iter().filter_map(|c| desk.records.entry(c.id)).collect();
    if !entries.is_empty() {
        let list = text::list(&desk.screen(context), &entries);
        context.out.say(format!("Back on the agenda\n{list}"));
    }
}

/// Answers with a meeting: as JSON, as rows, or in words.
pub(super) fn answer(
    context: &mut Context,
    desk: &Desk,
    key: MeetingKey,
    rows: &[&Entry],
    words: impl Fn(&text::Screen<'_>) -> String,
) -> Result<(), Failure> {
    if context.global.json {
        let notes = Notes::new();
        let scope = json::Scope {
            pair: &desk.name,
            notes: &notes,
        };
        let Some(meeting) = desk.records.meeting(key) else {
            return Ok(());
        };
        let entries = desk.records.of_meeting(key);
        let document = json::Document::meeting(meeting, entries, &scope);
        context.out.data(&json::one(&document))?;
    } else if context.to_terminal {
        let words = words(&desk.screen(context));
        context.out.data(&words)?;
    } else {
        context.out.data(&tsv::entries(None, rows.iter().copied()))?;
    }
    context.out.flush()
}
