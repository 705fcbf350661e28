//! A folder that is known on this machine: a clone that is put in its place is of the same pair, or nothing is done there
//! (docs/command-line.md#which-pair).

use std::fs;

use crate::world::{Person, World, sync_all};

const PAIR: &str = "pair.toml";

/// Every command that opens a pair, with words that suit it.
const COMMANDS: &[&[&str]] = &[
    &["@sam"],
    &["@sam", "agenda"],
    &["@sam", "actions"],
    &["@sam", "log"],
    &["@sam", "status"],
    &["@sam", "check"],
    &["@sam", "who"],
    &["@sam", "conflicts"],
    &["@sam", "add", "topic", "goes on"],
    &["@sam", "add", "a word of mine", "--private"],
    &["@sam", "undo"],
    &["@sam", "start"],
    &["@sam", "end"],
    &["@sam", "next", "friday"],
    &["@sam", "sync", "--offline"],
    &["@sam", "sync"],
    &["@sam", "restore", "agenda.toml"],
    &["@sam", "restore", PAIR],
    &["@sam", "key", "refuse"],
    &["@sam", "key", "trust", "sam"],
    &["agenda", "--all"],
    &["sync", "--all"],
];

/// A host made another pair with the names of both, my own key in my seat; its address.
fn pair_of_the_host(world: &World, ana: &Person) -> String {
    let address = world.remote("other.git").to_str().unwrap().to_owned();
    let host = world.person("host");
    host.run([
        "init", "Ana", "c", "--as", "manager", "--name", "Sam Lee", "--remote", &address,
    ])
    .ok();
    let host = host.in_folder("c");
    let with_key = host
        .read(PAIR)
        .replace("keys = []", &format!("keys = [\"{}\"]", ana.key()));
    host.write(PAIR, &with_key);
    host.git(["commit", "-qam", "x", "--no-verify"]).ok();
    host.git(["push", "-q"]).ok();
    address
}

/// The files of a person but for those of Git.
fn state_of(person: &Person) -> Vec<String> {
    let listed = person
        .start(
            "find",
            [person.home.join(".local").to_str().unwrap(), "-type", "f"],
            "",
        )
        .ok();
    let mut files: Vec<String> = listed.out.lines().map(str::to_owned).collect();
    files.sort();
    files
}

#[test]
fn another_pair_in_the_place_of_a_known_one_is_refused() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sync_all(&[&ana, &sam]);
    let address = pair_of_the_host(&world, &ana);
    let mut home = ana.clone();
    home.cwd.clone_from(&ana.home);
    fs::remove_dir_all(&ana.cwd).unwrap();
    home.git(["clone", "-q", &address, "clone"]).ok();
    let (tip, pair, state) = (
        ana.git(["rev-parse", "HEAD"]).ok().out,
        ana.read(PAIR),
        state_of(&ana),
    );
    for command in COMMANDS {
        let run = home.run(*command);
        assert_eq!(run.code, 3, "{command:?}: {}{}", run.out, run.err);
        let said = format!("{}{}", run.out, run.err);
        assert!(said.contains("holds another pair"), "{command:?}: {said}");
    }
    home.run(["@sam", "agenda"])
        .says("nothing was sealed, written or pinned")
        .says("oneonone pairs forget sam")
        .says(&format!("oneonone pairs add {}", ana.cwd.display()));
    let listed = home.run(["--json", "pairs"]).ok();
    assert!(listed.out.contains("holds another pair"), "{}", listed.out);
    assert_eq!(ana.git(["rev-parse", "HEAD"]).ok().out, tip);
    assert_eq!((ana.read(PAIR), state_of(&ana)), (pair, state));
    assert!(!ana.cwd.join(".git/oneonone/pair").exists());
    // Somebody who means it takes it.
    home.run(["pairs", "forget", "sam"]).ok();
    home.run(["pairs", "add", ana.cwd.to_str().unwrap()]).ok();
    home.run(["@sam", "add", "topic", "for the new pair"]).ok();
}

#[test]
fn a_new_clone_of_the_same_pair_goes_on() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sync_all(&[&ana, &sam]);
    let mut home = ana.clone();
    home.cwd.clone_from(&ana.home);
    fs::remove_dir_all(&ana.cwd).unwrap();
    home.git(["clone", "-q", &world.address("remote.git"), "clone"])
        .ok();
    home.run(["@sam", "agenda"]).ok();
    home.run(["@sam", "add", "topic", "goes on"]).ok();
    sync_all(&[&ana, &sam]);
}

#[test]
fn the_old_clone_does_not_propose_to_mend_a_sound_file() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sync_all(&[&ana, &sam]);
    let address = pair_of_the_host(&world, &ana);
    ana.git(["remote", "set-url", "origin", &address]).ok();
    ana.run(["sync"]).fails(3);
    let run = ana
        .run(["sync", "--accept-rewrite"])
        .fails(3)
        .says("the remote holds another pair");
    assert!(!run.err.contains("restore pair.toml"), "{}", run.err);
}

/// Somebody who lost the folder would type that.
#[test]
fn join_takes_no_other_pair_into_a_known_folder() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let other = world.remote("other.git");
    let eve = world.person("eve");
    let address = other.to_str().unwrap();
    let pair = [
        "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote", address,
    ];
    eve.run(pair).ok();
    let before = ana.tip_of(&other);
    std::fs::remove_dir_all(&ana.cwd).unwrap();
    let mut home = ana.clone();
    home.cwd.clone_from(&ana.home);
    let run = home.run(["join", address, "clone"]).fails(3);
    let run = run
        .says("is known for another pair")
        .says("nothing was made, sealed or pinned");
    assert!(!ana.cwd.exists());
    assert_eq!(home.tip_of(&other), before, "no seat was taken");
    let forget = run.command("oneonone pairs forget").to_owned();
    home.paste(&forget).ok();
    home.run(["join", address, "clone"]).ok();
}
