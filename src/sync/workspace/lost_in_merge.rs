//! Brings back what plain Git left out (docs/sync.md#plain-git). A merge leaves changes out where both sides had
//! changed a record and a person took it from one of them. A commit leaves them out where a write-out had left a file
//! as somebody had edited it.

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository};
use crate::merge::{merge, with_left_out};
use crate::model::{EntryId, RecordPath, State};

use crate::sync::checkout::with_what_came;
use crate::sync::combine::merge_commits::{carried, merge_over, merge_sides};
use crate::sync::combine::oversized::fit_on_top;
use crate::sync::error::SyncError;
use crate::sync::load::commit::{BRING_BACK, MERGE};
use crate::sync::load::history::base_of;
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::secret_scan::sent;
use crate::sync::upstream::{BranchChoice, Upstream};
use crate::sync::workspace::Workspace;

/// Brings back what `made` left out of two commits: an entry that one side brought or changed, and that is missing, or
/// stands as if the side had not. If neither side touched it, it was removed on purpose.
pub(in crate::sync) fn restored(
    repo: &Repository,
    [left, right]: [CommitId; 2],
    made: &State,
) -> Result<Option<(State, usize)>, SyncError> {
    Ok(sides_of_merge(repo, [left, right])?.and_then(|merge| merge.with_left_out(made)))
}

/// A merge of two commits that somebody else made, as this program would make it.
struct OtherMerge {
    base: Side,
    left: Side,
    right: Side,
    merged: State,
}

impl OtherMerge {
    fn sides(&self) -> [&State; 3] {
        [&self.base, &self.left, &self.right].map(|side| &side.state)
    }

    fn with_left_out(&self, made: &State) -> Option<(State, usize)> {
        with_left_out(self.sides(), &self.merged, made)
    }
}

/// None where no record was changed on both sides, or nobody can say what was left out.
fn sides_of_merge(repo: &Repository, [left, right]: [CommitId; 2]) -> Result<Option<OtherMerge>, SyncError> {
    if !both_changed_a_record(repo, left, right).unwrap_or(false) {
        return Ok(None);
    }
    let Some(base) = base_of(repo, left, right)? else {
        return Ok(None);
    };
    let (left, right) = (Side::of_commit(repo, left)?, Side::of_commit(repo, right)?);
    // Nobody can say which entries of a record that cannot be read were left out.
    if [&base, &left, &right].iter().any(|side| !side.broken.is_empty()) {
        return Ok(None);
    }
    // Sides that cannot be merged (a seat that both took) say nothing of what a person made of them.
    let Ok(merged) = merge_sides(&base, &left, &right) else {
        return Ok(None);
    };
    Ok(Some(OtherMerge {
        base,
        left,
        right,
        merged: merged.state,
    }))
}

/// Whether there is a record that Git could not merge by itself. A person changed every other record on purpose.
fn both_changed_a_record(repo: &Repository, left: CommitId, right: CommitId) -> Result<bool, SyncError> {
    let bases = repo.merge_bases(left, right)?;
    let base = bases.first().map(|base| repo.tree_of(*base)).transpose()?;
    let changed = |commit| -> Result<BTreeSet<String>, SyncError> {
        let paths = repo.changed_paths(base, Some(repo.tree_of(commit)?))?;
        Ok(paths.into_iter().collect())
    };
    let (left, right) = (changed(left)?, changed(right)?);
    let mut both = left.intersection(&right);
    Ok(both.any(|path| RecordPath::parse(path).is_some()))
}

impl Workspace {
    /// Brings back what a commit of plain Git took back unseen, over the hand edits. If it cannot be merged, nothing else
    /// waits for it.
    pub(in crate::sync) fn restore_what_came(&mut self) -> Result<(), SyncError> {
        let Some(head) = self.head else {
            return Ok(());
        };
        let Some(came) = with_what_came(&self.repo, &self.keys, &self.notes, head)? else {
            return Ok(());
        };
        self.read_everything()?;
        let mut carried: Vec<SyncNote> = came.carried_back().collect();
        let right = Side {
            tree: Some(came.tree),
            ..came.side
        };
        let made = Side::of_commit(&self.repo, head)?;
        let merged = merge_over(&self.repo, &self.keys, &made, &self.side, &right);
        let Some(merged) = merged.ok().filter(|merged| Some(merged.tree) != self.side.tree) else {
            return Ok(());
        };
        carried.extend(merged.carried_back());
        self.prepare(merged.tree, self.tip.as_slice().to_vec(), BRING_BACK)?;
        self.sync_notes.extend(carried);
        Ok(())
    }

    /// Brings back what merges by plain Git left out since the last command, where they have not left this machine. Of
    /// every such merge, entries that the end of a meeting did not see go back to the agenda.
    pub(in crate::sync) fn restore_lost_in_merges(&mut self) -> Result<(), SyncError> {
        let Some(head) = self.head else {
            return Ok(());
        };
        let is_here = |last: &CommitId| self.repo.commit_info(*last).is_ok();
        let last = self.notes.remembered()?.and_then(|(_, last)| last.parse().ok());
        let last = last.filter(is_here);
        if last == Some(head) {
            return Ok(());
        }
        if let Some(last) = last {
            let mut seen = sent(&self.repo, None)?;
            seen.push(last);
            let unsent = self.merges_by_hand(head, &seen)?;
            for merge in self.merges_by_hand(head, &[last])? {
                let _ = self.restore(merge, unsent.contains(&merge));
            }
        }
        let taken_out = self.taken_out(head, last)?;
        for commit in &taken_out {
            let _ = self.carry_rebased(head, *commit);
        }
        match last.filter(|last| taken_out.contains(last)) {
            Some(last) => self.note_left_behind(head, last),
            None => Ok(()),
        }
    }

