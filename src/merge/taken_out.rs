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

#[cfg(test)]
mod tests {
    use crate::merge::testing::table;
    use crate::model::parse_pair;

    use super::*;

    /// Whether a value is back where it was seen and is there again, and the rewrite has the last table.
    fn comes_back(kind: TableKind, [seen, rewritten, mine]: [&Table; 3]) -> bool {
        is_back(kind, [Some(seen), Some(rewritten), Some(mine), Some(mine)])
    }

    #[test]
    fn one_element_of_a_list_comes_back_beside_a_new_one() {
        let [seen, rewritten, mine] = ["themes = [\"a\"]", "", "themes = [\"a\", \"b\"]"].map(table);
        assert!(comes_back(TableKind::Entry, [&seen, &rewritten, &mine]));
        let new = table("themes = [\"b\"]");
        assert!(!comes_back(TableKind::Entry, [&seen, &rewritten, &new]));
    }

    #[test]
    fn a_value_that_goes_with_another_is_none() {
        let [seen, rewritten, mine] = ["carried = 1", "", "carried = 1"].map(table);
        assert!(!comes_back(TableKind::Entry, [&seen, &rewritten, &mine]));
    }

    #[test]
    fn the_name_of_a_member_comes_back_and_a_key_does_not() {
        let member = |name: &str, key: &str| {
            let seat = |slug: &str, lines: &str| format!("[member.{slug}]\nrole = \"{slug}\"\n{lines}\n");
            let lines = format!("name = \"{name}\"\nkeys = [\"{key}\"]");
            let text = format!("format = 1\nid = \"kqzmrtxwlpso\"\n{}", seat("manager", &lines));
            parse_pair(text.as_bytes())
                .unwrap()
                .members
                .remove("manager")
                .unwrap()
        };
        let (old, new) = (member("Old", "age1old"), member("New", "age1new"));
        assert!(comes_back(TableKind::Member, [&old, &new, &old]));
        let key = member("New", "age1old");
        assert!(!comes_back(TableKind::Member, [&old, &new, &key]));
    }
}
