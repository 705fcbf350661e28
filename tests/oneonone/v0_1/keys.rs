//! The keys and words that version 0.1 knows of the format, and what they allow later versions
//! (docs/format.md#versions). New keys are optional, rank after all that version 0.1 knows, and by name. Words get no
//! new values.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oneonone::merge::merge;
use oneonone::model::{State, assemble};
use serde_json::Value;

/// Keys, and a value for each.
type Keys = &'static [(&'static str, &'static str)];

/// The keys of version 0.1 in their canonical order.
const ENTRY: Keys = &[
    ("id", "\"kkkkkkkkkkkk\""),
    ("kind", "\"action\""),
    ("by", "\"ana\""),
    ("at", "2026-11-20T09:12:00Z"),
    ("carried", "1"),
    ("visibility", "\"shared\""),
    ("text", "\"a text\""),
    ("themes", "[\"writing\"]"),
    ("tone", "\"praise\""),
    ("owner", "\"ana\""),
    ("due", "2026-12-01"),
    ("state", "\"done\""),
    ("closed", "2026-11-24T10:00:00Z"),
    ("re", "\"llllllllllll\""),
    // The last one: it stands in the place of most of the others.
    ("sealed", ""),
];
const MEETING: Keys = &[
    ("date", "2026-11-20"),
    ("status", "\"held\""),
    ("started", "2026-11-20T10:00:00Z"),
    ("ended", "2026-11-20T10:30:00Z"),
];
const PAIR: Keys = &[
    ("format", "1"),
    ("id", "\"kqzmrtxwlpso\""),
    ("cadence", "\"1w\""),
    ("next", "2026-12-01"),
];
const MEMBER: Keys = &[
    ("role", "\"report\""),
    ("name", "\"Ana\""),
    ("keys", "[\"age1a\"]"),
];

/// Keys of later versions, with a value that is valid: to be added here with the key.
const LATER: Keys = &[("agenda", "[\"kkkkkkkkkkkk\"]")];

/// The values that version 0.1 knows; a record with another one is broken to it.
const WORDS: &[(&str, &[&str])] = &[
    ("ActionState", &["done", "dropped", "open"]),
    (
        "Kind",
        &[
            "action",
            "challenge",
            "concern",
            "decision",
            "feedback",
            "growth",
            "note",
            "topic",
            "update",
            "win",
        ],
    ),
    ("MeetingStatus", &["held", "skipped"]),
    ("Role", &["manager", "report"]),
    ("Tone", &["improve", "praise"]),
    ("Visibility", &["confidential", "private", "shared"]),
];

/// Keys that hold other tables.
const TABLES: [&str; 3] = ["entry", "member", "conflict"];

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.schema.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Each kind of table with the keys of version 0.1 and its part of a schema.
fn places() -> Vec<(&'static str, Keys, Value)> {
    let (agenda, meeting, pair) = (schema("agenda"), schema("meeting"), schema("pair"));
    vec![
        ("an entry", ENTRY, agenda["$defs"]["EntryRecord"].clone()),
        ("a meeting", MEETING, meeting),
        ("the pair", PAIR, pair.clone()),
        ("a member", MEMBER, pair["$defs"]["MemberRecord"].clone()),
    ]
}

fn properties(schema: &Value) -> BTreeSet<String> {
    let all = schema["properties"].as_object().unwrap().keys();
    all.filter(|key| !TABLES.contains(&key.as_str()))
        .cloned()
        .collect()
}

/// The keys that version 0.1 does not know.
fn new_keys(schema: &Value, old: Keys) -> Vec<String> {
    let is_old = |key: &String| old.iter().any(|(name, _)| name == key);
    properties(schema)
        .into_iter()
        .filter(|key| !is_old(key))
        .collect()
}

#[test]
fn the_keys_of_version_0_1_are_there_and_new_ones_are_optional() {
    for (place, old, schema) in places() {
        let all = properties(&schema);
        for (key, _) in old {
            assert!(all.contains(*key), "{key} of {place} is gone");
        }
        for key in new_keys(&schema, old) {
            let required = schema["required"]
                .as_array()
                .is_some_and(|all| all.contains(&key.clone().into()));
            assert!(!required, "{key} of {place} is new, and is to be optional");
        }
    }
}

