//! How a clone stands against its remote, as last seen: no lock, no network (docs/command-line.md#documents).

use std::collections::BTreeSet;

use crate::git::{BlobId, CommitId, Repository, TreeId};
use crate::model::RecordPath;
use crate::store::Notes;

use crate::sync::error::SyncError;
use crate::sync::load::working_copy::WorkTree;

/// Where a clone stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneStatus {
    /// The branch.
    pub branch: String,
    /// Commits here that were not there when it was last looked.
    pub ahead: usize,
    /// Commits there that are not here.
    pub behind: usize,
    /// Records edited by hand and not taken in yet.
    pub uncommitted: usize,
    /// Whether there is a remote at all.
    pub remote: bool,
    /// Whether a merge of plain Git stopped half-way.
    pub merging: bool,
    /// Whether a write was cut off: the next command that writes completes it.
    pub unfinished: bool,
}

/// How a clone stands.
///
/// # Errors
/// When the repository or the folder cannot be read.
pub fn clone_status(repo: &Repository) -> Result<CloneStatus, SyncError> {
    let head = repo.head()?;
    let remote = repo.remote_url("origin")?.is_some();
    let there = repo.reference(&format!("refs/remotes/origin/{}", head.branch))?;
    let (ahead, behind) = match (head.tip, there) {
        (Some(here), Some(there)) => repo.ahead_behind(here, there)?,
        // A branch that the remote does not have brings what its other branches lack.
        (Some(here), None) if remote => {
            let others = repo.commits_at("refs/remotes/origin/*")?;
            (repo.ancestors(here, &others)?.count(), 0)
        }
        _ => (0, 0),
    };
    let notes = Notes::of(repo.git_dir());
    let writing = notes.writing()?;
    let mut trees = Vec::new();
    if let Some(tip) = head.tip {
        trees.push(repo.tree_of(tip)?);
    }
    // What equals either tree of a write that was cut off is no edit (docs/sync.md#dead-runs).
    let target = writing.as_ref().and_then(|w| w.to.parse().ok());
    trees.extend(target.and_then(|to: CommitId| repo.tree_of(to).ok()));
    Ok(CloneStatus {
        branch: head.branch,
        ahead,
        behind,
        uncommitted: edited(repo, &notes, trees)?,
        remote,
        merging: !repo.merge_heads()?.is_empty(),
        unfinished: writing.is_some(),
    })
}

/// Records that differ from the tree last written out, and from HEAD.
fn edited(repo: &Repository, notes: &Notes, mut trees: Vec<TreeId>) -> Result<usize, SyncError> {
    let work = WorkTree::read(repo, notes)?;
    trees.extend(work.remembered_tree);
    let mut known = Vec::new();
    for tree in trees {
        let files = repo.list_tree(tree, None)?;
        let records = files
            .into_iter()
            .filter_map(|f| Some((RecordPath::parse(&f.path)?.path(), f.id)));
        known.push(records.collect::<std::collections::BTreeMap<String, BlobId>>());
    }
    let odd = work.odd.iter().map(|o| &o.path);
    let paths: BTreeSet<&String> = known
        .iter()
        .flat_map(|k| k.keys())
        .chain(work.ids.keys())
        .chain(odd)
        .collect();
    let is_edit = |path: &&&String| {
        let lies = work.ids.get(**path);
        let hidden = lies.is_none() && work.hidden.contains(**path);
        !hidden && !known.iter().any(|k| k.get(**path) == lies)
    };
    Ok(paths.iter().filter(is_edit).count())
}
