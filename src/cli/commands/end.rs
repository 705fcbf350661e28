//! `end`: end the meeting under way.

use clap::Args;

use crate::app::{self, GoBack};
use crate::cli::{Context, Exit, Failure, TerminalError, meeting};
use crate::query::{parse_date, to_do};
use crate::render::text;

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
    let back = go_back(args.carry)?;
    let place = context.place()?;
    let (session, ended) = context.write(&place, |session| app::end(session, &back, next))?;
    let view = &session.view;
    meeting::say(context, view, ended.meeting, "ended");
    if let Some(next) = next {
        let day = text::day(next, context.today);
        context.out.say(format!("the next meeting is on {day}"));
    }
    let carried = ended.carried.iter().filter_map(|id| view.records.entry(*id));
    let carried: Vec<_> = carried.collect();
    if !carried.is_empty() {
        let list = text::list(&context.screen(view), &carried);
        context.out.say(format!("Back on the agenda\n{list}"));
    }
    let rows: Vec<_> = to_do(&view.records, context.today)
        .into_iter()
        .flat_map(|(_, entries)| entries)
        .collect();
    meeting::answer(context, view, ended.meeting, &rows, |screen| {
        text::to_do(screen, &view.records)
    })?;
    // The lists are read aloud meanwhile, and the lock is free.
    drop(session);
    meeting::sync_meanwhile(context, &place, meeting::PATIENCE);
    Ok(Exit::Done)
}

fn go_back(carry: Vec<String>) -> Result<GoBack, TerminalError> {
    match carry.as_slice() {
        [] => Ok(GoBack::Usual),
        [word] if word == "none" => Ok(GoBack::Nothing),
        words if words.iter().any(|word| word == "none") => Err(TerminalError::NoneAmongOthers),
        _ => Ok(GoBack::These(carry)),
    }
}
