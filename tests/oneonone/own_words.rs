//! Words of mine that commits of others changed or removed: each is named, with who did it and the way back
//! (docs/privacy.md#words-of-mine).

use serde_json::{Value, json};

use crate::world::{Person, Run, World, sync_all};

/// Sam, Ana, and a clone of the host's that no program of ours has touched.
pub(crate) fn pair_and_host() -> (World, Person, Person, Person) {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.add(["a topic of sam's"]);
    sync_all(&[&sam, &ana]);
    let host = world.host();
    (world, sam, ana, host)
}

/// The host as somebody whose name its commits bear.
pub(crate) fn named(host: &Person, name: &str) -> Person {
    let host = host.with("GIT_AUTHOR_NAME", name);
    host.with("GIT_COMMITTER_NAME", name)
}

pub(crate) fn pull(host: &Person) {
    host.git(["pull", "-q"]).ok();
}

#[track_caller]
pub(crate) fn push(host: &Person) -> String {
    host.git(["add", "-A"]).ok();
    host.git(["commit", "-qm", "update records"]).ok();
    host.git(["push", "-q"]).ok();
    host.short_head()
}

/// Replaces words in the agenda.
pub(crate) fn reword(host: &Person, from: &str, to: &str) {
    pull(host);
    let agenda = host.read("agenda.toml");
    assert!(agenda.contains(from), "{from:?} is not in\n{agenda}");
    host.write("agenda.toml", &agenda.replace(from, to));
}

/// Pastes every command to restore something that a run named.
#[track_caller]
pub(crate) fn paste_restores(person: &Person, run: &Run) -> String {
    person.paste_all(run, "oneonone restore ")
}

pub(crate) fn own_changed(person: &Person) -> Value {
    person.run(["--json", "sync"]).ok().json()["own_changed"].clone()
}

#[test]
fn everything_removed_is_named_one_by_one_and_comes_back() {
    let (_world, sam, ana, host) = pair_and_host();
    ana.at("2026-11-24T12:30:00Z").run(["start"]).ok();
    ana.at("2026-11-24T12:31:00Z")
        .add(["note", "said in the meeting"]);
    ana.at("2026-11-24T12:40:00Z").run(["end"]).ok();
    let ana = ana.at("2026-11-24T14:00:00Z");
    for n in 0..7 {
        ana.add([format!("topic {n}")]);
    }
    ana.type_in("my salary", ["add", "note", "-", "--private"]).ok();
    ana.type_in("the reorg", ["add", "concern", "-"]).ok();
    sync_all(&[&ana, &sam]);
    let before = ana.texts();

    pull(&host);
    host.git(["rm", "-qr", "agenda.toml", "meetings"]).ok();
    let commit = push(&named(&host, "Sam Lee"));
    let run = ana.run(["sync"]).ok();
    let run = run.says("warning: Sam removed 10 entries of yours:\n");
    let named: Vec<&str> = run
        .err
        .lines()
        .filter(|line| line.contains("  removed: "))
        .collect();
    assert_eq!(named.len(), 10, "{}", run.err);
    assert!(named.iter().all(|line| line.ends_with(&format!("  by {commit}"))));
    assert!(run.err.contains("removed: topic 6  by") && run.err.contains("removed: (sealed)  by"));
    assert!(!run.err.contains("salary") && !run.err.contains("reorg"));
    // It is told once.
    let again = ana.run(["sync"]).ok();
    assert!(!again.err.contains("of yours"), "{}", again.err);

    // The hint about Sam's own topic is one of them.
    paste_restores(&ana, &run);
    ana.run(["sync"]).ok().says("11 entries went (added)");
    assert_eq!(ana.texts(), before);
    sam.run(["sync"]).ok();
    assert!(!ana.run(["log", "said in the meeting"]).ok().out.is_empty());
}

