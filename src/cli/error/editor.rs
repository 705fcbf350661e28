//! Errors where the editor or standard input gave no text that can be used. An empty one is told by `app`.

use std::io;
use std::process::ExitStatus;

use super::{Exit, Failure};

/// Why there is no text of a person. Nothing was changed then.
pub(in crate::cli) enum EditorError {
    /// Neither an argument nor standard input has a text, and no terminal is there for an editor.
    NowhereToWrite,
    /// Standard input is no text.
    InputNotText(io::Error),
    /// A signal ended the editor, which no person asked for.
    Killed,
    /// The editor ended with a code that says that its text is not to be used.
    Ended(ExitStatus),
    /// A signal came while the person wrote.
    Interrupted,
    /// The file that the editor wrote is no text, or cannot be read.
    NotRead(io::Error),
}

impl From<EditorError> for Failure {
    fn from(e: EditorError) -> Self {
        let unchanged = |failure: Self| failure.cause("nothing was changed");
        match e {
            EditorError::NowhereToWrite => Self::usage("there is no text, and no terminal to write it in")
                .hint("give it as an argument, or as standard input with `-`"),
            EditorError::InputNotText(e) => {
                Self::usage(format!("standard input could not be read as text: {e}"))
            }
            EditorError::Killed => unchanged(Self::new(Exit::Failed, "the editor was killed")),
            EditorError::Ended(status) => {
                unchanged(Self::new(Exit::Failed, format!("the editor ended with {status}")))
            }
            EditorError::Interrupted => unchanged(Self::new(Exit::Interrupted, "interrupted")),
            EditorError::NotRead(e) => Self::new(Exit::Failed, "the edited text could not be read")
                .cause(e.to_string())
                .cause("save it as UTF-8"),
        }
    }
}
