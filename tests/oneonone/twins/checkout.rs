//! Write-outs side by side: what lies in the folder, and what others do to it meanwhile.

use oneonone::model::{Files, Home, MeetingKey, State};

use super::acts::{memory_by_hand, memory_commit};
use super::place::{ANA, SAM, Twins};
use super::steps::{add, id, set};
use crate::simulator::world::World as Memory;

const MEETING: &str = "meetings/2026/2026-01-05.toml";

fn key(day: &str) -> MeetingKey {
    day.parse().unwrap()
}

/// Begins a meeting that takes every entry out of the agenda.
fn meet(state: &mut State, day: &str) {
    let mut head = oneonone::model::Table::default();
    head.set("date", oneonone::model::date_value(key(day).date));
    head.set("status", "held");
    state.meetings.insert(key(day), head);
    for placed in state
        .entries
        .values_mut()
        .filter(|placed| placed.home == Home::Agenda)
    {
        placed.home = Home::Meeting(key(day));
    }
}

fn three_entries() -> Twins {
    let mut twins = Twins::new();
    for n in 1..4 {
        twins.command(ANA, |state, _| add(state, n, "words"));
    }
    twins.sync(ANA);
    twins.sync(SAM);
    twins
}

fn replaced(files: &mut Files, path: &str, old: &str, new: &str) {
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(old), "{text}");
    files.insert(path.to_owned(), text.replace(old, new).into_bytes());
}

#[test]
fn a_file_that_is_edited_meanwhile() {
    let mut twins = three_entries();
    twins.edited_meanwhile(
        ANA,
        |state, _| set(state, 1, "mood", "fine"),
        |files| replaced(files, "agenda.toml", "words", "more words"),
    );
    twins.sync(ANA);
    let agenda = String::from_utf8(twins.lying(ANA)["agenda.toml"].clone()).unwrap();
    assert_eq!(
        (
            agenda.matches("more words").count(),
            agenda.matches("fine").count()
        ),
        (3, 1)
    );
    twins.rest();
}

#[test]
fn a_file_that_is_gone() {
    let mut twins = three_entries();
    twins.edited_meanwhile(
        ANA,
        |state, _| set(state, 1, "mood", "fine"),
        |files| drop(files.remove("agenda.toml")),
    );
    twins.compare(ANA);
    assert!(twins.lying(ANA).contains_key("agenda.toml"));
    twins.rest();
}

/// A meeting as a person writes it.
fn a_meeting(files: &mut Files) {
    let text = "date = 2026-01-05\nstatus = \"held\"\n\n[[entry]]\nid = \"zzzzzzzzzzzz\"\nkind = \"note\"\nby = \"ana\"\n\
                at = 2026-01-05T12:00:00Z\ntext = \"by hand\"\n";
    files.insert(MEETING.to_owned(), text.as_bytes().to_vec());
}

#[test]
fn a_record_in_the_way_is_not_moved_aside() {
    let mut twins = three_entries();
    twins.edited_meanwhile(ANA, |state, _| meet(state, "2026-01-05"), a_meeting);
    twins.sync(ANA);
    let meeting = String::from_utf8(twins.lying(ANA)[MEETING].clone()).unwrap();
    assert_eq!(
        (
            meeting.matches("words").count(),
            meeting.matches("by hand").count()
        ),
        (3, 1)
    );
    twins.rest();
}

fn commit_a_meeting(memory: &mut Memory, who: usize) {
    memory_by_hand(memory, who, &a_meeting);
    memory_commit(memory, who);
}

#[test]
fn a_branch_that_plain_git_moves() {
    let mut twins = three_entries();
    twins.moved_meanwhile(
        ANA,
        |state, _| set(state, 1, "mood", "fine"),
        (a_meeting, commit_a_meeting),
        0,
    );
    // The next command completes what the note of memory says. Git's side is complete already.
    twins.command(ANA, |_, _| {});
    let files = twins.lying(ANA);
    assert!(files.contains_key(MEETING));
    assert!(
        String::from_utf8(files["agenda.toml"].clone())
            .unwrap()
            .contains("fine")
    );
    twins.rest();
}

#[test]
fn a_run_that_dies_at_each_step() {
    let mut twins = three_entries();
    let mut steps = 0;
    for step in 0.. {
        let day = format!("2026-01-{:02}", step + 6);
        let edit = |state: &mut State, _: &dyn oneonone::sync::replica::BodySeals| {
            meet(state, &day);
            add(state, 10 + u8::try_from(step).unwrap(), "new");
        };
        if !twins.dies(ANA, edit, step) {
            break;
        }
        assert!(twins.note(ANA).is_some());
        steps += 1;
        // The next command completes it.
        twins.command(ANA, |_, _| {});
        assert!(twins.note(ANA).is_none());
        assert!(
            twins
                .lying(ANA)
                .contains_key(&format!("meetings/2026/{day}.toml"))
        );
        twins.sync(ANA);
    }
    assert!(steps >= 5, "{steps} steps");
    twins.rest();
}

