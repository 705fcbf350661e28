//! The texts behind seals, as one question needs them: first beside the answer that they gave last, then among all that were
//! opened once.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use crate::model::{Entry, EntryId};
use crate::store::record_index::{CiphertextId, ClosedActions, IndexedEntry, SealedSum};

use crate::sync::secrets::keys::Keys;

use super::kept_answer::KeptAnswer;
use super::kept_texts::KeptTexts;
use super::wanted::{Wanted, WantedEntries};

/// The actions among the sealed entries of meetings.
#[derive(Debug, Default)]
pub(super) struct SealedActions {
    /// The open ones.
    pub(super) open: Vec<EntryId>,
    /// How many are closed, by owner and by whether they are done.
    pub(super) closed: BTreeMap<(String, bool), u32>,
}

/// Opened texts.
pub(super) struct SealedTexts<'a> {
    folder: PathBuf,
    keys: &'a Keys,
    sum: SealedSum,
    /// The answer of all sealed entries, if none came, went or moved since they gave it.
    pub(super) answer: Option<KeptAnswer>,
    kept: Option<KeptTexts>,
    /// The ciphertexts of entries whose texts were not beside the answer.
    asked: BTreeMap<EntryId, CiphertextId>,
    /// Whether each of them was opened, or is for other keys.
    is_certain: bool,
    /// The ciphertexts that were looked at.
    seen: HashSet<CiphertextId>,
}

impl<'a> SealedTexts<'a> {
    /// Those of a clone whose index has that sum, for a question.
    pub(super) fn of(folder: PathBuf, keys: &'a Keys, sum: SealedSum, wanted: &Wanted<'_>) -> Self {
        // A question about some months needs few texts, and they may stand beside the answer.
        let needs_answer = looks_everywhere(wanted) || wanted.ids || wanted.since.is_some();
        let answer =
            (needs_answer && sum != SealedSum::default()).then(|| KeptAnswer::load(&folder, keys, sum));
        Self {
            folder,
            keys,
            sum,
            answer: answer.flatten(),
            kept: None,
            asked: BTreeMap::new(),
            is_certain: true,
            seen: HashSet::new(),
        }
    }

    /// The entry behind a ciphertext, if it was opened before; without a body where it is for other keys than mine.
    pub(super) fn get(&mut self, ciphertext: CiphertextId, id: EntryId) -> Option<&IndexedEntry> {
        self.seen.insert(ciphertext);
        let answer = self.answer.as_ref();
        if let Some(known) = answer.and_then(|answer| answer.get(ciphertext, id)) {
            return Some(known);
        }
        let load = || KeptTexts::load(self.folder.clone(), self.keys);
        let known = self.kept.get_or_insert_with(load).get(ciphertext, id)?;
        self.asked.insert(id, ciphertext);
        Some(known)
    }

    /// Takes in an entry that was opened just now, or that no key of mine opens.
    pub(super) fn take(&mut self, opened: IndexedEntry) {
        self.asked
            .extend(opened.ciphertext.map(|ciphertext| (opened.entry.id, ciphertext)));
        if let Some(kept) = &mut self.kept {
            kept.take(opened);
        }
    }

    /// Notes that a seal may open another time.
    pub(super) fn is_unknown(&mut self) {
        self.is_certain = false;
    }

    /// Keeps what was opened, and the answer of the sealed entries with the texts that are shown.
    pub(super) fn keep(mut self, wanted: &Wanted<'_>, actions: SealedActions, shown: &[Entry]) {
        // Only a question that asked each of them knows which texts are of no use any more.
        let asked_all = looks_everywhere(wanted) && self.answer.is_none();
        if asked_all && self.kept.is_none() && self.folder.exists() {
            // No entry is sealed any more: what was kept of them goes.
            self.kept = Some(KeptTexts::load(self.folder.clone(), self.keys));
        }
        if let Some(kept) = self.kept.take() {
            kept.save(self.keys, asked_all.then_some(&self.seen));
        }
        let is_answered = self.is_certain && self.sum != SealedSum::default();
        let answer = match (self.answer.take(), &wanted.entries) {
            (Some(answer), _) if !self.asked.is_empty() => answer,
            (None, WantedEntries::Open) if is_answered => {
                let closed = actions.closed.into_iter().map(ClosedActions::from);
                KeptAnswer::new(actions.open, closed.collect())
            }
            (None, _) if asked_all => return KeptAnswer::remove(&self.folder),
            _ => return,
        };
        let text = |entry: &Entry| {
            Some(IndexedEntry {
                entry: entry.clone(),
                ciphertext: Some(*self.asked.get(&entry.id)?),
                folded: None,
            })
        };
        answer.save(
            &self.folder,
            self.keys,
            self.sum,
            shown.iter().filter_map(text).collect(),
        );
    }
}

/// Whether a question looks at every sealed entry.
fn looks_everywhere(wanted: &Wanted<'_>) -> bool {
    !matches!(wanted.entries, WantedEntries::Matching(_))
}
