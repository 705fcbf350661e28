//! `undo` and `redo`: the last command of this clone, and nothing else, as a new commit.

use crate::world::{Person, World, sync_all};

/// Runs a command, undoes and redoes it: the records are as before, then as after; history only grows.
#[track_caller]
fn there_and_back(person: &Person, command: &[&str]) {
    let before = person.files();
    person.run(command).ok();
    let (after, commit) = (person.files(), person.head());
    assert_ne!(before, after, "{command:?} changes something");
    person.run(["undo"]).ok().says(&format!("undone: {}", command[0]));
    assert_eq!(person.files(), before, "{command:?} undone");
    person.git(["merge-base", "--is-ancestor", &commit, "HEAD"]).ok();
    person.run(["redo"]).ok().says(&format!("redone: {}", command[0]));
    assert_eq!(person.files(), after, "{command:?} redone");
    assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
}

#[test]
fn every_command_that_writes_goes_back_and_forth_byte_for_byte() {
    let world = World::new();
    let (sam, ana) = world.pair();
    there_and_back(&ana, &["add", "growth", "lead the review #cache"]);
    let id = ana.add(["a topic"]);
    let action = ana.add(["action", "to do", "--due", "friday"]);
    let sealed = ana.add(["concern", "hush"]);
    there_and_back(&ana, &["edit", &id, "another text", "--theme", "x"]);
    there_and_back(&ana, &["edit", &sealed, "hush more"]);
    there_and_back(&ana, &["drop", &action]);
    there_and_back(&ana, &["reopen", &action]);
    there_and_back(&ana, &["done", &action]);
    there_and_back(&ana, &["rm", &id]);
    ana.run(["undo"]).ok();
    there_and_back(&ana, &["rm", &sealed]);
    ana.run(["undo"]).ok();
    there_and_back(&ana, &["skip", "2026-11-20"]);
    there_and_back(&ana, &["start"]);
    there_and_back(&ana, &["done", &id]);
    there_and_back(&ana, &["end", "--next", "2026-12-01"]);
    let editor = "sh -c 'printf \"\\n[[entry]]\\ntext = \\\"by hand\\\"\\n\" >> \"$1\"' --";
    there_and_back(&ana.with("EDITOR", editor), &["edit", "2026-11-24"]);
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn several_go_further_back_and_a_new_command_ends_redo() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let mut stages = vec![ana.files()];
    for text in ["one", "two", "three"] {
        ana.run(["add", text]).ok();
        stages.push(ana.files());
    }
    for stage in stages.iter().rev().skip(1) {
        ana.run(["undo"]).ok();
        assert_eq!(ana.files(), *stage);
    }
    ana.run(["undo"]).fails(1).says("nothing to undo");
    for stage in stages.iter().skip(1) {
        ana.run(["redo"]).ok();
        assert_eq!(ana.files(), *stage);
    }
    ana.run(["redo"]).fails(1).says("nothing to redo");
    ana.run(["undo"]).ok();
    ana.run(["undo"]).ok();
    ana.run(["add", "four"]).ok();
    ana.run(["redo"]).fails(1);
    ana.run(["undo"]).ok();
    assert_eq!(ana.files(), stages[1]);
}

#[test]
fn what_was_edited_by_hand_stays() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let id = ana.add(["from a command"]);
    ana.append("agenda.toml", "\n[[entry]]\ntext = \"by hand\"\n");
    ana.run(["done", &id]).ok();
    ana.run(["undo"]).ok();
    assert!(ana.read("agenda.toml").contains("by hand"));
    // One that was not taken in yet stays too, and an entry edited by hand is not thrown away.
    let agenda = ana.read("agenda.toml");
    ana.write(
        "agenda.toml",
        &agenda.replace("from a command", "from a command, and a hand"),
    );
    ana.run(["undo"]).ok().says(&format!("kept {id}"));
    let agenda = ana.read("agenda.toml");
    assert!(
        agenda.contains("and a hand") && agenda.contains("by hand"),
        "{agenda}"
    );
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
}

