//! The pair that counts while `pair.toml` cannot be read: the last good one (docs/sync.md#a-broken-pairtoml).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, Repository};
use crate::model::{
    Command, EntryId, Fix, FormatVersion, Pair, PairDocument, Problem, RecordPath, State, parse_pair,
};

use crate::store::Notes;

use crate::sync::error::SyncError;
use crate::sync::load::listing::listing;
use crate::sync::load::read::record_bytes;
use crate::sync::load::side::Side;
use crate::sync::problems::{other_pair, pair_was_removed};

/// How far back a good `pair.toml` is looked for.
const FARTHEST: usize = 100_000;

/// So many former tips of a clone are looked at.
const FORMER_TIPS: usize = 200;

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

/// If a rewrite took `pair.toml` out of every commit, the last good one that this clone had counts: of its own pair, for a
/// commit with records, and never in the history of another pair.
fn last_sound_pair(
    repo: &Repository,
    commit: CommitId,
    is_wanted: impl Fn(&[u8], &Pair) -> bool,
) -> Result<Option<GoodPair>, SyncError> {
    if let Some(good) = last_sound_pair_below(repo, commit, &is_wanted)? {
        return Ok(Some(good));
    }
    let notes = Notes::of(repo.git_dir());
    let Some(bound) = bound_id(&notes)? else {
        return Ok(None);
    };
    let is_another = last_sound_pair_below(repo, commit, |_, pair| pair.id != bound)?.is_some();
    if is_another || listing(repo, repo.tree_of(commit)?)?.is_empty() {
        return Ok(None);
    }
    for tip in former_tips(repo, &notes) {
        let found = last_sound_pair_below(repo, tip, |bytes, pair| {
            pair.id == bound && is_wanted(bytes, pair)
        });
        // The objects of an old tip may be gone.
        if let Ok(Some(good)) = found {
            return Ok(Some(good));
        }
    }
    Ok(None)
}

/// Where HEAD was, the last one first, and the tips of histories that a rewritten one replaced.
fn former_tips(repo: &Repository, notes: &Notes) -> Vec<CommitId> {
    let head = repo.head().ok().and_then(|head| head.tip);
    let log = repo.reference_log("HEAD").into_iter().map(|entry| entry.commit);
    let replaced = notes.replaced();
    let replaced = replaced.iter().rev().filter_map(|tip| tip.parse().ok());
    let mut tips: Vec<CommitId> = Vec::new();
    for tip in head.into_iter().chain(log.take(FORMER_TIPS)).chain(replaced) {
        if !tips.contains(&tip) {
            tips.push(tip);
        }
    }
    tips
}

/// Why there is no pair: in a clone of one its record is lost, and nobody should make a new one there.
///
/// # Errors
/// When the note of the pair cannot be read.
pub(in crate::sync) fn no_pair_in(repo: &Repository) -> Result<SyncError, SyncError> {
    Ok(match bound_id(&Notes::of(repo.git_dir()))? {
        Some(_) => SyncError::PairLost {
            is_shallow: repo.is_shallow(),
        },
        None => SyncError::NoPair,
    })
}

/// The error of a `pair.toml` that cannot be read, where no good one is found. A shallow clone may lack the commit that has
/// one.
///
/// # Errors
/// When the note of the pair cannot be read.
pub(in crate::sync) fn no_good_pair(repo: &Repository, error: SyncError) -> Result<SyncError, SyncError> {
    let deeper = || {
        let fetch = Command::in_clone(["git", "fetch", "--unshallow"]);
        Fix::by(
            "or fetch the commits that this shallow clone lacks: one of them may have a good one",
            fetch,
        )
    };
    Ok(match error {
        SyncError::NoPair => no_pair_in(repo)?,
        SyncError::Problems(mut problems) if repo.is_shallow() => {
            if let Some(first) = problems.first_mut() {
                first.help = first.help.clone().or(deeper());
            }
            SyncError::Problems(problems)
        }
        error => error,
    })
}

fn last_sound_pair_below(
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
        return Err(no_good_pair(repo, error)?);
    };
    let problems = match error {
        SyncError::Problems(problems) => problems,
        _ => vec![pair_was_removed()],
    };
    side.state.pair = Some(good.document);
    side.broken.insert(RecordPath::Pair, problems);
    Ok((side, good.pair))
}

/// A side with the last good pair, where its commit has no `pair.toml` at all.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn with_last_pair(
    repo: &Repository,
    commit: CommitId,
    mut side: Side,
) -> Result<Side, SyncError> {
    if side.state.pair.is_none() && !side.broken.contains_key(&RecordPath::Pair) {
        side.state.pair = last_good_pair(repo, commit)?.map(|good| good.document);
    }
    Ok(side)
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
