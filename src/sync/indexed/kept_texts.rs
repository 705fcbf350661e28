//! Texts that this clone has opened once, kept in age files that my own key opens (docs/index.md#kept-texts).

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::model::EntryId;
use crate::store::record_index::{CiphertextId, IndexedEntry, pack_entries, unpack_entries};
use crate::store::replace_passing_file;

use crate::sync::secrets::keys::Keys;

/// So many files are read by a question; one more, and they become one.
const MOST_FILES: usize = 4;
/// The most bytes of a file that are read.
const LARGEST: u64 = 64 * 1024 * 1024;
/// How a file of them is named.
const NAME: &str = "opened";

/// The texts that were opened before.
pub(super) struct KeptTexts {
    folder: PathBuf,
    known: HashMap<CiphertextId, IndexedEntry>,
    files: Vec<PathBuf>,
    new: Vec<IndexedEntry>,
}

impl KeptTexts {
    /// Reads the files.
    pub(super) fn load(folder: PathBuf, keys: &Keys) -> Self {
        let mut kept = Self {
            folder,
            known: HashMap::new(),
            files: Vec::new(),
            new: Vec::new(),
        };
        for number in 0..MOST_FILES {
            let path = kept.path(number);
            if let Some(entries) = load(&path, keys, |bytes| unpack_entries(bytes).ok()) {
                let by_ciphertext = |entry: IndexedEntry| Some((entry.ciphertext?, entry));
                kept.known.extend(entries.into_iter().filter_map(by_ciphertext));
                kept.files.push(path);
            }
        }
        kept
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{NAME}-{number}.age"))
    }

    /// The entry behind a ciphertext; without a body where it is for other keys than mine.
    pub(super) fn get(&self, ciphertext: CiphertextId, id: EntryId) -> Option<&IndexedEntry> {
        self.known.get(&ciphertext).filter(|kept| kept.entry.id == id)
    }

    /// Takes in an entry that was opened just now, or that no key of mine opens.
    pub(super) fn take(&mut self, opened: IndexedEntry) {
        self.new.push(opened);
    }

    /// Keeps what is new. `still` are the ciphertexts in the records, where all of them were looked at: the others go.
    pub(super) fn save(mut self, keys: &Keys, still: Option<&HashSet<CiphertextId>>) {
        let gone = still.map_or(0, |still| {
            self.known.keys().filter(|id| !still.contains(id)).count()
        });
        if self.new.is_empty() && gone == 0 {
            return;
        }
        let free = (0..MOST_FILES)
            .map(|number| self.path(number))
            .find(|path| !self.files.contains(path));
        let is_more = self.new.len() * 2 > self.known.len();
        let to = free.filter(|_| !is_more && gone == 0);
        if to.is_none() {
            let known = self
                .known
                .into_iter()
                .filter(|(id, _)| still.is_none_or(|still| still.contains(id)));
            self.new.extend(known.map(|(_, entry)| entry));
        }
        let (into, replaced) = match to {
            Some(path) => (path, Vec::new()),
            None => (self.folder.join(format!("{NAME}-0.age")), self.files),
        };
        if self.new.is_empty() {
            replaced.iter().for_each(|path| drop(fs::remove_file(path)));
            return;
        }
        let Some(file) = keys.seal_own(&pack_entries(self.new)) else {
            return;
        };
        if replace_passing_file(&into, &file).is_ok() {
            // A run that reads meanwhile opens anew what it does not find.
            replaced
                .iter()
                .filter(|path| **path != into)
                .for_each(|path| drop(fs::remove_file(path)));
        }
    }
}

/// The content of a file that is kept under my own key. One that my key does not open, or that holds something else, is
/// removed: the key was replaced, or somebody else made it.
pub(super) fn load<T>(path: &Path, keys: &Keys, unpack: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    let file = read(path)?;
    let content = keys.open_own(&file).and_then(|bytes| unpack(&bytes));
    if content.is_none() && keys.require_identity().is_ok() {
        let _ = fs::remove_file(path);
    }
    content
}

/// The bytes of a regular file of a bearable size.
fn read(path: &Path) -> Option<Vec<u8>> {
    if !path.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path)
        .ok()?
        .take(LARGEST)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(bytes)
}
