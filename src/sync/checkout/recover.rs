//! Completes the write-out that a dead run left (docs/sync.md#dead-runs).

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::git::{BlobId, CommitId, Expect, Head, IndexLock, RefUpdate, Repository};
use crate::merge::{heal, with_missing_from};
use crate::store::{CloneLock, Notes, Writing, remove_leftovers};

use super::concurrent::{filled_in, half_written, lies_there, steps_to};
use super::git_checkout::GitCheckout;
use super::kept_edits::commit_what_a_dead_run_brought;
use crate::sync::combine::merge_commits::merge_over;
use crate::sync::combine::rebase::put_on_top;
use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::commit::{MERGE, write};
use crate::sync::load::history::{History, base_of};
use crate::sync::load::last_good_pair::last_good_pair;
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;
use crate::sync::load::working_copy::is_out_of_sight;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::Keys;
use crate::sync::upstream::remote_target;

/// Clears the locks of Git and the temporary files that a dead run left, where there was one.
pub(in crate::sync) fn clear_up(repo: &Repository, notes: &Notes, lock: &CloneLock) -> Result<(), SyncError> {
    let writing = notes.writing()?;
    if !lock.may_be_stale() && writing.is_none() {
        return Ok(());
    }
    lock.suspect_stale_locks();
    // The run that died may have been at work on another branch than the one that is checked out by now.
    let mut branches = repo.branches()?;
    branches.push(repo.head()?.branch);
    branches.extend(writing.map(|writing| writing.branch));
    let remote = remote_target(repo);
    // The branch at the remote may have another name.
    branches.extend(
        Notes::of(repo.common_dir())
            .upstream()
            .ok()
            .flatten()
            .map(|note| note.branch),
    );
    let here_and_there = |b: &String| [format!("refs/heads/{b}"), format!("refs/remotes/{remote}/{b}")];
    let references: Vec<String> = branches.iter().flat_map(here_and_there).collect();
    let references: Vec<&str> = references.iter().map(String::as_str).collect();
    repo.clear_stale_locks(&references, &remote)?;
    repo.forget_new_objects();
    remove_leftovers(repo.workdir(), repo.git_dir());
    lock.stale_locks_cleared();
    Ok(())
}

/// Completes the write-out that a dead run left; the notes for a person.
pub(in crate::sync) fn finish_dead_run(
    repo: &Repository,
    notes: &Notes,
    env: &Environment,
) -> Result<Vec<SyncNote>, SyncError> {
    let (mut index, mut sync_notes) = (None, Vec::new());
    for _ in 0..8 {
        let Some(writing) = notes.writing()? else {
            return Ok(sync_notes);
        };
        let commit = id(&writing.to).filter(|to| repo.commit_info(*to).is_ok());
        let done = match commit {
            Some(to) => DeadRun::of(repo, notes, &writing, to, env)?.finish(&mut index, &mut sync_notes)?,
            // The commit never became durable: the files that lie here are edits.
            None => notes.end_writing().map(|()| true)?,
        };
        if done {
            return Ok(sync_notes);
        }
    }
    Err(SyncError::BranchKeepsMoving)
}

/// Reads an id in a note; none where it is empty.
fn id<Id: FromStr>(text: &str) -> Option<Id> {
    text.parse().ok()
}

/// Where the commit that was being written belongs.
enum Goal {
    /// On the branch that is checked out: this commit is to be written out.
    Here(CommitId),
    /// It stands on another branch by now; the folder is to be as the one that is checked out.
    Elsewhere,
    /// Another program was quicker.
    Again,
}

/// A run of a clone of Git that died in a write-out.
struct DeadRun<'a> {
    repo: &'a Repository,
    notes: &'a Notes,
    writing: &'a Writing,
    /// The commit that it was writing.
    to: CommitId,
    /// My keys: a merge looks at which entries were talked about.
    keys: Keys,
    /// The blob ids of files as they lay there when they were taken in.
    snapshot_ids: BTreeMap<String, BlobId>,
    /// Entries that went back to the agenda.
    carried: Vec<SyncNote>,
}

impl<'a> DeadRun<'a> {
    fn of(
        repo: &'a Repository,
        notes: &'a Notes,
        writing: &'a Writing,
        to: CommitId,
        env: &Environment,
    ) -> Result<Self, SyncError> {
        let known = |(path, blob): (&String, &String)| Some((path.clone(), id(blob)?));
        let snapshot_ids = writing.taken.iter().filter_map(known).collect();
        let pair = last_good_pair(repo, to)?.ok_or(SyncError::NoPair)?.pair;
        Ok(Self {
            repo,
            notes,
            writing,
            to,
            keys: env.keys_of(repo, pair.id)?,
            snapshot_ids,
            carried: Vec::new(),
        })
    }

