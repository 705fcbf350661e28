//! One entry: its envelope, its home, its content.

use std::collections::BTreeSet;

use crate::model::{Placed, Table, TableKind};

use super::body::{is_sealed, merge_bodies};
use super::fields::merge_fields;
use super::home::{MergeSide, merge_home};
use super::sets::merge_sets;

/// The entry without `carried`: a move alone, with its `carried`, is no edit.
fn without_carried(entry: &Table) -> Table {
    let mut entry = entry.clone();
    entry.remove("carried");
    entry
}

/// Whether two versions of an entry say the same, however often each was carried.
pub fn same_but_carried(a: &Table, b: &Table) -> bool {
    without_carried(a) == without_carried(b)
}

/// Merges two contents that stand in clear on both sides, field by field.
pub(crate) fn merge_clear(base: Option<&Table>, left: &Table, right: &Table) -> Table {
    if left == right || base == Some(right) {
        left.clone()
    } else if base == Some(left) {
        right.clone()
    } else {
        merge_fields(TableKind::Entry, base, left, right)
    }
}

/// Merges two entries that stand in clear, and differ from the base and from each other: field by field. The bodies in
/// conflict, of a time when the entry was sealed, are a set of values of their own.
fn merge_in_clear(base: Option<&Table>, left: &Table, right: &Table) -> Table {
    let bodies = |table: &Table| table.rows_of("body").cloned().collect::<BTreeSet<_>>();
    let mut merged = merge_fields(TableKind::Entry, base, left, right);
    let rows = merge_sets(
        &base.map(bodies).unwrap_or_default(),
        &bodies(left),
        &bodies(right),
    );
    merged.rows.extend(rows);
    merged.tidy_rows();
    merged
}

/// Merges an entry that stands on both sides.
pub(crate) fn merge_entry(base: Option<&Placed>, left: &Placed, right: &Placed) -> Placed {
    if left == right || base == Some(right) {
        return left.clone();
    }
    if base == Some(left) {
        return right.clone();
    }
    let b = base.map(|b| without_carried(&b.entry));
    let (l, r) = (without_carried(&left.entry), without_carried(&right.entry));
    let sealed = b.as_ref().is_some_and(is_sealed) || is_sealed(&l) || is_sealed(&r);
    let mut entry = if l == r || b.as_ref() == Some(&r) {
        l
    } else if b.as_ref() == Some(&l) {
        r
    } else if !sealed {
        merge_in_clear(b.as_ref(), &l, &r)
    } else {
        merge_bodies(b.as_ref(), &l, &r)
    };
    let standing = match merge_home(base, left, right) {
        MergeSide::Left => left,
        MergeSide::Right => right,
    };
    entry.put("carried", standing.entry.get("carried").cloned());
    Placed {
        home: standing.home,
        entry,
    }
}