#[test]
fn another_text_is_named_and_ordinary_work_is_not() {
    let (_world, sam, ana, _) = pair_and_host();
    let (action, topic) = (
        ana.add(["action", "ask around"]),
        ana.add(["who covers December?"]),
    );
    let concern = ana.add_typed("the reorg", ["concern", "-"]);
    sync_all(&[&ana, &sam]);
    sam.run(["done", &action]).ok();
    sam.run(["done", &concern]).ok();
    sam.run(["add", "note", "an answer", "--re", &topic]).ok();
    sam.run(["edit", &topic, "-t", "planning"]).ok();
    sam.run(["sync"]).ok();
    assert_eq!(own_changed(&ana), json!([]));

    sam.run(["edit", &topic, "who covers January?"]).ok();
    sam.type_in("all is well", ["edit", &concern, "-"]).ok();
    sam.run(["sync"]).ok();
    let dry = ana.run(["sync", "--dry-run"]).ok();
    let run = ana.run(["sync"]).ok();
    for run in [&dry, &run] {
        assert!(
            run.err.contains("Sam changed 2 entries of yours:\n"),
            "{}",
            run.err
        );
        let words = "changed: who covers January? (was: who covers December?)  by ";
        assert!(run.err.contains(words), "{}", run.err);
        assert!(
            !run.err.contains("reorg") && !run.err.contains("well") && !run.err.contains("edited"),
            "{}",
            run.err
        );
    }
    paste_restores(&ana, &run);
    assert_eq!(
        ana.run(["--json", "show", &topic]).json()["entry"]["text"],
        "who covers December?"
    );
    let shown = ana.run(["--json", "show", &concern]).ok().json();
    assert_eq!(
        (&shown["entry"]["text"], &shown["entry"]["state"]),
        (&json!("the reorg"), &json!("done"))
    );

    // Words of both in a conflict are no loss, and an entry that both removed is none of the other's doing.
    sync_all(&[&ana, &sam]);
    sam.run(["edit", &topic, "who covers February?"]).ok();
    sam.run(["rm", &action]).ok();
    sam.run(["sync"]).ok();
    ana.run(["edit", "--offline", &topic, "who covers March?"]).ok();
    ana.run(["rm", "--offline", &action]).ok();
    let run = ana.run(["sync"]).ok().says("you both changed");
    assert!(!run.err.contains("of yours"), "{}", run.err);
}

#[test]
fn an_older_seal_put_back_is_named_and_undone() {
    let (_world, sam, ana, host) = pair_and_host();
    let id = ana.add_typed("the old secret", ["note", "-", "--private"]);
    ana.run(["sync"]).ok();
    pull(&host);
    let old = host.read("agenda.toml");
    ana.type_in("the new secret", ["edit", &id, "-"]).ok();
    sync_all(&[&ana, &sam]);
    pull(&host);
    host.write("agenda.toml", &old);
    let commit = push(&named(&host, "Sam Lee"));
    let run = ana.run(["sync"]).ok();
    let run = run
        .says("Sam changed 1 entry of yours:\n")
        .says("changed: (sealed)  by");
    let run = run.says(&format!("    oneonone restore --before {commit} {id}\n"));
    let text = || ana.run(["--json", "show", &id]).ok().json()["entry"]["text"].clone();
    assert_eq!(text(), "the old secret");
    paste_restores(&ana, &run);
    assert_eq!(text(), "the new secret");
    sync_all(&[&ana, &sam]);
}

#[test]
fn another_seal_beside_an_unsent_edit_is_named_and_undone() {
    for is_junk in [false, true] {
        let (_world, sam, ana, host) = pair_and_host();
        let id = ana.add(["--private", "the first words"]);
        ana.run(["sync"]).ok();
        pull(&host);
        let older = host.read("agenda.toml");
        ana.type_in("the second words", ["edit", &id, "-"]).ok();
        ana.run(["sync"]).ok();
        ana.type_in("the third words", ["edit", &id, "-"]).ok();
        pull(&host);
        match is_junk {
            false => host.write("agenda.toml", &older),
            true => reword(
                &host,
                "-----BEGIN AGE ENCRYPTED FILE-----\n",
                "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA",
            ),
        }
        let commit = push(&named(&host, "The Host"));
        let told = ana.run(["sync"]).ok();
        let told = told
            .says("\"The Host\", who is no member, changed 1 entry of yours")
            .says(&format!("oneonone restore --before {commit} {id}"));
        if is_junk {
            let found = ana.run(["check"]).fails(3);
            found.says(&format!("by the commit {commit} of The Host"));
        }
        paste_restores(&ana, &told);
        // Which of her own words count is for her to say.
        let conflicts = ana.run(["--json", "conflicts"]).json();
        if let Some(entry) = conflicts["entries"]
            .as_array()
            .and_then(|entries| entries.first())
        {
            assert_eq!(entry["text"], "the second words", "{is_junk}");
            assert_eq!(entry["conflicts"][0]["value"], "the third words", "{is_junk}");
            ana.run(["resolve", &id, "--field", "text", "--take", "2"]).ok();
        }
        let shown = ana.run(["show", &id]).ok().out;
        assert!(shown.contains("the third words"), "{is_junk}: {shown}");
        ana.run(["conflicts"]).ok();
        sync_all(&[&ana, &sam, &ana]);
        ana.run(["check"]).ok();
    }
}

