//! Random edits of a state, as data that shrinks well.

use oneonone::model::{
    Alternative, EntryId, Home, MeetingKey, Placed, Row, State, Table, Value, parse_instant_text,
};
use proptest::prelude::*;

/// One edit; numbers are taken modulo what there is.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Add { entry: u8, home: u8, text: u8 },
    Delete { entry: u8 },
    Move { entry: u8, home: u8, carried: u8 },
    Set { entry: u8, field: u8, value: u8 },
    Unset { entry: u8, field: u8 },
    Line { entry: u8, line: u8, value: u8 },
    Theme { entry: u8, theme: u8, add: bool },
    Close { entry: u8, state: u8, minute: u8 },
    Seal { entry: u8, visibility: bool, value: u8 },
    Share { entry: u8, value: u8 },
    Comment { entry: u8, place: u8, value: u8 },
    Uncomment { entry: u8 },
    Row { entry: u8, field: u8, value: u8 },
    Resolve { entry: u8 },
    BodyRow { entry: u8, value: u8 },
    Reorder { entry: u8 },
    Header { meeting: u8, field: u8, value: u8 },
    RemoveMeeting { meeting: u8 },
    Next { value: u8 },
    Key { member: bool, key: u8, add: bool },
    AgendaHead { value: u8 },
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let n = 0u8..6;
    let v = 0u8..4;
    prop_oneof![
        4 => (n.clone(), 0u8..4, v.clone()).prop_map(|(entry, home, text)| Edit::Add { entry, home, text }),
        2 => n.clone().prop_map(|entry| Edit::Delete { entry }),
        3 => (n.clone(), 0u8..4, 0u8..3).prop_map(|(entry, home, carried)| Edit::Move { entry, home, carried }),
        4 => (n.clone(), 0u8..6, v.clone()).prop_map(|(entry, field, value)| Edit::Set { entry, field, value }),
        1 => (n.clone(), 0u8..6).prop_map(|(entry, field)| Edit::Unset { entry, field }),
        3 => (n.clone(), 0u8..6, v.clone()).prop_map(|(entry, line, value)| Edit::Line { entry, line, value }),
        2 => (n.clone(), v.clone(), any::<bool>()).prop_map(|(entry, theme, add)| Edit::Theme { entry, theme, add }),
        2 => (n.clone(), 0u8..3, v.clone()).prop_map(|(entry, state, minute)| Edit::Close { entry, state, minute }),
        3 => (n.clone(), any::<bool>(), v.clone())
            .prop_map(|(entry, visibility, value)| Edit::Seal { entry, visibility, value }),
        2 => (n.clone(), v.clone()).prop_map(|(entry, value)| Edit::Share { entry, value }),
        2 => (n.clone(), v.clone(), v.clone()).prop_map(|(entry, place, value)| Edit::Comment { entry, place, value }),
        1 => n.clone().prop_map(|entry| Edit::Uncomment { entry }),
        1 => (n.clone(), 0u8..6, v.clone()).prop_map(|(entry, field, value)| Edit::Row { entry, field, value }),
        1 => (n.clone(), v.clone()).prop_map(|(entry, value)| Edit::BodyRow { entry, value }),
        1 => n.clone().prop_map(|entry| Edit::Resolve { entry }),
        1 => n.prop_map(|entry| Edit::Reorder { entry }),
        2 => (0u8..3, 0u8..4, v.clone()).prop_map(|(meeting, field, value)| Edit::Header { meeting, field, value }),
        1 => (0u8..3).prop_map(|meeting| Edit::RemoveMeeting { meeting }),
        1 => v.clone().prop_map(|value| Edit::Next { value }),
        1 => (any::<bool>(), v.clone(), any::<bool>()).prop_map(|(member, key, add)| Edit::Key { member, key, add }),
        1 => v.prop_map(|value| Edit::AgendaHead { value }),
    ]
}

pub(crate) fn edits(most: usize) -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(), 0..most)
}

fn id(n: u8) -> EntryId {
    EntryId::from_bytes([0, 0, 0, 0, 0, n])
}

fn meeting(n: u8) -> MeetingKey {
    ["2026-11-10", "2026-11-17", "2026-11-17-2"][usize::from(n) % 3]
        .parse()
        .unwrap()
}

fn home(n: u8) -> Home {
    if n == 0 {
        Home::Agenda
    } else {
        Home::Meeting(meeting(n - 1))
    }
}

