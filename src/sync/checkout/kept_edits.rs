//! Plain Git committed a file that a write-out had left as somebody had edited it (docs/sync.md#memory).

use crate::git::{CommitId, Repository, Signature, TreeId};
use crate::store::Notes;

use crate::sync::combine::merge_commits::{MergedTree, merge_over};
use crate::sync::error::SyncError;
use crate::sync::load::commit::{BRING_BACK, write};
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::Keys;

/// A commit of plain Git together with what it took back unseen. The commit `tip` may hold a file as somebody edited it
/// while a write-out brought another version of it: the write-out left the file as it was, so the person never saw what
/// had come. The tree that is remembered says what the person saw. None where nothing was taken back,
/// and where it cannot be merged: nothing else waits for it.
///
/// # Errors
/// When Git cannot read a commit.
pub(in crate::sync) fn with_what_came(
    repo: &Repository,
    keys: &Keys,
    notes: &Notes,
    tip: CommitId,
) -> Result<Option<MergedTree>, SyncError> {
    match ids(repo, notes)? {
        Some((seen, written)) => merged_over(repo, keys, (seen, written), tip),
        None => Ok(None),
    }
}

fn merged_over(
    repo: &Repository,
    keys: &Keys,
    (seen, written): (TreeId, CommitId),
    tip: CommitId,
) -> Result<Option<MergedTree>, SyncError> {
    if written == tip || !repo.is_ancestor(written, tip)? {
        return Ok(None);
    }
    let (came, stands) = (repo.tree_of(written)?, repo.tree_of(tip)?);
    let mut taken_back = false;
    for path in repo.changed_paths(Some(seen), Some(came))? {
        let [came, stands] = [repo.tree_entry(came, &path)?, repo.tree_entry(stands, &path)?];
        taken_back |= came.map(|file| file.id) != stands.map(|file| file.id);
    }
    if !taken_back {
        return Ok(None);
    }
    let seen = Side::of_tree(repo, seen, None)?;
    let (tip, written) = (Side::of_commit(repo, tip)?, Side::of_commit(repo, written)?);
    let Ok(merged) = merge_over(repo, keys, &seen, &tip, &written) else {
        return Ok(None);
    };
    Ok((Some(merged.tree) != tip.tree).then_some(merged))
}

/// The same for a dead run that wrote the commit `to`. Once the branch was at that commit, only a file that the note says
/// was left as edited was not seen.
///
/// # Errors
/// As there, or when the commit cannot be written.
pub(super) fn commit_what_a_dead_run_brought(
    repo: &Repository,
    keys: &Keys,
    notes: &Notes,
    (to, left): (CommitId, Option<TreeId>),
    tip: CommitId,
) -> Result<(CommitId, Vec<SyncNote>), SyncError> {
    if repo.is_ancestor(tip, to)? {
        return Ok((tip, Vec::new()));
    }
    let remembered = ids(repo, notes)?;
    let is_past = repo.is_ancestor(to, tip)? && remembered.is_none_or(|(_, written)| written != to);
    let known = if is_past {
        left.map(|left| (left, to))
    } else {
        remembered
    };
    let merged = known.map(|known| merged_over(repo, keys, known, tip));
    commit_on(
        repo,
        tip,
        merged.transpose()?.flatten(),
        &repo.commit_info(to)?.author,
    )
}

/// Commits what [`with_what_came`] gives on top of a commit of plain Git. Returns the commit of plain Git where nothing was
/// taken back. The notes say which entries went back to the agenda.
///
/// # Errors
/// As there, or when the commit cannot be written.
pub(in crate::sync) fn commit_what_came(
    repo: &Repository,
    keys: &Keys,
    notes: &Notes,
    tip: CommitId,
    author: &Signature,
) -> Result<(CommitId, Vec<SyncNote>), SyncError> {
    commit_on(repo, tip, with_what_came(repo, keys, notes, tip)?, author)
}

fn commit_on(
    repo: &Repository,
    tip: CommitId,
    merged: Option<MergedTree>,
    author: &Signature,
) -> Result<(CommitId, Vec<SyncNote>), SyncError> {
    match merged {
        Some(merged) => {
            let commit = write(repo, merged.tree, &[tip], BRING_BACK, author)?;
            Ok((commit, merged.carried_back().collect()))
        }
        None => Ok((tip, Vec::new())),
    }
}

/// The tree that is remembered, and the commit that it was written out for, where both are here.
fn ids(repo: &Repository, notes: &Notes) -> Result<Option<(TreeId, CommitId)>, SyncError> {
    let Some((tree, commit)) = notes.remembered()? else {
        return Ok(None);
    };
    let (tree, commit) = (tree.parse().ok(), commit.parse().ok());
    let tree = tree.filter(|tree| repo.list_tree(*tree, Some("pair.toml")).is_ok());
    Ok(tree.zip(commit.filter(|commit| repo.commit_info(*commit).is_ok())))
}
