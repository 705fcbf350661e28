//! Whatever the records say, nothing that drives a terminal leaves (docs/privacy.md#hostile-records).

use std::borrow::Cow;

use proptest::prelude::*;

use crate::model::{
    Alternative, Change, Difference, Entry, EntryChange, EntryHow, Kind, PairChange, Row, Value, visible,
};
use crate::query::fixture::{With, at, date, entry, held, records, slug};
use crate::query::{self, ActionFilter, Filter, Ids, Names, Records};

use super::text::Screen;
use super::{
    ConflictFacts, ConflictNote, ConflictNotes, PairFacts, Printable, StatusFacts, SyncFacts, ValueFacts,
    json, text, tsv,
};

fn list(words: &str) -> (Records, ConflictNotes) {
    let row = |field: &str, alternative| Row {
        field: field.to_owned(),
        alternative,
    };
    let body = [("text", words), ("visibility", "shared")].map(|(k, v)| (k.to_owned(), Value::from(v)));
    let mut doubled = entry("mm", Kind::Feedback, "ana", "2026-11-20", words).themes(&["a"]);
    doubled.conflicts = vec![
        row("body", Alternative::from_map(body.into())),
        row("text", Alternative::of(Some(Value::from(words)))),
        row(
            words,
            Alternative::of(Some(Value::Array(vec![Value::from(words)]))),
        ),
    ];
    let note = ConflictNote {
        by: Some(slug("sam")),
        text: Some(words.to_owned()),
    };
    let notes = ConflictNotes::from([((doubled.id, doubled.conflicts[0].clone()), note)]);
    let mut list = records(
        vec![
            doubled,
            entry("kk", Kind::Action, "ana", "2026-11-10", words)
                .meeting("2026-11-10")
                .due("2026-11-20")
                .re("mm"),
            entry("ll", Kind::Update, "sam", "2026-11-10", words),
        ],
        vec![held("2026-11-10")],
    );
    list.pair.manager.name = words.to_owned();
    list.pair.report.name = format!("x{words}");
    (list, notes)
}

fn every_text(list: &Records, notes: &ConflictNotes, words: &str, width: usize) -> Printable {
    let (now, today, me) = (at("2026-11-22T09:00:00Z"), date("2026-11-22"), slug("ana"));
    let ids = Ids::new(list, now);
    let names = Names::of(&list.pair, &me, words, &[]);
    let screen = Screen {
        pair: &list.pair,
        me: &me,
        names: &names,
        today,
        ids: &ids,
        width,
        named: Some(words),
    };
    let entries: Vec<&Entry> = list.entries.iter().collect();
    let pair = PairFacts {
        name: words.to_owned(),
        dir: words.to_owned(),
        partner: words.to_owned(),
        ..PairFacts::default()
    };
    let status = StatusFacts {
        branch: words.to_owned(),
        ..StatusFacts::default()
    };
    let mut out = [
        text::agenda(&screen, &query::agenda(list, now, today)),
        text::actions(&screen, &query::actions(list, &ActionFilter::default(), today)),
        text::growth(
            &screen,
            &query::growth(list, date("2026-01-01"), today, Some(&slug("a"))),
        ),
        text::log(&screen, &query::log(list, &Filter::default())),
        text::overview(&screen, &query::overview(list, &me, now, today, 1)),
        text::to_do(&screen, list),
        text::meeting(&screen, &list.meetings[0], &entries),
        text::conflicts(&screen, &conflicts(list, words)),
        text::pairs(&[pair], width),
        text::status(&status),
        text::heading(words),
        Printable::join(
            text::came(&screen, &came(list, words).iter().collect::<Vec<_>>(), "somebody"),
            "\n",
        ),
    ]
    .to_vec();
    out.extend(entries.iter().map(|e| text::entry(&screen, e, list, notes)));
    out.extend(entries.iter().map(|e| text::echo(&screen, e.home, e.visibility)));
    out.into_iter().collect()
}

