//! Ways round the rule that only the author widens, and ways back that have to work: each was found by somebody who
//! attacked it (docs/privacy.md#widening).

use crate::own_words::{named, pair_and_host, paste_restores, pull, push, reword};
use crate::wider::{LATER, SECRET, at_the_remote, noted, put};
use crate::world::{Person, World, sync_all, without};

const CONFIDENTIAL: &[&str] = &["--confidential"];

/// The entry of Ana's as Sam would have everyone read it, under his own name or under none.
fn in_clear(id: &str, by: &str) -> String {
    format!(
        "\n[[entry]]\nid = \"{id}\"\nkind = \"note\"\n{by}at = 2026-11-24T00:00:00Z\ntext = \"{SECRET}\"\n"
    )
}

#[track_caller]
fn stays_here(world: &World, sam: &Person, what: &str) {
    sam.run(["sync"]).fails(3).says("who alone may share it");
    assert!(!at_the_remote(world, sam).contains(SECRET), "{what}");
}

#[test]
fn an_entry_that_was_removed_or_given_away_does_not_come_back_in_clear() {
    for by in ["by = \"sam\"\n", "", "by = \"ana\"\n"] {
        for path in ["agenda.toml", "agenda (1).toml", "meetings/2026/2026-11-17.toml"] {
            let (world, sam, _ana, id) = noted(CONFIDENTIAL);
            sam.run(["rm", &id]).ok();
            sam.run(["sync"]).ok();
            let head = if path.contains("2026") {
                "date = 2026-11-17\nstatus = \"held\"\n"
            } else {
                ""
            };
            sam.append(path, &format!("{head}{}", in_clear(&id, by)));
            sam.git(["add", "-A"]).ok();
            let guard = sam.git(["commit", "-qm", "back"]);
            assert!(guard.code != 0, "{path} {by:?}: {}", guard.err);
            sam.commit_unguarded("back");
            stays_here(&world, &sam, &format!("{path} {by:?}"));
        }
    }
    // He had made it his own before.
    let (world, sam, _ana, id) = noted(CONFIDENTIAL);
    sam.write(
        "agenda.toml",
        &sam.read("agenda.toml").replace("by = \"ana\"", "by = \"sam\""),
    );
    sam.commit_unguarded("his now");
    sam.run(["sync"]).ok();
    let agenda = without(&sam.read("agenda.toml"), &id).0;
    sam.write("agenda.toml", &(agenda + &in_clear(&id, "by = \"sam\"\n")));
    sam.commit_unguarded("and clear");
    stays_here(&world, &sam, "given away");
}

/// Pastes the commands of the hint that takes the commit back.
#[track_caller]
fn paste_way_back(person: &Person) {
    let run = person.run(["sync"]).fails(3);
    let commands = run.commands_to("take the commit back");
    assert!(commands.len() > 2, "{}", run.err);
    for command in commands {
        person.paste(command).ok();
    }
}

/// The commit stands on a history of its own, or on a branch that was merged: the way back is the branch without that merge.
#[test]
fn a_history_of_its_own_does_not_hide_it() {
    for checkout in [&["--orphan"][..], &["-b"]] {
        let (world, sam, ana, id) = noted(CONFIDENTIAL);
        let checkout = ["checkout", "-q"].iter().chain(checkout).chain(&["aside"]);
        sam.git(checkout).ok();
        let agenda = without(&sam.read("agenda.toml"), &id).0;
        sam.write("agenda.toml", &(agenda + &in_clear(&id, "by = \"sam\"\n")));
        sam.commit_unguarded("aside");
        sam.git(["checkout", "-q", "main"]).ok();
        let before = sam.add(["before the merge"]);
        let merge = ["merge", "-q", "--no-ff", "--allow-unrelated-histories"];
        let merge = merge.into_iter().chain(["-X", "theirs", "-m", "merge", "aside"]);
        sam.unguarded(merge).ok();
        stays_here(&world, &sam, "merged");
        paste_way_back(&sam);
        assert!(!at_the_remote(&world, &sam).contains(SECRET));
        ana.run(["sync"]).ok();
        let shown = ana.run(["--json", "show", &id]).ok().json();
        assert_eq!(shown["entry"]["text"], SECRET);
        ana.run(["show", &before]).ok();
    }
}

