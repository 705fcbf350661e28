//! A merge of plain Git that stopped, of a history and of the rewritten one (docs/sync.md#rewritten).

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use crate::git::{CommitId, Repository};
use crate::store::Notes;

use super::ask::rewritten;
use super::plan::is_rewritten;
use super::report::of_place;
use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::read_scope::ReadScope;
use crate::sync::upstream::{BranchChoice, Upstream};
use crate::sync::workspace::{SnapshotFiles, Workspace};

/// Refuses to finish a merge of plain Git that stopped, if it joins what the remote lost and what came in its place: a plain
/// push would send it back. Everything stays as it lies. The network is left alone: what plain Git fetched tells.
///
/// # Errors
/// [`SyncError::Rewritten`] if a person has to say first which history counts, or when the repository cannot be read.
pub fn refuse_joining_merge(dir: &Path, env: Environment, choice: &BranchChoice) -> Result<(), SyncError> {
    let repo = Repository::open(dir)?;
    // A dead run had decided: its write-out is completed.
    if repo.merge_heads()?.is_empty() || Notes::of(repo.git_dir()).writing()?.is_some() {
        return Ok(());
    }
    let Some(upstream) = Upstream::of(&repo, choice).ok().flatten() else {
        return Ok(());
    };
    let fetched = upstream.tracking_ref().map(|name| repo.reference(&name));
    let (Some(there), Some(seen), None) = (
        fetched.transpose()?.flatten(),
        upstream.seen,
        upstream.moved_from(),
    ) else {
        return Ok(());
    };
    if !joins(&repo, seen, there)? {
        return Ok(());
    }
    let mut workspace = Workspace::open(dir, env, SnapshotFiles::Nothing, ReadScope::Changes)?;
    workspace.upstream = Some(Rc::new(RefCell::new(upstream)));
    let question = rewritten(&workspace, Some(there), Some(seen))?;
    Err(of_place(&workspace, Some(there), question))
}

/// Whether one side of a stopped merge has commits that the remote lost, and another one those that came in their place. If
/// one side has both, they are joined already.
fn joins(repo: &Repository, seen: CommitId, there: CommitId) -> Result<bool, SyncError> {
    let is_here = |commit: CommitId| repo.commit_info(commit).is_ok();
    if !is_here(seen) || !is_here(there) {
        return Ok(false);
    }
    let (mut has_lost, mut has_new) = (false, false);
    for side in repo.merge_heads()?.into_iter().chain(repo.head()?.tip) {
        let lost = is_rewritten(repo, Some(side), Some(there), seen)?;
        let mut new = false;
        for common in repo.merge_bases(side, there)? {
            new |= !repo.is_ancestor(common, seen)?;
        }
        if lost && new {
            return Ok(false);
        }
        (has_lost, has_new) = (has_lost || lost, has_new || new);
    }
    Ok(has_lost && has_new)
}
