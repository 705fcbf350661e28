//! Edits by hand, side by side.

use oneonone::model::{
    Files, Home, Instant, MeetingKey, Table, date_value, instant_value, parse_instant_text,
};

use super::place::{ANA, LAPTOP, SAM, Twins};
use super::steps::{add, set};

fn one_entry_of_two_lines() -> Twins {
    let mut twins = Twins::new();
    twins.command(ANA, |state, _| add(state, 1, "one\ntwo"));
    twins.sync(ANA);
    twins.sync(SAM);
    twins.sync(LAPTOP);
    twins
}

fn add_text(files: &mut Files, text: &str) {
    files.get_mut("agenda.toml").unwrap().extend(text.bytes());
}

fn agenda(twins: &Twins, who: usize) -> String {
    String::from_utf8(twins.lying(who)["agenda.toml"].clone()).unwrap()
}

fn at(text: &str) -> Instant {
    parse_instant_text(text).unwrap()
}

#[test]
fn an_edit_by_hand() {
    let mut twins = one_entry_of_two_lines();
    twins.by_hand(ANA, |files| {
        let text = String::from_utf8(files["agenda.toml"].clone()).unwrap();
        files.insert("agenda.toml".to_owned(), text.replace("two", "zwei").into_bytes());
    });
    twins.command(SAM, |state, _| set(state, 1, "mood", "fine"));
    twins.sync(SAM);
    assert!(twins.sync(ANA).merged);
    assert!(agenda(&twins, ANA).contains("zwei") && agenda(&twins, ANA).contains("fine"));
    twins.rest();
}

#[test]
fn an_entry_by_hand_without_an_id() {
    let mut twins = one_entry_of_two_lines();
    twins.by_hand(ANA, |files| {
        add_text(
            files,
            "\n[[entry]]\ntext = \"first\"\n\n[[entry]]\nkind = \"action\"\ntext = \"second\"\n",
        )
    });
    let report = twins.sync(ANA);
    assert_eq!(report.outgoing.entries(), 2);
    assert_eq!(agenda(&twins, ANA).matches("\nid = ").count(), 3);
    twins.rest();
}

#[test]
fn an_entry_by_hand_that_plain_git_committed() {
    let mut twins = one_entry_of_two_lines();
    twins.by_hand(ANA, |files| add_text(files, "\n[[entry]]\ntext = \"by hand\"\n"));
    twins.plain_commit(ANA);
    twins.plain_push(ANA);
    // Whoever fills it in, it has the id of its commit.
    twins.sync(SAM);
    twins.rest();
    assert_eq!(agenda(&twins, LAPTOP).matches("by hand").count(), 1);
}

#[test]
fn an_entry_by_hand_that_was_filled_in_elsewhere() {
    let mut twins = one_entry_of_two_lines();
    twins.by_hand(ANA, |files| add_text(files, "\n[[entry]]\ntext = \"by hand\"\n"));
    twins.plain_commit(ANA);
    twins.plain_push(ANA);
    twins.sync(SAM);
    // Plain Git brings what sam filled in. The editor still has the entry without an id, and saves it once more.
    let before = twins.lying(ANA)["agenda.toml"].clone();
    twins.plain_pull(ANA);
    twins.by_hand(ANA, |files| {
        drop(files.insert("agenda.toml".to_owned(), before.clone()))
    });
    twins.sync(ANA);
    assert_eq!(agenda(&twins, ANA).matches("by hand").count(), 1);
    twins.rest();
}

fn key(day: &str) -> MeetingKey {
    day.parse().unwrap()
}

/// The entry of the agenda, in a meeting too.
fn doubled(files: &mut Files) {
    let agenda = String::from_utf8(files["agenda.toml"].clone()).unwrap();
    let at = agenda.find("[[entry]]").unwrap();
    let meeting = format!("date = 2026-01-05\nstatus = \"held\"\n\n{}", &agenda[at..]);
    files.insert("meetings/2026/2026-01-05.toml".to_owned(), meeting.into_bytes());
}