/// The changes that may have come with a sync: each entry, and settings of somebody and by somebody that nobody knows.
fn came(list: &Records, words: &str) -> Vec<Change> {
    let entry = |entry: &Entry| EntryChange {
        id: entry.id,
        how: EntryHow::Added,
        author: Some(entry.by.clone()),
        at: Some(entry.at),
        visibility: entry.visibility,
        home: entry.home,
        body: entry.body.clone(),
        fields: Vec::new(),
        is_mine_too: false,
    };
    let entries = list.entries.iter().map(|e| Difference::Entry(entry(e)));
    let setting = Difference::Pair(PairChange {
        member: Some(words.to_owned()),
        key: Some(words.to_owned()),
        takes_seat: false,
    });
    let by = |what| {
        [None, Some(slug("sam"))].map(|by| Change {
            by,
            what: Difference::clone(&what),
        })
    };
    entries.chain([setting]).flat_map(by).collect()
}

fn conflicts<'a>(list: &'a Records, words: &str) -> Vec<ConflictFacts<'a>> {
    let value = ValueFacts {
        value: Some(words.to_owned()),
        ..ValueFacts::default()
    };
    let of = |entry| ConflictFacts {
        address: words.to_owned(),
        entry,
        field: words.to_owned(),
        values: vec![value.clone(), value.clone()],
    };
    list.entries.iter().map(Some).chain([None]).map(of).collect()
}

fn every_table(list: &Records, words: &str) -> Printable {
    let status = StatusFacts {
        branch: words.to_owned(),
        ..StatusFacts::default()
    };
    [
        tsv::entries(Some(words), &list.entries),
        tsv::conflicts(None, &conflicts(list, words)),
        tsv::status(None, &status),
    ]
    .iter()
    .collect()
}

fn every_document(list: &Records, notes: &ConflictNotes, words: &str) -> Printable {
    let scope = json::EntryContext { pair: words, notes };
    let part = json::of_pair(words, &json::JsonDocument::entries(&list.entries, &scope));
    let facts = SyncFacts {
        came: came(list, words),
        ..SyncFacts::default()
    };
    let sync = json::of_pair(words, &json::JsonDocument::sync(&facts));
    json::all([part, sync].iter())
}

fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(
        "\u{1b}\u{9b}\u{7}\u{8}\r\n\t\0\u{7f}\u{85}\u{202e}\u{2066}\u{200f}\u{2028}\u{200b}\u{200c}\u{200d}\u{feff}\u{fe0f}\u{e0061}\u{e0100}😀ه葛1[]m\\"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(prop_oneof![nasty, any::<char>(), Just('a'), Just(' ')], 0..60)
        .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_that_drives_a_terminal_leaves(words in hostile(), width in 0usize..120) {
        let (list, notes) = list(&words);
        let text = every_text(&list, &notes, &words, width);
        // Our own styles are the escape sequences there are; without them none is left.
        let mut rest = text.as_str();
        while let Some((before, style)) = rest.split_once('\u{1b}') {
            prop_assert!(matches!(visible(before), Cow::Borrowed(_)), "{before:?}");
            let end = style.find('m').unwrap_or(0);
            let ours = style[..end].strip_prefix("[").is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit()));
            prop_assert!(ours, "{:?}", style);
            rest = &style[end + 1..];
        }
        prop_assert!(matches!(visible(rest), Cow::Borrowed(_)), "{rest:?}");

        let table = every_table(&list, &words);
        let table = table.as_str();
        prop_assert!(matches!(visible(table), Cow::Borrowed(_)), "{table:?}");

        let document = every_document(&list, &notes, &words);
        let document = document.as_str();
        prop_assert!(!document.trim_end_matches('\n').contains(|c: char| c.is_control()), "{document:?}");
        prop_assert!(matches!(visible(document), Cow::Borrowed(_)), "{document:?}");
        let parsed: serde_json::Value = serde_json::from_str(document).unwrap();
        prop_assert_eq!(parsed["pairs"][0]["entries"][0]["text"].as_str(), Some(words.as_str()));
        prop_assert_eq!(parsed["pairs"][1]["came"][0]["text"].as_str(), Some(words.as_str()));
    }
}
