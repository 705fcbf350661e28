//! A file in pages, each with its checksum: a reader gets the bytes that somebody wrote, or none.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;

use super::stamp::Stamp;

/// Bytes of a page in the file: its body, then the checksum.
pub(super) const PAGE: usize = 4096;
/// Bytes of a page that a reader sees.
pub(super) const BODY: usize = PAGE - 4;

/// The index does not hold what it should: it counts as none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

/// A file of pages, open for reading. Places count the bodies alone.
pub(super) struct Pages {
    file: File,
    pages: u64,
    /// The pages read last, for many small readings one after another.
    last: RefCell<(Range<u64>, Vec<u8>)>,
}

impl Pages {
    /// The pages of a file; none where it is empty or holds a part of a page.
    pub(super) fn of(file: File) -> Option<Self> {
        let length = file.metadata().ok()?.len();
        let whole = length > 0 && length % PAGE as u64 == 0;
        whole.then(|| Self {
            file,
            pages: length / PAGE as u64,
            last: RefCell::default(),
        })
    }

    /// Bytes of the file, when it was opened.
    pub(super) fn file_length(&self) -> u64 {
        self.pages * PAGE as u64
    }

    /// Which file it is.
    pub(super) fn inode(&self) -> Option<u64> {
        let data = self.file.metadata().ok()?;
        Some(Stamp::of_metadata(&data).inode)
    }

    /// Bytes in all bodies.
    pub(super) fn len(&self) -> u64 {
        self.pages * BODY as u64
    }

    /// Reads bytes at a place.
    pub(super) fn read(&self, at: u64, length: usize) -> Result<Vec<u8>, Damaged> {
        let end = at.checked_add(length as u64).ok_or(Damaged)?;
        if end > self.len() {
            return Err(Damaged);
        }
        if length == 0 {
            return Ok(Vec::new());
        }
        let pages = at / BODY as u64..(end - 1) / BODY as u64 + 1;
        let mut last = self.last.borrow_mut();
        if !(last.0.start <= pages.start && pages.end <= last.0.end) {
            *last = (pages.clone(), self.bodies(&pages)?);
        }
        let from = usize::try_from(at - last.0.start * BODY as u64).map_err(|_| Damaged)?;
        let bytes = last.1.get(from..from + length).ok_or(Damaged)?;
        Ok(bytes.to_vec())
    }

    fn bodies(&self, pages: &Range<u64>) -> Result<Vec<u8>, Damaged> {
        let count = usize::try_from(pages.end - pages.start).map_err(|_| Damaged)?;
        let mut raw = vec![0; count * PAGE];
        read_at(&self.file, &mut raw, pages.start * PAGE as u64).map_err(|_| Damaged)?;
        let mut bodies = Vec::with_capacity(count * BODY);
        for (number, page) in pages.clone().zip(raw.chunks_exact(PAGE)) {
            let (body, sum) = page.split_at(BODY);
            if sum != checksum(number, body) {
                return Err(Damaged);
            }
            bodies.extend_from_slice(body);
        }
        Ok(bodies)
    }
}

/// Writes bytes as pages, from a page of the file on.
pub(super) struct PageWriter<W> {
    out: W,
    page: u64,
    body: Vec<u8>,
}

impl<W: Write> PageWriter<W> {
    pub(super) fn new(out: W, page: u64) -> Self {
        Self {
            out,
            page,
            body: Vec::with_capacity(BODY),
        }
    }

    /// The place of the next byte.
    pub(super) fn at(&self) -> u64 {
        self.page * BODY as u64 + self.body.len() as u64
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BODY - self.body.len()));
            self.body.extend_from_slice(now);
            bytes = later;
            if self.body.len() == BODY {
                self.end_page()?;
            }
        }
        Ok(())
    }

    /// Fills the page up, where one was begun.
    pub(super) fn end_page(&mut self) -> io::Result<()> {
        if self.body.is_empty() {
            return Ok(());
        }
        self.body.resize(BODY, 0);
        let sum = checksum(self.page, &self.body);
        self.out.write_all(&self.body)?;
        self.out.write_all(&sum)?;
        self.page += 1;
        self.body.clear();
        Ok(())
    }

    /// The writer below; a page that was begun must be ended before.
    pub(super) fn into_inner(self) -> W {
        self.out
    }
}

/// Of a page and of its place: a page that stands elsewhere is none.
fn checksum(number: u64, body: &[u8]) -> [u8; 4] {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&number.to_le_bytes());
    sum.update(body);
    sum.finalize().to_le_bytes()
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = file;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn written(bytes: &[u8]) -> Vec<u8> {
        let mut writer = PageWriter::new(Vec::new(), 0);
        writer.write(bytes).unwrap();
        writer.end_page().unwrap();
        writer.into_inner()
    }

    fn pages(raw: &[u8]) -> Option<Pages> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pages");
        fs::write(&path, raw).unwrap();
        Pages::of(File::open(path).unwrap())
    }

    #[test]
    fn bytes_come_back_from_any_place() {
        let bytes: Vec<u8> = (0..10_000_u32).flat_map(u32::to_le_bytes).collect();
        let pages = pages(&written(&bytes)).unwrap();
        for (at, length) in [
            (0, 1),
            (BODY - 1, 2),
            (3, 30_000),
            (39_999, 1),
            (BODY, BODY),
            (8, 0),
        ] {
            assert_eq!(pages.read(at as u64, length).unwrap(), bytes[at..at + length]);
        }
        assert_eq!(pages.read(pages.len(), 1), Err(Damaged));
        assert_eq!(pages.read(u64::MAX, 2), Err(Damaged));
    }

    #[test]
    fn no_changed_byte_is_read_and_no_page_from_elsewhere() {
        let bytes = vec![7; 3 * BODY];
        let raw = written(&bytes);
        for at in (0..raw.len()).step_by(97) {
            let mut changed = raw.clone();
            changed[at] ^= 0x10;
            let pages = pages(&changed).unwrap();
            let page = at / PAGE;
            for other in 0..3 {
                let read = pages.read((other * BODY) as u64, BODY);
                assert_eq!(read.is_err(), other == page, "{at} {other}");
            }
        }
        let mut swapped = raw.clone();
        swapped.copy_within(0..PAGE, PAGE);
        assert_eq!(pages(&swapped).unwrap().read(BODY as u64, 1), Err(Damaged));
        assert!(pages(&raw[..raw.len() - 1]).is_none());
        assert!(pages(&[]).is_none());
    }
}
