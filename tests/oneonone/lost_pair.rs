//! A history without `pair.toml`: in a clone of a pair the last good one that was here counts, and no command proposes to
//! make a new pair (docs/sync.md#a-broken-pairtoml).

use std::fs;

use crate::world::{Person, World, sync_all};

const PAIR: &str = "pair.toml";

/// Every command that asks for a pair, with words that suit it.
const COMMANDS: &[&[&str]] = &[
    &[],
    &["agenda"],
    &["actions"],
    &["log"],
    &["growth"],
    &["status"],
    &["check"],
    &["who"],
    &["conflicts"],
    &["add", "topic", "goes on"],
    &["undo"],
    &["redo"],
    &["start"],
    &["end"],
    &["next", "friday"],
    &["skip", "2026-12-24"],
    &["sync", "--offline"],
    &["sync"],
    &["sync", "--dry-run"],
    &["restore", "agenda.toml"],
    &["restore", PAIR],
];

/// The tree of a commit without `pair.toml`, as a commit without parents.
fn without_pair(person: &Person, commit: &str) -> String {
    let listing = person.git(["ls-tree", commit]).ok().out;
    let listing: String = listing
        .lines()
        .filter(|line| !line.ends_with(PAIR))
        .map(|line| format!("{line}\n"))
        .collect();
    let tree = person.start("git", ["mktree"], &listing).ok().out;
    person
        .git(["commit-tree", tree.trim(), "-m", "purged"])
        .ok()
        .out
        .trim()
        .to_owned()
}

fn pair_with_topic(world: &World) -> (Person, Person, String) {
    let (sam, ana) = world.pair();
    ana.run(["add", "topic", "stands"]).ok();
    sync_all(&[&ana, &sam]);
    let pair = ana.read(PAIR);
    (sam, ana, pair)
}

/// Takes `pair.toml` out of every commit of the remote, as one does who takes out a file by mistake.
fn purge_remote(world: &World) {
    let mut host = world.person("nobody");
    host.cwd = world.path("remote.git");
    let purged = without_pair(&host, "main");
    host.git(["update-ref", "refs/heads/main", &purged]).ok();
}

#[test]
fn no_command_in_a_clone_of_a_pair_proposes_to_make_one() {
    let world = World::new();
    let (_sam, ana, pair) = pair_with_topic(&world);
    let purged = without_pair(&ana, "HEAD");
    for command in COMMANDS {
        ana.git(["reset", "-q", "--hard", &purged]).ok();
        let run = ana.run(*command);
        assert!(!run.err.contains("oneonone init"), "{command:?}: {}", run.err);
    }
    assert_eq!(ana.read(PAIR), pair, "restored by the last of them");
    // One that is not remembered at all.
    ana.git(["reset", "-q", "--hard", &purged]).ok();
    ana.git(["remote", "remove", "origin"]).ok();
    fs::remove_dir_all(ana.cwd.join(".git/logs")).unwrap();
    for command in COMMANDS {
        let run = ana.run(*command);
        assert!(run.code == 1 || run.code == 5, "{command:?}: {}", run.code);
        let run = run.says("no commit here has its pair.toml");
        assert!(!run.err.contains("oneonone init"), "{command:?}: {}", run.err);
    }
    ana.git(["checkout", "-q", "--orphan", "empty"]).ok();
    let run = ana.run(["agenda"]);
    assert!(!run.err.contains("oneonone init"), "{}", run.err);
}

#[test]
fn a_rewritten_history_without_a_pair_is_taken_or_merged_and_gets_it_back() {
    for way in ["--take-rewrite", "--accept-rewrite"] {
        let world = World::new();
        let (sam, ana, pair) = pair_with_topic(&world);
        purge_remote(&world);
        ana.run(["add", "topic", "not sent"]).ok();
        ana.run(["sync"]).fails(3);
        ana.run(["sync", way]).ok();
        assert_eq!(ana.read(PAIR), pair);
        assert!(ana.read("agenda.toml").contains("not sent"));
        if way == "--take-rewrite" {
            sam.run(["sync"]).fails(3);
            sam.run(["sync", way]).ok();
        }
        sync_all(&[&sam, &ana]);
        assert_eq!(sam.files(), ana.files());
        // Somebody new finds a pair there.
        assert!(world.plain_clone("new").read(PAIR).contains("[member.ana]"));
    }
}

#[test]
fn a_shallow_clone_of_a_broken_pair_names_the_fetch_that_helps() {
    let world = World::new();
    let (_sam, ana, pair) = pair_with_topic(&world);
    let host = world.host();
    host.write(PAIR, "x = [\n");
    host.git(["commit", "-qam", "broken"]).ok();
    host.git(["push", "-q"]).ok();
    let address = format!("file://{}", world.address("remote.git"));
    let laptop = world.person("laptop");
    let keys = ".config/oneonone";
    fs::create_dir_all(laptop.home.join(keys)).unwrap();
    fs::copy(
        ana.home.join(keys).join("identity.txt"),
        laptop.home.join(keys).join("identity.txt"),
    )
    .unwrap();
    laptop
        .git(["clone", "-q", "--depth", "1", &address, "clone"])
        .ok();
    let laptop = laptop.in_folder("clone");
    for command in [&["agenda"][..], &["add", "topic", "x"], &["sync"], &["status"]] {
        let run = laptop.run(command).fails(1).says("git fetch --unshallow");
        assert!(!run.err.contains("oneonone init"), "{}", run.err);
    }
    laptop.git(["fetch", "-q", "--unshallow"]).ok();
    laptop.run(["agenda"]).ok();
    laptop.run(["restore", PAIR]).ok();
    assert_eq!(laptop.read(PAIR), pair);
}
