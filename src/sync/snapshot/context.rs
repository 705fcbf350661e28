//! The clone in which hand edits are taken in.

use crate::git::{CommitId, Repository};
use crate::model::{EntryId, Instant, Pair, Slug};
use crate::store::Notes;

use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;
use crate::sync::secrets::keys::Keys;

/// The clone, and how it stood before.
pub(in crate::sync) struct SnapshotContext<'a> {
    pub(in crate::sync) repo: &'a Repository,
    pub(in crate::sync) head_side: &'a Side,
    pub(in crate::sync) cache: &'a RecordCache,
    pub(in crate::sync) keys: &'a Keys,
    pub(in crate::sync) pair: &'a Pair,
    pub(in crate::sync) me: Option<Slug>,
    pub(in crate::sync) now: Instant,
    pub(in crate::sync) new_id: fn() -> EntryId,
    /// Whether a write was pending, or a merge of plain Git.
    pub(in crate::sync) pending: bool,
    pub(in crate::sync) notes: &'a Notes,
    /// HEAD.
    pub(in crate::sync) tip: Option<CommitId>,
    /// Whether the edits were made in the base and in no older version.
    pub(in crate::sync) base_is_known: bool,
}
