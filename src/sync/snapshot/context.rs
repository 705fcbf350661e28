//! The clone in which hand edits are taken in.

use crate::git::Repository;
use crate::model::{EntryId, Instant, Pair, Slug};

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
    /// Whether a doubled id is no error: a write or a merge was pending.
    pub(in crate::sync) pending: bool,
}
