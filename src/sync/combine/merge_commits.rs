//! Two commits become one tree: records by meaning, other files as Git merges them (docs/merge.md#other-files).

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository, TreeChange, TreeFile, TreeId, mode};
use crate::merge::{MergeError, Merged, merge, with_missing_from};
use crate::model::{EntryId, Pair, Problem, RecordPath, State};

use crate::sync::combine::carry::carry_back;
use crate::sync::combine::oversized::keep_apart;
use crate::sync::combine::second_name::second_version_path;
use crate::sync::error::SyncError;
use crate::sync::load::changed_records::records_to_compare;
use crate::sync::load::history::base_of;
use crate::sync::load::last_good_pair::{last_good_pair, typed_pair};
use crate::sync::load::listing::PartialListing;
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;
use crate::sync::load::written_record::{check_record, is_newer};
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::Keys;

/// Two commits merged, not yet settled.
#[derive(Debug)]
pub(in crate::sync) struct MergedTree {
    pub(in crate::sync) tree: TreeId,
    /// Its records.
    pub(in crate::sync) side: Side,
    /// The notes for a person.
    pub(in crate::sync) notes: Vec<SyncNote>,
}

impl MergedTree {
    /// The notes about entries that went back to the agenda.
    pub(in crate::sync) fn carried_back(&self) -> impl Iterator<Item = SyncNote> {
        self.notes
            .iter()
            .filter(|note| note.carried_back().is_some())
            .cloned()
    }
}

/// Merges two commits over their merge bases. Over a single one only the records are read that differ, or must be
/// looked at always.
///
/// # Errors
/// [`SyncError::Unrelated`] without a common ancestor; [`SyncError::Merge`] when the merge is refused.
pub(in crate::sync) fn merge_over_bases(
    repo: &Repository,
    cache: &RecordCache,
    keys: &Keys,
    left: CommitId,
    right: CommitId,
) -> Result<MergedTree, SyncError> {
    if let [base] = repo.merge_bases(left, right)?.as_slice() {
        let commits = [*base, left, right];
        let mut listings = Vec::new();
        for commit in commits {
            listings.push(cache.listing(repo, repo.tree_of(commit)?)?);
        }
        let scope = records_to_compare(repo, cache, &listings)?;
        let parts = listings.into_iter().map(|listing| PartialListing {
            listing,
            scope: scope.clone(),
        });
        let sides = commits
            .into_iter()
            .zip(parts)
            .map(|(commit, part)| Side::of_commit_in(repo, commit, Some(part)));
        if let [base, left, right] = sides.collect::<Result<Vec<_>, _>>()?.as_slice() {
            return merge_over(repo, keys, base, left, right);
        }
    }
    let base = base_of(repo, left, right)?.ok_or(SyncError::Unrelated)?;
    let (left, right) = (Side::of_commit(repo, left)?, Side::of_commit(repo, right)?);
    merge_over(repo, keys, &base, &left, &right)
}

/// Merges two commits that have no ancestor in common, over nothing: a history that was put in the place of another
/// (docs/sync.md#promises).
///
/// # Errors
/// [`SyncError::OtherPairThere`] when they are of two pairs; [`SyncError::Unrelated`] when the other one is no pair's, unless it
/// `may_be_empty` and has no record at all: it stands where this pair was seen.
pub(in crate::sync) fn merge_unrelated(
    repo: &Repository,
    keys: &Keys,
    [left, right]: [CommitId; 2],
    may_be_empty: bool,
) -> Result<MergedTree, SyncError> {
    let with_id = |commit| -> Result<_, SyncError> {
        let side = Side::of_commit(repo, commit)?;
        let id = match typed_pair(&side.state, &side.broken) {
            Ok(pair) => Some(pair.id),
            // Somebody may have taken the record out of every commit.
            Err(_) => last_good_pair(repo, commit)?.map(|good| good.pair.id),
        };
        Ok((side, id))
    };
    let ((left, mine), (right, theirs)) = (with_id(left)?, with_id(right)?);
    let is_empty = may_be_empty && right.blobs.is_empty();
    match (mine, theirs) {
        (Some(mine), theirs) if theirs.map_or(is_empty, |theirs| theirs == mine) => {
            merge_over(repo, keys, &Side::default(), &left, &right)
        }
        (_, Some(_)) => Err(SyncError::OtherPairThere),
        (_, None) => Err(SyncError::Unrelated),
    }
}

