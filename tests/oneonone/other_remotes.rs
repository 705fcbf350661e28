//! A remote that is added after the first sync: a copy stays quiet, and "in sync" is not said where the other member reads that
//! remote (docs/sync.md#alone).

use std::fs;

use crate::world::{Person, World, sync_all};

const COPY: &str = "backup.git";
const MAY_BE_THERE: &str = "the other member may sync with";

/// Ana's clone of her fork by plain Git, as far as it was synced.
fn clone_of_a_fork(world: &World, ana: &Person) -> Person {
    let fork = world.copied_remote("remote.git", "fork.git");
    let forked = ana.cloned(&fork, "../forked");
    forked.run(["add", "before anything was added"]).ok();
    forked.run(["sync"]).ok().says("in sync");
    forked
}

/// Sam makes the pair at his place, and Ana takes her seat in a fork of it, where Sam never looks.
fn seat_in_a_fork(world: &World) -> (Person, Person, String) {
    let (sam, ana) = (world.person("sam"), world.person("ana"));
    let url = world.remote("remote.git");
    let url = url.to_str().unwrap();
    sam.run([
        "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote", url,
    ])
    .ok();
    let (fork, sam) = (
        world.copied_remote("remote.git", "fork.git"),
        sam.in_folder("clone"),
    );
    ana.run(["join", &fork, "clone"]).ok();
    let ana = ana.in_folder("clone");
    (sam, ana, fork)
}

fn adds(person: &Person, name: &str, url: &str) {
    person.git(["remote", "add", name, url]).ok();
}

fn writes(person: &Person, text: &str) {
    person.run(["add", text]).ok();
    person.run(["sync"]).ok();
}

/// Checks the words of a person's next sync.
fn says(person: &Person, text: &str, words: &[&str]) {
    person.run(["add", text]).ok();
    let dry = person.run(["--json", "sync", "--dry-run"]).ok().json();
    let run = person.run(["sync"]).ok();
    for word in words {
        assert!(run.err.contains(word) || run.out.contains(word), "{run:?}");
    }
    let is_alone = run.err.contains("alone:") || run.out.contains("alone:");
    assert_eq!(dry["alone"].is_null(), !is_alone, "{dry} {run:?}");
    assert_eq!(is_alone, !words.contains(&"in sync"), "{run:?}");
}

#[test]
fn the_place_of_the_other_that_is_added_after_the_first_sync() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let forked = clone_of_a_fork(&world, &ana);
    adds(&forked, "upstream", &world.address("remote.git"));
    for _ in 0..2 {
        says(&forked, "a word", &["alone", MAY_BE_THERE, "remote.git"]);
    }
    // Sam writes where he always does.
    writes(&sam, "an answer");
    says(
        &forked,
        "another word",
        &["alone", "has commits that are not here"],
    );
    // The way over is the one that is named.
    let said = forked.run(["sync"]).ok();
    said.says("git config branch.main.remote upstream")
        .says("oneonone sync --follow");
    forked.git(["config", "branch.main.remote", "upstream"]).ok();
    // The fork holds words that are not there: whether they go over is asked.
    forked.run(["sync", "--follow"]).fails(3);
    forked.run(["sync", "--follow", "--accept-rewrite"]).ok();
    sam.run(["sync"]).ok();
    assert!(sam.read("agenda.toml").contains("another word"));
}

#[test]
fn a_fork_whose_other_place_was_equal_as_it_was_added() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let fork = world.copied_remote("remote.git", "fork.git");
    let forked = ana.cloned(&fork, "../forked");
    forked.run(["sync"]).ok().says("in sync");
    adds(&forked, "upstream", &world.address("remote.git"));
    // Everything is there, too: nothing is to be said yet.
    forked.run(["sync"]).ok().says("in sync");
    says(&forked, "a word", &["alone", MAY_BE_THERE]);
    writes(&sam, "an answer");
    says(&forked, "a word", &["alone", "has commits that are not here"]);
    // Whoever says that the other member reads here is believed.
    forked.run(["sync", "--branch", "main"]).ok().says("in sync");
    says(&forked, "a word", &["in sync"]);
}

