//! Why a procedure stopped. Every variant that matters to a person is told apart by what they can do about it.

use std::fmt;

use crate::git;
use crate::merge::MergeError;
use crate::model::{EntryId, Problem, Slug};
use crate::seal::{IdentityError, KeyProblem, OpenError, PinsError, SealError};
use crate::store::{PrivateFileError, StoreError};

/// Why a procedure stopped. Nothing that was saved is lost.
#[derive(Debug)]
pub enum SyncError {
    /// Git, or the repository.
    Git(git::Error),
    /// A file.
    Store(StoreError),
    /// A record that was about to be committed is not sound (docs/sync.md#promises).
    Problems(Vec<Problem>),
    /// There is no `pair.toml` here.
    NoPair,
    /// The pair is of a newer format: it is read, and never written.
    NewerFormat(u32),
    /// The merge was refused; both sides stay.
    Merge(MergeError),
    /// The id of the pair is not the one that this clone belongs to.
    PairReplaced,
    /// None of my keys sits in a seat of this pair.
    NotAMember,
    /// A private entry of the other member's would have to be sealed: its author alone can do that.
    NotTheAuthor {
        /// Which one.
        entry: EntryId,
        /// Who wrote it.
        by: Slug,
    },
    /// The identity file on this machine holds no key that can be used.
    Identity(IdentityError),
    /// The identity file or the pins: missing, exposed, not read or not written.
    PrivateFile(PrivateFileError),
    /// A key stands in the way of sealing.
    Key(KeyProblem),
    /// Sealing failed.
    Seal(SealError),
    /// A sealed entry could not be opened where it had to be.
    Open {
        /// Which one.
        entry: EntryId,
        /// Why.
        source: OpenError,
    },
    /// The file of the pins holds none.
    Pins(PinsError),
    /// The remote's history was rewritten, or went back in time (docs/sync.md#promises).
    Rewritten {
        /// The tip that was there, short.
        was: String,
        /// The tip that is there now, short; none where the branch is gone.
        is: Option<String>,
    },
    /// The remote holds a history that has nothing in common with this one.
    Unrelated,
    /// A commit that would be pushed holds a text in clear that was to be sealed.
    ClearSecret {
        /// The commit, short.
        commit: String,
        /// The record.
        path: String,
    },
    /// An undo would hide a text from somebody who could read it in history all the same.
    Narrowing {
        /// The entry.
        entry: EntryId,
        /// The commit before it was shared, where nothing has come after it and it has not left this machine.
        before: Option<String>,
    },
    /// An undo would put a text that is to be sealed into a commit in clear.
    WouldShow(EntryId),
    /// The branch was moved by somebody else again and again.
    BranchKeepsMoving,
    /// A record was to be written that had not been read: a fault of this program, stopped before it lost anything.
    NotRead(String),
    /// Another branch was checked out while a command was at work on this one.
    OtherBranch {
        /// The branch that it had read.
        was: String,
        /// The branch that is checked out now.
        is: String,
    },
    /// The commit is made and its writing was begun, but something failed on the way: the next command completes it.
    CheckoutBegun(Box<SyncError>),
    /// This program stopped on a fault of its own.
    OwnFault,
    /// A seat that I was to take was taken.
    SeatTaken(Slug),
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Git(e) => e.fmt(f),
            Self::Store(e) => e.fmt(f),
            Self::Problems(problems) => match problems.first() {
                Some(problem) => problem.fmt(f),
                None => f.write_str("a record is broken"),
            },
            Self::NoPair => f.write_str("there is no pair.toml in this repository"),
            Self::NewerFormat(format) => {
                write!(
                    f,
                    "this pair is of format {format}; this version writes format 1 only"
                )
            }
            Self::Merge(e) => e.fmt(f),
            Self::PairReplaced => {
                f.write_str("pair.toml names another pair than the one that this clone belongs to")
            }
            Self::NotAMember => f.write_str("none of your keys sits in a seat of this pair"),
            Self::NotTheAuthor { entry, by } => {
                write!(
                    f,
                    "{entry} is private to its author, {by}, who alone can change and seal it"
                )
            }
            Self::Identity(e) => e.fmt(f),
            Self::PrivateFile(e) => e.fmt(f),
            Self::Key(e) => e.fmt(f),
            Self::Seal(e) => e.fmt(f),
            Self::Open { entry, source } => write!(f, "entry {entry} could not be opened: {source}"),
            Self::Pins(e) => e.fmt(f),
            Self::Rewritten { was, is: Some(is) } => {
                write!(
                    f,
                    "the remote's history was rewritten: it was at {was} and is at {is}, which does not follow from it"
                )
            }
            Self::Rewritten { was, is: None } => {
                write!(f, "the branch is gone from the remote: it was at {was}")
            }
            Self::NotRead(path) => write!(
                f,
                "{path} was to be written without having been read; nothing was changed"
            ),
            Self::OtherBranch { was, is } => {
                write!(
                    f,
                    "the branch {is} was checked out while this command was at work on {was}"
                )
            }
            Self::CheckoutBegun(e) => e.fmt(f),
            Self::OwnFault => f.write_str("oneonone stopped on a fault of its own"),
            Self::Unrelated => {
                f.write_str("the remote holds a history that has nothing in common with this one")
            }
            Self::ClearSecret { commit, path } => {
                write!(
                    f,
                    "commit {commit} holds a text in clear in {path} that was meant to be private or confidential"
                )
            }
            Self::Narrowing { entry, .. } => {
                write!(f, "{entry} was shared, which cannot be undone")
            }
            Self::WouldShow(entry) => {
                write!(
                    f,
                    "{entry} stood in clear before, and is to be sealed: that cannot be brought back"
                )
            }
            Self::BranchKeepsMoving => {
                f.write_str("the branch is being moved by another program again and again")
            }
            Self::SeatTaken(slug) => write!(f, "the seat of {slug} is taken"),
        }
    }
}

impl std::error::Error for SyncError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Git(e) => e.source(),
            Self::CheckoutBegun(e) => e.source(),
            Self::Store(e) => e.source(),
            Self::PrivateFile(e) => e.source(),
            Self::Seal(e) => e.source(),
            _ => None,
        }
    }
}

impl From<git::Error> for SyncError {
    fn from(e: git::Error) -> Self {
        Self::Git(e)
    }
}

impl From<StoreError> for SyncError {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

impl From<MergeError> for SyncError {
    fn from(e: MergeError) -> Self {
        Self::Merge(e)
    }
}

impl From<KeyProblem> for SyncError {
    fn from(e: KeyProblem) -> Self {
        Self::Key(e)
    }
}

impl From<SealError> for SyncError {
    fn from(e: SealError) -> Self {
        Self::Seal(e)
    }
}

impl From<IdentityError> for SyncError {
    fn from(e: IdentityError) -> Self {
        Self::Identity(e)
    }
}

impl From<PrivateFileError> for SyncError {
    fn from(e: PrivateFileError) -> Self {
        Self::PrivateFile(e)
    }
}

impl From<PinsError> for SyncError {
    fn from(e: PinsError) -> Self {
        Self::Pins(e)
    }
}
