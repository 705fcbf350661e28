//! Entries that are not restored, and histories that plain Git or a remote rewrote: each with the ways back.

use std::fs;

use super::entries::pair_with_entries;
use super::told::{Told, copied_with_remote};
use crate::world::{World, copy_folder, sync_all};

#[test]
fn what_is_not_restored_or_shared() {
    let world = World::new();
    let (_, ana) = pair_with_entries(&world);
    let mut told = Told::new("ways_back", &world);
    told.table(
        &ana,
        &[
            ("nobody else changed it", &["restore", "kk"]),
            (
                "nobody else changed the head of a record",
                &["restore", "agenda.toml"],
            ),
            ("no such commit", &["restore", "--before", "nosuch", "kk"]),
            ("two at a time", &["share", "kk", "ll"]),
        ],
    );
    ana.run(["add", "one of ana's"]).ok();
    let head = ana.head();
    told.run(
        "a commit that did not change it",
        &ana,
        &["restore", "--before", &head, "kk"],
    );
    let records = world.path("records");
    copy_folder(&ana.cwd, &records);
    fs::remove_dir_all(records.join(".git")).unwrap();
    let copied = ana.in_folder(records.to_str().unwrap());
    told.run("records in no repository", &copied, &["agenda"]);
    ana.git(["init", "-q", world.path("").to_str().unwrap()]).ok();
    told.run("records within a repository", &copied, &["agenda"]);
    let offline = ana.with("GIT_ALLOW_PROTOCOL", "ssh");
    ana.run(["add", "another one"]).ok();
    told.run("the protocol is refused", &offline, &["sync"]);
    told.run(
        "the protocol is refused",
        &offline,
        &["join", world.address("remote.git").as_str(), "elsewhere"],
    );
    told.compare();
}

#[test]
fn what_was_sent_and_rewritten() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("rewrites", &world);
    ana.run(["add", "a word that slipped"]).ok();
    sync_all(&[&ana, &sam]);
    let (here, _) = copied_with_remote(&world, &ana, "here");
    let (late, there) = copied_with_remote(&world, &ana, "late");
    for clone in [&here, &late] {
        let agenda = clone.read("agenda.toml").replace("slipped", "is fine");
        clone.write("agenda.toml", &agenda);
        clone.git(["commit", "-qa", "--amend", "--no-edit"]).ok();
    }
    told.run("rewritten here", &here, &["sync"]);
    sam.git(["remote", "set-url", "origin", &there]).ok();
    sam.run(["add", "sent meanwhile"]).ok();
    sam.run(["sync"]);
    sam.run(["sync", "--follow"]);
    told.run("rewritten here, and the other sent more", &late, &["sync"]);
    told.run("taken", &here, &["sync", "--accept-rewrite"]);
    let (both, own) = copied_with_remote(&world, &ana, "both");
    let other = world.remote("other.git").to_str().unwrap().to_owned();
    for url in [&own, &other] {
        both.git(["remote", "set-url", "--add", "--push", "origin", url])
            .ok();
    }
    both.run(["add", "to both addresses"]).ok();
    both.run(["sync"]).ok();
    both.git(["-C", &other, "update-ref", "refs/heads/main", "main~1"])
        .ok();
    both.run(["sync"]).ok();
    both.run(["add", "later"]).ok();
    let asked = told.run("another address lost it", &both, &["sync"]);
    told.git(
        "another address lost it: the way out",
        &both,
        &["remote", "set-url", "--delete", "--push", "origin", &other],
    );
    assert!(asked.commands("git remote set-url --delete --push origin").len() == 1);
    told.run("another address lost it: let go", &both, &["sync"]);
    both.git(["-C", &other, "update-ref", "-d", "refs/heads/main"])
        .ok();
    both.git(["remote", "set-url", "--add", "--push", "origin", &other])
        .ok();
    both.run(["add", "last"]).ok();
    told.run("another address lost its branch", &both, &["sync"]);
    let (second, _) = copied_with_remote(&world, &ana, "second");
    let third = world.remote("third.git").to_str().unwrap().to_owned();
    second.git(["remote", "set-url", "--add", "origin", &third]).ok();
    second.run(["add", "to a second address"]).ok();
    second.run(["sync"]).ok();
    second
        .git(["-C", &third, "update-ref", "refs/heads/main", "main~1"])
        .ok();
    second.run(["add", "later"]).ok();
    let asked = told.run("a second address lost it", &second, &["sync"]);
    assert!(asked.commands("git remote set-url --delete origin").len() == 1);
    second
        .git(["remote", "set-url", "--delete", "origin", &third])
        .ok();
    second.run(["sync"]).ok();
    told.compare();
}