/// Merges the records of two sides over a base, wherever they were read from. While a side has a record that cannot be
/// read, nothing that is missing there counts as deleted.
///
/// # Errors
/// When the merge is refused.
pub fn merge_sides(base: &Side, left: &Side, right: &Side) -> Result<Merged, MergeError> {
    let complete = |side: &Side| {
        let mut state = side.state.clone();
        if !side.broken.is_empty() {
            return with_missing_from(state, &base.state);
        }
        state.pair = state.pair.or_else(|| base.state.pair.clone());
        state
    };
    merge(&base.state, &complete(left), &complete(right))
}

/// Merges two sides over a base that is known. Entries that `end` did not see go back to the agenda.
pub(in crate::sync) fn merge_over(
    repo: &Repository,
    keys: &Keys,
    base: &Side,
    left: &Side,
    right: &Side,
) -> Result<MergedTree, SyncError> {
    let sides = [base, left, right];
    let mut merged = merge_sides(base, left, right)?;
    let carried = carried(sides.map(|side| &side.state), &mut merged.state, keys);
    let mut made = tree_of(repo, sides, merged)?;
    made.notes.extend(carried.into_iter().map(SyncNote::CarriedBack));
    Ok(made)
}

/// Merges two sides over a base that is known into a virtual commit, which no branch names: every clone folds the same,
/// whatever its keys open (docs/merge.md#bases). Nothing goes back to the agenda in it.
pub(in crate::sync) fn fold_over(
    repo: &Repository,
    base: &Side,
    left: &Side,
    right: &Side,
) -> Result<MergedTree, SyncError> {
    tree_of(repo, [base, left, right], merge_sides(base, left, right)?)
}

/// Moves entries that `end` did not see back to the agenda, with the pair of the merged state; these entries.
pub(in crate::sync) fn carried(sides: [&State; 3], state: &mut State, keys: &Keys) -> Vec<EntryId> {
    let pair = state
        .pair
        .as_ref()
        .and_then(|pair| Pair::from_document(pair).ok());
    pair.map(|pair| carry_back(sides, state, &pair, keys))
        .unwrap_or_default()
}

/// The tree of a merge.
fn tree_of(repo: &Repository, sides: [&Side; 3], merged: Merged) -> Result<MergedTree, SyncError> {
    let [base, left, right] = sides;
    let Merged { state, kept } = merged;
    let notes: Vec<SyncNote> = kept.into_iter().map(SyncNote::Kept).collect();
    let mut merge = RecordMerge {
        repo,
        sides,
        merged: Side {
            state,
            scope: left.scope.clone(),
            ..Side::default()
        },
        notes,
        changes: Vec::new(),
    };
    let tree = match (left.tree, right.tree) {
        (Some(left_tree), Some(right_tree)) => {
            let by_line = repo.merge_trees(base.tree, left_tree, right_tree)?;
            for conflict in &by_line.conflicts {
                if let (None, Some(_), Some(theirs)) =
                    (RecordPath::parse(&conflict.path), &conflict.left, &conflict.right)
                {
                    merge.keep_both(conflict.path.clone(), theirs, None);
                }
            }
            merge.records()?;
            repo.write_tree(Some(by_line.tree), &merge.changes)?
        }
        (left, right) => left.or(right).ok_or(SyncError::NoPair)?,
    };
    merge.merged.tree = Some(tree);
    Ok(MergedTree {
        tree,
        side: merge.merged,
        notes: merge.notes,
    })
}

/// The records of a merge, as they come into its tree.
struct RecordMerge<'a> {
    repo: &'a Repository,
    /// Base, left and right.
    sides: [&'a Side; 3],
    merged: Side,
    notes: Vec<SyncNote>,
    /// The changes to the tree that Git made of both.
    changes: Vec<TreeChange>,
}

