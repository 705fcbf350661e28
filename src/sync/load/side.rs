//! One side of a merge: the records of a tree, and the state that they hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, TreeFile, TreeId};
use crate::model::{EntryId, Placed, Problem, RecordPath, State, Table};

use crate::sync::load::listing::RecordSet;

/// The records of one commit or tree, and the state that they hold.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// The tree; none before the first commit.
    pub tree: Option<TreeId>,
    /// The blobs of all records, broken ones included.
    pub blobs: BTreeMap<RecordPath, TreeFile>,
    /// The records that were read; none where all were. `state` lacks the entries of the others.
    pub(in crate::sync) scope: Option<RecordSet>,
    /// The state that they hold, healed.
    pub state: State,
    /// Records that do not parse or are no regular files, with what is wrong.
    pub broken: BTreeMap<RecordPath, Vec<Problem>>,
    /// Records that healing changed, to be written anew by the next commit.
    pub healed: BTreeSet<RecordPath>,
    /// Entries that stood in several homes, and how each stood before the merge that doubled it.
    pub doubled: BTreeMap<EntryId, Option<Placed>>,
    /// Entries that were committed without an id, as they stand in the tree, with the id that they got.
    pub loose: Vec<(Placed, EntryId)>,
}

impl Side {
    /// Whether a record was read: `state` lacks the entries of one that was not.
    pub(in crate::sync) fn is_read(&self, record: RecordPath) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.contains(&record))
    }

    /// The blob of a record.
    pub fn blob(&self, record: RecordPath) -> Option<BlobId> {
        self.blobs.get(&record).map(|f| f.id)
    }

    /// The entry of an id.
    pub fn entry(&self, id: EntryId) -> Option<&Table> {
        self.state.entries.get(&id).map(|p| &p.entry)
    }
}
