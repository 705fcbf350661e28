//! Errors that no command brings about in a test from outside, each built from a value, in the words that a person reads:
//! `tests/golden/constructed.txt`. They need a race, a damaged clone, a hostile other side, or a fault of this program.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::HomeDirError;

use super::{EditorError, Failure, SurroundingsError, TerminalError, undelivered};
use crate::app::{AppError, KnownPartner, NameError};
use crate::cli::Standing;
use crate::git::{self, PublicAddress};
use crate::merge::MergeError;
use crate::model::{EntryId, Kind, Slug, Visibility};
use crate::query::{CarryError, UnknownName};
use crate::seal::{IdentityError, KeyProblem, OpenError, RecipientError, SealError};
use crate::store::{KnownPair, PrivateFileError, StoreError};
use crate::sync::{
    BranchQuestion, Delivery, EntryAtStake, HeadBranch, OutElsewhere, PairPlace, RefusedCommit, Relation,
    RewriteQuestion, SeatChange, SyncError, UpstreamError,
};

fn id() -> EntryId {
    "kkkkkkkkkkkk".parse().unwrap()
}

fn ana() -> Slug {
    "ana".parse().unwrap()
}

fn short() -> String {
    "kk".to_owned()
}

fn commit() -> String {
    "COMMIT".to_owned()
}

fn url(place: &str) -> PublicAddress {
    PublicAddress::of(place)
}

fn broken() -> io::Error {
    io::Error::other("the words of the system")
}

/// Sealed, opened, changed: the errors about one entry.
fn of_entries() -> Vec<Failure> {
    let arrived = |is_mine| AppError::ArrivedWider {
        short: short(),
        is_mine,
        by: ana(),
        readers: Visibility::Private,
        shown: Visibility::Shared,
    };
    let narrow = |is_open| AppError::NoNarrowVersion {
        short: short(),
        readers: Visibility::Private,
        is_open,
    };
    let errors = vec![
        AppError::NoEntry(id()),
        AppError::NotText("meetings/x.toml".to_owned()),
        AppError::RestoresAnothers {
            short: short(),
            by: ana(),
        },
        AppError::NarrowsAnothers {
            short: short(),
            by: ana(),
            to: Visibility::Private,
        },
        AppError::Narrowing {
            short: short(),
            from: Visibility::Shared,
            to: Visibility::Private,
            before: Some(commit()),
        },
        arrived(true),
        arrived(false),
        narrow(true),
        narrow(false),
        AppError::ConflictChanged,
        AppError::PrivateValue(ana()),
        AppError::WiderValue(ana()),
        AppError::Carry(CarryError::NeverMoves(id(), Kind::Update)),
        AppError::Unknown(UnknownName {
            word: "sam".to_owned(),
            suggestions: Vec::new(),
            is_of_both: true,
        }),
    ];
    errors.into_iter().map(Failure::from).collect()
}

/// The errors about a name, a place, a seat.
fn of_places() -> Vec<Failure> {
    let known = KnownPartner {
        known: KnownPair {
            name: "sam".to_owned(),
            id: String::new(),
            dir: PathBuf::from("/world/sam"),
            me: String::new(),
        },
        partner: None,
    };
    let errors = vec![
        NameError::TooLong("Ana".to_owned()).into(),
        AppError::WhichPair {
            typed: Some("sam".to_owned()),
            pairs: vec![known],
        },
        AppError::OtherPairAt {
            name: "sam".to_owned(),
            dir: PathBuf::from("/world/sam"),
        },
        AppError::KnownForAnother {
            name: "sam".to_owned(),
            dir: PathBuf::from("/world/sam"),
        },
        AppError::SeatEmptied("Ana".to_owned()),
        AppError::SeatNotFound,
        AppError::OwnSeat { change: None },
        AppError::OwnSeat {
            change: Some(SeatChange {
                member: ana(),
                added: Vec::new(),
                removed: Vec::new(),
                is_gone: true,
            }),
        },
        AppError::KeysChanged,
    ];
    errors.into_iter().map(Failure::from).collect()
}

