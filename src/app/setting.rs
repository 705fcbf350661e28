//! The outside world as a use case sees it: the time, the places, the way a remote is talked to.

use std::path::PathBuf;

use crate::git::RemoteOptions;
use crate::model::{Date, Instant};
use crate::store::{KnownPair, Registry};
use crate::sync::Environment;

use super::AppError;

/// Everything that use cases take from the outside.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The time, the places of keys and pins, the source of new ids.
    pub environment: Environment,
    /// The date where the person is.
    pub today: Date,
    /// The folder of the registry: the pairs known on this machine.
    pub state_dir: PathBuf,
    /// How a remote is talked to.
    pub remote: RemoteOptions,
    /// Whether every remote is left alone.
    pub offline: bool,
    /// This program, for the hook of a clone to call.
    pub program: PathBuf,
}

impl Setting {
    /// The time.
    pub fn now(&self) -> Instant {
        self.environment.now
    }

    /// The pairs known on this machine.
    ///
    /// # Errors
    /// When the registry cannot be read.
    pub fn registry(&self) -> Result<Registry, AppError> {
        Ok(Registry::load(&self.state_dir)?)
    }
}

/// A clone to work on.
#[derive(Debug, Clone)]
pub struct PairClone {
    /// The name of the pair on this machine, where it has one.
    pub name: Option<String>,
    /// The folder of the clone.
    pub dir: PathBuf,
}

impl From<&KnownPair> for PairClone {
    fn from(known: &KnownPair) -> Self {
        Self {
            name: Some(known.name.clone()),
            dir: known.dir.clone(),
        }
    }
}
