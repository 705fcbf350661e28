//! Every alarm about an entry that arrived wider can be ended, by what the words say: after a rewritten history, with a key
//! that is lost, and where the bait is gone again (docs/privacy.md#entries-that-arrive-wider).

use crate::own_words::paste_restores;
use crate::wider::{BAIT, LATER, SECRET, at_the_remote, commit, noted, put, remove_entry, sams_plain_clone};
use crate::world::{Person, sync_all, without};

/// Replaces the history at the remote by one commit in which something else stands under the id of an entry.
fn rewrite_with_bait(host: &Person, id: &str, keys: &str) {
    host.git(["pull", "-q"]).ok();
    host.git(["checkout", "-q", "--orphan", "anew"]).ok();
    host.git(["commit", "-qm", "all at once"]).ok();
    host.git(["branch", "-q", "-M", "anew", "main"]).ok();
    let agenda = host.read("agenda.toml");
    let agenda = without(&agenda, id).0;
    let entry = format!("\n[[entry]]\nid = \"{id}\"\nat = 2026-11-20T10:00:00Z\n{keys}\n");
    host.write("agenda.toml", &(agenda.trim_end().to_owned() + "\n" + &entry));
    host.git(["commit", "-qa", "--amend", "-m", "all at once"]).ok();
    host.git(["push", "-q", "--force", "origin", "main"]).ok();
}

/// Lets no object stand that only an older history names.
fn forget_old_histories(person: &Person) {
    let kept = person.git(["for-each-ref", "--format=%(refname)", "refs/oneonone/kept"]);
    for name in kept.ok().out.lines() {
        person.git(["update-ref", "-d", name]).ok();
    }
    person.git(["reflog", "expire", "--expire=now", "--all"]).ok();
    person.git(["gc", "-q", "--prune=now"]).ok();
}

#[test]
fn after_a_rewrite_the_author_goes_on_from_the_last_text_that_this_clone_knew() {
    for answer in ["restore", "edit", "edit in the editor"] {
        for bait in [
            BAIT,
            "by = \"ana\"\nvisibility = \"confidential\"\nsealed = \"not for her\"",
        ] {
            let (world, _sam, ana, id) = noted(&["--private"]);
            rewrite_with_bait(&world.host(), &id, bait);
            ana.run(["sync"]).fails(3);
            ana.run(["sync", "--take-rewrite"]).fails(3).says(&id);
            match answer {
                "restore" => drop(ana.run(["restore", &id]).ok()),
                "edit" => drop(ana.type_in(LATER, ["edit", &id, "-"]).ok()),
                _ => {
                    let ana = ana.with("EDITOR", "printf 'more\\n' >>");
                    ana.run(["edit", &id]).ok();
                }
            }
            let shown = ana.run(["show", &id]).ok().out;
            assert!(
                shown.contains(SECRET) || shown.contains(LATER),
                "{answer}: {shown}"
            );
            assert!(!shown.contains("bait"), "{answer}: {shown}");
            ana.run(["sync"]).ok();
            ana.run(["check"]).ok();
            let objects = at_the_remote(&world, &ana);
            assert!(!objects.contains(SECRET) && !objects.contains(LATER), "{answer}");
        }
    }
}

