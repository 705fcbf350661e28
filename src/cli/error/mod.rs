//! Each error's words, hint and exit code: one file for each layer that it comes from
//! (docs/command-line.md#exit-codes).

mod app;
mod delivery;
mod exit;
mod failure;
mod git;
mod query;
mod seal;
mod store;
mod sync;
mod terminal;

pub(super) use delivery::{not_pushed, undelivered};
pub use exit::Exit;
pub(super) use failure::{Failure, problems_failure, usage};
pub(super) use query::unresolved;
pub(super) use terminal::TerminalError;
