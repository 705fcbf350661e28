//! What a merge by plain Git left out: a record in which both sides had changed something was taken from one of them
//! (docs/sync.md#plain-git).

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository};
use crate::merge::merge;
use crate::model::{RecordPath, State};

use crate::sync::combine::merge_commits::merge_sides;
use crate::sync::error::SyncError;
use crate::sync::load::commit::MERGE;
use crate::sync::load::history::base_of;
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::secret_scan::sent;
use crate::sync::workspace::Workspace;

/// A state that a person made of two sides, with what it left out of one of them. `made` is what was made.
pub(in crate::sync) struct Restored {
    /// The state with everything.
    pub(in crate::sync) state: State,
    /// How many entries and heads were left out.
    pub(in crate::sync) count: usize,
}

/// Brings back what `made` left out of two commits: an entry that one side brought or changed, and that is missing, or
/// stands as if the side had not. What neither side touched was removed on purpose.
pub(in crate::sync) fn restored(
    repo: &Repository,
    [left, right]: [CommitId; 2],
    made: &State,
) -> Result<Option<Restored>, SyncError> {
    if !both_changed_a_record(repo, left, right).unwrap_or(false) {
        return Ok(None);
    }
    let Some(base) = base_of(repo, left, right)? else {
        return Ok(None);
    };
    let (left, right) = (Side::of_commit(repo, left)?, Side::of_commit(repo, right)?);
    // Of a record that cannot be read nobody can say what was left out.
    if [&base, &left, &right].iter().any(|side| !side.broken.is_empty()) {
        return Ok(None);
    }
    // Sides that cannot be merged (a seat that both took) say nothing of what a person made of them.
    let Ok(merged) = merge_sides(&base, &left, &right) else {
        return Ok(None);
    };
    let merged = merged.state;
    let (b, l, r) = (&base.state, &left.state, &right.state);
    let mut restored = Restored {
        state: made.clone(),
        count: 0,
    };
    for (id, placed) in &merged.entries {
        let sides = [b, l, r].map(|state| state.entries.get(id));
        if left_out(sides, placed, made.entries.get(id)) {
            restored.state.entries.insert(*id, placed.clone());
            restored.count += 1;
        }
    }
    for (key, head) in &merged.meetings {
        let sides = [b, l, r].map(|state| state.meetings.get(key));
        if left_out(sides, head, made.meetings.get(key)) {
            restored.state.meetings.insert(*key, head.clone());
            restored.count += 1;
        }
    }
    if let Some(head) = &merged.agenda
        && left_out(
            [b, l, r].map(|state| state.agenda.as_ref()),
            head,
            made.agenda.as_ref(),
        )
    {
        restored.state.agenda = Some(head.clone());
        restored.count += 1;
    }
    if let Some(pair) = &merged.pair
        && left_out(
            [b, l, r].map(|state| state.pair.as_ref()),
            pair,
            made.pair.as_ref(),
        )
    {
        restored.state.pair = Some(pair.clone());
        restored.count += 1;
    }
    Ok(Some(restored).filter(|restored| restored.count > 0))
}

/// Whether there is a record that Git could not merge by itself: what a person left out of any other was on purpose.
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

fn left_out<T: PartialEq>([base, left, right]: [Option<&T>; 3], merged: &T, made: Option<&T>) -> bool {
    let ignored = |one: Option<&T>, other: Option<&T>| one != base && one != other && made == other;
    let touched = left != base || right != base;
    made != Some(merged) && ((made.is_none() && touched) || ignored(left, right) || ignored(right, left))
}

impl Workspace {
    /// Brings back what merges by plain Git left out since the last command, where they have not left this machine.
    pub(in crate::sync) fn restore_lost_in_merges(&mut self) -> Result<(), SyncError> {
        let (Some(head), Some((_, last))) = (self.head, self.notes.remembered()?) else {
            return Ok(());
        };
        let Some(last) = last
            .parse()
            .ok()
            .filter(|last| self.repo.commit_info(*last).is_ok())
        else {
            return Ok(());
        };
        if last == head {
            return Ok(());
        }
        let mut seen = sent(&self.repo, None)?;
        seen.push(last);
        for merge in self.merges_by_hand(head, &seen)? {
            let _ = self.restore(merge);
        }
        self.note_left_behind(head, last)
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

    /// Prepares a commit that brings back what a merge left out. One that was made of what is not here, or that
    /// cannot be made again, is let alone: nothing else waits for it.
    fn restore(&mut self, commit: CommitId) -> Result<(), SyncError> {
        let info = self.repo.commit_info(commit)?;
        let [left, right] = info.parents.as_slice() else {
            return Ok(());
        };
        let made = Side::of_commit(&self.repo, commit)?;
        if !made.broken.is_empty() {
            return Ok(());
        }
        if let Some(restored) = restored(&self.repo, [*left, *right], &made.state)? {
            self.read_everything()?;
            let state = merge(&made.state, &self.side.state, &restored.state)?.state;
            if self.commit(state, Some("bring back what a merge left out"))? {
                self.sync_notes.push(SyncNote::BroughtBack(restored.count));
            }
        }
        Ok(())
    }

    /// Says where plain Git took the last commit of this program out of the history, with words that only it holds.
    fn note_left_behind(&mut self, head: CommitId, last: CommitId) -> Result<(), SyncError> {
        if self.repo.is_ancestor(last, head)? {
            return Ok(());
        }
        self.read_everything()?;
        let held = Side::of_commit(&self.repo, last)?.state.entries;
        let here = &self.side.state.entries;
        let gone = held.keys().filter(|id| !here.contains_key(*id)).count();
        if gone > 0 {
            let commit = last.short();
            self.sync_notes.push(SyncNote::LeftBehind { commit, count: gone });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::left_out;

    #[test]
    fn what_one_side_brought_or_changed_is_not_left_out() {
        let case = |base: &str, left: &str, right: &str, merged: &str, made: &str| {
            let of = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let [base, left, right, made] = [base, left, right, made].map(of);
            let sides = [base.as_ref(), left.as_ref(), right.as_ref()];
            left_out(sides, &merged.to_owned(), made.as_ref())
        };
        assert!(case("", "", "a", "a", ""), "theirs is missing");
        assert!(case("", "a", "", "a", ""), "mine is missing");
        assert!(case("a", "a", "b", "b", "a"), "their change is ignored");
        assert!(case("a", "b", "a", "b", "a"), "mine is ignored");
        assert!(case("a", "b", "c", "b, c", "c"), "one of two is ignored");
        assert!(!case("a", "a", "a", "a", ""), "nobody touched it");
        assert!(!case("a", "a", "b", "b", "b"), "as merged");
        assert!(!case("a", "b", "c", "b, c", "d"), "made anew");
    }
}
