//! The records of a tree by path, not read.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::git::{Repository, TreeFile, TreeId};
use crate::model::RecordPath;

use crate::sync::error::SyncError;

/// The records of a tree.
pub(in crate::sync) type Listing = BTreeMap<RecordPath, TreeFile>;
/// Records by path.
pub(in crate::sync) type RecordSet = BTreeSet<RecordPath>;

/// Some records of a tree, to be read.
pub(in crate::sync) struct PartialListing {
    /// All records of the tree.
    pub(in crate::sync) listing: Rc<Listing>,
    /// Those to be read.
    pub(in crate::sync) scope: RecordSet,
}

/// The records of a tree, not read.
pub(in crate::sync) fn listing(repo: &Repository, tree: TreeId) -> Result<Listing, SyncError> {
    let files = repo.all_files(tree)?;
    Ok(files
        .iter()
        .filter_map(|file| Some((RecordPath::parse(&file.path)?, file.clone())))
        .collect())
}
