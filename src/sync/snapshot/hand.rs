//! The clone in which hand edits are taken in.

use crate::git::Repository;
use crate::model::{EntryId, Instant, Limits, Pair, RecordPath, Slug};

use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::secrets::keys::Keys;

/// The clone, and how it stood before.
pub(in crate::sync) struct SnapshotContext<'a> {
    pub(in crate::sync) repo: &'a Repository,
    pub(in crate::sync) head_side: &'a Side,
    pub(in crate::sync) catalog: &'a RecordCache,
    pub(in crate::sync) keys: &'a Keys,
    pub(in crate::sync) pair: &'a Pair,
    pub(in crate::sync) me: Option<Slug>,
    pub(in crate::sync) now: Instant,
    pub(in crate::sync) new_id: fn() -> EntryId,
    /// Whether a doubled id is no error: a write or a merge was pending.
    pub(in crate::sync) pending: bool,
}

impl SnapshotContext<'_> {
    /// The text of a record as it lies there, to show a problem in it.
    pub(super) fn source(&self, work: &WorkTree, path: &str) -> String {
        let as_head = || {
            let file = RecordPath::parse(path).and_then(|record| self.head_side.blobs.get(&record))?;
            self.repo.blob(file.id, Limits::FILE).ok()
        };
        let bytes = work.files.get(path).cloned().or_else(as_head);
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    /// Whether a sparse checkout hides a record.
    pub(super) fn is_hidden(&self, work: &WorkTree, record: RecordPath) -> bool {
        let path = record.path();
        work.hidden.contains(&path) && !work.ids.contains_key(&path)
    }
}
