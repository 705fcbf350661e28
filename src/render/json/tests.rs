use super::*;
use crate::model::{
    Alternative, Change, ChangeCounts, Date, Difference, EntryChange, EntryHow, Kind, MeetingChange,
    PairChange, Row, Value, Visibility,
};
use crate::query::fixture::{With, date, entry, held, records, slug};
use crate::query::{ActionFilter, actions, growth};
use crate::render::{ConflictNote, ConflictNotes, StatusFacts, SyncFacts};

fn scope(notes: &ConflictNotes) -> EntryContext<'_> {
    EntryContext { pair: "ana", notes }
}

fn today() -> Date {
    date("2026-11-22")
}

#[test]
fn an_entry_has_every_key() {
    let notes = ConflictNotes::new();
    let entry = entry("kxz", Kind::Action, "sam", "2026-11-20", "Say \"hi\"")
        .meeting("2026-11-24")
        .themes(&["system-design"])
        .due("2026-12-01")
        .re("mm");
    assert_eq!(
        one(&JsonDocument::entry(&entry, &scope(&notes))),
        concat!(
            r#"{"entry":{"id":"kxzkkkkkkkkk","pair":"ana","kind":"action","visibility":"shared","by":"sam","#,
            r#""at":"2026-11-20T09:00:00Z","meeting":"2026-11-24","text":"Say \"hi\"","themes":["system-design"],"#,
            r#""owner":"sam","due":"2026-12-01","state":"open","closed":null,"carried":0,"re":"mmkkkkkkkkkk","#,
            r#""tone":null,"readable":true,"conflicts":[]}}"#,
            "\n"
        )
    );
}

#[test]
fn what_cannot_be_opened_has_null_content() {
    let notes = ConflictNotes::new();
    let entry = entry("kxz", Kind::Topic, "sam", "2026-11-20", "").unopened(Visibility::Private);
    assert_eq!(
        one(&JsonDocument::entries([&entry], &scope(&notes))),
        concat!(
            r#"{"entries":[{"id":"kxzkkkkkkkkk","pair":"ana","kind":null,"visibility":"private","by":"sam","#,
            r#""at":"2026-11-20T09:00:00Z","meeting":null,"text":null,"themes":[],"owner":null,"due":null,"#,
            r#""state":null,"closed":null,"carried":0,"re":null,"tone":null,"readable":false,"conflicts":[]}]}"#,
            "\n"
        )
    );
}

