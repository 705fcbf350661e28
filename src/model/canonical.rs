//! The one order of keys and of entries, so that a file has one form whoever writes it (design, section 2).

use super::date::instant_of_value;
use super::id::EntryId;
use super::table::{Field, Table};

/// The keys of an entry, then those of headers and of the pair, in the order of the schema.
const KEYS: &[&str] = &[
    "format",
    "id",
    "kind",
    "by",
    "at",
    "carried",
    "visibility",
    "text",
    "themes",
    "tone",
    "owner",
    "due",
    "state",
    "closed",
    "re",
    "sealed",
    "cadence",
    "next",
    "date",
    "status",
    "started",
    "ended",
    "role",
    "name",
    "keys",
];

/// Where a key stands in the order of the schema; an unknown one comes last.
pub(crate) fn key_rank(key: &str) -> usize {
    KEYS.iter().position(|k| *k == key).unwrap_or(KEYS.len())
}

/// Puts fields into schema order, unknown ones by name behind.
pub fn order_of_keys(fields: &mut [Field]) {
    fields.sort_by(|a, b| {
        key_rank(&a.key)
            .cmp(&key_rank(&b.key))
            .then_with(|| a.key.cmp(&b.key))
    });
}

/// Sorts the entries of one file: by `at`, then by id. One without a usable `at` comes last.
pub fn sort_entries<T: std::borrow::Borrow<Table>>(entries: &mut [(EntryId, T)]) {
    entries.sort_by_cached_key(|(id, table)| {
        let at = table.borrow().get("at").and_then(instant_of_value);
        (at.is_none(), at, *id)
    });
}
