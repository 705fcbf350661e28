//! The pairs known on this machine: `pairs.toml` in the user's state.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::file_lock::Lock;
use super::leftovers::remove_from;
use super::save::save_private_file;

/// A pair known by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPair {
    /// The partner's slug, with `-2` if it was taken.
    pub name: String,
    /// The pair's id.
    pub id: String,
    /// The clone's folder, absolute.
    pub dir: PathBuf,
    /// Which member I am there, so that a question need not open my key to know it.
    #[serde(default)]
    pub me: String,
}

/// The pairs known, in the order they were added.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Registry {
    #[serde(skip)]
    path: PathBuf,
    #[serde(default)]
    pair: Vec<KnownPair>,
}

impl Registry {
    /// Reads the registry in a state folder; none yet is an empty one.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn load(state_dir: &Path) -> Result<Self, StoreError> {
        let path = state_dir.join("pairs.toml");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => String::new(),
            Err(e) => return Err(StoreError::io("read", &path)(e)),
        };
        let mut registry: Self = toml::from_str(&text).map_err(|e| StoreError::Damaged {
            path: path.clone(),
            what: e.message().to_owned(),
        })?;
        registry.path = path;
        Ok(registry)
    }

    /// Changes the registry under its own lock, so that two commands do not lose each other's pairs.
    ///
    /// # Errors
    /// When it cannot be read, locked or written.
    pub fn update<T>(state_dir: &Path, change: impl FnOnce(&mut Self) -> T) -> Result<T, StoreError> {
        let _lock = Lock::take(&state_dir.join("pairs.lock"), std::time::Duration::from_secs(10))?;
        remove_from(state_dir, 0);
        let mut registry = Self::load(state_dir)?;
        let result = change(&mut registry);
        let text = toml::to_string(&registry).map_err(|e| StoreError::Damaged {
            path: registry.path.clone(),
            what: e.to_string(),
        })?;
        save_private_file(&registry.path, text.as_bytes())?;
        Ok(result)
    }

    /// The pairs.
    pub fn pairs(&self) -> &[KnownPair] {
        &self.pair
    }

    /// The pair of a name.
    pub fn named(&self, name: &str) -> Option<&KnownPair> {
        self.pair.iter().find(|p| p.name == name)
    }

    /// The pair whose clone lies in a folder.
    pub fn at(&self, dir: &Path) -> Option<&KnownPair> {
        self.pair.iter().find(|p| p.dir == dir)
    }

    /// Adds a clone under the partner's slug, or under that with a number where it is taken; returns the name.
    pub fn add(&mut self, partner: &str, id: &str, dir: &Path, me: &str) -> String {
        if let Some(known) = self.pair.iter_mut().find(|p| p.dir == dir) {
            known.id = id.to_owned();
            known.me = me.to_owned();
            return known.name.clone();
        }
        let name = self.free_name(partner);
        self.pair.push(KnownPair {
            name: name.clone(),
            id: id.to_owned(),
            dir: dir.to_owned(),
            me: me.to_owned(),
        });
        name
    }

    /// The name that a pair with this partner would get: the slug, or that with a number where it is taken.
    pub fn free_name(&self, partner: &str) -> String {
        let mut name = partner.to_owned();
        let mut number = 2;
        while self.named(&name).is_some() {
            name = format!("{partner}-{number}");
            number += 1;
        }
        name
    }

    /// Forgets a pair by name; its folder stays. Says whether it was known.
    pub fn forget(&mut self, name: &str) -> bool {
        let before = self.pair.len();
        self.pair.retain(|p| p.name != name);
        self.pair.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_a_number_and_a_folder_is_known_once() {
        let folder = tempfile::tempdir().unwrap();
        let add = |dir: &str| {
            Registry::update(folder.path(), |r| {
                r.add("sam", "kqzmrtxwlpso", Path::new(dir), "ana")
            })
            .unwrap()
        };
        assert_eq!([add("/a"), add("/b"), add("/a")], ["sam", "sam-2", "sam"]);
        assert!(Registry::update(folder.path(), |r| r.forget("sam")).unwrap());
        let registry = Registry::load(folder.path()).unwrap();
        assert_eq!(
            registry
                .pairs()
                .iter()
                .map(|p| p.name.as_str())
                .collect::<Vec<_>>(),
            ["sam-2"]
        );
        assert!(registry.at(Path::new("/b")).is_some());
    }
}