#[test]
fn after_a_sync_it_is_a_new_commit_and_the_partner_follows() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["first"]);
    let other = sam.add(["sam's own"]);
    sync_all(&[&ana, &sam, &ana]);
    // Sam's is the newer commit, and none of Ana's.
    let run = ana.run(["--json", "undo"]).ok();
    let undone = &run.json()["undone"];
    assert_eq!(undone["command"], "add");
    assert_eq!(undone["removed"], serde_json::json!([id]));
    ana.run(["undo"]).fails(1);
    sync_all(&[&ana, &sam]);
    let agenda = sam.read("agenda.toml");
    assert!(agenda.contains(&other) && !agenda.contains(&id), "{agenda}");
    let redone = ana.run(["--json", "redo"]).ok().json();
    assert_eq!(redone["redone"]["entries"][0]["id"], id);
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.files(), ana.files());
    assert!(sam.read("agenda.toml").contains(&id));
}

#[test]
fn what_the_partner_changed_meanwhile_stays() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["a text"]);
    let edited = ana.add(["another"]);
    sync_all(&[&ana, &sam]);
    ana.run(["edit", &edited, "another by ana"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["edit", &edited, "--theme", "sams"]).ok();
    sam.run(["edit", &id, "a text, and sam's"]).ok();
    sync_all(&[&sam, &ana]);
    // Another field of the same entry.
    ana.run(["undo"]).ok().says("undone: edit");
    let agenda = ana.read("agenda.toml");
    assert!(
        agenda.contains("\"another\"") && agenda.contains("sams"),
        "{agenda}"
    );
    assert!(!agenda.contains("conflict"), "{agenda}");
    // Added by me, edited by him: kept, and said.
    sam.run(["edit", &edited, "another, and sam's"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["undo"]).ok().says(&format!("kept {edited}"));
    let kept = ana.run(["--json", "undo"]).ok().json();
    assert_eq!(kept["undone"]["kept"], serde_json::json!([id]));
    let agenda = ana.read("agenda.toml");
    assert!(
        agenda.contains("and sam's") && agenda.contains("another, and"),
        "{agenda}"
    );
}

#[test]
fn the_same_field_changed_by_both_becomes_a_conflict_that_is_said() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["action", "do it", "--due", "2026-12-01"]);
    ana.run(["edit", &id, "--due", "2026-12-02"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["edit", &id, "--due", "2026-12-03"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["undo"]).ok().says("both values are kept");
    let agenda = ana.read("agenda.toml");
    assert!(
        agenda.contains("2026-12-01") && agenda.contains("2026-12-03"),
        "{agenda}"
    );
    ana.run(["conflicts"]).fails(3);
}

#[test]
fn a_removed_entry_that_the_partner_kept_does_not_fight_with_itself() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["a text"]);
    sync_all(&[&ana, &sam]);
    ana.run(["rm", &id]).ok();
    sam.run(["edit", &id, "sam's text"]).ok();
    sync_all(&[&sam, &ana]);
    assert!(ana.read("agenda.toml").contains("sam's text"));
    ana.run(["undo"]).ok().says("nothing of rm was left to undo");
    let agenda = ana.read("agenda.toml");
    assert!(
        agenda.contains("sam's text") && !agenda.contains("conflict"),
        "{agenda}"
    );
    // Nothing was left of it: the next one goes further back.
    ana.run(["undo"]).ok().says(&format!("kept {id}"));
}

#[test]
fn a_meeting_that_was_written_in_since_stays() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let waiting = ana.add(["waiting"]);
    sync_all(&[&ana, &sam]);
    sam.run(["start"]).ok();
    sync_all(&[&sam, &ana]);
    let new = ana.add(["said in the meeting"]);
    sync_all(&[&ana, &sam]);
    sam.run(["undo"]).ok().says("the meeting of Tue 24 Nov stays");
    assert!(sam.read("agenda.toml").contains(&waiting));
    assert!(sam.read("meetings/2026/2026-11-24.toml").contains(&new));
}

