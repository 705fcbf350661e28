//! `drop`: an action is given up.

use clap::Args;

use crate::model::{ActionState, Kind, instant_value};

use super::context::Context;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::session::Desk;

/// Give actions up
#[derive(Args)]
pub(super) struct DropArgs {
    /// Which actions
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: DropArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let mut desk = Desk::open(context, &place)?;
    let ids = desk.resolve_all(&args.ids)?;
    let mut state = desk.workspace.state().clone();
    for id in &ids {
        let body = desk.records.entry(*id).and_then(|e| e.body.as_ref());
        if let Some(kind) = body.map(|b| b.kind).filter(|k| *k != Kind::Action) {
            let short = desk.ids.short(*id);
            return Err(Failure::new(
                Exit::Failed,
                format!("{short} is of the kind {kind}, not an action"),
            )
            .cause("nothing was changed")
            .hint(Hint::ours(["done", &short]).why("say that it was talked about"))
            .hint(Hint::ours(["rm", &short]).why("remove it")));
        }
        if body.and_then(|b| b.state) == Some(ActionState::Dropped) {
            context
                .out
                .say(format!("{} is dropped already", desk.ids.short(*id)));
            continue;
        }
        desk.workspace.edit_entry(&mut state, *id, |table| {
            table.set("state", ActionState::Dropped.as_str());
            table.set("closed", instant_value(context.now));
        })?;
    }
    desk.save(context, state, None)?;
    for id in &ids {
        desk.echo(context, *id);
    }
    desk.answer(context, &ids, true)?;
    Ok(Exit::Done)
}
