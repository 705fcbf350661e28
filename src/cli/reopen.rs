//! `reopen`: what was closed is open again.

use clap::Args;

use crate::model::{ActionState, Home, Kind};

use super::context::Context;
use super::error::{Exit, Failure};
use super::session::Desk;

/// Open actions again, and put anything else that was talked about back on the agenda
#[derive(Args)]
pub(super) struct ReopenArgs {
    /// Which entries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: ReopenArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let mut desk = Desk::open(context, &place)?;
    let ids = desk.resolve_all(&args.ids)?;
    let mut state = desk.workspace.state().clone();
    let under_way = desk.records.under_way(context.now).map(|m| Home::Meeting(m.key));
    for id in &ids {
        let body = desk.records.entry(*id).and_then(|e| e.body.as_ref());
        let closed = matches!(
            body.and_then(|b| b.state),
            Some(ActionState::Done | ActionState::Dropped)
        );
        if body.is_some() && !closed {
            context
                .out
                .say(format!("{} is open already", desk.ids.short(*id)));
            continue;
        }
        let action = body.is_some_and(|b| b.kind == Kind::Action);
        desk.workspace.edit_entry(&mut state, *id, |table| {
            if action {
                table.set("state", ActionState::Open.as_str());
            } else {
                table.remove("state");
            }
            table.remove("closed");
        })?;
        if let Some(placed) = state.entries.get_mut(id).filter(|_| !action)
            && Some(placed.home) != under_way
        {
            // In a meeting that is over nobody would come upon it.
            placed.home = Home::Agenda;
        }
    }
    desk.save(context, state, None)?;
    for id in &ids {
        desk.echo(context, *id);
    }
    desk.answer(context, &ids, true)?;
    Ok(Exit::Done)
}