#[test]
fn sharing_is_not_undone_and_the_reason_is_given() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let id = ana.add(["concern", "hush"]);
    let before = ana.files();
    ana.run(["share", &id, "--yes"]).ok();
    let run = ana.run(["undo"]).fails(1).says("cannot be undone");
    // Nobody has it yet: the commit itself can go.
    ana.paste(run.command("git ")).ok();
    assert_eq!(ana.files(), before);
    ana.run(["sync"]).ok();
    assert_eq!(ana.files(), before);
    ana.run(["share", &id, "--yes"]).ok();
    ana.run(["sync"]).ok();
    let run = ana.run(["undo"]).fails(1).says("history keeps the text");
    assert!(!run.err.contains("git reset"), "{}", run.err);
    assert!(ana.read("agenda.toml").contains("\"hush\""));
}

#[test]
fn a_commit_that_plain_git_took_away_is_passed_over_and_said() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    let after_one = ana.files();
    ana.run(["add", "two"]).ok();
    ana.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    assert_eq!(ana.files(), after_one);
    let run = ana.run(["undo"]).ok().says("passed over add").says("undone: add");
    assert!(!ana.read("agenda.toml").contains("one"), "{}", run.err);
    ana.run(["redo"]).ok();
    assert_eq!(ana.files(), after_one);
    // Amended: the same, and what was amended stays.
    ana.run(["add", "three"]).ok();
    ana.git(["commit", "-q", "--amend", "-m", "reworded"]).ok();
    ana.run(["undo"]).ok().says("passed over add");
    assert!(ana.read("agenda.toml").contains("three"));
}

#[test]
fn what_is_passed_over_on_another_branch_is_there_on_its_own() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    ana.git(["branch", "before"]).ok();
    ana.run(["add", "two"]).ok();
    ana.git(["switch", "-q", "before"]).ok();
    ana.run(["undo"]).ok().says("passed over add");
    assert!(!ana.read("agenda.toml").contains("one"));
    ana.git(["switch", "-q", "main"]).ok();
    ana.run(["undo"]).ok().says("undone: add");
    assert!(!ana.read("agenda.toml").contains("two"));
    assert!(ana.read("agenda.toml").contains("one"));
}

#[test]
fn an_undo_that_failed_can_be_tried_again() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    ana.run(["add", "two"]).ok();
    let before = ana.files();
    for lock in [".git/refs/heads/main.lock", ".git/index.lock"] {
        let lock = ana.cwd.join(lock);
        std::fs::write(&lock, "").unwrap();
        ana.run(["undo"]).fails(1).says(lock.to_str().unwrap());
        assert_eq!(ana.files(), before, "nothing was begun");
        std::fs::remove_file(&lock).unwrap();
    }
    ana.run(["undo"]).ok().says("undone: add");
    assert!(!ana.read("agenda.toml").contains("two"));
    ana.run(["redo"]).ok();
    assert_eq!(ana.files(), before);
    ana.run(["undo"]).ok();
    ana.run(["undo"]).ok();
    // A command that fails takes the redo of what was undone away no more than it does anything else.
    let lock = ana.cwd.join(".git/index.lock");
    std::fs::write(&lock, "").unwrap();
    ana.run(["add", "three"]).fails(1);
    std::fs::remove_file(&lock).unwrap();
    ana.run(["redo"]).ok();
    ana.run(["redo"]).ok();
    assert_eq!(ana.files(), before);
}

