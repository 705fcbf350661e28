//! Meetings: begun, talked through, ended, carried on, skipped.

use crate::world::{Person, World};

const RECORD: &str = "meetings/2026/2026-11-24.toml";

/// The answer of `show ID` about an entry.
fn shown(person: &Person, id: &str) -> serde_json::Value {
    person.run(["--json", "show", id]).ok().json()["entry"].clone()
}

fn listed_ids(answer: &serde_json::Value) -> Vec<String> {
    let entries = answer["entries"].as_array().unwrap();
    let mut ids: Vec<String> = entries
        .iter()
        .map(|e| e["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

fn sorted<const N: usize>(ids: [&String; N]) -> Vec<String> {
    let mut ids: Vec<String> = ids.into_iter().cloned().collect();
    ids.sort();
    ids
}

#[test]
fn a_meeting_from_start_to_end() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let topic = ana.add(["Discuss the roadmap"]);
    let update = ana.add(["update", "Shipped the cache"]);
    let talked = sam.add(["How was the offsite?"]);
    let private = sam.add_typed("think about it\n", ["--private", "-"]);
    ana.run(["sync"]).ok();

    // The start brings what the other wrote, and takes all of it but the private.
    let started = sam.run(["--json", "start"]).ok();
    assert_eq!(listed_ids(&started.json()), sorted([&topic, &update, &talked]));
    assert_eq!(started.json()["meeting"]["started"], "2026-11-24T12:00:00Z");
    assert_eq!(shown(&sam, &private)["meeting"], serde_json::Value::Null);
    sam.run(["start"]).fails(1).says("under way already");
    // The start went out: the other sees it, and a second start of theirs is refused.
    let later = ana.at("2026-11-24T12:05:00Z");
    later.run(["start"]).fails(1).says("under way already");

    later.run(["done", &talked]).ok();
    let action = later.add(["action", "Write the plan", "--owner", "them", "--due", "friday"]);
    let ended = later
        .at("2026-11-24T12:30:00Z")
        .run(["--json", "end", "--next", "in 1 week"]);
    let ended = ended.ok().says("Back on the agenda").says("Discuss the roadmap");
    assert_eq!(ended.json()["meeting"]["ended"], "2026-11-24T12:30:00Z");
    assert_eq!(listed_ids(&ended.json()), sorted([&update, &talked, &action]));
    assert_eq!(shown(&ana, &topic)["carried"], 1);
    assert!(ana.read("pair.toml").contains("next = 2026-12-01"));

    // The end went out too.
    sam.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
    let agenda = sam.run(["--json", "agenda"]).ok().json();
    assert_eq!(listed_ids(&agenda), sorted([&topic, &private, &action]));

    // The next one, a day early, is the agreed one; the date is used up.
    let next = sam.at("2026-11-30T09:00:00Z");
    assert_eq!(
        next.run(["--json", "start"]).ok().json()["meeting"]["date"],
        "2026-12-01"
    );
    assert!(!sam.read("pair.toml").contains("next ="));
    sam.at("2026-11-30T09:10:00Z").run(["end"]).ok();
    assert_eq!(shown(&sam, &topic)["carried"], 2);
}

#[test]
fn carrying_is_what_was_named() {
    let world = World::new();
    let (sam, _) = world.pair();
    let (one, two) = (sam.add(["one"]), sam.add(["two"]));
    let action = sam.add(["action", "three"]);
    sam.run(["--offline", "start"]).ok();
    sam.run(["end", "--carry", &action]).fails(1).says("an action");
    sam.run(["end", "--carry", "none", "--carry", &one]).fails(2);
    sam.run(["end", "--carry", "kkkkkkkkkkkk"]).fails(1);
    sam.run(["end", "--next", "yesterday"]).fails(2).says("not after");
    assert!(!sam.read(RECORD).contains("ended"));
    sam.run(["--offline", "end", "--carry", &format!("{one},{two}")])
        .ok();
    assert_eq!(shown(&sam, &two)["carried"], 1);

    // A second meeting on the same day, which carries nothing.
    sam.run(["--offline", "start"]).ok();
    assert!(sam.read("meetings/2026/2026-11-24-2.toml").contains("one"));
    sam.run(["--offline", "end", "--carry", "none"]).ok();
    assert_eq!(shown(&sam, &one)["meeting"], "2026-11-24-2");
    sam.run(["end"]).fails(1).says("no meeting is under way");
}

#[test]
fn a_meeting_that_nobody_ended_is_ended_first() {
    let world = World::new();
    let (sam, _) = world.pair();
    let topic = sam.add(["forgotten"]);
    sam.run(["--offline", "start"]).ok();
    let next = sam.at("2026-11-26T09:00:00Z");
    next.run(["--offline", "start"]).ok().says("was never ended");
    assert!(sam.read(RECORD).contains("ended = 2026-11-24T12:00:00Z"));
    let topic = shown(&next, &topic);
    assert_eq!(
        (&topic["meeting"], &topic["carried"]),
        (&"2026-11-26".into(), &1.into())
    );
}

#[test]
fn a_remote_that_is_gone_is_a_warning() {
    let world = World::new();
    let (sam, _) = world.pair();
    std::fs::remove_dir_all(world.path("remote.git")).unwrap();
    sam.run(["start"]).ok().says("not delivered");
    sam.run(["end"]).ok().says("not delivered");
    assert!(sam.read(RECORD).contains("ended"));
}

#[test]
fn a_skipped_meeting_is_recorded() {
    let world = World::new();
    let (sam, _) = world.pair();
    sam.run(["skip", "6m"]).fails(2);
    let skipped = sam.run(["--json", "skip", "friday"]).ok().json();
    assert_eq!(skipped["meeting"]["date"], "2026-11-27");
    assert_eq!(skipped["meeting"]["status"], "skipped");
    sam.run(["skip", "friday"]).fails(1).says("already");
    // They meet after all.
    let friday = sam.at("2026-11-27T10:00:00Z");
    friday.run(["--offline", "start"]).ok();
    friday.run(["skip"]).fails(1).says("there was a meeting");
    let meeting = friday.run(["--json", "show", "2026-11-27"]).ok().json();
    assert_eq!(meeting["meeting"]["status"], "held");
    sam.run(["show", "2026-01-01"]).fails(1).says("no meeting");
}

#[test]
fn a_record_that_cannot_be_read_is_not_written_over() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.add(["one"]);
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    // It comes broken from the other side, by plain Git.
    sam.write("agenda.toml", "[[entry]\n");
    sam.git(["commit", "-anqm", "by hand"]).ok();
    sam.git(["push", "-q"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["add", "lost?"]).fails(1).says("agenda.toml");
    assert_eq!(ana.read("agenda.toml"), "[[entry]\n");
}

#[test]
fn the_agenda_is_rows_when_piped_and_needs_no_key_for_what_is_clear() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let topic = ana.add(["Roadmap"]);
    let before = ana.with("ONEONONE_IDENTITY", "/nonexistent");
    let rows = before.run(["agenda"]).ok().says("?");
    assert_eq!(rows.out.lines().count(), 1);
    assert!(rows.out.starts_with(&format!("{topic}\ttopic\tshared\tana\t")));
    assert!(!rows.err.contains("identity"), "{}", rows.err);
    sam.type_in("too fast", ["add", "concern", "-"]).ok();
    let closed = sam
        .with("ONEONONE_IDENTITY", "/nonexistent")
        .run(["--json", "agenda"]);
    assert_eq!(
        closed.ok().says("identity").json()["entries"][0]["readable"],
        false
    );
}

#[test]
fn a_meeting_that_one_begins_is_seen_by_the_other() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["start"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["start"]).fails(1).says("under way already");
}

#[test]
fn a_meeting_of_yesterday_that_nobody_ended_is_named() {
    let world = World::new();
    let (sam, _ana) = world.pair();
    sam.run(["add", "one"]).ok();
    sam.run(["add", "two"]).ok();
    sam.run(["start"]).ok();
    let said = "was never ended, and 2 entries wait in it\n    oneonone end\n";
    assert!(!sam.run(["agenda"]).ok().err.contains(said), "it is under way");
    let next_day = sam.at("2026-11-25T15:00:00Z");
    for command in [&["agenda"][..], &[]] {
        next_day.run(command).ok().says(said);
    }
    next_day.run(["end"]).ok();
    assert!(!next_day.run(["agenda"]).ok().err.contains("never ended"));
    next_day.run(["undo"]).ok();
    next_day.run(["agenda"]).ok().says(said);
}
