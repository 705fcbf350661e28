//! Every real merge checks itself (docs/merge.md#check): laws 2, 4, 5 and 6, and that nothing is widened.
//!
//! Written apart from the rules: it looks at values, not at how they were chosen.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::{Alternative, MergeRule, Placed, State, Table, TableKind, Value, Visibility, merge_rule};

use super::entry::same_but_carried;
use super::states::{MergeError, Merged, merge_unchecked};

/// Checks a merge against its three sides.
pub(super) fn check(base: &State, left: &State, right: &State, merged: &Merged) -> Result<(), MergeError> {
    let mirrored = merge_unchecked(base, right, left)?;
    if mirrored != *merged {
        let what = "left and right are not alike to it".to_owned();
        return Err(MergeError::Unsound { what });
    }
    check_values(base, left, right, &merged.state)
}

/// Checks what stands in the result against what stands on the sides.
fn check_values(base: &State, left: &State, right: &State, merged: &State) -> Result<(), MergeError> {
    let unsound = |what: String| Err(MergeError::Unsound { what });
    for (side, other) in [(left, right), (right, left)] {
        for (id, placed) in &side.entries {
            let Some(result) = merged.entries.get(id) else {
                let untouched = base
                    .entries
                    .get(id)
                    .is_some_and(|b| same_but_carried(&b.entry, &placed.entry));
                if untouched && !other.entries.contains_key(id) {
                    continue;
                }
                return unsound(format!("entry {id} would be lost"));
            };
            if let Some(field) = lost_value(base.entries.get(id), placed, result) {
                return unsound(format!("a value of `{field}` of entry {id} would be lost"));
            }
        }
        for key in side.meetings.keys() {
            let gone = !merged.meetings.contains_key(key);
            if gone && (other.meetings.contains_key(key) || side.meetings.get(key) != base.meetings.get(key))
            {
                return unsound(format!("meeting {key} would be lost"));
            }
        }
    }
    for (id, placed) in &merged.entries {
        let sides: Vec<&Placed> = [left, right].iter().filter_map(|s| s.entries.get(id)).collect();
        if sides.iter().any(|s| **s == *placed) {
            continue;
        }
        if let Some(what) = invented(base.entries.get(id), &sides, placed) {
            return unsound(format!("{what} of entry {id} stands on no side"));
        }
        if widened(&sides, placed) {
            return unsound(format!("entry {id} would be readable by more people"));
        }
    }
    match emptied_seat(base, merged) {
        Some(member) => unsound(format!("the seat of {member} would be open again")),
        None => Ok(()),
    }
}

/// A seat that holds a key on the base, and none in the result.
fn emptied_seat<'a>(base: &'a State, merged: &State) -> Option<&'a String> {
    let merged = merged.pair.as_ref()?;
    let mut taken = base.pair.iter().flat_map(|pair| &pair.members);
    let emptied = taken.find(|(slug, before)| {
        let after = merged.members.get(*slug);
        !before.is_open_seat() && after.is_some_and(Table::is_open_seat)
    });
    emptied.map(|(slug, _)| slug)
}

/// Every value of a field, shown or in a conflict.
fn values(table: &Table, field: &str) -> BTreeSet<Alternative> {
    table
        .rows_of(field)
        .map(|r| r.alternative.clone())
        .chain([table.shown(field)])
        .collect()
}

/// The values of a field. The body that an entry in clear shows is none: each of its fields is one.
fn values_by_themselves(table: &Table, field: &str) -> BTreeSet<Alternative> {
    match field {
        "body" => table.rows_of(field).map(|row| row.alternative.clone()).collect(),
        _ => values(table, field),
    }
}

fn fields(table: &Table) -> BTreeSet<&str> {
    let keys = table.fields.iter().map(|f| f.key.as_str());
    let goes_along = |key: &str| {
        matches!(
            merge_rule(TableKind::Entry, key),
            MergeRule::WithHome | MergeRule::PartOf(_)
        )
    };
    keys.chain(table.rows.iter().map(|r| r.field.as_str()))
        .filter(|key| !goes_along(key))
        .collect()
}

/// Bodies as wholes, where the entry is sealed anywhere: their fields are no values of their own then.
fn as_bodies(tables: &[&Table]) -> bool {
    tables.iter().any(|t| super::body::is_sealed(t))
}

