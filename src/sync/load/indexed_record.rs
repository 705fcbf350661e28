//! A record of the folder as the index holds it.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::git::{BlobId, Repository};
use crate::model::{Entry, EntryId, Home, Loaded, Placed, Slug, assemble, complete_action, folded};
use crate::store::read_file;
use crate::store::record_index::{CiphertextId, IndexedEntry, IndexedRecord, RecordContent, Stamp};

use crate::sync::error::SyncError;

/// How often a file that changes while it is read is read again.
const READINGS: usize = 3;

/// A record, and the ids that stand in it, also where each question must read it.
pub(in crate::sync) struct ReadRecord {
    pub(in crate::sync) record: IndexedRecord,
    pub(in crate::sync) ids: BTreeSet<EntryId>,
}

/// Reads the file of a record. Whatever is no plain record is left for each question to read.
pub(in crate::sync) fn read_record(root: &Path, home: Home, pair: EntryId) -> Result<ReadRecord, SyncError> {
    let path = home.path();
    let full = root.join(&path);
    let mut record = IndexedRecord {
        home,
        stamp: Stamp::default(),
        blob: [0; 20],
        content: RecordContent::Special,
        is_settled: false,
    };
    for _ in 0..READINGS {
        // Asked before the bytes are read: what is written later has a later time.
        let before = Stamp::of(&full);
        let tells_changes = before.is_some_and(|stamp| stamp.tells_changes());
        let bytes = match read_file(root, &path)? {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                record.content = RecordContent::Gone;
                return Ok(ReadRecord {
                    record,
                    ids: BTreeSet::new(),
                });
            }
            Err(_) => break,
        };
        if before != Stamp::of(&full) {
            continue;
        }
        let stamp = before.filter(|_| tells_changes).unwrap_or_default();
        return Ok(ReadRecord::of(
            home,
            &bytes,
            Repository::blob_id(&bytes)?,
            pair,
            stamp,
        ));
    }
    Ok(ReadRecord {
        record,
        ids: BTreeSet::new(),
    })
}

impl ReadRecord {
    /// A record with these bytes.
    pub(in crate::sync) fn of(home: Home, bytes: &[u8], blob: BlobId, pair: EntryId, stamp: Stamp) -> Self {
        let loaded = assemble([(home.path(), bytes)]);
        Self {
            record: IndexedRecord {
                home,
                stamp,
                blob: blob.bytes(),
                content: plain(home, &loaded, pair).unwrap_or(RecordContent::Special),
                is_settled: false,
            },
            ids: loaded.named(),
        }
    }
}

/// Whether a record must be read whatever is asked or done. This holds for one that does not parse, that lacks ids or
/// fields, or that holds a conflict. It holds, too, for one with a text in clear that belongs inside a seal, and for
/// one of a meeting that nobody ended.
pub(in crate::sync) fn must_be_read(home: Home, loaded: &Loaded) -> bool {
    let mut entries = loaded.state.entries.iter();
    !has_plain_frame(home, loaded) || entries.any(|(id, placed)| clear_entry(*id, placed).is_none())
}

/// Whether a record need not be read, unless one of its entries asks for it.
fn has_plain_frame(home: Home, loaded: &Loaded) -> bool {
    let state = &loaded.state;
    let is_sound = loaded.broken.is_empty() && loaded.loose.is_empty() && loaded.doubled.is_empty();
    let has_conflict = state.headers().any(|(_, head)| !head.rows.is_empty());
    // It may be under way, whatever its day: a past one is written down later.
    let head = home.meeting().and_then(|key| state.meeting(key));
    let is_unended = head.is_some_and(|meeting| meeting.is_unended());
    is_sound && !has_conflict && !is_unended
}

fn plain(home: Home, loaded: &Loaded, pair: EntryId) -> Option<RecordContent> {
    let state = &loaded.state;
    if !has_plain_frame(home, loaded) {
        return None;
    }
    let mut head = home.meeting().and_then(|key| state.meeting(key));
    if let Some(head) = &mut head {
        head.agenda = None;
    }
    let entries = state.entries.iter().map(|(id, placed)| entry(*id, placed, pair));
    let mut entries: Vec<IndexedEntry> = entries.collect::<Option<_>>()?;
    entries.sort_by_key(|indexed| (indexed.entry.at, indexed.entry.id));
    Some(RecordContent::Plain { head, entries })
}

/// An entry as it stands in clear; none where it must be read.
fn clear_entry(id: EntryId, placed: &Placed) -> Option<Entry> {
    let table = &placed.entry;
    if !table.rows.is_empty() || table.exposes_words() || complete_action(&mut table.clone()) {
        return None;
    }
    let entry = Entry::from_table(id, placed.home, table, None).ok()?;
    let is_read = table.ciphertext().is_some() != entry.body.is_none() || entry.has_conflict();
    (!is_read).then_some(entry)
}

/// An entry that a row can hold.
fn entry(id: EntryId, placed: &Placed, pair: EntryId) -> Option<IndexedEntry> {
    let entry = clear_entry(id, placed)?;
    let ciphertext = placed
        .entry
        .ciphertext()
        .map(|text| ciphertext_id(pair, id, &entry.by, text));
    let text = entry
        .body
        .as_ref()
        .map(|body| body.text.as_str())
        .unwrap_or_default();
    Some(IndexedEntry {
        folded: (!text.is_ascii()).then(|| folded(text)),
        ciphertext,
        entry,
    })
}

/// The hash of a ciphertext and of where it must belong to be opened.
pub(in crate::sync) fn ciphertext_id(
    pair: EntryId,
    id: EntryId,
    by: &Slug,
    ciphertext: &str,
) -> CiphertextId {
    CiphertextId(first_of_sha256(&[
        pair.as_str(),
        id.as_str(),
        by.as_str(),
        ciphertext,
    ]))
}

/// The first 16 bytes of the SHA-256 of some texts, each with a zero byte behind it.
pub(in crate::sync) fn first_of_sha256(texts: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    let hash: [u8; 32] = hash.finalize().into();
    hash.first_chunk().copied().unwrap_or_default()
}