    /// One attempt to complete the write-out. Says whether that was done.
    fn finish(
        &mut self,
        index: &mut Option<IndexLock>,
        sync_notes: &mut Vec<SyncNote>,
    ) -> Result<bool, SyncError> {
        let (repo, notes, writing) = (self.repo, self.notes, self.writing);
        let head = repo.head()?;
        let target = match self.goal(&head, sync_notes)? {
            Goal::Here(target) => target,
            Goal::Again => return Ok(false),
            Goal::Elsewhere => {
                let Some(tip) = head.tip else {
                    notes.end_writing()?;
                    return Ok(true);
                };
                tip
            }
        };
        if target != self.to {
            // The files that the dead run wrote are no edits.
            let written = half_written(repo, id(&writing.old_tree), self.to)?;
            self.snapshot_ids.extend(written);
        }
        let mut hidden = repo.hidden_paths(&[])?;
        hidden.retain(|path| is_out_of_sight(path, lies_there(repo, path)));
        let checkout = GitCheckout {
            repo,
            notes,
            cache: &RecordCache::without_index(),
            branch: &head.branch,
            from: head.tip,
            to: target,
            old_tree: id(&writing.old_tree),
            snapshot_tree: id(&writing.taken_in),
            snapshot_ids: &self.snapshot_ids,
            missing: &BTreeSet::new(),
            hidden: &hidden,
            ends_merge: writing.ends_merge,
            recovers: true,
        };
        let done = checkout.write_out(index)?.is_some();
        if done {
            sync_notes.append(&mut self.carried);
        }
        Ok(done)
    }

    /// Finds out where the commit belongs, and puts it onto its branch where another one was checked out since.
    fn goal(&mut self, head: &Head, sync_notes: &mut Vec<SyncNote>) -> Result<Goal, SyncError> {
        let (repo, to, branch) = (self.repo, self.to, &self.writing.branch);
        let from = id(&self.writing.from);
        let there = repo.reference(&format!("refs/heads/{branch}"))?;
        // A commit that follows from the branch that is gone says that the branch was renamed.
        let is_here = head.branch == *branch
            || there.is_none()
                && match (from, head.tip) {
                    (Some(from), Some(tip)) => repo.is_ancestor(from, tip)?,
                    (from, tip) => from.is_none() && tip.is_none(),
                };
        if is_here {
            let Some(tip) = head.tip else {
                return Ok(Goal::Here(to));
            };
            if let Some(target) = self.on_rewritten(tip)? {
                return Ok(Goal::Here(target));
            }
            let tip = match repo.is_ancestor(to, tip)? || repo.is_ancestor(tip, to)? {
                true => tip,
                // An entry without an id is filled in first: healed by a merge, it would get another one.
                false => self.fill_in(tip, to)?,
            };
            let left = id(&self.writing.left);
            let brought = commit_what_a_dead_run_brought(repo, &self.keys, self.notes, (to, left), tip)?;
            let (tip, carried) = brought;
            self.carried.extend(carried);
            return Ok(Goal::Here(recovered_commit(self, tip, (from, to))?));
        }
        let Some(there) = there else {
            return self.keep(to, sync_notes);
        };
        // A branch that is checked out in another folder is not moved under it.
        let is_elsewhere = repo.is_checked_out_elsewhere(branch);
        if is_elsewhere && !repo.is_ancestor(to, there)? {
            return self.keep(to, sync_notes);
        }
        let target = match self.on_rewritten(there)? {
            Some(target) => target,
            None => match recovered_commit(self, there, (from, to)) {
                Err(SyncError::Unrelated) => return self.keep(to, sync_notes),
                target => target?,
            },
        };
        if target != there {
            repo.make_durable()?;
            if is_elsewhere {
                return self.keep(target, sync_notes);
            }
            let moved = repo.move_branch(branch, Expect::Is(there), target, "oneonone")?;
            if moved == RefUpdate::Changed {
                return Ok(Goal::Again);
            }
            sync_notes.push(SyncNote::CompletedThere(branch.clone()));
        }
        Ok(Goal::Elsewhere)
    }

    /// The commit that a dead run was writing, if that run took a rewritten history, with what plain Git has committed
    /// since on top. A merge would bring the old history along.
    fn on_rewritten(&mut self, tip: CommitId) -> Result<Option<CommitId>, SyncError> {
        let (repo, to) = (self.repo, self.to);
        let from = id(&self.writing.from).filter(|from| repo.commit_info(*from).is_ok());
        let Some(from) = from else { return Ok(None) };
        if repo.is_ancestor(from, to)? || repo.is_ancestor(to, tip)? {
            return Ok(None);
        }
        let author = repo.commit_info(to)?.author;
        Ok(Some(match tip == from {
            true => to,
            false => {
                let made = put_on_top(repo, &self.keys, [from, to, tip], &author)?;
                self.carried.extend(made.notes());
                made.commit
            }
        }))
    }

