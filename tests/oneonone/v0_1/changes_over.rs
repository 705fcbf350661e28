//! A clone of version 0.1 that has not synced with this version goes nowhere else without a word
//! (docs/sync.md#branch-and-remote).

use std::path::Path;

use super::old;
use crate::world::{Person, World};

/// Both members have synced with version 0.1, Ana goes on with this one.
fn clones(old: &Path) -> (World, Person, Person) {
    let world = World::new().running(old);
    let (sam, ana) = world.pair();
    ana.run(["add", "from before"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    let ana = ana.running(Path::new(env!("CARGO_BIN_EXE_oneonone")));
    (world, sam, ana)
}

#[test]
fn a_clone_that_tracks_a_fork_asks_at_its_first_sync() {
    let Some(old) = old("a_clone_that_tracks_a_fork_asks_at_its_first_sync") else {
        return;
    };
    let (world, sam, ana) = clones(&old);
    let fork = world.remote("fork.git");
    ana.git(["remote", "add", "fork", fork.to_str().unwrap()]).ok();
    ana.git(["push", "-qu", "fork", "main"]).ok();
    ana.run(["add", "after it"]).ok();
    let run = ana
        .run(["sync"])
        .fails(3)
        .says("tracks fork now, and the pair was synced with origin");
    assert!(run.err.contains("sync --follow"), "{}", run.err);
    ana.run(["status"]).ok().says("a sync would stop");
    // Version 0.1 goes on where it was, and so does this one.
    ana.git(["config", "branch.main.remote", "origin"]).ok();
    // Nobody has said yet that Sam does not read the fork.
    ana.run(["sync"]).ok().says("alone: 1 entry went");
    sam.run(["sync"]).ok();
    assert!(sam.read("agenda.toml").contains("after it"));
    ana.git(["config", "branch.main.remote", "fork"]).ok();
    ana.run(["sync"]).fails(3);
    ana.git(["push", "-q", "fork", "main"]).ok();
    ana.run(["sync", "--follow"]).ok().says("alone");
}

#[test]
fn a_clone_that_tracks_another_branch_stays_where_it_was() {
    let Some(old) = old("a_clone_that_tracks_another_branch_stays_where_it_was") else {
        return;
    };
    let (world, sam, ana) = clones(&old);
    ana.git(["push", "-qu", "origin", "main:team"]).ok();
    ana.run(["add", "after it"]).ok();
    ana.run(["sync"]).ok().says("in sync: 1 entry went");
    sam.run(["sync"]).ok();
    assert!(sam.read("agenda.toml").contains("after it"));
    let remote = world.path("remote.git");
    let team = ana
        .git(["-C", remote.to_str().unwrap(), "show", "team:agenda.toml"])
        .ok();
    assert!(!team.out.contains("after it"));
}
