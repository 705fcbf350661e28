//! Words of mine that are changed behind something else: a record that cannot be read, a seal that is made anew
//! (docs/privacy.md#words-of-mine).

use serde_json::json;

use crate::own_seat::{change_pair, stranger};
use crate::own_words::{named, own_changed, pair_and_host, paste_restores, pull, push, reword};
use crate::world::sync_all;

const BROKEN: &str = "a record from the other side is broken";

#[test]
fn a_broken_record_hides_no_removal_and_no_rollback() {
    for how in ["emptied", "removed", "one less", "older"] {
        for pulled in [false, true] {
            let (_world, sam, ana, host) = pair_and_host();
            let secret = ana.add_typed("the old secret", ["note", "-", "--private"]);
            let topic = ana.add(["a topic of ana's"]);
            ana.run(["sync"]).ok();
            pull(&host);
            let old = host.read("agenda.toml");
            ana.type_in("the new secret", ["edit", &secret, "-"]).ok();
            sync_all(&[&ana, &sam]);
            let before = ana.texts();
            pull(&host);
            let good = host.read("agenda.toml");
            let host = named(&host, "Sam Lee");
            host.write("agenda.toml", "x = [\n");
            let broke = push(&host);
            let run = ana.run(["sync"]).ok().says(BROKEN);
            let run = run.says(&broke).says("Sam");
            run.says("    oneonone restore agenda.toml\n");

            let parts: Vec<&str> = good.split("[[entry]]").collect();
            match how {
                "emptied" => host.write("agenda.toml", ""),
                "removed" => drop(host.git(["rm", "-q", "agenda.toml"]).ok()),
                "one less" => {
                    let left = parts.iter().filter(|part| !part.contains(&topic));
                    let left: Vec<&str> = left.copied().collect();
                    host.write("agenda.toml", &left.join("[[entry]]"));
                }
                _ => host.write("agenda.toml", &old),
            }
            let commit = push(&host);
            if pulled {
                ana.git(["pull", "-q"]).ok();
            }
            let expected: Vec<(&str, &str)> = match how {
                "one less" => vec![(&topic, "removed")],
                "older" => vec![(&secret, "text")],
                _ => vec![(&secret, "removed"), (&topic, "removed")],
            };
            let mut expected: Vec<_> = expected
                .into_iter()
                .map(|(id, how)| {
                    json!({
                        "id": id, "how": how, "by": "sam", "commit": commit, "author": "Sam Lee",
                        "committer": "Sam Lee",
                    })
                })
                .collect();
            expected.sort_by_key(|change| change["id"].to_string());
            let run = ana.run(["--json", "sync", "--dry-run"]).ok();
            let mut found = run.json()["own_changed"].as_array().cloned().unwrap();
            found.sort_by_key(|change| change["id"].to_string());
            assert_eq!(found, expected, "{how}, pulled: {pulled}");
            let run = ana.run(["sync"]).ok();
            paste_restores(&ana, &run);
            let mut expected = before;
            // Nothing came with the sync where plain Git had brought it.
            expected
                .retain(|text| !(pulled && matches!(how, "emptied" | "removed") && text.contains("sam's")));
            assert_eq!(ana.texts(), expected, "{how}, pulled: {pulled}");
            sync_all(&[&ana, &sam]);
        }
    }
}

#[test]
fn commands_that_bring_entries_back_name_each_apart_from_the_others_that_are_gone() {
    let (_world, sam, ana, host) = pair_and_host();
    for (person, by, id) in [(&sam, "sam", "yoqklmnopqrs"), (&ana, "ana", "yovklmnopqrs")] {
        let entry = format!(
            "\n[[entry]]\nid = \"{id}\"\nby = \"{by}\"\nkind = \"topic\"\nat = 2026-11-20T10:00:00Z\n\
             text = \"one of {by}'s\"\n"
        );
        person.append("agenda.toml", &entry);
    }
    sync_all(&[&sam, &ana, &sam]);
    let before = ana.texts();
    pull(&host);
    let host = named(&host, "Sam Lee");
    let agenda = host.read("agenda.toml");
    let left: Vec<&str> = agenda.split("[[entry]]").collect();
    let left: Vec<&str> = left.into_iter().filter(|part| !part.contains("one of")).collect();
    host.write("agenda.toml", &left.join("[[entry]]"));
    push(&host);
    let run = ana.run(["sync"]).ok();
    assert_eq!(ana.texts().len(), before.len() - 2, "{}", run.err);
    ana.run(["restore", "yo"])
        .fails(1)
        .says("could be any of 2 entries")
        .says("yoq  (not shown here)");
    paste_restores(&ana, &run);
    assert_eq!(ana.texts(), before);
}

