//! The folder as it was read once: the records as they lie there, against the tree last written out.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, CommitId, Repository, TreeChange, TreeFile, TreeId, WorkTreeStatus};
use crate::model::{AGENDA_PATH, Files, MEETINGS_PATH, PAIR_PATH, Problem, RecordPath};
use crate::store::{Notes, read_records, read_records_at};

use crate::sync::error::SyncError;
use crate::sync::load::listing::RecordSet;

/// So many versions of a file are looked at.
const VERSIONS: usize = 100;

/// The roots below which records lie.
pub(in crate::sync) const RECORD_ROOTS: &[&str] = &[PAIR_PATH, AGENDA_PATH, MEETINGS_PATH];

/// The work tree, as it was read once.
#[derive(Debug, Clone)]
pub(in crate::sync) struct WorkTree {
    /// The records that may differ from HEAD, with LF line ends. The others are as in HEAD.
    pub(in crate::sync) files: Files,
    /// The blob ids of all records as they lie there.
    pub(in crate::sync) ids: BTreeMap<String, BlobId>,
    /// Links and folders in the place of a record.
    pub(in crate::sync) odd: Vec<Problem>,
    /// The tree last written out; none where none is remembered, or where it is gone.
    pub(in crate::sync) remembered_tree: Option<TreeId>,
    /// The tree that hand edits are told against: the remembered one, unless plain Git took HEAD back behind it.
    pub(in crate::sync) base_tree: Option<TreeId>,
    /// The tree of HEAD.
    pub(in crate::sync) head_tree: Option<TreeId>,
    /// Records of the folder that are as they were written out last, over a commit from a stale index.
    pub(in crate::sync) as_written: BTreeSet<String>,
    /// Tracked files that may differ from it.
    pub(in crate::sync) differing: BTreeSet<String>,
    /// Paths that a sparse checkout hides.
    pub(in crate::sync) hidden: BTreeSet<String>,
    /// Paths that a merge of plain Git left with several versions in the index.
    pub(in crate::sync) conflicted: BTreeSet<String>,
}

/// The folder as it was read for a question, which may ask several things of it.
#[derive(Debug)]
pub struct ReadFolder(pub(in crate::sync) WorkTree);

impl ReadFolder {
    /// Reads the folder of a clone.
    ///
    /// # Errors
    /// When the repository or the folder cannot be read.
    pub fn of(repo: &Repository) -> Result<Self, SyncError> {
        Ok(Self(WorkTree::read(repo, &Notes::of(repo.git_dir()))?))
    }
}

impl WorkTree {
    /// Reads the folder. Files that the index knows to be as in HEAD are not opened.
    pub(in crate::sync) fn read(repo: &Repository, notes: &Notes) -> Result<Self, SyncError> {
        let head_tree = repo.head()?.tip.map(|tip| repo.tree_of(tip)).transpose()?;
        let mut ids = BTreeMap::new();
        let (found, mut status) = match head_tree {
            Some(head_tree) => {
                let files = repo.all_files(head_tree)?;
                let (records, others): (Vec<_>, Vec<_>) = files
                    .iter()
                    .partition(|file| RecordPath::parse(&file.path).is_some());
                // Other tracked files are asked for by name: nobody looks at the files beside them.
                let others = others.iter().map(|file| file.path.as_str());
                let others = others.filter(|path| !path.starts_with("meetings/"));
                let roots: BTreeSet<&str> = RECORD_ROOTS.iter().copied().chain(others).collect();
                let status = repo.work_tree(head_tree, &roots.into_iter().collect::<Vec<_>>())?;
                let to_read: BTreeSet<&String> = status.differing.iter().chain(&status.hidden).collect();
                let as_head = records.into_iter().filter(|file| !to_read.contains(&file.path));
                ids.extend(as_head.map(|file| (file.path.clone(), file.id)));
                (read_records_at(repo.workdir(), to_read)?, status)
            }
            None => {
                let hidden = repo.hidden_paths(RECORD_ROOTS)?;
                let status = WorkTreeStatus {
                    hidden,
                    ..WorkTreeStatus::default()
                };
                (read_records(repo.workdir(), |_| true)?, status)
            }
        };
        for (path, bytes) in &found.files {
            ids.insert(path.clone(), Repository::blob_id(bytes)?);
        }
        let is_hidden = |path: &String| is_out_of_sight(path, ids.contains_key(path));
        status.hidden.retain(is_hidden);
        let (remembered_tree, mut base_tree) = match notes.remembered()? {
            Some((tree, commit)) => {
                let tree = tree.parse().ok();
                let tree = tree.filter(|tree| repo.list_tree(*tree, Some("pair.toml")).is_ok());
                let commit = commit.parse().ok();
                let commit = commit.filter(|commit| repo.commit_info(*commit).is_ok());
                (tree, base_tree(repo, tree, commit)?)
            }
            // In a clone that plain Git made, everything that differs from HEAD was edited.
            None => (head_tree, head_tree),
        };
        let mut as_written = BTreeSet::new();
        if let (Some(base), Some(remembered), Some(head)) = (base_tree, remembered_tree, head_tree)
            && base == remembered
        {
            let stale = taken_back_by_a_stale_index(repo, [remembered, head], &ids, &status.differing)?;
            if !stale.is_empty() {
                base_tree = Some(repo.write_tree(Some(base), &stale)?);
                as_written.extend(stale.into_iter().map(|(path, _)| path));
            }
        }
        Ok(Self {
            files: found.files,
            ids,
            odd: found.odd,
            remembered_tree,
            base_tree,
            head_tree,
            as_written,
            differing: status.differing,
            hidden: status.hidden,
            conflicted: status.conflicted,
        })
    }

