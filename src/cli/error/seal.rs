//! Errors of the layer `seal`.

use crate::seal::KeyProblem;

use super::{Exit, Failure};
use crate::cli::Hint;

impl From<KeyProblem> for Failure {
    fn from(e: KeyProblem) -> Self {
        let failure = Failure::of(Exit::Key, &e);
        match &e {
            KeyProblem::OpenSeat { .. } => failure.hint(
                Hint::ours(["share", "ID", "--confidential"])
                    .why("write it for yourself now, with --private, and widen it later"),
            ),
            KeyProblem::Changed { member, .. } | KeyProblem::Unpinned { member, .. } => failure
                .hint(Hint::ours(["key", "trust", member.as_str()]).why("ask them, then trust the keys"))
                .hint("or write it for yourself alone: --private"),
            _ => failure,
        }
    }
}