#[test]
fn an_entry_by_hand_in_a_meeting_that_ended_meanwhile() {
    const MEETING: &str = "meetings/2026/2026-01-05.toml";
    let home = MeetingKey::first("2026-01-05".parse().unwrap());
    let mut twins = one_entry_of_two_lines();
    twins.command(ANA, |state, _| {
        let mut head = Table::default();
        head.set("date", date_value(home.date));
        head.set("started", instant_value(at("2026-01-05T10:00:00Z")));
        state.meetings.insert(home, head);
    });
    let mut buffer = twins.lying(ANA)[MEETING].clone();
    twins.command(ANA, |state, _| {
        let head = state.meetings.get_mut(&home).unwrap();
        head.set("ended", instant_value(at("2026-01-05T11:00:00Z")));
    });
    let late = "\n[[entry]]\nid = \"kkkkllllmmmm\"\nkind = \"topic\"\nby = \"ana\"\nat = 2026-01-05T10:30:00Z\ntext = \"late\"\n";
    buffer.extend(late.bytes());
    twins.by_hand(ANA, |files| {
        drop(files.insert(MEETING.to_owned(), buffer.clone()))
    });
    twins.sync(ANA);
    assert!(agenda(&twins, ANA).contains("late"));
    twins.sync(SAM);
    twins.rest();
}

#[test]
fn an_entry_that_a_hand_removed() {
    let mut twins = one_entry_of_two_lines();
    twins.command(SAM, |state, _| add(state, 2, "three"));
    twins.sync(SAM);
    twins.sync(ANA);
    let both = twins.lying(ANA)["agenda.toml"].clone();
    twins.by_hand(ANA, |files| {
        let text = String::from_utf8(files["agenda.toml"].clone()).unwrap();
        let (head, entries) = text.split_once("[[entry]]").unwrap();
        let last = entries.rfind("[[entry]]").unwrap();
        let without = format!("{head}{}", &entries[last..]);
        files.insert("agenda.toml".to_owned(), without.into_bytes());
    });
    twins.sync(ANA);
    assert_eq!(agenda(&twins, ANA).matches("[[entry]]").count(), 1);
    // The same bytes as before the removal are a file that is saved too late.
    twins.by_hand(ANA, |files| {
        drop(files.insert("agenda.toml".to_owned(), both.clone()))
    });
    twins.sync(ANA);
    assert_eq!(agenda(&twins, ANA).matches("[[entry]]").count(), 1);
    twins.sync(SAM);
    twins.rest();
}

#[test]
fn an_entry_that_a_hand_copied_is_moved() {
    let mut twins = one_entry_of_two_lines();
    twins.by_hand(ANA, doubled);
    twins.sync(ANA);
    assert_eq!(agenda(&twins, ANA).matches("[[entry]]").count(), 0);
    twins.rest();
}

#[test]
fn an_entry_that_a_hand_copied_and_changed_is_refused() {
    let mut twins = one_entry_of_two_lines();
    twins.by_hand(ANA, |files| {
        doubled(files);
        let meeting = files.get_mut("meetings/2026/2026-01-05.toml").unwrap();
        *meeting = String::from_utf8(meeting.clone())
            .unwrap()
            .replace("two", "zwei")
            .into_bytes();
    });
    twins.sync_fails(ANA, "stands in", "stands there twice");
    twins.compare(ANA);
}

#[test]
fn an_entry_that_a_hand_doubled_and_plain_git_committed_is_healed() {
    let mut twins = one_entry_of_two_lines();
    twins.by_hand(ANA, doubled);
    twins.plain_commit(ANA);
    twins.sync(ANA);
    twins.rest();
}

#[test]
fn an_entry_that_a_plain_merge_doubled_is_healed() {
    let mut twins = one_entry_of_two_lines();
    for (who, day) in [(ANA, "2026-01-05"), (SAM, "2026-01-06")] {
        twins.command(who, |state, _| {
            let mut head = oneonone::model::Table::default();
            head.set("date", oneonone::model::date_value(key(day).date));
            head.set("status", "held");
            state.meetings.insert(key(day), head);
            for placed in state.entries.values_mut() {
                placed.home = Home::Meeting(key(day));
            }
        });
    }
    twins.plain_push(SAM);
    twins.plain_pull(ANA);
    twins.plain_push(ANA);
    // It comes as a fast-forward, and is found in the tip.
    let report = twins.sync(LAPTOP);
    assert!(!report.merged);
    twins.rest();
}
