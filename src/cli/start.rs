//! `start`: begin today's meeting.

use clap::Args;

use crate::model::{Date, Home, Instant, Meeting, MeetingKey, State, Visibility, instant_value};
use crate::query::{agenda, carry};
use crate::render::text;

use super::context::Context;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::meetings;
use super::session::Desk;

/// Begin today's meeting, and show its agenda
///
/// The waiting entries move into it, private ones excepted.
#[derive(Args)]
pub(super) struct StartArgs {}

pub(super) fn run(context: &mut Context, _args: StartArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let left = meetings::sync_if_possible(context, &place);
    let mut desk = Desk::open(context, &place)?;
    let key = begin(context, &mut desk)?;
    let agenda = agenda(&desk.records, context.now, context.today);
    let rows: Vec<_> = agenda.entries().collect();
    meetings::answer(context, &desk, key, &rows, |screen| text::agenda(screen, &agenda))?;
    // The other one sees that the meeting is under way; the lock is free meanwhile.
    std::mem::drop(desk);
    if let Some(left) = left {
        meetings::sync_in(context, &place, left);
    }
    Ok(Exit::Done)
}

/// Begins a meeting, and says so.
pub(super) fn begin(context: &mut Context, desk: &mut Desk) -> Result<MeetingKey, Failure> {
    if let Some(meeting) = desk.records.under_way(context.now) {
        let day = text::day(meeting.key.date, context.today);
        return Err(
            Failure::new(Exit::Failed, format!("the meeting of {day} is under way already"))
                .hint(Hint::ours(["end"]).why("end it"))
                .hint(Hint::ours(["agenda"]).why("see what it is about")),
        );
    }
    let mut state = desk.workspace.state().clone();
    let stale = end_stale(desk, &mut state)?;
    let key = meetings::free_key(desk, day(desk, context.today));
    let head = meetings::head(&mut state, key);
    head.set("status", "held");
    head.set("started", instant_value(context.now));
    head.remove("ended");
    move_in(desk, &mut state, key);
    meetings::use_up_next(&mut state, desk, key.date);
    desk.save(context, state, Some("start a meeting"))?;
    for (meeting, ended) in stale {
        context.out.say(format!(
            "the meeting of {} was never ended; it is now, as of {}",
            text::day(meeting.key.date, context.today),
            ended.format("%H:%M UTC"),
        ));
    }
    let echo = text::echo(&desk.screen(context), Home::Meeting(key), Visibility::Shared);
    context.out.say(format!("{} · begun", echo.trim_end()));
    Ok(key)
}

/// Today, or the agreed day when that is within a day.
fn day(desk: &Desk, today: Date) -> Date {
    let near = |next: &Date| (*next - today).num_days().abs() <= 1;
    meetings::agreed(desk).filter(near).unwrap_or(today)
}

/// Ends what was begun long ago and never ended.
fn end_stale(desk: &Desk, state: &mut State) -> Result<Vec<(Meeting, Instant)>, Failure> {
    let mut ended = Vec::new();
    for meeting in desk.records.meetings.iter().filter(|m| m.is_unended()) {
        let Some(at) = meetings::last_sign(desk, meeting) else {
            continue;
        };
        let carried = carry(&desk.records, meeting);
        meetings::end(desk, state, meeting, at, &carried)?;
        ended.push((*meeting, at));
    }
    Ok(ended)
}

/// Moves what waits into the meeting; what is private stays with its author.
fn move_in(desk: &Desk, state: &mut State, key: MeetingKey) {
    for (id, placed) in &mut state.entries {
        let visibility = match desk.records.entry(*id) {
            Some(entry) => entry.visibility,
            None => placed.entry.visibility(),
        };
        if placed.home == Home::Agenda && visibility != Visibility::Private {
            placed.home = Home::Meeting(key);
        }
    }
}
