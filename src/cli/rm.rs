//! `rm`: entries go.

use clap::Args;

use crate::model::{EntryId, Table, Value};
use crate::render::{Notes, json, text};
use crate::sync::ViewError;

use super::context::Context;
use super::error::{Exit, Failure};
use super::session::Desk;

/// Remove entries; history keeps what they said
#[derive(Args)]
pub(super) struct RmArgs {
    /// Which entries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: RmArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let mut desk = Desk::open(context, &place)?;
    let ids = desk.resolve_all(&args.ids)?;
    let mut state = desk.workspace.state().clone();
    for id in &ids {
        refuse_closed(&desk, *id)?;
        state.entries.remove(id);
    }
    let said = farewell(context, &desk, &ids);
    let gone: Vec<_> = ids
        .iter()
        .filter_map(|id| desk.records.entry(*id).cloned())
        .collect();
    desk.save(context, state, None)?;
    said.iter().for_each(|line| context.out.say(line));
    if context.global.json {
        let notes = Notes::new();
        let scope = json::Scope {
            pair: &desk.name,
            notes: &notes,
        };
        let document = json::Document::entries(&gone, &scope);
        context.out.data(&json::one(&document))?;
    }
    Ok(Exit::Done)
}

/// What will be said of each when it is gone.
fn farewell(context: &Context, desk: &Desk, ids: &[EntryId]) -> Vec<String> {
    let screen = desk.screen(context);
    let line = |id: &EntryId| {
        let entry = desk.records.entry(*id)?;
        let echo = text::echo(&screen, entry.home, entry.read_as());
        Some(format!("{} · removed {id}", echo.trim_end()))
    };
    ids.iter().filter_map(line).collect()
}

/// What I cannot read is not mine to remove (design, section 3).
fn refuse_closed(desk: &Desk, id: EntryId) -> Result<(), Failure> {
    let Some(placed) = desk.workspace.state().entries.get(&id) else {
        return Ok(());
    };
    let closed =
        ciphertexts(&placed.entry).find_map(|ciphertext| opens(desk, id, &placed.entry, ciphertext).err());
    match closed {
        None => Ok(()),
        Some(ViewError::NoIdentity) => Ok(desk.workspace.keys().require_identity()?),
        Some(ViewError::Open(e)) => Err(Failure::new(
            Exit::Key,
            format!("{} holds a text that your key does not open", desk.ids.short(id)),
        )
        .cause(e.to_string())
        .cause("nothing was removed")
        .hint("who can read it can remove it")),
    }
}

fn ciphertexts(entry: &Table) -> impl Iterator<Item = &str> {
    let rows = entry
        .rows_of("body")
        .filter_map(|row| row.alternative.get("sealed").and_then(Value::as_str));
    entry.get_str("sealed").into_iter().chain(rows)
}

fn opens(desk: &Desk, id: EntryId, entry: &Table, ciphertext: &str) -> Result<(), ViewError> {
    let Some(by) = entry.get_str("by").and_then(|by| by.parse().ok()) else {
        return Ok(());
    };
    let keys = desk.workspace.keys();
    keys.open(desk.workspace.pair(), id, &by, ciphertext).map(drop)
}
