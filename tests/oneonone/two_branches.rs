//! The other member may be on another branch or read another remote: "alone" holds until they are seen here
//! (docs/sync.md#which-branch).

use crate::world::{Person, World};

fn remote(world: &World) -> String {
    world.path("remote.git").to_str().unwrap().to_owned()
}

/// The host makes `trunk` its default branch, and `main` stays as it is.
fn default_branch_is_trunk(world: &World, person: &Person) {
    let url = remote(world);
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
    ana.git(["-C", &remote(&world), "branch", "-D", "main"]).ok();
    ana.run(["sync", "--follow"]).ok().says("in sync");
    // Somebody pushes the old name again: nobody was last seen there.
    ana.git(["push", "-q", "origin", "HEAD:main"]).ok();
    ana.run(["sync"]).ok().says("in sync");
}

#[test]
fn whoever_goes_back_is_not_alone() {
    let world = World::new();
    let (_, ana) = world.pair();
    default_branch_is_trunk(&world, &ana);
    ana.run(["sync", "--follow"]).ok().says("alone");
    ana.git(["-C", &remote(&world), "symbolic-ref", "HEAD", "refs/heads/main"])
        .ok();
    ana.run(["sync", "--branch", "main"]).ok().says("in sync");
}

#[test]
fn a_plain_clone_of_a_fork_says_that_it_is_alone() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let fork = world.path("fork.git").to_str().unwrap().to_owned();
    ana.git(["clone", "-q", "--bare", &remote(&world), &fork]).ok();
    ana.git(["clone", "-q", &fork, "../forked"]).ok();
    let forked = ana.in_folder("../forked");
    forked.git(["remote", "add", "upstream", &remote(&world)]).ok();
    forked.run(["add", "written in the fork"]).ok();
    for _ in 0..2 {
        let synced = forked.run(["sync"]).ok();
        synced.says("alone").says("they may sync with");
    }
    // Sam fetches the fork by plain Git, and pushes there.
    sam.git(["pull", "-q", "--no-rebase", &fork, "main"]).ok();
    sam.run(["add", "an answer"]).ok();
    sam.git(["push", "-q", &fork, "HEAD:main"]).ok();
    forked.run(["sync"]).ok().says("in sync");
}