fn instant(n: u8) -> Value {
    oneonone::model::instant_value(parse_instant_text(&format!("2026-11-17T10:0{n}:00Z")).unwrap())
}

const FIELDS: [&str; 6] = ["text", "due", "owner", "kind", "x-new", "tone"];

fn value(field: &str, n: u8) -> Value {
    let n = usize::from(n) % 4;
    match field {
        "text" => Value::from(
            [
                "one\ntwo\nthree\nfour",
                "uno",
                "one\ntwo\nthree\nfive",
                "one\n\"\"\"\nthree",
            ][n],
        ),
        "due" => oneonone::model::date_value(
            ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"][n]
                .parse()
                .unwrap(),
        ),
        "owner" => Value::from(["ana", "sam", "ana", "sam"][n]),
        "kind" => Value::from(["topic", "note", "action", "win"][n]),
        "tone" => Value::from(["praise", "improve", "praise", "improve"][n]),
        _ => [
            Value::from("x"),
            Value::from(1),
            Value::from(true),
            Value::Array(vec![Value::from(1)]),
        ][n]
            .clone(),
    }
}

fn body_fields(table: &mut Table) {
    let keep = ["id", "by", "at", "carried"];
    table.fields.retain(|f| keep.contains(&f.key.as_str()));
    for f in &mut table.fields {
        f.above.clear();
        f.beside = None;
    }
    table.above.clear();
    table.rows.retain(|r| r.field == "body");
}