impl RecordMerge<'_> {
    /// Keeps the other version of a file under a name of its own.
    fn keep_both(&mut self, path: String, theirs: &TreeFile, problem: Option<Problem>) {
        let theirs = self.put_beside(&path, "theirs", theirs);
        self.notes.push(SyncNote::BothKept {
            path,
            theirs,
            problem,
        });
    }

    /// Puts a file beside its other version; under which name.
    fn put_beside(&mut self, path: &str, whose: &str, file: &TreeFile) -> String {
        let second = second_version_path(path, whose, &file.id.short());
        self.changes.push((second.clone(), Some((file.mode, file.id))));
        second
    }

    /// The blobs of every record of the merge.
    fn records(&mut self) -> Result<(), SyncError> {
        let [_, left, right] = self.sides;
        let broken: BTreeSet<_> = left.broken.keys().chain(right.broken.keys()).collect();
        for record in broken {
            self.broken(*record);
        }
        self.keep_apart();
        let files = self.merged.state.files();
        let lenient = is_newer(&self.merged.state);
        let written = files.keys().filter_map(|path| RecordPath::parse(path));
        let stood = left.blobs.keys().chain(right.blobs.keys()).copied();
        for record in written.chain(stood).collect::<BTreeSet<_>>() {
            if self.merged.broken.contains_key(&record) {
                continue;
            }
            if !left.is_read(record) {
                // The same on every side.
                let file = left.blobs.get(&record).cloned();
                self.merged.blobs.extend(file.map(|file| (record, file)));
                continue;
            }
            let path = record.path();
            let Some(bytes) = files.get(&path) else {
                self.changes.push((path, None));
                continue;
            };
            let same = [left, right].iter().all(|side| {
                !side.healed.contains(&record) && side.state.record(record).as_ref() == Some(bytes)
            });
            let (ours, theirs) = (left.blobs.get(&record), right.blobs.get(&record));
            let id = match ours {
                // A hand-formatted file that nobody changed is not written anew.
                Some(file) if same && right.blob(record) == Some(file.id) => file.id,
                _ => {
                    check_record(record, bytes, lenient)?;
                    self.repo.write_blob(bytes)?
                }
            };
            let mode = ours.or(theirs).map_or(mode::FILE, |file| file.mode);
            self.changes.push((path.clone(), Some((mode, id))));
            self.merged.blobs.insert(record, TreeFile { path, mode, id });
        }
        Ok(())
    }

    /// Keeps beside each record what does not fit in.
    fn keep_apart(&mut self) {
        let [_, left, right] = self.sides;
        for apart in keep_apart([left, right], &mut self.merged.state) {
            let beside = apart.beside.iter();
            let beside = beside
                .map(|(record, file)| self.put_beside(&record.path(), "kept", file))
                .collect();
            self.notes.push(apart.note(beside));
        }
    }

    /// A record that cannot be read on a side: it is taken as a file where the other side did not change it. Where both
    /// changed it, the other version is kept beside it (docs/merge.md#loading).
    fn broken(&mut self, record: RecordPath) {
        let [base, left, right] = self.sides;
        let (b, l, r) = (base.blob(record), left.blob(record), right.blob(record));
        let taken = if l == r || r == b {
            left
        } else if l == b {
            right
        } else {
            // Both changed it. A version that reads wins; of two that do not, the one with the smaller name.
            let rank = |side: &Side, blob| (side.broken.contains_key(&record), blob);
            let (kept, other) = match rank(left, l) <= rank(right, r) {
                true => (left, right),
                false => (right, left),
            };
            if let Some(file) = other.blobs.get(&record) {
                let problems = other.broken.get(&record);
                let problem = problems.and_then(|problems| problems.first()).cloned();
                self.keep_both(record.path(), file, problem);
            }
            kept
        };
        let Some(problems) = taken.broken.get(&record) else {
            return;
        };
        if let Some(file) = taken.blobs.get(&record) {
            self.changes.push((record.path(), Some((file.mode, file.id))));
            self.merged.blobs.insert(record, file.clone());
        }
        // The end of a sync says which pair counts.
        let first = problems.first().filter(|_| record != RecordPath::Pair).cloned();
        self.notes
            .extend(first.map(|problem| SyncNote::broken(record, problem)));
        self.merged.broken.insert(record, problems.clone());
        // The entries of that file stay in it, as they are: they are written nowhere else.
        let state = &mut self.merged.state;
        match record {
            RecordPath::Pair => state.pair = None,
            RecordPath::Home(home) => {
                state.entries.retain(|_, placed| placed.home != home);
                match home.meeting() {
                    Some(key) => drop(state.meetings.remove(&key)),
                    None => state.agenda = None,
                }
            }
        }
    }
}
