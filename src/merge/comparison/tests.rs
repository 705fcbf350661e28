mod named;

use super::super::testing::state_of;
use super::*;
use crate::model::{Content, parse_content};

const AGENDA: &str = "agenda.toml";
const MEETING: &str = "meetings/2026/2026-11-24.toml";

fn entry(id: &str, by: &str, lines: &str) -> String {
    format!(
        "[[entry]]\nid = \"{id:k<12}\"\nby = \"{by}\"\nat = 2026-11-20T09:12:00Z\ntext = \"a\"\n{lines}\n"
    )
}

/// An older and a newer agenda: one entry is gone, one changed, one stays, and one is new.
fn agendas() -> [String; 2] {
    let old = ["k", "l", "m"].map(|id| entry(id, "ana", ""));
    let new = [
        entry("l", "ana", "tone = \"praise\""),
        entry("m", "ana", ""),
        entry("n", "sam", ""),
    ];
    [old.concat(), new.concat()]
}

fn meeting(lines: &str) -> String {
    format!("date = 2026-11-24\n{lines}\n")
}

fn sealed(id: &str, visibility: &str, content: &str) -> String {
    format!(
        "[[entry]]\nid = \"{id:k<12}\"\nby = \"sam\"\nat = 2026-11-20T09:12:00Z\nvisibility = \"{visibility}\"\n\
         sealed = '''{content}'''\n"
    )
}

/// An entry as somebody sees it whose key opens every seal: what would be the ciphertext is the content.
fn open(id: EntryId, placed: &Placed) -> Option<Entry> {
    let content = placed.entry.ciphertext();
    let content = content.and_then(|text| parse_content(text).ok());
    let content = content.map(Content::from_table);
    Entry::from_table(id, placed.home, &placed.entry, content.as_ref()).ok()
}

fn differences(old: &[(&str, &str)], new: &[(&str, &str)]) -> Vec<Difference> {
    let comparison = Comparison::of(state_of(old), state_of(new));
    let ana: Slug = "ana".parse().unwrap();
    let differences = comparison.differences(Some(&ana), open);
    let entries = differences.iter().filter(|d| matches!(d, Difference::Entry(_)));
    assert_eq!(entries.count(), comparison.counts().entries());
    differences
}

/// How the one entry that differs does.
fn how(old: &[(&str, &str)], new: &[(&str, &str)]) -> EntryChange {
    let mut differences = differences(old, new);
    differences.retain(|difference| matches!(difference, Difference::Entry(_)));
    match differences.as_slice() {
        [Difference::Entry(entry)] => entry.clone(),
        other => panic!("{other:?}"),
    }
}

/// The same of an entry of the agenda.
fn how_on_agenda(old: &str, new: &str) -> EntryHow {
    how(&[(AGENDA, old)], &[(AGENDA, new)]).how
}

#[test]
fn the_counts_are_of_what_differs() {
    let [old, new] = agendas();
    let (old, new) = (state_of(&[(AGENDA, &old)]), state_of(&[(AGENDA, &new)]));
    let counts = |old: &State, new: &State| Comparison::of(old.clone(), new.clone()).counts();
    assert_eq!(
        counts(&old, &new),
        ChangeCounts {
            added: 1,
            changed: 1,
            removed: 1,
            ..ChangeCounts::default()
        }
    );
    assert!(counts(&old, &old).is_empty());
    // All of a pair that comes into an empty clone is new, and its settings did not change.
    assert_eq!(
        counts(&State::default(), &new),
        ChangeCounts {
            added: 3,
            ..ChangeCounts::default()
        }
    );
}

