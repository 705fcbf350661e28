//! The table of fields against the types, and every field there and back.

use super::fields::*;
use super::format::check_value;
use super::{
    Body, Content, Document, Entry, EntryId, Field, Home, Meeting, Member, Pair, Table, Value, order_of_keys,
    parse_pair, parse_record, write_pair, write_record,
};

const ID: &str = "kxzqmwrtslop";

/// The keys that version 0.1 knows, in the order in which it writes them.
const OF_VERSION_0_1: [&str; 25] = [
    "format",
    "id",
    "kind",
    "by",
    "at",
    "carried",
    "visibility",
    "text",
    "themes",
    "tone",
    "owner",
    "due",
    "state",
    "closed",
    "re",
    "sealed",
    "cadence",
    "next",
    "date",
    "status",
    "started",
    "ended",
    "role",
    "name",
    "keys",
];

#[test]
fn the_keys_of_version_0_1_keep_their_order() {
    let mut ranked: Vec<(u8, &str)> = FIELDS.iter().map(|f| (f.rank, f.name)).collect();
    ranked.retain(|(rank, _)| *rank != BY_NAME);
    ranked.sort_unstable();
    ranked.dedup();
    let names: Vec<&str> = ranked.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, OF_VERSION_0_1);
}

#[test]
fn a_later_key_comes_after_all_of_version_0_1_and_by_name() {
    let later: Vec<&str> = FIELDS
        .iter()
        .map(|f| f.name)
        .filter(|name| rank_of(name) == BY_NAME)
        .collect();
    assert!(
        later.iter().all(|name| !OF_VERSION_0_1.contains(name)),
        "{later:?}"
    );
    let names = ["zeal", "agenda", "keys", "value", "sealed", "text"];
    let mut fields = names.map(|key| Field::bare(key, Value::Integer(1)));
    order_of_keys(&mut fields);
    let sorted = fields.map(|field| field.key);
    assert_eq!(sorted, ["text", "sealed", "keys", "agenda", "value", "zeal"]);
}

/// The table against the types: a field of one that the other lacks does not pass. The patterns name every field of
/// a type, so that a new one does not compile without a look at this test.
#[test]
fn the_table_has_every_field_of_the_types_and_no_other() {
    let names = |place: TableKind| place.fields().map(|field| field.name).collect::<Vec<_>>();
    let mut of_types: Vec<&str> = Vec::new();
    of_types.extend(["id", "by", "at", "carried", "visibility", "sealed"]);
    of_types.extend(Body::FIELDS);
    of_types.sort_unstable();
    let mut of_table = names(TableKind::Entry);
    of_table.sort_unstable();
    assert_eq!(of_table, of_types);
    // `home` and what follows it are not of the record: where the entry stands, and how it was read.
    let _: fn(Entry) = |Entry {
                            id: _,
                            by: _,
                            at: _,
                            carried: _,
                            visibility: _,
                            body: _,
                            home: _,
                            in_clear: _,
                            conflicts: _,
                            body_conflict: _,
                        }| {};
    let _: fn(Meeting) = |Meeting {
                              key: _,
                              status: _,
                              started: _,
                              ended: _,
                              agenda: _,
                          }| {};
    assert_eq!(
        names(TableKind::Meeting),
        ["date", "status", "started", "ended", "agenda"]
    );
    let _: fn(Pair) = |Pair {
                           format: _,
                           id: _,
                           cadence: _,
                           next: _,
                           manager: _,
                           report: _,
                       }| {};
    assert_eq!(names(TableKind::Pair), ["format", "id", "cadence", "next"]);
    let _: fn(Member) = |Member {
                             slug: _,
                             role: _,
                             name: _,
                             keys: _,
                         }| {};
    assert_eq!(names(TableKind::Member), ["role", "name", "keys"]);
}