    /// Keeps a commit that its branch cannot take by a reference, and says so.
    fn keep(&self, commit: CommitId, sync_notes: &mut Vec<SyncNote>) -> Result<Goal, SyncError> {
        let at = format!("refs/oneonone/kept/{commit}");
        let why = "oneonone: kept beside its branch";
        let _ = self.repo.set_reference(&at, commit, Expect::Any, why)?;
        let branch = self.writing.branch.clone();
        sync_notes.push(SyncNote::KeptCommit { branch, at });
        Ok(Goal::Elsewhere)
    }
}

impl Recovery for DeadRun<'_> {
    type History = Repository;

    fn history(&self) -> &Repository {
        self.repo
    }

    fn fill_in(&mut self, tip: CommitId, to: CommitId) -> Result<CommitId, SyncError> {
        let author = self.repo.commit_info(to)?.author;
        filled_in(self.repo, &self.snapshot_ids, tip, to, &author)
    }

    fn merge(
        &mut self,
        base: &Side,
        (left, left_side): (CommitId, &Side),
        (right, right_side): (CommitId, &Side),
    ) -> Result<(CommitId, Side), SyncError> {
        let repo = self.repo;
        let merged = merge_over(repo, &self.keys, base, left_side, right_side)?;
        self.carried.extend(merged.carried_back());
        let author = repo.commit_info(right)?.author;
        let commit = write(repo, merged.tree, &[left, right], MERGE, &author)?;
        Ok((commit, merged.side))
    }
}

/// The history of a clone, and how a commit is made there of one that a dead run left.
pub trait Recovery {
    /// The commits.
    type History: History;

    /// The commits that are here.
    fn history(&self) -> &Self::History;

    /// Fills in the commit `tip` of plain Git with the ids that the commit `to` of a dead run gave to entries in the
    /// same files.
    ///
    /// # Errors
    /// When it cannot be read or written.
    fn fill_in(&mut self, tip: CommitId, to: CommitId) -> Result<CommitId, SyncError>;

    /// Merges two commits over a base as a sync does, without settling: what `end` did not see goes back to the agenda.
    /// The author of the right one is the author of the merge.
    ///
    /// # Errors
    /// When the merge is refused, or it cannot be written.
    fn merge(
        &mut self,
        base: &Side,
        left: (CommitId, &Side),
        right: (CommitId, &Side),
    ) -> Result<(CommitId, Side), SyncError>;
}

/// The commit that holds both the one that a dead run was writing, and the tip of its branch. The run found the branch at
/// `from`, and wrote `to`.
///
/// # Errors
/// [`SyncError::Unrelated`] where the two have nothing in common.
pub fn recovered_commit<R: Recovery>(
    recovery: &mut R,
    tip: CommitId,
    (from, to): (Option<CommitId>, CommitId),
) -> Result<CommitId, SyncError> {
    if recovery.history().is_ancestor(to, tip)? {
        // The branch moves once the files are written. A run that moves none may die among them.
        return match from == Some(to) {
            true => with_unwritten(recovery, tip, to),
            false => Ok(tip),
        };
    }
    if recovery.history().is_ancestor(tip, to)? {
        return Ok(to);
    }
    // Plain Git committed the half-written folder. An entry that is missing there was not removed.
    let filled = recovery.fill_in(tip, to)?;
    let history = recovery.history();
    let mut base = base_of(history, filled, to)?.ok_or(SyncError::Unrelated)?;
    let mut left = (filled, of_half_written(history.side(filled)?, &base));
    for step in steps_to(history, filled, to)? {
        let right = recovery.history().side(step)?;
        left = recovery.merge(&base, (left.0, &left.1), (step, &right))?;
        base = right;
    }
    Ok(left.0)
}

/// A commit that plain Git made on top of `to` while the files of `to` were being written, with what it lacks of them.
fn with_unwritten<R: Recovery>(recovery: &mut R, tip: CommitId, to: CommitId) -> Result<CommitId, SyncError> {
    if tip == to {
        return Ok(tip);
    }
    let history = recovery.history();
    let (made, base) = (history.side(tip)?, history.side(to)?);
    let whole = of_half_written(made.clone(), &base);
    if whole.state == made.state {
        return Ok(tip);
    }
    let merged = recovery.merge(&base, (tip, &whole), (to, &base))?;
    Ok(merged.0)
}

/// A side that plain Git committed while its folder was half-written (docs/sync.md#dead-runs). Nobody removed an
/// entry that is missing there, nor the missing copies of one that stood in several homes.
fn of_half_written(mut half: Side, base: &Side) -> Side {
    for id in base.doubled.keys().filter(|id| !half.doubled.contains_key(*id)) {
        if let (Some(all), Some(one)) = (base.state.entries.get(id), half.state.entries.get(id))
            && let Some(whole) = heal(None, &[all.clone(), one.clone()])
        {
            half.state.entries.insert(*id, whole);
        }
    }
    half.state = with_missing_from(half.state, &base.state);
    half
}
