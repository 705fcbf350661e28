//! Writing what changed: behind the rest, or all of it anew once that has become long.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use crate::store::error::StoreError;

use super::build::IndexBuilder;
use super::bytes::{Out, small};
use super::file::RecordIndex;
use super::footer::{Extent, Footer, MOST_DELTAS};
use super::lists::put_record;
use super::pages::{Damaged, PAGE, PageWriter};
use super::record::{FolderStamp, IndexedRecord};
use super::row::RecordRow;
use super::stamp::Stamp;

/// Bytes of changed records that each question may read beside the base.
const MOST_BESIDE: usize = 256 * 1024;
/// Bytes behind the base of which most count no more; a larger base may have as many as it is long.
const MOST_BEHIND: u64 = 4 * 1024 * 1024;
/// So many records are marked as settled by themselves.
const FEW: usize = 16;

impl RecordIndex {
    /// Keeps what changed for the next question. Where another process writes it at this moment, or the disk refuses it, it
    /// is not kept: that costs time alone.
    pub fn save(&mut self, head: Option<[u8; 20]>, folders: &[FolderStamp]) {
        self.save_all(head, folders, false);
    }

    /// The same, but words that went stay in the file until the next [`RecordIndex::save`]: to write it anew takes long.
    pub fn save_for_now(&mut self, head: Option<[u8; 20]>, folders: &[FolderStamp]) {
        self.save_all(head, folders, true);
    }

    fn save_all(&mut self, head: Option<[u8; 20]>, folders: &[FolderStamp], keeps_words: bool) {
        let same = || self.folders().is_ok_and(|known| known == folders);
        let is_marked = self.writer_marks() == self.footer.marks && self.settled.is_empty();
        let words_go = self.words_went && !keeps_words;
        let is_told = !words_go && self.words_went == self.footer.holds_gone_words;
        if self.unsaved.is_empty() && is_told && is_marked && head == self.footer.head && same() {
            return;
        }
        let mut is_whole = self.pages.is_none() || words_go || self.unsettled;
        is_whole |= self.settled.len() > FEW || self.is_long();
        // A damaged index is made anew by the next question.
        is_whole |= !is_whole && self.take_settled().is_err();
        let _ = match is_whole {
            true => self.rewrite(head, folders),
            false => self.append(head, folders),
        };
    }

    /// Whether most of the file counts no more.
    fn is_long(&self) -> bool {
        let base = self.footer.themes.end();
        let behind = self
            .pages
            .as_ref()
            .map_or(0, |pages| pages.len().saturating_sub(base));
        behind > MOST_BEHIND.max(base)
    }

    /// The changed records that go behind the rest, and whether they stand for all that changed before, too: so many runs of
    /// them are not read one by one.
    fn changed(&self) -> (Out, bool) {
        let put = |records: &mut dyn Iterator<Item = &IndexedRecord>| {
            let mut out = Out::default();
            records.for_each(|record| put_record(record, &mut out));
            out
        };
        let unsaved = put(&mut self.unsaved.iter().filter_map(|home| self.newer.get(home)));
        let beside = self.footer.deltas.iter().map(|delta| delta.length as usize);
        let is_full = self.footer.deltas.len() == MOST_DELTAS;
        match is_full || beside.sum::<usize>() + unsaved.0.len() > MOST_BESIDE {
            true => (put(&mut self.newer.values()), true),
            false => (unsaved, false),
        }
    }

