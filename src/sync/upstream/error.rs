//! Why nobody but a person can say where a sync goes.

use thiserror::Error;

use crate::git::PublicAddress;

use super::branch::BranchQuestion;
use super::choose::NamedRemote;
use crate::sync::rewrite_question::RewriteQuestion;

/// A text in clear, in a commit that the old address has, and the new one does not.
#[derive(Debug)]
pub struct OutElsewhere {
    /// The commit, short.
    pub commit: String,
    /// The file that holds it.
    pub path: String,
    /// The old address.
    pub was: PublicAddress,
    /// The new one.
    pub is: PublicAddress,
    /// The name of the remote; none where it has none.
    pub remote: Option<String>,
    /// The branch here, and the one at the remote.
    pub branches: [String; 2],
}

/// A question about the remote or the branch. Nothing was sent or taken in.
#[derive(Debug, Error)]
#[expect(
    missing_docs,
    reason = "the messages and the names of the fields say what they are"
)]
pub enum UpstreamError {
    #[error("{}", branch_words(.0))]
    Branch(Box<BranchQuestion>),
    /// `local` is the branch that is checked out.
    #[error("there are several remotes, and the branch {local} tracks none of them: {}", .names.join(", "))]
    SeveralRemotes { names: Vec<String>, local: String },
    /// The branch tracks another remote than the one that the pair was synced with.
    #[error("the branch {local} tracks {} now, and the pair was synced with {}", .tracked.name, .synced.name)]
    OtherRemote {
        tracked: NamedRemote,
        synced: NamedRemote,
        local: String,
    },
    /// The new address lacks what was seen at the old one. `followed` says that a person asked to go over to it. In the
    /// question the remote has no tip if the histories have nothing in common.
    #[error("the remote {remote} does not hold what was last seen at another address")]
    OtherPlace {
        remote: String,
        was: PublicAddress,
        is: PublicAddress,
        followed: bool,
        question: Box<RewriteQuestion>,
    },
    /// An address that is pushed to, beside the one that is read, went back. Commits are short names; `is` is none if the
    /// branch is gone there.
    #[error("another address that is pushed to lost commits that were sent there")]
    OtherAddressLost {
        remote: String,
        address: PublicAddress,
        /// Whether it stands among the addresses for pushes alone.
        is_push_url: bool,
        was: String,
        is: Option<String>,
    },
    #[error("commit {} holds a text in clear in {}, and the new address does not have it", .0.commit, .0.path)]
    OutElsewhere(Box<OutElsewhere>),
    #[error("the remote holds a history that has nothing in common with this one")]
    Unrelated { remote: String },
}

fn branch_words(question: &BranchQuestion) -> String {
    let branch = &question.branch;
    match &question.head {
        Some(head) if question.stands => {
            format!(
                "the remote's HEAD names the branch {} now, and this pair is on {branch}",
                head.name
            )
        }
        _ if question.seen.is_some() && question.moved_from.is_none() => {
            format!("the branch {branch} is gone from the remote")
        }
        _ => format!("the remote has no branch {branch}"),
    }
}