/// The whole branch begins with the commit, and the remote has branches that hold no pair.
#[test]
fn a_branch_that_begins_with_it_goes_back_to_what_was_sent() {
    let (world, sam, ana, id) = noted(CONFIDENTIAL);
    let host = world.host();
    for name in ["docs", "more-docs", "pages"] {
        host.git(["checkout", "-q", "--orphan", name]).ok();
        host.git(["rm", "-rfq", "--ignore-unmatch", "."]).ok();
        host.git(["commit", "-q", "--allow-empty", "-m", name]).ok();
        host.git(["push", "-q", "origin", name]).ok();
    }
    sam.git(["fetch", "-q"]).ok();
    sam.git(["checkout", "-q", "--orphan", "anew"]).ok();
    let agenda = without(&sam.read("agenda.toml"), &id).0;
    sam.write("agenda.toml", &(agenda + &in_clear(&id, "by = \"sam\"\n")));
    sam.commit_unguarded("anew");
    sam.git(["branch", "-q", "-M", "anew", "main"]).ok();
    stays_here(&world, &sam, "anew");
    paste_way_back(&sam);
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    let shown = ana.run(["--json", "show", &id]).ok().json();
    assert_eq!(shown["entry"]["text"], SECRET);
}

#[test]
fn a_broken_record_in_between_does_not_hide_it() {
    let (world, sam, _ana, id) = noted(CONFIDENTIAL);
    let good = sam.read("agenda.toml");
    sam.append("agenda.toml", "\nx = [\n");
    sam.commit_unguarded("broken");
    sam.git(["push", "-q"]).ok();
    let agenda = without(&good, &id).0;
    sam.write("agenda.toml", &(agenda + &in_clear(&id, "by = \"sam\"\n")));
    sam.commit_unguarded("mended");
    stays_here(&world, &sam, "mended");
}

/// My reply to an entry of the other member, or to one that is gone, is for those who could read that entry.
#[test]
fn a_reply_to_a_bait_is_for_those_who_could_read_what_stood_there() {
    for with_sync in [false, true] {
        let (world, sam, ana, id) = noted(&["--private"]);
        let concern = sam.add_typed("sam's worry", ["concern", "-"]);
        sync_all(&[&sam, &ana]);
        let host = world.host();
        put(&host, &concern, "by = \"sam\"\nkind = \"note\"\ntext = \"bait\"");
        host.write("agenda.toml", &without(&host.read("agenda.toml"), &id).0);
        host.git(["commit", "-qam", "and hers is gone"]).ok();
        host.git(["push", "-q"]).ok();
        match with_sync {
            true => drop(ana.run(["sync"])),
            false => drop(ana.git(["pull", "-q"]).ok()),
        }
        let run = ana.type_in(LATER, ["add", "note", "-", "--re", &concern]).ok();
        run.says("confidential: fewer people could read the entry that it follows");
        ana.append(
            "agenda.toml",
            &format!("\n[[entry]]\ntext = \"{LATER}, by hand\"\nre = \"{id}\"\n"),
        );
        ana.run(["sync"]);
        assert!(!at_the_remote(&world, &ana).contains(LATER), "{with_sync}");
    }
}

