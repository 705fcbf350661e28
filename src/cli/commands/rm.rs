//! `rm`: entries go.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};
use crate::render::json::JsonDocument;

/// Remove entries; history keeps what they said
#[derive(Args)]
pub(super) struct RmArgs {
    /// Which entries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: RmArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let (session, removed) = context.write(&place, |session| app::remove(session, &args.ids))?;
    for entry in &removed {
        context.say_removed(&session.view, entry);
    }
    context.give_json(&session.view, |scope| JsonDocument::entries(&removed, scope))?;
    Ok(Exit::Done)
}
