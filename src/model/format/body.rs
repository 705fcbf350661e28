//! The values that a table shows: a key, a state with its date, or the whole body of an entry.
//!
//! The body is everything but the envelope (`id`, `by`, `at`, `carried`). Where an entry is sealed on any side, its body
//! is merged as one value (docs/merge.md#bodies).

use std::collections::BTreeMap;
use std::fmt;

use crate::model::fields::{Seal, seal_of};
use crate::model::words::Visibility;

use super::conflict::{Alternative, COMMENTS, Row};
use super::table::{Field, Table};
use super::value::Value;

fn is_envelope(key: &str) -> bool {
    seal_of(key) == Seal::Clear
}

impl Table {
    /// The value of a field that is shown: a key, `state` with `closed`, or the whole `body`.
    pub fn shown(&self, field: &str) -> Alternative {
        match field {
            "body" => shown_body(self),
            "state" => Alternative::of_state(self.get("state").cloned(), self.get("closed").cloned()),
            _ => Alternative::of(self.get(field).cloned()),
        }
    }

    /// Shows a value of a field: sets its keys, or removes them where it is absent.
    pub fn show(&mut self, field: &str, alternative: &Alternative) {
        match field {
            "body" => show_body(self, alternative),
            "state" => {
                self.put("state", alternative.value().cloned());
                self.put("closed", alternative.get("closed").cloned());
            }
            _ => self.put(field, alternative.value().cloned()),
        }
    }

    /// Sorts the rows, drops doubles, and drops those that equal what is shown. A body that lacks nothing but comments of
    /// the one that is shown says nothing that is not there.
    pub fn tidy_rows(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|row| {
            let shown = self.shown(&row.field);
            row.alternative != shown && (row.field != "body" || row.alternative != shown.without_comments())
        });
        rows.sort();
        rows.dedup();
        if !rows.iter().any(|r| r.field == "body") {
            self.body_base = None;
        }
        self.rows = rows;
    }
}

fn shown_body(table: &Table) -> Alternative {
    let mut map: BTreeMap<String, Value> = table
        .fields
        .iter()
        .filter(|f| !is_envelope(&f.key) && f.key != COMMENTS)
        .map(|f| (f.key.clone(), f.value.clone()))
        .collect();
    let rows: Vec<Value> = table
        .rows
        .iter()
        .filter(|r| r.field != "body")
        .map(row_value)
        .collect();
    if !rows.is_empty() {
        map.insert("conflict".to_owned(), Value::Array(rows));
    }
    // In the order of their bytes: where they stood is no part of what the body says.
    let mut comments: Vec<Value> = table.comments().map(|c| Value::from(c.as_str())).collect();
    comments.sort();
    if !comments.is_empty() {
        map.insert(COMMENTS.to_owned(), Value::Array(comments));
    }
    Alternative::of_body(map)
}

fn row_value(row: &Row) -> Value {
    let mut map = row.alternative.map().clone();
    map.insert("field".to_owned(), Value::from(row.field.as_str()));
    Value::Table(map)
}

/// Makes a table show the body given, keeping its envelope and the other rows of `body`.
fn show_body(table: &mut Table, body: &Alternative) {
    table.fields.retain(|f| is_envelope(&f.key));
    table.rows.retain(|r| r.field == "body");
    table.above.clear();
    for field in &mut table.fields {
        field.above.clear();
        field.beside = None;
    }
    for (key, value) in body.map() {
        match (key.as_str(), value) {
            (COMMENTS, Value::Array(lines)) => {
                table.above = lines
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect();
            }
            ("conflict", Value::Array(rows)) => table.rows.extend(rows.iter().filter_map(row_of_value)),
            ("visibility", value) if value.as_str() == Some(Visibility::UNNAMED.as_str()) => {}
            _ => table.fields.push(Field::bare(key, value.clone())),
        }
    }
    super::canonical::order_of_keys(&mut table.fields);
}

fn row_of_value(value: &Value) -> Option<Row> {
    let mut map = value.as_table()?.clone();
    let field = map.remove("field")?.as_str()?.to_owned();
    map.remove(COMMENTS);
    Some(Row {
        field,
        alternative: Alternative::from_map(map),
    })
}

/// The body of an entry, as a raw table without its envelope: what goes inside a seal.
///
/// It has no `Debug` of its own that shows anything: the table's shows keys alone.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Content(Table);

impl Content {
    /// The content of an entry that stands in clear: everything but the envelope, visibility and `sealed`.
    pub fn of_entry(entry: &Table) -> Self {
        let mut table = Table {
            above: entry.above.clone(),
            ..Table::default()
        };
        for field in &entry.fields {
            if seal_of(&field.key) != Seal::Inside {
                table.above.extend(field.above.iter().cloned());
                table.above.extend(field.beside.clone());
            } else {
                table.fields.push(field.clone());
            }
        }
        table.rows = entry.rows.iter().filter(|r| r.field != "body").cloned().collect();
        Self(table)
    }

    /// The content that a table is.
    pub fn from_table(table: Table) -> Self {
        Self(table)
    }

    /// The table.
    pub fn table(&self) -> &Table {
        &self.0
    }

    /// The table, to be changed.
    pub fn table_mut(&mut self) -> &mut Table {
        &mut self.0
    }

    /// An entry in clear with the envelope of `entry` and this content.
    pub fn in_clear(&self, entry: &Table) -> Table {
        let mut clear = entry.envelope();
        clear.above = self.0.above.clone();
        // The kind stands between the id and the author, where a person writes it.
        for field in &self.0.fields {
            if field.key == "kind" {
                clear.set("kind", field.value.clone());
                if let Some(kind) = clear.fields.iter_mut().find(|f| f.key == "kind") {
                    *kind = field.clone();
                }
            } else {
                clear.fields.push(field.clone());
            }
        }
        clear.rows = self.0.rows.clone();
        clear
            .rows
            .extend(entry.rows.iter().filter(|r| r.field == "body").cloned());
        clear.rows.sort();
        clear.body_base = entry.body_base.clone();
        clear
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content(..)")
    }
}