/// Applies an edit as a person or a command would; one that does not fit does nothing.
pub(crate) fn apply(state: &mut State, edit: &Edit) {
    let one = |state: &'_ mut State, n: u8, change: &dyn Fn(&mut Table)| {
        if let Some(placed) = state.entries.get_mut(&id(n)) {
            change(&mut placed.entry);
            placed.entry.tidy_rows();
        }
    };
    let clear = |t: &Table| t.get("sealed").is_none();
    match *edit {
        Edit::Add { entry, home: h, text } => {
            // An id is never reused: a second add of the same number is none.
            if state.entries.contains_key(&id(entry)) {
                return;
            }
            let mut table = Table::default();
            table.set("id", id(entry).to_string());
            table.set("by", if entry % 2 == 0 { "ana" } else { "sam" });
            table.set("at", instant(entry));
            table.set("text", value("text", text));
            ensure(state, home(h));
            state.entries.insert(
                id(entry),
                Placed {
                    home: home(h),
                    entry: table,
                },
            );
        }
        Edit::Delete { entry } => {
            state.entries.remove(&id(entry));
        }
        Edit::Move {
            entry,
            home: h,
            carried,
        } => {
            if state.entries.contains_key(&id(entry)) {
                ensure(state, home(h));
                let placed = state.entries.get_mut(&id(entry)).unwrap();
                placed.home = home(h);
                placed
                    .entry
                    .put("carried", (carried > 0).then(|| Value::from(i64::from(carried))));
            }
        }
        Edit::Set {
            entry,
            field,
            value: v,
        } => one(state, entry, &|t| {
            let field = FIELDS[usize::from(field) % 6];
            if clear(t) {
                t.set(field, value(field, v));
            }
        }),
        Edit::Unset { entry, field } => one(state, entry, &|t| {
            let field = FIELDS[usize::from(field) % 6];
            if field != "text" {
                t.remove(field);
            }
        }),
        Edit::Line {
            entry,
            line,
            value: v,
        } => one(state, entry, &|t| {
            if let Some(text) = t.get_str("text") {
                let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
                let at = usize::from(line) % (lines.len() + 1);
                if at == lines.len() {
                    lines.push(format!("new {v}"))
                } else {
                    lines[at] = format!("line {v}")
                }
                t.set("text", lines.join("\n"));
            }
        }),
        Edit::Theme { entry, theme, add } => one(state, entry, &|t| {
            if !clear(t) {
                return;
            }
            let mut themes: Vec<Value> = t
                .get("themes")
                .and_then(Value::as_array)
                .unwrap_or_default()
                .to_vec();
            let theme = Value::from(["system", "writing", "hiring", "speaking"][usize::from(theme) % 4]);
            themes.retain(|x| *x != theme);
            if add {
                themes.push(theme);
            }
            t.put("themes", (!themes.is_empty()).then_some(Value::Array(themes)));
        }),
        Edit::Close {
            entry,
            state: s,
            minute,
        } => one(state, entry, &|t| {
            if clear(t) {
                t.set("state", ["open", "done", "dropped"][usize::from(s) % 3]);
                t.put("closed", (s % 3 > 0).then(|| instant(minute)));
            }
        }),
        Edit::Seal {
            entry,
            visibility,
            value: v,
        } => one(state, entry, &|t| {
            body_fields(t);
            t.set("visibility", if visibility { "private" } else { "confidential" });
            t.set("sealed", format!("CIPHERTEXT {v}"));
        }),
        Edit::Share { entry, value: v } => one(state, entry, &|t| {
            if !clear(t) {
                body_fields(t);
                t.set("text", value("text", v));
            }
        }),
        Edit::Comment {
            entry,
            place,
            value: v,
        } => one(state, entry, &|t| {
            if !clear(t) {
                return;
            }
            let comment = format!("# {v}");
            let count = t.fields.len();
            match usize::from(place) {
                0 => t.above.push(comment),
                n => {
                    let field = &mut t.fields[n % count];
                    if n == 1 {
                        field.beside = Some(comment)
                    } else {
                        field.above.push(comment)
                    }
                }
            }
        }),
        Edit::Uncomment { entry } => one(state, entry, &|t| {
            t.above.clear();
            t.fields.iter_mut().for_each(|f| f.above.clear());
        }),
        Edit::Row {
            entry,
            field,
            value: v,
        } => one(state, entry, &|t| {
            let field = FIELDS[usize::from(field) % 6];
            if clear(t) && t.get(field).is_some() {
                t.rows.push(Row {
                    field: field.to_owned(),
                    alternative: Alternative::of(Some(value(field, v))),
                });
            }
        }),
        // A conflict of two bodies that were both shared since.
        Edit::BodyRow { entry, value: v } => one(state, entry, &|t| {
            let mut other = Table::default();
            other.set("text", value("text", v));
            t.rows.push(Row {
                field: "body".to_owned(),
                alternative: other.shown("body"),
            });
        }),
        Edit::Resolve { entry } => one(state, entry, &|t| t.rows.clear()),
        Edit::Reorder { entry } => one(state, entry, &|t| t.fields.reverse()),
        Edit::Header {
            meeting: m,
            field,
            value: v,
        } => {
            ensure(state, Home::Meeting(meeting(m)));
            let header = state.meetings.get_mut(&meeting(m)).unwrap();
            match field {
                0 => header.set("started", instant(v)),
                1 => header.set("ended", instant(v)),
                2 => header.set("status", if v % 2 == 0 { "held" } else { "skipped" }),
                _ => header.set("mood", i64::from(v)),
            }
        }
        Edit::RemoveMeeting { meeting: m } => {
            let key = meeting(m);
            state.meetings.remove(&key);
            state.entries.retain(|_, p| p.home != Home::Meeting(key));
        }
        Edit::Next { value: v } => {
            if let Some(pair) = &mut state.pair {
                pair.top.set("next", value("due", v));
            }
        }
        Edit::Key { member, key, add } => {
            if let Some(pair) = &mut state.pair {
                let member = pair.members.get_mut(if member { "sam" } else { "ana" }).unwrap();
                let mut keys = member
                    .get("keys")
                    .and_then(Value::as_array)
                    .unwrap_or_default()
                    .to_vec();
                let key = Value::from(format!("age1{key}"));
                keys.retain(|k| *k != key);
                if add {
                    keys.push(key);
                }
                member.set("keys", Value::Array(keys));
            }
        }
        Edit::AgendaHead { value: v } => {
            if let Some(agenda) = &mut state.agenda {
                agenda.set("colour", i64::from(v));
            }
        }
    }
}

fn ensure(state: &mut State, home: Home) {
    if let Home::Meeting(key) = home {
        state.meetings.entry(key).or_insert_with(|| {
            let mut header = Table::default();
            header.set("date", oneonone::model::date_value(key.date));
            header
        });
    }
}

/// A pair with both seats taken and an empty agenda.
pub(crate) fn new_pair() -> State {
    let pair = r#"format = 1
id = "kqzmrtxwlpso"
cadence = "1w"

[member.ana]
role = "report"
name = "Ana"
keys = ["age1a"]

[member.sam]
role = "manager"
name = "Sam"
keys = ["age1s"]
"#;
    oneonone::model::assemble([("agenda.toml", b"".as_slice()), ("pair.toml", pair.as_bytes())]).state
}

/// The state after edits.
pub(crate) fn after(state: &State, edits: &[Edit]) -> State {
    let mut state = state.clone();
    edits.iter().for_each(|e| apply(&mut state, e));
    state
}
