//! Reading and writing records, there and back.

use crate::model::*;

fn canonical(home: Home, text: &str) -> String {
    let document = parse_record(home, text.as_bytes(), false).unwrap_or_else(|p| panic!("{p:?}"));
    let mut entries: Vec<(EntryId, &Table)> = document.entries.iter().map(|(id, t)| (*id, t)).collect();
    sort_entries(&mut entries);
    assert!(document.loose.is_empty());
    write_record(&document.header, &entries)
}

fn meeting() -> Home {
    Home::Meeting("2026-11-24".parse().unwrap())
}

const HAND_WRITTEN: &str = r#"# the file's own

# of the date
date = 2026-11-24 # a Tuesday
started = 2026-11-24T11:00:00+01:00
mood = { b = 1, a = 'x' } # unknown

# of the second
[[entry]] # beside its header
id = "lxzqmwrtslop"
text = 'say "hi"'
at = 2026-11-25T09:12:00Z
by = "ana"
themes = [ # why
  "b", # first
  "a",
]
# last of the entry
due = 2026-12-01   # soft
[entry.extra]
# inside
deep = [1, 2]
[[entry.conflict]]
# beside a row
field = "due"
value = 2026-12-08
[[entry.conflict]]
field = "due"
absent = true

[[entry]]
id = "kxzqmwrtslop"
by = "sam"
at = 2026-11-20T09:12:00Z
text = """
two
lines"""
# the end
"#;

const CANONICAL: &str = r#"# the file's own

# of the date
date = 2026-11-24  # a Tuesday
started = 2026-11-24T10:00:00Z
mood = { a = "x", b = 1 }  # unknown

[[entry]]
id = "kxzqmwrtslop"
by = "sam"
at = 2026-11-20T09:12:00Z
text = """
two
lines"""

# of the second
# beside its header
# beside a row
[[entry]]
id = "lxzqmwrtslop"
text = "say \"hi\""
at = 2026-11-25T09:12:00Z
by = "ana"
# why
# first
themes = ["b", "a"]
# last of the entry
due = 2026-12-01  # soft
# inside
extra = { deep = [1, 2] }

[[entry.conflict]]
field = "due"
value = 2026-12-08

[[entry.conflict]]
field = "due"
absent = true

# the end
"#;

#[test]
fn a_hand_written_record_gets_its_one_form_and_loses_no_comment() {
    let once = canonical(meeting(), HAND_WRITTEN);
    for line in HAND_WRITTEN.lines().filter_map(|l| l.split_once('#')) {
        assert!(once.contains(line.1.trim()), "{once}\nhas lost {}", line.1);
    }
    assert_eq!(once, CANONICAL);
    assert_eq!(canonical(meeting(), &once), once);
}

#[test]
fn comments_above_an_agenda_are_the_files_where_a_blank_line_parts_them() {
    for text in [
        "# all\n\n# one\n[[entry]]\nid = \"kxzqmwrtslop\"\ntext = \"a\"\n",
        "# all\n\n[[entry]]\nid = \"kxzqmwrtslop\"\ntext = \"a\"\n\n# below\n",
        "# one\n[[entry]]\nid = \"kxzqmwrtslop\"\ntext = \"a\"\n",
        "# only\n",
        "",
        "# all\n\nx = 1\n\n[[entry]]\nid = \"kxzqmwrtslop\"\ntext = \"a\"\n",
    ] {
        assert_eq!(canonical(Home::Agenda, text), text);
    }
}

#[test]
fn a_pair_is_written_as_it_was_read() {
    let text = r#"# ours

format = 1
id = "kqzmrtxwlpso"
cadence = "1w"
next = 2026-12-01
colour = "red"

[member.ana]
role = "report"
name = "Ana"
keys = []

# the manager
[member.sam]
role = "manager"
name = "Sam Lee"
keys = ["age1x"]

[[conflict]]
field = "next"
value = 2026-12-08

[[conflict]]
field = "member.ana.name"
value = "Anna"
"#;
    let document = parse_pair(text.as_bytes()).unwrap();
    assert_eq!(write_pair(&document), text);
    let pair = Pair::from_document(&document).unwrap();
    assert_eq!((pair.manager.slug.as_str(), pair.report.keys.len()), ("sam", 0));
}

