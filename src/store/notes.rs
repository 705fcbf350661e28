//! The notes of a clone in `.git/oneonone/`: the note of a write under way, and the tree last written out
//! (docs/sync.md#write-out).

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::save::{replace_passing_file, replace_whole_file, save_private_file};

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
    /// The tree of HEAD with the hand edits, but for entries without an id in the folder; empty where there were none.
    #[serde(default)]
    pub taken_in: String,
    /// The blob ids of files as they lay there and were taken in, by path, where the commit has them otherwise.
    pub taken: BTreeMap<String, String>,
    /// The tree to remember if a file was left as somebody had edited it; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub left: String,
    /// Whether a merge of plain Git that stopped ends with it.
    #[serde(default)]
    pub ends_merge: bool,
}

/// The third line of the memory of the tree, where edits wait to be taken in.
const EDITS_WAIT: &str = "edits wait";

/// The file in which version 0.1 kept what it knew of records. Nobody reads it any more.
pub(super) const OLD_CATALOG: &str = "records";

/// The file that stands once the readers were noted.
pub(super) const NOTED: &str = "readers-noted";

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

    /// The path of the index of the records.
    pub fn index_path(&self) -> PathBuf {
        self.folder.join("index")
    }

    /// The folder of the texts that were opened once.
    pub fn kept_texts_folder(&self) -> PathBuf {
        self.folder.join("opened")
    }

    /// Removes the index and the texts that were opened once: the next question makes them anew.
    ///
    /// # Errors
    /// When one of them stays.
    pub(super) fn forget_answers(&self) -> Result<(), StoreError> {
        let (index, texts) = (self.index_path(), self.kept_texts_folder());
        // It holds themes.
        let catalog = self.folder.join(OLD_CATALOG);
        for (gone, path) in [
            (fs::remove_file(&index), &index),
            (fs::remove_file(&catalog), &catalog),
            (fs::remove_dir_all(&texts), &texts),
        ] {
            if let Err(e) = gone
                && e.kind() != ErrorKind::NotFound
            {
                return Err(StoreError::io("remove", path)(e));
            }
        }
        Ok(())
    }

    /// The path of the marker that a run is at work.
    pub(super) fn marker_path(&self) -> PathBuf {
        self.folder.join("running")
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn read(&self, name: &str) -> Result<Option<String>, StoreError> {
        let path = self.folder.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) if e.kind() == ErrorKind::InvalidData => Err(StoreError::Damaged {
                path,
                what: "it is no text".to_owned(),
            }),
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
        // A note that comes back when the power goes is completed once more, which changes nothing.
        let path = self.folder.join("writing");
        match fs::remove_file(&path) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(StoreError::io("remove", &path)(e)),
            _ => Ok(()),
        }
    }

    /// The ids of the tree last written out, and of the commit that it was written out for.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn remembered(&self) -> Result<Option<(String, String)>, StoreError> {
        let Some(text) = self.read("tree")? else {
            return Ok(None);
        };
        let mut lines = text.lines().map(str::to_owned);
        Ok(Some((
            lines.next().unwrap_or_default(),
            lines.next().unwrap_or_default(),
        )))
    }

    /// Whether the last write-out completed a dead run, or left a file as somebody had edited it. No command has taken
    /// those edits in since.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn edits_wait(&self) -> Result<bool, StoreError> {
        let text = self.read("tree")?;
        Ok(text.is_some_and(|text| text.lines().nth(2) == Some(EDITS_WAIT)))
    }

    /// Remembers the tree that the work tree now holds, the commit that it was written out for, and whether edits wait to
    /// be taken in.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember(&self, tree: &str, commit: &str, edits_wait: bool) -> Result<(), StoreError> {
        let mut text = format!("{tree}\n{commit}\n");
        if edits_wait {
            text.extend([EDITS_WAIT, "\n"]);
        }
        if self.read("tree")?.as_deref() == Some(text.as_str()) {
            return Ok(());
        }
        // The note of the write goes after this, in the same folder: while it may come back, so may the old tree.
        replace_whole_file(&self.folder.join("tree"), text.as_bytes())
    }

    /// Writes the last `most` lines of a list that grows at its end, durably.
    pub(super) fn keep_latest(&self, name: &str, lines: &[String], most: usize) -> Result<(), StoreError> {
        let kept = lines.iter().skip(lines.len().saturating_sub(most));
        let text: String = kept.map(|line| format!("{line}\n")).collect();
        save_private_file(&self.folder.join(name), text.as_bytes())
    }

    /// A cache of this clone; none where it is gone or cannot be read.
    pub fn cached(&self, name: &str) -> Option<String> {
        self.read(name).ok().flatten()
    }

    /// Writes a cache of this clone, whole or not at all. It need not outlive a power cut, and that it cannot be written
    /// is no error.
    pub fn cache(&self, name: &str, text: &str) {
        let _ = replace_passing_file(&self.folder.join(name), text.as_bytes());
    }

    /// Notes that this version notes the readers here: where the notes are gone, they were lost.
    pub(super) fn begin_readers(&self) -> Result<(), StoreError> {
        save_private_file(&self.folder().join(NOTED), b"")
    }

    /// The notes of the clone itself: a linked work tree has some of its own, and names the folder of its clone.
    fn of_clone(&self) -> Self {
        let git_dir = self.folder.parent().unwrap_or(&self.folder);
        let clone = fs::read_to_string(git_dir.join("commondir")).ok();
        match clone.map(|clone| git_dir.join(clone.trim_end())) {
            Some(clone) => Self::of(&clone),
            None => self.clone(),
        }
    }

    /// The id of the pair that the clone is bound to, in every work tree of it; none where it is no clone of a pair. An earlier
    /// version noted it for each work tree.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn bound(&self) -> Result<Option<String>, StoreError> {
        match self.of_clone().read("pair")? {
            Some(bound) => Ok(Some(bound)),
            None => self.read("pair"),
        }
    }

    /// Binds the clone to a pair's id at first sight; gives the id that it is bound to.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn bind(&self, pair: &str) -> Result<String, StoreError> {
        let clone = self.of_clone();
        if let Some(bound) = clone.read("pair")? {
            return Ok(bound.trim().to_owned());
        }
        let own = self.read("pair")?;
        let bound = own.as_deref().map_or(pair, str::trim);
        clone.begin_readers()?;
        save_private_file(&clone.folder.join("pair"), format!("{bound}\n").as_bytes())?;
        Ok(bound.to_owned())
    }
}
