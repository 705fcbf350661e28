//! A rewritten history with the changes of this clone on top (docs/sync.md#rewritten).

use std::collections::BTreeSet;

use crate::git::{self, CommitId, Repository, Signature, TreeChange, TreeFile, TreeId};
use crate::merge::{leave_out, on_top};
use crate::model::{Address, EntryId, Limits, RecordPath, State};

use crate::sync::combine::merge_commits::carried;
use crate::sync::combine::oversized::fit_on_top;
use crate::sync::error::SyncError;
use crate::sync::load::commit::{change_words, record_changes, write};
use crate::sync::load::history::{History, base_of};
use crate::sync::load::last_good_pair::with_last_pair;
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::Keys;

/// The commit that stands on a rewritten history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutOnTop {
    /// The commit; the tip of the rewritten history where nothing was put on top.
    pub commit: CommitId,
    /// The addresses and files with changes that were left out, because the rewrite had changed or removed the same.
    pub left_out: Vec<String>,
    /// Entries that were removed here and that the rewrite has edited: they stay as edited.
    pub kept: Vec<EntryId>,
    /// Entries of ended meetings that nobody talked about: they are on the agenda again.
    pub carried: Vec<EntryId>,
    /// Entries that have no room in their records: they stand in the history of before alone.
    pub no_room: Vec<SyncNote>,
}

impl PutOnTop {
    /// The notes for a person about single entries.
    pub(in crate::sync) fn notes(&self) -> Vec<SyncNote> {
        let kept = self.kept.iter().copied().map(SyncNote::Kept);
        let carried = self.carried.iter().copied().map(SyncNote::CarriedBack);
        kept.chain(carried).chain(self.no_room.iter().cloned()).collect()
    }
}

/// Puts what changed from the commit `seen` to `mine` on top of the commit `rewritten`, which is the only parent: no
/// commit of the old history goes along.
///
/// # Errors
/// [`SyncError::Problems`] when a record of one of them cannot be read: nobody can tell what was changed in it.
/// [`SyncError::OtherPairThere`] when the rewritten history is of another pair.
pub(in crate::sync) fn put_on_top(
    repo: &Repository,
    keys: &Keys,
    [seen, rewritten, mine]: [CommitId; 3],
    author: &Signature,
) -> Result<PutOnTop, SyncError> {
    // Plain Git may have fetched more than mine follows from: nobody removed what mine lacks of that.
    let seen = base_of(repo, seen, mine)?.ok_or(SyncError::Unrelated)?;
    let made = put_side_on_top(repo, seen, [rewritten, mine], author)?;
    match carried_on_top(repo, keys, [rewritten, mine], made.commit)? {
        Some((now, carried)) if !carried.is_empty() => Ok(PutOnTop {
            commit: commit_on(repo, rewritten, &now, author)?,
            carried,
            ..made
        }),
        _ => Ok(made),
    }
}

/// Puts the changes of some commits on top of the commit `rewritten`, which is the only parent: parents come before their
/// children, and a merge has only what none of its sides says. No other change goes along. If the remote
/// `lost` a commit, nor does a value that the tip `mine` of what stood here before did not have newly since then.
///
/// # Errors
/// As [`put_on_top`], and when somebody merged what cannot be merged.
pub(in crate::sync) fn put_each_on_top(
    repo: &Repository,
    keys: &Keys,
    [rewritten, mine]: [CommitId; 2],
    (commits, lost): (&[CommitId], Option<CommitId>),
    author: &Signature,
) -> Result<PutOnTop, SyncError> {
    let (mut tip, mut left_out, mut kept) = (rewritten, Vec::new(), Vec::new());
    let mut no_room = Vec::new();
    for commit in commits {
        let before = parents_as_one(repo, *commit)?;
        let made = put_side_on_top(repo, before, [tip, *commit], author)?;
        tip = made.commit;
        left_out.extend(made.left_out);
        kept.extend(made.kept);
        no_room.extend(made.no_room);
    }
    let (mut carried, mut stays) = (Vec::new(), BTreeSet::new());
    if let Some((mut now, went_back)) = carried_on_top(repo, keys, [rewritten, mine], tip)? {
        if let Some(lost) = lost {
            left_out.extend(left_out_of(repo, [lost, rewritten, mine], &mut now)?);
        }
        tip = commit_on(repo, rewritten, &now, author)?;
        carried = went_back;
        carried.retain(|id| now.state.entries.contains_key(id));
        let is_left_out = |id: &EntryId| left_out.contains(&Address::Entry(*id).to_string());
        let stands = |id: &EntryId| now.state.entries.contains_key(id) && !is_left_out(id);
        stays.extend(kept.into_iter().filter(stands));
    }
    left_out.sort();
    left_out.dedup();
    Ok(PutOnTop {
        commit: tip,
        left_out,
        kept: stays.into_iter().collect(),
        carried,
        no_room,
    })
}

