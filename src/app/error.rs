//! Why a use case stopped. A variant stands for everything that a person can do something about.

use std::fmt;
use std::path::PathBuf;

use crate::git;
use crate::lint::Slip;
use crate::model::{Body, Date, EntryId, Kind, MeetingKey, MeetingStatus, Slug, Visibility, visible};
use crate::query::{CarryError, IdError, UnknownName, WhenError};
use crate::seal::{IdentityError, KeyProblem, OpenError, PinsError};
use crate::store::{KnownPair, StoreError};
use crate::sync::{Delivery, SyncError, UndoDirection};

/// Why a use case stopped. Nothing was changed then, unless the sync layer says otherwise. A `short` is an entry, as short
/// as a person can name it; `today` is there for the words of a day.
#[allow(missing_docs, reason = "the names of the fields say what they are")]
pub enum AppError {
    /// The sync layer, or a layer below it.
    Sync(SyncError),
    /// A typed text names no entry. Where it could be several: each with its content, as far as my keys open it.
    Id {
        typed: String,
        error: IdError,
        candidates: Vec<(String, Option<Body>)>,
    },
    /// Words name no day.
    When(WhenError),
    /// Nobody knows the member or the theme.
    Unknown(UnknownName),
    /// A text is no theme.
    NoTheme(String),
    /// No meeting has this key.
    NoMeeting(MeetingKey),
    /// There is no such entry.
    NoEntry(EntryId),
    /// The text is empty.
    EmptyText,
    /// The text holds a control character; which one, and where.
    ControlCharacter(String),
    /// The record of this path is no text.
    NotText(String),
    /// A word most likely means that fewer people should read the entry. A new entry names its kind, or none; an edited one
    /// is named in short.
    Slip {
        slip: Slip,
        readers: Visibility,
        kind: Option<Kind>,
        edited: Option<String>,
    },
    /// Only an action has an owner and a due date.
    NoOwner(Kind),
    /// Only feedback has a tone.
    NoTone(Kind),
    /// A new private action would be the other member's.
    PrivateForOther,
    /// A private action would become the other member's.
    PrivateToAuthor { short: String },
    /// An entry would follow from itself.
    FollowsItself,
    /// Fewer people would read the entry: history keeps the text as it is.
    Narrowing {
        short: String,
        from: Visibility,
        to: Visibility,
    },
    /// An edit would let more people read the entry.
    WidensByEdit { short: String, to: Visibility },
    /// Only the author of an entry lets more people read it.
    NotItsAuthor { short: String, by: Slug },
    /// Only an action can be dropped.
    NotAnAction { short: String, kind: Kind },
    /// The entry holds a text that my keys do not open, so that it is not mine to remove.
    ClosedToMe { short: String, source: OpenError },
    /// The meeting of that day is under way.
    UnderWay { date: Date, today: Date },
    /// No meeting is under way.
    NotUnderWay,
    /// An entry cannot be carried.
    Carry(CarryError),
    /// The agreed day is not after the meeting.
    NextTooEarly { date: Date, today: Date },
    /// The meeting that was to be skipped is recorded already.
    MeetingKnown {
        date: Date,
        status: MeetingStatus,
        today: Date,
    },
    /// The typed address has no conflict.
    NoConflict(String),
    /// The field has no conflict there; the others have one.
    FieldWithoutConflict { field: String, others: Vec<String> },
    /// The values of the conflict changed after they were shown.
    ConflictChanged,
    /// One of the values is private: its author alone ends the conflict.
    PrivateValue(Slug),
    /// Nothing is left to take back.
    NothingTo(UndoDirection),
    /// The window ends before it begins.
    Backwards { since: Date, until: Date },
    /// No pair is known by this name; the others are.
    UnknownPair { name: String, known: Vec<KnownPair> },
    /// No pair is known, and none was named.
    NoPairKnown,
    /// Several pairs are known, and none was named.
    WhichPair(Vec<KnownPair>),
    /// The folder lies in no repository.
    NoRepository(PathBuf),
    /// No repository is there whose index could be checked.
    NoIndex,
    /// The folder holds something already.
    FolderTaken(PathBuf),
    /// The name of a person has no letter, or is no short line.
    BadName(String),
    /// The remote is to be left alone, and was named.
    OfflineRemote(String),
    /// The remote is to be left alone, and is to be joined.
    OfflineJoin,
    /// The remote that is to be shared holds something.
    RemoteNotEmpty(String),
    /// The remote that is to be shared was not reached.
    NotListed { url: String, why: Delivery },
    /// The new pair of this name did not arrive at its remote.
    NotOffered {
        name: String,
        url: String,
        why: Delivery,
    },
    /// The pair was not cloned.
    NotCloned { url: String, why: Delivery },
    /// The remote holds no pair.
    NoPairAt(String),
    /// Both seats are taken, by these members.
    SeatsTaken([String; 2]),
    /// The seat did not arrive at the remote.
    SeatNotTaken(Delivery),
    /// The pair has another remote already.
    HasRemote { old: String, new: String },
    /// The keys changed after they were shown.
    KeysChanged,
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sync(e) => e.fmt(f),
            Self::Id { typed, error, .. } => write!(f, "{} {error}", visible(typed)),
            Self::When(e) => e.fmt(f),
            Self::Unknown(e) => e.fmt(f),
            Self::Carry(e) => e.fmt(f),
            Self::NoTheme(words) => write!(f, "{words:?} is no theme"),
            Self::NoMeeting(key) => write!(f, "there was no meeting on {key}"),
            Self::NoEntry(id) => write!(f, "there is no entry {id}"),
            Self::EmptyText => f.write_str("the text is empty"),
            Self::ControlCharacter(which) => write!(f, "the text holds a {which}"),
            Self::NotText(path) => write!(f, "{path} is no text"),
            Self::Slip { slip, .. } => {
                write!(
                    f,
                    "{:?} most likely means that fewer people should read it",
                    slip.written
                )
            }
            Self::NoOwner(kind) => write!(f, "a {kind} has no owner and no due date; an action has"),
            Self::NoTone(kind) => write!(f, "a {kind} has no tone; feedback has"),
            Self::PrivateForOther => {
                f.write_str("a private action is read by you alone: the other member cannot own it")
            }
            Self::PrivateToAuthor { .. } => {
                f.write_str("a private action is read by its author alone: the other member cannot own it")
            }
            Self::FollowsItself => f.write_str("an entry does not follow from itself"),
            Self::Narrowing { short, from, to } => write!(f, "{short} is {from}, and cannot be made {to}"),
            Self::WidensByEdit { .. } => {
                f.write_str("more people are to read it, which is for its author to say")
            }
            Self::NotItsAuthor { short, by } => {
                write!(f, "{short} is by {by}: only its author decides who reads it")
            }
            Self::NotAnAction { short, kind } => write!(f, "{short} is of the kind {kind}, not an action"),
            Self::ClosedToMe { short, .. } => {
                write!(f, "{short} holds a text that your key does not open")
            }
            Self::UnderWay { date, .. } => write!(f, "the meeting of {date} is under way already"),
            Self::NotUnderWay => f.write_str("no meeting is under way"),
            Self::NextTooEarly { date, .. } => write!(f, "{date} is not after this meeting"),
            Self::MeetingKnown { date, .. } => write!(f, "the meeting of {date} is recorded already"),
            Self::NoConflict(typed) => write!(f, "there is no conflict in {}", visible(typed)),
            Self::FieldWithoutConflict { field, .. } => {
                write!(f, "{} is not in conflict there", visible(field))
            }
            Self::ConflictChanged => f.write_str("the values changed while you chose; nothing was changed"),
            Self::PrivateValue(by) => {
                write!(f, "one of the values is private: only {by} can end this conflict")
            }
            Self::NothingTo(way) => write!(f, "there is nothing to {} in this clone", way.as_str()),
            Self::Backwards { since, until } => {
                write!(f, "the window ends on {until}, before it begins on {since}")
            }
            e => e.fmt_place(f),
        }
    }
}

