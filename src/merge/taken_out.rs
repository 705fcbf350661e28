//! Values that a rewritten history took out: none of them comes back with the changes of this clone
//! (docs/sync.md#rewritten).

use std::collections::BTreeSet;

use crate::model::{Alternative, MergeRule, Table, TableKind, Value, merge_rule};

/// A value of a table, as small as a merge takes it apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum ValuePart {
    /// A line of a text, or a comment, without the spaces around it. One without a letter or a digit says nothing.
    Line(String),
    /// An element of a list.
    Element(String, Value),
    /// Any other value of a field, shown or in a conflict.
    Value(String, Alternative),
}

/// Whether an outcome holds a value that the rewrite took out: one that stands neither in `rewritten` nor, newly since
/// `seen`, in `mine`.
pub(super) fn is_back(kind: TableKind, [seen, rewritten, mine, outcome]: [Option<&Table>; 4]) -> bool {
    if outcome == rewritten {
        return false;
    }
    let [seen, rewritten, mine, outcome] = [seen, rewritten, mine, outcome].map(|table| parts(kind, table));
    outcome
        .iter()
        .any(|part| !rewritten.contains(part) && (seen.contains(part) || !mine.contains(part)))
}

fn parts(kind: TableKind, table: Option<&Table>) -> BTreeSet<ValuePart> {
    let mut parts = BTreeSet::new();
    let Some(table) = table else { return parts };
    let shown = table
        .fields
        .iter()
        .map(|field| (field.key.as_str(), table.shown(&field.key)));
    let rows = table
        .rows
        .iter()
        .map(|row| (row.field.as_str(), row.alternative.clone()));
    for (key, value) in shown.chain(rows) {
        let rule = merge_rule(kind, key);
        let text = value.value().and_then(Value::as_str);
        let elements = value.value().and_then(Value::as_array);
        match (rule, text, elements) {
            // They go with another value, are the same everywhere, or are ids.
            (MergeRule::Fixed | MergeRule::WithHome | MergeRule::PartOf(_) | MergeRule::List, ..) => {}
            // A seat keeps the keys that it had.
            _ if kind == TableKind::Member && key == "keys" => {}
            (MergeRule::Lines, Some(text), _) => parts.extend(text.split('\n').filter_map(line)),
            (_, _, Some(elements)) => {
                parts.extend(
                    elements
                        .iter()
                        .map(|element| ValuePart::Element(key.to_owned(), element.clone())),
                );
            }
            _ => drop(parts.insert(ValuePart::Value(key.to_owned(), value))),
        }
    }
    parts.extend(table.comments().filter_map(|comment| line(comment)));
    parts
}

fn line(text: &str) -> Option<ValuePart> {
    let is_said = text.chars().any(char::is_alphanumeric);
    is_said.then(|| ValuePart::Line(text.trim().to_owned()))
}
