//! One entry.

use chrono::SecondsFormat;
use serde::Serialize;

use crate::model::{ActionState, Date, Entry, Instant, Kind, Row, Tone, Value, Visibility};
use crate::render::{ConflictNotes, values};

/// Which pair a document is about, and what is known about its conflicts.
#[derive(Clone, Copy)]
pub struct EntryContext<'a> {
    /// The pair's NAME.
    pub pair: &'a str,
    /// Who wrote the values of conflicts.
    pub notes: &'a ConflictNotes,
}

/// An entry: every key is always there, null where absent or not to be opened.
#[derive(Serialize)]
pub(super) struct EntryJson<'a> {
    id: String,
    pair: &'a str,
    kind: Option<Kind>,
    visibility: Visibility,
    by: &'a str,
    at: String,
    meeting: Option<String>,
    text: Option<&'a str>,
    themes: Vec<&'a str>,
    owner: Option<&'a str>,
    due: Option<String>,
    state: Option<ActionState>,
    closed: Option<String>,
    carried: u32,
    re: Option<String>,
    tone: Option<Tone>,
    readable: bool,
    conflicts: Vec<ConflictJson>,
}

#[derive(Serialize)]
struct ConflictJson {
    field: String,
    value: Option<serde_json::Value>,
    by: Option<String>,
}

/// Several entries.
pub(super) fn entries<'a>(
    list: impl IntoIterator<Item = &'a Entry>,
    scope: &EntryContext<'a>,
) -> Vec<EntryJson<'a>> {
    list.into_iter().map(|e| EntryJson::new(e, scope)).collect()
}

pub(super) fn day(date: Date) -> String {
    date.format("%Y-%m-%d").to_string()
}

pub(super) fn instant(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl<'a> EntryJson<'a> {
    pub(super) fn new(entry: &'a Entry, scope: &EntryContext<'a>) -> Self {
        let body = entry.body.as_ref();
        Self {
            id: entry.id.to_string(),
            pair: scope.pair,
            kind: body.map(|b| b.kind),
            visibility: entry.visibility,
            by: entry.by.as_str(),
            at: instant(entry.at),
            meeting: entry.home.meeting().map(|m| m.to_string()),
            text: body.map(|b| b.text.as_str()),
            themes: body
                .map(|b| b.themes.iter().map(|t| t.as_str()).collect())
                .unwrap_or_default(),
            owner: body.and_then(|b| b.owner.as_ref()).map(|o| o.as_str()),
            due: body.and_then(|b| b.due).map(|d| d.to_string()),
            state: body.and_then(|b| b.state),
            closed: body.and_then(|b| b.closed).map(instant),
            carried: entry.carried,
            re: body.and_then(|b| b.re).map(|r| r.to_string()),
            tone: body.and_then(|b| b.tone),
            readable: body.is_some(),
            conflicts: entry
                .conflicts
                .iter()
                .map(|row| conflict(entry, row, scope))
                .collect(),
        }
    }
}

fn conflict(entry: &Entry, row: &Row, scope: &EntryContext<'_>) -> ConflictJson {
    let value = if row.field == "body" {
        values::body_text(entry, row, scope.notes).map(serde_json::Value::String)
    } else {
        row.alternative.value().map(value)
    };
    let note = scope.notes.get(&(entry.id, row.clone()));
    ConflictJson {
        field: row.field.clone(),
        value,
        by: note.and_then(|n| n.by.as_ref()).map(ToString::to_string),
    }
}

fn value(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::String(text) => Json::String(text.clone()),
        Value::Integer(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Boolean(yes) => Json::Bool(*yes),
        Value::Datetime(datetime) => Json::String(datetime.to_string()),
        Value::Array(elements) => Json::Array(elements.iter().map(self::value).collect()),
        Value::Table(table) => Json::Object(table.iter().map(|(k, v)| (k.clone(), self::value(v))).collect()),
    }
}