/// The errors of a sync itself.
fn of_sync() -> Vec<Failure> {
    let refused = |before: Option<String>| {
        Box::new(RefusedCommit {
            name: commit(),
            tip: commit(),
            before,
        })
    };
    let opened = |path: &str, follows| SyncError::OpenedByHand {
        commit: refused(None),
        path: path.to_owned(),
        entry: id(),
        follows,
    };
    let errors = vec![
        SyncError::Problems(Vec::new()),
        SyncError::TooMuch {
            commit: commit(),
            what: "holds too many files".to_owned(),
        },
        SyncError::NewerFormat {
            version: 2,
            made_by: None,
            place: PairPlace::Remote,
        },
        SyncError::NoRecordsThere,
        SyncError::PairLost { is_shallow: true },
        SyncError::OtherPairThere,
        SyncError::PairReplacedThere {
            made_by: Some((commit(), "Ana".to_owned())),
        },
        SyncError::Merge(MergeError::Unsound {
            what: "an entry is lost".to_owned(),
        }),
        SyncError::ClearSecret {
            commit: refused(Some(commit())),
            path: "notes.md".to_owned(),
        },
        opened("agenda.toml", false),
        opened("agenda.toml", true),
        SyncError::BehindTakenHistory,
        SyncError::BranchKeepsMoving,
        SyncError::NotRead("agenda.toml".to_owned()),
        SyncError::CheckoutBegun(Box::new(SyncError::BranchKeepsMoving)),
        SyncError::OwnFault,
        SyncError::SeatTaken(ana()),
        SyncError::Rewritten(Box::new(rewritten())),
        SyncError::Rewritten(Box::new(RewriteQuestion {
            was: None,
            ..rewritten()
        })),
    ];
    errors.into_iter().map(Failure::from).collect()
}

fn rewritten() -> RewriteQuestion {
    RewriteQuestion {
        was: Some(commit()),
        is: Some(commit()),
        goes_back: 2,
        unsent: 2,
        at_stake: vec![EntryAtStake {
            id: id(),
            kind: None,
            text: None,
        }],
        branch: None,
        before: None,
        instead: None,
    }
}

/// The questions about the remote, and why something is not there.
fn of_remotes() -> Vec<Failure> {
    let head = |relation, seen| {
        UpstreamError::Branch(Box::new(BranchQuestion {
            branch: "main".to_owned(),
            stands: false,
            seen,
            head: Some(HeadBranch {
                name: "trunk".to_owned(),
                relation,
            }),
            holders: Vec::new(),
            sharers: vec!["aside".to_owned()],
            is_empty: false,
            moved_from: None,
        }))
    };
    let errors = vec![
        head(Relation::Holds, None),
        head(Relation::Shares, Some(commit())),
        head(Relation::Unrelated, Some(commit())),
        UpstreamError::OutElsewhere(Box::new(OutElsewhere {
            commit: commit(),
            path: "agenda.toml".to_owned(),
            was: url("/world/old.git"),
            is: url("/world/new.git"),
            remote: Some("origin".to_owned()),
            branches: ["main".to_owned(), "main".to_owned()],
        })),
    ];
    let cut_off = Delivery::CutOff {
        words: "the words of the server".to_owned(),
    };
    let failures = errors.into_iter().map(Failure::from);
    failures
        .chain([undelivered(&Delivery::Pending), undelivered(&cut_off)])
        .collect()
}

