//! `restore`: an entry is as it was before somebody else changed it.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};

/// Put an entry back as it was before somebody else changed, removed or opened it
#[derive(Args)]
pub(super) struct RestoreArgs {
    /// Which entry; the whole id of one that is gone
    id: String,
}

pub(super) fn run(context: &mut Context, args: RestoreArgs) -> Result<Exit, Failure> {
    context.change(|session| Ok(vec![app::restore(session, &args.id)?]))
}
