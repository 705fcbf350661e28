//! `next`: the agreed day of the next meeting.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};
use crate::query::parse_date;
use crate::render::json::{self, JsonDocument};

/// Agree on the day of the next meeting, or move it
#[derive(Args)]
pub(super) struct NextArgs {
    /// The day: `friday`, `in 2 weeks`, `2026-12-05`
    #[arg(required_unless_present = "none", conflicts_with = "none")]
    date: Vec<String>,
    /// Agree on no day
    #[arg(long)]
    none: bool,
}

pub(super) fn run(context: &mut Context, args: NextArgs) -> Result<Exit, Failure> {
    let next = match args.date.as_slice() {
        [] => None,
        words => Some(parse_date(&words.join(" "), context.today)?),
    };
    let place = context.place()?;
    let (session, moved) = context.write(&place, |session| app::move_next(session, next))?;
    context.say_next(&session.view, moved);
    if context.global.json {
        context
            .out
            .data(&json::one(&JsonDocument::next(moved.is, moved.was)))?;
    }
    Ok(Exit::Done)
}
