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

#[test]
fn a_remote_that_was_made_anew_without_a_record_gets_everything_again() {
    let world = World::new();
    let (sam, ana, pair) = pair_with_topic(&world);
    let mut host = world.person("nobody");
    host.cwd = world.path("remote.git");
    let blob = host
        .start("git", ["hash-object", "-w", "--stdin"], "read me")
        .ok()
        .out;
    let listing = format!("100644 blob {}\tREADME.md\n", blob.trim());
    let tree = host.start("git", ["mktree"], &listing).ok().out;
    let commit = host.git(["commit-tree", tree.trim(), "-m", "made anew"]).ok().out;
    host.git(["update-ref", "refs/heads/main", commit.trim()]).ok();
    ana.run(["add", "topic", "not sent"]).ok();
    let run = ana.run(["sync"]).fails(3);
    let take = run.command("oneonone sync --take-rewrite").to_owned();
    let taken = ana.paste(&take).fails(3).says("holds no records");
    let accept = taken.command("oneonone sync --accept-rewrite").to_owned();
    ana.paste(&accept).ok();
    assert_eq!(ana.read(PAIR), pair);
    assert_eq!(ana.read("README.md"), "read me");
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.files(), ana.files());
    // An address where this pair never was is not made its own.
    let other = world.remote("other.git");
    let laptop = world.person("lou");
    laptop.git(["clone", "-q", other.to_str().unwrap(), "clone"]).ok();
    let lou = laptop.in_folder("clone");
    lou.write("README.md", "somebody else's");
    lou.git(["add", "-A"]).ok();
    lou.git(["commit", "-qm", "code"]).ok();
    lou.git(["push", "-q", "origin", "HEAD:main"]).ok();
    ana.git(["remote", "set-url", "origin", other.to_str().unwrap()])
        .ok();
    ana.run(["sync", "--accept-rewrite"]);
    assert_eq!(
        lou.git(["ls-remote", "origin", "main"])
            .ok()
            .out
            .split('\t')
            .next(),
        Some(lou.head().as_str())
    );
}

#[test]
fn nothing_is_put_into_the_history_of_another_pair() {
    let world = World::new();
    let (_sam, ana, _) = pair_with_topic(&world);
    let eve = world.person("eve");
    let theirs = world.remote("theirs.git");
    eve.run([
        "init",
        "Lou",
        "clone",
        "--as",
        "manager",
        "--name",
        "Eve",
        "--remote",
        theirs.to_str().unwrap(),
    ])
    .ok();
    ana.git(["fetch", "-q", theirs.to_str().unwrap(), "main"]).ok();
    ana.git(["checkout", "-q", "-b", "two", "FETCH_HEAD"]).ok();
    let head = ana.head();
    for command in COMMANDS {
        let run = ana.run(*command);
        assert!(!run.err.contains("oneonone init"), "{command:?}: {}", run.err);
        assert_eq!(ana.head(), head, "{command:?}");
    }
}

#[test]
fn a_known_folder_whose_pair_is_lost_is_never_made_anew() {
    let world = World::new();
    let (_sam, ana, pair) = pair_with_topic(&world);
    purge_remote(&world);
    let mut home = ana.clone();
    home.cwd.clone_from(&ana.home);
    // Cloned anew, in full and without a history; and nothing but the commit is left.
    for way in [&["clone", "-q"][..], &["clone", "-q", "--depth", "1"]] {
        fs::remove_dir_all(&ana.cwd).unwrap();
        let address = format!("file://{}", world.address("remote.git"));
        home.git(way.iter().copied().chain([address.as_str(), "clone"]))
            .ok();
        for command in COMMANDS.iter().chain(&[&["pairs", "add", "."][..]]) {
            let run = ana.run(*command).says("no commit here has its pair.toml");
            assert!(run.code == 1 || run.code == 5, "{command:?}: {}", run.code);
            assert!(!run.err.contains("oneonone init"), "{command:?}: {}", run.err);
            let is_deeper = run.err.contains("git fetch --unshallow");
            assert_eq!(is_deeper, way.contains(&"--depth"), "{command:?}: {}", run.err);
        }
    }
    // It lies there again, and nobody has committed it.
    ana.write(PAIR, &pair);
    for command in COMMANDS {
        let run = ana.run(*command);
        assert!(!run.err.contains("oneonone init"), "{command:?}: {}", run.err);
    }
}