#[test]
fn an_entry_says_how_it_differs() {
    let action = |lines: &str| entry("k", "sam", &format!("kind = \"action\"\n{lines}"));
    let open = "state = \"open\"\nowner = ";
    let topic = |lines: &str| entry("k", "sam", lines);
    for (old, new, expected) in [
        ("", topic(""), EntryHow::Added),
        (&topic("")[..], String::new(), EntryHow::Removed),
        ("", action(&format!("{open}\"ana\"")), EntryHow::ActionForMe),
        ("", action(&format!("{open}\"sam\"")), EntryHow::Added),
        ("", action("state = \"done\"\nowner = \"ana\""), EntryHow::Added),
        // It is mine already, and mine alone to give.
        (
            "",
            entry("k", "ana", &format!("kind = \"action\"\n{open}\"ana\"")),
            EntryHow::Added,
        ),
        (
            &action(&format!("{open}\"sam\"")),
            action(&format!("{open}\"ana\"")),
            EntryHow::ActionForMe,
        ),
        (
            &action(&format!("{open}\"ana\"")),
            action(&format!("{open}\"ana\"\ndue = 2026-12-01")),
            EntryHow::Edited,
        ),
        (
            &action(&format!("{open}\"ana\"")),
            action("state = \"done\"\nowner = \"ana\""),
            EntryHow::Done,
        ),
        (
            &action(&format!("{open}\"ana\"")),
            action("state = \"dropped\"\nowner = \"ana\""),
            EntryHow::Dropped,
        ),
        (
            &action("state = \"done\"\nowner = \"ana\""),
            action(&format!("{open}\"ana\"")),
            EntryHow::Reopened,
        ),
        (&topic(""), topic("state = \"done\""), EntryHow::TalkedAbout),
        (&topic("state = \"done\""), topic(""), EntryHow::Reopened),
        (&topic(""), topic("themes = [\"x\"]"), EntryHow::Edited),
        (&topic(""), topic("carried = 1"), EntryHow::CarriedBack),
        (&topic(""), topic("x-color = \"red\""), EntryHow::Otherwise),
        (
            &sealed("k", "confidential", "text = \"a\""),
            topic(""),
            EntryHow::Shared,
        ),
        (
            &sealed("k", "confidential", "text = \"a\""),
            sealed("k", "confidential", "text = \"b\""),
            EntryHow::Edited,
        ),
        (
            &sealed("k", "confidential", "text = \"a\""),
            sealed("k", "confidential", "text = 'a'"),
            EntryHow::Otherwise,
        ),
        (
            &sealed("k", "private", "text = \"a\""),
            sealed("k", "private", "text = \"b\""),
            EntryHow::Otherwise,
        ),
    ] {
        assert_eq!(how_on_agenda(old, &new), expected, "{old}\n->\n{new}");
    }
}

#[test]
fn an_answer_follows_an_entry_of_mine() {
    let mine = entry("m", "ana", "");
    let answer = |by: &str| entry("k", by, "re = \"mkkkkkkkkkkk\"");
    let with = |more: String| format!("{mine}{more}");
    assert_eq!(how_on_agenda(&mine, &with(answer("sam"))), EntryHow::Answered);
    assert_eq!(how_on_agenda(&mine, &with(answer("ana"))), EntryHow::Added);
    let theirs = entry("m", "sam", "");
    assert_eq!(
        how_on_agenda(&theirs, &format!("{theirs}{}", answer("sam"))),
        EntryHow::Added
    );
}

#[test]
fn an_edit_names_its_fields_and_a_move_its_place() {
    let (old, new) = (
        entry("k", "sam", ""),
        entry("k", "sam", "themes = [\"x\"]\ntone = \"praise\""),
    );
    assert_eq!(
        how(&[(AGENDA, &old)], &[(AGENDA, &new)]).fields,
        ["themes", "tone"]
    );
    let head = meeting("status = \"held\"\nstarted = 2026-11-24T10:00:00Z");
    let moved = how(&[(AGENDA, &old)], &[(MEETING, &format!("{head}{old}"))]);
    assert_eq!(moved.how, EntryHow::Moved);
    assert_eq!(moved.home.path(), MEETING);
}

