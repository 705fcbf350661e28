//! The outcome of a sync, for people and for programs.

use crate::git::{PublicAddress, refused_protocol};
use crate::model::{Change, ChangeCounts, Date, EntryId, MeetingKey, Problem, RecordPath, Slug, Visibility};

use super::changed_entries::{CommitMaker, InAName, OwnChange, RemovedEntry};
use super::secrets::arrived_wider::Widened;
use super::secrets::keys::SeatChange;
use super::snapshot::OlderFile;

/// Whether my words are on the remote. `words` are what Git or the server said, raw.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum Delivery {
    /// They are, and the other's are here.
    Delivered,
    /// They would be sent; it was a dry run.
    Pending,
    /// There is no remote.
    NoRemote,
    /// It was asked for: nothing crosses the network.
    Offline,
    /// Nobody answered.
    Unreachable { words: String },
    /// Nobody was asked: this clone does not use the protocol of the address.
    ProtocolRefused { protocol: String },
    /// The server refused.
    Denied { words: String },
    /// The connection broke off; a moment before and after the server answered.
    CutOff { words: String },
    /// They went to the address that is pushed to, and are not at the one that is read.
    Elsewhere { to: PublicAddress },
    /// It took too long.
    TimedOut,
    /// Others pushed first, every time.
    Outraced,
}

impl Delivery {
    /// Nobody answered; or Git asked nobody, by its words.
    pub fn unreachable(words: String) -> Self {
        match refused_protocol(&words).map(str::to_owned) {
            Some(protocol) => Self::ProtocolRefused { protocol },
            None => Self::Unreachable { words },
        }
    }
}

/// A file that looks like a record and is not named so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misnamed {
    /// Its path.
    pub path: String,
    /// The record that it was most likely meant as; none where nobody can say.
    pub record: Option<RecordPath>,
    /// Whether that record is there: then the file is a copy of it.
    pub is_copy: bool,
    /// Whether Git tracks the file.
    pub is_tracked: bool,
}

