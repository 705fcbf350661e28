//! The environment of a workspace. It comes from outside, so that nothing below reads a clock or looks for a home.

use std::path::PathBuf;

use crate::git::Repository;
use crate::model::{EntryId, Instant};

use crate::sync::error::SyncError;
use crate::sync::secrets::keys::Keys;

/// The time, where keys lie, and new ids.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The time.
    pub now: Instant,
    /// The identity file, unless the clone's own configuration names another.
    pub identity: PathBuf,
    /// Where pins lie.
    pub pins_dir: PathBuf,
    /// Whether questions are answered out of the index of the records.
    pub use_index: bool,
    /// Makes an id that nobody can guess.
    pub new_id: fn() -> EntryId,
}

impl Environment {
    /// The keys of a clone: `oneonone.identity` in its configuration beats the default
    /// (docs/command-line.md#git-configuration). Pins then lie beside that identity, so that a made-up pair touches
    /// nothing else.
    ///
    /// # Errors
    /// When the configuration or the pins cannot be read.
    pub fn keys_of(&self, repo: &Repository, pair: EntryId) -> Result<Keys, SyncError> {
        match repo.configured("oneonone.identity")? {
            Some(path) => {
                let identity = repo.workdir().join(path);
                let pins_dir = identity.with_file_name("pins");
                Keys::load(&identity, &pins_dir, pair)
            }
            None => Keys::load(&self.identity, &self.pins_dir, pair),
        }
    }
}