#[test]
fn words_have_the_values_of_version_0_1() {
    let known = |schema: &Value, word: &str| {
        let all = schema["$defs"][word]["oneOf"].as_array()?.clone();
        let mut values: Vec<String> = all
            .iter()
            .map(|one| one["const"].as_str().unwrap().to_owned())
            .collect();
        values.sort();
        Some(values)
    };
    for (word, values) in WORDS {
        let schemas = ["agenda", "meeting", "pair"].map(schema);
        let found: Vec<_> = schemas.iter().filter_map(|schema| known(schema, word)).collect();
        assert!(!found.is_empty(), "{word} is not described");
        for found in found {
            assert_eq!(
                found, *values,
                "{word}: a record with another value is broken to version 0.1"
            );
        }
    }
}

/// A table with its keys in an order that is nobody's, those of no version among them.
fn table(old: Keys, new: &[String]) -> String {
    let known = old.iter().filter(|(_, value)| !value.is_empty());
    let mut lines: Vec<String> = known.map(|(key, value)| format!("{key} = {value}\n")).collect();
    lines.reverse();
    for key in new {
        let later = LATER.iter().find(|(name, _)| name == key);
        let (_, value) = later.unwrap_or_else(|| panic!("add {key} with a value to LATER"));
        lines.insert(0, format!("{key} = {value}\n"));
    }
    lines.insert(1, "zeta = 1\n".to_owned());
    lines.insert(0, "alpha = 1\n".to_owned());
    lines.concat()
}

/// The order that a table has to have.
fn order(old: Keys, new: &[String]) -> Vec<String> {
    let known = old.iter().filter(|(_, value)| !value.is_empty());
    let mut behind: Vec<String> = new.to_vec();
    behind.extend(["alpha", "left", "right", "zeta"].map(str::to_owned));
    behind.sort();
    known.map(|(key, _)| (*key).to_owned()).chain(behind).collect()
}

/// The keys of a table, in order.
fn keys_in(text: &str, from: &str) -> Vec<String> {
    let table = text.split_once(from).unwrap().1;
    let lines = table.lines().take_while(|line| !line.starts_with('['));
    let keys = lines.filter_map(|line| line.split_once(" = "));
    keys.map(|(key, _)| key.to_owned()).collect()
}

fn state(added: &str) -> State {
    let of = |number: usize| {
        let (_, old, schema) = places().remove(number);
        format!("{added}{}", table(old, &new_keys(&schema, old)))
    };
    let sam = "[member.sam]\nrole = \"manager\"\nname = \"Sam\"\nkeys = [\"age1s\"]\n";
    let files = [
        ("agenda.toml", format!("[[entry]]\n{}", of(0))),
        ("meetings/2026/2026-11-20.toml", of(1)),
        ("pair.toml", format!("{}\n[member.ana]\n{}\n{sam}", of(2), of(3))),
    ];
    let loaded = assemble(files.iter().map(|(path, text)| (*path, text.as_bytes())));
    assert!(loaded.broken.is_empty(), "{:?}", loaded.broken);
    loaded.state
}

#[test]
fn new_keys_rank_after_those_of_version_0_1_by_name() {
    // Both sides changed each table: the order is the canonical one then.
    let (base, left, right) = (state(""), state("left = 1\n"), state("right = 1\n"));
    let merged = merge(&base, &left, &right).unwrap().state.files();
    let text = |path: &str| String::from_utf8(merged.get(path).unwrap().to_vec()).unwrap();
    let pair = format!("\n{}", text("pair.toml"));
    let meeting = format!("\n{}", text("meetings/2026/2026-11-20.toml"));
    let written = [
        keys_in(&text("agenda.toml"), "[[entry]]\n"),
        keys_in(&meeting, "\n"),
        keys_in(&pair, "\n"),
        keys_in(&pair, "[member.ana]\n"),
    ];
    for ((place, old, schema), written) in places().into_iter().zip(written) {
        assert_eq!(written, order(old, &new_keys(&schema, old)), "{place}");
    }
}
