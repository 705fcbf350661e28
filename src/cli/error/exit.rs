//! The exit codes.

use std::process::ExitCode;

/// The exit codes; never renumbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed or not found; nothing changed.
    Failed = 1,
    /// Wrong usage: a bad date, an empty text, an unknown member, theme or pair.
    Usage = 2,
    /// A person must decide.
    Decide = 3,
    /// A key: none, wrong, changed, not a recipient, no seat.
    Key = 4,
    /// Not delivered; the work is saved here.
    Undelivered = 5,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
