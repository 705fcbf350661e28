//! `end`: end the meeting under way.

use clap::Args;

use crate::model::{Date, Home, Meeting, Visibility, date_value};
use crate::query::{Carry, carry, carry_named, parse_date, to_do};
use crate::render::text;

use super::context::Context;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::meetings;
use super::session::Desk;

/// End the meeting, and show both to-do lists to read aloud
///
/// What was not talked about goes back to the agenda.
#[derive(Args)]
pub(super) struct EndArgs {
    /// Take exactly these back to the agenda; `none` takes nothing back
    #[arg(long, value_name = "ID", value_delimiter = ',', num_args = 1..)]
    carry: Vec<String>,
    /// Agree on the next meeting: `friday`, `in 2 weeks`, `2026-12-05`
    #[arg(long, value_name = "DATE")]
    next: Option<String>,
}

pub(super) fn run(context: &mut Context, args: EndArgs) -> Result<Exit, Failure> {
    let next = match &args.next {
        Some(words) => Some(parse_date(words, context.today)?),
        None => None,
    };
    let place = context.place()?;
    let mut desk = Desk::open(context, &place)?;
    let meeting = meeting(context, &desk)?;
    let carried = carried(&desk, &meeting, &args.carry)?;
    if let Some(next) = next {
        check_next(context, next, &meeting)?;
    }
    finish(context, &mut desk, &meeting, &carried, next)?;
    let rows: Vec<_> = to_do(&desk.records, context.today)
        .into_iter()
        .flat_map(|(_, entries)| entries)
        .collect();
    meetings::answer(context, &desk, meeting.key, &rows, |screen| {
        text::to_do(screen, &desk.records)
    })?;
    // The lists are read aloud meanwhile, and the lock is free.
    std::mem::drop(desk);
    meetings::sync_if_possible(context, &place);
    Ok(Exit::Done)
}

/// Ends a meeting, and says so.
pub(super) fn finish(
    context: &mut Context,
    desk: &mut Desk,
    meeting: &Meeting,
    carried: &[Carry],
    next: Option<Date>,
) -> Result<(), Failure> {
    let mut state = desk.workspace.state().clone();
    let ended = if meeting.is_under_way(context.now) {
        context.now
    } else {
        let at = meetings::last_sign(desk, meeting).unwrap_or(context.now);
        context.out.say(format!(
            "it began more than {} hours ago; ended as of {}",
            Meeting::LONGEST_HOURS,
            at.format("%H:%M UTC"),
        ));
        at
    };
    meetings::end(desk, &mut state, meeting, ended, carried)?;
    if let (Some(next), Some(pair)) = (next, &mut state.pair) {
        pair.top.set("next", date_value(next));
    }
    desk.save(context, state, Some("end a meeting"))?;
    let home = Home::Meeting(meeting.key);
    let echo = text::echo(&desk.screen(context), home, Visibility::Shared);
    context.out.say(format!("{} · ended", echo.trim_end()));
    if let Some(next) = next {
        let day = text::day(next, context.today);
        context.out.say(format!("the next meeting is on {day}"));
    }
    meetings::say_carried(context, desk, carried);
    Ok(())
}

/// The meeting under way, else the last one that nobody ended.
fn meeting(context: &Context, desk: &Desk) -> Result<Meeting, Failure> {
    let unended = desk.records.meetings.iter().filter(|m| m.is_unended());
    let last = unended.max_by_key(|m| (m.started, m.key)).copied();
    desk.records.under_way(context.now).or(last).ok_or_else(|| {
        Failure::new(Exit::Failed, "no meeting is under way").hint(Hint::ours(["start"]).why("begin one"))
    })
}

/// What goes back: exactly what was named, else what was not talked about.
fn carried(desk: &Desk, meeting: &Meeting, named: &[String]) -> Result<Vec<Carry>, Failure> {
    match named {
        [] => Ok(carry(&desk.records, meeting)),
        [word] if word == "none" => Ok(Vec::new()),
        words if words.iter().any(|w| w == "none") => {
            Err(Failure::usage("--carry names entries, or is none; not both"))
        }
        words => {
            let ids = desk.resolve_all(words)?;
            carry_named(&desk.records, meeting.key, &ids)
                .map_err(|e| Failure::new(Exit::Failed, e.to_string()).cause("nothing was changed"))
        }
    }
}

fn check_next(context: &Context, next: Date, meeting: &Meeting) -> Result<(), Failure> {
    if next > meeting.key.date {
        return Ok(());
    }
    let day = text::day(next, context.today);
    Err(Failure::usage(format!("{day} is not after this meeting"))
        .hint("give the day of the next one: --next friday, --next \"in 2 weeks\""))
}
