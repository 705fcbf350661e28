//! `done`, `drop` and `reopen`: entries are closed, or open again.

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

/// Give actions up
#[derive(Args)]
pub(super) struct DropArgs {
    /// Which actions
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

/// Open actions again, and put anything else that was talked about back on the agenda
#[derive(Args)]
pub(super) struct ReopenArgs {
    /// Which entries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn done(context: &mut Context, args: DoneArgs) -> Result<Exit, Failure> {
    context.change(|session| app::done(session, &args.ids))
}

pub(super) fn drop(context: &mut Context, args: DropArgs) -> Result<Exit, Failure> {
    context.change(|session| app::drop_actions(session, &args.ids))
}

pub(super) fn reopen(context: &mut Context, args: ReopenArgs) -> Result<Exit, Failure> {
    context.change(|session| app::reopen(session, &args.ids))
}
