//! Reading the index: the part of it that a question needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::model::{EntryId, Home};

use super::bytes::{In, length};
use super::footer::{Extent, Footer};
use super::lists::{first, is_within, letters, place, read_records};
use super::pages::{BODY, Damaged, Pages};
use super::record::{
    FolderStamp, HomeRange, IndexedEntry, IndexedRecord, RecordContent, RecordStamp, WriterMarks,
};
use super::row::{EntryRow, ID_ROW, RECORD_ROW, RecordForm, RecordRow};
use super::values::{read_home, read_id};

/// Bytes of entries that are read at once.
const CHUNK: usize = 256 * 1024;

/// The index of a clone.
#[derive(Default)]
pub struct RecordIndex {
    pub(super) path: PathBuf,
    pub(super) pages: Option<Pages>,
    pub(super) footer: Footer,
    /// Records that changed since the base was written.
    pub(super) newer: BTreeMap<Home, IndexedRecord>,
    /// Of them those that the file does not hold yet.
    pub(super) unsaved: BTreeSet<Home>,
    /// Whether words must go from the file.
    pub(super) words_went: bool,
    /// The marks that a write noted and that the file does not hold yet.
    pub(super) marks: Option<WriterMarks>,
    /// Whether the records of the base count as settled no more.
    pub(super) unsettled: bool,
    /// Records of the base that were settled since.
    pub(super) settled: BTreeSet<Home>,
}

impl RecordIndex {
    /// Opens the index at a path. One that is no index of ours, or of another pair, counts as empty.
    pub fn open(path: &Path, pair: EntryId) -> Self {
        let read = Self::read(path).filter(|index| index.footer.pair == letters(pair));
        read.unwrap_or_else(|| Self {
            path: path.to_owned(),
            ..Self::default()
        })
    }

    fn read(path: &Path) -> Option<Self> {
        if !path.symlink_metadata().ok()?.is_file() {
            return None;
        }
        let pages = Pages::of(File::open(path).ok()?)?;
        let last = pages.len().checked_sub(BODY as u64)?;
        let footer = Footer::read(&pages.read(last, BODY).ok()?).ok()?;
        let mut index = Self {
            path: path.to_owned(),
            pages: Some(pages),
            words_went: footer.holds_gone_words,
            footer,
            ..Self::default()
        };
        for delta in index.footer.deltas.clone() {
            for record in read_records(&index.bytes(delta).ok()?).ok()? {
                index.newer.insert(record.home, record);
            }
        }
        Some(index)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pages.is_none()
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The commit that HEAD named when all files were last looked at.
    pub fn head(&self) -> Option<[u8; 20]> {
        self.footer.head
    }

    /// The folders of records.
    ///
    /// # Errors
    /// When the file is damaged, as for all below.
    pub fn folders(&self) -> Result<Vec<FolderStamp>, Damaged> {
        FolderStamp::read_all(&self.bytes(self.footer.folders)?)
    }

    /// Words went from the records: none of them stays in the file.
    pub fn forget_words(&mut self) {
        self.words_went = true;
    }

    /// Takes in a record as it is now.
    pub fn put(&mut self, record: IndexedRecord) {
        self.unsaved.insert(record.home);
        self.newer.insert(record.home, record);
    }

    /// The records that must be read.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn special(&self) -> Result<Vec<Home>, Damaged> {
        let bytes = self.bytes(self.footer.special)?;
        let mut from = In(&bytes);
        let mut homes = Vec::new();
        while !from.0.is_empty() {
            homes.push(read_home(&mut from)?);
        }
        homes.retain(|home| !self.newer.contains_key(home));
        let newer = self
            .newer
            .values()
            .filter(|record| record.content == RecordContent::Special);
        homes.extend(newer.map(|record| record.home));
        Ok(homes)
    }