    /// The blob id of a record as it lies there.
    pub(in crate::sync) fn id(&self, record: RecordPath) -> Option<BlobId> {
        self.ids.get(&record.path()).copied()
    }

    /// Edited records, apart: nobody saved those that the folder has as they were written out last.
    pub(in crate::sync) fn written_and_saved(&self, edited: &RecordSet) -> (RecordSet, RecordSet) {
        let is_written = |record: &RecordPath| self.as_written.contains(&record.path());
        edited.iter().copied().partition(is_written)
    }

    /// Whether a sparse checkout hides a record.
    pub(in crate::sync) fn is_hidden(&self, record: RecordPath) -> bool {
        let path = record.path();
        self.hidden.contains(&path) && !self.ids.contains_key(&path)
    }
}

/// Whether a path that a sparse checkout hides is let alone. A record that lies there all the same is read.
pub(in crate::sync) fn is_out_of_sight(path: &str, lies_there: bool) -> bool {
    RecordPath::parse(path).is_none() || !lies_there
}

/// The records that a commit of plain Git took back to an older version though the folder still has what was written out last:
/// it was made from an index that was read before. Nobody saw that, so the folder counts as edited over that version.
fn taken_back_by_a_stale_index(
    repo: &Repository,
    [remembered, head]: [TreeId; 2],
    ids: &BTreeMap<String, BlobId>,
    differing: &BTreeSet<String>,
) -> Result<Vec<TreeChange>, SyncError> {
    let mut candidates = BTreeMap::new();
    for path in differing.iter().filter(|path| RecordPath::parse(path).is_some()) {
        let written = repo.tree_entry(remembered, path)?.map(|file| file.id);
        let on_branch = repo.tree_entry(head, path)?;
        if let (Some(written), Some(on_branch)) = (written, on_branch)
            && written != on_branch.id
            && ids.get(path) == Some(&written)
        {
            candidates.insert(path.clone(), (written, on_branch));
        }
    }
    let (Some(tip), false) = (repo.head()?.tip, candidates.is_empty()) else {
        return Ok(Vec::new());
    };
    let paths: Vec<String> = candidates.keys().cloned().collect();
    let histories = repo.path_histories(tip, &paths, VERSIONS, &mut BTreeSet::new())?;
    candidates.retain(|path, (written, on_branch)| {
        let place = |wanted: BlobId| {
            let mut versions = histories.get(path).into_iter().flat_map(|history| &history.ids);
            versions.position(|version| *version == Some(wanted))
        };
        matches!((place(on_branch.id), place(*written)), (Some(older), Some(newer)) if older < newer)
    });
    let change = |(path, (_, file)): (String, (BlobId, TreeFile))| (path, Some((file.mode, file.id)));
    Ok(candidates.into_iter().map(change).collect())
}

/// The tree that hand edits are told against. Where plain Git moved HEAD back or aside, that is the common ancestor:
/// entries that only the folder has are edits then, and HEAD has not deleted them.
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
        // With several ancestors, one side of a merge that was made anew would look as if a hand had taken it away.
        _ => Ok(None),
    }
}