#[test]
fn conflicts_show_values_and_never_a_ciphertext() {
    let row = |field: &str, alternative| Row {
        field: field.to_owned(),
        alternative,
    };
    let sealed = |text: &str| {
        let keys = [("visibility", "private"), ("sealed", text)];
        Alternative::from_map(keys.map(|(k, v)| (k.to_owned(), Value::from(v))).into())
    };
    let mut entry = entry("kk", Kind::Topic, "ana", "2026-11-20", "x");
    entry.conflicts = vec![
        row("due", Alternative::of(None)),
        row("text", Alternative::of(Some(Value::from("y")))),
        row("body", sealed("-----BEGIN AGE 1")),
        row("body", sealed("-----BEGIN AGE 2")),
    ];
    let opened = ConflictNote {
        by: Some(slug("sam")),
        text: Some("opened".to_owned()),
    };
    let notes = ConflictNotes::from([((entry.id, entry.conflicts[3].clone()), opened)]);
    let json = one(&JsonDocument::entry(&entry, &scope(&notes)));
    let conflicts = json.as_str().split_once(r#""conflicts":"#).unwrap().1;
    assert_eq!(
        conflicts.trim_end(),
        concat!(
            r#"[{"field":"due","value":null,"by":null},{"field":"text","value":"y","by":null},"#,
            r#"{"field":"body","value":null,"by":null},{"field":"body","value":"opened","by":"sam"}]}}"#
        )
    );
}

#[test]
fn lists_meetings_and_growth_have_the_shape_of_the_design() {
    let notes = ConflictNotes::new();
    let scope = scope(&notes);
    let list = records(
        vec![
            entry("kk", Kind::Win, "ana", "2026-10-10", "x")
                .themes(&["a"])
                .meeting("2026-10-13"),
        ],
        vec![held("2026-10-13")],
    );
    let none = actions(&list, &ActionFilter::default(), today());
    assert_eq!(
        one(&JsonDocument::actions(&none, &scope)),
        "{\"as_of\":\"2026-11-22\",\"entries\":[],\"open\":0,\"overdue\":0,\"done\":0,\"dropped\":0}\n"
    );
    let themes = growth(&list, date("2026-10-01"), today(), None);
    assert_eq!(
        one(&JsonDocument::growth(&themes, false, &scope)),
        concat!(
            r#"{"since":"2026-10-01","until":"2026-11-22","meetings":1,"themes":[{"theme":"a","entries":1,"wins":1,"#,
            r#""praise":0,"improve":0,"actions":{"open":0,"done":0,"dropped":0},"#,
            r#""months":[{"month":"2026-10","entries":1},{"month":"2026-11","entries":0}],"#,
            r#""first":"2026-10-13","last":"2026-10-13","quiet":false}],"unthemed":0,"unreadable":0}"#,
            "\n"
        )
    );
    assert_eq!(
        one(&JsonDocument::meeting(&list.meetings[0], [], &scope)),
        concat!(
            r#"{"meeting":{"date":"2026-10-13","status":"held","started":"2026-10-13T10:00:00Z","#,
            r#""ended":"2026-10-13T10:30:00Z"},"entries":[]}"#,
            "\n"
        )
    );
}

#[test]
fn several_pairs_stand_in_one_document() {
    let status = StatusFacts {
        branch: "main".to_owned(),
        ahead: 1,
        outgoing: ChangeCounts {
            added: 2,
            removed: 1,
            meetings: 1,
            pair: 1,
            next: true,
            ..ChangeCounts::default()
        },
        ..StatusFacts::default()
    };
    let sync = SyncFacts {
        attempts: 1,
        delivered: true,
        ..SyncFacts::default()
    };
    let parts = [
        of_pair("ana", &JsonDocument::status(&status)),
        of_pair("joe", &JsonDocument::sync(&sync)),
    ];
    assert_eq!(
        all(parts.iter()),
        concat!(
            r#"{"pairs":[{"pair":"ana","branch":"main","ahead":1,"behind":0,"uncommitted":0,"conflicts":0,"untracked":0,"misnamed":[],"#,
            r#""incoming":{"added":0,"changed":0,"removed":0,"meetings":0,"next":false,"pair":0},"#,
            r#""outgoing":{"added":2,"changed":0,"removed":1,"meetings":1,"next":true,"pair":1},"widened":[],"seat_changed":false},"#,
            r#"{"pair":"joe","pulled":0,"pushed":0,"merged":false,"conflicts":0,"kept":[],"attempts":1,"delivered":true,"next_pulled":false,"next_pushed":false,"#,
            r#""incoming":{"added":0,"changed":0,"removed":0,"meetings":0,"next":false,"pair":0},"#,
            r#""outgoing":{"added":0,"changed":0,"removed":0,"meetings":0,"next":false,"pair":0},"alone":null,"widened":[],"own_changed":[],"in_a_name":[],"came":[]}]}"#,
            "\n"
        )
    );
}

#[test]
fn what_came_says_who_and_how() {
    let mut entry = made_change();
    let closed = EntryChange {
        visibility: Visibility::Private,
        body: None,
        how: EntryHow::Otherwise,
        ..entry.clone()
    };
    entry.fields = vec!["text", "due"];
    let by = |by: &str, what| Change {
        by: (!by.is_empty()).then(|| slug(by)),
        what,
    };
    let facts = SyncFacts {
        came: vec![
            by(
                "sam",
                Difference::Meeting("2026-11-24".parse().unwrap(), MeetingChange::Began),
            ),
            by(
                "sam",
                Difference::Next {
                    was: None,
                    is: Some(date("2026-12-01")),
                },
            ),
            by(
                "ana",
                Difference::Pair(PairChange {
                    member: Some("ana".to_owned()),
                    key: Some("keys".to_owned()),
                    takes_seat: true,
                }),
            ),
            by("sam", Difference::Entry(entry)),
            by("", Difference::Entry(closed)),
        ],
        ..SyncFacts::default()
    };
    let json = one(&JsonDocument::sync(&facts));
    assert_eq!(
        json.as_str().split_once(r#""came":"#).unwrap().1.trim_end(),
        concat!(
            r#"[{"by":"sam","what":"meeting","how":"began","meeting":"2026-11-24"},"#,
            r#"{"by":"sam","what":"next","was":null,"is":"2026-12-01"},"#,
            r#"{"by":"ana","what":"pair","member":"ana","key":"keys"},"#,
            r#"{"by":"sam","what":"entry","how":"edited","id":"kkkkkkkkkkkk","kind":"action","visibility":"shared","#,
            r#""text":"x","owner":"sam","due":"2026-12-01","re":"mmkkkkkkkkkk","meeting":"2026-11-24","#,
            r#""fields":["text","due"]},"#,
            r#"{"by":null,"what":"entry","how":"otherwise","id":"kkkkkkkkkkkk","kind":null,"visibility":"private","#,
            r#""text":null,"owner":null,"due":null,"re":null,"meeting":"2026-11-24","fields":[]}]}"#
        )
    );
}

fn made_change() -> EntryChange {
    let entry = entry("kk", Kind::Action, "sam", "2026-11-20", "x")
        .due("2026-12-01")
        .re("mm")
        .meeting("2026-11-24");
    EntryChange {
        id: entry.id,
        how: EntryHow::Edited,
        author: Some(entry.by),
        at: Some(entry.at),
        visibility: entry.visibility,
        home: entry.home,
        body: entry.body,
        fields: Vec::new(),
        is_mine_too: false,
    }
}

#[test]
fn what_hides_is_escaped_and_parses_back() {
    let notes = ConflictNotes::new();
    let text = "a\u{1b}[2J\u{9b}31m\u{202e}b\u{2028}\u{7f} é\n\t🙂\u{200b}\u{e0061} 👩‍👧";
    let entry = entry("kk", Kind::Topic, "ana", "2026-11-20", text);
    let json = one(&JsonDocument::entry(&entry, &scope(&notes)));
    let json = json.as_str();
    assert!(
        json.contains(r"a\u001b[2J\u009b31m\u202eb\u2028\u007f é\n\t🙂\u200b\udb40\udc61 👩‍👧"),
        "{json}"
    );
    let parsed: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(parsed["entry"]["text"], text);
}
