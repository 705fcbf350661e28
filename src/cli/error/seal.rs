//! Errors of the layer `seal`.

use crate::app::own_keys_back;
use crate::seal::KeyProblem;

use super::{Exit, Failure};
use crate::cli::Hint;

/// Somebody changed the keys of my seat.
pub(super) fn own_seat(failure: Failure) -> Failure {
    failure.hints(Hint::own_seat())
}

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
            KeyProblem::Emptied { member }
            | KeyProblem::Unusable { member, .. }
            | KeyProblem::TooManyKeys { member } => failure
                .hint(Hint::ask_to_refuse(member.as_str()))
                .hint("or write it for yourself alone: --private"),
            KeyProblem::OwnSeatChanged => own_seat(failure),
            KeyProblem::NotOnlyNew => failure
                .hint(Hint::ours(["key", "refuse"]).why("put your own keys back, then add this one alone")),
            KeyProblem::NoneOfThisMachine => failure.hints(Hint::ways(&own_keys_back())),
            _ => failure,
        }
    }
}
