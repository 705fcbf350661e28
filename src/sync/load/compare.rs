//! Two commits held against each other, as states: the records that differ are read, and no others.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::git::{CommitId, Repository, TreeId};
use crate::merge::Comparison;
use crate::model::RecordPath;

use crate::sync::error::SyncError;
use crate::sync::load::changed_records::records_to_compare;
use crate::sync::load::last_good_record::{GoodRecord, GoodRecords};
use crate::sync::load::listing::{Listing, PartialListing, RecordSet};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;

/// Holds a newer commit against an older one. No commit has no records. Of a record that cannot be read the last good
/// version counts: its entries are not gone, and what became of them is told once it can be read again.
pub(in crate::sync) fn compare(
    repo: &Repository,
    cache: &RecordCache,
    old: Option<CommitId>,
    new: Option<CommitId>,
) -> Result<Comparison, SyncError> {
    if old == new {
        return Ok(Comparison::default());
    }
    let (old, new) = (Compared::of(repo, cache, old)?, Compared::of(repo, cache, new)?);
    if old.tree == new.tree {
        return Ok(Comparison::default());
    }
    let listings = [old.listing.clone(), new.listing.clone()];
    let mut scope = records_to_compare(repo, cache, &listings)?;
    let (old_side, new_side) = (old.side(repo, &scope)?, new.side(repo, &scope)?);
    if old_side.broken.is_empty() && new_side.broken.is_empty() {
        return Ok(Comparison::of(old_side.state, new_side.state));
    }
    let is_next = match (old.commit, new.commit) {
        (Some(old), Some(new)) => repo.commit_info(new)?.parents.first() == Some(&old),
        _ => false,
    };
    let good = |side: &Compared, broken: &Side, other: &Side| {
        let mut records: RecordSet = broken.broken.keys().copied().collect();
        // From a commit to the next the same version counts: it need not be found.
        records.retain(|record| !is_next || !other.broken.contains_key(record));
        side.good_records(repo, records)
    };
    let old_good = good(&old, &old_side, &new_side)?;
    let new_good = good(&new, &new_side, &old_side)?;
    // A record that was not read may hold an entry of a good version.
    let listings = [old.listing_with(&old_good), new.listing_with(&new_good)];
    scope.extend(records_to_compare(repo, cache, &listings)?);
    let (mut old, mut new) = (old.side(repo, &scope)?.state, new.side(repo, &scope)?.state);
    old_good.into_values().for_each(|good| good.fill(&mut old));
    new_good.into_values().for_each(|good| good.fill(&mut new));
    Ok(Comparison::of(old, new))
}

/// A commit that is compared; one without records where there is none.
struct Compared {
    commit: Option<CommitId>,
    tree: Option<TreeId>,
    listing: Rc<Listing>,
}

impl Compared {
    fn of(repo: &Repository, cache: &RecordCache, commit: Option<CommitId>) -> Result<Self, SyncError> {
        let tree = commit.map(|commit| repo.tree_of(commit)).transpose()?;
        let listing = tree.map_or_else(|| Ok(Rc::default()), |tree| cache.listing(repo, tree))?;
        Ok(Self {
            commit,
            tree,
            listing,
        })
    }

    fn side(&self, repo: &Repository, scope: &RecordSet) -> Result<Side, SyncError> {
        let Some(tree) = self.tree else {
            return Ok(Side::default());
        };
        let (listing, scope) = (self.listing.clone(), scope.clone());
        Side::of_tree(repo, tree, Some(PartialListing { listing, scope }))
    }

    fn good_records(
        &self,
        repo: &Repository,
        records: RecordSet,
    ) -> Result<BTreeMap<RecordPath, GoodRecord>, SyncError> {
        let (mut found, good_records) = (BTreeMap::new(), GoodRecords::of(repo));
        for record in records {
            if let Some(commit) = self.commit
                && let Some(good) = good_records.last(commit, record)?
            {
                found.insert(record, good);
            }
        }
        Ok(found)
    }

    fn listing_with(&self, good: &BTreeMap<RecordPath, GoodRecord>) -> Rc<Listing> {
        let mut listing = self.listing.as_ref().clone();
        listing.extend(good.iter().map(|(record, good)| (*record, good.file.clone())));
        Rc::new(listing)
    }
}
