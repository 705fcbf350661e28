//! Writing the whole index, record after record: no more of it is in memory than its lists.

use std::collections::BTreeMap;
use std::io::{self, BufWriter};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::model::EntryId;
use crate::store::error::StoreError;
use crate::store::notes::OLD_CATALOG;
use crate::store::save::temporary_beside;

use super::bytes::{Out, small};
use super::footer::{Extent, Footer};
use super::lists::{letters, put_record};
use super::pages::{Damaged, PageWriter};
use super::record::{ClosedActions, FolderStamp, IndexedEntry, IndexedRecord, RecordContent, WriterMarks};
use super::row::{RecordForm, RecordRow};
use super::sealed_sum::SealedSum;
use super::values::{put_home, put_id};

/// An index that is being written beside the old one.
pub struct IndexBuilder {
    pair: [u8; EntryId::LENGTH],
    out: PageWriter<BufWriter<NamedTempFile>>,
    rows: Out,
    records: u32,
    /// Each with the number of its record, and whether it may be an open action.
    ids: Vec<(EntryId, u32, bool)>,
    open: Out,
    sealed: Out,
    sealed_sum: SealedSum,
    special: Out,
    closed: BTreeMap<(String, bool), u32>,
    themes: BTreeMap<String, u32>,
}

impl IndexBuilder {
    /// Begins an index of a pair in a folder.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn new(folder: &Path, pair: EntryId) -> Result<Self, StoreError> {
        crate::store::create_private_folder(folder)?;
        let file = temporary_beside(&folder.join("index"), folder)?;
        Ok(Self {
            pair: letters(pair),
            out: PageWriter::new(BufWriter::with_capacity(256 * 1024, file), 0),
            rows: Out::default(),
            records: 0,
            ids: Vec::new(),
            open: Out::default(),
            sealed: Out::default(),
            sealed_sum: SealedSum::default(),
            special: Out::default(),
            closed: BTreeMap::new(),
            themes: BTreeMap::new(),
        })
    }

    /// Takes a record; they come in the order of their homes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, record: &IndexedRecord) -> io::Result<()> {
        let (row, block) = RecordRow::of(record);
        self.add_row(row, &block)
            .map_err(|_| io::Error::other("no such row"))?
    }

    /// The same for one that stood in an index.
    pub(super) fn add_row(&mut self, mut row: RecordRow, block: &[u8]) -> Result<io::Result<()>, Damaged> {
        if row.form == RecordForm::Gone {
            return Ok(Ok(()));
        }
        if row.form == RecordForm::Special {
            put_home(row.home, &mut self.special);
        }
        let (mut open, mut sealed) = (Vec::new(), Vec::new());
        for entry in row.rows(block)? {
            let entry = entry?;
            self.ids.push((entry.id, self.records, entry.may_be_open()));
            for theme in entry.themes() {
                count(&mut self.themes, theme);
            }
            if entry.is_open_action() {
                open.push(entry.entry()?);
            } else if entry.is_sealed() {
                let entry = entry.entry()?;
                entry
                    .ciphertext
                    .iter()
                    .for_each(|id| self.sealed_sum.add(row.home, *id));
                sealed.push(entry);
            } else if let Some(closed) = entry.closed_action() {
                *self.closed.entry(closed).or_default() += 1;
            }
        }
        part(&row, open, &mut self.open);
        part(&row, sealed, &mut self.sealed);
        row.at = self.out.at();
        row.put(&mut self.rows);
        self.records += 1;
        Ok(self.out.write(block))
    }

    /// Puts the index in the place of the old one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(
        mut self,
        path: &Path,
        head: Option<[u8; 20]>,
        marks: WriterMarks,
        folders: &[FolderStamp],
    ) -> Result<(), StoreError> {
        self.ids.sort_unstable();
        let mut ids = Out::default();
        for (id, record, may_be_open) in &self.ids {
            put_id(Some(*id), &mut ids);
            ids.u32(*record);
            ids.byte(u8::from(*may_be_open));
        }
        let mut themes = Out::default();
        for (theme, count) in &self.themes {
            themes.u32(*count);
            themes.u32(small(theme.len()));
            themes.0.extend_from_slice(theme.as_bytes());
        }
        let mut closed = Out::default();
        for count in std::mem::take(&mut self.closed) {
            ClosedActions::from(count).put(&mut closed);
        }
        let mut write = |out: &Out| -> io::Result<Extent> {
            let extent = Extent {
                at: self.out.at(),
                length: small(out.0.len()),
            };
            self.out.write(&out.0)?;
            Ok(extent)
        };
        let mut footer = || -> io::Result<Footer> {
            Ok(Footer {
                pair: self.pair,
                head,
                holds_gone_words: false,
                marks,
                sealed_sum: self.sealed_sum,
                folders: write(&FolderStamp::put_all(folders))?,
                records: write(&self.rows)?,
                ids: write(&ids)?,
                open: write(&self.open)?,
                sealed: write(&self.sealed)?,
                special: write(&self.special)?,
                closed: write(&closed)?,
                themes: write(&themes)?,
                deltas: Vec::new(),
            })
        };
        let failed = || StoreError::io("write", path);
        let footer = footer().map_err(failed())?;
        self.out.end_page().map_err(failed())?;
        self.out.write(&footer.page()).map_err(failed())?;
        let file = self
            .out
            .into_inner()
            .into_inner()
            .map_err(|e| failed()(e.into_error()))?;
        let persisted = file.persist(path);
        persisted.map_err(|e| StoreError::io("rename into place", path)(e.error))?;
        // Where it stays, it costs its space alone.
        let _ = std::fs::remove_file(path.with_file_name(OLD_CATALOG));
        Ok(())
    }
}

fn count(themes: &mut BTreeMap<String, u32>, theme: &str) {
    match themes.get_mut(theme) {
        Some(count) => *count += 1,
        None => {
            themes.insert(theme.to_owned(), 1);
        }
    }
}

/// Some entries of a record, once more.
fn part(row: &RecordRow, entries: Vec<IndexedEntry>, to: &mut Out) {
    if entries.is_empty() {
        return;
    }
    let record = IndexedRecord {
        home: row.home,
        stamp: row.stamp,
        blob: row.blob,
        content: RecordContent::Plain {
            head: row.head.clone(),
            entries,
        },
        is_settled: row.is_settled,
    };
    put_record(&record, to);
}