#[test]
fn a_private_entry_says_nothing_but_that_it_is_there() {
    let secret = sealed("k", "private", "kind = \"concern\"\ntext = \"secret\"");
    let shared = entry("k", "sam", "");
    for (old, new) in [("", &secret[..]), (&secret, ""), (&shared, &secret)] {
        let change = how(&[(AGENDA, old)], &[(AGENDA, new)]);
        assert!(change.body.is_none() && change.fields.is_empty(), "{change:?}");
        assert_eq!(change.visibility, Visibility::Private);
    }
    // Its author shares it: now both read it.
    let change = how(&[(AGENDA, &secret)], &[(AGENDA, &shared)]);
    assert!(change.body.is_some());
    assert!(!format!("{change:?}").contains("secret"));
    // A confidential one is read by both.
    let both = sealed("k", "confidential", "text = \"for two\"");
    let text = how(&[], &[(AGENDA, &both)]).body.map(|body| body.text);
    assert_eq!(text.as_deref(), Some("for two"));
}

/// The entry as Ana sees it, who cannot open a private one of Sam's.
fn open_as_ana(id: EntryId, placed: &Placed) -> Option<Entry> {
    let is_closed = placed.entry.visibility() == Visibility::Private;
    match is_closed {
        true => Entry::from_table(id, placed.home, &placed.entry, None).ok(),
        false => open(id, placed),
    }
}

#[test]
fn a_private_entry_that_is_shared_is_new_to_the_other_member() {
    let private = sealed("k", "private", "text = \"a\"");
    let confidential = sealed("k", "confidential", "text = \"a\"");
    for (new, expected) in [
        (&entry("k", "sam", "")[..], EntryHow::Shared),
        (&entry("k", "sam", "state = \"done\""), EntryHow::Shared),
        (&confidential, EntryHow::Shared),
        (
            &entry("k", "sam", "kind = \"action\"\nowner = \"ana\""),
            EntryHow::ActionForMe,
        ),
    ] {
        let comparison = Comparison::of(state_of(&[(AGENDA, &private)]), state_of(&[(AGENDA, new)]));
        let ana: Slug = "ana".parse().unwrap();
        let differences = comparison.differences(Some(&ana), open_as_ana);
        let [Difference::Entry(change)] = differences.as_slice() else {
            panic!("{differences:?}");
        };
        assert_eq!(change.how, expected, "{new}");
        assert_eq!(change.body.as_ref().map(|body| body.text.as_str()), Some("a"));
    }
}

#[test]
fn a_conflict_names_the_fields_that_both_changed() {
    let row =
        |field: &str, value: &str| format!("[[entry.conflict]]\nfield = \"{field}\"\nvalue = {value}\n");
    let plain = entry("k", "sam", "");
    let tone = format!("{plain}{}", row("tone", "\"praise\""));
    let both = format!("{tone}{}", row("text", "\"b\""));
    let change = |old: &str, new: &str| {
        let change = how(&[(AGENDA, old)], &[(AGENDA, new)]);
        (change.how, change.fields)
    };
    assert_eq!(change(&plain, &both), (EntryHow::Conflict, vec!["text", "tone"]));
    assert_eq!(change(&tone, &both), (EntryHow::Conflict, vec!["text"]));
    let edited = entry("k", "sam", "due = 2026-12-01");
    assert_eq!(
        change(&plain, &format!("{edited}{}", row("tone", "\"praise\""))),
        (EntryHow::Conflict, vec!["tone"])
    );
    // It ended, or goes on.
    assert_eq!(change(&both, &plain), (EntryHow::Resolved, vec![]));
    assert_eq!(
        change(&tone, &format!("{edited}{}", row("tone", "\"praise\""))),
        (EntryHow::Edited, vec!["due"])
    );
}

