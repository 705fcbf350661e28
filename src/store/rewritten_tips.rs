//! The tips of histories that a rewritten one replaced in this clone, in `.git/oneonone/replaced` (docs/sync.md#versions),
//! and the entries that went with them, in `.git/oneonone/purged` (docs/privacy.md#entries-that-arrive-wider).

use std::collections::BTreeSet;

use super::error::StoreError;
use super::notes::Notes;

/// The lines that are kept: older ones are forgotten first.
const MOST: usize = 20;
/// The same for entries.
const MOST_ENTRIES: usize = 100_000;

impl Notes {
    /// The ids of the commits at which those histories ended, the oldest first. A file that cannot be read says nothing.
    pub fn replaced(&self) -> Vec<String> {
        self.lines_of("replaced")
    }

    /// Adds the id of such a commit, durably. The caches go: they may hold words that went with that history.
    ///
    /// # Errors
    /// When the file cannot be written, or a cache stays.
    pub fn add_replaced(&self, commit: &str) -> Result<(), StoreError> {
        self.forget_answers()?;
        self.add_lines("replaced", &[commit.to_owned()], MOST)
    }

    /// The ids of entries that went with a history that was replaced: no word of theirs comes back out of it unasked.
    pub fn purged(&self) -> Vec<String> {
        self.lines_of("purged")
    }

    /// Adds the ids of such entries, durably.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_purged(&self, entries: &[String]) -> Result<(), StoreError> {
        match entries.is_empty() {
            true => Ok(()),
            false => self.add_lines("purged", entries, MOST_ENTRIES),
        }
    }

    fn lines_of(&self, name: &str) -> Vec<String> {
        let text = self.cached(name).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn add_lines(&self, name: &str, new: &[String], most: usize) -> Result<(), StoreError> {
        let mut all = self.lines_of(name);
        let added: BTreeSet<&String> = new.iter().collect();
        all.retain(|known| !added.contains(known));
        all.extend(added.into_iter().cloned());
        self.keep_latest(name, &all, most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::save::save_private_file;

    #[test]
    fn each_is_kept_once_and_the_oldest_are_forgotten_first() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::of(folder.path());
        assert!(notes.replaced().is_empty());
        for cache in [notes.index_path(), notes.kept_texts_folder().join("opened-0.age")] {
            save_private_file(&cache, b"words").unwrap();
        }
        for commit in ["a", "b", "a"] {
            notes.add_replaced(commit).unwrap();
        }
        assert_eq!(notes.replaced(), ["b", "a"]);
        assert!(!notes.index_path().exists() && !notes.kept_texts_folder().exists());
        for n in 1..MOST {
            notes.add_replaced(&n.to_string()).unwrap();
        }
        let kept = notes.replaced();
        assert_eq!((kept.len(), kept[0].as_str()), (MOST, "a"));
    }
}
