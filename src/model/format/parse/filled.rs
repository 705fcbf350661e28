//! The limits hold for a record as a command writes it: filled in, and in its one form (docs/format.md#limits). A record
//! that exceeds them then could never be written again.

use crate::model::fill_in::complete_action;
use crate::model::format::document::{Document, PairDocument};
use crate::model::format::table::Table;
use crate::model::format::write::{write_pair, write_record};
use crate::model::id::EntryId;
use crate::model::limits::Limits;
use crate::model::slug::Slug;
use crate::model::words::Kind;

use super::parser::RecordParser;

/// The keys that are filled in, and those that `end`, `done` and settling add to an entry that nobody edited.
const ADDED: [&str; 9] = [
    "id",
    "kind",
    "by",
    "at",
    "owner",
    "state",
    "closed",
    "carried",
    "visibility",
];
/// So many keys come to a table at most: `conflict` and `entry` name the tables below, and count as well.
const FILLED: usize = ADDED.len() + 2;

/// A smaller file cannot grow beyond the limit: its one form takes less than this many times its bytes.
const GROWS: usize = 16;

impl RecordParser<'_> {
    /// Reports a record of entries that is beyond a limit once it is filled in.
    pub(super) fn check_limits(&mut self, document: &Document) {
        let is_near = |table: &Table| table.fields.len() + FILLED > Limits::KEYS;
        let loose = document.loose.iter().map(|loose| &loose.table);
        let mut tables = document.entries.iter().map(|(_, table)| table).chain(loose);
        let nothing_grows =
            self.text_len() <= Limits::FILE / GROWS && !is_near(&document.header) && !tables.any(is_near);
        if nothing_grows || !self.problems.is_empty() {
            return;
        }
        let below = usize::from(!document.entries.is_empty() || !document.loose.is_empty());
        self.check_keys(&document.header, below);
        let mut entries: Vec<(EntryId, Table)> = document.entries.clone();
        for loose in &document.loose {
            let mut table = loose.table.clone();
            let id = fill_in_at_most(&mut table);
            entries.push((id, table));
        }
        for (_, table) in &mut entries {
            let added = ADDED.iter().filter(|key| table.get(key).is_none()).count();
            self.check_keys(table, added);
            complete_action(table);
        }
        let entries: Vec<(EntryId, &Table)> = entries.iter().map(|(id, table)| (*id, table)).collect();
        self.check_bytes(write_record(&document.header, &entries).len());
    }

    /// The same of `pair.toml`, in which nothing is filled in.
    pub(super) fn check_pair_limits(&mut self, pair: &PairDocument) {
        if self.text_len() > Limits::FILE / GROWS && self.problems.is_empty() {
            self.check_bytes(write_pair(pair).len());
        }
    }

    /// `added` tables or keys come to those that stand there.
    fn check_keys(&mut self, table: &Table, added: usize) {
        let number = table.fields.len() + usize::from(!table.rows.is_empty()) + added;
        self.is_beyond(number, "keys in one table once it is filled in", None);
    }

    fn check_bytes(&mut self, size: usize) {
        if size > Limits::FILE {
            let most = Limits::FILE;
            let what =
                format!("the record holds {size} bytes once it is filled in; at most {most} are allowed");
            self.report(
                None,
                what,
                "",
                "move entries into the records of their own meetings",
            );
        }
    }
}

/// Fills in an entry without an id with values as long as any; the id.
fn fill_in_at_most(table: &mut Table) -> EntryId {
    let id = EntryId::from_bytes([0; 6]);
    table.set("id", id.to_string());
    let longest = "x".repeat(Slug::LONGEST);
    for (key, value) in [
        ("kind", Kind::default().as_str()),
        ("by", longest.as_str()),
        ("at", "2026-01-01T00:00:00Z"),
    ] {
        if table.get(key).is_none() {
            table.set(key, value);
        }
    }
    id
}