#[test]
fn a_push_by_hand_makes_no_copy() {
    let world = World::new();
    let (_, ana) = world.pair();
    let forked = clone_of_a_fork(&world, &ana);
    adds(&forked, "upstream", &world.address("remote.git"));
    says(&forked, "one", &["alone", MAY_BE_THERE]);
    forked.run(["add", "two"]).ok();
    forked.git(["push", "-q", "upstream", "main"]).ok();
    forked.run(["sync"]).ok();
    says(&forked, "three", &["alone", MAY_BE_THERE]);
    says(&forked, "four", &["alone", MAY_BE_THERE]);
}

#[test]
fn a_remote_is_known_by_its_address() {
    let world = World::new();
    let (_, ana) = world.pair();
    let forked = clone_of_a_fork(&world, &ana);
    adds(&forked, "upstream", &world.address("remote.git"));
    forked.run(["sync", "--branch", "main"]).ok();
    says(&forked, "a word", &["in sync"]);
    forked.git(["remote", "rename", "upstream", "theirs"]).ok();
    says(&forked, "a word", &["in sync"]);
    // It has another address, and that one has what is not here.
    let later = world.copied_remote("remote.git", "later.git");
    ana.git(["remote", "set-url", "origin", &later]).ok();
    ana.run(["add", "written there"]).ok();
    ana.run(["sync"]).ok();
    forked.git(["remote", "set-url", "theirs", &later]).ok();
    says(&forked, "a word", &["alone", "later.git"]);
}

#[test]
fn several_remotes_are_each_looked_at() {
    for before_the_first_sync in [true, false] {
        let world = World::new();
        let (_, ana) = world.pair();
        let fork = world.copied_remote("remote.git", "fork.git");
        let forked = ana.cloned(&fork, "../forked");
        if !before_the_first_sync {
            forked.run(["sync"]).ok();
        }
        adds(&forked, "backup", world.remote(COPY).to_str().unwrap());
        adds(&forked, "upstream", &world.address("remote.git"));
        says(&forked, "a word", &["alone", "remote.git"]);
    }
}

#[test]
fn a_place_that_fell_behind_is_told_of_until_it_is_known_as_a_copy() {
    let world = World::new();
    let (sam, ana) = world.pair();
    // Empty at first, and pushed to by hand.
    adds(&ana, "empty", world.remote("empty.git").to_str().unwrap());
    says(&ana, "one", &["in sync"]);
    ana.git(["push", "-q", "empty", "main"]).ok();
    says(&ana, "two", &["alone", MAY_BE_THERE, "empty.git"]);
    // Sam's entry comes from where Ana syncs.
    writes(&sam, "three");
    ana.run(["sync"]).ok().says("in sync");
    says(&ana, "four", &["in sync"]);
    // A copy that somebody made at the host, and that lags behind.
    let backup = world.copied_remote("remote.git", COPY);
    adds(&ana, "backup", &backup);
    says(&ana, "five", &["alone", MAY_BE_THERE, COPY]);
    ana.run(["sync", "--branch", "main"]).ok().says("in sync");
    says(&ana, "six", &["in sync"]);
    // A clone of plain Git, to which the other's words come and not to the copy.
    let plain = ana.cloned(&world.address("remote.git"), "../plain");
    plain.run(["sync"]).ok();
    let mirror = world.remote("mirror.git");
    let mirror = [
        "remote",
        "add",
        "--mirror=push",
        "mirror",
        mirror.to_str().unwrap(),
    ];
    plain.git(mirror).ok();
    plain.git(["push", "-q", "mirror"]).ok();
    says(&plain, "written before Sam writes", &["in sync"]);
    writes(&sam, "seven");
    adds(&plain, "backup", &backup);
    says(&plain, "eight", &["in sync"]);
    let note = fs::read_to_string(plain.cwd.join(".git/oneonone/upstream")).unwrap();
    assert!(note.contains(COPY), "{note}");
}