/// The commit `made`, which holds changes on top of `rewritten`, once the entries went back to the agenda that the end of
/// a meeting did not see on the other side (docs/merge.md#agenda-of-a-meeting); these entries. None if nothing was changed.
fn carried_on_top(
    repo: &Repository,
    keys: &Keys,
    [rewritten, mine]: [CommitId; 2],
    made: CommitId,
) -> Result<Option<(Side, Vec<EntryId>)>, SyncError> {
    if made == rewritten {
        return Ok(None);
    }
    let (there, mine) = (Side::of_commit(repo, rewritten)?, Side::of_commit(repo, mine)?);
    let mut now = Side::of_commit(repo, made)?;
    let mut state = now.state.clone();
    let carried = carried([&there.state, &there.state, &mine.state], &mut state, keys);
    take_state(repo, &mut now, state)?;
    Ok(Some((now, carried)))
}

/// Leaves out of a side what a commit that is left out had changed or removed again: a commit of mine from before it may
/// have brought that along. The addresses.
fn left_out_of(
    repo: &Repository,
    [seen, rewritten, mine]: [CommitId; 3],
    now: &mut Side,
) -> Result<Vec<String>, SyncError> {
    let seen = base_of(repo, seen, mine)?.unwrap_or_default().state;
    let (there, mine) = (Side::of_commit(repo, rewritten)?, Side::of_commit(repo, mine)?);
    let mut state = now.state.clone();
    let left_out = leave_out(&seen, &there.state, &mine.state, &mut state);
    take_state(repo, now, state)?;
    Ok(left_out.iter().map(ToString::to_string).collect())
}

/// Gives a side another state, and the tree that says so.
fn take_state(repo: &Repository, side: &mut Side, state: State) -> Result<(), SyncError> {
    let changes = record_changes(repo, side, &state, &Default::default())?;
    side.tree = Some(repo.write_tree(side.tree, &changes)?);
    side.state = state;
    Ok(())
}

/// Commits a side on top of the commit `rewritten`. Returns the new commit, or `rewritten` itself where it says the
/// same.
fn commit_on(
    repo: &Repository,
    rewritten: CommitId,
    now: &Side,
    author: &Signature,
) -> Result<CommitId, SyncError> {
    let there = Side::of_commit(repo, rewritten)?;
    match now.tree {
        Some(tree) if now.tree != there.tree => {
            let words = change_words(&there.state, &now.state);
            write(repo, tree, &[rewritten], &words, author)
        }
        _ => Ok(rewritten),
    }
}

/// The parents of a commit, merged.
fn parents_as_one(repo: &Repository, commit: CommitId) -> Result<Side, SyncError> {
    let mut parents = repo.commit_info(commit)?.parents.into_iter();
    let Some(first) = parents.next() else {
        return Ok(Side::default());
    };
    let (mut merged, mut side) = (first, Side::of_commit(repo, first)?);
    for next in parents {
        let over = base_of(repo, merged, next)?.unwrap_or_default();
        let next_side = Side::of_commit(repo, next)?;
        (merged, side) =
            repo.merge_commits(&over, (merged, &side), (next, &next_side), "parents of a merge")?;
    }
    Ok(side)
}

