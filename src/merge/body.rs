//! The body of an entry that is sealed on any side: one value, merged as a whole (docs/merge.md#bodies).
//!
//! The result never shows a text to more readers than it had on a side: each body keeps its own visibility.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::model::{Alternative, Form, MergeRule, Row, Table, TableKind, write_table};

use super::fields::merge_fields;
use super::sets::merge_sets;

/// Whether an entry is sealed, is to be sealed, or keeps a ciphertext in a conflict.
pub(crate) fn is_sealed(entry: &Table) -> bool {
    entry.holds_ciphertext()
        || entry.form() != Form::Clear
        || entry
            .rows_of("body")
            .any(|row| row.alternative.form() != Form::Clear)
}

fn bodies(entry: &Table) -> BTreeSet<Alternative> {
    entry
        .rows_of("body")
        .map(|r| r.alternative.clone())
        .chain([entry.shown("body")])
        .collect()
}

/// Merges two entries that differ from the base and from each other, where one of the three is sealed.
pub(crate) fn merge_bodies(base: Option<&Table>, left: &Table, right: &Table) -> Table {
    if !is_sealed(left) && !is_sealed(right) {
        let mut merged = merge_fields(TableKind::Entry, None, left, right);
        envelope(&mut merged, base, left, right);
        merged
            .rows
            .extend(body_rows(left).chain(body_rows(right)).cloned());
        merged.tidy_rows();
        return merged;
    }
    let b = base.map(bodies).unwrap_or_default();
    let (l, r) = (bodies(left), bodies(right));
    let mut merged = merge_sets(&b, &l, &r);
    let Some(shown) = merged.pop_first() else {
        return left.clone();
    };
    let mut out = showing(&shown, left, right);
    envelope(&mut out, base, left, right);
    out.rows.retain(|row| row.field != "body");
    out.body_base = None;
    if !merged.is_empty() {
        out.rows.extend(merged.into_iter().map(|alternative| Row {
            field: "body".to_owned(),
            alternative,
        }));
        out.body_base = kept_base(base, &b, (left, &l), (right, &r));
    }
    out.tidy_rows();
    out
}

fn body_rows(entry: &Table) -> impl Iterator<Item = &Row> {
    entry.rows.iter().filter(|r| r.field == "body")
}

/// A table that shows the body, with the comments and the order of a side that shows it.
fn showing(shown: &Alternative, left: &Table, right: &Table) -> Table {
    let mut sides: Vec<&Table> = [left, right]
        .into_iter()
        .filter(|t| t.shown("body") == *shown)
        .collect();
    sides.sort_by_cached_key(|t| write_table(t));
    match sides.first() {
        Some(side) => (*side).clone(),
        None => {
            let mut out = left.clone();
            out.show("body", shown);
            out
        }
    }
}

/// The envelope by its own rule: the base's, else the smaller.
fn envelope(out: &mut Table, base: Option<&Table>, left: &Table, right: &Table) {
    let fixed = TableKind::Entry.fields().filter(|f| f.merge == MergeRule::Fixed);
    for key in fixed.map(|f| f.name) {
        let of = |t: &Table| t.get(key).cloned();
        let (l, r) = (of(left), of(right));
        let value = base.and_then(of).or_else(|| match (l, r) {
            (Some(l), Some(r)) => Some(l.min(r)),
            (one, None) | (None, one) => one,
        });
        out.put(key, value);
    }
}

/// The ciphertext that the conflict arose from, where it still says what both sides started from.
fn kept_base(
    base: Option<&Table>,
    b: &BTreeSet<Alternative>,
    (left, l): (&Table, &BTreeSet<Alternative>),
    (right, r): (&Table, &BTreeSet<Alternative>),
) -> Option<String> {
    match (l.len() > 1, r.len() > 1) {
        (false, false) if b.len() == 1 => base?.ciphertext().map(str::to_owned),
        (false, false) => None,
        (true, false) => left.body_base.clone().filter(|_| b.is_subset(l)),
        (false, true) => right.body_base.clone().filter(|_| b.is_subset(r)),
        (true, true) => left
            .body_base
            .clone()
            .filter(|base| Some(base) == right.body_base.as_ref()),
    }
}