#[test]
fn what_came_after_a_broken_record_is_counted_from_the_last_that_could_be_read() {
    let (_world, sam, ana, host) = pair_and_host();
    let topic = sam.add(["another of sam's"]);
    sync_all(&[&sam, &ana]);
    pull(&host);
    let good = host.read("agenda.toml");
    let host = named(&host, "Sam Lee");
    host.write("agenda.toml", "x = [\n");
    push(&host);
    let run = ana.run(["--json", "sync"]).ok().json();
    assert_eq!(run["incoming"]["removed"], 0, "{run}");
    host.write(
        "agenda.toml",
        &good.replace("another of sam's", "a third of sam's"),
    );
    push(&host);
    let run = ana.run(["--json", "sync"]).ok().json();
    assert_eq!(
        (
            &run["incoming"]["added"],
            &run["incoming"]["changed"],
            &run["incoming"]["removed"]
        ),
        (&json!(0), &json!(1), &json!(0)),
        "{run}"
    );
    assert_eq!(run["came"][0]["id"], json!(topic), "{run}");
    assert_eq!(own_changed(&ana), json!([]));
}

#[test]
fn the_last_good_version_of_a_broken_record_is_put_back() {
    let (_world, sam, ana, host) = pair_and_host();
    ana.add(["a topic of ana's"]);
    ana.type_in("a secret", ["add", "note", "-", "--private"]).ok();
    sync_all(&[&ana, &sam]);
    let before = ana.texts();
    pull(&host);
    host.write("agenda.toml", "x = [\n");
    push(&host);
    ana.run(["sync"]).ok().says(BROKEN);
    // It is said as long as it is so.
    let run = ana.run(["sync"]).ok().says(BROKEN);
    paste_restores(&ana, &run);
    ana.run(["restore", "agenda.toml"])
        .fails(1)
        .says("nothing to restore");
    let run = ana.run(["sync"]).ok();
    assert!(
        !run.err.contains(BROKEN) && !run.err.contains("of yours"),
        "{}",
        run.err
    );
    assert_eq!(ana.texts(), before);
    let run = sam.run(["sync"]).ok();
    assert!(!run.err.contains(BROKEN), "{}", run.err);
    assert!(sam.texts().contains(&"a topic of ana's".to_owned()));
}

#[test]
fn a_seal_made_anew_hides_no_older_words() {
    for name in ["Sam Lee", "Ana"] {
        let (world, sam, ana, host) = pair_and_host();
        let ids = ["one, v1", "two, v1"].map(|text| ana.add_typed(text, ["note", "-", "--private"]));
        ana.run(["sync"]).ok();
        pull(&host);
        let old = host.read("agenda.toml");
        let laptop = stranger(&world, "laptop");
        let (first, second) = (ana.key(), laptop.key());
        change_pair(
            &ana,
            &format!("\"{first}\""),
            &format!("\"{first}\", \"{second}\""),
        );
        ana.run(["sync"]).ok();
        ana.run(["key", "trust", "--mine", "--key", &second]).ok();
        sync_all(&[&ana, &sam]);
        for (id, text) in ids.iter().zip(["one, v2", "two, v2"]) {
            ana.type_in(text, ["edit", id, "-"]).ok();
        }
        sync_all(&[&ana, &sam]);
        let before = ana.texts();
        pull(&host);
        host.write("agenda.toml", &old);
        push(&named(&host, name));
        let run = ana.run(["sync"]).ok();
        let run = run.says(" changed 2 entries of yours:\n");
        for id in &ids {
            if name == "Ana" {
                ana.run(["restore", id]).fails(1).says("restore --before ");
            }
        }
        paste_restores(&ana, &run);
        assert_eq!(ana.texts(), before, "{name}: {}", run.err);
    }
}

#[test]
fn a_sync_that_sends_something_itself_names_what_came() {
    for unsent in ["by a command", "by hand", "in conflict"] {
        let (_world, sam, ana, host) = pair_and_host();
        let [gone, stays] = ["one to go", "one to stay"].map(|text| ana.add([text]));
        sync_all(&[&ana, &sam]);
        reword(&host, "one to go", "another text");
        let commit = push(&named(&host, "Sam Lee"));
        match unsent {
            "by a command" => drop(ana.run(["add", "--offline", "meanwhile"]).ok()),
            "by hand" => {
                let agenda = ana.read("agenda.toml");
                ana.write("agenda.toml", &agenda.replace("one to stay", "one to stay here"));
            }
            _ => drop(ana.run(["edit", "--offline", &stays, "one to stay here"]).ok()),
        }
        let run = ana.run(["sync"]).ok().says("Sam changed 1 entry of yours:\n");
        let run = run.says(&format!("    oneonone restore --before {commit} {gone}\n"));
        paste_restores(&ana, &run);
        assert!(ana.texts().contains(&"one to go".to_owned()), "{unsent}");
    }
}
