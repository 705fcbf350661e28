//! The outside world as a use case sees it: the time, the places, the way a remote is talked to.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::git::RemoteOptions;
use crate::model::{Date, Instant};
use crate::store::{KnownPair, Registry};
use crate::sync::Environment;

use super::AppError;
use super::people::Acquaintances;

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
    /// The pairs known and their people, once they were asked for.
    pub acquaintances: AcquaintancesOnce,
    /// This program, for the hook of a clone to call.
    pub program: PathBuf,
}

/// Where they are kept between the questions of a run: each of many pairs would read the records of all the others again.
#[derive(Debug, Clone, Default)]
pub struct AcquaintancesOnce(Arc<OnceLock<Acquaintances>>);

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

    /// The pairs known on this machine and their people.
    ///
    /// # Errors
    /// When the registry cannot be read.
    pub fn acquaintances(&self) -> Result<&Acquaintances, AppError> {
        let once = &self.acquaintances.0;
        if once.get().is_none() {
            let _ = once.set(Acquaintances::of(self.registry()?));
        }
        once.get().ok_or(AppError::NoPairKnown)
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