#[test]
fn an_older_seal_before_a_bait_hides_no_later_words() {
    for (way, kind) in [
        ("by the host", "--private"),
        ("in her name", "--private"),
        ("removed between", "--private"),
        ("sealed by the host", "--private"),
        ("by the host", "--confidential"),
        ("beside an unsent edit", "--private"),
    ] {
        let (world, _sam, ana, id) = noted(&[kind]);
        let entry_of = |person: &Person| without(&person.read("agenda.toml"), &id).1;
        let older = entry_of(&ana);
        ana.type_in(LATER, ["edit", &id, "-"]).ok();
        ana.run(["sync"]).ok();
        let host = world.host();
        let last = match way {
            "beside an unsent edit" => {
                ana.type_in("and what she did not send", ["edit", &id, "-"]).ok();
                "and what she did not send"
            }
            _ => LATER,
        };
        if way == "in her name" {
            host.git(["config", "user.name", "Ana Diaz"]).ok();
        }
        if way == "removed between" {
            remove_entry(&host, &id);
        }
        let older = match way {
            "sealed by the host" => {
                let seal = entry_of(&ana).replace(
                    "BEGIN AGE ENCRYPTED FILE-----\n",
                    "BEGIN AGE ENCRYPTED FILE-----\nAAAA",
                );
                assert_ne!(seal, entry_of(&ana));
                seal
            }
            _ => older,
        };
        let agenda = host.read("agenda.toml");
        let rest = match agenda.contains(&id) {
            true => without(&agenda, &id).0,
            false => agenda,
        };
        host.write(
            "agenda.toml",
            &format!("{}\n\n{}", rest.trim_end(), older.trim_start()),
        );
        commit(&host);
        put(&host, &id, BAIT);
        let told = ana.run(["sync"]).fails(3);
        told.says("another text was put in the place of your last one");
        ana.run(["check"]).fails(3);
        ana.run(["restore", &id]).ok();
        let shown = ana.run(["show", &id]).ok().out;
        assert!(shown.contains(last), "{way} {kind}: {shown}");
        ana.run(["sync"]).ok();
        ana.run(["check"]).ok();
        assert!(!at_the_remote(&world, &ana).contains(LATER), "{way}");
    }
}

#[test]
fn a_bait_that_she_closed_before_the_rewrite_is_not_taken_for_her_words() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    let host = world.host();
    put(&host, &id, &BAIT.replace("note", "topic"));
    ana.run(["sync"]).fails(3);
    ana.run(["done", &id]).ok();
    ana.run(["sync"]).fails(3);
    // The host writes the same commits anew, but for the first one.
    host.git(["pull", "-q"]).ok();
    let sealed = host.read("agenda.toml");
    rewrite_with_bait(&host, &id, &BAIT.replace("note", "topic"));
    host.write("agenda.toml", &sealed);
    commit(&host);
    ana.run(["sync"]).fails(3);
    ana.run(["sync", "--take-rewrite"]).fails(3).says(&id);
    ana.run(["restore", &id]).ok();
    let shown = ana.run(["show", &id]).ok().out;
    assert!(shown.contains(SECRET) && !shown.contains("bait"), "{shown}");
    ana.run(["sync"]).ok();
}

#[test]
fn without_any_earlier_version_the_error_is_true_and_each_way_on_works() {
    for way in 0..3 {
        let (world, _sam, ana, id) = noted(&["--private"]);
        rewrite_with_bait(&world.host(), &id, BAIT);
        ana.run(["sync", "--take-rewrite"]).fails(3);
        forget_old_histories(&ana);
        let failed = ana.run(["restore", &id]).fails(1);
        let failed = failed.says("no version of").says("is in this clone");
        assert!(
            !failed.err.contains("nothing that somebody else changed"),
            "{}",
            failed.err
        );
        let ways = failed.commands("oneonone ");
        assert_eq!(ways.len(), 3, "{}", failed.err);
        match ways[way] {
            edit if edit.starts_with("oneonone edit ") => {
                // A field alone has no text to go with.
                ana.run(["edit", &id, "--theme", "worries"]).fails(1);
                ana.with("EDITOR", "printf 'written anew\\n' >").paste(edit).ok();
                let shown = ana.run(["--json", "show", &id]).ok().json();
                assert_eq!(shown["entry"]["text"], "written anew");
                assert_eq!(shown["entry"]["visibility"], "private");
                ana.type_in(LATER, ["edit", &id, "-"]).ok();
            }
            command => drop(ana.paste(command).ok()),
        }
        ana.run(["sync"]).ok();
        ana.run(["check"]).ok();
        let objects = at_the_remote(&world, &ana);
        assert!(!objects.contains("written anew") && !objects.contains(LATER));
    }
    // By one command, too.
    let (world, _sam, ana, id) = noted(&["--private"]);
    rewrite_with_bait(&world.host(), &id, BAIT);
    ana.run(["sync", "--take-rewrite"]).fails(3);
    forget_old_histories(&ana);
    ana.type_in(LATER, ["edit", &id, "-"])
        .ok()
        .says("your new one alone");
    assert!(ana.run(["show", &id]).ok().out.contains(LATER));
    ana.run(["sync"]).ok();
    assert!(!at_the_remote(&world, &ana).contains(LATER));
}

