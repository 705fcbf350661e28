//! Which records a command has read, and the pair among them.

use crate::git::{CommitId, Repository};
use crate::model::{Date, Home, RecordPath};

use crate::sync::error::SyncError;
use crate::sync::load::changed_records::records_to_compare;
use crate::sync::load::listing::{PartialListing, RecordSet};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;

/// Which records a command must have read. Those that were edited by hand, and those that must be looked at always, are
/// read whatever it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadScope {
    /// Every record.
    Everything,
    /// The agenda, and the meetings from a day on.
    Since(Date),
    /// None of its own.
    Changes,
}

impl ReadScope {
    /// The agenda, and the meetings that may be under way on a day: they began at most 12 hours ago, in some time zone.
    pub fn under_way(today: Date) -> Self {
        Self::Since(today - chrono::Days::new(2))
    }

    pub(in crate::sync) fn covers(self, record: RecordPath) -> bool {
        match (self, record) {
            (Self::Everything, _) => true,
            (Self::Since(day), RecordPath::Home(Home::Meeting(key))) => key.date >= day,
            (Self::Since(_), _) => true,
            (Self::Changes, _) => false,
        }
    }
}

/// A commit, with the records that a scope covers, those that must be looked at always, and `more`.
pub(in crate::sync) fn load_side(
    repo: &Repository,
    cache: &RecordCache,
    commit: CommitId,
    read_scope: ReadScope,
    more: RecordSet,
) -> Result<Side, SyncError> {
    if read_scope == ReadScope::Everything {
        return Side::of_commit(repo, commit);
    }
    let listing = cache.listing(repo, repo.tree_of(commit)?)?;
    let mut scope = records_to_compare(repo, cache, std::slice::from_ref(&listing))?;
    scope.extend(listing.keys().filter(|record| read_scope.covers(**record)));
    scope.extend(more);
    Side::of_commit_in(repo, commit, Some(PartialListing { listing, scope }))
}
