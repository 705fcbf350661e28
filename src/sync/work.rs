//! What the folder holds: the records as they lie there, against the tree last written out.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{ObjectId, Repository};
use crate::model::{Files, Problem, RecordPath};
use crate::store::{Notes, read_records};

use super::error::SyncError;

/// The roots below which records lie.
pub(super) const RECORD_ROOTS: &[&str] = &["pair.toml", "agenda.toml", "meetings"];

/// The work tree, as it was read once.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// The records, with LF line ends.
    pub(super) files: Files,
    /// The blob ids of the records as they lie there.
    pub(super) ids: BTreeMap<String, ObjectId>,
    /// What stands in the place of a record and is none.
    pub(super) odd: Vec<Problem>,
    /// The tree last written out; none where none is remembered, or where it is gone.
    pub(super) remembered: Option<ObjectId>,
    /// Paths that a sparse checkout hides.
    pub(super) hidden: BTreeSet<String>,
}

impl Work {
    pub(super) fn read(repo: &Repository, notes: &Notes) -> Result<Self, SyncError> {
        let found = read_records(repo.workdir(), |_| true)?;
        let mut ids = BTreeMap::new();
        for (path, bytes) in &found.files {
            ids.insert(path.clone(), Repository::blob_id(bytes)?);
        }
        let remembered = match notes.remembered_tree()? {
            Some(text) => text
                .parse()
                .ok()
                .filter(|tree| repo.list_tree(*tree, Some("pair.toml")).is_ok()),
            None => None,
        };
        let hidden = repo.hidden_paths(RECORD_ROOTS)?;
        Ok(Self {
            files: found.files,
            ids,
            odd: found.odd,
            remembered,
            hidden,
        })
    }

    /// The blob id of a record as it lies there.
    pub(super) fn id(&self, record: RecordPath) -> Option<ObjectId> {
        self.ids.get(&record.path()).copied()
    }
}
