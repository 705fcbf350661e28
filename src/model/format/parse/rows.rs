//! The rows of conflicts.

use toml_edit::Item;

use crate::model::fields::{MergeRule, Seal, TableKind, merge_rule, seal_of};
use crate::model::format::conflict::{Alternative, COMMENTS, Row};
use crate::model::format::table::Table;
use crate::model::format::validate::check_value;
use crate::model::format::value::Value;

use super::comments::comments_in;
use super::parser::RecordParser;

impl RecordParser<'_> {
    /// The `conflict` rows of a table.
    pub(super) fn rows(&mut self, out: &mut Table, item: &Item, place: TableKind) {
        let mut comments = Vec::new();
        let rows: Vec<(Value, Vec<String>)> = match item {
            Item::ArrayOfTables(tables) => tables
                .iter()
                .map(|table| {
                    let mut own = comments_in(self.raw(table.decor().prefix()));
                    own.extend(comments_in(self.raw(table.decor().suffix())));
                    let value = self.nested(table, &mut own);
                    (value, own)
                })
                .collect(),
            Item::Value(toml_edit::Value::Array(array)) => array
                .iter()
                .map(|element| (self.plain(element, &mut comments), Vec::new()))
                .collect(),
            _ => Vec::new(),
        };
        out.above.append(&mut comments);
        if self.is_beyond(rows.len(), "conflict rows in one table", item.span()) {
            return;
        }
        if rows.is_empty() {
            self.bad_row(item);
        }
        for (value, own) in rows {
            match row(value, own, place) {
                Ok((row, base, comments)) => {
                    out.rows.push(row);
                    out.body_base = out.body_base.take().max(base);
                    out.above.extend(comments);
                }
                Err(()) => self.bad_row(item),
            }
        }
    }

    fn bad_row(&mut self, item: &Item) {
        self.report(
            item.span(),
            "a conflict has a `field` with a `value`, or absent = true".to_owned(),
            "",
            "put the row back as it was, or delete it to keep the value above",
        );
    }
}

/// Whether a field of an entry can be in conflict by itself. The envelope merges by its own rule; other fields go with
/// the state or with the body.
fn conflicts_alone(key: &str) -> bool {
    let goes_along = matches!(merge_rule(TableKind::Entry, key), MergeRule::PartOf(_));
    seal_of(key) == Seal::Inside && !goes_along
}

/// A row out of its table, with the base it keeps and the comments that belong to the entry.
fn row(
    value: Value,
    comments: Vec<String>,
    place: TableKind,
) -> Result<(Row, Option<String>, Vec<String>), ()> {
    let Value::Table(mut map) = value else {
        return Err(());
    };
    let Some(Value::String(field)) = map.remove("field") else {
        return Err(());
    };
    // The comments of a row are put under that key below; a stranger's key would be written as it is.
    if (place == TableKind::Entry && !conflicts_alone(&field)) || map.contains_key(COMMENTS) {
        return Err(());
    }
    if field == "body" && place == TableKind::Entry {
        let base = match map.remove("base") {
            Some(Value::String(base)) => Some(base),
            None => None,
            Some(_) => return Err(()),
        };
        if !(map.contains_key("sealed") || map.contains_key("text"))
            || map.keys().any(|key| seal_of(key) == Seal::Clear)
        {
            return Err(());
        }
        for (key, value) in &map {
            if key != "conflict" && check_value(TableKind::Entry, key, value).is_err() {
                return Err(());
            }
        }
        if !comments.is_empty() {
            map.insert(
                COMMENTS.to_owned(),
                Value::Array(comments.into_iter().map(Value::from).collect()),
            );
        }
        return Ok((
            Row {
                field,
                alternative: Alternative::of_body(map),
            },
            base,
            Vec::new(),
        ));
    }
    let absent = map.get("absent") == Some(&Value::Boolean(true));
    if absent == map.contains_key("value") {
        return Err(());
    }
    if let Some(value) = map.get("value") {
        let own = field
            .strip_prefix("member.")
            .and_then(|rest| rest.split_once('.'));
        let (place, key) = match own {
            Some((_, key)) if place == TableKind::Pair => (TableKind::Member, key),
            _ => (place, field.as_str()),
        };
        check_value(place, key, value).map_err(drop)?;
    }
    Ok((
        Row {
            field,
            alternative: Alternative::from_map(map),
        },
        None,
        comments,
    ))
}