    /// The records with open actions in clear. Each comes with those alone.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn open_actions(&self) -> Result<Vec<IndexedRecord>, Damaged> {
        self.with_newer(self.footer.open, |indexed| indexed.entry.is_open_action())
    }

    /// The records with sealed entries. Each comes with those alone.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn sealed(&self) -> Result<Vec<IndexedRecord>, Damaged> {
        self.with_newer(self.footer.sealed, |indexed| indexed.ciphertext.is_some())
    }

    fn with_newer(
        &self,
        part: Extent,
        wanted: impl Fn(&IndexedEntry) -> bool,
    ) -> Result<Vec<IndexedRecord>, Damaged> {
        let mut found = read_records(&self.bytes(part)?)?;
        found.retain(|record| !self.newer.contains_key(&record.home));
        found.extend(
            self.newer
                .values()
                .filter_map(|record| record.with_entries(&wanted)),
        );
        Ok(found)
    }

    /// The record of a home.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn record(&self, home: Home) -> Result<Option<IndexedRecord>, Damaged> {
        match self.newer.get(&home) {
            Some(record) => Ok((record.content != RecordContent::Gone).then(|| record.clone())),
            None => self.base_record(home),
        }
    }

    pub(super) fn base_record(&self, home: Home) -> Result<Option<IndexedRecord>, Damaged> {
        let at = self.first_from(home)?;
        let row = (at < self.count()).then(|| self.row(at)).transpose()?;
        let Some(row) = row.filter(|row| row.home == home) else {
            return Ok(None);
        };
        let mut record = row.record(&self.block(&row)?)?;
        record.is_settled = self.counts_as_settled(&row);
        Ok(Some(record))
    }

    /// The records whose homes lie in a range, in their order, without their entries.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn stamps(&self, homes: &HomeRange) -> Result<Vec<RecordStamp>, Damaged> {
        let rows = self.rows(homes)?.into_iter().map(|row| RecordStamp {
            home: row.home,
            stamp: row.stamp,
            blob: row.blob,
            is_special: row.form == RecordForm::Special,
            head: row.head,
        });
        let newer = self.newer.values().filter(|record| is_within(homes, record.home));
        let newer = newer.filter(|record| record.content != RecordContent::Gone);
        let mut all: Vec<RecordStamp> = rows.chain(newer.map(RecordStamp::of)).collect();
        all.sort_by_key(|stamp| stamp.home);
        Ok(all)
    }

    /// The last records, without their entries.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn newest(&self, count: u32) -> Result<Vec<RecordStamp>, Damaged> {
        let from = self.count().saturating_sub(count);
        let first = (from < self.count()).then(|| self.row(from)).transpose()?;
        self.stamps(&(first.map(|row| row.home)..None))
    }

    /// The entries of the records in a range that a test accepts.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn entries(
        &self,
        homes: &HomeRange,
        wanted: &dyn Fn(&EntryRow<'_>) -> bool,
    ) -> Result<Vec<IndexedEntry>, Damaged> {
        let mut found = Vec::new();
        let mut take = |row: &RecordRow, block: &[u8]| -> Result<(), Damaged> {
            for entry in row.rows(block)? {
                let entry = entry?;
                if wanted(&entry) {
                    found.push(entry.entry()?);
                }
            }
            Ok(())
        };
        let rows = self.rows(homes)?;
        let mut rest = rows.as_slice();
        while let Some(first) = rest.first() {
            // Blocks stand one behind the other; those of newer records are passed over with the rest.
            let end = |row: &RecordRow| row.at.checked_add(row.block()? as u64).ok_or(Damaged);
            let mut together = 1;
            while let Some(next) = rest.get(together)
                && next.at >= first.at
                && end(next)? - first.at <= CHUNK as u64
            {
                together += 1;
            }
            let (now, later) = rest.split_at(together);
            let last = now.last().unwrap_or(first);
            let run =
                usize::try_from(end(last)?.checked_sub(first.at).ok_or(Damaged)?).map_err(|_| Damaged)?;
            let bytes = self.pages()?.read(first.at, run)?;
            for row in now {
                let from = usize::try_from(row.at - first.at).map_err(|_| Damaged)?;
                let block = bytes.get(from..).and_then(|rest| rest.get(..row.block().ok()?));
                take(row, block.ok_or(Damaged)?)?;
            }
            rest = later;
        }
        for record in self.newer.values().filter(|record| is_within(homes, record.home)) {
            let (row, block) = RecordRow::of(record);
            take(&row, &block)?;
        }
        Ok(found)
    }

    /// The ids of all entries of records that need not be read.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn ids(&self) -> Result<Vec<EntryId>, Damaged> {
        let mut newer_rows = BTreeSet::new();
        for home in self.newer.keys() {
            let at = self.first_from(*home)?;
            if at < self.count() && self.row(at)?.home == *home {
                newer_rows.insert(at as usize);
            }
        }
        let rows = self.id_rows()?.into_iter();
        let rows = rows.filter(|(_, record, _)| !newer_rows.contains(record));
        let mut ids: Vec<EntryId> = rows.map(|(id, ..)| id).collect();
        ids.extend(
            self.newer
                .values()
                .flat_map(IndexedRecord::entries)
                .map(|indexed| indexed.entry.id),
        );
        Ok(ids)
    }

    /// The ids of the base, each with the number of its record and whether it may be an open action.
    pub(super) fn id_rows(&self) -> Result<Vec<(EntryId, usize, bool)>, Damaged> {
        let bytes = self.bytes(self.footer.ids)?;
        let read = |row: &[u8]| {
            let from = &mut In(row);
            let (id, record) = (read_id(from)?.ok_or(Damaged)?, length(from.u32()?)?);
            Ok((id, record, from.byte()? == 1))
        };
        bytes.chunks_exact(ID_ROW).map(read).collect()
    }

    /// The record that holds an entry, among those that need not be read.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn home_of(&self, id: EntryId) -> Result<Option<Home>, Damaged> {
        let holds = |record: &&IndexedRecord| record.entries().iter().any(|indexed| indexed.entry.id == id);
        if let Some(record) = self.newer.values().find(holds) {
            return Ok(Some(record.home));
        }
        let count = self.footer.ids.length / ID_ROW as u32;
        let row = |at: u32| -> Result<(EntryId, u32), Damaged> {
            let at = place(self.footer.ids, at, ID_ROW)?;
            let bytes = self.pages()?.read(at, ID_ROW)?;
            let from = &mut In(&bytes);
            Ok((read_id(from)?.ok_or(Damaged)?, from.u32()?))
        };
        let at = first(count, |at| Ok(row(at)?.0 >= id))?;
        if at == count || row(at)?.0 != id {
            return Ok(None);
        }
        let record = row(at)?.1;
        if record >= self.count() {
            return Err(Damaged);
        }
        let home = self.row(record)?.home;
        Ok((!self.newer.contains_key(&home)).then_some(home))
    }

    /// The rows of the base in a range, without those of newer records.
    pub(super) fn rows(&self, homes: &HomeRange) -> Result<Vec<RecordRow>, Damaged> {
        let from = homes.start.map_or(Ok(0), |home| self.first_from(home))?;
        let to = homes.end.map_or(Ok(self.count()), |home| self.first_from(home))?;
        if to <= from {
            return Ok(Vec::new());
        }
        let mut rows = self.base_rows(from, to)?;
        rows.retain(|row| !self.newer.contains_key(&row.home));
        for row in &mut rows {
            row.is_settled = self.counts_as_settled(row);
        }
        Ok(rows)
    }

    fn counts_as_settled(&self, row: &RecordRow) -> bool {
        (row.is_settled && !self.unsettled) || self.settled.contains(&row.home)
    }

    /// Rows of the base by number.
    pub(super) fn base_rows(&self, from: u32, to: u32) -> Result<Vec<RecordRow>, Damaged> {
        if to <= from {
            return Ok(Vec::new());
        }
        let at = place(self.footer.records, from, RECORD_ROW)?;
        let bytes = self.pages()?.read(at, (to - from) as usize * RECORD_ROW)?;
        let rows = bytes.chunks_exact(RECORD_ROW);
        rows.map(|row| RecordRow::read(&mut In(row))).collect()
    }

    pub(super) fn count(&self) -> u32 {
        self.footer.records.length / RECORD_ROW as u32
    }

    fn row(&self, at: u32) -> Result<RecordRow, Damaged> {
        let at = place(self.footer.records, at, RECORD_ROW)?;
        RecordRow::read(&mut In(&self.pages()?.read(at, RECORD_ROW)?))
    }

    /// The number of the first row of a home or a later one.
    fn first_from(&self, home: Home) -> Result<u32, Damaged> {
        first(self.count(), |at| Ok(self.row(at)?.home >= home))
    }

    pub(super) fn block(&self, row: &RecordRow) -> Result<Vec<u8>, Damaged> {
        self.pages()?.read(row.at, row.block()?)
    }

    pub(super) fn bytes(&self, extent: Extent) -> Result<Vec<u8>, Damaged> {
        match extent.length {
            0 => Ok(Vec::new()),
            long => self.pages()?.read(extent.at, length(long)?),
        }
    }

    fn pages(&self) -> Result<&Pages, Damaged> {
        self.pages.as_ref().ok_or(Damaged)
    }
}
