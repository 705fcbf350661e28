//! Why a procedure stopped. Every variant that matters to a person is told apart by what they can do about it.

use thiserror::Error;

use crate::git;
use crate::merge::MergeError;
use crate::model::{EntryId, Problem, Slug};
use crate::seal::{IdentityError, KeyProblem, OpenError, PinsError, SealError};
use crate::store::{PrivateFileError, StoreError};

use super::rewrite_question::{LocalRewrite, RewriteQuestion};
use super::secrets::refused_commit::RefusedCommit;
use super::upstream::UpstreamError;

/// Where a `pair.toml` of another format stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairPlace {
    /// In the folder alone.
    Folder,
    /// In the history of a clone.
    History,
    /// At the remote, and no clone stays here to put it back in.
    Remote,
}

/// Why a procedure stopped. Nothing that was saved is lost. A commit in a field is its short name.
#[derive(Debug, Error)]
#[expect(
    missing_docs,
    reason = "the messages and the names of the fields say what they are"
)]
pub enum SyncError {
    #[error(transparent)]
    Git(#[from] git::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Only a person can say where the sync is to go.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// A record that was about to be committed is not sound (docs/sync.md#promises).
    #[error("{}", .0.first().map_or("a record is broken".to_owned(), Problem::to_string))]
    Problems(Vec<Problem>),
    /// A commit that was fetched is beyond the limits of what a pair holds (docs/format.md#limits).
    #[error("commit {commit} at the remote was not taken in: it {what}")]
    TooMuch { commit: String, what: String },
    #[error("there is no pair.toml in this repository")]
    NoPair,
    #[error("the history at the remote was rewritten, and holds no records")]
    NoRecordsThere,
    #[error("this is a clone of a pair, and no commit here has its pair.toml")]
    PairLost { is_shallow: bool },
    /// In a history: the commit that wrote it, where it is not too far back, and the name of its author, raw.
    #[error(
        "this pair is of format {version}; this oneonone is too old to write it: it writes format 1 only"
    )]
    NewerFormat {
        version: i64,
        made_by: Option<(String, String)>,
        place: PairPlace,
    },
    #[error(transparent)]
    Merge(#[from] MergeError),
    #[error("pair.toml names another pair than the one that this clone belongs to")]
    PairReplaced,
    /// A whole history of another pair.
    #[error("the remote holds another pair than the one that this clone belongs to")]
    OtherPairThere,
    /// The commit that wrote it, and the name of its author, raw.
    #[error("pair.toml at the remote names another pair than the one that this clone belongs to")]
    PairReplacedThere { made_by: Option<(String, String)> },
    #[error("none of your keys sits in a seat of this pair")]
    NotAMember,
    #[error("{entry} is private to its author, {by}, who alone can change and seal it")]
    NotTheAuthor { entry: EntryId, by: Slug },
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    PrivateFile(#[from] PrivateFileError),
    #[error(transparent)]
    Key(#[from] KeyProblem),
    #[error("entry {entry} could not be sealed: {error}")]
    Seal { entry: EntryId, error: SealError },
    #[error("entry {entry} could not be opened: {error}")]
    Open { entry: EntryId, error: OpenError },
    #[error(transparent)]
    Pins(#[from] PinsError),
    /// The remote's history was rewritten, or its branch is gone, or commits here were made elsewhere
    /// (docs/sync.md#rewritten).
    #[error("{0}")]
    Rewritten(Box<RewriteQuestion>),
    /// A merge would bring back what plain Git took out here (docs/sync.md#rewritten-here).
    #[error("the history here was rewritten, and the remote has it as it was")]
    LocalRewrite(Box<LocalRewrite>),
    #[error("the remote holds a history that has nothing in common with this one")]
    Unrelated,
    #[error("commit {commit} holds a text in clear in {path} that was meant to be private or confidential")]
    ClearSecret {
        commit: Box<RefusedCommit>,
        path: String,
    },
    /// Only the author of an entry lets more people read it (docs/privacy.md#widening). `is_new` says that the commit made
    /// the file.
    #[error(
        "commit {commit} lets more people read entry {entry} in {path}; {by} wrote it, who alone may share it"
    )]
    WidenedByAnother {
        commit: Box<RefusedCommit>,
        path: String,
        entry: EntryId,
        by: String,
        is_new: bool,
    },
    /// Only `share` lets more people read an entry of mine (docs/privacy.md#widening). `follows` says that the words stand in
    /// another one, which follows it.
    #[error(
        "commit {commit} holds new words in clear in {path}, {} entry {entry} of yours, which fewer people may read",
        if *follows { "in what follows" } else { "in" }
    )]
    OpenedByHand {
        commit: Box<RefusedCommit>,
        path: String,
        entry: EntryId,
        follows: bool,
    },
    /// An undo would hide a text from somebody who could read it in history all the same. `before` is the whole name of
    /// the commit before it was shared, if nothing has come after it and it has not left this machine.
    #[error("{entry} was shared, which cannot be undone")]
    Narrowing { entry: EntryId, before: Option<String> },
    #[error("{0} stood in clear before, and is to be sealed: that cannot be brought back")]
    WouldShow(EntryId),
    /// The commands before it cannot be taken back.
    #[error("the remote's rewritten history was taken, and whatever was done before that cannot be undone")]
    BehindTakenHistory,
    #[error("the branch is being moved by another program again and again")]
    BranchKeepsMoving,
    /// A fault of this program, stopped before it lost anything.
    #[error("{0} was to be written without having been read; nothing was changed")]
    NotRead(String),
    #[error("the branch {is} was checked out while this command was at work on {was}")]
    OtherBranch { was: String, is: String },
    /// The commit is made and its writing was begun, but something failed on the way: the next command completes it.
    #[error(transparent)]
    CheckoutBegun(Box<SyncError>),
    #[error("oneonone stopped on a fault of its own")]
    OwnFault,
    #[error("the seat of {0} is taken")]
    SeatTaken(Slug),
}
