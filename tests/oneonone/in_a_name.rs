//! Entries that come in a member's name by somebody else (docs/privacy.md#words-of-mine).

use serde_json::json;

use crate::own_words::{named, pair_and_host, pull, push};
use crate::world::{Person, Run, sync_all};

/// Appends a shared note in a member's name to the agenda, as a commit of whoever works in the clone; its short name.
fn forge(clone: &Person, id: &str, by: &str, text: &str) -> String {
    pull(clone);
    append_note(clone, id, by, text);
    push(clone)
}

fn append_note(clone: &Person, id: &str, by: &str, text: &str) {
    let entry = format!(
        "\n[[entry]]\nid = \"{id}\"\nkind = \"note\"\nby = \"{by}\"\nat = 2026-11-24T12:00:00Z\ntext = \"{text}\"\n"
    );
    let agenda = clone.read("agenda.toml");
    clone.write(
        "agenda.toml",
        &format!("{}{entry}", agenda.trim_end_matches('\n').to_owned() + "\n"),
    );
}

fn told(run: &Run) -> serde_json::Value {
    run.json()["in_a_name"].clone()
}

#[test]
fn nobody_is_said_to_have_written_what_a_stranger_brought() {
    let (_world, sam, ana, host) = pair_and_host();
    let commit = forge(
        &named(&host, "Host"),
        "kxqlrsotuvwx",
        "sam",
        "Ask Ana whether she is leaving",
    );
    let answer = ana.run(["--json", "sync", "--dry-run"]).ok();
    let (came, told) = (answer.json()["came"].clone(), told(&answer));
    assert_eq!((&came[0]["by"], &came[0]["how"]), (&json!(null), &json!("added")));
    let expected = json!([{
        "id": "kxqlrsotuvwx", "by": "sam", "commit": commit, "author": "Host", "committer": "Host",
    }]);
    assert_eq!(told, expected);
    let run = ana.run(["sync"]).ok();
    let run = run.says("warning: \"Host\", who is no member, added 1 entry in the name of Sam:\n");
    let run = run.says(&format!("Ask Ana whether she is leaving  by {commit}\n"));
    assert!(
        !run.err.contains("Sam: 1 new") && !run.err.contains("somebody"),
        "{}",
        run.err
    );
    // Sam never wrote it.
    let run = sam.run(["sync"]).ok();
    let run = run.says("warning: \"Host\", who is no member, added 1 entry in your name:\n");
    let run = run.says("hint: if you did not write it\n    oneonone rm kxqlrsotuvwx\n");
    assert!(!run.err.contains("you, on another machine"), "{}", run.err);
    sam.run(["rm", "kxqlrsotuvwx"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(ana.run(["--json", "sync"]).ok().json()["in_a_name"], json!([]));
    assert!(!ana.read("agenda.toml").contains("leaving"));
}

#[test]
fn a_commit_of_an_author_or_of_their_other_machine_is_ordinary_news() {
    let (_world, sam, ana, host) = pair_and_host();
    forge(&named(&host, "Sam"), "kxqlrsotuvwx", "sam", "by hand");
    forge(
        &named(&host, "ana"),
        "lxqlrsotuvwx",
        "ana",
        "by hand, from my laptop",
    );
    let run = ana.run(["sync"]).ok();
    assert!(!run.err.contains("warning"), "{}", run.err);
    let run = run.says("Sam: 1 new note\n");
    run.says("you, on another machine: 1 new note\n");
    assert_eq!(told(&sam.run(["--json", "sync"]).ok()), json!([]));
}

#[test]
fn a_name_that_a_stranger_gave_a_member_counts_for_nobody() {
    let (_world, sam, ana, host) = pair_and_host();
    let host = named(&host, "Kim Host");
    let commit = renamed_by(&host);
    let forged = forge(&host, "kxqlrsotuvwx", "sam", "Ask Ana whether she is leaving");
    let run = ana.run(["sync"]).ok();
    let run = run.says("warning: \"Kim Host\", who is no member, added 1 entry in the name of Kim:\n");
    let run = run.says(&format!("by {forged}\n"));
    assert!(!run.err.contains("Kim: "), "{}", run.err);
    run.says("somebody: changed the name of Kim");
    assert_ne!(commit, forged);
    drop(sam);
}

/// The host gives Sam its own name; the short name of the commit.
fn renamed_by(host: &Person) -> String {
    pull(host);
    let pair = host.read("pair.toml").replace("\"Sam Lee\"", "\"Kim Host\"");
    assert!(pair.contains("Kim Host"));
    host.write("pair.toml", &pair);
    push(host)
}

#[test]
fn a_name_of_a_stranger_stays_one_behind_a_broken_pair_and_a_merge_of_a_member() {
    // The pair of before is the last good one.
    let (_world, _sam, ana, host) = pair_and_host();
    let host = named(&host, "Kim Host");
    pull(&host);
    let good = host.read("pair.toml");
    host.write("pair.toml", "[[[");
    push(&host);
    ana.run(["sync"]);
    host.write("pair.toml", &good.replace("\"Sam Lee\"", "\"Kim Host\""));
    forge(&host, "kxqlrsotuvwx", "sam", "in his name");
    let run = ana.run(["sync"]).ok();
    run.says("warning: \"Kim Host\", who is no member, added 1 entry in the name of Kim:\n");

    // A member's merge, or another change of theirs, gives no name.
    let (_world, sam, ana, host) = pair_and_host();
    let host = named(&host, "Kim Host");
    renamed_by(&host);
    sam.add(["waits to be merged"]);
    sam.run(["sync"]);
    sam.run(["next", "2026-12-08"]).ok();
    sam.run(["sync"]);
    forge(&host, "kxqlrsotuvwx", "sam", "in his name");
    let run = ana.run(["sync"]).ok();
    run.says("warning: \"Kim Host\", who is no member, added 1 entry in the name of Kim:\n");
}

#[test]
fn whoever_changed_words_of_mine_is_no_member_by_a_name_of_their_own() {
    let (_world, _sam, ana, host) = pair_and_host();
    let host = named(&host, "Kim Host");
    let id = ana.add(["note", "as I wrote it"]);
    ana.run(["sync"]).ok();
    renamed_by(&host);
    let agenda = host
        .read("agenda.toml")
        .replace("as I wrote it", "as somebody else wants it");
    host.write("agenda.toml", &agenda);
    push(&host);
    let answer = ana.run(["--json", "sync", "--dry-run"]).ok().json();
    let own = &answer["own_changed"][0];
    assert_eq!((&own["id"], &own["by"]), (&json!(id), &json!(null)), "{answer:#}");
}

#[test]
fn a_name_that_a_member_took_counts() {
    let (_world, sam, ana, host) = pair_and_host();
    let sam_by_hand = named(&host, "Sam Lee");
    pull(&sam_by_hand);
    let pair = sam_by_hand
        .read("pair.toml")
        .replace("\"Sam Lee\"", "\"Samuel Lee\"");
    sam_by_hand.write("pair.toml", &pair);
    push(&sam_by_hand);
    forge(
        &named(&host, "Samuel Lee"),
        "kxqlrsotuvwx",
        "sam",
        "under my new name",
    );
    let run = ana.run(["sync"]).ok();
    assert!(!run.err.contains("warning"), "{}", run.err);
    run.says("Samuel: 1 new note");
    drop(sam);
}

#[test]
fn the_commit_that_brought_an_entry_is_named_among_others() {
    let (_world, sam, ana, host) = pair_and_host();
    sam.add(["a second topic of sam's"]);
    sam.run(["sync"]).ok();
    let commit = forge(&host, "kxqlrsotuvwx", "sam", "not his");
    // A later commit of a member touches it.
    sam.run(["sync"]).ok();
    sam.run(["edit", "kxqlrsotuvwx", "not his, he says"]).ok();
    sam.run(["sync"]).ok();
    let run = ana
        .run(["sync"])
        .ok()
        .says(&format!("not his, he says  by {commit}\n"));
    run.says("Sam: 1 new topic\n");
}

#[test]
fn an_entry_that_a_merge_brought_is_told_too() {
    let (_world, sam, ana, host) = pair_and_host();
    let host = named(&host, "Host");
    pull(&host);
    host.git(["checkout", "-q", "-b", "side"]).ok();
    host.write("notes.txt", "a file\n");
    host.git(["add", "-A"]).ok();
    host.git(["commit", "-qm", "a file"]).ok();
    host.git(["checkout", "-q", "-"]).ok();
    sam.add(["a second topic of sam's"]);
    sam.run(["sync"]).ok();
    pull(&host);
    host.git(["merge", "-q", "--no-ff", "--no-commit", "side"]).ok();
    append_note(&host, "kxqlrsotuvwx", "sam", "in the merge itself");
    let commit = push(&host);
    let run = ana.run(["sync"]).ok();
    let run = run.says(&format!("in the merge itself  by {commit}\n"));
    run.says("warning: \"Host\", who is no member, added 1 entry in the name of Sam:\n");
}

#[test]
fn whoever_gives_an_entry_its_id_did_not_write_it() {
    for sam_first in [true, false] {
        let (_world, sam, ana, host) = pair_and_host();
        let host = named(&host, "Host");
        let commit = without_id(&host, "I want to resign");
        let (first, second) = if sam_first { (&sam, &ana) } else { (&ana, &sam) };
        for person in [first, second] {
            let run = person.run(["sync"]).ok();
            let run = run.says(&format!("I want to resign  by {commit}\n"));
            run.says("warning: \"Host\", who is no member, added 1 entry in ");
        }
        // By hand, it is whoever's commit brought it, and nobody is warned.
        without_id(&named(&host, "Sam"), "by Sam, by hand");
        let run = ana.run(["sync"]).ok();
        let run = run.says("Sam: 1 new topic\n");
        assert!(!run.err.contains("warning"), "{}", run.err);
        let run = sam.run(["sync"]).ok();
        assert!(
            run.err.contains("you, on another machine: 1 new topic\n"),
            "{}",
            run.err
        );
    }
}

/// Commits an entry without an id, and without a name.
fn without_id(clone: &Person, text: &str) -> String {
    pull(clone);
    clone.append("agenda.toml", &format!("\n[[entry]]\ntext = \"{text}\"\n"));
    push(clone)
}