/// A value that a field can hold, as TOML, and one that it cannot.
fn examples(holds: Holds) -> (&'static str, &'static str) {
    match holds {
        Holds::Id => ("\"kqzmrtxwlpso\"", "\"abc\""),
        Holds::Word(words) => match words.name {
            "Kind" => ("\"win\"", "\"topix\""),
            "Visibility" => ("\"shared\"", "\"Private\""),
            "Tone" => ("\"praise\"", "\"meh\""),
            "ActionState" => ("\"done\"", "\"undone\""),
            "MeetingStatus" => ("\"skipped\"", "\"hold\""),
            "Role" => ("\"report\"", "\"owner\""),
            other => panic!("no example of {other}"),
        },
        Holds::Member => ("\"ana\"", "\"A na\""),
        Holds::Slugs => ("[\"b\", \"a\"]", "\"b\""),
        Holds::Instant => ("2026-11-24T10:00:00Z", "2026-11-24"),
        Holds::Date => ("2026-11-24", "\"2026-11-24\""),
        Holds::Text | Holds::Line => ("\"x\"", "\" \""),
        Holds::Ciphertext | Holds::String => ("\"S1\"", "1"),
        Holds::Keys => ("[\"age1x\"]", "[1]"),
        Holds::Count => ("1", "-1"),
        Holds::Cadence => ("\"2w\"", "\"1m\""),
        Holds::Flag => ("true", "1"),
        Holds::Ids => ("[\"kqzmrtxwlpso\"]", ""),
        Holds::Anything => ("[1]", ""),
    }
}

fn value(toml: &str) -> Value {
    let record = parse_record(Home::Agenda, format!("x = {toml}\n").as_bytes(), false);
    record.unwrap().header.get("x").unwrap().clone()
}

