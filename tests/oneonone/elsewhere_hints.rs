//! Commands in hints work from where the person stands (docs/command-line.md#output).

use crate::world::{Person, Run, World};

/// Pastes the one command with some words in it that a run names.
#[track_caller]
fn paste_the_one(person: &Person, run: &Run, words: &str) {
    let mut commands = run.commands("");
    commands.retain(|command| command.contains(words));
    assert_eq!(commands.len(), 1, "{run:?}");
    person.paste(commands[0]).ok();
}

#[test]
fn a_hint_about_another_pair_names_its_folder() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.write("2026-11-20-notes.toml", "format = 1\n");
    ana.write("meetings/2026/2026-11-24.toml", &said_meeting(&ana));
    let home = ana.in_folder("..");
    for args in [["@sam", "sync"], ["sync", "--all"]] {
        let ran = home.run(args);
        assert!(ran.err.contains("(cd "), "{ran:?}");
    }
    let ran = home.run(["@sam", "sync"]);
    paste_the_one(&home, &ran, " mv ");
    assert!(ana.cwd.join("meetings/2026/2026-11-20.toml").is_file());
    // One that git tracks, and the person stands in a folder below.
    ana.write("2026-11-19-notes.toml", "format = 1\n");
    ana.commit_unguarded("notes");
    let below = ana.in_folder("meetings");
    let ran = below.run(["sync"]);
    paste_the_one(&below, &ran, "mkdir");
    paste_the_one(&below, &ran, "git -C");
    assert!(ana.cwd.join("meetings/2026/2026-11-19.toml").is_file());
    // Whoever stands in the folder needs no name.
    ana.write("2026-11-18-notes.toml", "format = 1\n");
    let ran = ana.run(["sync"]);
    paste_the_one(&ana, &ran, "mv -n -- 2026-11-18");
    assert!(!ran.err.contains("(cd "), "{ran:?}");
}

/// The record of a meeting, as a command makes it.
fn said_meeting(person: &Person) -> String {
    person.run(["start"]).ok();
    person.at("2026-11-24T12:30:00Z").run(["end"]).ok();
    person.read("meetings/2026/2026-11-24.toml")
}

#[test]
fn a_question_about_the_remote_is_answered_from_elsewhere() {
    let world = World::new();
    let (_, ana) = world.pair();
    let fork = world.copied_remote("remote.git", "fork.git");
    ana.git(["remote", "rename", "origin", "upstream"]).ok();
    ana.git(["remote", "add", "origin", &fork]).ok();
    ana.run(["add", "a word"]).ok();
    for args in [["@sam", "sync"], ["sync", "--all"], ["@sam", "status"]] {
        ana.git(["push", "-qu", "origin", "main"]).ok();
        let home = ana.in_folder("..");
        let ran = home.run(args);
        paste_the_one(&home, &ran, "branch.main.remote upstream");
        let tracked = ana.git(["config", "branch.main.remote"]).ok();
        assert_eq!(tracked.out.trim(), "upstream");
    }
    // A pair that nobody named, the only one that is known.
    ana.git(["push", "-qu", "origin", "main"]).ok();
    let home = ana.in_folder("..");
    let ran = home.run(["sync"]).fails(3);
    paste_the_one(&home, &ran, "branch.main.remote upstream");
}

#[test]
fn a_clone_that_is_in_the_middle_of_something_is_freed_from_elsewhere() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    let tip = ana.head();
    ana.git(["bisect", "start"]).ok();
    ana.git(["bisect", "bad", &tip]).ok();
    let home = ana.in_folder("..");
    let ran = home.run(["@sam", "add", "two"]);
    paste_the_one(&home, &ran, "bisect reset");
    home.run(["@sam", "add", "two"]).ok();
}

/// A shallow clone of a pair that lost its `pair.toml` is no place to write to another pair from.
#[test]
fn records_without_their_pair_are_nobody_elses() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.git(["rm", "-q", "pair.toml"]).ok();
    ana.git(["commit", "-qnm", "gone"]).ok();
    ana.git(["push", "-q", "origin", "main"]).ok();
    let address = format!("file://{}", world.path("remote.git").display());
    let shallow = world.path("shallow");
    sam.git(["clone", "-q", "--depth", "1", &address, shallow.to_str().unwrap()])
        .ok();
    let there = sam.in_folder(shallow.to_str().unwrap());
    there.run(["add", "not for ana"]).fails(1).says("pair.toml");
    assert!(!sam.read("agenda.toml").contains("not for ana"));
    assert!(!there.read("agenda.toml").contains("not for ana"));
}
