//! Each command that brings something tells of it, by name and with the words that both may read. Words that were sealed
//! are told at a terminal only (docs/privacy.md#words-in-logs).

use std::fs;

use serde_json::{Value, json};

use crate::conflicts::both_moved_it;
use crate::world::{Person, Run, World, sync_all};

/// The change of an entry in the JSON answer of a sync.
fn of<'a>(answer: &'a Value, id: &str) -> &'a Value {
    let came = answer["came"].as_array().unwrap();
    came.iter().find(|change| change["id"] == id).unwrap()
}

/// Takes an entry out of the agenda by hand.
fn remove_by_hand(person: &Person, id: &str) {
    let text = person.read("agenda.toml");
    let (before, rest) = text.split_once(&format!("[[entry]]\nid = \"{id}\"")).unwrap();
    let after = rest
        .split_once("[[entry]]")
        .map_or(String::new(), |(_, after)| format!("[[entry]]{after}"));
    person.write("agenda.toml", &format!("{before}{after}"));
}

/// Checks that a text says a short form of an id between two others.
fn says_id(text: &str, before: &str, id: &str, after: &str) {
    let mut shown = text
        .split(before)
        .skip(1)
        .filter_map(|rest| rest.split_once(after));
    let is_short = |shown: &str| (2..6).contains(&shown.len()) && id.starts_with(shown);
    assert!(
        shown.any(|(shown, _)| is_short(shown)),
        "{before}{id}{after} is not in\n{text}"
    );
}

fn no_words(run: &Run, words: &[&str]) {
    for word in words {
        assert!(
            !run.out.contains(word) && !run.err.contains(word),
            "{word}: {}{}",
            run.out,
            run.err
        );
    }
}

#[test]
fn a_private_entry_that_is_shared_is_told_by_its_words() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let one = ana.add(["topic", "A raise for everyone", "--private"]);
    let two = ana.add(["topic", "A word for you alone", "--private"]);
    sync_all(&[&ana, &sam]);
    ana.run(["share", &one, "--yes"]).ok();
    ana.run(["share", &two, "--confidential", "--yes"]).ok();
    ana.run(["sync"]).ok();
    let dry = sam.run(["sync", "--dry-run"]).ok();
    let dry = dry.says(": (sealed)  confidential");
    says_id(&dry.err, "Ana shared ", &one, ": A raise for everyone\n");
    let dry = sam.at_terminal("sync --dry-run").out;
    assert!(dry.contains(": A word for you alone  confidential"), "{dry}");
    let answer = sam.run(["--json", "sync"]).ok().json();
    assert_eq!(of(&answer, &one)["how"], "shared");
    assert_eq!(of(&answer, &one)["text"], "A raise for everyone");
    assert_eq!(
        (&of(&answer, &two)["how"], &of(&answer, &two)["text"]),
        (&json!("shared"), &Value::Null)
    );
}

#[test]
fn a_conflict_that_came_is_named_with_the_command_that_ends_it() {
    let (_world, sam, ana, id) = both_moved_it();
    sam.run(["sync"]).ok();
    let told = |run: &Run| says_id(&run.err, "you both changed ", &id, ": Write the plan  due\n");
    let command = "hint: end the conflict\n    oneonone resolve ";
    let dry = ana.run(["sync", "--dry-run"]).ok();
    told(&dry);
    assert!(
        !dry.err.contains(command),
        "nothing can be ended yet: {}",
        dry.err
    );
    // A command that syncs beside its own work tells it too.
    let run = ana.run(["start"]).ok();
    told(&run);
    says_id(&run.err, command, &id, "\n");
    sam.run(["edit", &id, "Write the whole plan"]).ok();
    let answer = sam.run(["--json", "sync"]).ok().json();
    assert_eq!(
        (&of(&answer, &id)["how"], &of(&answer, &id)["fields"]),
        (&json!("conflict"), &json!(["due"]))
    );
    // It is an old one by now.
    let run = ana.run(["sync"]).ok().says("oneonone resolve ID");
    assert!(!run.err.contains("you both changed"), "{}", run.err);
}

#[test]
fn start_and_end_tell_what_came_and_join_how_much() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.add(["Who covers on-call?"]);
    ana.run(["sync"]).ok();
    let run = sam
        .run(["start"])
        .ok()
        .says("Ana: 1 new topic\n")
        .says("Who covers on-call?");
    assert_eq!(run.err.matches("Ana: ").count(), 1, "{}", run.err);
    for number in 0..7 {
        ana.add(["win", &format!("Win number {number}")]);
    }
    ana.run(["sync"]).ok();
    let run = sam
        .run(["end"])
        .ok()
        .says("Ana: 7 new wins\n")
        .says("  and 3 more\n");
    assert_eq!(run.err.matches("Win number").count(), 4, "{}", run.err);
    sam.run(["start", "--offline"]).ok();
    ana.run(["sync"]).ok();

    let laptop = world.path("laptop");
    let url = world.path("remote.git");
    let run = sam
        .run(["join", url.to_str().unwrap(), laptop.to_str().unwrap()])
        .ok();
    run.says(": 1 meeting, 8 entries\n");
}

