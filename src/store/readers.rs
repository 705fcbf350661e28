//! Who could read the entries of a pair, in `.git/oneonone/readers` (docs/privacy.md#entries-that-arrive-wider).

use crate::model::{Arrival, EntryId, KnownEntry, KnownReaders, Visibility};

use super::error::StoreError;
use super::notes::{NOTED, Notes};
use super::save::save_private_file;

/// The first word of the file: another version is built anew.
const VERSION: &str = "readers-1";

/// The word for an entry that nobody is told of again.
const TOLD: &str = "told";

/// The word before how an entry arrived wider: its readers then, and the commit that did it.
const ARRIVED: &str = "arrived";

/// The word for a commit that is not known.
const UNKNOWN: &str = "-";

/// The word for an entry that is gone.
const GONE: &str = "gone";

/// The memory of a clone, and the commit up to which it was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadersMemory {
    /// The id of the commit.
    pub until: String,
    /// The entries.
    pub known: KnownReaders,
}

impl Notes {
    /// Who could read the entries; none if it was never noted, or cannot be read as a whole: it is built anew then.
    pub fn readers(&self) -> Option<ReadersMemory> {
        let text = self.cached("readers")?;
        let mut lines = text.lines();
        let until = lines.next()?.strip_prefix(VERSION)?.trim().to_owned();
        // A file that was cut off ends without it.
        let lines = text
            .ends_with("\n.\n")
            .then(|| lines.filter(|line| *line != "."))?;
        let known = lines.map(parse).collect::<Option<KnownReaders>>()?;
        Some(ReadersMemory { until, known })
    }

    /// Whether an earlier version used the clone, which did not note the readers.
    pub fn predates_readers(&self) -> bool {
        let is_there = |name: &str| self.folder().join(name).symlink_metadata().is_ok();
        is_there("pair") && !is_there(NOTED) && !is_there("readers")
    }

    /// Notes who could read the entries, durably.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note_readers(&self, memory: &ReadersMemory) -> Result<(), StoreError> {
        let mut text = format!("{VERSION} {}\n", memory.until);
        for (id, known) in memory.known.iter() {
            let shown = known.shown.map_or(GONE, Visibility::as_str);
            text.push_str(&format!("{id} {} {} {shown}", known.by, known.readers.as_str()));
            if known.is_told {
                text.extend([" ", TOLD]);
            }
            if let Some(Arrival { shown, commit, until }) = &known.arrived {
                let commit = commit.as_deref().unwrap_or(UNKNOWN);
                text.extend([" ", ARRIVED, " ", shown.as_str(), " ", commit]);
                until.iter().for_each(|until| text.extend([" ", until]));
            }
            text.push('\n');
        }
        text.push_str(".\n");
        if self.folder().join(NOTED).symlink_metadata().is_err() {
            self.begin_readers()?;
        }
        save_private_file(&self.folder().join("readers"), text.as_bytes())
    }
}

fn parse(line: &str) -> Option<(EntryId, KnownEntry)> {
    let mut words = line.split(' ').peekable();
    let id = words.next()?.parse().ok()?;
    let by = words.next()?.parse().ok()?;
    let readers = words.next()?.parse().ok()?;
    let shown = match words.next()? {
        GONE => None,
        shown => Some(shown.parse().ok()?),
    };
    let is_told = words.next_if_eq(&TOLD).is_some();
    let arrived = match words.next() {
        None => None,
        Some(ARRIVED) => {
            let shown = words.next()?.parse().ok()?;
            let commit = words.next()?;
            let commit = (commit != UNKNOWN).then(|| commit.to_owned());
            let until = words.next().map(str::to_owned);
            Some(Arrival { shown, commit, until })
        }
        Some(_) => return None,
    };
    let known = KnownEntry {
        by,
        readers,
        shown,
        arrived,
        is_told,
    };
    Some((id, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_and_anything_else_is_built_anew() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::of(folder.path());
        assert_eq!(notes.readers(), None);
        let arrival = |commit: Option<&str>| Arrival {
            shown: Visibility::Shared,
            commit: commit.map(str::to_owned),
            until: commit.map(|_| "3".to_owned()),
        };
        let entry = |shown, arrived, is_told| KnownEntry {
            by: "ana".parse().unwrap(),
            readers: Visibility::Private,
            shown,
            arrived,
            is_told,
        };
        let known = [
            ("kkkkkkkkkkkk", entry(None, None, false)),
            ("llllllllllll", entry(Some(Visibility::Shared), None, true)),
            (
                "mmmmmmmmmmmm",
                entry(Some(Visibility::Shared), Some(arrival(None)), true),
            ),
            (
                "nnnnnnnnnnnn",
                entry(Some(Visibility::Private), Some(arrival(Some("2"))), false),
            ),
        ];
        let memory = ReadersMemory {
            until: "1".repeat(40),
            known: known
                .into_iter()
                .map(|(id, entry)| (id.parse().unwrap(), entry))
                .collect(),
        };
        notes.note_readers(&memory).unwrap();
        assert_eq!(notes.readers(), Some(memory));
        let path = folder.path().join("oneonone/readers");
        let text = std::fs::read_to_string(&path).unwrap();
        for end in 0..text.len() - 1 {
            std::fs::write(&path, text.get(..end).unwrap()).unwrap();
            assert_eq!(notes.readers(), None, "cut at {end}");
        }
        std::fs::write(&path, text.replace("private", "nobody")).unwrap();
        assert_eq!(notes.readers(), None);
    }
}
