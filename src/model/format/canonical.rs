//! The one order of keys and of entries, so that a file has one form whoever writes it (docs/format.md#order).

use crate::model::date::instant_of_value;
use crate::model::fields::rank_of;
use crate::model::id::EntryId;

use super::table::{Field, Table};

/// Puts fields into schema order, unknown ones by name behind.
pub fn order_of_keys(fields: &mut [Field]) {
    fields.sort_by_cached_key(|field| (rank_of(&field.key), field.key.clone()));
}

/// Sorts the entries of one file: by `at`, then by id. One without a usable `at` comes last.
pub fn sort_entries<T: std::borrow::Borrow<Table>>(entries: &mut [(EntryId, T)]) {
    entries.sort_by_cached_key(|(id, table)| {
        let at = table.borrow().get("at").and_then(instant_of_value);
        (at.is_none(), at, *id)
    });
}