#[test]
fn a_place_that_took_in_the_fork_before_it_was_added() {
    let world = World::new();
    let (sam, ana, fork) = seat_in_a_fork(&world);
    let url = &world.address("remote.git");
    writes(&ana, "in the fork");
    // Sam's place takes in the fork: it holds where Ana began.
    ana.git(["-C", url, "fetch", "-q", &fork, "main:main"]).ok();
    sam.run(["sync"]).ok();
    adds(&ana, "upstream", url);
    ana.run(["sync"]).ok().says("in sync");
    says(&ana, "a word", &["alone", MAY_BE_THERE, "remote.git"]);
    writes(&sam, "an answer");
    // A fork that the host brings up to date says nothing of where Sam reads.
    ana.git(["-C", &fork, "fetch", "-q", url, "main:theirs"]).ok();
    says(&ana, "more", &["alone", "has commits that are not here"]);
}

#[test]
fn a_known_copy_that_the_other_moves_to_is_told_of() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let backup = world.copied_remote("remote.git", COPY);
    adds(&ana, "backup", &backup);
    writes(&sam, "here");
    says(&ana, "one", &["in sync"]);
    let note = fs::read_to_string(ana.cwd.join(".git/oneonone/upstream")).unwrap();
    assert!(note.contains(COPY), "{note}");
    sam.run(["sync"]).ok();
    sam.git([
        "-C",
        &backup,
        "fetch",
        "-q",
        &world.address("remote.git"),
        "main:main",
    ])
    .ok();
    sam.git(["remote", "set-url", "origin", &backup]).ok();
    writes(&sam, "there");
    for text in ["two", "three"] {
        says(&ana, text, &["alone", "has commits that are not here", COPY]);
    }
    // Whoever says that nobody reads there is believed, until somebody writes there again.
    ana.run(["sync", "--branch", "main"]).ok().says("in sync");
    says(&ana, "four", &["in sync"]);
    fs::rename(world.path(COPY), world.path("away")).unwrap();
    says(&ana, "five", &["in sync"]);
    fs::rename(world.path("away"), world.path(COPY)).unwrap();
    says(&ana, "six", &["in sync"]);
    writes(&sam, "there again");
    says(&ana, "seven", &["alone", "has commits that are not here", COPY]);
}

#[test]
fn two_addresses_of_one_place_are_one_place() {
    let world = World::new();
    let (_, ana) = world.pair();
    let plain = ana.cloned(&world.address("remote.git"), "../plain");
    plain.run(["sync"]).ok();
    // A link that leads there is another spelling that nobody could tell by the address.
    std::os::unix::fs::symlink(world.path("remote.git"), world.path("alias.git")).unwrap();
    adds(&plain, "alias", &world.address("alias.git"));
    plain.run(["sync"]).ok().says("in sync");
    for text in ["one", "two"] {
        plain.run(["add", text]).ok();
        plain.run(["sync"]).ok().says("in sync");
    }
    let note = fs::read_to_string(plain.cwd.join(".git/oneonone/upstream")).unwrap();
    assert!(note.contains("alias.git"), "{note}");
}

#[test]
fn a_remote_that_does_not_answer_blocks_nobody() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let forked = clone_of_a_fork(&world, &ana);
    for person in [&ana, &forked] {
        adds(person, "later", &world.address("later.git"));
    }
    for _ in 0..2 {
        for person in [&ana, &forked] {
            says(person, "a word", &["alone", "does not answer", "later.git"]);
        }
    }
    // Nobody is at a place that is gone.
    writes(&sam, "after she was told");
    for _ in 0..2 {
        let quiet = ana.run(["sync"]).ok().says("in sync");
        assert!(!quiet.err.contains("later.git"), "{quiet:?}");
    }
    // A person said that this is the place before the remote was added.
    ana.run(["sync", "--branch", "main"]).ok();
    adds(&ana, "last", &world.address("last.git"));
    says(&ana, "a word", &["in sync", "does not answer", "last.git"]);
    // It answers by now, and is empty.
    world.remote("later.git");
    says(&forked, "a word", &["in sync"]);
}

#[test]
fn the_other_may_be_on_another_branch_there() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let forked = clone_of_a_fork(&world, &ana);
    let url = world.address("remote.git");
    sam.run(["sync", "--branch", "trunk"]).ok();
    sam.git(["-C", &url, "symbolic-ref", "HEAD", "refs/heads/trunk"])
        .ok();
    sam.git(["-C", &url, "branch", "-qD", "main"]).ok();
    writes(&sam, "on trunk");
    adds(&forked, "upstream", &url);
    says(&forked, "a word", &["alone", "has commits that are not here"]);
}

