//! `skip`: a meeting that did not take place.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure, meeting};
use crate::query::parse_date;

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
    let (session, key) = context.write(&place, |session| app::skip(session, given))?;
    meeting::say(context, &session.view, key, "skipped");
    if context.global.json {
        meeting::answer(context, &session.view, key, &[], |_| String::new())?;
    }
    Ok(Exit::Done)
}
