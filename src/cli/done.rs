//! `done`: an action is done, anything else was talked about.

use clap::Args;

use crate::model::{ActionState, Entry, Home, Kind, instant_value};

use super::context::Context;
use super::error::{Exit, Failure};
use super::session::Desk;

/// Mark actions as done, and anything else as talked about
#[derive(Args)]
pub(super) struct DoneArgs {
    /// Which entries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: DoneArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let mut desk = Desk::open(context, &place)?;
    let ids = desk.resolve_all(&args.ids)?;
    let mut state = desk.workspace.state().clone();
    for id in &ids {
        let Some(entry) = desk.records.entry(*id) else {
            continue;
        };
        let done = entry.body.as_ref().and_then(|b| b.state) == Some(ActionState::Done);
        if done {
            context
                .out
                .say(format!("{} is done already", desk.ids.short(*id)));
            continue;
        }
        desk.workspace.edit_entry(&mut state, *id, |table| {
            table.set("state", ActionState::Done.as_str());
            table.set("closed", instant_value(context.now));
        })?;
        if let (Some(home), Some(placed)) = (talked_about(context, &desk, entry), state.entries.get_mut(id)) {
            placed.home = home;
        }
    }
    desk.save(context, state, None)?;
    for id in &ids {
        desk.echo(context, *id);
    }
    desk.answer(context, &ids, true)?;
    Ok(Exit::Done)
}

/// Where something belongs that waited and was talked about: the meeting under way, or the last one held.
fn talked_about(context: &Context, desk: &Desk, entry: &Entry) -> Option<Home> {
    if entry.kind() == Some(Kind::Action) || entry.home != Home::Agenda {
        return None;
    }
    let meeting = desk
        .records
        .under_way(context.now)
        .or_else(|| desk.records.last_held().copied())?;
    Some(Home::Meeting(meeting.key))
}
