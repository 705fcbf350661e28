//! A topic that nobody talked about waits again, whoever ended the meeting and whatever their clocks say
//! (docs/merge.md#agenda-of-a-meeting).

use crate::collide::dies_before_its_branch_moves;
use crate::world::{Person, World, sync_all};

pub(crate) const RECORD: &str = "meetings/2026/2026-11-24.toml";

/// Where an entry stands: the day of its meeting, or none on the agenda.
pub(crate) fn stands(person: &Person, id: &str) -> Option<String> {
    let answer = person.run(["--json", "show", id]).ok().json();
    answer["entry"]["meeting"].as_str().map(str::to_owned)
}

pub(crate) fn waits(person: &Person, id: &str) -> bool {
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
fn an_entry_that_the_same_sync_puts_back_into_its_meeting_is_said_to_be_nowhere_else() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let topic = ana.add(["Discuss the roadmap"]);
    sync_all(&[&ana, &sam]);
    sam.run(["start"]).ok();
    let action = sam.add(["action", "Write the plan", "--re", &topic]);
    sam.at("2026-11-24T12:30:00Z").run(["end"]).ok();
    sync_all(&[&sam, &ana]);
    // Ana takes out the only action that follows it, by hand. Sam wrote another one meanwhile.
    sam.run([
        "add",
        "action",
        "Ask for the plan",
        "--re",
        &topic,
        "--meeting",
        "2026-11-24",
    ])
    .ok();
    sam.run(["sync"]).ok();
    let record = ana.read(RECORD);
    let entries: Vec<&str> = record.split("[[entry]]").collect();
    let left: Vec<&str> = entries
        .into_iter()
        .filter(|entry| !entry.contains(&action))
        .collect();
    ana.write(RECORD, &left.join("[[entry]]"));
    let synced = ana.run(["sync"]).ok();
    assert!(!waits(&ana, &topic), "{synced:?}");
    assert!(!ana.read(RECORD).contains("Write the plan"));
    assert!(!synced.err.contains("on the agenda again"), "{synced:?}");
    assert!(!synced.err.contains("back on the agenda"), "{synced:?}");
}

#[test]
fn a_private_topic_that_is_shared_after_the_meeting_waits() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["start"]).ok();
    let topic = sam.add(["--private", "The reorg"]);
    let growth = sam.add(["growth", "--private", "Lead a project"]);
    sam.at("2026-11-24T12:30:00Z").run(["end"]).ok();
    assert_eq!(
        stands(&sam, &topic).as_deref(),
        Some("2026-11-24"),
        "nobody else sees it"
    );
    let share = |id: &str| sam.run(["share", "--yes", "--confidential", id]).ok();
    share(&topic).says(&format!("{topic} was not talked about in a meeting that is over"));
    share(&growth);
    sync_all(&[&sam, &ana]);
    assert!(waits(&sam, &topic) && waits(&ana, &topic));
    assert_eq!(
        stands(&sam, &growth).as_deref(),
        Some("2026-11-24"),
        "it did not wait"
    );
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

pub(crate) const LATE: &str = "\n[[entry]]\nid = \"kkkkllllmmmm\"\nkind = \"topic\"\nby = \"sam\"\nat = 2026-11-24T10:30:00Z\ntext = \"Do we hire?\"\n";
pub(crate) const ID: &str = "kkkkllllmmmm";

/// A meeting that both have, in which one topic waits.
pub(crate) fn under_way() -> (World, Person, Person) {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.add(["Discuss the roadmap"]);
    sam.run(["start"]).ok();
    sync_all(&[&sam, &ana]);
    (world, sam, ana)
}

#[test]
fn a_topic_that_one_talked_about_while_the_other_ended_stays_in_the_meeting() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["Discuss the roadmap"]);
    let sealed = ana.add(["--confidential", "concern", "for us two"]);
    sync_all(&[&ana, &sam]);
    sam.run(["start"]).ok();
    sync_all(&[&sam, &ana]);
    let later = sam.at("2026-11-24T12:30:00Z");
    ana.run(["done", &id, &sealed]).ok();
    later.run(["end"]).ok();
    assert!(waits(&sam, &id) && waits(&sam, &sealed));
    sync_all(&[&sam, &ana, &sam]);
    for person in [&sam, &ana] {
        for id in [&id, &sealed] {
            assert_eq!(stands(person, id).as_deref(), Some("2026-11-24"));
        }
    }
    assert_eq!(sam.files(), ana.files());
}

/// Ends the meeting on Ana's machine, and sends that.
pub(crate) fn ends(ana: &Person) {
    let ana = ana.at("2026-11-24T12:30:00Z");
    ana.run(["end"]).ok();
    ana.run(["sync"]).ok();
}

/// An entry of a meeting that is over waits, the same for both, and nobody has anything to send afterwards.
pub(crate) fn waits_for_both(sam: &Person, ana: &Person, id: &str) {
    let sam = sam.at("2026-11-24T12:50:00Z");
    sync_all(&[&sam, ana, &sam]);
    assert_eq!(sam.files(), ana.files());
    let record = sam.read(RECORD);
    assert!(record.contains("ended ="), "{record}");
    assert!(waits(&sam, id) && waits(ana, id), "{record}");
    sam.run(["sync"]).ok().says("nothing new on either side");
}

