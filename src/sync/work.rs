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
    /// The tree that hand edits are told against: the remembered one, unless plain Git took HEAD back behind it.
    pub(super) base: Option<ObjectId>,
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
        let here = |text: &str| text.parse::<ObjectId>().ok();
        let (remembered, base) = match notes.remembered()? {
            Some((tree, commit)) => {
                let tree = here(&tree).filter(|tree| repo.list_tree(*tree, Some("pair.toml")).is_ok());
                let commit = here(&commit).filter(|commit| repo.commit_info(*commit).is_ok());
                (tree, base(repo, tree, commit)?)
            }
            // A clone that plain Git made: what lies there is HEAD, and what was edited since.
            None => {
                let tree = repo.head()?.tip.map(|tip| repo.tree_of(tip)).transpose()?;
                (tree, tree)
            }
        };
        let hidden = repo.hidden_paths(RECORD_ROOTS)?;
        Ok(Self {
            files: found.files,
            ids,
            odd: found.odd,
            remembered,
            base,
            hidden,
        })
    }

    /// The blob id of a record as it lies there.
    pub(super) fn id(&self, record: RecordPath) -> Option<ObjectId> {
        self.ids.get(&record.path()).copied()
    }
}

/// Where plain Git moved HEAD back, or aside, what the folder has beyond the common ancestor is an edit, and no
/// deletion on HEAD's side.
fn base(
    repo: &Repository,
    tree: Option<ObjectId>,
    commit: Option<ObjectId>,
) -> Result<Option<ObjectId>, SyncError> {
    let (Some(commit), Some(head)) = (commit, repo.head()?.tip) else {
        return Ok(tree);
    };
    if repo.is_ancestor(commit, head)? {
        return Ok(tree);
    }
    match repo.merge_bases(commit, head)?.first() {
        Some(common) => Ok(Some(repo.tree_of(*common)?)),
        None => Ok(None),
    }
}
