//! The versions of records that were taken in out of saved files, in `.git/oneonone/taken` (docs/sync.md#versions).

use super::error::StoreError;
use super::notes::Notes;

/// The lines that are kept: older ones are forgotten first.
const MOST: usize = 500;

/// The word for a file that was taken in as it was saved.
const SAVED: &str = "saved";

/// A version that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenVersion {
    /// The path of the record.
    pub path: String,
    /// The id of its blob.
    pub blob: String,
    /// The id of the commit that it was taken in with. The version counts once the commit does.
    pub commit: String,
    /// Whether the file was saved so, byte by byte: nothing was filled in or sealed.
    pub as_saved: bool,
}

impl Notes {
    /// The versions that were taken in, the oldest first. A line that cannot be read is passed over, and so is a file that
    /// cannot.
    pub fn taken(&self) -> Vec<TakenVersion> {
        let text = self.cached("taken").unwrap_or_default();
        let version = |line: &str| {
            let mut words = line.splitn(4, ' ').map(str::to_owned);
            let (blob, commit, how, path) = (words.next()?, words.next()?, words.next()?, words.next()?);
            let as_saved = how == SAVED;
            Some(TakenVersion {
                path,
                blob,
                commit,
                as_saved,
            })
        };
        text.lines().filter_map(version).collect()
    }

    /// Adds versions that were taken in, durably.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_taken(&self, new: &[TakenVersion]) -> Result<(), StoreError> {
        let mut all = self.taken();
        all.extend_from_slice(new);
        let line = |one: &TakenVersion| {
            let how = if one.as_saved { SAVED } else { "filled" };
            format!("{} {} {how} {}", one.blob, one.commit, one.path)
        };
        self.keep_latest("taken", &all.iter().map(line).collect::<Vec<_>>(), MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_versions_are_forgotten_first() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::of(folder.path());
        assert!(notes.taken().is_empty());
        let version = |n: usize| TakenVersion {
            path: "agenda.toml".to_owned(),
            blob: format!("{n:040}"),
            commit: format!("{:040}", n + 1),
            as_saved: n.is_multiple_of(2),
        };
        notes.add_taken(&[version(1), version(2)]).unwrap();
        assert_eq!(notes.taken(), [version(1), version(2)]);
        let many: Vec<_> = (3..=MOST + 1).map(version).collect();
        notes.add_taken(&many).unwrap();
        let taken = notes.taken();
        assert_eq!((taken.len(), taken.first()), (MOST, Some(&version(2))));
    }
}
