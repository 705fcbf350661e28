//! Entries as bytes, for what is kept under seal beside the index.

use zeroize::Zeroizing;

use crate::model::Home;

use super::bytes::Out;
use super::lists::read_records;
use super::pages::Damaged;
use super::record::{IndexedEntry, IndexedRecord, RecordContent};
use super::row::RecordRow;
use super::stamp::Stamp;

/// Entries as bytes. Where they stand is not among them.
pub fn pack_entries(entries: Vec<IndexedEntry>) -> Zeroizing<Vec<u8>> {
    let record = IndexedRecord {
        home: Home::Agenda,
        stamp: Stamp::default(),
        blob: [0; 20],
        content: RecordContent::Plain { head: None, entries },
        is_settled: false,
    };
    let (row, block) = RecordRow::of(&record);
    let block = Zeroizing::new(block);
    let mut out = Out::default();
    row.put(&mut out);
    out.0.reserve_exact(block.len());
    out.0.extend_from_slice(&block);
    Zeroizing::new(out.0)
}

/// The entries in such bytes.
///
/// # Errors
/// When they are none.
pub fn unpack_entries(bytes: &[u8]) -> Result<Vec<IndexedEntry>, Damaged> {
    let records = read_records(bytes)?;
    Ok(records
        .into_iter()
        .flat_map(IndexedRecord::into_entries)
        .collect())
}
