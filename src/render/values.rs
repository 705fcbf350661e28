//! Values of conflicts, as the exits share them.

use crate::model::{Entry, Row, Value};

use super::facts::ConflictNotes;

/// The shown value of a field, as text; none where it is absent or the typed entry does not know the field.
pub(crate) fn shown(entry: &Entry, field: &str) -> Option<String> {
    let body = entry.body.as_ref()?;
    match field {
        "body" => Some(body.text.clone()),
        _ => body.value(field).as_ref().map(words),
    }
}

/// The value of a row as text: none where it is absent, or sealed and not opened. Never a ciphertext.
pub(crate) fn of_row(entry: &Entry, row: &Row, notes: &ConflictNotes) -> Option<String> {
    if row.field == "body" {
        return body_text(entry, row, notes);
    }
    row.alternative.value().map(words)
}

/// The text of a row that holds a whole body.
pub(crate) fn body_text(entry: &Entry, row: &Row, notes: &ConflictNotes) -> Option<String> {
    if let Some(text) = notes.get(&(entry.id, row.clone())).and_then(|n| n.text.clone()) {
        return Some(text);
    }
    row.alternative
        .get("text")
        .and_then(Value::as_str)
        .map(str::to_owned)
}

/// A value as people write it: texts and dates as they are, the elements of a list with commas.
pub fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => elements.iter().map(words).collect::<Vec<_>>().join(","),
        other => other.canonical(),
    }
}
