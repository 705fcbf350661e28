//! `start`: begin today's meeting.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure, meeting};
use crate::query::agenda;
use crate::render::text;

/// Begin today's meeting, and show its agenda
///
/// The waiting entries move into it, private ones excepted.
#[derive(Args)]
pub(super) struct StartArgs {}

pub(super) fn run(context: &mut Context, _args: StartArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let left = meeting::sync_meanwhile(context, &place, meeting::PATIENCE);
    let (session, key) = context.write(&place, app::start)?;
    meeting::say(context, &session.view, key, "begun");
    let agenda = agenda(&session.view.records, context.now, context.today);
    let rows: Vec<_> = agenda.entries().collect();
    meeting::answer(context, &session.view, key, &rows, |screen| {
        text::agenda(screen, &agenda)
    })?;
    // The other member sees that the meeting is under way. The lock is free meanwhile.
    drop(session);
    if let Some(left) = left {
        meeting::sync_meanwhile(context, &place, left);
    }
    Ok(Exit::Done)
}
