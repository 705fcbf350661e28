//! Two commits become one tree: records by meaning, other files as Git merges them (docs/merge.md#other-files).

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository, mode};
use crate::merge::{MergeError, Merged, merge, with_missing_from};
use crate::model::{EntryId, RecordPath, State};

use crate::sync::combine::second_name::second_version_path;
use crate::sync::error::SyncError;
use crate::sync::load::changed_records::scope_of;
use crate::sync::load::commit::{Change, check_size};
use crate::sync::load::history::base_of;
use crate::sync::load::listing::Part;
use crate::sync::load::read_scope::typed_pair;
use crate::sync::load::record_cache::Catalog;
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;

/// Two commits merged, not yet settled.
#[derive(Debug)]
pub(in crate::sync) struct MergedTree {
    /// The tree of the merge: its records say what `side.state` says.
    pub(in crate::sync) side: Side,
    /// Entries that one side deleted and the other edited.
    pub(in crate::sync) kept: Vec<EntryId>,
    /// What a person should know.
    pub(in crate::sync) notes: Vec<SyncNote>,
}

/// Merges two commits over their merge bases. Over a single one only the records are read that differ, or must be
/// looked at always.
///
/// # Errors
/// [`SyncError::Unrelated`] without a common ancestor; [`SyncError::Merge`] when the merge is refused.
pub(in crate::sync) fn merge_over_bases(
    repo: &Repository,
    catalog: &Catalog,
    left: CommitId,
    right: CommitId,
) -> Result<MergedTree, SyncError> {
    if let [base] = repo.merge_bases(left, right)?.as_slice() {
        let mut listings = Vec::new();
        for commit in [*base, left, right] {
            listings.push(catalog.listing(repo, repo.tree_of(commit)?)?);
        }
        let scope = scope_of(repo, catalog, &listings)?;
        let mut sides = Vec::new();
        for (commit, listing) in [*base, left, right].into_iter().zip(listings) {
            let scope = scope.clone();
            sides.push(Side::of_commit_in(repo, commit, Some(Part { listing, scope }))?);
        }
        if let [base, left, right] = sides.as_slice() {
            return merge_over(repo, base, left, right);
        }
    }
    let base = base_of(repo, left, right)?.ok_or(SyncError::Unrelated)?;
    merge_over(
        repo,
        &base,
        &Side::of_commit(repo, left)?,
        &Side::of_commit(repo, right)?,
    )
}

/// Merges two commits that have no ancestor in common, over nothing: a history that was put in the place of another
/// (docs/sync.md#promises).
///
/// # Errors
/// [`SyncError::PairReplaced`] when they are of two pairs; [`SyncError::Unrelated`] when the other one is no pair's.
pub(in crate::sync) fn merge_unrelated(
    repo: &Repository,
    left: CommitId,
    right: CommitId,
) -> Result<MergedTree, SyncError> {
    let (left, right) = (Side::of_commit(repo, left)?, Side::of_commit(repo, right)?);
    let id = |side: &Side| typed_pair(side).map(|pair| pair.id);
    match (id(&left), id(&right)) {
        (Ok(mine), Ok(theirs)) if mine == theirs => merge_over(repo, &Side::default(), &left, &right),
        (_, Ok(_)) => Err(SyncError::PairReplaced),
        (_, Err(_)) => Err(SyncError::Unrelated),
    }
}

/// What two sides say over a base, whatever they lie in. While a side has a record that cannot be read, nothing that
/// is missing there counts as deleted.
///
/// # Errors
/// When the merge is refused.
pub fn merge_sides(base: &Side, left: &Side, right: &Side) -> Result<Merged, MergeError> {
    let complete = |side: &Side| {
        if side.broken.is_empty() && side.state.pair.is_some() {
            side.state.clone()
        } else if side.broken.is_empty() {
            State {
                pair: base.state.pair.clone(),
                ..side.state.clone()
            }
        } else {
            with_missing_from(side.state.clone(), &base.state)
        }
    };
    merge(&base.state, &complete(left), &complete(right))
}

