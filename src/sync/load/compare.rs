//! Two trees held against each other, as states: the records that differ are read, and no others.

use std::rc::Rc;

use crate::git::{Repository, TreeId};
use crate::merge::Comparison;
use crate::model::{Home, RecordPath, State};

use crate::sync::error::SyncError;
use crate::sync::load::changed_records::records_to_compare;
use crate::sync::load::listing::{Listing, PartialListing, RecordSet};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;

/// Holds a newer tree against an older one. No tree is an empty one. A record that one of them cannot read differs in
/// nothing: its entries are not gone.
pub(in crate::sync) fn compare(
    repo: &Repository,
    cache: &RecordCache,
    old: Option<TreeId>,
    new: Option<TreeId>,
) -> Result<Comparison, SyncError> {
    if old == new {
        return Ok(Comparison::default());
    }
    let listing =
        |tree: Option<TreeId>| tree.map_or_else(|| Ok(Rc::default()), |tree| cache.listing(repo, tree));
    let (old_listing, new_listing) = (listing(old)?, listing(new)?);
    let scope = records_to_compare(repo, cache, &[old_listing.clone(), new_listing.clone()])?;
    let side = |tree: Option<TreeId>, listing: Rc<Listing>| match tree {
        Some(tree) => {
            let scope = scope.clone();
            Side::of_tree(repo, tree, Some(PartialListing { listing, scope }))
        }
        None => Ok(Side::default()),
    };
    let (old, new) = (side(old, old_listing)?, side(new, new_listing)?);
    let broken: RecordSet = old.broken.keys().chain(new.broken.keys()).copied().collect();
    let [old, new] = [old, new].map(|side| without(side.state, &broken));
    Ok(Comparison::of(old, new))
}

/// A state without some records.
fn without(mut state: State, records: &RecordSet) -> State {
    let has = |home| records.contains(&RecordPath::Home(home));
    state.entries.retain(|_, placed| !has(placed.home));
    state.meetings.retain(|key, _| !has(Home::Meeting(*key)));
    state
}
