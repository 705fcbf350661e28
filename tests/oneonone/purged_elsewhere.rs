//! A person took a text out of the whole history. The rewritten history is at another branch or at another address, or
//! no sync has run in a clone yet: nothing of the text goes there unasked (docs/sync.md#another-branch-by-name,
//! docs/sync.md#rewritten).

use crate::purged::{VALUE, holding, holding_at, leaked, purge};
use crate::world::{Person, World, sync_all};

/// A value of Sam's own that was taken out, where the branch `to` alone has the rewritten history.
fn purged_onto(to: &str, keeps_main: bool) -> (World, Person, Person) {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "first"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["add", &format!("the token is {VALUE}")]).ok();
    sync_all(&[&sam, &ana]);
    purge(&ana);
    let remote = world.path("remote.git");
    let git = |args: &[&str]| drop(ana.git([&["-C", remote.to_str().unwrap()], args].concat()).ok());
    git(&["branch", to, "main"]);
    if !keeps_main {
        git(&["symbolic-ref", "HEAD", &format!("refs/heads/{to}")]);
        git(&["update-ref", "-d", "refs/heads/main"]);
    }
    assert_eq!(holding(&world, &ana), 0);
    sam.run(["add", "unsent"]).ok();
    (world, sam, ana)
}

#[test]
fn a_branch_that_is_named_gets_nothing_that_was_taken_out_of_the_one_before() {
    for keeps_main in [false, true] {
        let (world, sam, ana) = purged_onto("trunk", keeps_main);
        if keeps_main {
            sam.run(["sync"]).fails(3).says("oneonone sync --take-rewrite");
        } else {
            let asked = sam.run(["sync"]).fails(3);
            asked
                .says("oneonone sync --branch trunk")
                .says("sync asks whether the rest goes there");
        }
        sam.run(["sync", "--branch", "trunk"])
            .fails(3)
            .says("lacks what was last seen on main")
            .says(&format!("the token is {VALUE}"))
            .says("oneonone sync --branch trunk --take-rewrite")
            .says("oneonone sync --branch trunk --accept-rewrite");
        assert_eq!(holding(&world, &ana), 0, "{keeps_main}");
        let taken = sam.run(["sync", "--branch", "trunk", "--take-rewrite"]).ok();
        taken.says("1 entry that you had not sent is on top");
        sam.run(["sync"]).ok();
        assert_eq!(holding(&world, &ana), 0, "{keeps_main}");
        let agenda = sam.read("agenda.toml");
        assert!(
            agenda.contains("unsent") && agenda.contains("the token is gone"),
            "{agenda}"
        );
    }
}

#[test]
fn a_new_branch_beside_a_rewritten_one_gets_nothing_unasked() {
    for branch in ["new", "main"] {
        let (world, sam, ana) = purged_onto("trunk", false);
        sam.run(["sync", "--branch", branch])
            .fails(3)
            .says("trunk lacks what was last seen")
            .says("oneonone sync --branch trunk --take-rewrite")
            .says(&format!("oneonone sync --branch {branch} --accept-rewrite"));
        assert_eq!(holding(&world, &ana), 0, "{branch}");
        sam.run(["sync", "--branch", branch, "--accept-rewrite"]).ok();
        assert!(holding(&world, &ana) > 0, "{branch}");
    }
}

#[test]
fn a_rewritten_branch_that_the_remote_s_head_does_not_name_is_named() {
    let (world, sam, ana) = purged_onto("trunk", false);
    let remote = world.path("remote.git");
    ana.git([
        "-C",
        remote.to_str().unwrap(),
        "symbolic-ref",
        "HEAD",
        "refs/heads/main",
    ])
    .ok();
    let asked = sam.run(["sync"]).fails(3);
    let asked = asked
        .says("the branch trunk has a part of what was last seen")
        .says("oneonone sync --branch trunk");
    assert!(!asked.err.contains("--branch main"), "{}", asked.err);
    sam.run(["sync", "--branch", "main"])
        .fails(3)
        .says("oneonone sync --branch trunk --take-rewrite");
    assert_eq!(holding(&world, &ana), 0);
}

#[test]
fn a_branch_that_went_on_from_an_older_state_asks_nothing_while_the_one_before_stands() {
    let (world, sam, ana, _) = leaked();
    let remote = world.path("remote.git");
    ana.git(["-C", remote.to_str().unwrap(), "branch", "trunk", "main~1"])
        .ok();
    sam.run(["sync", "--branch", "trunk"]).ok();
    sam.run(["sync", "--branch", "main"]).ok();
}

