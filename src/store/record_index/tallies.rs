//! Counts of the index: closed actions by owner, entries by theme, and the sum of ciphertexts. Each is that of the base, brought
//! to the records that changed since.

use std::collections::BTreeMap;

use crate::model::Home;

use super::bytes::{In, length};
use super::file::RecordIndex;
use super::pages::Damaged;
use super::record::{CiphertextId, ClosedActions, IndexedRecord, closed_action};
use super::sealed_sum::SealedSum;

impl RecordIndex {
    /// How many actions in clear are closed, by owner.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn closed_actions(&self) -> Result<Vec<ClosedActions>, Damaged> {
        let bytes = self.bytes(self.footer.closed)?;
        let mut from = In(&bytes);
        let mut counts: BTreeMap<(String, bool), u32> = BTreeMap::new();
        while !from.0.is_empty() {
            let closed = ClosedActions::read(&mut from)?;
            counts.insert((closed.owner, closed.is_done), closed.count);
        }
        let closed = |record: &IndexedRecord| {
            let entries = record.entries().iter();
            entries
                .filter_map(|indexed| closed_action(&indexed.entry))
                .collect()
        };
        let counts = self.counted(counts, closed)?;
        Ok(counts.map(ClosedActions::from).collect())
    }

    /// The themes of entries in clear, in records that need not be read.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn themes(&self) -> Result<Vec<String>, Damaged> {
        let bytes = self.bytes(self.footer.themes)?;
        let mut from = In(&bytes);
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        while !from.0.is_empty() {
            let (count, theme) = (from.u32()?, length(from.u32()?)?);
            counts.insert(from.text(theme)?.to_owned(), count);
        }
        let counts = self.counted(counts, |record| record.themes().collect())?;
        Ok(counts.map(|(theme, _)| theme).collect())
    }

    /// The sum of the ciphertexts in records that need not be read.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn sealed_sum(&self) -> Result<SealedSum, Damaged> {
        let mut sum = self.footer.sealed_sum;
        for home in self.newer.keys() {
            let older = self.base_record(*home)?;
            let older = older.iter().flat_map(ciphertexts);
            older.for_each(|(home, id)| sum.take(home, id));
        }
        let newer = self.newer.values().flat_map(ciphertexts);
        newer.for_each(|(home, id)| sum.add(home, id));
        Ok(sum)
    }

    /// The counts of the base, brought to what the records hold now.
    fn counted<K: Ord>(
        &self,
        mut counts: BTreeMap<K, u32>,
        keys: impl Fn(&IndexedRecord) -> Vec<K>,
    ) -> Result<impl Iterator<Item = (K, u32)>, Damaged> {
        for home in self.newer.keys() {
            for key in self.base_record(*home)?.iter().flat_map(&keys) {
                let count = counts.get_mut(&key).ok_or(Damaged)?;
                *count = count.checked_sub(1).ok_or(Damaged)?;
            }
        }
        for key in self.newer.values().flat_map(&keys) {
            *counts.entry(key).or_default() += 1;
        }
        Ok(counts.into_iter().filter(|(_, count)| *count > 0))
    }
}

fn ciphertexts(record: &IndexedRecord) -> impl Iterator<Item = (Home, CiphertextId)> + '_ {
    let entries = record.entries().iter();
    entries.filter_map(|indexed| Some((record.home, indexed.ciphertext?)))
}
