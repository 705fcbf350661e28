//! A remote that is pushed to two addresses, or that had another address for a while: what one of them lost does not come back
//! to it unsaid (docs/sync.md#push, docs/sync.md#rewritten).

use crate::elsewhere::{VALUE, is_there, leak, replace_last_commit};
use crate::world::{Person, World, sync_all};

/// Sam pushes to a second address too.
fn two_addresses() -> (World, Person, Person, String) {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["add", "first"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    let other = world.remote("other.git").to_str().unwrap().to_owned();
    for url in [&world.address("remote.git"), &other] {
        sam.git(["remote", "set-url", "--add", "--push", "origin", url])
            .ok();
    }
    sam.git(["push", "-q"]).ok();
    (world, sam, ana, other)
}

#[test]
fn a_text_that_went_to_two_addresses_and_was_taken_out_at_one() {
    for by_git in [true, false] {
        let (world, sam, _ana, other) = two_addresses();
        match by_git {
            true => {
                leak(&sam);
                sam.git(["push", "-q"]).ok();
            }
            false => {
                sam.run(["add", VALUE]).ok();
                sam.run(["sync"]).ok();
            }
        }
        replace_last_commit(&world.host());
        sam.git(["fetch", "-q"]).ok();
        sam.run(["sync"]).fails(3).says("oneonone sync --take-rewrite");
        assert!(!is_there(&world, &sam), "{by_git}");
        sam.run(["sync", "--take-rewrite"]).ok();
        sam.run(["add", "later"]).ok();
        // The other address still has it.
        sam.run(["sync"]).ok().says(&other);
        assert!(!is_there(&world, &sam), "{by_git}");
    }
}

#[test]
fn a_text_that_was_taken_out_at_the_other_address_alone() {
    let (_world, sam, _ana, other) = two_addresses();
    sam.run(["add", VALUE]).ok();
    sam.run(["sync"]).ok();
    let sent = sam.tip_of(&other);
    sam.git(["-C", &other, "update-ref", "refs/heads/main", "main~1"])
        .ok();
    let purged = sam.tip_of(&other);
    sam.run(["sync"]).ok();
    sam.run(["add", "later"]).ok();
    sam.run(["sync"])
        .fails(3)
        .says("another address that is pushed to lost commits that were sent there")
        .says(&other);
    assert_eq!(sam.tip_of(&other), purged);
    sam.run(["sync", "--accept-rewrite"]).ok();
    sam.git(["-C", &other, "merge-base", "--is-ancestor", &sent, "main"])
        .ok();
    sam.run(["add", "last"]).ok();
    sam.run(["sync"]).ok();
}

#[test]
fn an_address_that_was_another_one_for_a_while_lost_nothing() {
    let world = World::new();
    let (sam, _ana) = world.pair();
    let other = world.remote("other.git").to_str().unwrap().to_owned();
    sam.run(["add", "unsent"]).ok();
    sam.git(["push", "-q", &other, "main"]).ok();
    sam.git(["remote", "set-url", "origin", &other]).ok();
    sam.git(["fetch", "-q"]).ok();
    sam.git(["remote", "set-url", "origin", &world.address("remote.git")])
        .ok();
    sam.git(["fetch", "-q"]).ok();
    sam.run(["sync"]).ok();
}

#[test]
fn where_a_sync_would_send_is_said_before_it_does() {
    let (world, sam, _ana, other) = two_addresses();
    let own = world.address("remote.git");
    let words = format!("a sync reads {own} and sends to {own} and to {other}\n");
    sam.run(["sync"]).ok();
    sam.run(["add", "more"]).ok();
    sam.run(["status"]).ok().says(&words);
    sam.run(["sync", "--dry-run"]).ok().says(&words);
    assert!(!sam.run(["sync"]).ok().err.contains("a sync reads"));
    // One alone that nobody reads.
    sam.git(["config", "--unset-all", "remote.origin.pushurl"]).ok();
    sam.git([
        "config",
        "remote.origin.pushurl",
        "https://me:s3cr3t@127.0.0.1:1/x.git",
    ])
    .ok();
    let words = format!("a sync reads {own} and sends to https://127.0.0.1:1/x.git\n");
    sam.run(["status"]).ok().says(&words);
    sam.run(["sync", "--dry-run"]).ok().says(&words);
    // Nothing is said of the usual one.
    sam.git(["config", "--unset-all", "remote.origin.pushurl"]).ok();
    for command in [&["status"][..], &["sync", "--dry-run"]] {
        assert!(!sam.run(command).ok().err.contains("a sync reads"));
    }
}