/// The errors of keys and seals.
fn of_keys() -> Vec<Failure> {
    let open = [
        OpenError::TooLarge,
        OpenError::NotOurs,
        OpenError::Newer,
        OpenError::MovedPair,
        OpenError::MovedEntry,
        OpenError::WrongAuthor,
        OpenError::WrongReaders,
        OpenError::Content,
    ];
    let seal = [
        SealError::Shared,
        SealError::NoRecipients,
        SealError::TooManyRecipients,
        SealError::Recipient(RecipientError::Weak),
        SealError::Content,
        SealError::TooLarge,
        SealError::Failed,
    ];
    let keys = [
        KeyProblem::Shared,
        KeyProblem::NotAMember { member: ana() },
        KeyProblem::NoneOfThisMachine,
        KeyProblem::Unpinned {
            member: ana(),
            stated: Vec::new(),
        },
        KeyProblem::Unusable {
            member: ana(),
            why: RecipientError::Weak,
        },
        KeyProblem::TooManyKeys { member: ana() },
    ];
    let open = open.map(|error| SyncError::Open { entry: id(), error });
    let errors = open
        .into_iter()
        .chain(seal.map(|error| SyncError::Seal { entry: id(), error }))
        .chain(keys.map(SyncError::Key));
    let more = [
        SyncError::Identity(IdentityError::TooMany),
        SyncError::PrivateFile(PrivateFileError::Exists {
            called: "identity file",
        }),
    ];
    errors.chain(more).map(Failure::from).collect()
}

/// The errors of files.
fn of_files() -> Vec<Failure> {
    let path = || PathBuf::from("/world/agenda.toml");
    let errors = vec![
        StoreError::KeepsChanging { path: path() },
        StoreError::Unsafe {
            path: path(),
            why: "it is behind a symbolic link",
        },
        StoreError::Io {
            doing: "write",
            path: path(),
            source: io::Error::other("No space left on device"),
        },
    ];
    errors.into_iter().map(Failure::from).collect()
}

/// The errors of Git: a fault of each kind among them.
fn of_git() -> Vec<Failure> {
    let faults = [
        "hasDotgit",
        "hasDot",
        "treeNotSorted",
        "badTree",
        "gitmodulesUrl",
        "badDate",
        "badEmail",
        "unknown",
    ];
    let unsound = faults.map(|fault| git::Error::UnsoundObject {
        object: "commit COMMIT".to_owned(),
        fault: fault.to_owned(),
        words: "the words of Git".to_owned(),
    });
    let failed = |words: &str| git::Error::Program {
        doing: "listing files".to_owned(),
        words: words.to_owned(),
    };
    let errors = [
        git::Error::TooLarge {
            id: commit(),
            size: 9_000_000,
            limit: 1_000_000,
        },
        git::Error::TooManyFiles {
            id: commit(),
            limit: 9000,
        },
        git::Error::TooOld {
            found: "2.10.0".to_owned(),
            needed: "2.25.0".to_owned(),
        },
        failed(""),
        failed("the words of Git"),
    ];
    unsound.into_iter().chain(errors).map(Failure::from).collect()
}

/// The errors of the terminal, the editor and the machine.
fn of_surroundings() -> Vec<Failure> {
    let editors = [
        EditorError::Killed,
        EditorError::Interrupted,
        EditorError::NotRead(broken()),
        EditorError::InputNotText(broken()),
    ];
    let surroundings = [
        SurroundingsError::NoHome(HomeDirError),
        SurroundingsError::NoFolder("XDG_STATE_HOME", broken()),
        SurroundingsError::AnswerNotWritten(broken()),
        SurroundingsError::Fault("src/cli/mod.rs:1".to_owned()),
    ];
    let terminal = [TerminalError::Declined, TerminalError::NotTrusted];
    let editors = editors.map(Failure::from).into_iter();
    editors
        .chain(surroundings.map(Failure::from))
        .chain(terminal.map(Failure::from))
        .collect()
}

#[test]
fn the_golden_file_of_constructed_errors_is_as_it_is_kept() {
    let failures = [
        of_entries(),
        of_places(),
        of_sync(),
        of_remotes(),
        of_keys(),
        of_files(),
        of_git(),
        of_surroundings(),
    ];
    let mut text = String::new();
    for failure in failures.into_iter().flatten() {
        let words = failure.words(&Standing::default());
        let words = anstream::adapter::strip_str(words.as_str()).to_string();
        text += &format!("exit {}\n{words}\n", failure.exit() as u8);
    }
    let text = format!("{}\n", text.trim_end());
    // The version of this program stands in one of them.
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/constructed.txt");
    if std::env::var_os("ONEONONE_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept,
        text,
        "{} is kept otherwise; if the new words are meant: ONEONONE_BLESS=1 cargo test golden",
        path.display()
    );
}