/// A row beside the seal of the other member, by hand: it is refused before anything is committed.
#[test]
fn a_hand_edit_opens_no_entry_by_a_row_of_a_conflict() {
    let (_world, sam, _ana, id) = noted(CONFIDENTIAL);
    let agenda = sam.read("agenda.toml");
    let row = format!(
        "\n[[entry.conflict]]\nfield = \"body\"\nvisibility = \"shared\"\nkind = \"note\"\ntext = \"{SECRET}\"\n"
    );
    let (others, entry) = without(&agenda, &id);
    sam.write(
        "agenda.toml",
        &format!("{}\n{}{row}", others.trim_end(), entry.trim_end()),
    );
    let head = sam.head();
    for command in [&["add", "beside it"][..], &["sync"]] {
        sam.run(command)
            .fails(1)
            .says("holds in clear what fewer people may read");
    }
    assert_eq!(sam.head(), head);
}

/// Whoever may read an entry of the other member brings it back under its seal: that widens nothing.
#[test]
fn an_entry_of_the_other_member_comes_back_under_its_seal() {
    let (_world, sam, ana, id) = noted(CONFIDENTIAL);
    for way in ["restore", "undo", "revert"] {
        sam.run(["rm", &id]).ok();
        if way != "undo" {
            sam.run(["sync"]).ok();
        }
        match way {
            "revert" => drop(sam.git(["revert", "--no-edit", "HEAD"]).ok()),
            "undo" => drop(sam.run(["undo"]).ok()),
            _ => drop(sam.run(["restore", &id]).ok()),
        }
        sam.run(["add", "goes on"]).ok();
        sam.run(["sync"]).ok();
        ana.run(["sync"]).ok();
        let shown = ana.run(["--json", "show", &id]).ok().json();
        assert_eq!(shown["entry"]["text"], SECRET, "{way}");
    }
}

/// An entry that its author shared is answered in clear to no more than the two of us, and for no fewer.
#[test]
fn a_reply_to_what_its_author_shared_is_read_by_both() {
    let (_world, sam, ana, id) = noted(&["--private"]);
    ana.run(["share", &id, "--yes"]).ok();
    sync_all(&[&ana, &sam]);
    let reply = sam
        .type_in("an answer", ["--json", "add", "note", "-", "--re", &id])
        .ok();
    assert_eq!(reply.json()["entry"]["visibility"], "confidential");
    sync_all(&[&sam, &ana]);
    let reply = reply.json()["entry"]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        ana.run(["--json", "show", &reply]).ok().json()["entry"]["text"],
        "an answer"
    );
}

/// Only she chooses the value that more people read.
#[test]
fn a_conflict_with_a_bait_is_resolved_for_more_readers_by_the_author_alone() {
    let (world, sam, ana, id) = noted(CONFIDENTIAL);
    put(&world.host(), &id, crate::wider::BAIT);
    sam.type_in("what sam makes of it", ["edit", &id, "-"]).ok();
    sam.run(["sync"]);
    let shown = sam.run(["--json", "conflicts"]).json();
    let values = shown["entries"].as_array().map_or(0, Vec::len);
    assert_eq!(values, 1, "{shown}");
    let refused = sam.run(["resolve", &id, "--take", "2"]).fails(4);
    refused.says("only ana can choose it");
    sam.run(["resolve", &id, "--take", "1"]).ok();
    ana.run(["sync"]).fails(3);
}

#[test]
fn nobody_is_locked_out_of_a_seal_that_was_copied_in_their_name() {
    let (_world, sam, ana, host) = pair_and_host();
    let id = ana.add(["note", "hers alone", "--private"]);
    sync_all(&[&ana, &sam]);
    pull(&host);
    let copied = without(&host.read("agenda.toml"), &id)
        .1
        .replace(&id, "kkkkllllmmmm");
    host.append("agenda.toml", &format!("\n{copied}"));
    push(&host);
    let run = ana.run(["sync"]);
    assert!(run.err.contains("    oneonone rm kkkkllllmmmm\n"), "{}", run.err);
    sam.run(["sync"]);
    sam.run(["rm", "kkkkllllmmmm"]).fails(4);
    ana.run(["rm", "kkkkllllmmmm"]).ok();
    ana.run(["check"]).ok();
    ana.run(["sync"]).ok();
    assert!(ana.read("agenda.toml").contains(&id));
}

