//! Errors of the terminal itself: nobody to ask, a refusal, arguments that do not fit together.

use crate::model::{Problem, Slug};

use super::{Exit, Failure, problems_failure};
use crate::cli::Hint;

/// An error of the terminal, which no use case has. Nothing was changed then.
pub(in crate::cli) enum TerminalError {
    /// A person was asked, and said no.
    Declined,
    /// More people would read an entry, and nobody can be asked; the command that says yes beforehand.
    NobodyToAskToShare(Hint),
    /// Several entries were to be shared at a time, or none.
    NotOneToShare,
    /// The name that was given is none of a branch.
    NoBranchName(String),
    /// `none` was given beside entries.
    NoneAmongOthers,
    /// No value was named, and nobody can be asked; a command for each value.
    WhichValue(Vec<Hint>),
    /// A value was named, but several fields are in conflict; a command for each value.
    WhichField(String, Vec<Hint>),
    /// The conflict has no such value; a command for each that it has.
    NoSuchValue(String, Vec<Hint>),
    /// An edited record is not sound, and nobody can be asked to edit it again.
    NotSound(Vec<Problem>),
    /// Neither an argument, git nor the system names the person.
    NoOwnName,
    /// Keys are to be trusted, and nobody can be asked.
    NobodyToAskToTrust {
        /// Whose.
        slug: Slug,
        /// How they are called.
        name: String,
    },
    /// A person did not trust the keys that were shown.
    NotTrusted,
}

impl From<TerminalError> for Failure {
    fn from(e: TerminalError) -> Self {
        match e {
            TerminalError::Declined => Failure::new(Exit::Failed, "nothing was changed"),
            TerminalError::NobodyToAskToShare(command) => {
                Failure::usage("more people will read it, and there is no terminal to ask you at")
                    .hint(command.why("say beforehand that you mean it"))
            }
            TerminalError::NotOneToShare => Failure::usage("one entry is shared at a time"),
            TerminalError::NoBranchName(name) => {
                Failure::usage(format!("{name:?} is not the name of a branch"))
            }
            TerminalError::NoneAmongOthers => Failure::usage("--carry names entries, or is none; not both"),
            TerminalError::WhichValue(commands) => {
                Failure::usage("which value is to be kept?").hints(commands)
            }
            TerminalError::WhichField(fields, commands) => {
                Failure::usage(format!("several fields are in conflict: {fields}")).hints(commands)
            }
            TerminalError::NoSuchValue(value, commands) => {
                Failure::usage(format!("{value} is none of the values")).hints(commands)
            }
            TerminalError::NoOwnName => {
                Failure::usage("what is your name?").hint("give it: --name \"Sam Lee\"")
            }
            TerminalError::NobodyToAskToTrust { slug, name } => {
                Failure::usage(format!("is that the key of {name}?"))
                    .cause("without a terminal nobody can be asked, and nothing was changed")
                    .hint(
                        Hint::theirs(["key", "show"]).why(
                            "ask them to run this in their clone, and to tell you the key that it prints",
                        ),
                    )
                    .hint(Hint::ours(["key", "trust", slug.as_str(), "--key", "KEY"]).why("then trust it"))
            }
            TerminalError::NotTrusted => Failure::new(Exit::Key, "not trusted; nothing was changed"),
            TerminalError::NotSound(problems) => problems_failure(problems).cause("nothing was changed"),
        }
    }
}
