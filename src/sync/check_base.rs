//! The commits that files which are checked stand on.

use std::collections::BTreeSet;

use crate::git::{BlobId, CommitId, Repository, TreeId};
use crate::model::{PAIR_PATH, PairDocument};

use crate::sync::error::SyncError;
use crate::sync::load::read::read_paths;
use crate::sync::secrets::slips::SlipBaseline;

/// The trees of the commits before: a file that one of them has is not new.
pub(in crate::sync) struct Committed<'a> {
    repo: &'a Repository,
    pub(in crate::sync) trees: Vec<TreeId>,
}

impl<'a> Committed<'a> {
    pub(in crate::sync) fn at(
        repo: &'a Repository,
        commits: impl IntoIterator<Item = CommitId>,
    ) -> Result<Self, SyncError> {
        let trees = commits.into_iter().map(|commit| repo.tree_of(commit));
        let trees = trees.collect::<Result<_, _>>()?;
        Ok(Self { repo, trees })
    }

    /// Whether one of the trees holds this very file.
    pub(in crate::sync) fn has(&self, path: &str, id: BlobId) -> Result<bool, SyncError> {
        for tree in &self.trees {
            if self
                .repo
                .tree_entry(*tree, path)?
                .is_some_and(|file| file.id == id)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether one of the trees holds a `pair.toml`.
    pub(in crate::sync) fn holds_pair(&self) -> Result<bool, SyncError> {
        for tree in &self.trees {
            if self.repo.tree_entry(*tree, PAIR_PATH)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The `pair.toml` of the first tree, as far as it can be read.
    pub(in crate::sync) fn pair(&self) -> Result<Option<PairDocument>, SyncError> {
        let first = self.trees.first();
        let loaded = first.map(|tree| read_paths(self.repo, *tree, [&PAIR_PATH.to_owned()]));
        Ok(loaded.transpose()?.and_then(|loaded| loaded.state.pair))
    }

    /// The entries and slips of these records.
    pub(in crate::sync) fn slips_of(&self, paths: &BTreeSet<String>) -> Result<SlipBaseline, SyncError> {
        let mut baseline = SlipBaseline::default();
        for tree in &self.trees {
            let loaded = read_paths(self.repo, *tree, paths)?;
            baseline.add(&loaded.state, &loaded.loose);
        }
        Ok(baseline)
    }
}
