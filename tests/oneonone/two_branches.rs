//! The other member may be on another branch or read another remote: "alone" holds until they are seen here
//! (docs/sync.md#which-branch).

use crate::world::{Person, World};

/// The host makes `trunk` its default branch, and `main` stays as it is.
fn default_branch_is_trunk(world: &World, person: &Person) {
    let url = world.address("remote.git");
    person.git(["-C", &url, "branch", "trunk", "main"]).ok();
    person
        .git(["-C", &url, "symbolic-ref", "HEAD", "refs/heads/trunk"])
        .ok();
}

#[test]
fn whoever_follows_alone_is_told_until_the_other_comes() {
    let world = World::new();
    let (sam, ana) = world.pair();
    default_branch_is_trunk(&world, &ana);
    ana.run(["sync"]).fails(3);
    let followed = ana.run(["sync", "--follow"]).ok();
    followed
        .says("the branch main is still at the remote")
        .says("oneonone sync --branch trunk");
    ana.run(["add", "written on trunk"]).ok();
    for _ in 0..2 {
        let answer = ana.run(["--json", "sync"]).ok().json();
        assert_eq!(answer["alone"], "trunk");
    }
    let dry = ana.run(["--json", "sync", "--dry-run"]).ok().json();
    assert_eq!(dry["alone"], "trunk");
    // Sam stays, and writes where Ana does not look.
    sam.run(["sync", "--branch", "main"]).ok().says("alone");
    sam.run(["add", "written on main"]).ok();
    sam.run(["sync"]).ok().says("alone");
    ana.run(["sync"]).ok().says("alone");
    // Sam comes too.
    sam.run(["sync", "--branch", "trunk"]).ok();
    assert!(sam.read("agenda.toml").contains("written on trunk"));
    ana.run(["sync"]).ok().says("in sync");
    assert!(ana.read("agenda.toml").contains("written on main"));
    assert!(ana.run(["--json", "sync"]).ok().json()["alone"].is_null());
}

#[test]
fn a_branch_that_was_renamed_leaves_nobody_behind() {
    let world = World::new();
    let (_, ana) = world.pair();
    default_branch_is_trunk(&world, &ana);
    ana.git(["-C", &world.address("remote.git"), "branch", "-D", "main"])
        .ok();
    ana.run(["sync", "--follow"]).ok().says("in sync");
    // Somebody pushes the old name again: nobody was last seen there.
    ana.git(["push", "-q", "origin", "HEAD:main"]).ok();
    ana.run(["sync"]).ok().says("in sync");
}

#[test]
fn whoever_goes_back_may_have_left_the_other_there() {
    for other_followed in [false, true] {
        let world = World::new();
        let (sam, ana) = world.pair();
        ana.run(["sync", "--branch", "trunk"]).ok().says("alone");
        if other_followed {
            sam.run(["sync", "--branch", "trunk"]).ok();
            sam.run(["add", "written on trunk"]).ok();
            sam.run(["sync"]).ok();
        }
        let back = ana.run(["sync", "--branch", "main"]).ok();
        back.says("alone").says("the branch trunk is still at the remote");
        ana.run(["add", "written on main"]).ok();
        ana.run(["sync"]).ok().says("alone");
        match other_followed {
            true => {
                // Sam comes back, with his words.
                sam.run(["sync", "--branch", "main"]).ok();
                sam.run(["add", "here again"]).ok();
                sam.run(["sync"]).ok();
                ana.run(["sync"]).ok();
                let agenda = ana.read("agenda.toml");
                assert!(agenda.contains("written on trunk") && agenda.contains("here again"));
            }
            false => drop(ana.git(["push", "-q", "origin", "--delete", "trunk"]).ok()),
        }
        ana.run(["sync"]).ok().says("in sync");
    }
}

#[test]
fn of_several_branches_that_were_left_each_counts() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["sync", "--branch", "trunk"]).ok();
    sam.run(["sync", "--branch", "trunk"]).ok();
    ana.run(["sync", "--branch", "third"]).ok();
    sam.run(["add", "written on trunk"]).ok();
    sam.run(["sync"]).ok();
    let url = world.address("remote.git");
    ana.git(["-C", &url, "symbolic-ref", "HEAD", "refs/heads/third"])
        .ok();
    ana.git(["-C", &url, "branch", "-qD", "main"]).ok();
    let synced = ana.run(["sync"]).ok();
    synced.says("alone").says("trunk");
}

/// Ana's clone of a fork by plain Git, which knows the remote of the pair too.
fn forked(world: &World, ana: &Person) -> (Person, String) {
    let fork = world.copied_remote("remote.git", "fork.git");
    let forked = ana.cloned(&fork, "../forked");
    forked
        .git(["remote", "add", "upstream", &world.address("remote.git")])
        .ok();
    (forked, fork)
}

#[test]
fn a_plain_clone_of_a_fork_says_that_it_is_alone() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (forked, fork) = forked(&world, &ana);
    forked.run(["add", "written in the fork"]).ok();
    for _ in 0..2 {
        let synced = forked.run(["sync"]).ok();
        synced.says("alone").says("the other member may sync with");
    }
    // Sam fetches the fork by plain Git, and pushes there.
    sam.git(["pull", "-q", "--no-rebase", &fork, "main"]).ok();
    sam.run(["add", "an answer"]).ok();
    sam.git(["push", "-q", &fork, "HEAD:main"]).ok();
    forked.run(["sync"]).ok().says("in sync");
}

#[test]
fn commits_that_a_host_brings_into_a_fork_are_no_sign_of_the_other() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (forked, fork) = forked(&world, &ana);
    forked.run(["sync"]).ok().says("alone");
    sam.run(["add", "written where Sam always writes"]).ok();
    sam.run(["sync"]).ok();
    ana.git([
        "-C",
        &fork,
        "fetch",
        "-q",
        &world.address("remote.git"),
        "main:main",
    ])
    .ok();
    forked.run(["sync"]).ok().says("alone");
    forked.run(["add", "an answer in the fork"]).ok();
    forked.run(["sync"]).ok().says("alone");
    // Who says that it is the place is believed, and so is a remote that is gone.
    let said = forked.run(["sync", "--branch", "main"]).ok();
    said.says("in sync");
    forked.run(["sync"]).ok().says("in sync");
}

#[test]
fn a_second_remote_that_is_a_backup_alarms_nobody() {
    let world = World::new();
    let (_, ana) = world.pair();
    let backup = world.remote("backup.git");
    let plain = ana.cloned(&world.address("remote.git"), "../plain");
    plain
        .git(["remote", "add", "backup", backup.to_str().unwrap()])
        .ok();
    plain.run(["sync"]).ok().says("in sync");
    // Nobody to be alone from: the other seat is open.
    let bob = world.person("bob");
    let own = world.remote("own.git");
    let url = own.to_str().unwrap();
    bob.run([
        "init", "Eve", "clone", "--as", "manager", "--name", "Bob", "--remote", url,
    ])
    .ok();
    let bob = bob.in_folder("clone");
    bob.run(["sync"]).ok();
    bob.run(["sync", "--branch", "trunk"]).ok();
    bob.git(["-C", url, "symbolic-ref", "HEAD", "refs/heads/trunk"])
        .ok();
    bob.run(["sync"]).ok().says("in sync");
}