impl AppError {
    /// The words for an error about a pair's place, its remote or its seats.
    fn fmt_place(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownPair { name, .. } => write!(f, "no pair is known by the name {name}"),
            Self::NoPairKnown => f.write_str("there is no pair here, and none is known on this machine"),
            Self::WhichPair(_) => f.write_str("which pair? Several are known"),
            Self::NoRepository(dir) => write!(f, "{} is in no Git repository", dir.display()),
            Self::NoIndex => f.write_str("there is no Git repository here whose index could be checked"),
            Self::FolderTaken(dir) => {
                write!(
                    f,
                    "{} is there already, and is not an empty folder",
                    dir.display()
                )
            }
            Self::BadName(what) => f.write_str(what),
            Self::OfflineRemote(url) => write!(f, "--offline, and a remote {} to push to", visible(url)),
            Self::OfflineJoin => f.write_str("join needs the remote, and --offline was given"),
            Self::RemoteNotEmpty(url) => write!(f, "the repository at {url} is not empty"),
            Self::NotListed { url, why } => write!(f, "the remote {url} {}", unreached(why)),
            Self::NotCloned { url, why } => write!(f, "{url}: the remote {}", unreached(why)),
            Self::NotOffered { why, .. } | Self::SeatNotTaken(why) => {
                write!(f, "not delivered: the remote {}", unreached(why))
            }
            Self::NoPairAt(url) => write!(f, "there is no pair at {url}"),
            Self::SeatsTaken(_) => f.write_str("both seats of this pair are taken"),
            Self::HasRemote { old, .. } => write!(f, "this pair has a remote already: {old}"),
            Self::KeysChanged => f.write_str("the keys changed while you compared them; nothing was trusted"),
            _ => f.write_str("something failed"),
        }
    }
}

/// What a remote did instead.
fn unreached(why: &Delivery) -> &'static str {
    match why {
        Delivery::Denied { .. } => "refused",
        Delivery::TimedOut => "did not answer in time",
        _ => "could not be reached",
    }
}

impl fmt::Debug for AppError {
    /// No more than is shown to a person: an entry's content never gets into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for AppError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Sync(e) => e.source(),
            Self::ClosedToMe { source, .. } => Some(source),
            _ => None,
        }
    }
}

macro_rules! from {
    ($($error:ty => $variant:expr),* $(,)?) => {$(
        impl From<$error> for AppError {
            fn from(e: $error) -> Self {
                $variant(e)
            }
        }
    )*};
}

from! {
    SyncError => Self::Sync,
    WhenError => Self::When,
    UnknownName => Self::Unknown,
    git::Error => |e| Self::Sync(SyncError::Git(e)),
    StoreError => |e| Self::Sync(SyncError::Store(e)),
    KeyProblem => |e| Self::Sync(SyncError::Key(e)),
    PinsError => |e| Self::Sync(SyncError::Pins(e)),
    IdentityError => |e| Self::Sync(SyncError::Identity(e)),
}
