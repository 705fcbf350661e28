//! Why a use case stopped. A variant stands for everything that a person can do something about.

use std::fmt;
use std::path::PathBuf;

use crate::git;
use crate::git::PublicAddress;
use crate::lint::Slip;
use crate::model::{Date, Entry, EntryId, Kind, MeetingKey, Slug, Visibility, visible};
use crate::query::{CarryError, IdError, UnknownName, WhenError};
use crate::seal::{IdentityError, KeyProblem, OpenError, PinsError};
use crate::store::StoreError;
use crate::sync::{Delivery, SeatChange, SyncError, UndoDirection};

use super::day_error::DayError;
use super::people::KnownPartner;
use super::person_name::NameError;

/// Why a use case stopped. Nothing was changed then, unless the sync layer says otherwise. A `short` is an entry, as short
/// as a person can name it; `today` is there for the words of a day.
#[derive(thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the words and the names of the fields say what they are"
)]
pub enum AppError {
    /// The sync layer, or a layer below it.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// A typed text names no entry. Where it could be several: each with its content, as far as my keys open it.
    #[error("{} {error}", visible(.typed))]
    Id {
        typed: String,
        error: IdError,
        candidates: Vec<(String, Option<Entry>)>,
    },
    #[error(transparent)]
    When(#[from] WhenError),
    /// Nobody knows the member or the theme.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    #[error("{0:?} is no theme")]
    NoTheme(String),
    #[error("there was no meeting on {key}")]
    NoMeeting { key: MeetingKey, today: Date },
    #[error("there is no entry {0}")]
    NoEntry(EntryId),
    #[error("the text is empty")]
    EmptyText,
    /// Which control character, and where.
    #[error("the text holds a {0}")]
    ControlCharacter(String),
    /// The record of this path.
    #[error("{0} is no text")]
    NotText(String),
    /// A new entry names its kind, or none; an edited one is named in short.
    #[error("{:?} most likely means that fewer people should read it", .slip.written)]
    Slip {
        slip: Slip,
        readers: Visibility,
        kind: Option<Kind>,
        edited: Option<String>,
    },
    #[error("a {0} has no owner and no due date; an action has")]
    NoOwner(Kind),
    #[error("a {0} has no tone; feedback has")]
    NoTone(Kind),
    #[error("a private action is read by you alone: the other member cannot own it")]
    PrivateForOther,
    #[error("a private action is read by its author alone: the other member cannot own it")]
    PrivateToAuthor { short: String },
    #[error("an entry does not follow from itself")]
    FollowsItself,
    #[error("{short} is {from}, and cannot be made {to}")]
    Narrowing {
        short: String,
        from: Visibility,
        to: Visibility,
        /// The whole name of the commit before the entry stood here, if nothing since has left this machine.
        before: Option<String>,
    },
    #[error("{short} is by {by}: only its author decides who reads it")]
    NarrowsAnothers { short: String, by: Slug, to: Visibility },
    #[error("more people are to read it, which is for its author to say")]
    WidensByEdit { short: String, to: Visibility },
    #[error("{short} is by {by}: only its author decides who reads it")]
    NotItsAuthor { short: String, by: Slug },
    #[error("{short} is by {by}: only its author puts it back")]
    RestoresAnothers { short: String, by: Slug },
    /// Somebody else let more people read it.
    #[error("{short} was {readers} when this clone saw it first, and arrived as {shown}")]
    ArrivedWider {
        short: String,
        is_mine: bool,
        by: Slug,
        readers: Visibility,
        shown: Visibility,
    },
    /// An entry of mine that arrived wider, of which no narrower version is here. `is_open` says whether my key opens it as
    /// it stands.
    #[error("no version of {short} that was {readers}, and that your key opens, is in this clone")]
    NoNarrowVersion {
        short: String,
        readers: Visibility,
        is_open: bool,
    },
    #[error("nothing that somebody else changed in {0} stands: there is nothing to restore")]
    NothingToRestore(String, Option<(String, EntryId)>),
    /// No entry has that id; one that was removed may have had it.
    #[error("{0} is the id of no entry")]
    MayBeGone(String),
    #[error("there is no commit {0:?} here")]
    NoCommit(String),
    #[error("the commit {commit} did not change {entry}")]
    NotChangedBy { entry: EntryId, commit: String },
    #[error("{short} is of the kind {kind}, not an action")]
    NotAnAction { short: String, kind: Kind },
    #[error("{short} holds a text that your key does not open")]
    ClosedToMe { short: String, source: OpenError },
    /// A meeting cannot be on a day, or the next one not be agreed for it.
    #[error("{}", .error.words(|date| date.to_string()))]
    Day { error: DayError, today: Date },
    #[error("no meeting is under way")]
    NotUnderWay,
    #[error(transparent)]
    Carry(#[from] CarryError),
    #[error("there is no conflict in {}", visible(.0))]
    NoConflict(String),
    /// The others have a conflict there.
    #[error("{} is not in conflict there", visible(.field))]
    FieldWithoutConflict { field: String, others: Vec<String> },
    #[error("the values changed while you chose; nothing was changed")]
    ConflictChanged,
    #[error("one of the values is private: only {0} can end this conflict")]
    PrivateValue(Slug),
    #[error("that value is for more people than {0} let read the entry: only {0} can choose it")]
    WiderValue(Slug),
    #[error("there is nothing to {} in this clone", .0.as_str())]
    NothingTo(UndoDirection),
    #[error("the window ends on {until}, before it begins on {since}")]
    Backwards { since: Date, until: Date },
    #[error("no pair is known by the name {name}")]
    UnknownPair { name: String, known: Vec<KnownPartner> },
    #[error("there is no pair here, and none is known on this machine")]
    NoPairKnown,
    /// Several are known, or several fit what was typed.
    #[error("which pair? {}", several(.typed.as_deref()))]
    WhichPair {
        typed: Option<String>,
        pairs: Vec<KnownPartner>,
    },
    /// The folder holds records, and is not the top of a repository. Where it lies in one: that one's top.
    #[error("the records in {} are no pair", .records.display())]
    NotTopOfRepository {
        records: PathBuf,
        repository: Option<PathBuf>,
    },
    /// The folder is known for the pair of that name, and another one was put in its place.
    #[error("{} holds another pair than the one that is known here as {name}", .dir.display())]
    OtherPairAt { name: String, dir: PathBuf },
    /// The folder is known for the pair of that name, and another one was to be put there.
    #[error("{} is known for another pair than this one: {name}", .dir.display())]
    KnownForAnother { name: String, dir: PathBuf },
    #[error("{} is in no Git repository", .0.display())]
    NoRepository(PathBuf),
    #[error("there is no Git repository here whose index could be checked")]
    NoIndex,
    #[error("{} is there already, and is not an empty folder", .0.display())]
    FolderTaken(PathBuf),
    #[error(transparent)]
    BadName(#[from] NameError),
    #[error("--offline, and a remote {} to push to", visible(.0.as_str()))]
    OfflineRemote(PublicAddress),
    #[error("join needs the remote, and --offline was given")]
    OfflineJoin,
    /// The remote that is to be shared.
    #[error("the repository at {0} is not empty")]
    RemoteNotEmpty(PublicAddress),
    /// The remote that is to be shared did not list its branches.
    #[error("the remote {url} {}", unreached(.why))]
    NotListed { url: PublicAddress, why: Delivery },
    /// The new pair of this name did not arrive at its remote.
    #[error("not delivered: the remote {}", unreached(.why))]
    NotOffered {
        name: String,
        url: PublicAddress,
        why: Delivery,
    },
    #[error("{url}: the remote {}", unreached(.why))]
    NotCloned { url: PublicAddress, why: Delivery },
    #[error("there is no pair at {0}")]
    NoPairAt(PublicAddress),
    /// The members who sit there.
    #[error("both seats of this pair are taken")]
    SeatsTaken([String; 2]),
    /// The member whose seat it is.
    #[error("the seat of {} is taken, though pair.toml states no key for it", visible(.0))]
    SeatEmptied(String),
    /// The seat did not arrive at the remote.
    #[error("not delivered: the remote {}", unreached(.why))]
    SeatNotTaken { url: PublicAddress, why: Delivery },
    #[error("this pair has a remote already: {old}")]
    HasRemote {
        name: String,
        old: PublicAddress,
        new: PublicAddress,
    },
    /// Somebody may have changed its keys, which are those `change` names.
    #[error("{}", own_seat(.change.as_ref()))]
    OwnSeat { change: Option<SeatChange> },
    #[error("your seat cannot be found in pair.toml any more")]
    SeatNotFound,
    #[error("the keys changed while you compared them; nothing was trusted")]
    KeysChanged,
}

fn own_seat(change: Option<&SeatChange>) -> &'static str {
    match change {
        Some(_) => KeyProblem::OWN_SEAT_CHANGED,
        None => "a key of yours stands there: nobody but you says which keys are yours",
    }
}

fn several(typed: Option<&str>) -> String {
    match typed {
        Some(typed) => format!("Several are with somebody called {}", visible(typed)),
        None => "Several are known".to_owned(),
    }
}

/// The remote's answer, where it did not do as it was asked.
fn unreached(why: &Delivery) -> &'static str {
    match why {
        Delivery::Denied { .. } => "refused",
        Delivery::TimedOut => "did not answer in time",
        Delivery::ProtocolRefused { .. } => "was not asked",
        _ => "could not be reached",
    }
}

impl fmt::Debug for AppError {
    /// Shows no more than Display does: an entry's content never gets into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Errors of the layers below `sync`, which has a variant for each.
macro_rules! from_below_sync {
    ($($error:ty),*) => {$(
        impl From<$error> for AppError {
            fn from(e: $error) -> Self {
                Self::Sync(e.into())
            }
        }
    )*};
}

from_below_sync!(git::Error, StoreError, KeyProblem, PinsError, IdentityError);
