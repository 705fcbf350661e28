//! The tips of histories that a rewritten one replaced in this clone, in `.git/oneonone/replaced` (docs/sync.md#versions).

use super::error::StoreError;
use super::notes::Notes;
use super::save::save_private_file;

/// The lines that are kept: older ones are forgotten first.
const MOST: usize = 20;

impl Notes {
    /// The ids of the commits at which those histories ended, the oldest first. A file that cannot be read says nothing.
    pub fn replaced(&self) -> Vec<String> {
        let text = self.cached("replaced").unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Adds the id of such a commit, durably.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_replaced(&self, commit: &str) -> Result<(), StoreError> {
        let mut all = self.replaced();
        all.retain(|known| known != commit);
        all.push(commit.to_owned());
        let kept = all.iter().skip(all.len().saturating_sub(MOST));
        let lines: String = kept.map(|commit| format!("{commit}\n")).collect();
        save_private_file(&self.folder().join("replaced"), lines.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_kept_once_and_the_oldest_are_forgotten_first() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::of(folder.path());
        assert!(notes.replaced().is_empty());
        for commit in ["a", "b", "a"] {
            notes.add_replaced(commit).unwrap();
        }
        assert_eq!(notes.replaced(), ["b", "a"]);
        for n in 1..MOST {
            notes.add_replaced(&n.to_string()).unwrap();
        }
        let kept = notes.replaced();
        assert_eq!((kept.len(), kept[0].as_str()), (MOST, "a"));
    }
}