/// A field of which the side wrote a value that is neither in the result nor superseded by a rule that names it.
fn lost_value(base: Option<&Placed>, side: &Placed, result: &Placed) -> Option<String> {
    let (side, result) = (&side.entry, &result.entry);
    let base = base.map(|b| &b.entry);
    if as_bodies(&[side, result]) {
        let mut kept = values(result, "body");
        kept.insert(result.shown("body").without_comments());
        let old = base.map(|b| values(b, "body")).unwrap_or_default();
        let lost = values(side, "body")
            .into_iter()
            .any(|body| !old.contains(&body) && !kept.contains(&body));
        return lost.then(|| "body".to_owned());
    }
    // Where the other side had sealed it, the whole body may stand in a conflict.
    let whole = side.shown("body");
    let as_row = result.rows_of("body").any(|row| row.alternative == whole);
    for field in fields(side) {
        // Where there was no entry, or no field to be read, there was no value.
        // Rows over a body can be read in a sealed entry, too.
        let old = base
            .filter(|b| field == "body" || !super::body::is_sealed(b))
            .map_or_else(|| BTreeSet::from([Alternative::of(None)]), |b| values(b, field));
        let mut kept = values(result, field);
        if field == "body" {
            // A row that equals what is shown goes, whatever else is in conflict there.
            let mut bare = result.clone();
            bare.rows.clear();
            let shown = bare.shown(field);
            kept.extend([shown.clone().without_comments(), shown]);
        }
        for value in values_by_themselves(side, field) {
            if old.contains(&value) || kept.contains(&value) || (as_row && value == side.shown(field)) {
                continue;
            }
            let superseded = match merge_rule(TableKind::Entry, field) {
                MergeRule::Set => false,
                MergeRule::Lines => lines_in(&value, &old, &kept),
                MergeRule::Elements => elements_in(&value, &old, &kept),
                MergeRule::State => kept.iter().any(|k| k.value() == value.value()),
                _ => true,
            };
            if !superseded {
                return Some(field.to_owned());
            }
        }
    }
    None
}

fn texts(values: &BTreeSet<Alternative>) -> impl Iterator<Item = &str> {
    values.iter().filter_map(|v| v.value().and_then(Value::as_str))
}

fn lines_in(value: &Alternative, old: &BTreeSet<Alternative>, kept: &BTreeSet<Alternative>) -> bool {
    let known = texts(old).chain(texts(kept));
    let known: HashSet<&str> = known.flat_map(|text| text.split('\n')).collect();
    let text = value.value().and_then(Value::as_str);
    text.is_none_or(|text| text.split('\n').all(|line| known.contains(line)))
}

fn elements_in(value: &Alternative, old: &BTreeSet<Alternative>, kept: &BTreeSet<Alternative>) -> bool {
    let known: BTreeSet<&Value> = old.iter().chain(kept).flat_map(elements).collect();
    elements(value).iter().all(|element| known.contains(element))
}

fn elements(value: &Alternative) -> &[Value] {
    value.value().and_then(Value::as_array).unwrap_or_default()
}

/// A value of the result that stands on no side.
fn invented(base: Option<&Placed>, sides: &[&Placed], result: &Placed) -> Option<String> {
    let result = &result.entry;
    let tables: Vec<&Table> = sides.iter().map(|s| &s.entry).collect();
    let all: Vec<&Table> = tables.iter().copied().chain([result]).collect();
    let names: BTreeSet<&str> = if as_bodies(&all) {
        BTreeSet::from(["body"])
    } else {
        fields(result)
    };
    for field in names {
        let stands: BTreeSet<Alternative> = tables.iter().flat_map(|t| values(t, field)).collect();
        let written = match field {
            "body" if !as_bodies(&all) => values_by_themselves(result, field),
            _ => values(result, field),
        };
        for value in written {
            let fine = stands.contains(&value)
                || match merge_rule(TableKind::Entry, field) {
                    MergeRule::Lines => lines_in(&value, &stands, &BTreeSet::new()),
                    MergeRule::Elements => elements_in(&value, &stands, &BTreeSet::new()),
                    MergeRule::Fixed => base.is_some_and(|b| values(&b.entry, field).contains(&value)),
                    _ => false,
                };
            if !fine {
                return Some(format!("a value of `{field}`"));
            }
        }
    }
    None
}

/// The texts that a table holds in clear, each with the widest visibility it stands under.
fn readable(table: &Table) -> Vec<(String, Visibility)> {
    let mut texts = Vec::new();
    let mut take = |text: Option<&str>, visibility: Visibility| {
        texts.extend(text.map(|t| (t.to_owned(), visibility)));
    };
    take(table.get_str("text"), table.visibility());
    take(table.ciphertext(), table.visibility());
    for row in &table.rows {
        match row.field.as_str() {
            "body" => {
                let visibility = row.alternative.visibility();
                take(row.alternative.get("text").and_then(Value::as_str), visibility);
                take(row.alternative.ciphertext(), visibility);
            }
            "text" => take(
                row.alternative.value().and_then(Value::as_str),
                table.visibility(),
            ),
            _ => {}
        }
    }
    texts
}

/// Whether a line of the result can be read by more people than on any side.
fn widened(sides: &[&Placed], result: &Placed) -> bool {
    let before: Vec<(String, Visibility)> = sides.iter().flat_map(|s| readable(&s.entry)).collect();
    let mut widest: HashMap<&str, Visibility> = HashMap::new();
    for (text, visibility) in &before {
        for line in text.split('\n') {
            let widest = widest.entry(line).or_insert(*visibility);
            *widest = (*widest).max(*visibility);
        }
    }
    readable(&result.entry).iter().any(|(text, visibility)| {
        text.split('\n')
            .any(|line| widest.get(line).is_some_and(|widest| visibility > widest))
    })
}
