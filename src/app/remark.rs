//! Remarks: facts that a person should know beside the outcome of a use case.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::model::{ActionState, Date, Instant, Problem, Slug, Visibility};
use crate::sync::{CheckedOut, Delivery, MissingRecords, SyncError, SyncNote, UnsentTexts, Workspace};

use super::AppError;

/// A fact to be told. A `short` is an entry, as short as a person can name it.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum Remark {
    /// The sync layer found or did something.
    Sync(SyncNote),
    /// Records were skipped because they cannot be read.
    Skipped(Vec<Problem>),
    /// Records that HEAD has do not lie in the folder: what they say is in no list.
    Missing(MissingRecords),
    /// Sealed entries stay closed: this machine has no identity that can be read.
    NoIdentity,
    /// How the words for a due date were understood.
    Due(Date),
    /// How the words for the first day of a window were understood.
    Since(Date),
    /// How the words for the last day of a window were understood.
    Until(Date),
    /// How the words for the day of a meeting were understood.
    MeetingOf(Date),
    /// The record of a meeting of that day was made.
    MadeMeeting(Date),
    /// No entry had this theme before; known themes resemble it.
    NewTheme { theme: Slug, similar: Vec<Slug> },
    /// The text has this word behind a `#`, and it is taken for no theme.
    NoTheme(String),
    /// The entry gets the few readers of the entry that it follows from.
    AsFollowed(Visibility),
    /// The entry gets the few readers that the one which it follows had before it arrived wider, or went.
    AsFollowedBefore(Visibility),
    /// The text of a sealed entry was typed as an argument: the shell keeps it in its history.
    InShellHistory,
    /// The text of what was removed stands in commits that were not sent: the next sync sends it in history.
    TextUnsent(UnsentTexts),
    /// The entry became a concern and stays shared.
    StaysShared,
    /// The entry is in that state already.
    StateAlready { short: String, state: ActionState },
    /// The entry is read by those people already.
    SharedAlready(Visibility),
    /// Nobody opened the entry to more people than its author.
    NotWider { short: String },
    /// An entry that arrived wider was put back as its author wrote it, before it was changed.
    Restored { short: String },
    /// An entry that arrived wider was sealed as it was, and my key does not open it.
    RestoredClosed { short: String },
    /// An entry that arrived wider holds a new text alone: nothing that its author wrote before can be read here.
    WrittenAnew { short: String },
    /// An entry of the other member that arrived wider is edited for the same people. Its author has not answered for it.
    ReadersAsArrived { short: String, by: Slug },
    /// Everyone with a clone can read the entry from now on.
    SharedWithEveryone,
    /// The text was changed by somebody else while a person wrote: both texts are kept, as a conflict.
    BothTextsKept { short: String },
    /// Undo passed over a command: plain Git took its commit out of the history.
    PassedOver { command: String, commit: String },
    /// So many entries, heads and settings have a conflict after a sync.
    Conflicts(usize),
    /// So many more have one since a text was put back beside words that were written since.
    NewConflicts(usize),
    /// The reason why every command that writes would stop.
    ReadOnly(AppError),
    /// A sync beside the command did not deliver.
    Undelivered(Delivery),
    /// A sync beside the command stopped.
    SyncFailed(AppError),
    /// The request changed nothing.
    NothingChanged,
    /// The meeting of a day that nobody had ended was ended, as of its last sign, when the next one began.
    EndedWithNext { date: Date, at: Instant },
    /// The meeting began too long ago to be under way: it was ended as of its last sign.
    EndedLate(Instant),
    /// My key was made now, in this file.
    MadeKey(PathBuf),
    /// Plain Git refuses from now on to commit a private text in clear.
    GuardPut,
    /// Plain Git does not refuse it here: a hook of the user's own is in this file, or Git takes its hooks from elsewhere.
    GuardObstacle { file: PathBuf, is_hook: bool },
    /// The guard could not be put in place.
    GuardFailed(AppError),
    /// None of my keys sits in a seat of the pair.
    NoSeat,
    /// The entry stands in clear, and is to be sealed.
    StandsInClear,
    /// My keys do not open the entry: its readers are those that the record names.
    ReadersOfRecord,
}

/// The remarks of a session, in order.
#[derive(Debug, Default)]
pub struct Remarks(RefCell<Vec<Remark>>);

impl Remarks {
    /// Adds a remark.
    pub fn add(&self, remark: Remark) {
        self.0.borrow_mut().push(remark);
    }

    /// Adds notes of the sync layer, each once.
    pub fn add_notes(&self, notes: &[SyncNote]) {
        // Of thousands of notes each is held against those alone that may be the same.
        let mut told: BTreeMap<String, Vec<&SyncNote>> = BTreeMap::new();
        for note in notes {
            let alike = told.entry(format!("{note:?}")).or_default();
            if !alike.contains(&note) {
                alike.push(note);
                self.add(Remark::Sync(note.clone()));
            }
        }
    }

    /// Adds the notes of a clone that was written in, and those of the write-out. A file that made room is named, though
    /// nothing came of the rest.
    ///
    /// # Errors
    /// The error of the write-out.
    pub(super) fn add_written(
        &self,
        workspace: &mut Workspace,
        written: Result<CheckedOut, SyncError>,
    ) -> Result<(), SyncError> {
        self.add_notes(&workspace.take_sync_notes());
        self.add_notes(&written?.notes());
        Ok(())
    }

    /// Takes the remarks out, to be told.
    pub fn take(&self) -> Vec<Remark> {
        self.0.take()
    }
}
