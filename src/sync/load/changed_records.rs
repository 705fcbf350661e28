//! Which records are loaded: those that sides of a merge differ in, and those that must be looked at always. A record
//! that is the same on every side says the same in the merge, so that it need not be parsed.

use std::rc::Rc;

use crate::git::{Repository, TreeFile, mode};
use crate::model::{Home, RecordPath};

use crate::sync::error::SyncError;
use crate::sync::load::listing::{Listing, RecordSet};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::working_copy::WorkTree;

/// The records of the folder; those that a sparse checkout hides are as in `head`.
pub(in crate::sync) fn folder_listing(cache: &RecordCache, work: &WorkTree, head: &Listing) -> Listing {
    let mut listing = Listing::new();
    let records = work.ids.iter();
    for (record, path, id) in records.filter_map(|(path, id)| Some((RecordPath::parse(path)?, path, id))) {
        let (path, mode, id) = (path.clone(), mode::FILE, *id);
        let file = TreeFile { path, mode, id };
        if let Some(bytes) = work.files.get(&file.path) {
            cache.learn_of(record, &file, bytes);
        }
        listing.insert(record, file);
    }
    let hidden = head.iter().filter(|(_, file)| work.hidden.contains(&file.path));
    for (record, file) in hidden {
        listing.entry(*record).or_insert_with(|| file.clone());
    }
    listing
}

/// The records that versions of the pair differ in, with those that must be looked at always: `pair.toml`, the agenda,
/// records that are special in any version, and those that share an id.
pub(in crate::sync) fn records_to_compare(
    repo: &Repository,
    cache: &RecordCache,
    versions: &[Rc<Listing>],
) -> Result<RecordSet, SyncError> {
    // A merge may move an entry to the agenda though no side changed it.
    let mut scope = RecordSet::from([RecordPath::Pair, RecordPath::Home(Home::Agenda)]);
    if let Some((first, others)) = versions.split_first() {
        let id = |listing: &Listing, record| listing.get(record).map(|file| file.id);
        for other in others {
            let records = first.keys().chain(other.keys());
            scope.extend(records.filter(|record| id(first, record) != id(other, record)));
        }
    }
    for version in versions {
        scope.extend(cache.always_read(repo, version)?);
    }
    Ok(scope)
}