    fn append(&self, head: Option<[u8; 20]>, folders: &[FolderStamp]) -> Result<(), StoreError> {
        let (changed, is_all) = self.changed();
        if changed.0.len() > MOST_BESIDE {
            return self.rewrite(head, folders);
        }
        let failed = || StoreError::io("write", &self.path);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&self.path)
            .map_err(failed())?;
        if !self.hold(&file) {
            return Ok(());
        }
        let length = file.seek(SeekFrom::End(0)).map_err(failed())?;
        let mut out = PageWriter::new(Vec::new(), length / PAGE as u64);
        let mut footer = Footer {
            head,
            holds_gone_words: self.words_went,
            marks: self.writer_marks(),
            ..self.footer.clone()
        };
        let write = |out: &mut PageWriter<Vec<u8>>, bytes: Out| -> Result<Extent, StoreError> {
            let extent = Extent {
                at: out.at(),
                length: small(bytes.0.len()),
            };
            out.write(&bytes.0).map_err(failed())?;
            Ok(extent)
        };
        if is_all {
            footer.deltas.clear();
        }
        if !changed.0.is_empty() {
            footer.deltas.push(write(&mut out, changed)?);
        }
        if !self.folders().is_ok_and(|known| known == folders) {
            footer.folders = write(&mut out, FolderStamp::put_all(folders))?;
        }
        out.end_page().map_err(failed())?;
        out.write(&footer.page()).map_err(failed())?;
        let written = file.write_all(&out.into_inner());
        if written.is_err() {
            // Without a part of a page behind it, the file is as it was.
            let _ = file.set_len(length);
        }
        written.map_err(failed())
    }

    /// Whether the file that was read still stands at its path.
    fn is_named(&self) -> bool {
        let named = || Stamp::of(&self.path).map(|stamp| stamp.inode);
        self.pages.as_ref().is_none_or(|pages| pages.inode() == named())
    }

    /// Locks the file, if it still is the one that was read: another process may have written it since.
    fn hold(&self, file: &File) -> bool {
        let is_as_read = || {
            let (ours, named) = (file.metadata().ok()?, Stamp::of(&self.path)?);
            let is_named = Stamp::of_metadata(&ours).inode == named.inode;
            let read = self.pages.as_ref()?.file_length();
            Some(is_named && ours.len() == read && ours.len() % PAGE as u64 == 0)
        };
        file.try_lock().is_ok() && is_as_read().unwrap_or(false)
    }

    pub(super) fn rewrite(&self, head: Option<[u8; 20]>, folders: &[FolderStamp]) -> Result<(), StoreError> {
        let Some(folder) = self.path.parent() else {
            return Ok(());
        };
        // Somebody removed the file for words in it, or wrote it anew.
        if !self.is_named() {
            return Ok(());
        }
        // Whoever appends meanwhile would lose it: that costs another reading of a few files.
        let pair = std::str::from_utf8(&self.footer.pair)
            .ok()
            .and_then(|pair| pair.parse().ok());
        let Some(pair) = pair else {
            return Ok(());
        };
        let mut builder = IndexBuilder::new(folder, pair)?;
        let written = self.merge(&mut builder);
        match written {
            Ok(Ok(())) if !self.is_named() => Ok(()),
            Ok(Ok(())) => builder.finish(&self.path, head, self.writer_marks(), folders),
            Ok(Err(e)) => Err(StoreError::io("write", &self.path)(e)),
            // A damaged index is made anew by the next question.
            Err(Damaged) => self.remove(),
        }
    }

    /// Writes the base and what changed since in the order of homes.
    fn merge(&self, builder: &mut IndexBuilder) -> Result<std::io::Result<()>, Damaged> {
        let older = match self.pages {
            Some(_) => self.rows(&(None..None))?,
            None => Vec::new(),
        };
        let mut newer = self.newer.values().peekable();
        let mut older = older.into_iter().peekable();
        loop {
            let newer_first = match (newer.peek(), older.peek()) {
                (Some(one), Some(other)) => one.home < other.home,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => return Ok(Ok(())),
            };
            let written = if newer_first {
                newer.next().map(|record: &IndexedRecord| Ok(builder.add(record)))
            } else {
                older
                    .next()
                    .map(|row: RecordRow| builder.add_row(row.clone(), &self.block(&row)?))
            };
            if let Some(failed) = written.transpose()?.filter(Result::is_err) {
                return Ok(failed);
            }
        }
    }

    /// Removes the file: the next question makes it anew.
    ///
    /// # Errors
    /// When it is there and stays.
    pub fn remove(&self) -> Result<(), StoreError> {
        remove_index(&self.path)
    }
}

fn remove_index(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io("remove", path)(e)),
        _ => Ok(()),
    }
}
