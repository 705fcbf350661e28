//! Records as they stand, in raw tables.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::id::EntryId;

use super::table::Table;
use super::value::Value;

/// An entry that a hand wrote without an id, and where in its file it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LooseEntry {
    /// The entry.
    pub table: Table,
    /// Bytes of its header in the text of the record.
    pub span: Range<usize>,
}

/// The agenda or a meeting, as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// The keys above the first entry.
    pub header: Table,
    /// The entries that have an id, in the order of the file.
    pub entries: Vec<(EntryId, Table)>,
    /// Those that have none yet.
    pub loose: Vec<LooseEntry>,
}

/// `pair.toml`, as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PairDocument {
    /// The keys at the top, and every conflict.
    pub top: Table,
    /// The members by slug.
    pub members: BTreeMap<String, Table>,
}

impl PairDocument {
    /// The version of the format that it names; 0 where it names none.
    pub fn format(&self) -> i64 {
        self.top.get("format").and_then(Value::as_integer).unwrap_or(0)
    }
}
