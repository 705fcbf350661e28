//! The version of a record that counts while a later one cannot be read: the last good one
//! (docs/sync.md#records-that-arrive-broken).

use crate::git::{CommitId, Repository, TreeFile, TreeId};
use crate::model::{Home, Loaded, PAIR_PATH, RecordPath, State, assemble};

use crate::sync::error::SyncError;
use crate::sync::load::read::record_bytes;
use crate::sync::load::repair::heal_records;

/// How far back a good version is looked for.
const FARTHEST: usize = 100_000;

/// A version of a record that can be read.
pub(in crate::sync) struct GoodRecord {
    record: RecordPath,
    /// The commit that has it.
    pub(in crate::sync) commit: CommitId,
    /// Its file there.
    pub(in crate::sync) file: TreeFile,
    /// The state of this record alone, healed.
    state: State,
}

impl GoodRecord {
    /// Puts its entries and its head into a state in which the record is missing. An entry that has gone to another record
    /// stands there.
    pub(in crate::sync) fn fill(self, into: &mut State) {
        let mut state = self.state;
        match self.record {
            RecordPath::Pair => into.pair = state.pair,
            RecordPath::Home(Home::Agenda) => into.agenda = state.agenda,
            RecordPath::Home(Home::Meeting(key)) => {
                into.meetings
                    .extend(state.meetings.remove(&key).map(|head| (key, head)));
            }
        }
        for (id, placed) in state.entries {
            into.entries.entry(id).or_insert(placed);
        }
    }
}

/// The last version of a record that can be read: that of the commit, or of the first one before it by first parents. A
/// commit without the record ends the search. None if there is no such version.
///
/// It depends on the commit alone. So two comparisons that meet at a commit take the same version there, and no change
/// falls between them.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn last_good_record(
    repo: &Repository,
    commit: CommitId,
    record: RecordPath,
) -> Result<Option<GoodRecord>, SyncError> {
    let path = record.path();
    let (mut at, mut bad) = (Some(commit), None);
    for _ in 0..FARTHEST {
        // A shallow clone lacks the parents of its oldest commits.
        let Some(info) = at.and_then(|commit| repo.commit_info(commit).ok()) else {
            break;
        };
        let Some(file) = repo.tree_entry(info.tree, &path)? else {
            break;
        };
        if bad != Some(file.id) {
            if let Some(state) = readable(repo, info.tree, record, &file)? {
                let commit = info.id;
                return Ok(Some(GoodRecord {
                    record,
                    commit,
                    file,
                    state,
                }));
            }
            bad = Some(file.id);
        }
        at = info.parents.first().copied();
    }
    Ok(None)
}

/// A record of a tree as a state of its own; none if it cannot be read.
fn readable(
    repo: &Repository,
    tree: TreeId,
    record: RecordPath,
    file: &TreeFile,
) -> Result<Option<State>, SyncError> {
    if !file.is_regular() {
        return Ok(None);
    }
    let Ok(bytes) = record_bytes(repo, file.id)? else {
        return Ok(None);
    };
    let mut files = vec![(record.path(), bytes)];
    // Its format says how strictly the others are read.
    if record != RecordPath::Pair
        && let Some(pair) = repo.tree_entry(tree, PAIR_PATH)?
        && let Ok(bytes) = record_bytes(repo, pair.id)?
    {
        files.push((PAIR_PATH.to_owned(), bytes));
    }
    let loaded: Loaded = assemble(files);
    if loaded.broken.contains_key(&record) {
        return Ok(None);
    }
    Ok(Some(heal_records(repo, None, loaded)?.state))
}
