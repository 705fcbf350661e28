//! Errors of the surroundings of a command: variables, folders, the stream of the answer, and a fault of the program.

use std::io;

use chrono::ParseError;
use etcetera::HomeDirError;

use super::{Exit, Failure};
use crate::cli::Hint;

/// An error that has nothing to do with a pair.
pub(in crate::cli) enum SurroundingsError {
    /// The person has no home folder.
    NoHome(HomeDirError),
    /// A variable of the environment names no folder.
    NoFolder(&'static str, io::Error),
    /// `ONEONONE_NOW` is no time.
    NoTime(ParseError),
    /// The answer could not be written.
    AnswerNotWritten(io::Error),
    /// The program has a fault at a place of its code.
    Fault(String),
}

impl From<SurroundingsError> for Failure {
    fn from(e: SurroundingsError) -> Self {
        let failed = |what: String| Self::new(Exit::Failed, what);
        match e {
            SurroundingsError::NoHome(e) => failed(format!("no home folder: {e}")),
            SurroundingsError::NoFolder(variable, e) => failed(format!("{variable} names no folder: {e}")),
            SurroundingsError::NoTime(e) => {
                Self::usage(format!("ONEONONE_NOW is not an RFC 3339 date-time: {e}"))
            }
            SurroundingsError::AnswerNotWritten(e) => failed(format!("the answer could not be written: {e}")),
            SurroundingsError::Fault(place) => failed(format!(
                "oneonone {} has a fault at {place}",
                env!("CARGO_PKG_VERSION")
            ))
            .cause("nothing is half-written: the next command goes on where this one stopped")
            .hint(Hint::ours(["status"]).why("see where the pair stands"))
            .hint("report the place and the command line; leave out what you wrote in it"),
        }
    }
}
