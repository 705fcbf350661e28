//! A topic that nobody talked about waits again, whoever ended the meeting and whatever their clocks say
//! (docs/merge.md#agenda-of-a-meeting).

use crate::world::{Person, World, sync_all};

const RECORD: &str = "meetings/2026/2026-11-24.toml";

/// Where an entry stands: the day of its meeting, or none on the agenda.
fn stands(person: &Person, id: &str) -> Option<String> {
    let answer = person.run(["--json", "show", id]).ok().json();
    answer["entry"]["meeting"].as_str().map(str::to_owned)
}

fn waits(person: &Person, id: &str) -> bool {
    stands(person, id).is_none()
}

#[test]
fn a_clock_that_is_ahead_hides_no_concern() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let ahead = ana.at("2026-11-24T12:05:00Z");
    let concern = ahead.add(["growth", "I would like to lead a project"]);
    sync_all(&[&ana, &sam]);
    sam.at("2026-11-24T12:00:00Z").run(["start"]).ok();
    let record = sam.read(RECORD);
    assert!(record.contains(&format!("agenda = [\"{concern}\"]")), "{record}");
    sam.at("2026-11-24T12:30:00Z")
        .run(["end"])
        .ok()
        .says("Back on the agenda");
    sync_all(&[&sam, &ana]);
    assert!(waits(&ana, &concern));
}

#[test]
fn an_empty_list_is_written() {
    let world = World::new();
    let (sam, _) = world.pair();
    sam.run(["start"]).ok();
    assert!(sam.read(RECORD).contains("agenda = []"));
    let note = sam.add(["growth", "came up in the meeting"]);
    sam.at("2026-11-24T11:00:00Z").run(["end"]).ok();
    assert_eq!(stands(&sam, &note).as_deref(), Some("2026-11-24"));
}

#[test]
fn a_topic_that_arrives_after_the_end_goes_back() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["start"]).ok();
    sync_all(&[&sam, &ana]);
    let late = sam.add(["Do we hire?"]);
    ana.at("2026-11-24T12:30:00Z").run(["end"]).ok();
    let synced = sam.at("2026-11-24T12:40:00Z").run(["sync"]).ok();
    synced.says(&format!(
        "{late} was not talked about in a meeting that is over; it is on the agenda again"
    ));
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.files(), ana.files());
    assert!(waits(&sam, &late) && waits(&ana, &late));
    ana.run(["sync"]).ok().says("nothing new on either side");
}

#[test]
fn one_starts_with_it_and_the_other_ends_without_it() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let mine = ana.add(["concern", "--shared", "On-call wears me out"]);
    ana.run(["--offline", "start"]).ok();
    sam.run(["--offline", "start"]).ok();
    sam.at("2026-11-24T12:30:00Z").run(["--offline", "end"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    assert_eq!(sam.files(), ana.files());
    assert!(waits(&sam, &mine));
}

#[test]
fn an_entry_waits_again_when_the_reason_why_it_stayed_is_gone() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let topic = ana.add(["Discuss the roadmap"]);
    sync_all(&[&ana, &sam]);
    sam.run(["start"]).ok();
    let action = sam.add(["action", "Write the plan", "--re", &topic]);
    sam.at("2026-11-24T12:30:00Z").run(["end"]).ok();
    assert!(!waits(&sam, &topic));
    sam.run(["rm", &action]).ok().says("it is on the agenda again");
    assert!(waits(&sam, &topic));
    sam.run(["undo"]).ok();
    assert!(!waits(&sam, &topic));
}

#[test]
fn undo_of_end_opens_the_meeting_whoever_else_ended_it() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["start"]).ok();
    sync_all(&[&sam, &ana]);
    ana.at("2026-11-24T12:30:00Z").run(["--offline", "end"]).ok();
    sam.at("2026-11-24T12:40:00Z").run(["--offline", "end"]).ok();
    sync_all(&[&sam, &ana]);
    assert!(ana.read(RECORD).contains("ended = 2026-11-24T12:40:00Z"));
    ana.run(["undo"]).ok();
    assert!(!ana.read(RECORD).contains("ended ="));
    sync_all(&[&ana, &sam]);
    assert!(!sam.read(RECORD).contains("ended ="));
}

#[test]
fn two_meetings_under_way_are_told_and_end_together() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let mine = ana.add(["Discuss the roadmap"]);
    sam.at("2026-12-08T09:00:00+13:00")
        .run(["--offline", "start"])
        .ok();
    let ana = ana.at("2026-12-07T12:00:30-08:00");
    ana.run(["--offline", "start"]).ok();
    ana.run(["sync"]).ok();
    let sam = sam.at("2026-12-08T09:11:00+13:00");
    sam.run(["sync"]).ok().says("two meetings are under way");
    let added = sam.add(["Written by Sam"]);
    let ended = sam.at("2026-12-08T09:40:00+13:00").run(["end"]).ok();
    ended.says("ended");
    for record in ["2026-12-07", "2026-12-08"] {
        assert!(
            sam.read(&format!("meetings/2026/{record}.toml"))
                .contains("ended =")
        );
    }
    assert!(waits(&sam, &mine) && waits(&sam, &added));
}

#[test]
fn a_conflict_that_version_0_1_made_of_two_lists_is_their_union() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (one, two) = (ana.add(["growth", "One"]), ana.add(["growth", "Two"]));
    sync_all(&[&ana, &sam]);
    sam.run(["--offline", "start"]).ok();
    let list = format!("agenda = [\"{one}\", \"{two}\"]");
    let other = format!("agenda = [\"{two}\", \"{one}\"]");
    let record = sam.read(RECORD);
    assert!(record.contains(&list) || record.contains(&other), "{record}");
    let row = format!("agenda = [\"{one}\"]\n\n[[conflict]]\nfield = \"agenda\"\nvalue = [\"{two}\"]\n");
    sam.write(RECORD, &record.replace(&list, &row).replace(&other, &row));
    sam.git(["commit", "-qam", "as version 0.1 merges"]);
    sam.run(["conflicts"]).ok();
    sam.at("2026-11-24T12:30:00Z").run(["--offline", "end"]).ok();
    assert!(waits(&sam, &one) && waits(&sam, &two));
    assert!(!sam.read(RECORD).contains("[[conflict]]"));
}

#[test]
fn a_meeting_that_begins_in_the_future_is_told() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.at("2026-11-25T10:00:00Z").run(["start"]).ok();
    sam.at("2026-11-24T10:00:00Z")
        .run(["sync"])
        .ok()
        .says("begins in the future");
    sam.at("2026-11-24T10:30:00Z")
        .run(["end"])
        .ok()
        .says("begins in the future");
    let record = sam.read("meetings/2026/2026-11-25.toml");
    assert!(
        record.contains("ended = 2026-11-25T10:00:00Z"),
        "no meeting ends before it began: {record}"
    );
}
