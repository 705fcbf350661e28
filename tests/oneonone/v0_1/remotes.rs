//! A clone of a fork that version 0.1 made: the other member may read another remote of it (docs/sync.md#copies).

use super::old;
use crate::world::{World, sync_all};

#[test]
fn a_fork_that_it_synced_is_told_of() {
    let Some(old) = old("a fork that 0.1 synced") else {
        return;
    };
    for is_added_first in [true, false] {
        let world = World::new();
        let (sam, ana) = world.pair();
        let fork = world.copied_remote("remote.git", "fork.git");
        let forked = ana.cloned(&fork, "../forked");
        let add = || {
            let upstream = ["remote", "add", "upstream", &world.address("remote.git")];
            forked.git(upstream).ok();
        };
        if is_added_first {
            add();
        }
        forked.running(&old).run(["add", "by version 0.1"]).ok();
        forked.running(&old).run(["sync"]).ok();
        if !is_added_first {
            add();
        }
        let alone = forked.run(["--json", "sync", "--dry-run"]).ok().json();
        assert_eq!(alone["alone"], fork.as_str());
        for _ in 0..2 {
            let synced = forked.run(["sync"]).ok();
            synced.says("alone").says("the other member may sync with");
        }
        sam.run(["add", "where Sam reads"]).ok();
        sam.run(["sync"]).ok();
        forked.run(["sync"]).ok().says("has commits that are not here");
        forked.run(["sync", "--branch", "main"]).ok().says("in sync");
        forked.run(["sync"]).ok().says("in sync");
    }
}

#[test]
fn a_copy_that_fell_behind_is_told_of_until_the_other_writes() {
    let Some(old) = old("a copy of what 0.1 synced") else {
        return;
    };
    let world = World::new().running(&old);
    let (sam, ana) = world.pair();
    ana.run(["add", "by version 0.1"]).ok();
    sync_all(&[&ana, &sam]);
    let backup = world.copied_remote("remote.git", "backup.git");
    let new = std::path::Path::new(env!("CARGO_BIN_EXE_oneonone"));
    for person in [&sam, &ana] {
        person.git(["remote", "add", "backup", &backup]).ok();
    }
    let (sam, ana) = (sam.running(new), ana.running(new));
    sam.run(["sync"]).ok().says("in sync");
    sam.run(["add", "a word"]).ok();
    sam.run(["sync"]).ok().says("alone");
    // To each the word of the other came past it.
    for person in [&ana, &sam, &ana] {
        person.run(["add", "another word"]).ok();
        person.run(["sync"]).ok().says("in sync");
    }
}