/// Her key is lost, or the seal was none from the beginning.
#[test]
fn an_alarm_whose_sealed_form_no_key_opens_can_be_ended() {
    for way in ["restore", "edit", "share"] {
        for bait in [
            BAIT,
            "by = \"ana\"\nvisibility = \"confidential\"\nsealed = \"not for her\"",
        ] {
            let (world, sam, ana, _) = noted(&["--private"]);
            let host = world.host();
            let id = "kkkkkkkkmmmm";
            put(
                &host,
                id,
                "by = \"ana\"\nvisibility = \"private\"\nsealed = \"no seal\"",
            );
            sync_all(&[&ana, &sam]);
            put(&host, id, bait);
            let told = ana.run(["sync"]).fails(3).says(id);
            match way {
                "edit" => drop(ana.type_in(LATER, ["edit", id, "-"]).ok()),
                way => drop(ana.paste(told.command(&format!("oneonone {way} "))).ok()),
            }
            ana.run(["sync"]).ok();
            sam.run(["sync"]).ok();
            assert!(!at_the_remote(&world, &ana).contains(LATER));
            match way {
                "edit" => assert!(ana.run(["show", id]).ok().out.contains(LATER)),
                "restore" => {
                    let agenda = sam.read("agenda.toml");
                    assert!(agenda.contains("no seal") && !agenda.contains("bait"), "{agenda}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_bait_that_came_and_went_within_one_sync_does_not_come_back() {
    for (kind, by_sam) in [
        ("--private", false),
        ("--private", true),
        ("--confidential", false),
        ("--confidential", true),
    ] {
        for bait in [BAIT.to_owned(), BAIT.replace("ana", "sam"), "sealed".to_owned()] {
            for way in ["restore", "told", "before the removal"] {
                // Right before that it stood so, for nobody but her.
                if bait == "sealed" && way == "before the removal" {
                    continue;
                }
                let (world, _sam, ana, id) = noted(&[kind]);
                let by = match by_sam {
                    true => sams_plain_clone(&world),
                    false => world.host(),
                };
                put(&by, &id, if bait == "sealed" { BAIT } else { &bait });
                if bait == "sealed" {
                    let keys = "by = \"ana\"\nvisibility = \"private\"\nsealed = \"bait\"";
                    put(&by, &id, keys);
                }
                remove_entry(&by, &id);
                let removal = by.short_head();
                let run = ana.run(["sync"]).ok().says("removed 1 entry of yours");
                match way {
                    "restore" => drop(ana.run(["restore", &id]).ok()),
                    "told" => drop(paste_restores(&ana, &run)),
                    _ => drop(ana.run(["restore", "--before", &removal, &id]).ok()),
                }
                let shown = ana.run(["show", &id]).ok().out;
                let name = format!("{kind} {bait} {by_sam} {way}");
                assert!(
                    shown.contains(SECRET) && !shown.contains("bait"),
                    "{name}: {shown}"
                );
                ana.run(["sync"]).ok();
                ana.run(["check"]).ok();
                assert!(!at_the_remote(&world, &ana).contains(SECRET), "{name}");
            }
        }
    }
}

#[test]
fn an_edit_that_names_other_readers_changes_nothing_while_an_alarm_stands() {
    let (world, sam, ana, id) = noted(&["--confidential"]);
    let host = world.host();
    put(&host, &id, BAIT);
    ana.run(["sync"]).fails(3);
    let before = ana.head();
    for flags in [
        &["--shared"][..],
        &["--private"],
        &["--shared", "--theme", "worries"],
    ] {
        let failed = ana.run([&["edit", &id, "other words"], flags].concat()).fails(3);
        failed.says("oneonone restore").says("oneonone share --seen");
        assert_eq!(ana.head(), before);
        ana.run(["sync"]).fails(3);
    }
    // The readers of before are no other ones.
    ana.type_in(LATER, ["edit", &id, "-", "--confidential"]).ok();
    ana.run(["sync"]).ok();
    assert!(!at_the_remote(&world, &ana).contains(LATER));
    // The other member says who reads their words, and is told that this answers nothing.
    put(&host, &id, BAIT);
    sam.run(["sync"]).ok().says("more readers");
    sam.type_in("by sam", ["edit", &id, "-"])
        .fails(3)
        .says("--shared");
    let edited = sam.type_in("by sam", ["edit", &id, "-", "--shared"]).ok();
    edited.says("nobody but ana can say whether it was to be so");
    sam.run(["sync"]).ok();
    ana.run(["sync"]).fails(3).says(&id);
    ana.run(["restore", &id]).ok();
    assert!(ana.run(["log"]).ok().out.contains(LATER));
    ana.run(["sync"]).ok();
}

/// Sam gives an entry of Ana's to himself, by hand.
#[test]
fn an_entry_that_was_given_away_comes_back_by_whatever_is_named() {
    for kind in ["--private", "--confidential", "--shared"] {
        for way in ["told", "restore", "check"] {
            let (_world, sam, ana, id) = noted(&[kind]);
            let entry = without(&sam.read("agenda.toml"), &id).1;
            let given = entry.replace("by = \"ana\"", "by = \"sam\"");
            sam.write("agenda.toml", &sam.read("agenda.toml").replace(&entry, &given));
            sam.commit_unguarded("mine");
            sam.git(["push", "-q"]).ok();
            let name = format!("{kind}, {way}");
            let told = ana.run(["sync"]).says("given to another author");
            match way {
                "told" => drop(paste_restores(&ana, &told)),
                "restore" => drop(ana.run(["restore", &id]).ok()),
                _ if kind == "--shared" => drop(paste_restores(&ana, &told)),
                _ => {
                    let check = ana.run(["check"]).fails(3);
                    let line = check
                        .err
                        .lines()
                        .find_map(|line| line.split_once("oneonone restore "));
                    let words = line.unwrap_or_else(|| panic!("{name}: {}", check.err)).1;
                    ana.run(["restore"].into_iter().chain(words.trim().split(' ')))
                        .ok();
                }
            }
            let shown = ana.run(["--json", "show", &id]).ok().json();
            assert_eq!(shown["entry"]["by"], "ana", "{name}");
            assert_eq!(shown["entry"]["text"], SECRET, "{name}");
            ana.run(["sync"]).ok();
            ana.run(["check"]).ok();
            // Nobody is told to take her answer back.
            let sams = sam.run(["sync"]);
            assert!(!sams.err.contains("of yours"), "{name}: {}", sams.err);
            assert_eq!(sams.code, 0, "{name}: {}", sams.err);
            sam.run(["check"]).ok();
            sam.run(["restore", &id]).fails(1);
            sync_all(&[&sam, &ana]);
            assert!(sam.read("agenda.toml").contains("by = \"ana\""), "{name}");
        }
    }
}

#[test]
fn a_purged_entry_does_not_come_back_out_of_the_history_that_was_replaced() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    let host = world.host();
    host.git(["pull", "-q"]).ok();
    host.git(["checkout", "-q", "--orphan", "anew"]).ok();
    let agenda = without(&host.read("agenda.toml"), &id).0;
    host.write("agenda.toml", &agenda);
    host.git(["commit", "-qam", "all at once"]).ok();
    host.git(["push", "-q", "--force", "origin", "anew:main"]).ok();
    ana.run(["sync", "--take-rewrite"]).ok();
    ana.run(["restore", &id]).fails(1);
    // Nor does it by way of a bait under its id: an edit begins anew.
    let bait = format!(
        "\n[[entry]]\nid = \"{id}\"\nby = \"ana\"\nkind = \"note\"\nat = 2026-11-20T10:00:00Z\ntext = \"bait\"\n"
    );
    host.write("agenda.toml", &(agenda + &bait));
    host.git(["commit", "-qam", "bait"]).ok();
    host.git(["push", "-q", "origin", "anew:main"]).ok();
    ana.run(["sync"]).fails(3);
    ana.run(["restore", &id]).fails(1);
    // An edit that makes no sense answers nothing.
    ana.run(["edit", &id, "new words", "--due", "2026-12-30"])
        .fails(2);
    ana.run(["check"]).fails(3);
    ana.type_in("fresh words", ["edit", &id, "-"]).ok();
    let shown = ana.run(["--json", "show", &id]).ok().json();
    assert_eq!(shown["entry"]["text"], "fresh words");
    assert_eq!(shown["entry"]["visibility"], "private");
    let log = ana.git(["log", "--format=%s", "origin/main..HEAD"]).ok().out;
    assert_eq!(
        log.lines().count(),
        1,
        "one commit, with the new text alone: {log}"
    );
}

/// Sixteen hundred alarms at once: what is shown is bounded, and each of the steps takes time by their number alone.
#[test]
fn many_alarms_are_listed_and_ended_in_no_time() {
    let (world, _sam, ana, _) = noted(&["--private"]);
    let host = world.host();
    let count = 1600;
    let id = |n: usize| {
        let letter = |at: u32| char::from(b'k' + u8::try_from(n / 16_usize.pow(at) % 16).unwrap());
        format!("kkkkkkkk{}{}{}{}", letter(3), letter(2), letter(1), letter(0))
    };
    let entries = |keys: &str| -> String {
        let one = |n| {
            format!(
                "\n[[entry]]\nid = \"{}\"\nby = \"ana\"\nat = 2026-11-20T10:00:00Z\n{keys}\n",
                id(n)
            )
        };
        (0..count).map(one).collect()
    };
    let agenda = host.read("agenda.toml");
    let text = "x".repeat(150);
    for keys in [
        format!("visibility = \"private\"\nsealed = \"{text}\""),
        format!("kind = \"note\"\ntext = \"{text}\""),
    ] {
        host.git(["pull", "-q"]).ok();
        host.write(
            "agenda.toml",
            &format!("{}{}", agenda.trim_end().to_owned() + "\n", entries(&keys)),
        );
        commit(&host);
        ana.run(["sync"]);
    }
    let timed = |args: &[&str], code: i32| {
        let begun = std::time::Instant::now();
        let run = ana.run(args).fails(code);
        assert!(begun.elapsed().as_secs() < 10, "{args:?}: {:?}", begun.elapsed());
        run
    };
    let check = timed(&["check"], 3);
    assert!(check.err.lines().count() < 1000);
    check.says("and 1550 more").says("1600 wrong");
    let json = timed(&["--json", "check"], 3).json();
    assert_eq!(json["problems"].as_array().unwrap().len(), count);
    let ids: Vec<String> = (0..count).map(id).collect();
    let seen: Vec<&str> = ["share", "--seen"]
        .into_iter()
        .chain(ids.iter().map(String::as_str))
        .collect();
    let begun = std::time::Instant::now();
    ana.run(&seen).ok();
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    timed(&["check"], 0);
}
