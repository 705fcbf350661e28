//! `skip`: a meeting that did not take place.

use clap::Args;

use crate::model::{Date, Home, MeetingKey, MeetingStatus, Visibility};
use crate::query::parse_date;
use crate::render::text;

use super::context::Context;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::meetings;
use super::session::Desk;

/// Record that a meeting did not take place
#[derive(Args)]
pub(super) struct SkipArgs {
    /// Its day; the agreed one unless given, else today
    date: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: SkipArgs) -> Result<Exit, Failure> {
    let given = match args.date.as_slice() {
        [] => None,
        words => Some(parse_date(&words.join(" "), context.today)?),
    };
    let place = context.place()?;
    let mut desk = Desk::open(context, &place)?;
    let date = given.or_else(|| meetings::agreed(&desk)).unwrap_or(context.today);
    let key = MeetingKey::first(date);
    refuse_known(context, &desk, key)?;
    let mut state = desk.workspace.state().clone();
    meetings::head(&mut state, key).set("status", "skipped");
    meetings::use_up_next(&mut state, &desk, date);
    desk.save(context, state, Some("skip a meeting"))?;
    let home = Home::Meeting(key);
    let echo = text::echo(&desk.screen(context), home, Visibility::Shared);
    context.out.say(format!("{} · skipped", echo.trim_end()));
    if context.global.json {
        meetings::answer(context, &desk, key, &[], |_| String::new())?;
    }
    Ok(Exit::Done)
}

fn refuse_known(context: &Context, desk: &Desk, key: MeetingKey) -> Result<(), Failure> {
    let day = |date: Date| text::day(date, context.today);
    let what = match desk.records.meeting(key).map(|m| m.status) {
        None => return Ok(()),
        Some(MeetingStatus::Skipped) => format!("{} is recorded as skipped already", day(key.date)),
        Some(MeetingStatus::Held) => format!("there was a meeting on {}", day(key.date)),
    };
    Err(Failure::new(Exit::Failed, what).hint(Hint::ours(["skip", "DATE"]).why("name another day")))
}
