//! Who brought entries that were committed without an id: whoever syncs first gives them one, and wrote none of them
//! (docs/merge.md#loading).

use std::collections::{BTreeMap, BTreeSet};

use super::incoming_commits::{CameCommit, MOST};
use crate::git::CommitId;
use crate::model::{EntryId, RecordPath};

use crate::sync::error::SyncError;
use crate::sync::load::listing::{PartialListing, RecordSet};
use crate::sync::load::side::Side;
use crate::sync::workspace::Workspace;

/// The commits that brought some of these entries without an id. Each entry comes with the commit that seems to have brought
/// it, if one does, and with the record that it stands in. `there` is the remote's tip, `commits` are the newest first.
pub(super) fn loose_makers(
    workspace: &Workspace,
    there: CommitId,
    commits: &[CameCommit],
    entries: &[(EntryId, RecordPath, Option<&CameCommit>)],
) -> Result<BTreeMap<EntryId, CameCommit>, SyncError> {
    let mut read = LooseIds {
        workspace,
        records: entries.iter().map(|(_, record, _)| *record).collect(),
        known: BTreeMap::new(),
    };
    let mut loose = BTreeSet::new();
    for (id, _, maker) in entries {
        let tips = maker.map_or(std::slice::from_ref(&there), |maker| &maker.parents);
        for tip in tips {
            if read.of(*tip)?.contains(id) {
                loose.insert(*id);
            }
        }
    }
    let mut found = BTreeMap::new();
    for commit in commits.iter().take(MOST) {
        if loose.is_empty() {
            break;
        }
        let here = read.of(commit.id)?;
        // The last one that is found is the oldest.
        found.extend(
            loose
                .iter()
                .filter(|id| here.contains(id))
                .map(|id| (*id, commit.clone())),
        );
    }
    Ok(found)
}

/// The ids that loading gives to entries without one.
struct LooseIds<'a> {
    workspace: &'a Workspace,
    records: RecordSet,
    known: BTreeMap<CommitId, BTreeSet<EntryId>>,
}

impl LooseIds<'_> {
    fn of(&mut self, commit: CommitId) -> Result<&BTreeSet<EntryId>, SyncError> {
        if !self.known.contains_key(&commit) {
            let ids = self.read(commit)?;
            self.known.insert(commit, ids);
        }
        Ok(self.known.entry(commit).or_default())
    }

    fn read(&self, commit: CommitId) -> Result<BTreeSet<EntryId>, SyncError> {
        let repo = &self.workspace.repo;
        // Beyond the border of a shallow clone nobody can tell.
        let Ok(tree) = repo.tree_of(commit) else {
            return Ok(BTreeSet::new());
        };
        let cache = &self.workspace.cache;
        let listing = cache.listing(repo, tree)?;
        // A record with such an entry is special, and few are.
        let mut scope = RecordSet::new();
        for record in &self.records {
            if let Some(file) = listing.get(record)
                && cache.summary(repo, file)?.special
            {
                scope.insert(*record);
            }
        }
        if scope.is_empty() {
            return Ok(BTreeSet::new());
        }
        scope.insert(RecordPath::Pair);
        let side = Side::of_commit_in(repo, commit, Some(PartialListing { listing, scope }))?;
        Ok(side.loose.into_iter().map(|(_, id)| id).collect())
    }
}
