//! Completing the writing that a dead run left (design, section 4).

use crate::git::{IndexLock, ObjectId, Repository};
use crate::merge::with_missing_from;
use crate::store::{Notes, Turn, Writing, remove_leftovers};

use super::catalog::Catalog;
use super::commit::write;
use super::error::SyncError;
use super::history::base_of;
use super::join::{Joined, join_over};
use super::side::Side;
use super::write_out::Target;

/// Clears the locks of Git and the temporary files that a dead run left, where there was one.
pub(super) fn clear_up(repo: &Repository, notes: &Notes, turn: &mut Turn) -> Result<(), SyncError> {
    let writing = notes.writing()?;
    if !turn.is_doubtful() && writing.is_none() {
        return Ok(());
    }
    turn.doubt();
    let branches = [Some(repo.head()?.branch), writing.map(|w| w.branch)];
    let references: Vec<String> = branches
        .iter()
        .flatten()
        .flat_map(|branch| {
            [
                format!("refs/heads/{branch}"),
                format!("refs/remotes/origin/{branch}"),
            ]
        })
        .collect();
    let references: Vec<&str> = references.iter().map(String::as_str).collect();
    repo.clear_stale_locks(&references, "origin")?;
    repo.forget_new_objects();
    remove_leftovers(repo.workdir(), repo.git_dir());
    turn.trust();
    Ok(())
}

/// Completes the writing that a dead run left.
pub(super) fn finish_dead_run(repo: &Repository, notes: &Notes) -> Result<(), SyncError> {
    let mut index = None;
    for _ in 0..8 {
        let Some(writing) = notes.writing()? else {
            return Ok(());
        };
        if resume(repo, notes, &writing, &mut index)? {
            return Ok(());
        }
    }
    Err(SyncError::Restless)
}

/// Merges a commit that plain Git made of a half-written folder with the one that was being written. An entry that is
/// missing in it was taken out of one file and not yet put into the other: that is no deletion (design, section 4).
fn join_over_half_written(repo: &Repository, tip: ObjectId, to: ObjectId) -> Result<Joined, SyncError> {
    let base = base_of(repo, tip, to)?.ok_or(SyncError::Unrelated)?;
    let mut half = Side::of_commit(repo, tip)?;
    half.state = with_missing_from(half.state, &base.state);
    join_over(repo, &base, &half, &Side::of_commit(repo, to)?)
}

/// One attempt; whether it is done.
fn resume(
    repo: &Repository,
    notes: &Notes,
    writing: &Writing,
    index: &mut Option<IndexLock>,
) -> Result<bool, SyncError> {
    let id = |text: &str| text.parse::<ObjectId>().ok();
    let catalog = Catalog::load(notes);
    let head = repo.head()?;
    let to = id(&writing.to).filter(|to| repo.commit_info(*to).is_ok());
    let (Some(to), true) = (to, head.branch == writing.branch) else {
        // The commit never became durable, or another branch is checked out: what lies here are edits.
        notes.end_writing()?;
        return Ok(true);
    };
    let mut target = to;
    if let Some(tip) = head.tip {
        if repo.is_ancestor(to, tip)? {
            target = tip;
        } else if !repo.is_ancestor(tip, to)? {
            let joined = join_over_half_written(repo, tip, to)?;
            let tree = joined.side.tree.ok_or(SyncError::NoPair)?;
            let author = repo.commit_info(to)?.author;
            target = write(repo, tree, &[tip, to], "merge by meaning", &author)?;
        }
    }
    let lies = writing
        .taken
        .iter()
        .filter_map(|(path, blob)| Some((path.clone(), id(blob)?)))
        .collect();
    let hidden = repo.hidden_paths(&[])?;
    let target = Target {
        repo,
        notes,
        catalog: &catalog,
        branch: &writing.branch,
        from: head.tip,
        to: target,
        old_tree: id(&writing.old_tree),
        taken_in: id(&writing.taken_in),
        lies: &lies,
        hidden: &hidden,
        ends_merge: writing.ends_merge,
    };
    Ok(target.write_out(index)?.is_some())
}
