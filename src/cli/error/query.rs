//! Errors of the layer `query`.

use crate::model::{EntryId, visible};
use crate::query::{IdError, Unknown, WhenError};

use super::{Exit, Failure};
use crate::cli::hint::Hint;

impl From<WhenError> for Failure {
    fn from(e: WhenError) -> Self {
        Failure::usage(e.to_string()).hint(e.hint)
    }
}

impl From<Unknown> for Failure {
    fn from(e: Unknown) -> Self {
        let failure = Failure::usage(e.to_string());
        if e.suggestions.is_empty() {
            failure
        } else {
            failure.hint(format!("did you mean {}?", e.suggestions.join(" or ")))
        }
    }
}

/// A text that names no entry. `line` shows one of several that it may mean.
pub(in crate::cli) fn unresolved(typed: &str, e: &IdError, line: impl Fn(EntryId) -> String) -> Failure {
    let failure = Failure::new(Exit::Failed, format!("{} {e}", visible(typed)));
    match e {
        IdError::Ambiguous(several) => failure
            .causes(several.iter().map(|id| line(*id)))
            .hint("type more letters of the one you mean"),
        IdError::NotAnId => failure.hint(
            Hint::ours(["agenda"])
                .why("the lists show the letters to type")
                .then(Hint::ours(["actions"])),
        ),
        IdError::Unknown => failure
            .hint(Hint::ours(["log", "WORDS"]).why("find an entry"))
            .hint(Hint::ours(["sync"]).why("bring what the other wrote")),
    }
}