fn problem(text: &str) -> String {
    parse_record(Home::Agenda, text.as_bytes(), false)
        .unwrap_err()
        .first()
        .unwrap()
        .to_string()
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    assert_eq!(
        problem("[[entry]]\nkind = \"topix\"\ntext = \"x\""),
        "agenda.toml:2:8: `kind` is one of topic, update, growth, feedback, concern, challenge, win, decision, note or action"
    );
    assert_eq!(
        problem("[[entry]]\ntext = \"x\"\ndue = \"2026-12-01\""),
        "agenda.toml:3:7: `due` is a date such as 2026-12-01, without quotes, not a string"
    );
    assert_eq!(
        problem("[[entry]]\nkind = \"note\""),
        "agenda.toml:1:1: an entry without text"
    );
    assert!(problem("<<<<<<< HEAD\n[[entry]]\ntext = \"x\"\n=======\n").contains("1:1: a conflict marker"));
    assert!(problem("[[entry]]\ntext = \"x\ny\"").starts_with("agenda.toml:3:"));
    assert!(problem(&format!("x = {}", "[".repeat(5000))).starts_with("agenda.toml:1:"));
    let id = "[[entry]]\nid = \"kxzqmwrtslop\"\ntext = \"x\"\n";
    assert!(problem(&format!("{id}{id}")).contains("stands twice"));
    assert!(
        parse_record(Home::Agenda, b"\xff\n", false).unwrap_err()[0]
            .to_string()
            .contains("UTF-8")
    );
    assert!(parse_record(Home::Agenda, &vec![b'#'; Limits::FILE + 1], false).is_err());
    assert!(problem("entry = 3").contains("[[entry]]"));
}

#[test]
fn a_newer_format_is_read_where_possible() {
    let pair = b"format = 2\nid = \"kqzmrtxwlpso\"\n[member.a]\nrole = \"owner\"\nname = \"x\"\n".as_slice();
    let agenda = b"[[entry]]\nid = \"kxzqmwrtslop\"\nkind = \"dream\"\ntext = \"x\"\n".as_slice();
    let loaded = assemble([("agenda.toml", agenda), ("pair.toml", pair)]);
    assert!(loaded.broken.is_empty(), "{:?}", loaded.broken);
    assert_eq!(loaded.state.entries.len(), 1);
}

#[test]
fn a_body_in_a_row_keeps_its_comments_and_conflicts() {
    let text = r#"[[entry]]
id = "kxzqmwrtslop"
by = "ana"
at = 2026-11-20T09:12:00Z
visibility = "private"
sealed = "S1"

# said in clear
[[entry.conflict]]
field = "body"
kind = "action"
visibility = "shared"
text = "x"
conflict = [{ absent = true, field = "due" }]
base = "S0"
"#;
    assert_eq!(canonical(Home::Agenda, text), text);
    let document = parse_record(Home::Agenda, text.as_bytes(), false).unwrap();
    let mut table = document.entries[0].1.clone();
    let row = table.rows[0].alternative.clone();
    table.show("body", &row);
    assert_eq!(table.shown("body"), row);
    assert_eq!(table.above, ["# said in clear"]);
    table.tidy_rows();
    assert_eq!(table.rows.len(), 1, "the body's own conflict");
}

#[test]
fn a_body_that_lacks_a_comment_alone_is_no_conflict() {
    let text = "# said in clear\n[[entry]]\nid = \"kxzqmwrtslop\"\ntext = \"x\"\n";
    let mut document = parse_record(Home::Agenda, text.as_bytes(), false).unwrap();
    let table = &mut document.entries[0].1;
    let with_comment = table.shown("body");
    assert_ne!(with_comment, with_comment.clone().without_comments());
    let row = |alternative: Alternative| Row {
        field: "body".to_owned(),
        alternative,
    };
    table.rows = vec![row(with_comment.clone().without_comments())];
    table.tidy_rows();
    assert!(table.rows.is_empty(), "as it reads when it was written");
    table.above.clear();
    table.rows = vec![row(with_comment)];
    table.tidy_rows();
    assert_eq!(table.rows.len(), 1, "the comment stands nowhere else");
}

#[test]
fn no_row_carries_lines_that_would_be_written_as_they_are() {
    let entry = "[[entry]]\nid = \"kxzqmwrtslop\"\ntext = \"x\"\n";
    let hostile = [
        "[[entry.conflict]]\nfield = \"body\"\ntext = \"y\"\n\"#\" = [\"evil = 1\"]\n",
        "[[entry.conflict]]\nfield = \"due\"\nabsent = true\n\"#\" = [\"evil = 1\"]\n",
        "[[entry.conflict]]\nfield = \"by\"\nvalue = \"sam\"\n",
        "\"#\" = [\"evil = 1\"]\n",
    ];
    for rows in hostile {
        assert!(
            parse_record(Home::Agenda, format!("{entry}{rows}").as_bytes(), false).is_err(),
            "{rows}"
        );
    }
    let nested = "[[entry.conflict]]\nfield = \"body\"\ntext = \"y\"\nconflict = [{ field = \"due\", absent = true, \"#\" = [\"evil = 1\"] }]\n";
    let document = parse_record(Home::Agenda, format!("{entry}{nested}").as_bytes(), false).unwrap();
    let mut table = document.entries[0].1.clone();
    let row = table.rows[0].alternative.clone();
    table.show("body", &row);
    assert!(!write_record(&document.header, &[(document.entries[0].0, &table)]).contains("\nevil"));
}
