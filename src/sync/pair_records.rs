//! Reading a pair to answer a question: the files in the folder, no lock, no history, no network.

use crate::git::Repository;
use crate::model::{Home, Loaded, Pair, Problem, RecordPath, assemble};
use crate::store::read_records;

use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::read_scope::typed_pair;
use crate::sync::problems::pair_is_gone;
use crate::sync::secrets::keys::Keys;
use crate::sync::view::{View, view};

/// The records of a pair, read to answer a question.
#[derive(Debug)]
pub struct PairRecords {
    /// The pair.
    pub pair: Pair,
    /// My keys; the identity is not opened before an entry must be.
    pub keys: Keys,
    /// The records.
    pub loaded: Loaded,
    /// Records that were skipped: broken ones, and links in their place.
    pub skipped: Vec<Problem>,
}

impl PairRecords {
    /// Reads the records that `wanted` accepts; `pair.toml` always.
    ///
    /// # Errors
    /// When there is no pair here, or its own record is broken. Another broken record is skipped.
    pub fn open(
        repo: &Repository,
        env: &Environment,
        wanted: impl Fn(Home) -> bool,
    ) -> Result<Self, SyncError> {
        let found = read_records(repo.workdir(), |record| match record {
            RecordPath::Pair => true,
            RecordPath::Home(home) => wanted(home),
        })?;
        if !found.files.contains_key(&RecordPath::Pair.path()) {
            return Err(no_pair(repo, found.odd)?);
        }
        let loaded = assemble(found.files);
        let pair = typed_pair(&loaded.state, &loaded.broken)?;
        let mut skipped = found.odd;
        skipped.extend(loaded.broken.values().filter_map(|p| p.first().cloned()));
        let keys = env.keys_of(repo, pair.id)?;
        Ok(Self {
            pair,
            keys,
            loaded,
            skipped,
        })
    }

    /// The entries as I see them.
    pub fn view(&self) -> View {
        view(&self.loaded.state, &self.pair, &self.keys, |_| true)
    }
}

/// Why a folder has no `pair.toml` that could be read; `odd` are the links and folders in the place of a record.
///
/// # Errors
/// When the commit cannot be read.
pub(in crate::sync) fn no_pair(repo: &Repository, mut odd: Vec<Problem>) -> Result<SyncError, SyncError> {
    let path = RecordPath::Pair.path();
    odd.retain(|problem| problem.path == path);
    let is_committed = match repo.head().ok().and_then(|head| head.tip) {
        Some(tip) => repo.tree_entry(repo.tree_of(tip)?, &path)?.is_some(),
        None => false,
    };
    Ok(match (odd.is_empty(), is_committed) {
        (false, _) => SyncError::Problems(odd),
        (true, true) => SyncError::Problems(vec![pair_is_gone()]),
        (true, false) => SyncError::NoPair,
    })
}
