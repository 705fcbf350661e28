//! Whether a command that writes would take the folder in as it lies there: the same checks, and nothing is written.

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository};
use crate::model::{Fix, FormatVersion, PAIR_PATH, Problem, RecordPath};
use crate::store::Notes;

use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::commit::changed_records;
use crate::sync::load::last_good_pair::{is_other_pair, readable_pair, typed_pair};
use crate::sync::load::listing::RecordSet;
use crate::sync::load::other_format::{format_of, refuse_other_format, refuse_version};
use crate::sync::load::read::read_paths;
use crate::sync::load::read_scope::{ReadScope, load_side};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;
use crate::sync::load::working_copy::{ReadFolder, WorkTree};
use crate::sync::problems::put_pair_back;
use crate::sync::secrets::secret_scan::refuse_unsent;
use crate::sync::snapshot::{HandEdits, SnapshotContext, is_as_committed};

/// Takes in the hand edits of the folder as the next command would, and forgets them (docs/sync.md#hand-edits). A
/// write-out that was cut off or a merge of plain Git that stopped is completed first, and may change the folder: then
/// nobody can say yet. Returns what is wrong with the records that it would leave as they lie.
///
/// # Errors
/// The one that the next command that writes would stop with.
pub fn would_take_in(
    repo: &Repository,
    ReadFolder(work): &ReadFolder,
    env: &Environment,
) -> Result<Vec<Problem>, SyncError> {
    let notes = Notes::of(repo.git_dir());
    let Some(tip) = repo.head()?.tip else {
        return Ok(Vec::new());
    };
    if notes.writing()?.is_some() || !repo.merge_heads()?.is_empty() {
        return Ok(Vec::new());
    }
    let cache = RecordCache::of(repo, &notes, env.use_index);
    let changes = load_side(repo, &cache, tip, ReadScope::Changes, RecordSet::new())?;
    refuse_unsent(repo, tip, &changes)?;
    if work.odd.is_empty() && is_as_committed(&changes.blobs, work) {
        return Ok(Vec::new());
    }
    take_in(repo, env, &notes, &cache, tip, work)
}

fn take_in(
    repo: &Repository,
    env: &Environment,
    notes: &Notes,
    cache: &RecordCache,
    tip: CommitId,
    work: &WorkTree,
) -> Result<Vec<Problem>, SyncError> {
    let (side, pair) = readable_pair(repo, tip, Side::of_commit(repo, tip)?)?;
    if is_other_pair(notes, &pair)? {
        return Err(SyncError::PairReplaced);
    }
    let mut keys = env.keys_of(repo, pair.id)?;
    keys.see(&pair);
    let context = SnapshotContext {
        repo,
        head_side: &side,
        cache,
        keys: &keys,
        pair: &pair,
        me: keys.me(&pair),
        now: env.now,
        new_id: env.new_id,
        pending: notes.edits_wait()?,
        notes,
        tip: Some(tip),
        base_is_known: false,
    };
    match context.take_in(work)? {
        Some(edits) => {
            would_commit(repo, (tip, &side), &edits)?;
            Ok(edits.left.into_values().flatten().collect())
        }
        None => Ok(Vec::new()),
    }
}

/// The checks of a commit of hand edits.
fn would_commit(
    repo: &Repository,
    (tip, side): (CommitId, &Side),
    edits: &HandEdits,
) -> Result<(), SyncError> {
    let changed = changed_records(side, &edits.state, &edits.mended)?;
    let version = match changed.iter().find(|(record, _)| *record == RecordPath::Pair) {
        Some((_, Some(bytes))) => FormatVersion::of_pair(bytes),
        _ => format_of(repo, repo.tree_of(tip)?)?,
    };
    if !changed.is_empty() {
        refuse_version(repo, version, &[tip])?;
    }
    Ok(())
}

/// Refuses the branch if every command that writes stops there, and reading goes on: it is of another format, or its
/// `pair.toml` names another pair than the one that the clone belongs to.
///
/// # Errors
/// As said.
pub fn refuse_branch(repo: &Repository) -> Result<(), SyncError> {
    let Some(tip) = repo.head()?.tip else {
        return Ok(());
    };
    let tree = repo.tree_of(tip)?;
    refuse_other_format(repo, tree, &[tip])?;
    let loaded = read_paths(repo, tree, [&RecordPath::Pair.path()])?;
    match typed_pair(&loaded.state, &loaded.broken) {
        Ok(pair) if is_other_pair(&Notes::of(repo.git_dir()), &pair)? => Err(SyncError::PairReplaced),
        _ => Ok(()),
    }
}

/// The problem of a branch whose format is newer than this program.
///
/// # Errors
/// When Git cannot read it.
pub(in crate::sync) fn at_newer_format(repo: &Repository) -> Result<Option<Problem>, SyncError> {
    match refuse_branch(repo) {
        Err(newer @ SyncError::NewerFormat { .. }) => {
            let help =
                Fix::from("upgrade oneonone, if the other member uses a newer one").or(put_pair_back());
            Ok(Some(Problem::of_file(PAIR_PATH, newer.to_string(), help)))
        }
        // Any other fault of it is a problem of the file.
        Ok(()) | Err(SyncError::Problems(_) | SyncError::PairReplaced) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The problems that a folder is refused for, but for those that are known; another error stops where there are none.
///
/// # Errors
/// When the folder is refused, and no record is to blame.
pub(in crate::sync) fn more_problems(
    refused: Result<Vec<Problem>, SyncError>,
    known: &[Problem],
) -> Result<Vec<Problem>, SyncError> {
    let place = |problem: &Problem| (problem.path.clone(), problem.what.clone());
    let places: BTreeSet<_> = known.iter().map(place).collect();
    match refused {
        Ok(mut more) | Err(SyncError::Problems(mut more)) => {
            more.retain(|problem| !places.contains(&place(problem)));
            Ok(more)
        }
        Err(_) if !known.is_empty() => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}
