//! `redo`: the last undo is taken back.

use clap::Args;

use crate::cli::{Context, Exit, Failure};
use crate::sync::UndoDirection;

use super::undo;

/// Take back the last undo, as a new commit; a new command ends that
#[derive(Args)]
pub(super) struct RedoArgs {}

pub(super) fn run(context: &mut Context, _args: RedoArgs) -> Result<Exit, Failure> {
    undo::go(context, UndoDirection::Redo)
}