/// The pair went to a new address with the rewritten history; Sam goes there by `goes`.
fn purged_and_moved(by_sam: bool, goes: impl Fn(&Person, &str)) -> (World, Person, Person, String) {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "first"]).ok();
    sync_all(&[&ana, &sam]);
    let leaks = if by_sam { &sam } else { &ana };
    leaks.run(["add", &format!("the token is {VALUE}")]).ok();
    sync_all(&[&sam, &ana, &sam, &ana]);
    purge(&ana);
    let new = world.remote("new.git").to_str().unwrap().to_owned();
    ana.git(["push", "-q", &new, "main"]).ok();
    goes(&sam, &new);
    sam.run(["add", "unsent"]).ok();
    (world, sam, ana, new)
}

/// How Sam comes to go to a new address.
type Goes = fn(&Person, &str);

fn sets_url(sam: &Person, new: &str) {
    sam.git(["remote", "set-url", "origin", new]).ok();
}

fn tracks_another(sam: &Person, new: &str) {
    sam.git(["remote", "add", "new", new]).ok();
    sam.git(["config", "branch.main.remote", "new"]).ok();
}

#[test]
fn at_another_address_both_ways_out_are_named_and_nothing_goes_before() {
    for by_sam in [true, false] {
        let ways: [(&[&str], Goes); 2] = [(&["sync"], sets_url), (&["sync", "--follow"], tracks_another)];
        for (sync, goes) in ways {
            let (_world, sam, ana, new) = purged_and_moved(by_sam, goes);
            let way = |out: &str| format!("oneonone {} {out}", sync.join(" "));
            sam.run(sync)
                .fails(3)
                .says("does not hold what was last seen at another address")
                .says(&format!("the token is {VALUE}"))
                .says("so that what it lacks stays out; the 1 entry that you have not sent is put on top")
                .says(&way("--take-rewrite"))
                .says("that the new address lacks, taken out or not, go there")
                .says(&way("--accept-rewrite"));
            assert_eq!(holding_at(&new, &ana), 0, "{by_sam} {sync:?}");
            let taken = sam.run([sync, &["--take-rewrite"]].concat()).ok();
            taken.says("took the rewritten history; 1 entry that you had not sent is on top");
            sam.run(["sync"]).ok();
            assert_eq!(holding_at(&new, &ana), 0, "{by_sam} {sync:?}");
            let agenda = sam.read("agenda.toml");
            assert!(
                agenda.contains("unsent") && agenda.contains("the token is gone"),
                "{agenda}"
            );
        }
    }
}

#[test]
fn at_another_address_with_another_history_there_is_one_way_out() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sync_all(&[&sam, &ana]);
    ana.git(["checkout", "-q", "--orphan", "squashed"]).ok();
    ana.git(["commit", "-qm", "all at once"]).ok();
    let new = world.remote("new.git").to_str().unwrap().to_owned();
    ana.git(["push", "-q", &new, "squashed:main"]).ok();
    sets_url(&sam, &new);
    for args in [&["sync"][..], &["sync", "--take-rewrite"]] {
        let asked = sam.run(args).fails(3).says("oneonone sync --accept-rewrite");
        assert!(!asked.err.contains("--take-rewrite"), "{}", asked.err);
    }
    sam.run(["sync", "--accept-rewrite"]).ok();
}

/// A clone that plain Git made, in which no sync has run.
fn clone_with_remote(world: &World, sam: &Person, remote: &str) -> Person {
    let folder = sam.cwd.with_file_name("plain");
    let url = world.path("remote.git");
    sam.git([
        "clone",
        "-q",
        "-o",
        remote,
        url.to_str().unwrap(),
        folder.to_str().unwrap(),
    ])
    .ok();
    sam.in_folder("../plain")
}

#[test]
fn a_leak_that_plain_git_sent_from_a_clone_in_which_no_sync_has_run() {
    for (remote, fetches) in [("origin", false), ("origin", true), ("hub", false), ("hub", true)] {
        let world = World::new();
        let (sam, ana) = world.pair();
        sam.run(["add", "first"]).ok();
        sync_all(&[&sam, &ana]);
        let sam = clone_with_remote(&world, &sam, remote);
        sam.run(["add", &format!("the token is {VALUE}")]).ok();
        sam.git(["push", "-q"]).ok();
        ana.run(["sync"]).ok();
        purge(&ana);
        if fetches {
            sam.git(["fetch", "-q"]).ok();
        }
        sam.run(["add", "unsent"]).ok();
        sam.run(["sync"]).fails(3).says("oneonone sync --take-rewrite");
        assert_eq!(holding(&world, &ana), 0, "{remote} {fetches}");
        sam.run(["sync", "--take-rewrite"]).ok();
        sync_all(&[&ana, &sam, &ana]);
        assert_eq!(holding(&world, &ana), 0, "{remote} {fetches}");
        let agenda = ana.read("agenda.toml");
        assert!(
            agenda.contains("unsent") && agenda.contains("the token is gone"),
            "{agenda}"
        );
    }
}
