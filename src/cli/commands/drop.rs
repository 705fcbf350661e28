//! `drop`: an action is given up.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};

/// Give actions up
#[derive(Args)]
pub(super) struct DropArgs {
    /// Which actions
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: DropArgs) -> Result<Exit, Failure> {
    context.change(|session| app::drop_actions(session, &args.ids))
}
