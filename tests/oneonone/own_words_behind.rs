//! Words of mine that are changed behind something else: a record that cannot be read, a seal that is made anew
//! (docs/privacy.md#words-of-mine).

use serde_json::json;

use crate::own_words::{named, own_changed, paste_restores, pull, push, scene, texts};
use crate::world::sync_all;

const BROKEN: &str = "a record from the other side is broken";

#[test]
fn a_broken_record_hides_no_removal_and_no_rollback() {
    for how in ["emptied", "removed", "one less", "older"] {
        for pulled in [false, true] {
            let (_world, sam, ana, host) = scene();
            let secret = ana
                .type_in("the old secret", ["--json", "add", "note", "-", "--private"])
                .ok();
            let secret = secret.json()["entry"]["id"].as_str().unwrap().to_owned();
            let topic = ana.add(["a topic of ana's"]);
            ana.run(["sync"]).ok();
            pull(&host);
            let old = host.read("agenda.toml");
            ana.type_in("the new secret", ["edit", &secret, "-"]).ok();
            sync_all(&[&ana, &sam]);
            let before = texts(&ana);
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
            assert_eq!(texts(&ana), expected, "{how}, pulled: {pulled}");
            sync_all(&[&ana, &sam]);
        }
    }
}

#[test]
fn what_came_after_a_broken_record_is_counted_from_the_last_that_could_be_read() {
    let (_world, sam, ana, host) = scene();
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
    let (_world, sam, ana, host) = scene();
    ana.add(["a topic of ana's"]);
    ana.type_in("a secret", ["add", "note", "-", "--private"]).ok();
    sync_all(&[&ana, &sam]);
    let before = texts(&ana);
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
    assert_eq!(texts(&ana), before);
    let run = sam.run(["sync"]).ok();
    assert!(!run.err.contains(BROKEN), "{}", run.err);
    assert!(texts(&sam).contains(&"\"a topic of ana's\"".to_owned()));
}
