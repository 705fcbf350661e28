//! How a clone stands against its remote, as last seen: no lock, no network (docs/command-line.md#documents).

use crate::git::{CommitId, Repository, TreeId};
use crate::model::{ChangeCounts, RecordPath};
use crate::store::Notes;

use crate::sync::error::SyncError;
use crate::sync::exchange::sends_to;
use crate::sync::load::compare::compare;
use crate::sync::load::listing::{Listing, RecordSet, listing};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::working_copy::{ReadFolder, WorkTree};
use crate::sync::outcome::SyncNote;
use crate::sync::upstream::{BranchChoice, Upstream, tracking_refs};

/// Where a clone stands.
#[derive(Debug)]
pub struct CloneStatus {
    /// The branch.
    pub branch: String,
    /// Commits here that were not there when it was last looked.
    pub ahead: usize,
    /// Commits there that are not here.
    pub behind: usize,
    /// How much those here have changed.
    pub outgoing: ChangeCounts,
    /// How much those there have changed.
    pub incoming: ChangeCounts,
    /// Records edited by hand and not taken in yet.
    pub uncommitted: usize,
    /// Whether there is a remote at all.
    pub remote: bool,
    /// Whether a merge of plain Git stopped half-way.
    pub merging: bool,
    /// Whether a write was cut off: the next command that writes completes it.
    pub unfinished: bool,
    /// Where a sync would send, if that is not the one address that it reads.
    pub sends_to: Option<SyncNote>,
    /// Why nobody but a person can say which remote is the remote.
    pub question: Option<SyncError>,
}

/// How a clone stands. `use_index` says whether the index may tell which records need not be read.
///
/// # Errors
/// When the repository or the folder cannot be read.
pub fn clone_status(
    repo: &Repository,
    folder: &ReadFolder,
    use_index: bool,
) -> Result<CloneStatus, SyncError> {
    let head = repo.head()?;
    let remote = repo.has_remotes()?;
    let upstream = Upstream::of(repo, &BranchChoice::Remembered);
    let there = match &upstream {
        Ok(Some(upstream)) if upstream.has_name => {
            let tracked = repo.tracking_tip(&upstream.remote.name, &upstream.branch)?;
            tracked.or(upstream.tip)
        }
        Ok(Some(upstream)) => upstream.tip,
        _ => None,
    };
    let (ahead, behind) = match (head.tip, there) {
        (Some(here), Some(there)) => repo.ahead_behind(here, there)?,
        // A branch that the remote does not have brings the commits that its other branches lack.
        (Some(here), None) if remote => {
            let others = repo.commits_at(&tracking_refs(repo))?;
            (repo.ancestors(here, &others)?.count(), 0)
        }
        _ => (0, 0),
    };
    let notes = Notes::of(repo.git_dir());
    let (mut outgoing, mut incoming) = (ChangeCounts::default(), ChangeCounts::default());
    if let Some(here) = head.tip.filter(|_| ahead + behind > 0) {
        let others = repo.commits_at(&tracking_refs(repo))?;
        let others = there.into_iter().chain(others);
        let base = others.map(|other| repo.merge_bases(here, other)).next();
        let base = base.transpose()?.unwrap_or_default().first().copied();
        let cache = RecordCache::of(repo, &notes, use_index);
        let since = Since { repo, cache, base };
        outgoing = since.counts(here)?;
        incoming = there
            .map(|there| since.counts(there))
            .transpose()?
            .unwrap_or_default();
    }
    let writing = notes.writing()?;
    let mut trees = Vec::new();
    trees.extend(head.tip.map(|tip| repo.tree_of(tip)).transpose()?);
    // A file that equals either tree of a write that was cut off is no edit (docs/sync.md#dead-runs).
    let target = writing.as_ref().and_then(|w| w.to.parse().ok());
    trees.extend(target.and_then(|to: CommitId| repo.tree_of(to).ok()));
    Ok(CloneStatus {
        branch: head.branch,
        ahead,
        behind,
        outgoing,
        incoming,
        uncommitted: edited(repo, &folder.0, trees)?,
        remote,
        merging: !repo.merge_heads()?.is_empty(),
        unfinished: writing.is_some(),
        sends_to: match &upstream {
            Ok(Some(upstream)) => sends_to(repo, upstream)?,
            _ => None,
        },
        question: upstream.err(),
    })
}

/// How much has changed since a commit, or since there was nothing.
struct Since<'a> {
    repo: &'a Repository,
    cache: RecordCache,
    base: Option<CommitId>,
}

impl Since<'_> {
    fn counts(&self, tip: CommitId) -> Result<ChangeCounts, SyncError> {
        Ok(compare(self.repo, &self.cache, self.base, Some(tip))?.counts())
    }
}

/// Records that differ from the tree last written out, and from HEAD.
fn edited(repo: &Repository, work: &WorkTree, mut trees: Vec<TreeId>) -> Result<usize, SyncError> {
    trees.extend(work.remembered_tree);
    trees.sort();
    trees.dedup();
    let is_record = |path: &String| RecordPath::parse(path).is_some();
    if work.head_tree.is_some()
        && trees.iter().all(|tree| Some(*tree) == work.head_tree)
        && work.odd.is_empty()
        && !work.differing.iter().chain(&work.hidden).any(is_record)
    {
        return Ok(0);
    }
    let known = trees.into_iter().map(|tree| listing(repo, tree));
    let known = known.collect::<Result<Vec<Listing>, _>>()?;
    let lying = work.ids.keys().chain(work.odd.iter().map(|odd| &odd.path));
    let lying = lying.filter_map(|path| RecordPath::parse(path));
    let records: RecordSet = known
        .iter()
        .flat_map(|tree| tree.keys().copied())
        .chain(lying)
        .collect();
    let is_edit = |record: &&RecordPath| {
        let lies = work.id(**record);
        let is_known = known
            .iter()
            .any(|tree| tree.get(record).map(|file| file.id) == lies);
        !is_known && !work.is_hidden(**record)
    };
    Ok(records.iter().filter(is_edit).count())
}