/// Something that a person should know. A `commit` is its short name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum SyncNote {
    /// A file that is no record holds the markers of a merge by plain Git that stopped: it was left alone.
    ConflictMarkers(String),
    /// A filter of Git's failed on a file: it was left alone.
    FilterFailed(String),
    /// Entries arrived for more readers than their author let. `is_mine` says whether I am their author.
    ArrivedWider { entries: Vec<Widened>, is_mine: bool },
    /// Entries are in no list, as somebody took out their author or their time.
    Unlisted(Vec<EntryId>),
    /// One side deleted an entry and the other edited it: it stays.
    Kept(EntryId),
    /// Files that are no records, by their paths: those that came from the other side, and those that went there.
    OtherFiles { came: Vec<String>, went: Vec<String> },
    /// Several meetings are under way: both members began one before either had synced.
    SeveralUnderWay(Vec<MeetingKey>),
    /// A meeting under way begins in the future, by the clock of this machine.
    BeginsLater(MeetingKey),
    /// Nobody has talked about an entry of a meeting that is over: it is on the agenda again.
    CarriedBack(EntryId),
    /// A file was saved as an older version had it: entries that it lacks or has otherwise were let alone.
    OlderFile(OlderFile),
    /// An entry without an id in a saved file reads as this one, which stands elsewhere by now: it was taken for it.
    TakenFor { record: RecordPath, entry: EntryId },
    /// Entries were removed: by this person's hand in a file, or by a member whose commits came.
    EntriesRemoved {
        by: Option<Slug>,
        entries: Vec<RemovedEntry>,
    },
    /// Words of mine that commits which came changed or removed.
    OwnChanged(Vec<OwnChange>),
    /// Entries that came in the name of a member, in a commit that names none.
    InAName(Vec<InAName>),
    /// A folder of records was something else in a commit, or a record a folder: it is again as it was before.
    FolderPutBack { path: String, made_by: CommitMaker },
    /// A record on the branch does not parse; the others were merged. `made_by` is the commit that wrote it, where that was
    /// looked for. `has_good` says whether an earlier version can be put back.
    Broken {
        record: RecordPath,
        problem: Problem,
        made_by: Option<CommitMaker>,
        has_good: bool,
    },
    /// A record in the folder cannot be read: it was left as it lies, and is not saved. HEAD counts for it.
    BrokenHere(RecordPath, Problem),
    /// `pair.toml` cannot be read, and the one of an older commit counts. `is_here` says that it is the file in the folder;
    /// `made_by` is the commit that wrote it so.
    OlderPair {
        commit: String,
        problem: Problem,
        is_here: bool,
        made_by: Option<CommitMaker>,
    },
    /// A record would have been beyond a limit with both versions in it: some entries are left out, and the files that hold them
    /// are kept under these paths. Without a path they are where they were before.
    KeptApart {
        problem: Problem,
        left_out: Vec<EntryId>,
        beside: Vec<String>,
    },
    /// Settling a record would have put it beyond a limit: it stays as it is.
    NotSettled(Problem),
    /// Both versions of a file were kept, the other's under the path `theirs`.
    BothKept {
        path: String,
        theirs: String,
        /// Why that one cannot be read, if it is a record.
        problem: Option<Problem>,
    },
    /// Somebody edited a file while it was to be written; it stays as edited and goes with the next sync.
    EditedAfterRead(String),
    /// A file was not written: something else stands in its place, or a filter of Git's failed.
    LeftAlone(String),
    /// A file that Git does not track stood in the way and was renamed.
    MovedAside { path: String, to: String },
    /// A merge that plain Git had begun was finished.
    FinishedMerge,
    /// A merge that plain Git had begun would be finished; it was a dry run.
    WouldFinishMerge,
    /// An earlier command is completed on its branch; another branch is checked out now.
    CompletedThere(String),
    /// The branch of a command that was cut off is gone: the reference `at` keeps its commit.
    KeptCommit { branch: String, at: String },
    /// The rewritten history of the remote was taken, with so many entries on top. The reference `kept` holds the history of
    /// before; in a dry run there is none, and nothing was taken. The rewrite had changed or removed the same as the changes `left_out`.
    RewriteTaken {
        kept: Option<String>,
        put_on_top: usize,
        left_out: Vec<String>,
    },
    /// Entries are gone with the history that a rewritten one replaced. `own` are those of mine that are gone, or stand
    /// otherwise since.
    WentWithRewrite { gone: Vec<EntryId>, own: Vec<OwnChange> },
    /// Entries came that had gone with a history that was replaced.
    PurgedIsBack(Vec<EntryId>),
    /// Everything was kept though the remote's history was rewritten: so many commits go there again.
    RewriteUndone(usize),
    /// So many commits that were made elsewhere go to the remote from here.
    SentFromElsewhere(usize),
    /// The remote's history was rewritten, and so was this branch: it holds nothing of what was removed.
    RewrittenHere,
    /// So many commits that a sync had seen at the remote, and that plain Git took off this branch, came back.
    SentCameBack(usize),
    /// An entry that plain Git had left in two homes is one again.
    Deduplicated(EntryId),
    /// The sealed edit of the shared entry `from` became the entry `to`.
    SplitOff { from: EntryId, to: EntryId },
    /// The clear visibility of an entry was not the sealed one, and was put back.
    VisibilityRestored(EntryId),
    /// An entry of mine was edited by hand, in clear in the place of its seal: it is sealed again for the same readers.
    ReadersKept { entry: EntryId, readers: Visibility },
    /// So many entries were sealed anew for the keys of today.
    Resealed(usize),
    /// The keys of a member were seen for the first time and pinned.
    Pinned(Slug, String),
    /// The keys of the other member changed; nothing is sealed for them until they are trusted.
    KeyChanged(Slug),
    /// The pair states no key for the other member any more, whose keys are pinned.
    SeatEmptied(Slug),
    /// Somebody changed the keys of my own seat, or its slug; nothing is sealed for a key that was added.
    OwnSeatChanged(SeatChange),
    /// An entry that was to be sealed stands in clear, at the remote too. `author` is there if only they can seal it and
    /// I am not them.
    InClear { entry: EntryId, author: Option<Slug> },
    /// An entry that stood in clear is sealed from now on; history keeps the old text.
    SealedLate(EntryId),
    /// So many entries and heads that a merge by plain Git had left out are back.
    BroughtBack(usize),
    /// Plain Git took the last commit of this program out of the history, and so many entries that were never sent.
    LeftBehind {
        commit: String,
        count: usize,
        /// Whether a merge of it brings nothing back that may have been taken out for good.
        may_merge: bool,
    },
    /// A `git stash pop` stopped at a record: the stash of this number still holds its edit.
    StashKept { path: String, stash: usize },
    /// A file that is no record is gone from the folder: it was removed from the pair too.
    Removed(String),
    /// A file looks like a record and is not named so; it was left alone.
    Misnamed(Misnamed),
    /// The host said this after it had accepted the push; raw.
    HostSaid(String),
    /// So many files in the folder are not tracked by Git; they were left alone.
    Untracked(usize),
    /// The agreed day of the next meeting came from the remote.
    NextCame { was: Option<Date>, is: Option<Date> },
    /// These days stand against each other for the next meeting, the shown one first; no day may be one of them.
    NextInConflict(Vec<Option<Date>>),
    /// The remote had no such branch, and another one was in its place: the other member follows that.
    NewBranch { branch: String, before: String },
    /// This clone goes to another branch of the remote from now on.
    Followed { was: String, is: String },
    /// Branches of before are still there, and nothing of the other member came on this one.
    LeftBranches { were: Vec<String>, is: String },
    /// The other member may sync with another remote of this clone.
    OtherRemote(Box<OtherRemote>),
    /// Another remote of this clone does not answer: nobody can say whether the other member syncs with it.
    SilentRemote {
        address: PublicAddress,
        is: PublicAddress,
        branch: String,
        /// Whether it was not asked, as this clone does not use the protocol of its address.
        is_refused: bool,
    },
    /// The address of the remote was changed, and the other member may still sync with the one of before.
    NewAddress { was: PublicAddress, is: PublicAddress },
    /// The remote's HEAD names another branch than this clone syncs, which a person chose.
    OtherThanHead { branch: String, head: String },
    /// A sync reads one address, and sends to these: the one that is read first, if it is among them.
    SendsTo {
        read: PublicAddress,
        to: Vec<PublicAddress>,
    },
    /// An address that is pushed to, beside the one that is read, did not take it.
    PushMissed { address: PublicAddress, words: String },
    /// A merge is among the commits that the remote refused.
    MergeRefused,
}

