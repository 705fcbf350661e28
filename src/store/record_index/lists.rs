//! Short lists of the file: folders, and records one behind the other.

use crate::model::{EntryId, Home};

use super::bytes::{In, Out, length, small};
use super::footer::Extent;
use super::pages::Damaged;
use super::record::{
    ClosedActions, FolderStamp, HomeRange, IndexedEntry, IndexedRecord, RecordContent, RecordStamp,
};
use super::row::RecordRow;
use super::values::{put_stamp, read_stamp};

impl FolderStamp {
    pub(super) fn put_all(folders: &[Self]) -> Out {
        let mut out = Out::default();
        for folder in folders {
            out.u32(small(folder.path.len()));
            out.0.extend_from_slice(folder.path.as_bytes());
            out.byte(u8::from(folder.stamp.is_some()));
            put_stamp(folder.stamp.unwrap_or_default(), &mut out);
        }
        out
    }

    pub(super) fn read_all(bytes: &[u8]) -> Result<Vec<Self>, Damaged> {
        let (mut from, mut folders) = (In(bytes), Vec::new());
        while !from.0.is_empty() {
            let long = length(from.u32()?)?;
            let path = from.text(long)?.to_owned();
            let is_known = from.byte()? == 1;
            let stamp = read_stamp(&mut from)?;
            folders.push(Self {
                path,
                stamp: is_known.then_some(stamp),
            });
        }
        Ok(folders)
    }
}

impl RecordStamp {
    pub(super) fn of(record: &IndexedRecord) -> Self {
        Self {
            home: record.home,
            stamp: record.stamp,
            blob: record.blob,
            is_special: record.content == RecordContent::Special,
            head: record.head().cloned(),
        }
    }
}

impl IndexedRecord {
    /// The record with some of its entries; none where it has none of them.
    pub(super) fn with_entries(&self, wanted: impl Fn(&IndexedEntry) -> bool) -> Option<Self> {
        let entries: Vec<IndexedEntry> = self.entries().iter().filter(|e| wanted(e)).cloned().collect();
        let head = self.head().cloned();
        (!entries.is_empty()).then(|| Self {
            content: RecordContent::Plain { head, entries },
            ..self.clone()
        })
    }
}

impl ClosedActions {
    pub(super) fn put(&self, out: &mut Out) {
        out.u32(self.count);
        out.byte(u8::from(self.is_done));
        out.u32(small(self.owner.len()));
        out.0.extend_from_slice(self.owner.as_bytes());
    }

    pub(super) fn read(from: &mut In<'_>) -> Result<Self, Damaged> {
        let (count, is_done) = (from.u32()?, from.byte()? == 1);
        let long = length(from.u32()?)?;
        let owner = from.text(long)?.to_owned();
        Ok(Self {
            owner,
            is_done,
            count,
        })
    }
}

/// The letters of an id.
pub(super) fn letters(id: EntryId) -> [u8; EntryId::LENGTH] {
    id.as_str().as_bytes().try_into().unwrap_or_default()
}

/// A record with its block behind it.
pub(super) fn put_record(record: &IndexedRecord, to: &mut Out) {
    let (row, block) = RecordRow::of(record);
    row.put(to);
    to.0.extend_from_slice(&block);
}

/// Records one behind the other, each with its block.
pub(super) fn read_records(bytes: &[u8]) -> Result<Vec<IndexedRecord>, Damaged> {
    let (mut from, mut records) = (In(bytes), Vec::new());
    while !from.0.is_empty() {
        let row = RecordRow::read(&mut from)?;
        let block = from.slice(row.block()?)?;
        records.push(row.record(block)?);
    }
    Ok(records)
}

pub(super) fn is_within(homes: &HomeRange, home: Home) -> bool {
    homes.start.is_none_or(|start| start <= home) && homes.end.is_none_or(|end| home < end)
}

/// The first number that a test accepts which accepts all later ones too; `count` where there is none.
pub(super) fn first(count: u32, mut is: impl FnMut(u32) -> Result<bool, Damaged>) -> Result<u32, Damaged> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle)? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// The place of a row in its part of the file.
pub(super) fn place(part: Extent, row: u32, width: usize) -> Result<u64, Damaged> {
    let behind = u64::from(row).checked_mul(width as u64);
    behind
        .and_then(|behind| part.at.checked_add(behind))
        .ok_or(Damaged)
}
