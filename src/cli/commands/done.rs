//! `done`: an action is done, anything else was talked about.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};

/// Mark actions as done, and anything else as talked about
#[derive(Args)]
pub(super) struct DoneArgs {
    /// Which entries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: DoneArgs) -> Result<Exit, Failure> {
    context.change(|session| app::done(session, &args.ids))
}
