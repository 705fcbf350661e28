//! What a clone keeps in `.git/oneonone/`: the note of a write under way, and the tree last written out
//! (design, section 4).

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::save::{remove_file, save_private_file};

/// A write of the work tree that was begun: enough to complete it, whoever finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Writing {
    /// The branch that is to move.
    pub branch: String,
    /// Where the branch stood, as an object id; empty for an unborn one.
    pub from: String,
    /// The commit that is written out.
    pub to: String,
    /// The tree that the work tree held, as far as it was not edited; empty for none.
    pub old_tree: String,
    /// The blob ids of hand-edited files that the commit has taken in, by path; empty for a removed file.
    pub taken: BTreeMap<String, String>,
    /// Whether a merge that plain Git left half-done ends with it.
    #[serde(default)]
    pub ends_merge: bool,
}

/// The notes of one clone.
#[derive(Debug, Clone)]
pub struct Notes {
    folder: PathBuf,
}

impl Notes {
    /// The notes in a clone's Git folder.
    pub fn of(git_dir: &Path) -> Self {
        Self {
            folder: git_dir.join("oneonone"),
        }
    }

    /// The path of the clone's lock.
    pub fn lock_path(&self) -> PathBuf {
        self.folder.join("lock")
    }

    fn read(&self, name: &str) -> Result<Option<String>, StoreError> {
        let path = self.folder.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::io("read", &path)(e)),
        }
    }

    /// The write that a dead run left, if any.
    ///
    /// # Errors
    /// When the note is there and cannot be read.
    pub fn writing(&self) -> Result<Option<Writing>, StoreError> {
        let Some(text) = self.read("writing")? else {
            return Ok(None);
        };
        let damaged = |e: toml::de::Error| StoreError::Damaged {
            path: self.folder.join("writing"),
            what: e.message().to_owned(),
        };
        toml::from_str(&text).map(Some).map_err(damaged)
    }

    /// Makes the note of a write durable, before the first file is written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin_writing(&self, writing: &Writing) -> Result<(), StoreError> {
        let path = self.folder.join("writing");
        let text = toml::to_string(writing).map_err(|e| StoreError::Damaged {
            path: path.clone(),
            what: e.to_string(),
        })?;
        save_private_file(&path, text.as_bytes())
    }

    /// Ends the write.
    ///
    /// # Errors
    /// When the note cannot be removed.
    pub fn end_writing(&self) -> Result<(), StoreError> {
        remove_file(&self.folder.join("writing"))
    }

    /// The id of the tree last written out.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn remembered_tree(&self) -> Result<Option<String>, StoreError> {
        Ok(self.read("tree")?.map(|text| text.trim().to_owned()))
    }

    /// Remembers the tree that the work tree now holds.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember_tree(&self, id: &str) -> Result<(), StoreError> {
        if self.remembered_tree()?.as_deref() == Some(id) {
            return Ok(());
        }
        save_private_file(&self.folder.join("tree"), format!("{id}\n").as_bytes())
    }
}