#[test]
fn what_plain_git_fetched_is_not_here_before_it_is_merged() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let forked = clone_of_a_fork(&world, &ana);
    // Sam wrote in the fork once, and writes at his own place.
    sam.git(["pull", "-q", "--no-rebase", &world.address("fork.git"), "main"])
        .ok();
    sam.run(["add", "once in the fork"]).ok();
    sam.git(["push", "-q", &world.address("fork.git"), "HEAD:main"])
        .ok();
    sam.git(["reset", "-q", "--hard", "origin/main"]).ok();
    writes(&sam, "at his own place");
    forked.run(["sync"]).ok();
    adds(&forked, "upstream", &world.address("remote.git"));
    forked.git(["fetch", "-q", "upstream"]).ok();
    says(&forked, "a word", &["alone", "has commits that are not here"]);
}

#[test]
fn nobody_is_left_behind_while_the_other_seat_is_open() {
    let world = World::new();
    let (bob, own) = (world.person("bob"), world.remote("own.git"));
    let url = own.to_str().unwrap();
    bob.run([
        "init", "Eve", "clone", "--as", "manager", "--name", "Bob", "--remote", url,
    ])
    .ok();
    let bob = bob.in_folder("clone");
    bob.run(["sync"]).ok();
    adds(&bob, "backup", &world.copied_remote("own.git", COPY));
    says(&bob, "a word", &["in sync"]);
    says(&bob, "a word", &["in sync"]);
}

#[test]
fn a_clone_that_left_its_place_is_told_of_each() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sync_all(&[&ana, &sam]);
    let fork = world.copied_remote("remote.git", "fork.git");
    adds(&ana, "fork", &fork);
    says(&ana, "a word", &["alone", "fork.git"]);
    ana.git(["fetch", "-q", "fork"]).ok();
    ana.git(["branch", "-q", "-u", "fork/main"]).ok();
    ana.git(["push", "-q", "fork", "main"]).ok();
    let over = ana.run(["sync", "--follow"]).ok();
    over.says("alone").says("they may still sync with");
    says(&ana, "a word", &["alone", "remote.git"]);
    // Sam comes over: the place of before is a copy now.
    sam.git(["remote", "set-url", "origin", &fork]).ok();
    sam.run(["add", "here"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok().says("in sync");
    fs::remove_dir_all(world.path("remote.git")).unwrap();
    says(&ana, "a word", &["in sync"]);
}

#[test]
fn a_place_that_is_older_than_the_seat_is_no_copy() {
    let world = World::new();
    let (sam, ana, fork) = seat_in_a_fork(&world);
    let url = &world.address("remote.git");
    adds(&ana, "upstream", url);
    says(&ana, "a word", &["alone", MAY_BE_THERE]);
    // Sam has the fork as a remote, too, and is told once she writes there.
    sam.run(["sync"]).ok();
    adds(&sam, "fork", &fork);
    says(&sam, "a word", &["alone", "has commits that are not here"]);
}

#[test]
fn a_copy_that_somebody_begins_to_write_to_is_told_of() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let fork = world.copied_remote("remote.git", "fork.git");
    adds(&sam, "fork", &fork);
    says(&sam, "one", &["alone", MAY_BE_THERE]);
    ana.git(["remote", "set-url", "origin", &fork]).ok();
    writes(&ana, "in the fork");
    says(&sam, "two", &["alone", "has commits that are not here"]);
}

#[test]
fn remotes_are_asked_at_the_same_time() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.run(["sync", "--branch", "main"]).ok();
    // Each answers once the other one is asked.
    for (name, other) in [("one", "two"), ("two", "one")] {
        let (mine, theirs) = (
            world.address(&format!("{name}.asked")),
            world.address(&format!("{other}.asked")),
        );
        let script = format!(
            "#!/bin/sh\ntouch '{mine}'\nwhile ! test -e '{theirs}'; do sleep 0.05; done\nexec git-upload-pack \"$@\"\n"
        );
        let path = world.path(&format!("{name}.sh"));
        fs::write(&path, script).unwrap();
        ana.git([
            "config",
            &format!("remote.{name}.uploadpack"),
            &format!("sh {}", path.display()),
        ])
        .ok();
        let url = world.copied_remote("remote.git", &format!("{name}.git"));
        ana.git(["config", &format!("remote.{name}.url"), &url]).ok();
    }
    let synced = ana.run(["sync"]).ok().says("in sync");
    assert!(!synced.err.contains("does not answer"), "{synced:?}");
}