/// The outcome of a sync (docs/command-line.md#documents).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// How much differs here by it.
    pub incoming: ChangeCounts,
    /// How much differs on the remote by it.
    pub outgoing: ChangeCounts,
    /// Each difference that it made here.
    pub came: Vec<Change>,
    /// Whether both sides had something new.
    pub merged: bool,
    /// Entries and headers with a conflict.
    pub conflicts: usize,
    /// Entries that were deleted on one side and edited on the other.
    pub kept: Vec<EntryId>,
    /// How often it was pushed.
    pub attempts: usize,
    /// Whether my words are on the remote.
    pub delivery: Delivery,
    /// The branch or the address that it went to, if the other member may read another one.
    pub alone: Option<String>,
    /// The notes for a person.
    pub notes: Vec<SyncNote>,
}

impl SyncNote {
    /// Whether a note says that the history of before was replaced.
    pub fn is_rewrite(&self) -> bool {
        matches!(self, Self::RewriteTaken { .. } | Self::RewrittenHere)
    }

    /// The entry that went back to the agenda, if the note is about one.
    pub(in crate::sync) fn carried_back(&self) -> Option<EntryId> {
        match self {
            Self::CarriedBack(id) => Some(*id),
            _ => None,
        }
    }
}

impl SyncReport {
    /// This sync and the one right before it, as one.
    #[must_use]
    pub fn after(mut self, first: Self) -> Self {
        self.incoming += first.incoming;
        self.outgoing += first.outgoing;
        self.merged |= first.merged;
        self.attempts += first.attempts;
        Self {
            notes: joined(first.notes, self.notes),
            kept: joined(first.kept, self.kept),
            came: joined(first.came, self.came),
            ..self
        }
    }
}

/// Another remote of this clone that the other member may sync with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherRemote {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: PublicAddress,
    /// The address that this clone syncs with.
    pub is: PublicAddress,
    /// The branch there.
    pub branch: String,
    /// The branch here.
    pub local: String,
    /// How it stands to what is here.
    pub how: OtherPlace,
}

/// How another place stands to what is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherPlace {
    /// It does not answer.
    Silent,
    /// It was not asked: this clone does not use the protocol of its address.
    Refused,
    /// It has commits that are not here.
    Ahead,
    /// It has none.
    Behind,
}

impl SyncNote {
    /// A record that does not parse. Nobody looked yet for the commit that wrote it.
    pub(super) fn broken(record: RecordPath, problem: Problem) -> Self {
        Self::Broken {
            record,
            problem,
            made_by: None,
            has_good: false,
        }
    }
}

fn joined<T: PartialEq>(mut first: Vec<T>, then: Vec<T>) -> Vec<T> {
    let new: Vec<T> = then.into_iter().filter(|one| !first.contains(one)).collect();
    first.extend(new);
    first
}

impl SyncReport {
    /// The report of a sync that wrote nothing out: a merge that Git left half-done still stands so. It is told last.
    #[must_use]
    pub fn of_dry_run(mut self) -> Self {
        let before = self.notes.len();
        self.notes.retain(|note| *note != SyncNote::FinishedMerge);
        if self.notes.len() < before {
            self.notes.push(SyncNote::WouldFinishMerge);
        }
        self
    }

    /// Whether a file in the folder cannot be read: it was not carried.
    pub fn left_a_record(&self) -> bool {
        let is_left = |note: &SyncNote| {
            matches!(
                note,
                SyncNote::BrokenHere(..) | SyncNote::OlderPair { is_here: true, .. }
            )
        };
        self.notes.iter().any(is_left)
    }

    /// The commit whose `pair.toml` counts, if a later one cannot be read.
    pub fn older_pair(&self) -> Option<&str> {
        self.notes.iter().find_map(|note| match note {
            SyncNote::OlderPair { commit, .. } => Some(commit.as_str()),
            _ => None,
        })
    }

    /// Whether entries of mine arrived for more readers than I let: I have to say whether that was me.
    pub fn has_arrived_wider(&self) -> bool {
        let is_mine = |note: &SyncNote| matches!(note, SyncNote::ArrivedWider { is_mine: true, .. });
        self.notes.iter().any(is_mine)
    }
}
