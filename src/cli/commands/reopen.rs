//! `reopen`: a closed entry is open again.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};

/// Open actions again, and put anything else that was talked about back on the agenda
#[derive(Args)]
pub(super) struct ReopenArgs {
    /// Which entries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: ReopenArgs) -> Result<Exit, Failure> {
    context.change(|session| app::reopen(session, &args.ids))
}
