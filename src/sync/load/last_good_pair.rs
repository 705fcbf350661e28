//! The pair that counts while `pair.toml` cannot be read: the last good one (docs/sync.md#a-broken-pairtoml).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, Repository};
use crate::model::{EntryId, FormatVersion, Pair, PairDocument, Problem, RecordPath, State, parse_pair};

use crate::store::Notes;

use crate::sync::error::SyncError;
use crate::sync::load::read::record_bytes;
use crate::sync::load::side::Side;
use crate::sync::problems::{other_pair, pair_was_removed};

/// How far back a good `pair.toml` is looked for.
const FARTHEST: usize = 100_000;

/// A `pair.toml` of a commit, sound in itself.
pub(in crate::sync) struct GoodPair {
    pub(in crate::sync) commit: CommitId,
    pub(in crate::sync) document: PairDocument,
    pub(in crate::sync) pair: Pair,
}

/// The pair of the newest commit whose `pair.toml` is sound: the commit itself, or an ancestor. None if there is none.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn last_good_pair(
    repo: &Repository,
    commit: CommitId,
) -> Result<Option<GoodPair>, SyncError> {
    last_sound_pair(repo, commit, |_, _| true)
}

/// The same with the id of a pair.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn last_pair_of(
    repo: &Repository,
    commit: CommitId,
    id: EntryId,
) -> Result<Option<GoodPair>, SyncError> {
    last_sound_pair(repo, commit, |_, pair| pair.id == id)
}

/// The same of the format that this program writes, with the id and the seats of a pair.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn last_writable_pair(
    repo: &Repository,
    commit: CommitId,
    known: &Pair,
) -> Result<Option<GoodPair>, SyncError> {
    let seats = |pair: &Pair| pair.members().map(|member| member.slug.clone());
    last_sound_pair(repo, commit, |bytes, pair| {
        FormatVersion::of_pair(bytes) == FormatVersion::Known
            && pair.id == known.id
            && seats(pair) == seats(known)
    })
}

/// The id of the pair that a clone is bound to, once it has been opened to write.
///
/// # Errors
/// When the note cannot be read.
pub(in crate::sync) fn bound_id(notes: &Notes) -> Result<Option<EntryId>, SyncError> {
    Ok(notes.bound()?.and_then(|id| id.trim().parse().ok()))
}

/// Whether a pair is another one than that which a clone is bound to.
///
/// # Errors
/// When the note cannot be read.
pub(in crate::sync) fn is_other_pair(notes: &Notes, pair: &Pair) -> Result<bool, SyncError> {
    Ok(bound_id(notes)?.is_some_and(|bound| bound != pair.id))
}

fn last_sound_pair(
    repo: &Repository,
    commit: CommitId,
    is_wanted: impl Fn(&[u8], &Pair) -> bool,
) -> Result<Option<GoodPair>, SyncError> {
    let path = RecordPath::Pair.path();
    let mut bad = BTreeSet::new();
    for commit in repo.ancestors(commit, &[])?.take(FARTHEST) {
        let commit = commit?;
        let file = repo.tree_entry(repo.tree_of(commit)?, &path)?;
        let file = file.filter(|file| file.is_regular());
        let Some(file) = file.filter(|file| bad.insert(file.id)) else {
            continue;
        };
        let Ok(bytes) = record_bytes(repo, file.id)? else {
            continue;
        };
        let Ok(document) = parse_pair(&bytes) else {
            continue;
        };
        match Pair::from_document(&document) {
            Ok(pair) if is_wanted(&bytes, &pair) => {
                return Ok(Some(GoodPair {
                    commit,
                    document,
                    pair,
                }));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// The pair of a commit. If its record is gone or cannot be read, the last good one counts: a broken one blocks nothing
/// (docs/sync.md#promises).
///
/// # Errors
/// When there is no good one either.
pub(in crate::sync) fn readable_pair(
    repo: &Repository,
    commit: CommitId,
    mut side: Side,
) -> Result<(Side, Pair), SyncError> {
    let error = match typed_pair(&side.state, &side.broken) {
        Ok(pair) => return Ok((side, pair)),
        Err(e) => e,
    };
    let Some(good) = last_good_pair(repo, commit)? else {
        return Err(error);
    };
    let problems = match error {
        SyncError::Problems(problems) => problems,
        _ => vec![pair_was_removed()],
    };
    side.state.pair = Some(good.document);
    side.broken.insert(RecordPath::Pair, problems);
    Ok((side, good.pair))
}

/// The same where the commit has a `pair.toml` of another pair than `id`: it counts as broken.
///
/// # Errors
/// [`SyncError::PairReplaced`] when no commit has one of that pair.
pub(in crate::sync) fn own_pair(
    repo: &Repository,
    commit: CommitId,
    id: EntryId,
    mut side: Side,
) -> Result<(Side, Pair), SyncError> {
    let good = last_pair_of(repo, commit, id)?.ok_or(SyncError::PairReplaced)?;
    side.state.pair = Some(good.document);
    side.broken.insert(RecordPath::Pair, vec![other_pair("")]);
    Ok((side, good.pair))
}

/// The pair that `pair.toml` describes.
pub(in crate::sync) fn typed_pair(
    state: &State,
    broken: &BTreeMap<RecordPath, Vec<Problem>>,
) -> Result<Pair, SyncError> {
    if let Some(problems) = broken.get(&RecordPath::Pair) {
        return Err(SyncError::Problems(problems.clone()));
    }
    let document = state.pair.as_ref().ok_or(SyncError::NoPair)?;
    Pair::from_document(document).map_err(SyncError::Problems)
}
