//! The keys of the members as they were first seen, kept in a person's own state, out of the repository.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{MOST_KEYS, PinsError};
use crate::model::{EntryId, Slug};

const FORMAT: i64 = 1;

/// The pinned keys of one pair: of each member a set, never an empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    pair: EntryId,
    members: BTreeMap<Slug, Vec<String>>,
}

#[derive(Deserialize)]
struct PinsVersion {
    format: i64,
}

#[derive(Serialize, Deserialize)]
struct PinsFile {
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

    /// Reads the file of a pair's pins.
    ///
    /// # Errors
    /// When it is no file of this pair's pins. It is never taken for an empty one: that would trust any key anew.
    pub fn parse(pair: EntryId, bytes: &[u8]) -> Result<Self, PinsError> {
        let text = std::str::from_utf8(bytes).map_err(|_| PinsError::Invalid)?;
        let version: PinsVersion = toml::from_str(text).map_err(|_| PinsError::Invalid)?;
        if version.format > FORMAT {
            return Err(PinsError::Newer);
        }
        let file: PinsFile = toml::from_str(text).map_err(|_| PinsError::Invalid)?;
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

    /// The file of these pins.
    ///
    /// # Errors
    /// [`PinsError::Invalid`] where they cannot be written as TOML.
    pub fn to_bytes(&self) -> Result<Vec<u8>, PinsError> {
        let keys = self.members.iter();
        let file = PinsFile {
            format: FORMAT,
            pair: self.pair.to_string(),
            keys: keys
                .map(|(slug, keys)| (slug.to_string(), keys.clone()))
                .collect(),
        };
        let text = toml::to_string(&file).map_err(|_| PinsError::Invalid)?;
        Ok(text.into_bytes())
    }

    /// The pinned keys of a member, in order.
    pub fn of(&self, member: &Slug) -> Option<&[String]> {
        self.members.get(member).map(Vec::as_slice)
    }

    /// The members one of these keys is pinned for.
    pub fn holders_of(&self, keys: &[String]) -> impl Iterator<Item = &Slug> {
        let members = self.members.iter();
        let holders = members.filter(|(_, pinned)| pinned.iter().any(|key| keys.contains(key)));
        holders.map(|(slug, _)| slug)
    }

    /// The members with pinned keys.
    pub(super) fn seats(&self) -> impl Iterator<Item = &Slug> {
        self.members.keys()
    }

    pub(super) fn remove(&mut self, member: &Slug) {
        self.members.remove(member);
    }

    pub(super) fn set(&mut self, member: Slug, keys: Vec<String>) {
        self.members.insert(member, keys);
    }
}

/// Keys as a set, in order.
pub(super) fn sorted(keys: &[String]) -> Vec<String> {
    let keys: BTreeSet<&String> = keys.iter().collect();
    keys.into_iter().cloned().collect()
}
