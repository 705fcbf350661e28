//! Reading a pair to answer a question: the files in the folder, no lock, no history, no network.

use crate::git::Repository;
use crate::model::{Home, Loaded, Pair, Problem, RecordPath, assemble};
use crate::store::read_records;

use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::read_scope::typed_pair;
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
            return Err(SyncError::NoPair);
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