#[test]
fn an_empty_remote_that_the_other_moves_to_is_told_of() {
    let world = World::new();
    let (sam, ana) = world.pair();
    adds(&ana, "new", world.remote("new.git").to_str().unwrap());
    says(&ana, "one", &["in sync"]);
    sam.git(["remote", "set-url", "origin", &world.address("new.git")])
        .ok();
    sam.run(["sync", "--branch", "main"]).ok();
    writes(&sam, "at the new place");
    says(&ana, "two", &["alone", "has commits that are not here"]);
}

#[test]
fn a_push_address_is_a_copy_as_long_as_it_is_one() {
    for is_mirror in [false, true] {
        let world = World::new();
        let (_, ana) = world.pair();
        let forked = clone_of_a_fork(&world, &ana);
        let (url, fork) = (world.address("remote.git"), world.address("fork.git"));
        adds(&forked, "upstream", &url);
        let key = match is_mirror {
            false => "remote.origin.pushurl",
            true => "remote.upstream.mirror",
        };
        match is_mirror {
            false => {
                forked.git(["config", "--add", key, &fork]).ok();
                forked.git(["config", "--add", key, &url]).ok();
            }
            true => {
                forked.git(["config", key, "true"]).ok();
            }
        }
        says(&forked, "one", &["in sync"]);
        says(&forked, "two", &["in sync"]);
        forked.git(["config", "--unset-all", key]).ok();
        says(&forked, "three", &["alone", MAY_BE_THERE]);
    }
}

#[test]
fn a_seat_that_came_with_a_sync_was_not_taken_in_this_clone() {
    let world = World::new();
    let (sam, ana) = (world.person("sam"), world.person("ana"));
    let url = world.remote("remote.git");
    let url = url.to_str().unwrap();
    sam.run([
        "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote", url,
    ])
    .ok();
    // Sam clones a fork by plain Git, and the host brings it up to date.
    let fork = world.copied_remote("remote.git", "fork.git");
    let forked = sam.cloned(&fork, "forked");
    ana.run(["join", url, "clone"]).ok();
    forked.git(["-C", &fork, "fetch", "-q", url, "main:main"]).ok();
    forked.run(["sync"]).ok();
    // An earlier version noted no copies.
    let note = forked.cwd.join(".git/oneonone/upstream");
    let text = fs::read_to_string(&note).unwrap();
    fs::write(&note, text.replace("copies = []\n", "")).unwrap();
    adds(&forked, "upstream", url);
    says(&forked, "a word", &["alone", MAY_BE_THERE]);
}

#[test]
fn a_command_in_a_hurry_goes_by_what_a_sync_found() {
    let world = World::new();
    let (_, ana) = world.pair();
    let forked = clone_of_a_fork(&world, &ana);
    adds(&forked, "upstream", &world.address("remote.git"));
    let started = forked.run(["start"]).ok();
    assert!(!started.err.contains(MAY_BE_THERE), "{started:?}");
    says(&forked, "a word", &["alone", MAY_BE_THERE]);
    let ended = forked.at("2026-11-24T12:30:00Z").run(["end"]).ok();
    ended.says(MAY_BE_THERE);
    says(&forked, "a word", &["alone", MAY_BE_THERE]);
}

#[test]
fn the_remote_that_was_told_of_stays_the_one() {
    let world = World::new();
    let (_, ana) = world.pair();
    let forked = clone_of_a_fork(&world, &ana);
    let older = world.copied_remote("remote.git", "older.git");
    adds(&forked, "upstream", &world.address("remote.git"));
    says(&forked, "a word", &["alone", "may sync with", "remote.git"]);
    // One whose name comes first.
    adds(&forked, "archive", &older);
    says(
        &forked,
        "a word",
        &["alone", "remote.git, which is a remote of this clone"],
    );
    forked.git(["remote", "remove", "upstream"]).ok();
    says(
        &forked,
        "a word",
        &["alone", "older.git, which is a remote of this clone"],
    );
}
