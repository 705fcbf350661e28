//! Facts that are shown but are no record: the outcome of a sync, the state of a clone, who wrote what in a conflict.

use std::collections::BTreeMap;

use crate::model::{Change, ChangeCounts, Entry, EntryId, Row, Slug, Visibility};

/// Facts about one value of a conflict beside the record.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ConflictNote {
    /// Who wrote it, where history tells.
    pub by: Option<Slug>,
    /// The text of a sealed body that could be opened.
    pub text: Option<String>,
}

/// Notes on the rows of conflicts, by entry and row; what is not in it is not known.
pub type ConflictNotes = BTreeMap<(EntryId, Row), ConflictNote>;

/// A field with more than one value, in an entry, in the head of a record or in `pair.toml`.
#[derive(Clone, PartialEq, Eq)]
pub struct ConflictFacts<'a> {
    /// How it is named: an id, the date of a meeting, `agenda` or `pair`.
    pub address: String,
    /// The entry it stands in, if it is one.
    pub entry: Option<&'a Entry>,
    /// The field.
    pub field: String,
    /// The values, the shown one first; they are numbered from 1.
    pub values: Vec<ValueFacts>,
}

/// One of the values of a conflict.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ValueFacts {
    /// The value as text; none where it is absent or closed.
    pub value: Option<String>,
    /// Whether it is sealed and my key does not open it.
    pub closed: bool,
    /// Who can read it, where that differs or the whole of an entry is meant.
    pub visibility: Option<Visibility>,
    /// Who wrote it, where history tells.
    pub by: Option<Slug>,
}

/// A sync in numbers (docs/command-line.md#documents).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncFacts {
    /// How much came.
    pub incoming: ChangeCounts,
    /// How much went.
    pub outgoing: ChangeCounts,
    /// Each difference that came.
    pub came: Vec<Change>,
    /// Whether both sides had changed.
    pub merged: bool,
    /// Conflicts that stand now.
    pub conflicts: usize,
    /// Entries deleted on one side that stay because the other edited them.
    pub kept: Vec<EntryId>,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether the work is on the remote.
    pub delivered: bool,
    /// The branch or the address that it went to, if the other member may read another one.
    pub alone: Option<String>,
    /// Entries that arrived for more readers than their author let.
    pub widened: Vec<WidenedFacts>,
    /// Entries of mine that commits which came changed or removed.
    pub own_changed: Vec<OwnChangeFacts>,
    /// Entries that came in the name of a member, in a commit that names none.
    pub in_a_name: Vec<InANameFacts>,
}

/// An entry that came in the name of a member, in a commit that names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InANameFacts {
    /// The entry.
    pub id: EntryId,
    /// The member whom it names.
    pub by: Slug,
    /// The short name of the commit.
    pub commit: String,
    /// The name of its author.
    pub author: String,
    /// The name of its committer.
    pub committer: String,
}

/// An entry of mine that a commit which came changed or removed. Of the commit nothing is there if none can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnChangeFacts {
    /// The entry.
    pub id: EntryId,
    /// The word for what was done.
    pub how: &'static str,
    /// The member whom the commit names as its author.
    pub by: Option<Slug>,
    /// The short name of the commit.
    pub commit: Option<String>,
    /// The name of its author.
    pub author: Option<String>,
    /// The name of its committer.
    pub committer: Option<String>,
}

/// An entry that arrived for more readers than its author let.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WidenedFacts {
    /// The entry.
    pub id: EntryId,
    /// Its author.
    pub by: Slug,
    /// Who could read it before.
    pub was: Visibility,
    /// Who reads it now.
    pub is: Visibility,
    /// The commit that did it; none if that cannot be told.
    pub commit: Option<String>,
}

/// Where a clone stands against its remote, as last seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusFacts {
    /// The branch.
    pub branch: String,
    /// Commits here that are not there.
    pub ahead: usize,
    /// Commits there that are not here.
    pub behind: usize,
    /// How much the commits here have changed.
    pub outgoing: ChangeCounts,
    /// How much the commits there have changed.
    pub incoming: ChangeCounts,
    /// Records edited by hand and not taken in yet.
    pub uncommitted: usize,
    /// Conflicts that stand.
    pub conflicts: usize,
    /// Files that are no records and that Git does not track.
    pub untracked: usize,
    /// Files that look like records and are not named so.
    pub misnamed: Vec<MisnamedFacts>,
    /// Entries of mine that arrived for more readers than I let.
    pub widened: Vec<WidenedFacts>,
    /// Whether somebody changed the keys of my own seat.
    pub seat_changed: bool,
}

/// A file that looks like a record and is not named so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MisnamedFacts {
    /// Its path.
    pub path: String,
    /// The path of the record that it was most likely meant as.
    pub record: Option<String>,
}

/// Where the parts of a demo are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DemoFacts {
    /// The folder of all of it.
    pub dir: String,
    /// The bare remote.
    pub remote: String,
    /// The manager's.
    pub manager: CloneFacts,
    /// The report's.
    pub report: CloneFacts,
}

/// A made-up member's own things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CloneFacts {
    /// The slug.
    pub member: String,
    /// The folder of the clone.
    pub clone: String,
    /// The identity file.
    pub identity: String,
}

/// A pair known on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PairFacts {
    /// Its name here.
    pub name: String,
    /// The folder of the clone.
    pub dir: String,
    /// The partner's name; empty where the pair cannot be read.
    pub partner: String,
    /// My own seat: `manager` or `report`; empty where it cannot be told.
    pub role: String,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

/// The outcome of an undo or a redo.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepFacts {
    /// Whether it was a redo.
    pub redo: bool,
    /// The command that was taken back, or brought back.
    pub command: String,
    /// The commit that was taken back.
    pub commit: String,
    /// Entries that are gone.
    pub removed: Vec<EntryId>,
    /// Entries that stay as they were edited since.
    pub kept: Vec<EntryId>,
    /// How many of the entries have a conflict now.
    pub conflicts: usize,
}
