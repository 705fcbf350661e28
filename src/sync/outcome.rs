//! What a sync did, for people and for programs.

use crate::model::{EntryId, Problem, RecordPath, Slug};

/// Whether my words are on the remote.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    Unreachable {
        /// What Git said, raw.
        words: String,
    },
    /// The server refused.
    Denied {
        /// What the server said, raw.
        words: String,
    },
    /// It took too long.
    TimedOut,
    /// Others pushed first, every time.
    Outraced,
}

/// Something that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncNote {
    /// A file that is no record holds the markers of a merge by plain Git that stopped: it was left alone.
    ConflictMarkers(String),
    /// A file goes through a filter of Git's that failed: it was left alone.
    FilterFailed(String),
    /// One side deleted an entry and the other edited it: it stays.
    Kept(EntryId),
    /// A record of the remote does not parse; the others were merged.
    Broken(RecordPath, Problem),
    /// Both versions of a file were kept.
    BothKept {
        /// The file.
        path: String,
        /// The other's version.
        theirs: String,
    },
    /// A file was edited while it was to be written; it stays as edited and goes with the next sync.
    EditedAfterRead(String),
    /// A file was not written: something else stands in its place, or a filter of Git's failed.
    LeftAlone(String),
    /// A file that Git does not track stood in the way and was moved aside.
    MovedAside {
        /// Where it stood.
        path: String,
        /// Where it stands now.
        to: String,
    },
    /// The merge that plain Git had left half-done was finished.
    FinishedMerge,
    /// What an earlier command had begun on a branch is complete there; another one is checked out now.
    CompletedThere(String),
    /// The branch of a command that was cut off is gone: its commit is kept by a reference.
    KeptCommit {
        /// The branch.
        branch: String,
        /// The reference.
        at: String,
    },
    /// An entry that plain Git had left in two homes is one again.
    Deduplicated(EntryId),
    /// The sealed edit of a shared entry became an entry of its own.
    SplitOff {
        /// The shared entry.
        from: EntryId,
        /// The new one.
        to: EntryId,
    },
    /// The clear visibility of an entry was not the sealed one, and was put back.
    VisibilityRestored(EntryId),
    /// Entries were sealed anew for the keys of today.
    Resealed(usize),
    /// The keys of a member were seen for the first time and pinned.
    Pinned(Slug, String),
    /// The keys of a member changed; nothing is sealed for them until they are trusted.
    KeyChanged(Slug),
    /// An entry that was to be sealed stands in clear, at the remote too.
    InClear {
        /// Which one.
        entry: EntryId,
        /// Its author, where they alone can seal it and I am not them.
        author: Option<Slug>,
    },
    /// An entry that stood in clear is sealed from now on; history keeps the old text.
    SealedLate(EntryId),
    /// So many entries and heads that a merge by plain Git had left out are back.
    BroughtBack(usize),
    /// Plain Git took the last commit of this program out of the history, and entries that only it holds.
    LeftBehind {
        /// The commit, short.
        commit: String,
        /// How many entries.
        count: usize,
    },
    /// A `git stash pop` stopped at a record: what it would have brought is still in the stash.
    StashKept(String),
    /// A file that is no record is gone from the folder: it was removed from the pair too.
    Removed(String),
    /// Files in the folder that Git does not track; they were left alone.
    Untracked(usize),
    /// The remote had no such branch before, though this clone has synced another one: the other member follows that.
    NewBranch {
        /// The branch that was synced now.
        branch: String,
        /// The one that was synced before.
        before: String,
    },
}

/// The outcome of a sync (docs/command-line.md#documents).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// Entries added, changed or removed here by it.
    pub pulled: usize,
    /// Entries added, changed or removed on the remote by it.
    pub pushed: usize,
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
    /// What a person should know.
    pub notes: Vec<SyncNote>,
}

impl SyncReport {
    /// This sync and the one right before it, as one.
    #[must_use]
    pub fn after(mut self, first: Self) -> Self {
        self.pulled += first.pulled;
        self.pushed += first.pushed;
        self.merged |= first.merged;
        self.attempts += first.attempts;
        let new = |notes: &[SyncNote], note: &SyncNote| !notes.contains(note);
        let mut notes = first.notes;
        notes.extend(
            self.notes
                .drain(..)
                .filter(|note| new(&notes, note))
                .collect::<Vec<_>>(),
        );
        let mut kept = first.kept;
        kept.extend(
            self.kept
                .drain(..)
                .filter(|id| !kept.contains(id))
                .collect::<Vec<_>>(),
        );
        Self { notes, kept, ..self }
    }
}
