//! The version of a record that counts while a later one cannot be read: the last good one
//! (docs/sync.md#records-that-arrive-broken).

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::git::{BlobId, CommitId, Repository, TreeFile, TreeId};
use crate::model::{Home, Loaded, PAIR_PATH, Pair, RecordPath, State, assemble_of, parse_pair};

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

/// The last versions of records that can be read.
pub(in crate::sync) struct GoodRecords<'a> {
    repo: &'a Repository,
    /// Whether a `pair.toml`, by its blob, is of a newer format.
    newer: RefCell<BTreeMap<BlobId, bool>>,
}

impl<'a> GoodRecords<'a> {
    pub(in crate::sync) fn of(repo: &'a Repository) -> Self {
        let newer = RefCell::default();
        Self { repo, newer }
    }

    /// The last version of a record that can be read: that of the commit, or of the first one before it by first parents. A
    /// commit without the record ends the search. None if there is no such version.
    ///
    /// It depends on the commit alone. So two comparisons that meet at a commit take the same version there, and no change
    /// falls between them.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(in crate::sync) fn last(
        &self,
        commit: CommitId,
        record: RecordPath,
    ) -> Result<Option<GoodRecord>, SyncError> {
        let path = record.path();
        let (mut at, mut bad) = (Some(commit), None);
        for _ in 0..FARTHEST {
            // A shallow clone lacks the parents of its oldest commits.
            let Some(info) = at.and_then(|commit| self.repo.commit_info(commit).ok()) else {
                break;
            };
            let Some(file) = self.repo.tree_entry(info.tree, &path)? else {
                break;
            };
            if bad != Some(file.id) {
                if let Some(state) = self.readable(info.tree, record, &file)? {
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
        &self,
        tree: TreeId,
        record: RecordPath,
        file: &TreeFile,
    ) -> Result<Option<State>, SyncError> {
        if !file.is_regular() {
            return Ok(None);
        }
        let Ok(bytes) = record_bytes(self.repo, file.id)? else {
            return Ok(None);
        };
        let is_newer = record != RecordPath::Pair && self.is_newer(tree)?;
        let loaded: Loaded = assemble_of([(record.path(), bytes)], is_newer);
        if loaded.broken.contains_key(&record) {
            return Ok(None);
        }
        Ok(Some(heal_records(self.repo, None, loaded)?.state))
    }

    /// Whether the pair of a tree is of a newer format: that says how strictly its records are read.
    fn is_newer(&self, tree: TreeId) -> Result<bool, SyncError> {
        let Some(pair) = self.repo.tree_entry(tree, PAIR_PATH)? else {
            return Ok(false);
        };
        if let Some(known) = self.newer.borrow().get(&pair.id) {
            return Ok(*known);
        }
        let bytes = record_bytes(self.repo, pair.id)?;
        let pair_document = bytes.ok().and_then(|bytes| parse_pair(&bytes).ok());
        let is_newer = pair_document.is_some_and(|pair| pair.format() > Pair::FORMAT);
        self.newer.borrow_mut().insert(pair.id, is_newer);
        Ok(is_newer)
    }
}
