//! The JSON Schemas are generated from the table of fields and checked in.
//!
//! `ONEONONE_BLESS=1 cargo test schema` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use oneonone::model::schemas;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.schema.json"))
}

#[test]
fn the_schemas_are_those_of_the_fields() {
    for (name, schema) in schemas() {
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("ONEONONE_BLESS").is_some() {
            fs::write(path(name), &text).unwrap();
        }
        assert_eq!(
            fs::read_to_string(path(name)).unwrap_or_default(),
            text,
            "run with ONEONONE_BLESS=1"
        );
    }
}

/// A TOML record as the JSON that a schema is about: date-times are strings there.
fn as_json(text: &str) -> serde_json::Value {
    fn json(value: toml::Value) -> serde_json::Value {
        match value {
            toml::Value::Datetime(at) => at.to_string().into(),
            toml::Value::Array(elements) => elements.into_iter().map(json).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(k, v)| (k, json(v))).collect(),
            other => serde_json::to_value(other).unwrap(),
        }
    }
    json(toml::Value::Table(text.parse().unwrap()))
}

/// The faults of a record by its schema.
pub(crate) fn wrong(record: &str, text: &str) -> Vec<String> {
    let name = match record {
        "pair.toml" => "pair",
        "agenda.toml" => "agenda",
        _ => "meeting",
    };
    let (_, schema) = schemas().into_iter().find(|(n, _)| *n == name).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    validator
        .iter_errors(&as_json(text))
        .map(|e| format!("{record}: {e} at {}", e.instance_path()))
        .collect()
}

#[test]
fn records_validate_and_bad_ones_do_not() {
    let entry = "[[entry]]\nid = \"kxzqmwrtslop\"\nkind = \"topic\"\nby = \"ana\"\nat = 2026-11-20T09:12:00Z\ntext = \"x\"\n";
    assert_eq!(wrong("agenda.toml", entry), [""; 0]);
    assert_eq!(
        wrong("agenda.toml", &format!("{entry}unknown = 1\n")),
        [""; 0],
        "keys of a newer version"
    );
    for bad in [
        "kind = \"topix\"",
        "id = \"abc\"",
        "at = 2026-11-20",
        "themes = [\"Not a slug\"]",
        "carried = -1",
    ] {
        let text = format!("[[entry]]\ntext = \"x\"\n{bad}\n");
        assert!(!wrong("agenda.toml", &text).is_empty(), "{bad}");
    }
    assert!(
        !wrong("agenda.toml", "[[entry]]\nkind = \"topic\"\n").is_empty(),
        "neither text nor sealed"
    );
}
