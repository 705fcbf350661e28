//! Commands in hints work from where the person stands (docs/command-line.md#output).

use std::process::Command;

use crate::world::{Person, World};

/// The commands of hints in what was said, one a line.
fn commands(said: &str) -> Vec<String> {
    let lines = said.lines().map(|line| line.trim_start_matches("sam: "));
    let commands = lines.filter_map(|line| line.strip_prefix("    "));
    commands.map(str::to_owned).collect()
}

/// Pastes the commands that are no command of this program.
fn paste(person: &Person, said: &str, program: &str) -> usize {
    let found: Vec<String> = commands(said)
        .into_iter()
        .filter(|line| line.contains(program))
        .collect();
    for line in &found {
        let ran = Command::new("bash")
            .args(["-c", line])
            .current_dir(&person.cwd)
            .env_clear()
            .env("PATH", crate::world::search_path())
            .env("HOME", &person.home)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{line}: {ran:?}");
    }
    found.len()
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
    assert_eq!(paste(&home, &ran.err, " mv "), 1, "{ran:?}");
    assert!(ana.cwd.join("meetings/2026/2026-11-20.toml").is_file());
    // One that git tracks, and the person stands in a folder below.
    ana.write("2026-11-19-notes.toml", "format = 1\n");
    ana.commit_unguarded("notes");
    let below = ana.in_folder("meetings");
    let ran = below.run(["sync"]);
    assert_eq!(paste(&below, &ran.err, "mkdir"), 1, "{ran:?}");
    assert_eq!(paste(&below, &ran.err, "git -C"), 1, "{ran:?}");
    assert!(ana.cwd.join("meetings/2026/2026-11-19.toml").is_file());
    // Whoever stands in the folder needs no name.
    ana.write("2026-11-18-notes.toml", "format = 1\n");
    let ran = ana.run(["sync"]);
    assert_eq!(paste(&ana, &ran.err, "mv -n -- 2026-11-18"), 1, "{ran:?}");
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
        assert_eq!(
            paste(&home, &ran.err, "branch.main.remote upstream"),
            1,
            "{ran:?}"
        );
        let tracked = ana.git(["config", "branch.main.remote"]).ok();
        assert_eq!(tracked.out.trim(), "upstream");
    }
    // A pair that nobody named, the only one that is known.
    ana.git(["push", "-qu", "origin", "main"]).ok();
    let home = ana.in_folder("..");
    let ran = home.run(["sync"]).fails(3);
    assert_eq!(paste(&home, &ran.err, "branch.main.remote upstream"), 1);
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
    assert_eq!(paste(&home, &ran.err, "bisect reset"), 1, "{ran:?}");
    home.run(["@sam", "add", "two"]).ok();
}
