//! A `pair.toml` that is broken at the remote is put back from here (docs/sync.md#a-broken-pairtoml).

use crate::git::CommitId;
use crate::model::{FormatVersion, PAIR_PATH, Problem, RecordPath};

use super::fetched_size::check_size;
use super::git_remote::there_ref;
use super::plan::{Plan, plan};
use super::{MergeOver, Replica};
use crate::sync::error::SyncError;
use crate::sync::load::commit::write;
use crate::sync::load::file_blame::wrote_it;
use crate::sync::load::last_good_pair::{GoodPair, last_writable_pair};
use crate::sync::load::other_format::format_of;
use crate::sync::problems::put_pair_back;
use crate::sync::upstream::{BranchChoice, Upstream};
use crate::sync::workspace::Workspace;
use crate::sync::workspace::put_record_back::{PAIR_PUT_BACK, PutBack, with_pair};

/// Prepares to take in what the last sync fetched, with the last good `pair.toml` on top of it. None if nothing is wrong with
/// the one there, or a sync has to ask first.
///
/// # Errors
/// When the history cannot be read, the merge is refused, or Git cannot be written.
pub fn begin_put_pair_back_there(workspace: &mut Workspace) -> Result<Option<PutBack<'_>>, SyncError> {
    let Some(upstream) = Upstream::of(&workspace.repo, &BranchChoice::Remembered)? else {
        return Ok(None);
    };
    let there = workspace.repo.reference(&there_ref(&upstream.branch))?;
    let plan = plan(&*workspace.repo, workspace.tip, there, upstream.seen)?;
    let (Plan::FastForward(there) | Plan::Merge(there)) = plan else {
        return Ok(None);
    };
    check_size(&workspace.repo, there)?;
    let Some(good) = last_good_before(workspace, there)? else {
        return Ok(None);
    };
    // Hand edits are safe first, as in a sync.
    let _ = workspace.check_out()?;
    let repo = &workspace.repo;
    let tree = with_pair(repo, Some(repo.tree_of(there)?), &good.document)?;
    let mended = write(repo, tree, &[there], PAIR_PUT_BACK, &workspace.signature()?)?;
    let notes = match plan {
        Plan::Merge(_) => {
            let (merged, notes) = workspace.merge(mended, MergeOver::Bases)?;
            [notes, workspace.settle(Some(merged))?].concat()
        }
        _ => {
            workspace.adopt(mended)?;
            Vec::new()
        }
    };
    workspace.sync_notes.extend(notes);
    Ok(Some(workspace.put_back_from(good.commit)))
}

/// The error of an exchange, with the way back if it comes of a `pair.toml` that is broken `there`.
pub(super) fn with_way_back(
    workspace: &Workspace,
    there: Option<CommitId>,
    error: SyncError,
) -> Result<SyncError, SyncError> {
    let is_of_pair = match &error {
        SyncError::OtherPairThere | SyncError::PairReplaced | SyncError::Git(_) => true,
        SyncError::Problems(problems) => problems.iter().all(|problem| problem.path == PAIR_PATH),
        _ => false,
    };
    let Some(there) = there.filter(|_| is_of_pair) else {
        return Ok(error);
    };
    let repo = &workspace.repo;
    let is_here = workspace
        .tip
        .is_some_and(|tip| repo.is_ancestor(there, tip).unwrap_or(true));
    let tree = repo.tree_of(there)?;
    let is_known = !matches!(
        format_of(repo, tree)?,
        FormatVersion::Newer(_) | FormatVersion::Broken(_)
    );
    // Another format says all of that itself.
    if is_here || !is_known || last_good_before(workspace, there)?.is_none() {
        return Ok(error);
    }
    let made_by = wrote_it(repo, there, PAIR_PATH)?;
    let made_by = made_by.map(|info| (info.id.short(), info.author.name));
    let by = made_by.as_ref().map_or(String::new(), |(commit, name)| {
        format!("; it came with the commit {commit} of {name:?}")
    });
    let broken =
        |what: &str| Problem::of_file(&RecordPath::Pair.path(), format!("{what}{by}"), put_pair_back());
    Ok(match error {
        SyncError::OtherPairThere | SyncError::PairReplaced => SyncError::PairReplacedThere { made_by },
        SyncError::Problems(problems) => {
            SyncError::Problems(problems.iter().map(|problem| broken(&problem.what)).collect())
        }
        SyncError::Git(_) if repo.tree_entry(tree, PAIR_PATH)?.is_none() => {
            SyncError::Problems(vec![broken("no regular file stands in the place of a record")])
        }
        error => error,
    })
}

/// The last good pair of the history of a commit that has none itself.
fn last_good_before(workspace: &Workspace, there: CommitId) -> Result<Option<GoodPair>, SyncError> {
    let good = last_writable_pair(&workspace.repo, there, workspace.pair())?;
    Ok(good.filter(|good| good.commit != there))
}
