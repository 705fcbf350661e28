//! Each error's words, hint and exit code: one file for each layer that it comes from
//! (docs/command-line.md#exit-codes).

mod app;
mod delivery;
mod editor;
mod exit;
mod failure;
mod git;
mod place;
mod rewritten;
mod seal;
mod store;
mod surroundings;
mod sync;
mod terminal;
#[cfg(test)]
mod tests;
mod upstream;

pub(super) use delivery::undelivered;
pub(super) use editor::EditorError;
pub use exit::Exit;
pub(super) use failure::{Failure, problems_failure};
pub(super) use place::with_folder;
pub(super) use surroundings::SurroundingsError;
pub(super) use terminal::TerminalError;