fn read(home: Home, text: &str) -> Document {
    parse_record(home, text.as_bytes(), false).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

fn written(document: &Document) -> String {
    let entries: Vec<(EntryId, &Table)> = document.entries.iter().map(|(id, table)| (*id, table)).collect();
    write_record(&document.header, &entries)
}

/// The smallest record in which a field stands, in the one form of records.
fn record_with(field: &FieldRule) -> (Option<Home>, String) {
    let line = format!("{} = {}\n", field.name, examples(field.holds).0);
    let pair = |top: &str, member: &str| {
        let top = format!("format = 1\nid = \"{ID}\"\n{top}");
        (
            None,
            format!("{top}\n[member.ana]\nrole = \"report\"\nname = \"Ana\"\n{member}"),
        )
    };
    match (field.place, field.name) {
        (TableKind::Entry, "id") => (
            Some(Home::Agenda),
            format!("[[entry]]\nid = \"{ID}\"\ntext = \"x\"\n"),
        ),
        (TableKind::Entry, "text" | "sealed") => {
            (Some(Home::Agenda), format!("[[entry]]\nid = \"{ID}\"\n{line}"))
        }
        (TableKind::Entry, name) => {
            let mut table = Table::default();
            for (key, toml) in [("id", format!("\"{ID}\"")), ("text", "\"x\"".to_owned())] {
                table.set(key, value(&toml));
            }
            table.set(name, value(examples(field.holds).0));
            (
                Some(Home::Agenda),
                write_record(&Table::default(), &[(ID.parse().unwrap(), &table)]),
            )
        }
        (TableKind::Meeting, "date") => (Some(meeting()), line),
        (TableKind::Meeting, _) => (Some(meeting()), format!("date = 2026-11-24\n{line}")),
        (TableKind::Pair, "format" | "id") | (TableKind::Member, "role" | "name") => pair("", ""),
        (TableKind::Pair, _) => pair(&line, ""),
        (TableKind::Member, _) => pair("", &line),
        (place, name) => panic!("no record for {place:?} {name}"),
    }
}

fn meeting() -> Home {
    Home::Meeting("2026-11-24".parse().unwrap())
}

#[test]
fn every_field_is_read_and_written_back_and_refuses_what_it_cannot_hold() {
    for field in FIELDS {
        let (good, bad) = examples(field.holds);
        assert_eq!(
            check_value(field.place, field.name, &value(good)),
            Ok(()),
            "{field:?}"
        );
        assert!(
            bad.is_empty() || check_value(field.place, field.name, &value(bad)).is_err(),
            "{field:?}"
        );
        if field.place == TableKind::Row {
            continue;
        }
        let (home, text) = record_with(field);
        assert!(text.contains(&format!("{} = ", field.name)), "{text}");
        match home {
            None => assert_eq!(write_pair(&parse_pair(text.as_bytes()).unwrap()), text),
            Some(home) => assert_eq!(written(&read(home, &text)), text),
        }
        if field.place == TableKind::Entry && Body::FIELDS.contains(&field.name) {
            let document = read(Home::Agenda, &text);
            let mut table = document.entries[0].1.clone();
            table.set("by", "ana");
            table.set("at", value("2026-11-20T09:12:00Z"));
            let entry = Entry::from_table(document.entries[0].0, Home::Agenda, &table, None).unwrap();
            let typed = entry.body.unwrap().value(field.name);
            assert_eq!(typed.as_ref(), table.get(field.name), "{field:?}");
        }
    }
}

#[test]
fn every_key_of_a_row_is_read_and_written_back() {
    let text = format!(
        "[[entry]]\nid = \"{ID}\"\nvisibility = \"private\"\nsealed = \"S1\"\n\
         \n[[entry.conflict]]\nfield = \"body\"\nvisibility = \"confidential\"\nsealed = \"S2\"\nbase = \"S0\"\n\
         \n[[entry.conflict]]\nfield = \"due\"\nvalue = 2026-12-08\n\
         \n[[entry.conflict]]\nfield = \"re\"\nvalue = \"{ID}\"\n\
         \n[[entry.conflict]]\nfield = \"state\"\nvalue = \"done\"\nclosed = 2026-11-24T10:00:00Z\n\
         \n[[entry.conflict]]\nfield = \"state\"\nvalue = \"open\"\n"
    );
    assert_eq!(written(&read(Home::Agenda, &text)), text);
    let absent = format!(
        "[[entry]]\nid = \"{ID}\"\ntext = \"x\"\ndue = 2026-12-01\n\n[[entry.conflict]]\nfield = \"due\"\nabsent = true\n"
    );
    assert_eq!(written(&read(Home::Agenda, &absent)), absent);
    for field in TableKind::Row.fields() {
        let named = format!("\n{} = ", field.name);
        assert!(text.contains(&named) || absent.contains(&named), "{field:?}");
    }
}

#[test]
fn a_content_has_what_stands_inside_the_seal_and_nothing_beside_it() {
    let mut entry = Table::default();
    for field in TableKind::Entry.fields() {
        entry.set(field.name, value(examples(field.holds).0));
    }
    entry.set("mood", "good");
    let content = Content::of_entry(&entry);
    for field in &entry.fields {
        let inside = content.table().get(&field.key).is_some();
        assert_eq!(inside, seal_of(&field.key) == Seal::Inside, "{}", field.key);
        let in_envelope = entry.envelope().get(&field.key).is_some();
        assert_eq!(in_envelope, seal_of(&field.key) == Seal::Clear, "{}", field.key);
    }
    let clear: Vec<&str> = entry
        .fields
        .iter()
        .map(|f| f.key.as_str())
        .filter(|k| seal_of(k) != Seal::Inside)
        .collect();
    assert_eq!(clear, ["id", "by", "at", "carried", "visibility", "sealed"]);
    let plain = ["kind", "tone", "owner", "due", "state", "closed", "re"];
    let worded: Vec<&str> = content
        .table()
        .fields
        .iter()
        .map(|f| f.key.as_str())
        .filter(|k| is_worded(k))
        .collect();
    assert_eq!(worded, ["text", "themes", "mood"]);
    assert!(plain.iter().all(|key| !is_worded(key)));
}
