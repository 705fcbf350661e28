//! The answer of all sealed entries to the last question for open actions, kept beside their texts. As long as no ciphertext
//! comes, goes or moves, nobody asks them again (docs/index.md#kept-texts).

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::EntryId;
use crate::store::record_index::{CiphertextId, ClosedActions, IndexedEntry, SealedAnswer, SealedSum};
use crate::store::replace_passing_file;

use crate::sync::secrets::keys::Keys;

use super::kept_texts::load;

/// The file.
const NAME: &str = "answer.age";
/// So many texts stand in it: more cost as much as reading all of them.
const MOST_TEXTS: usize = 2000;

/// The answer of sealed entries.
pub(super) struct KeptAnswer {
    /// The open actions among them.
    pub(super) open: Vec<EntryId>,
    closed: Vec<ClosedActions>,
    texts: HashMap<CiphertextId, IndexedEntry>,
}

impl KeptAnswer {
    /// Reads it; none where it was made of other ciphertexts.
    pub(super) fn load(folder: &Path, keys: &Keys, sum: SealedSum) -> Option<Self> {
        let answer = load(&path(folder), keys, |bytes| SealedAnswer::unpack(bytes, sum).ok())??;
        let texts = answer.texts.into_iter();
        Some(Self {
            open: answer.open,
            closed: answer.closed,
            texts: texts.filter_map(|text| Some((text.ciphertext?, text))).collect(),
        })
    }

    /// How many of them in meetings are closed actions, by owner and by whether they are done.
    pub(super) fn closed(&self) -> BTreeMap<(String, bool), u32> {
        let counts = self.closed.iter();
        counts
            .map(|count| ((count.owner.clone(), count.is_done), count.count))
            .collect()
    }

    /// The entry behind a ciphertext, if it is among the texts that were asked for last.
    pub(super) fn get(&self, ciphertext: CiphertextId, id: EntryId) -> Option<&IndexedEntry> {
        self.texts.get(&ciphertext).filter(|kept| kept.entry.id == id)
    }

    /// Keeps it, with texts that a question asked for beside those of before. Too many are not kept.
    pub(super) fn save(mut self, folder: &Path, keys: &Keys, sum: SealedSum, asked: Vec<IndexedEntry>) {
        if asked.len() > MOST_TEXTS {
            return;
        }
        if self.texts.len() + asked.len() > MOST_TEXTS {
            self.texts.clear();
        }
        let asked = asked.into_iter();
        self.texts
            .extend(asked.filter_map(|text| Some((text.ciphertext?, text))));
        let answer = SealedAnswer {
            sum,
            open: self.open,
            closed: self.closed,
            texts: self.texts.into_values().collect(),
        };
        if let Some(file) = keys.seal_own(&answer.pack()) {
            let _ = replace_passing_file(&path(folder), &file);
        }
    }

    /// An answer that was just found out.
    pub(super) fn new(open: Vec<EntryId>, closed: Vec<ClosedActions>) -> Self {
        Self {
            open,
            closed,
            texts: HashMap::new(),
        }
    }

    /// Removes the file: no entry is sealed any more, or nobody knows what they say.
    pub(super) fn remove(folder: &Path) {
        let _ = fs::remove_file(path(folder));
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}