#[test]
fn a_conflict_that_was_resolved_is_not_opened_again() {
    let (_world, sam, ana, _host) = pair_and_host();
    let id = ana.add(["the first words"]);
    sync_all(&[&ana, &sam]);
    sam.run(["edit", &id, "the words of sam"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["edit", &id, "the words of ana"]).ok();
    ana.run(["sync"]).ok().says("conflict");
    let asked = ana.run(["--json", "show", &id]).ok().json();
    let shown = asked["entry"]["text"].as_str().unwrap();
    let take = if shown == "the words of ana" { "1" } else { "2" };
    ana.run(["resolve", &id, "--field", "text", "--take", take]).ok();
    ana.run(["restore", &id]).fails(1).says("nothing to restore");
    ana.run(["conflicts"]).ok();
    // Another field that the same change touched is theirs still.
    sync_all(&[&ana, &sam]);
    sam.run(["edit", &id, "-t", "planning", "sam's words again"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["edit", &id, "ana's words again"]).ok();
    ana.run(["restore", &id]).ok();
    let entry = ana.run(["--json", "show", &id]).ok().json()["entry"].clone();
    assert_eq!(entry["themes"], json!([]));
    let take = ["resolve", &id, "--field", "text", "--take", "1"];
    ana.run(take).ok();
    let text = ana.run(["--json", "show", &id]).ok().json()["entry"]["text"].clone();
    ana.run(["edit", &id, "the words of ana"]).ok();
    assert!(text.as_str().unwrap().contains("ana"), "{text}");
    // Words that only stand beside those of somebody else are no answer to them.
    sync_all(&[&ana, &sam]);
    sam.run(["edit", &id, "-t", "planning", "other words"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["restore", &id]).ok();
    let entry = ana.run(["--json", "show", &id]).ok().json()["entry"].clone();
    assert_eq!(
        (&entry["text"], &entry["themes"]),
        (&json!("the words of ana"), &json!([]))
    );
}

#[test]
fn both_edits_of_two_machines_of_mine_are_a_conflict_and_no_attack() {
    let (world, _sam, ana, _host) = pair_and_host();
    let laptop = world.second_machine(&ana);
    let id = ana.add(["--private", "the first words"]);
    sync_all(&[&ana, &laptop]);
    ana.type_in("words of the desk", ["edit", &id, "-"]).ok();
    laptop.type_in("words of the lap", ["edit", &id, "-"]).ok();
    sync_all(&[&ana]);
    let told = laptop.run(["sync"]).ok().says("conflict");
    assert!(!told.err.contains("of yours:"), "{}", told.err);
}

#[test]
fn an_old_agenda_over_a_newer_one_is_a_removal_by_the_author_of_the_commit() {
    for pulled in [false, true] {
        let (_world, _, ana, host) = pair_and_host();
        pull(&host);
        let old = host.read("agenda.toml");
        let id = ana.add(["very new"]);
        ana.run(["sync"]).ok();
        pull(&host);
        host.write("agenda.toml", &old);
        let commit = push(&host);
        if pulled {
            ana.git(["pull", "-q"]).ok();
            ana.run(["add", "--offline", "meanwhile"]).ok();
        }
        let run = ana.run(["sync", "--dry-run"]).ok();
        run.says("warning: \"Plain Git\", who is no member, removed 1 entry of yours:\n");
        let expected = json!([{
            "id": id, "how": "removed", "by": null, "commit": commit, "author": "Plain Git", "committer": "Plain Git",
        }]);
        assert_eq!(own_changed(&ana), expected, "pulled: {pulled}");
        assert_eq!(own_changed(&ana), json!([]));
        ana.run(["restore", "--before", &commit, &id]).ok();
        assert!(ana.texts().contains(&"very new".to_owned()));
    }
}

#[test]
fn a_commit_in_my_name_says_so_and_what_plain_git_pushes_from_here_does_not() {
    let (_world, _, ana, host) = pair_and_host();
    let id = ana.add(["as ana wrote it"]);
    ana.run(["sync"]).ok();
    reword(&host, "as ana wrote it", "as somebody wrote it");
    let host = host.with("GIT_AUTHOR_NAME", "Ana");
    push(&host);
    let run = ana.run(["sync"]).ok();
    let run = run.says("a commit in your name (committed by \"Plain Git\") changed 1 entry of yours:\n");
    // The name hides nothing from the way back.
    paste_restores(&ana, &run);
    assert_eq!(
        ana.run(["--json", "show", &id]).json()["entry"]["text"],
        "as ana wrote it"
    );
    ana.run(["edit", &id, "as ana wrote it now"]).ok();
    ana.git(["push", "-q"]).ok();
    let run = ana.run(["sync"]).ok();
    assert!(!run.err.contains("of yours"), "{}", run.err);
}

#[test]
fn what_was_written_since_stays_when_a_change_is_taken_back() {
    let (_world, sam, ana, _) = pair_and_host();
    let id = ana.add(["line one"]);
    sync_all(&[&ana, &sam]);
    sam.run(["edit", &id, "line two"]).ok();
    sam.run(["sync"]).ok();
    let run = ana.run(["sync"]).ok();
    ana.run(["edit", &id, "-t", "planning"]).ok();
    paste_restores(&ana, &run);
    let entry = &ana.run(["--json", "show", &id]).json()["entry"];
    assert_eq!(
        (&entry["text"], &entry["themes"]),
        (&json!("line one"), &json!(["planning"]))
    );
    // Both texts stay where she had written another one meanwhile, and she is told.
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["edit", &id, "line three"]).ok();
    sam.run(["sync"]).ok();
    let run = ana.run(["sync"]).ok();
    ana.run(["edit", &id, "line four"]).ok();
    let said = paste_restores(&ana, &run);
    assert!(
        said.contains("1 in conflict now") && said.contains("    oneonone conflicts\n"),
        "{said}"
    );
    for (commit, words) in [("deadbeef", "there is no commit"), ("HEAD", "there is no commit")] {
        ana.run(["restore", "--before", commit, &id]).fails(1).says(words);
    }
    let unrelated = ana.git(["rev-list", "--max-parents=0", "HEAD"]).ok().out;
    let run = ana.run(["restore", "--before", unrelated.trim(), &id]).fails(1);
    run.says("did not change");
}

/// The record with the seals of two entries in each other's place.
fn swapped(record: &str) -> String {
    let seal = |text: &str| -> (usize, usize) {
        let from = text.find("sealed = ").unwrap();
        let end = "-----END AGE ENCRYPTED FILE-----";
        (from, text.find(end).unwrap() + end.len())
    };
    let (from, to) = seal(record);
    let (first, rest) = (&record[from..to], &record[to..]);
    let (other_from, other_to) = seal(rest);
    let other = &rest[other_from..other_to];
    [
        &record[..from],
        other,
        &rest[..other_from],
        first,
        &rest[other_to..],
    ]
    .concat()
}

#[test]
fn swapped_ruined_and_foreign_seals_are_found() {
    for how in ["swapped", "ruined", "of another author"] {
        let (_world, sam, ana, host) = pair_and_host();
        for secret in ["secret one", "secret two"] {
            ana.type_in(secret, ["add", "note", "-", "--private"]).ok();
        }
        sync_all(&[&ana, &sam]);
        let before = ana.texts();
        pull(&host);
        let agenda = host.read("agenda.toml");
        let spoilt = match how {
            "swapped" => swapped(&agenda),
            "ruined" => agenda.replace(
                "-----END AGE ENCRYPTED FILE-----",
                "AAAA\n-----END AGE ENCRYPTED FILE-----",
            ),
            _ => agenda.replace("by = \"ana\"", "by = \"sam\""),
        };
        assert_ne!(spoilt, agenda);
        host.write("agenda.toml", &spoilt);
        push(&named(&host, "Sam Lee"));
        let run = ana.run(["sync"]).ok().says("Sam changed 2 entries of yours:\n");
        let words = match how {
            "of another author" => "given to another author: (sealed)",
            _ => "sealed so that your key does not open it: (sealed)",
        };
        assert_eq!(run.err.matches(words).count(), 2, "{}", run.err);
        if how != "of another author" {
            let check = ana.run(["check"]).fails(3);
            assert_eq!(check.out.lines().count(), 2, "{}", check.out);
            assert!(
                check.out.contains("of yours") && check.out.contains("of Sam Lee"),
                "{}",
                check.out
            );
            assert!(
                check.out.contains("\toneonone restore --before "),
                "{}",
                check.out
            );
        }
        paste_restores(&ana, &run);
        ana.run(["check"]).ok();
        assert_eq!(ana.texts(), before, "{how}");
        sync_all(&[&ana, &sam]);
    }
}