fn put_side_on_top(
    repo: &Repository,
    seen: Side,
    [rewritten, mine]: [CommitId; 2],
    author: &Signature,
) -> Result<PutOnTop, SyncError> {
    let side = |commit| with_last_pair(repo, commit, Side::of_commit(repo, commit)?);
    let (there, mine) = (side(rewritten)?, side(mine)?);
    for side in [&seen, &there, &mine] {
        if let Some(problems) = side.broken.values().next() {
            return Err(SyncError::Problems(problems.clone()));
        }
    }
    let pair_id = |side: &Side| Some(side.state.pair.as_ref()?.top.get_str("id")?.to_owned());
    if there.blobs.is_empty() {
        return Err(SyncError::NoRecordsThere);
    }
    if pair_id(&there) != pair_id(&mine) {
        return Err(SyncError::OtherPairThere);
    }
    let mut made = on_top(&seen.state, &there.state, &mine.state)?;
    let no_room = fit_on_top(&there, &mine, &mut made.state);
    let no_room = no_room.into_iter().map(|apart| apart.note(Vec::new()));
    let mut left_out: Vec<String> = made.left_out.iter().map(ToString::to_string).collect();
    let mut changes = other_files(repo, [&seen, &there, &mine], &mut left_out)?;
    changes.extend(record_changes(repo, &there, &made.state, &Default::default())?);
    let tree = repo.write_tree(there.tree, &changes)?;
    let commit = match Some(tree) == there.tree {
        true => rewritten,
        false => {
            let words = change_words(&there.state, &made.state);
            write(repo, tree, &[rewritten], &words, author)?
        }
    };
    Ok(PutOnTop {
        commit,
        left_out,
        kept: made.kept,
        carried: Vec::new(),
        no_room: no_room.collect(),
    })
}

/// The changes of mine in files that are no records, as Git merges them. Where Git cannot, the rewritten file stays.
fn other_files(
    repo: &Repository,
    sides: [&Side; 3],
    left_out: &mut Vec<String>,
) -> Result<Vec<TreeChange>, SyncError> {
    let [Some(seen), Some(there), Some(mine)] = sides.map(|side| side.tree) else {
        return Ok(Vec::new());
    };
    let by_line = repo.merge_trees(Some(seen), there, mine)?;
    let at_odds: Vec<&String> = by_line.conflicts.iter().map(|conflict| &conflict.path).collect();
    let is_other = |path: &str| RecordPath::parse(path).is_none();
    left_out.extend(
        at_odds
            .iter()
            .filter(|path| is_other(path))
            .map(|path| (*path).clone()),
    );
    let taken_out = lines_taken_out(repo, seen, there)?;
    let mut changes = Vec::new();
    for path in repo.changed_paths(Some(there), Some(by_line.tree))? {
        if !is_other(&path) || at_odds.contains(&&path) {
            continue;
        }
        let file = repo.tree_entry(by_line.tree, &path)?;
        let lines = file.as_ref().map(|file| lines(repo, file)).transpose()?;
        // I may have moved or copied a file that the rewrite changed.
        if lines.is_some_and(|lines| !lines.is_disjoint(&taken_out)) {
            left_out.push(path);
        } else {
            changes.push((path, file.map(|file| (file.mode, file.id))));
        }
    }
    Ok(changes)
}

/// The lines that the rewrite took out of files that are no records.
fn lines_taken_out(repo: &Repository, seen: TreeId, there: TreeId) -> Result<BTreeSet<Vec<u8>>, SyncError> {
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for path in repo.changed_paths(Some(seen), Some(there))? {
        if RecordPath::parse(&path).is_some() {
            continue;
        }
        for (tree, all) in [(seen, &mut before), (there, &mut after)] {
            if let Some(file) = repo.tree_entry(tree, &path)? {
                all.extend(lines(repo, &file)?);
            }
        }
    }
    Ok(before.difference(&after).cloned().collect())
}

/// The lines of a file that are not empty.
fn lines(repo: &Repository, file: &TreeFile) -> Result<BTreeSet<Vec<u8>>, SyncError> {
    let bytes = match repo.blob(file.id, Limits::LARGEST_FILE) {
        Err(git::Error::TooLarge { .. }) => return Ok(BTreeSet::new()),
        bytes => bytes?,
    };
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    Ok(lines
        .filter(|line| !line.is_empty())
        .map(<[u8]>::to_vec)
        .collect())
}