#[test]
fn a_meeting_says_how_its_head_differs() {
    let started = "status = \"held\"\nstarted = 2026-11-24T10:00:00Z\n";
    let ended = format!("{started}ended = 2026-11-24T10:30:00Z\n");
    let (skipped, written) = ("status = \"skipped\"\n", "status = \"held\"\n");
    for (old, new, expected) in [
        (None, Some(started), MeetingChange::Began),
        (None, Some(&ended[..]), MeetingChange::Held),
        (None, Some(written), MeetingChange::Held),
        (None, Some(skipped), MeetingChange::Skipped),
        (Some(started), Some(&ended[..]), MeetingChange::Ended),
        (Some(&ended[..]), Some(started), MeetingChange::Reopened),
        (Some(skipped), Some(started), MeetingChange::Began),
        (Some(skipped), Some(&ended[..]), MeetingChange::Held),
        (Some(started), Some(skipped), MeetingChange::Skipped),
        (Some(started), None, MeetingChange::Removed),
        (
            Some(started),
            Some("status = \"held\"\nstarted = 2026-11-24T10:01:00Z\n"),
            MeetingChange::Otherwise,
        ),
    ] {
        let record = |head: Option<&str>| head.map(meeting);
        let (before, after) = (record(old), record(new));
        fn files(record: &Option<String>) -> Vec<(&'static str, &str)> {
            record.iter().map(|text| (MEETING, text.as_str())).collect()
        }
        let found = differences(&files(&before), &files(&after));
        let key = "2026-11-24".parse().unwrap();
        assert_eq!(found, [Difference::Meeting(key, expected)], "{old:?} -> {new:?}");
    }
}

/// The state of a pair whose `pair.toml` has other words in the place of some.
fn pair_with(changes: &[(&str, &str)]) -> State {
    let mut text = "format = 1\nid = \"kqzmrtxwlpso\"\ncadence = \"1w\"\n\n[member.ana]\nrole = \"report\"\nname = \"Ana\"\n\
                    keys = []\n\n[member.sam]\nrole = \"manager\"\nname = \"Sam\"\nkeys = [\"age1a\"]\n"
        .to_owned();
    for (from, to) in changes {
        assert!(text.contains(from));
        text = text.replacen(from, to, 1);
    }
    let pair = crate::model::parse_pair(text.as_bytes()).unwrap();
    State {
        pair: Some(pair),
        ..State::default()
    }
}

#[test]
fn the_settings_of_the_pair_are_counted_one_by_one() {
    let change = |member: Option<&str>, key: Option<&str>, takes_seat| PairChange {
        member: member.map(str::to_owned),
        key: key.map(str::to_owned),
        takes_seat,
    };
    let key = "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq";
    let taken = format!("keys = [\"{key}\"]");
    for (edits, expected) in [
        (&[][..], vec![]),
        (
            &[("\"1w\"", "\"2w\"")],
            vec![change(None, Some("cadence"), false)],
        ),
        (
            &[("keys = []", &taken[..])],
            vec![change(Some("ana"), Some("keys"), true)],
        ),
        (
            &[("\"Sam\"", "\"Sam Lee\""), ("keys = [\"age1a\"]", "keys = []")],
            vec![
                change(Some("sam"), Some("keys"), false),
                change(Some("sam"), Some("name"), false),
            ],
        ),
        (
            &[("cadence", "x-note = \"y\"\ncadence")],
            vec![change(None, Some("x-note"), false)],
        ),
        (
            &[("cadence", "# a comment\ncadence")],
            vec![change(None, None, false)],
        ),
        // The agreed day is counted apart.
        (&[("cadence", "next = 2026-12-01\ncadence")], vec![]),
        (
            &[("\"1w\"", "\"2w\""), ("cadence", "next = 2026-12-01\ncadence")],
            vec![change(None, Some("cadence"), false)],
        ),
        // So is a conflict over it.
        (
            &[
                ("cadence", "next = 2026-12-01\ncadence"),
                (
                    "[member.sam]",
                    "[[conflict]]\nfield = \"next\"\nvalue = 2026-12-08\n\n[member.sam]",
                ),
            ],
            vec![],
        ),
        (
            &[(
                "[member.sam]",
                "[[conflict]]\nfield = \"cadence\"\nvalue = \"2w\"\n\n[member.sam]",
            )],
            vec![change(None, Some("cadence"), false)],
        ),
    ] {
        let (old, new) = (pair_with(&[]), pair_with(edits));
        let comparison = Comparison::of(old, new);
        assert_eq!(comparison.counts().pair, expected.len(), "{edits:?}");
        let mut found = comparison.differences(None, open);
        found.retain(|difference| !matches!(difference, Difference::Next { .. }));
        let expected: Vec<Difference> = expected.into_iter().map(Difference::Pair).collect();
        assert_eq!(found, expected, "{edits:?}");
    }
}
