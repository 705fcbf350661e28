//! The JSON Schemas of the three kinds of record, made from the table of fields. Nothing reads records through them: raw
//! tables keep the keys that a schema does not know.

use serde_json::{Map, Value, json};

use super::fields::{FieldRule, Holds, Need, TableKind};
use super::limits::Limits;
use super::slug::Slug;

/// The pattern of a member's slug, and of a theme.
fn slug_pattern() -> String {
    format!("^[a-z0-9-]{{1,{}}}$", Slug::LONGEST)
}

/// The schemas by the name of their record: `agenda`, `meeting`, `pair`.
pub fn schemas() -> [(&'static str, Value); 3] {
    let agenda = record("agenda.toml", |shapes| {
        let waiting = entries("The waiting entries, in the order of `at`, then id.", shapes);
        let rows = conflicts("Values of conflicts in unknown keys of the head.", shapes);
        let more = [("entry", waiting), ("conflict", rows)];
        object(
            "The agenda: what waits for the next meeting.",
            TableKind::Agenda,
            more,
            shapes,
        )
    });
    let meeting = record("meeting.toml", |shapes| {
        let held = entries("The entries, in the order of `at`, then id.", shapes);
        let rows = conflicts("Values of conflicts in the head.", shapes);
        let more = [("entry", held), ("conflict", rows)];
        object("The record of one meeting.", TableKind::Meeting, more, shapes)
    });
    let pair = record("pair.toml", |shapes| {
        let seats = members("The two members, by slug.", shapes);
        let rows = conflicts("Values of conflicts.", shapes);
        let more = [("member", seats), ("conflict", rows)];
        let about = "The pair: format version, id, members with their public keys, settings.";
        let mut pair = object(about, TableKind::Pair, more, shapes);
        if let Some(Value::Array(required)) = pair.get_mut("required") {
            required.push(json!("member"));
        }
        pair
    });
    [("agenda", agenda), ("meeting", meeting), ("pair", pair)]
}

/// A record's schema, with the shapes that it refers to.
fn record(title: &str, describe: impl FnOnce(&mut Map<String, Value>) -> Map<String, Value>) -> Value {
    let mut shapes = Map::new();
    let mut record = describe(&mut shapes);
    record.insert("$defs".to_owned(), Value::Object(shapes));
    record.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    record.insert("title".to_owned(), json!(title));
    Value::Object(record)
}

fn entries(about: &str, shapes: &mut Map<String, Value>) -> Value {
    let rows = conflicts("Values that stand against the shown ones.", shapes);
    let entry = "One entry. A hand-written one needs only `text`.";
    let mut entry = object(entry, TableKind::Entry, [("conflict", rows)], shapes);
    let either = json!([{"required": ["text"]}, {"required": ["sealed"]}]);
    entry.insert("anyOf".to_owned(), either);
    shapes.insert("EntryRecord".to_owned(), Value::Object(entry));
    json!({"description": about, "items": reference("EntryRecord"), "type": "array"})
}

fn members(about: &str, shapes: &mut Map<String, Value>) -> Value {
    let member = object("One of the two members.", TableKind::Member, [], shapes);
    shapes.insert("MemberRecord".to_owned(), Value::Object(member));
    json!({"additionalProperties": reference("MemberRecord"), "description": about, "type": "object"})
}

fn conflicts(about: &str, shapes: &mut Map<String, Value>) -> Value {
    let row = object(
        "A value that stands against the one shown.",
        TableKind::Row,
        [],
        shapes,
    );
    shapes.insert("ConflictRecord".to_owned(), Value::Object(row));
    json!({"description": about, "items": reference("ConflictRecord"), "type": "array"})
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// An object with the fields of a place and `more`; the words that they can hold go to the shapes.
fn object<const N: usize>(
    about: &str,
    place: TableKind,
    more: [(&str, Value); N],
    shapes: &mut Map<String, Value>,
) -> Map<String, Value> {
    let mut properties: Map<String, Value> = more
        .map(|(name, shape)| (name.to_owned(), shape))
        .into_iter()
        .collect();
    for field in place.fields() {
        properties.insert(field.name.to_owned(), shape(field));
        if let Holds::Word(words) = field.holds {
            let word = |(word, about): &_| json!({"const": word, "description": about, "type": "string"});
            let all: Vec<Value> = words.all.iter().map(word).collect();
            shapes.insert(
                words.name.to_owned(),
                json!({"description": words.about, "oneOf": all}),
            );
        }
    }
    let required: Vec<&str> = place.required().collect();
    let mut object = Map::new();
    object.insert("description".to_owned(), json!(about));
    object.insert("type".to_owned(), json!("object"));
    object.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        object.insert("required".to_owned(), json!(required));
    }
    object
}

fn shape(field: &FieldRule) -> Value {
    let optional = field.need == Need::Optional;
    let mut shape = match field.holds {
        Holds::Id => json!({"pattern": "^[k-z]{12}$", "type": "string"}),
        Holds::Word(words) if optional => json!({"anyOf": [reference(words.name), {"type": "null"}]}),
        Holds::Word(words) => reference(words.name),
        Holds::Ids => json!({"items": {"type": "string"}, "type": "array"}),
        Holds::Member => json!({"pattern": slug_pattern(), "type": "string"}),
        Holds::Slugs => {
            json!({"default": [], "items": {"pattern": slug_pattern(), "type": "string"}, "type": "array"})
        }
        Holds::Instant => json!({"format": "date-time", "type": "string"}),
        Holds::Date => json!({"format": "date", "type": "string"}),
        Holds::Text => json!({"maxLength": Limits::TEXT, "minLength": 1, "type": "string"}),
        Holds::Ciphertext => json!({"maxLength": Limits::SEALED, "type": "string"}),
        Holds::Keys => json!({"default": [], "items": {"type": "string"}, "type": "array"}),
        Holds::Count => json!({"format": "uint32", "minimum": 0, "type": "integer"}),
        Holds::Cadence => json!({"pattern": "^[0-9]+[wd]$", "type": "string"}),
        Holds::Line | Holds::String => json!({"type": "string"}),
        Holds::Flag => json!({"type": "boolean"}),
        Holds::Anything => json!({}),
    };
    if let Value::Object(shape) = &mut shape {
        shape.insert("description".to_owned(), json!(field.about));
        // An absent list is an empty one; every other value that may be absent may be null.
        if let Some(of) = shape
            .get("type")
            .filter(|of| optional && **of != "array")
            .cloned()
        {
            shape.insert("type".to_owned(), json!([of, "null"]));
        }
    }
    shape
}