#[test]
fn making_joining_and_syncing_are_not_undone() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["add", "sam's"]).ok();
    sync_all(&[&sam, &ana]);
    let run = ana.run(["undo"]).fails(1).says("nothing to undo");
    assert!(run.err.contains("join, sync"), "{}", run.err);
    assert!(
        ana.read("agenda.toml").contains("sam's"),
        "the partner's is not mine to undo"
    );
}

#[test]
fn a_record_that_cannot_be_read_is_not_written_over() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    sync_all(&[&ana, &sam]);
    let broken = format!("{}bad bad\n", sam.read("agenda.toml"));
    sam.write("agenda.toml", &broken);
    sam.git(["commit", "-qnam", "broken"]).ok();
    sam.git(["push", "-q"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["undo"]).fails(1).says("agenda.toml:");
    assert_eq!(ana.read("agenda.toml"), broken);
}

#[test]
fn two_sealed_edits_are_brought_together_by_who_can_read_them() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.type_in("one\ntwo\nthree\n", ["add", "concern", "-"]).ok();
    let id = ana.run(["--json", "agenda"]).ok().json()["entries"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    ana.type_in("ONE\ntwo\nthree\n", ["edit", &id, "-"]).ok();
    sync_all(&[&ana, &sam]);
    sam.type_in("ONE\ntwo\nTHREE\n", ["edit", &id, "-"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["undo"]).ok();
    let shown = ana.run(["--json", "show", &id]).ok().json();
    assert_eq!(
        shown["entry"]["text"].as_str().unwrap().trim_end(),
        "one\ntwo\nTHREE"
    );
    assert!(!ana.read("agenda.toml").contains("conflict"));
}

#[test]
fn an_edit_of_what_the_partner_removed_brings_nothing_back() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["one"]);
    ana.run(["edit", &id, "two"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["rm", &id]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["undo"]).ok().says("nothing of edit was left to undo");
    assert!(!ana.read("agenda.toml").contains(&id));
}

#[test]
fn a_conflict_that_stood_before_is_not_told_as_new() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["one"]);
    sync_all(&[&ana, &sam]);
    ana.run(["edit", &id, "as Ana says"]).ok();
    sam.run(["edit", &id, "as Sam says"]).ok();
    sync_all(&[&ana, &sam, &ana]);
    ana.run(["edit", &id, "--kind", "growth"]).ok();
    let undone = ana.run(["undo"]).ok();
    assert!(!undone.err.contains("changed since"), "{}", undone.err);
}

#[test]
fn a_removal_by_hand_is_logged_once_it_is_done() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let first = ana.add(["written first"]);
    for text in ["second", "third", "fourth"] {
        ana.run(["add", text]).ok();
    }
    ana.run(["sync"]).ok();
    let text = ana.read("agenda.toml");
    let parts: Vec<&str> = text
        .split_inclusive("\n\n")
        .filter(|part| !part.contains(&first))
        .collect();
    ana.write("agenda.toml", &parts.concat());
    let log = || ana.read(".git/oneonone/commands").matches("hand-removal").count();
    // Nothing is removed by a command that stops.
    ana.run(["edit", "zzzz", "x"]).fails(1);
    ana.run(["edit", &first, "x"]).fails(1);
    assert_eq!(log(), 0);
    ana.run(["sync"]).ok().says("you removed 1 entry by hand");
    assert_eq!(log(), 1);
    let undone = ana.run(["undo"]).ok().says("undone: a removal by hand");
    assert!(!undone.err.contains("passed over"), "{}", undone.err);
    assert!(ana.read("agenda.toml").contains(&first));
}

#[test]
fn the_day_of_an_older_command_is_said() {
    let world = World::new();
    let (sam, _ana) = world.pair();
    sam.run(["add", "one"]).ok();
    let tomorrow = sam.at("2026-11-25T09:00:00Z");
    tomorrow.run(["undo"]).ok().says("undone: add, of Tue 24 Nov\n");
    tomorrow.run(["add", "two"]).ok();
    tomorrow.run(["undo"]).ok().says("undone: add\n");
}