#[test]
fn a_late_topic_goes_back_where_a_rewritten_history_is_taken() {
    let (_world, sam, ana) = under_way();
    let late = sam.add(["Do we hire?"]);
    let note = sam.add(["note", "I said so"]);
    ends(&ana);
    let rewriting = ana.with("FILTER_BRANCH_SQUELCH_WARNING", "1");
    let filter = ["filter-branch", "-f", "--msg-filter", "cat; echo anew", "main"];
    rewriting.git(filter).ok();
    ana.git(["push", "-q", "--force", "origin", "main"]).ok();
    let taken = sam.at("2026-11-24T12:40:00Z").run(["sync", "--take-rewrite"]);
    let taken = taken
        .ok()
        .says(&format!("{late} was not talked about in a meeting that is over"));
    assert!(!taken.out.contains("somebody"), "{}", taken.out);
    waits_for_both(&sam, &ana, &late);
    assert_eq!(stands(&sam, &note).as_deref(), Some("2026-11-24"), "a note stays");
}

#[test]
fn a_late_topic_goes_back_where_plain_git_merged() {
    // The merge left the topic out, or the end of the meeting, or nothing.
    for side in ["--theirs", "--ours", "both"] {
        let (_world, sam, ana) = under_way();
        let late = sam.add(["Do we hire?"]);
        ana.run(["--offline", "add", "note", "I said so"]).ok();
        ends(&ana);
        assert_ne!(sam.git(["pull", "-q", "--no-rebase", "--no-edit"]).code, 0);
        let from = if side == "both" { "--theirs" } else { side };
        sam.git(["checkout", from, "--", "meetings"]).ok();
        if side == "both" {
            let entry = LATE.replace(ID, &late);
            sam.append(RECORD, &entry);
        }
        sam.commit_unguarded("by hand");
        let synced = sam.at("2026-11-24T12:40:00Z").run(["sync"]).ok();
        synced.says(&format!("{late} was not talked about in a meeting that is over"));
        waits_for_both(&sam, &ana, &late);
        assert!(sam.read(RECORD).contains("I said so"), "{side}");
    }
}

#[test]
fn a_topic_that_was_talked_about_after_a_merge_by_plain_git_stays() {
    let (_world, sam, ana) = under_way();
    let late = sam.add(["Do we hire?"]);
    ends(&ana);
    assert_ne!(sam.git(["pull", "-q", "--no-rebase", "--no-edit"]).code, 0);
    let merged = sam.git(["checkout", "--theirs", "--", "meetings"]);
    merged.ok();
    let entry = LATE.replace(ID, &late);
    let record = sam.read(RECORD);
    sam.write(RECORD, &format!("{record}{entry}"));
    sam.git(["commit", "-qam", "by hand", "--no-verify"]).ok();
    let done = "state = \"done\"\nclosed = 2026-11-24T10:40:00Z\n";
    sam.write(RECORD, &format!("{record}{entry}{done}"));
    sam.git(["commit", "-qam", "done", "--no-verify"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(stands(&ana, &late).as_deref(), Some("2026-11-24"));
}

#[test]
fn a_late_topic_that_plain_git_commits_after_a_killed_end_goes_back() {
    let (_world, sam, ana) = under_way();
    let lies = sam.read(RECORD);
    dies_before_its_branch_moves(&sam.at("2026-11-24T12:30:00Z"), &["--offline", "end"]);
    // It died before it wrote the first file.
    sam.git(["checkout", "-q", "--", "."]).ok();
    sam.write(RECORD, &format!("{lies}{LATE}"));
    sam.git(["commit", "-qam", "late", "--no-verify"]).ok();
    let synced = sam.at("2026-11-24T12:40:00Z").run(["sync"]).ok();
    synced.says(&format!("{ID} was not talked about in a meeting that is over"));
    waits_for_both(&sam, &ana, ID);
}

#[test]
fn a_late_topic_in_a_file_that_was_saved_too_late_goes_back() {
    let (_world, sam, ana) = under_way();
    let buffer = sam.read(RECORD);
    ends(&ana);
    let sam = sam.at("2026-11-24T12:40:00Z");
    sam.run(["sync"]).ok();
    let note = LATE.replace(ID, "kkkkllllnnnn").replace("topic", "note");
    sam.write(RECORD, &format!("{buffer}{LATE}{note}"));
    let synced = sam.run(["sync"]).ok();
    synced.says(&format!("{ID} was not talked about in a meeting that is over"));
    waits_for_both(&sam, &ana, ID);
    assert_eq!(stands(&ana, "kkkkllllnnnn").as_deref(), Some("2026-11-24"));
}

#[test]
fn a_topic_that_is_written_by_hand_into_a_meeting_that_is_over_stays() {
    let (_world, sam, ana) = under_way();
    ends(&ana);
    sam.run(["sync"]).ok();
    sam.append(RECORD, LATE);
    sync_all(&[&sam, &ana, &sam]);
    assert_eq!(stands(&ana, ID).as_deref(), Some("2026-11-24"));
}

#[test]
fn a_late_topic_from_an_editor_that_was_open_at_the_end_goes_back() {
    let (_world, sam, ana) = under_way();
    ends(&ana);
    let editor = "git pull -q --no-rebase\nprintf '\\n[[entry]]\\ntext = \"Do we hire?\"\\n' >> \"$1\"";
    let writing = sam.with_editor(editor);
    let edited = writing.run(["edit", "2026-11-24"]).ok();
    edited.says("was not talked about in a meeting that is over");
    let agenda = sam.read("agenda.toml");
    let late = agenda.find("Do we hire?").unwrap_or_else(|| panic!("{agenda}"));
    let id = agenda[..late].rfind("id = \"").unwrap() + "id = \"".len();
    waits_for_both(&sam, &ana, &agenda[id..id + 12]);
}
