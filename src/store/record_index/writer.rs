//! The index as a write of the pair uses it: which records it holds as they are, and what is known of them
//! (docs/index.md#writes).

use std::collections::BTreeSet;

use crate::model::{EntryId, Home};

use super::file::RecordIndex;
use super::pages::Damaged;
use super::record::{IndexedRecord, RecordContent, RecordMark, WriterMarks};

impl RecordIndex {
    /// The records, each with what is known of its bytes.
    ///
    /// # Errors
    /// When the file is damaged, as for all below.
    pub fn marks(&self) -> Result<Vec<RecordMark>, Damaged> {
        let rows = self.rows(&(None..None))?;
        let newer = self.newer.values();
        let newer = newer.filter(|record| record.content != RecordContent::Gone);
        let marks = rows.iter().map(|row| row.mark());
        Ok(marks.chain(newer.map(IndexedRecord::mark)).collect())
    }

    /// The ids of the entries in some of the records that need not be read, each with whether it is an open action or may
    /// be one.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn ids_of(&self, wanted: impl Fn(Home) -> bool) -> Result<Vec<(EntryId, bool)>, Damaged> {
        let homes = self.base_homes()?;
        let is_wanted = |home: &Home| !self.newer.contains_key(home) && wanted(*home);
        let is_wanted: Vec<bool> = homes.iter().map(is_wanted).collect();
        let mut ids = Vec::new();
        for (id, record, may_be_open) in self.id_rows()? {
            if *is_wanted.get(record).ok_or(Damaged)? {
                ids.push((id, may_be_open));
            }
        }
        for record in self.newer.values().filter(|record| wanted(record.home)) {
            let entries = record.entries().iter();
            ids.extend(entries.map(|indexed| (indexed.entry.id, indexed.may_be_open())));
        }
        Ok(ids)
    }

    /// The ids of the entries of records that need not be read, each with its record.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn homes_of_ids(&self) -> Result<Vec<(EntryId, Home)>, Damaged> {
        let homes = self.base_homes()?;
        let mut ids = Vec::new();
        for (id, record, _) in self.id_rows()? {
            let home = *homes.get(record).ok_or(Damaged)?;
            if !self.newer.contains_key(&home) {
                ids.push((id, home));
            }
        }
        for record in self.newer.values() {
            let entries = record.entries().iter();
            ids.extend(entries.map(|indexed| (indexed.entry.id, record.home)));
        }
        Ok(ids)
    }

    /// The marks that writes noted last.
    pub fn writer_marks(&self) -> WriterMarks {
        self.marks.unwrap_or(self.footer.marks)
    }

    /// Notes what a write found out. With other keys than before, no record counts as settled any more.
    pub fn note(&mut self, marks: WriterMarks) {
        if marks.settled_with != self.writer_marks().settled_with {
            self.unsettled = true;
            self.settled.clear();
            for (home, record) in self.newer.iter_mut().filter(|(_, record)| record.is_settled) {
                record.is_settled = false;
                self.unsaved.insert(*home);
            }
        }
        self.marks = Some(marks);
    }

    /// Settling found nothing to do in these records.
    pub fn settle(&mut self, homes: impl IntoIterator<Item = Home>) {
        for home in homes {
            match self.newer.get_mut(&home) {
                Some(record) if !record.is_settled => {
                    record.is_settled = true;
                    self.unsaved.insert(home);
                }
                Some(_) => {}
                None => {
                    self.settled.insert(home);
                }
            }
        }
    }

    /// The homes of the base, in the order of their numbers.
    pub(super) fn base_homes(&self) -> Result<Vec<Home>, Damaged> {
        Ok(self
            .base_rows(0, self.count())?
            .iter()
            .map(|row| row.home)
            .collect())
    }

    /// The records that are settled by now, and that the file does not know to be: so few that they are written behind the
    /// rest.
    pub(super) fn take_settled(&mut self) -> Result<(), Damaged> {
        let settled: BTreeSet<Home> = std::mem::take(&mut self.settled);
        for home in settled {
            if let Some(mut record) = self.record(home)?
                && !record.is_settled
            {
                record.is_settled = true;
                self.put(record);
            }
        }
        Ok(())
    }
}