#[test]
fn alone_stands_in_json_and_in_a_dry_run() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.add(["one"]);
    assert_eq!(ana.run(["--json", "sync"]).ok().json()["alone"], Value::Null);
    let copy = world.copied_remote("remote.git", "copy.git");
    ana.git(["remote", "set-url", "origin", &copy]).ok();
    let alone = format!("at {copy} alone");
    ana.add(["two"]);
    let note = || fs::read_to_string(ana.cwd.join(".git/oneonone/upstream")).unwrap();
    let before = note();
    ana.run(["sync", "--dry-run"])
        .ok()
        .says(&format!("dry run {alone}, nothing was changed"));
    assert_eq!(
        ana.run(["--json", "sync", "--dry-run"]).ok().json()["alone"],
        copy
    );
    assert_eq!(note(), before);
    ana.run(["sync"]).ok().says(&format!("synced {alone}"));
    ana.run(["sync", "--dry-run"]).ok().says(&alone);
    assert_eq!(ana.run(["--json", "sync"]).ok().json()["alone"], copy);

    // A branch beside the default one of the remote.
    let world = World::new();
    let (_, ana) = world.pair();
    ana.run(["sync"]).ok();
    let remote = world.path("remote.git");
    let remote = remote.to_str().unwrap();
    ana.git(["-C", remote, "branch", "trunk", "main"]).ok();
    ana.git(["-C", remote, "symbolic-ref", "HEAD", "refs/heads/trunk"])
        .ok();
    ana.run(["sync", "--branch", "main"])
        .ok()
        .says("synced at main alone");
    ana.run(["sync", "--dry-run"]).ok().says("dry run at main alone");
    assert_eq!(ana.run(["--json", "sync"]).ok().json()["alone"], "main");
}

#[test]
fn words_that_were_sealed_are_said_at_a_terminal_only() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let words = ["nervous", "counsel", "#reorg", "\treorg"];
    ana.add(["concern", "The reorg makes me nervous #reorg"]);
    ana.add(["action", "Ask counsel", "--confidential"]);
    sync_all(&[&ana, &sam]);
    let started = ana.run(["start"]).ok();
    no_words(&started, &words);
    assert_eq!(started.out.matches("\t(sealed)\n").count(), 2, "{}", started.out);
    let ended = ana.run(["end"]).ok().says("Back on the agenda").says("(sealed)");
    no_words(&ended, &words);
    assert!(ended.out.contains("action\tconfidential\tana") && ended.out.ends_with("\t(sealed)\n"));
    for args in [
        &["undo"][..],
        &["redo"],
        &["undo"],
        &["next", "2026-12-01"],
        &["skip", "2026-12-01"],
    ] {
        no_words(&ana.run(args).ok(), &words);
    }
    let ended = ana.at_terminal("end").out;
    assert!(
        ended.contains("Ask counsel") && ended.contains("makes me nervous"),
        "{ended}"
    );
    // A person who asks is answered.
    assert!(ana.run(["agenda"]).ok().out.contains("nervous"));
    assert!(ana.run(["actions"]).ok().out.contains("counsel"));
}

#[test]
fn a_removal_is_told_by_name_and_to_those_who_could_read_it() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (open, sealed) = (ana.add(["an old topic"]), ana.add(["concern", "an old worry"]));
    let kept = ana.add(["another"]);
    sync_all(&[&ana, &sam]);
    sam.run(["rm", &open, &sealed]).ok();
    sam.run(["sync"]).ok();
    let run = ana.run(["sync", "--dry-run"]).ok();
    let run = run.says("Sam removed 2 entries of yours:\n");
    says_id(&run.err, "    ", &open, "  removed: an old topic  by ");
    says_id(&run.err, "    ", &sealed, "  removed: (sealed)  by ");
    let run = ana.at_terminal("sync").out;
    assert!(run.contains("Sam removed 2 entries of yours:"), "{run}");
    says_id(&run, "    ", &sealed, "  removed: an old worry");

    // By hand: a dry run removes nothing that `undo` could bring back.
    let by_hand = ana.at("2026-11-24T12:05:00Z").add(["concern", "a new worry"]);
    ana.run(["sync"]).ok();
    ana.add(["and one more"]);
    ana.run(["sync"]).ok();
    remove_by_hand(&ana, &by_hand);
    let dry = ana.run(["sync", "--dry-run"]).ok();
    says_id(
        &dry.err,
        "you removed 1 entry by hand:\n    ",
        &by_hand,
        "  (sealed)\n",
    );
    assert!(!dry.err.contains("oneonone undo"), "{}", dry.err);
    let at_terminal = ana.at_terminal("sync --dry-run").out;
    assert!(at_terminal.contains("a new worry"), "{at_terminal}");
    let done = ana.run(["done", &kept]).ok().says("    oneonone undo\n");
    says_id(
        &done.err,
        "you removed 1 entry by hand:\n    ",
        &by_hand,
        "  (sealed)\n",
    );
    ana.run(["undo"]).ok().says("undone: done");
    let undone = ana.run(["undo"]).ok().says("undone: a removal by hand");
    assert!(!undone.err.contains("hand-removal"), "{}", undone.err);
}