    /// The merges by plain Git in the history of a commit, without what is `seen`.
    fn merges_by_hand(&self, tip: CommitId, seen: &[CommitId]) -> Result<Vec<CommitId>, SyncError> {
        let mut merges = Vec::new();
        for commit in self.repo.ancestors(tip, seen)? {
            let commit = commit?;
            let info = self.repo.commit_info(commit)?;
            if info.parents.len() == 2 && info.message.trim() != MERGE {
                merges.push(commit);
            }
        }
        Ok(merges)
    }

    /// Prepares a commit that brings back the entries that a merge left out, if the merge has not left this machine.
    /// The commit also moves those back to the agenda that the end of a meeting did not see. A merge of commits that
    /// are not here, or that cannot be made again, is let alone: nothing else waits for it.
    fn restore(&mut self, commit: CommitId, is_unsent: bool) -> Result<(), SyncError> {
        let parents = self.repo.commit_info(commit)?.parents;
        let made = Side::of_commit(&self.repo, commit)?;
        let [left, right] = parents.as_slice() else {
            return Ok(());
        };
        if !made.broken.is_empty() {
            return Ok(());
        }
        let Some(merge_by_hand) = sides_of_merge(&self.repo, [*left, *right])? else {
            return Ok(());
        };
        let whole = merge_by_hand.with_left_out(&made.state).filter(|_| is_unsent);
        let (whole, count) = whole.unwrap_or_else(|| (made.state.clone(), 0));
        let sides = merge_by_hand.sides();
        let mut late = carried(sides, &mut whole.clone(), &self.keys);
        if count == 0 && late.is_empty() {
            return Ok(());
        }
        self.read_everything()?;
        let mut state = merge(&made.state, &self.side.state, &whole)?.state;
        // Later commits may have talked about it, or opened the meeting again.
        let waits_now = carried(sides, &mut state.clone(), &self.keys);
        late.retain(|id| waits_now.contains(id));
        state.carry_back(&late);
        let brought = Side {
            state: whole,
            ..Side::default()
        };
        let no_room = fit_on_top(&self.side, &brought, &mut state).into_iter();
        self.sync_notes
            .extend(no_room.map(|apart| apart.note(Vec::new())));
        let message = (count > 0).then_some("bring back what a merge left out");
        if self.commit(state, message)? {
            self.sync_notes
                .extend((count > 0).then_some(SyncNote::BroughtBack(count)));
            self.sync_notes
                .extend(late.into_iter().map(SyncNote::CarriedBack));
        }
        Ok(())
    }

    /// Says where plain Git took the last commit of this program out of the history, with words that only it holds. Words
    /// that the remote had are none: it has them still, or they were taken out there for good.
    fn note_left_behind(&mut self, head: CommitId, last: CommitId) -> Result<(), SyncError> {
        // A person went from one branch to another: nothing left the history of the one before.
        for branch in self.repo.commits_at("refs/heads/*")? {
            if self.repo.is_ancestor(last, branch)? {
                return Ok(());
            }
        }
        let sent = self.sent_before(last)?;
        self.read_everything()?;
        let held = Side::of_commit(&self.repo, last)?.state.entries;
        let mut gone: BTreeSet<EntryId> = held.into_keys().collect();
        gone.retain(|id| !self.side.state.entries.contains_key(id));
        for tip in &sent {
            let had = Side::of_commit(&self.repo, *tip)?.state.entries;
            gone.retain(|id| !had.contains_key(id));
        }
        let purged = self.notes.purged();
        gone.retain(|id| !purged.iter().any(|purged| purged == id.as_str()));
        if !gone.is_empty() {
            self.sync_notes.push(SyncNote::LeftBehind {
                commit: last.short(),
                count: gone.len(),
                may_merge: !self.brings_sent_back(head, last, &sent)?,
            });
        }
        Ok(())
    }

    /// The commits that are out, and the newest one below `last` that plain Git saw at the remote.
    fn sent_before(&self, last: CommitId) -> Result<Vec<CommitId>, SyncError> {
        let mut sent = sent(&self.repo, None)?;
        let upstream = Upstream::of(&self.repo, &BranchChoice::Remembered).ok().flatten();
        let tracking = upstream.and_then(|upstream| upstream.tracking_ref());
        let log = tracking
            .map(|name| self.repo.reference_log(&name))
            .unwrap_or_default();
        let is_below = |tip: &CommitId| self.repo.is_ancestor(*tip, last).unwrap_or(false);
        sent.extend(log.iter().map(|entry| entry.commit).find(is_below));
        sent.retain(|tip| self.repo.commit_info(*tip).is_ok());
        Ok(sent)
    }

    /// Whether a merge of `last` into `head` would bring commits back that the remote had, and `head` has no more: they may
    /// have been taken out for good.
    fn brings_sent_back(&self, head: CommitId, last: CommitId, sent: &[CommitId]) -> Result<bool, SyncError> {
        for tip in sent {
            for common in self.repo.merge_bases(last, *tip)? {
                if !self.repo.is_ancestor(common, head)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
