//! A folder, and all that its edits are told against.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{EntryId, Home, Instant, Loaded, RecordPath, Table};

use super::versions::RecordVersions;
use crate::sync::load::side::Side;

/// The entries of each file that was read, with their ids.
pub(super) type Folder = BTreeMap<Home, BTreeMap<EntryId, Table>>;

/// A folder, and the versions that its files are told against.
pub struct SnapshotInput<'a> {
    /// The records that lie there.
    pub loaded: Loaded,
    /// The records that lie there otherwise than they were written out last, and than HEAD has them.
    pub edited: BTreeSet<RecordPath>,
    /// The texts of records that cannot be read: an entry whose id stands in one was not removed.
    pub left: Vec<&'a Vec<u8>>,
    /// HEAD.
    pub head: &'a Side,
    /// The tree that the folder was made from.
    pub base: &'a Side,
    /// The known versions of the edited records.
    pub versions: BTreeMap<RecordPath, RecordVersions>,
    /// Whether a write was pending, or a merge of plain Git: a file may have been written since an entry was cut out.
    pub pending: bool,
    /// The time.
    pub now: Instant,
}