/// Merges two sides over a base that is known.
pub(in crate::sync) fn merge_over(
    repo: &Repository,
    base: &Side,
    left: &Side,
    right: &Side,
) -> Result<MergedTree, SyncError> {
    let merged = merge_sides(base, left, right)?;
    let mut merged = MergedTree {
        side: Side {
            state: merged.state,
            scope: left.scope.clone(),
            ..Side::default()
        },
        kept: merged.kept,
        notes: Vec::new(),
    };
    merged
        .notes
        .extend(merged.kept.iter().map(|id| SyncNote::Kept(*id)));
    let (Some(left_tree), Some(right_tree)) = (left.tree, right.tree) else {
        merged.side.tree = left.tree.or(right.tree);
        return Ok(merged);
    };
    let lines = repo.merge_trees(base.tree, left_tree, right_tree)?;
    let mut changes: Vec<Change> = Vec::new();
    for conflict in &lines.conflicts {
        if RecordPath::parse(&conflict.path).is_some() {
            continue;
        }
        if let (Some(_), Some(theirs)) = (&conflict.left, &conflict.right) {
            let path = second_version_path(&conflict.path, "theirs", &theirs.id.short());
            changes.push((path.clone(), Some((theirs.mode, theirs.id))));
            merged.notes.push(SyncNote::BothKept {
                path: conflict.path.clone(),
                theirs: path,
            });
        }
    }
    records(repo, base, left, right, &mut merged, &mut changes)?;
    merged.side.tree = Some(repo.write_tree(Some(lines.tree), &changes)?);
    Ok(merged)
}

/// The blobs of every record of the merge.
fn records(
    repo: &Repository,
    base: &Side,
    left: &Side,
    right: &Side,
    merged: &mut MergedTree,
    changes: &mut Vec<Change>,
) -> Result<(), SyncError> {
    for record in left
        .broken
        .keys()
        .chain(right.broken.keys())
        .collect::<BTreeSet<_>>()
    {
        broken(*record, base, left, right, merged, changes);
    }
    let files = merged.side.state.files();
    let paths: BTreeSet<RecordPath> = files
        .keys()
        .filter_map(|p| RecordPath::parse(p))
        .chain(left.blobs.keys().copied())
        .chain(right.blobs.keys().copied())
        .collect();
    for record in paths {
        if merged.side.broken.contains_key(&record) {
            continue;
        }
        if !left.is_read(record) {
            // The same on every side.
            let file = left.blobs.get(&record).cloned();
            merged.side.blobs.extend(file.map(|file| (record, file)));
            continue;
        }
        let path = record.path();
        let file_mode = [left, right]
            .iter()
            .find_map(|s| s.blobs.get(&record))
            .map_or(mode::FILE, |f| f.mode);
        let Some(bytes) = files.get(&path) else {
            changes.push((path, None));
            continue;
        };
        let same = [left, right]
            .iter()
            .all(|side| !side.healed.contains(&record) && side.state.record(record).as_ref() == Some(bytes));
        let blob = match left.blobs.get(&record) {
            // A hand-formatted file that nobody changed is not written anew.
            Some(file) if same && right.blob(record) == Some(file.id) => file.id,
            _ => {
                check_size(&path, bytes)?;
                repo.write_blob(bytes)?
            }
        };
        let file = crate::git::TreeFile {
            path: path.clone(),
            mode: file_mode,
            id: blob,
        };
        merged.side.blobs.insert(record, file);
        changes.push((path, Some((file_mode, blob))));
    }
    Ok(())
}

/// A record that cannot be read on a side: it is taken as a file where the other side did not change it, and kept
/// beside that side's where it did (docs/merge.md#loading).
fn broken(
    record: RecordPath,
    base: &Side,
    left: &Side,
    right: &Side,
    merged: &mut MergedTree,
    changes: &mut Vec<Change>,
) {
    let (b, l, r) = (base.blob(record), left.blob(record), right.blob(record));
    let taken = if l == r || r == b {
        left
    } else if l == b {
        right
    } else {
        // Both changed it. A version that reads wins; of two that do not, the one with the smaller name.
        let (kept, aside) = match (
            left.broken.contains_key(&record),
            right.broken.contains_key(&record),
        ) {
            (false, _) => (left, right),
            (true, false) => (right, left),
            (true, true) if l <= r => (left, right),
            (true, true) => (right, left),
        };
        if let Some(file) = aside.blobs.get(&record) {
            let path = second_version_path(&record.path(), "theirs", &file.id.short());
            changes.push((path.clone(), Some((file.mode, file.id))));
            merged.notes.push(SyncNote::BothKept {
                path: record.path(),
                theirs: path,
            });
        }
        kept
    };
    let Some(problems) = taken.broken.get(&record) else {
        return;
    };
    if let Some(file) = taken.blobs.get(&record) {
        changes.push((record.path(), Some((file.mode, file.id))));
        merged.side.blobs.insert(record, file.clone());
    }
    merged.side.broken.insert(record, problems.clone());
    merged
        .notes
        .extend(problems.first().map(|p| SyncNote::Broken(record, p.clone())));
    // What stands in that file is in it, as it is; it is written nowhere else.
    match record {
        RecordPath::Pair => merged.side.state.pair = None,
        RecordPath::Home(home) => {
            merged.side.state.entries.retain(|_, placed| placed.home != home);
            match home.meeting() {
                Some(key) => {
                    merged.side.state.meetings.remove(&key);
                }
                None => merged.side.state.agenda = None,
            }
        }
    }
}
