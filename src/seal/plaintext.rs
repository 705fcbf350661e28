//! The small document inside a seal: whom and what it belongs to, then what the entry says (docs/privacy.md#seal).
//!
//! It is TOML throughout, so that `age -d` shows a person something readable:
//!
//! ```toml
//! seal = 1
//! pair = "kqzmrtxwlpso"
//! entry = "qlrsotuvwxyz"
//! by = "ana"
//! visibility = "confidential"
//! readers = ["0123456789abcdef", "89abcdef01234567"]
//!
//! # The entry:
//! kind = "concern"
//! text = "…"
//! ```

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Binding, Fingerprint, MOST_READERS, OpenError, Opened, padding};
use crate::model::{COMMENTS, Content, Seal, Table, Visibility, parse_content, seal_of, write_table};

/// The version of the document.
const VERSION: i64 = 1;

/// Parts the two halves. No value of the first half can hold it, so the first one found is ours.
const MARK: &str = "\n# The entry:\n";

/// Bytes in the first half.
const LARGEST_HEAD: usize = 4 * 1024;

#[derive(Deserialize)]
struct SealVersion {
    seal: i64,
}

#[derive(Deserialize)]
struct SealHead {
    pair: String,
    entry: String,
    by: String,
    visibility: Visibility,
    readers: Vec<String>,
}

/// Whether a table can be the content of a seal: it has a text, and nothing that stands in clear.
fn is_content(table: &Table) -> bool {
    // A row of a whole body stands beside the seal. One with comments of its own would put in lines at will.
    let outside = |key: &str| seal_of(key) != Seal::Inside || key == "body";
    table.get("text").is_some()
        && table.body_base.is_none()
        && !table.fields.iter().any(|f| outside(&f.key))
        && !table
            .rows
            .iter()
            .any(|r| outside(&r.field) || r.alternative.get(COMMENTS).is_some())
}

/// Whether two tables have the same keys, values, conflicts and number of comments.
fn says_the_same(a: &Table, b: &Table) -> bool {
    let fields = |t: &Table| {
        t.fields
            .iter()
            .map(|f| (f.key.clone(), f.value.clone()))
            .collect()
    };
    let (of_a, of_b): (Vec<_>, Vec<_>) = (fields(a), fields(b));
    let mut b = b.clone();
    b.tidy_rows();
    of_a == of_b && a.rows == b.rows && a.comments().count() == b.comments().count()
}

/// Writes the document, padded. `None` where it would not be read back.
///
/// The content alone is padded: the length of the first half follows from what stands in clear.
pub(super) fn write(
    content: &Content,
    visibility: Visibility,
    binding: &Binding,
    readers: &BTreeSet<Fingerprint>,
) -> Option<String> {
    let text = write_table(content.table());
    let back = parse_content(&text).ok()?;
    if !is_content(content.table()) || !says_the_same(&back, content.table()) {
        return None;
    }
    let Binding { pair, entry, by } = binding;
    let readers: Vec<String> = readers.iter().map(|r| format!("\"{r}\"")).collect();
    let readers = readers.join(", ");
    let mut out = format!(
        "seal = {VERSION}\npair = \"{pair}\"\nentry = \"{entry}\"\nby = \"{by}\"\n\
         visibility = \"{visibility}\"\nreaders = [{readers}]\n{MARK}{text}"
    );
    let padding = padding::padded(text.len()) - text.len();
    out.extend(std::iter::repeat_n('\n', padding));
    Some(out)
}

/// Reads the document and checks that it belongs where it was found.
pub(super) fn read(text: &str, binding: &Binding) -> Result<Opened, OpenError> {
    let (head, rest) = text.split_once(MARK).unwrap_or((text, ""));
    if head.len() > LARGEST_HEAD {
        return Err(OpenError::NotOurs);
    }
    let version: SealVersion = toml::from_str(head).map_err(|_| OpenError::NotOurs)?;
    match version.seal {
        VERSION => {}
        newer if newer > VERSION => return Err(OpenError::Newer),
        _ => return Err(OpenError::NotOurs),
    }
    let head: SealHead = toml::from_str(head).map_err(|_| OpenError::NotOurs)?;
    if head.pair != binding.pair.as_str() {
        return Err(OpenError::MovedPair);
    }
    if head.entry != binding.entry.as_str() {
        return Err(OpenError::MovedEntry);
    }
    if head.by != binding.by.as_str() {
        return Err(OpenError::WrongAuthor);
    }
    if !head.visibility.is_sealed() {
        return Err(OpenError::NotOurs);
    }
    let stated = head.readers.len();
    let readers: BTreeSet<Fingerprint> = head.readers.iter().filter_map(|r| r.parse().ok()).collect();
    // A doubled or misspelled one would say another number than there are.
    if readers.len() != stated || !(1..=MOST_READERS).contains(&stated) {
        return Err(OpenError::WrongReaders);
    }
    let table = parse_content(rest).map_err(|_| OpenError::Content)?;
    if !is_content(&table) {
        return Err(OpenError::Content);
    }
    Ok(Opened {
        content: Content::from_table(table),
        visibility: head.visibility,
        by: binding.by.clone(),
        readers,
    })
}
