//! What the folder holds: the records as they lie there, against the tree last written out.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, CommitId, Repository, TreeFile, TreeId, WorkTreeStatus};
use crate::model::{Files, Problem, RecordPath};
use crate::store::{FolderRecords, Notes, read_records, read_records_at};

use crate::sync::error::SyncError;

/// The roots below which records lie.
pub(in crate::sync) const RECORD_ROOTS: &[&str] = &["pair.toml", "agenda.toml", "meetings"];

/// The work tree, as it was read once.
#[derive(Debug, Clone)]
pub(in crate::sync) struct WorkTree {
    /// The records that may differ from HEAD, with LF line ends. The others are as in HEAD.
    pub(in crate::sync) files: Files,
    /// The blob ids of all records as they lie there.
    pub(in crate::sync) ids: BTreeMap<String, BlobId>,
    /// What stands in the place of a record and is none.
    pub(in crate::sync) odd: Vec<Problem>,
    /// The tree last written out; none where none is remembered, or where it is gone.
    pub(in crate::sync) remembered_tree: Option<TreeId>,
    /// The tree that hand edits are told against: the remembered one, unless plain Git took HEAD back behind it.
    pub(in crate::sync) base_tree: Option<TreeId>,
    /// The tree of HEAD.
    pub(in crate::sync) head_tree: Option<TreeId>,
    /// Tracked files that may differ from it.
    pub(in crate::sync) differing: BTreeSet<String>,
    /// Paths that a sparse checkout hides.
    pub(in crate::sync) hidden: BTreeSet<String>,
    /// Paths that a merge of plain Git left with several versions in the index.
    pub(in crate::sync) conflicted: BTreeSet<String>,
}

impl WorkTree {
    pub(in crate::sync) fn read(repo: &Repository, notes: &Notes) -> Result<Self, SyncError> {
        let head_tree = repo.head()?.tip.map(|tip| repo.tree_of(tip)).transpose()?;
        let FolderContents {
            found,
            ids,
            mut folder,
        } = lying(repo, head_tree)?;
        folder
            .hidden
            .retain(|path| is_out_of_sight(path, ids.contains_key(path)));
        let (remembered_tree, base_tree) = match notes.remembered()? {
            Some((tree, commit)) => {
                let tree = tree.parse().ok();
                let tree = tree.filter(|tree| repo.list_tree(*tree, Some("pair.toml")).is_ok());
                let commit = commit.parse().ok();
                let commit = commit.filter(|commit| repo.commit_info(*commit).is_ok());
                (tree, base_tree(repo, tree, commit)?)
            }
            // A clone that plain Git made: what lies there is HEAD, and what was edited since.
            None => (head_tree, head_tree),
        };
        Ok(Self {
            files: found.files,
            ids,
            odd: found.odd,
            remembered_tree,
            base_tree,
            head_tree,
            differing: folder.differing,
            hidden: folder.hidden,
            conflicted: folder.conflicted,
        })
    }

    /// The blob id of a record as it lies there.
    pub(in crate::sync) fn id(&self, record: RecordPath) -> Option<BlobId> {
        self.ids.get(&record.path()).copied()
    }
}

/// Whether a path that a sparse checkout hides is let alone: a record that lies there all the same is none.
pub(in crate::sync) fn is_out_of_sight(path: &str, lies_there: bool) -> bool {
    RecordPath::parse(path).is_none() || !lies_there
}

/// What lies in the folder. What the index knows to be as in HEAD is not read.
struct FolderContents {
    found: FolderRecords,
    ids: BTreeMap<String, BlobId>,
    folder: WorkTreeStatus,
}

fn lying(repo: &Repository, head_tree: Option<TreeId>) -> Result<FolderContents, SyncError> {
    let mut ids = BTreeMap::new();
    let (found, folder) = match head_tree {
        Some(head_tree) => {
            let files = repo.list_tree(head_tree, None)?;
            let mut roots: BTreeSet<&str> = RECORD_ROOTS.iter().copied().collect();
            // The other files that Git tracks, one by one: what lies beside them is nobody's business.
            let is_record = |file: &&TreeFile| RecordPath::parse(&file.path).is_some();
            let others = files
                .iter()
                .filter(|file| !is_record(file) && !file.path.starts_with("meetings/"));
            roots.extend(others.map(|file| file.path.as_str()));
            let folder = repo.work_tree(head_tree, &roots.into_iter().collect::<Vec<_>>())?;
            let to_read: BTreeSet<&String> = folder.differing.iter().chain(&folder.hidden).collect();
            let known = files
                .iter()
                .filter(is_record)
                .filter(|file| !to_read.contains(&file.path));
            ids.extend(known.map(|file| (file.path.clone(), file.id)));
            (read_records_at(repo.workdir(), to_read)?, folder)
        }
        None => {
            let folder = WorkTreeStatus {
                hidden: repo.hidden_paths(RECORD_ROOTS)?,
                ..WorkTreeStatus::default()
            };
            (read_records(repo.workdir(), |_| true)?, folder)
        }
    };
    for (path, bytes) in &found.files {
        ids.insert(path.clone(), Repository::blob_id(bytes)?);
    }
    Ok(FolderContents { found, ids, folder })
}

/// Where plain Git moved HEAD back, or aside, what the folder has beyond the common ancestor is an edit, and no
/// deletion on HEAD's side.
fn base_tree(
    repo: &Repository,
    tree: Option<TreeId>,
    commit: Option<CommitId>,
) -> Result<Option<TreeId>, SyncError> {
    let (Some(commit), Some(head)) = (commit, repo.head()?.tip) else {
        return Ok(tree);
    };
    if repo.is_ancestor(commit, head)? {
        return Ok(tree);
    }
    match repo.merge_bases(commit, head)?.as_slice() {
        [common] => Ok(Some(repo.tree_of(*common)?)),
        // Of a merge that was made anew one side would look as if it had been taken away by hand.
        _ => Ok(None),
    }
}
