//! The index of a clone's records: a row for each entry, so that no question reads the years (docs/index.md).
//!
//! It is a cache. A question finds in it what it would find in the folder, or does without: a file that is torn, old or of
//! another pair counts as none. Nothing out of a seal stands in it.

mod build;
mod bytes;
mod entry_bytes;
mod file;
mod footer;
mod lists;
mod pages;
mod record;
mod row;
mod save;
mod sealed_answer;
mod sealed_sum;
mod stamp;
mod tallies;
#[cfg(test)]
mod tests;
mod values;
mod writer;

pub use build::IndexBuilder;
pub use entry_bytes::{pack_entries, unpack_entries};
pub use file::RecordIndex;
pub use pages::Damaged;
pub use record::{
    CiphertextId, ClosedActions, FolderStamp, HomeRange, IndexedEntry, IndexedRecord, RecordContent,
    RecordMark, RecordStamp, WriterMarks, closed_action,
};
pub use row::EntryRow;
pub use sealed_answer::SealedAnswer;
pub use sealed_sum::SealedSum;
pub use stamp::{FileTime, Stamp};
