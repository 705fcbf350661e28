//! Entries whose author somebody took out or changed (docs/privacy.md#words-of-mine, docs/command-line.md#restore).

use serde_json::json;

use crate::own_words::{named, pair_and_host, paste_restores, pull, push, reword};
use crate::world::{Person, sync_all};

/// An entry of Ana's, and one of Sam's, as Ana lists them.
fn listed(person: &Person, id: &str) -> (serde_json::Value, serde_json::Value) {
    let entry = person.run(["--json", "show", id]).ok().json()["entry"].clone();
    (entry["by"].clone(), entry["text"].clone())
}

/// The lines of a record without those that begin so, in the entry of an id alone.
fn without_key(record: &str, id: &str, key: &str) -> String {
    let (mut inside, mut kept) = (false, Vec::new());
    for line in record.lines() {
        if line.starts_with("id = ") {
            inside = line.contains(id);
        }
        if !(inside && line.starts_with(key)) {
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}

#[test]
fn an_entry_without_its_author_or_its_time_is_said_and_comes_back() {
    for key in ["by = ", "at = "] {
        for visibility in ["--shared", "--confidential", "--private"] {
            let (_world, sam, ana, host) = pair_and_host();
            let mine = ana.add([visibility, "note", "of ana"]);
            let theirs = sam.add([visibility, "note", "of sam"]);
            sync_all(&[&ana, &sam, &ana]);
            let before = ana.read("agenda.toml");
            pull(&host);
            let spoilt = without_key(&before, &mine, key);
            host.write("agenda.toml", &without_key(&spoilt, &theirs, key));
            push(&host);
            let case = format!("{key} {visibility}");
            for sync in 0..2 {
                let run = ana.run(["sync"]);
                assert!(run.err.contains("out of 2 entries"), "{case} {sync}: {}", run.err);
                assert!(
                    run.err.contains(&mine) && run.err.contains(&theirs),
                    "{case}: {}",
                    run.err
                );
            }
            ana.run(["status"]).ok().says("out of 2 entries");
            let check = ana.run(["check"]).fails(3);
            let words = format!("entry {mine} is in no list");
            assert!(check.out.contains(&words), "{case}: {}", check.out);
            ana.run(["restore", &mine[..4]]).ok();
            assert_eq!(listed(&ana, &mine), (json!("ana"), json!("of ana")), "{case}");
            // Sam alone puts back an entry that is private to him.
            match visibility {
                "--private" => drop(ana.run(["restore", &theirs]).fails(1)),
                _ => drop(ana.run(["restore", &theirs]).ok()),
            }
            sync_all(&[&ana, &sam]);
            if visibility == "--private" {
                sam.run(["restore", &theirs]).ok();
                sync_all(&[&sam, &ana]);
            }
            assert_eq!(listed(&sam, &theirs), (json!("sam"), json!("of sam")), "{case}");
            for person in [&ana, &sam] {
                let quiet = person.run(["status"]).ok();
                assert!(!quiet.err.contains("no list"), "{case}: {}", quiet.err);
                person.run(["check"]).ok();
            }
            assert_eq!(ana.read("agenda.toml"), before, "{case}");
        }
    }
}

/// Gives an entry of Ana's to Sam, and writes other words into it.
fn steal(host: &Person, id: &str) -> String {
    pull(host);
    let agenda = host.read("agenda.toml");
    let at = agenda.find(id).unwrap();
    let (head, rest) = agenda.split_at(at);
    let rest = rest.replacen("by = \"ana\"", "by = \"sam\"", 1);
    host.write(
        "agenda.toml",
        &format!("{head}{}", rest.replacen("as ana wrote", "as it was stolen", 1)),
    );
    push(host)
}

#[test]
fn the_way_back_that_is_told_works_though_the_entry_was_touched_since() {
    for told in [false, true] {
        for name in ["Plain Git", "Sam Lee", "Ana"] {
            let (_world, sam, ana, host) = pair_and_host();
            let id = ana.add(["note", "as ana wrote"]);
            sync_all(&[&ana, &sam]);
            let commit = steal(&named(&host, name), &id);
            sam.run(["sync"]).ok();
            sam.run(["done", &id]).ok();
            sam.run(["edit", &id, "-t", "planning"]).ok();
            sam.run(["sync"]).ok();
            reword(&host, "as it was stolen", "as it was spun on");
            push(&named(&host, name));
            let run = ana.run(["sync"]).ok();
            let run = run.says("given to another author").says(&format!("by {commit}"));
            match told {
                true => drop(paste_restores(&ana, &run)),
                false => drop(ana.run(["restore", &id]).ok()),
            }
            assert_eq!(
                listed(&ana, &id),
                (json!("ana"), json!("as ana wrote")),
                "{told} {name}"
            );
            ana.run(["sync"]).ok();
            sam.run(["sync"]).ok();
            assert_eq!(
                listed(&sam, &id),
                (json!("ana"), json!("as ana wrote")),
                "{told} {name}"
            );
        }
    }
}

#[test]
fn words_that_the_author_wrote_since_stay_in_an_entry_that_comes_back() {
    let (_world, sam, ana, host) = pair_and_host();
    let id = ana.add(["note", "as ana wrote"]);
    sync_all(&[&ana, &sam]);
    steal(&host, &id);
    ana.run(["sync"]).ok();
    ana.run(["edit", &id, "-t", "planning"]).ok();
    ana.run(["restore", &id]).ok();
    assert_eq!(listed(&ana, &id), (json!("ana"), json!("as ana wrote")));
    let entry = ana.run(["--json", "show", &id]).json()["entry"].clone();
    assert_eq!(entry["themes"], json!(["planning"]));
}