#[test]
fn a_run_that_dies_with_an_edit_by_hand() {
    let mut twins = three_entries();
    for step in 0.. {
        twins.by_hand(ANA, |files| {
            let text = format!("\n[[entry]]\ntext = \"by hand {step}\"\n");
            files.get_mut("agenda.toml").unwrap().extend(text.bytes());
        });
        if !twins.dies(
            ANA,
            |state, _| add(state, 10 + u8::try_from(step).unwrap(), "new"),
            step,
        ) {
            break;
        }
        twins.command(ANA, |_, _| {});
        let agenda = String::from_utf8(twins.lying(ANA)["agenda.toml"].clone()).unwrap();
        assert_eq!(
            agenda.matches(&format!("by hand {step}\"")).count(),
            1,
            "{agenda}"
        );
    }
    twins.rest();
}

/// Dies after so many steps of moving everything into a meeting; plain Git commits the folder as it lies there.
fn half_written(step: usize) -> Option<Twins> {
    let mut twins = three_entries();
    if !twins.dies(ANA, |state, _| meet(state, "2026-01-05"), step) {
        return None;
    }
    let changed = twins.memory.dag.tree(&twins.memory.clones[ANA].work)
        != twins.memory.dag.files(twins.memory.clones[ANA].head);
    changed.then(|| {
        twins.plain_commit(ANA);
        twins
    })
}

#[test]
fn a_half_written_folder_that_plain_git_commits() {
    let mut commits = 0;
    for step in 0..4 {
        let Some(mut twins) = half_written(step) else {
            continue;
        };
        commits += 1;
        twins.command(ANA, |_, _| {});
        let ids = |text: &[u8], n: u8| String::from_utf8_lossy(text).matches(id(n).as_str()).count();
        let files = twins.lying(ANA);
        for n in 1..4 {
            assert_eq!(ids(&files[MEETING], n), 1, "after {step} steps");
        }
        twins.rest();
    }
    assert!(commits > 0);
}

/// The same of two old files that are put back to what was committed: the branch has nowhere to move.
fn half_written_without_a_commit(step: usize) -> Option<Twins> {
    let mut twins = three_entries();
    let before = twins.lying(ANA)["agenda.toml"].clone();
    twins.command(ANA, |state, _| meet(state, "2026-01-05"));
    twins.by_hand(ANA, |files| {
        files.insert("agenda.toml".to_owned(), before.clone());
        let meeting = String::from_utf8(files[MEETING].clone()).unwrap();
        let head = meeting.split("[[entry]]").next().unwrap();
        files.insert(MEETING.to_owned(), head.as_bytes().to_vec());
    });
    let lay = twins.memory.dag.tree(&twins.memory.clones[ANA].work);
    if !twins.dies(ANA, |_, _| {}, step) {
        return None;
    }
    let lies = twins.memory.dag.tree(&twins.memory.clones[ANA].work);
    let is_half = lies != lay && lies != twins.memory.dag.files(twins.memory.clones[ANA].head);
    is_half.then(|| {
        twins.plain_commit(ANA);
        twins
    })
}

#[test]
fn a_half_written_folder_on_a_branch_that_was_not_to_move() {
    let mut commits = 0;
    for step in 0..4 {
        let Some(mut twins) = half_written_without_a_commit(step) else {
            continue;
        };
        commits += 1;
        twins.command(ANA, |_, _| {});
        let files = twins.lying(ANA);
        for n in 1..4 {
            let meeting = String::from_utf8_lossy(&files[MEETING]);
            assert_eq!(meeting.matches(id(n).as_str()).count(), 1, "after {step} steps");
        }
        twins.rest();
    }
    assert!(commits > 0);
}

#[test]
fn an_entry_by_hand_that_plain_git_commits_too() {
    let mut twins = three_entries();
    twins.by_hand(ANA, |files| {
        files
            .get_mut("agenda.toml")
            .unwrap()
            .extend(b"\n[[entry]]\ntext = \"by hand\"\n");
    });
    assert!(twins.dies(ANA, |state, _| meet(state, "2026-01-05"), 0));
    twins.plain_commit(ANA);
    twins.command(ANA, |_, _| {});
    let files = twins.lying(ANA);
    let all: Vec<u8> = files.into_values().flatten().collect();
    assert_eq!(String::from_utf8(all).unwrap().matches("by hand").count(), 1);
    twins.rest();
}