/// A record that was broken after somebody had put a bait there: the version that comes back holds the bait, which is out.
#[test]
fn a_record_with_a_bait_can_be_put_back() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    let host = world.host();
    put(&host, &id, crate::wider::BAIT);
    host.append("agenda.toml", "\nx = [\n");
    host.git(["commit", "-qam", "broken"]).ok();
    host.git(["push", "-q"]).ok();
    ana.run(["sync"]).fails(3);
    ana.run(["restore", "agenda.toml"]).ok();
    ana.run(["restore", &id]).ok();
    ana.run(["add", "later words"]).ok();
    ana.run(["sync"]).ok();
    assert!(!at_the_remote(&world, &ana).contains(SECRET));
    assert_eq!(
        ana.run(["--json", "show", &id]).ok().json()["entry"]["text"],
        SECRET
    );
}

/// Somebody changed my words, and somebody else went on from that: both are named, and the words come back.
#[test]
fn each_who_changed_my_words_is_named() {
    let (_world, sam, ana, host) = pair_and_host();
    let id = ana.add(["what ana means"]);
    sync_all(&[&ana, &sam]);
    reword(&host, "what ana means", "what the host says");
    let by_host = push(&host);
    sam.run(["sync"]).ok();
    sam.type_in("what the host says\nsam asks when", ["edit", &id, "-"])
        .ok();
    sam.run(["sync"]).ok();
    let run = ana.run(["sync"]).ok();
    assert!(
        run.err.contains(&format!("restore --before {by_host} {id}")),
        "{}",
        run.err
    );
    paste_restores(&ana, &run);
    assert_eq!(
        ana.run(["--json", "show", &id]).ok().json()["entry"]["text"],
        "what ana means"
    );
}

/// A name that the host gave me is no reason to take my own words for somebody else's.
#[test]
fn words_written_under_a_false_name_go_out_once_it_is_put_back() {
    let (_world, sam, ana, host) = pair_and_host();
    sync_all(&[&sam, &ana]);
    pull(&host);
    host.write(
        "pair.toml",
        &host.read("pair.toml").replace("name = \"Ana\"", "name = \"Sam\""),
    );
    push(&named(&host, "Host"));
    ana.run(["sync"]).ok();
    let id = ana.add(["written while misnamed"]);
    ana.run(["restore", "pair.toml"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    assert_eq!(
        sam.run(["--json", "show", &id]).ok().json()["entry"]["text"],
        "written while misnamed"
    );
}

/// A key that nobody can seal for counts as broken in the folder, and `check` names it on the branch.
#[test]
fn a_mistyped_key_is_called_so() {
    let (_world, sam, ana, host) = pair_and_host();
    let key = ana.key();
    let good = ana.read("pair.toml");
    ana.write("pair.toml", &good.replace(&key, &key[..key.len() - 1]));
    ana.run(["add", "goes on"])
        .ok()
        .says("a key of ana is no age recipient");
    ana.run(["sync"])
        .fails(1)
        .says("a key of ana is no age recipient");
    ana.git(["add", "pair.toml"]).ok();
    let guard = ana.git(["commit", "-qm", "a key"]);
    assert!(
        guard.code != 0 && guard.err.contains("is no age recipient"),
        "{}",
        guard.err
    );
    ana.run(["restore", "pair.toml"]).ok();
    assert_eq!(ana.read("pair.toml"), good);
    ana.run(["sync"]).ok();
    pull(&host);
    let sams = sam.key();
    host.write("pair.toml", &host.read("pair.toml").replace(&sams, "age1!"));
    push(&host);
    ana.run(["sync"]).ok();
    ana.run(["check"])
        .fails(3)
        .says("a key of sam is no age recipient")
        .says("oneonone key refuse");
    ana.run(["key", "trust", "sam"])
        .fails(4)
        .says("ask sam to run this, which puts their keys back\n    oneonone key refuse\n");
    sam.run(["sync"]).ok();
    sam.run(["key", "refuse"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["check"]).ok();
}
