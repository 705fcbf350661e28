//! The versions of some entries, out of one walk through each history.

use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::vec::IntoIter;

use crate::git::CommitId;
use crate::model::EntryId;

use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, versions};

/// A history that is asked for the versions of some entries. Each of its commits is read once, whichever of them are asked
/// for, and none before somebody needs it.
#[derive(Debug)]
pub struct EntryWalks<'a, H> {
    pub(super) history: &'a H,
    asked: BTreeSet<EntryId>,
    walks: RefCell<BTreeMap<(CommitId, Option<CommitId>), Walk>>,
    read: RefCell<BTreeMap<CommitId, BTreeMap<EntryId, EntryVersion>>>,
}

/// A walk through the commits that one commit has and another lacks, as far as it has come.
#[derive(Debug)]
struct Walk {
    left: IntoIter<CommitId>,
    found: BTreeMap<EntryId, Vec<EntryVersion>>,
}

impl<'a, H: EntryHistory> EntryWalks<'a, H> {
    /// A history that is asked for these entries alone.
    pub fn new(history: &'a H, asked: impl IntoIterator<Item = EntryId>) -> Self {
        Self {
            history,
            asked: asked.into_iter().collect(),
            walks: RefCell::default(),
            read: RefCell::default(),
        }
    }

    /// How one commit changed an entry. None if a parent has the entry as it is.
    pub(in crate::sync) fn version(
        &self,
        commit: CommitId,
        id: EntryId,
    ) -> Result<Option<EntryVersion>, SyncError> {
        let mut read = self.read.borrow_mut();
        let versions = match read.entry(commit) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(versions(self.history, commit, &self.asked)?),
        };
        Ok(versions.get(&id).cloned())
    }

    /// The versions of an entry in the commits that `tip` has and `known` lacks, the newest first. Each step may fail.
    pub(in crate::sync) fn versions(
        &self,
        id: EntryId,
        tip: CommitId,
        known: Option<CommitId>,
    ) -> impl Iterator<Item = Result<EntryVersion, SyncError>> + '_ {
        (0..).map_while(move |place| self.found(id, (tip, known), place).transpose())
    }

    /// The version at a place among those of an entry: the walk goes on until it is found.
    fn found(
        &self,
        id: EntryId,
        (tip, known): (CommitId, Option<CommitId>),
        place: usize,
    ) -> Result<Option<EntryVersion>, SyncError> {
        let mut walks = self.walks.borrow_mut();
        let walk = match walks.entry((tip, known)) {
            Entry::Occupied(begun) => begun.into_mut(),
            Entry::Vacant(new) => new.insert(Walk {
                left: self.history.commits_since(tip, known)?.into_iter(),
                found: BTreeMap::new(),
            }),
        };
        loop {
            let found = walk.found.get(&id).and_then(|found| found.get(place));
            if let Some(version) = found {
                return Ok(Some(version.clone()));
            }
            let Some(commit) = walk.left.next() else {
                return Ok(None);
            };
            for (id, version) in versions(self.history, commit, &self.asked)? {
                walk.found.entry(id).or_default().push(version);
            }
        }
    }
}
