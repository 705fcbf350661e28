//! The keys of the members as they were first seen, kept in a person's own state, out of the repository.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::trust::sorted;
use super::{MOST_KEYS, PinsError, files};
use crate::model::{EntryId, Slug};

/// Bytes in a file of pins.
const LARGEST: usize = 64 * 1024;
const FORMAT: i64 = 1;

/// The pinned keys of one pair: of each member a set, never an empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    pair: EntryId,
    members: BTreeMap<Slug, Vec<String>>,
}

#[derive(Deserialize)]
struct Version {
    format: i64,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: i64,
    pair: String,
    keys: BTreeMap<String, Vec<String>>,
}

impl Pins {
    /// No pins yet.
    pub fn new(pair: EntryId) -> Self {
        Self {
            pair,
            members: BTreeMap::new(),
        }
    }

    /// How many members have pinned keys.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// The file of a pair's pins in the folder of pins.
    pub fn path(folder: &Path, pair: EntryId) -> PathBuf {
        folder.join(format!("{pair}.toml"))
    }

    /// Reads the pins of a pair from the folder of pins; none where there is no file.
    ///
    /// # Errors
    /// When the file cannot be read, or is no file of this pair's pins. It is never taken for an empty one: that
    /// would trust any key anew.
    pub fn load(folder: &Path, pair: EntryId) -> Result<Self, PinsError> {
        match files::read(&Self::path(folder, pair), LARGEST) {
            Ok((bytes, _)) => Self::parse(pair, bytes.expose_secret()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Self::new(pair)),
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Err(PinsError::Invalid),
            Err(e) => Err(PinsError::Io("read", e)),
        }
    }

    fn parse(pair: EntryId, bytes: &[u8]) -> Result<Self, PinsError> {
        let text = std::str::from_utf8(bytes).map_err(|_| PinsError::Invalid)?;
        let version: Version = toml::from_str(text).map_err(|_| PinsError::Invalid)?;
        if version.format > FORMAT {
            return Err(PinsError::Newer);
        }
        let file: File = toml::from_str(text).map_err(|_| PinsError::Invalid)?;
        if file.pair != pair.as_str() {
            return Err(PinsError::Invalid);
        }
        let mut pins = Self::new(pair);
        for (slug, keys) in file.keys {
            let slug = slug.parse().map_err(|_| PinsError::Invalid)?;
            if !(1..=MOST_KEYS).contains(&keys.len()) {
                return Err(PinsError::Invalid);
            }
            pins.set(slug, sorted(&keys));
        }
        Ok(pins)
    }

    /// Writes the pins into the folder of pins, whole and durable or not at all; mode 0600.
    ///
    /// # Errors
    /// As the file system says.
    pub fn save(&self, folder: &Path) -> Result<(), PinsError> {
        let keys = self.members.iter();
        let file = File {
            format: FORMAT,
            pair: self.pair.to_string(),
            keys: keys
                .map(|(slug, keys)| (slug.to_string(), keys.clone()))
                .collect(),
        };
        let text = toml::to_string(&file).map_err(|_| PinsError::Invalid)?;
        files::replace(&Self::path(folder, self.pair), text.as_bytes()).map_err(|e| PinsError::Io("write", e))
    }

    /// The pinned keys of a member, in order.
    pub fn of(&self, member: &Slug) -> Option<&[String]> {
        self.members.get(member).map(Vec::as_slice)
    }

    pub(super) fn set(&mut self, member: Slug, keys: Vec<String>) {
        self.members.insert(member, keys);
    }
}
