//! The changes that came with a sync, in words and in numbers, for both members (docs/command-line.md#what-came).

use serde_json::{Value, json};

use crate::world::{Person, Run, World, sync_all};

/// The words of a sync without those of other commands: the lines before the sum.
fn lines(run: &Run) -> Vec<String> {
    let lines = run.err.lines().map(str::to_owned);
    lines.take_while(|line| !line.starts_with("in sync")).collect()
}

/// Syncs, and gives the JSON answer.
fn synced(person: &Person) -> Value {
    person.run(["--json", "sync"]).ok().json()
}

/// How the things that came differ, each with who did it.
fn hows(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let came = answer["came"].as_array().unwrap().iter();
    came.map(|change| match change["how"].is_null() {
        true => (text(&change["by"]), text(&change["what"])),
        false => (text(&change["by"]), text(&change["how"])),
    })
    .collect()
}

fn as_pairs(hows: &[(&str, &str)]) -> Vec<(String, String)> {
    hows.iter()
        .map(|(by, how)| ((*by).to_owned(), (*how).to_owned()))
        .collect()
}

#[test]
fn what_one_sends_the_other_is_told() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let topic = ana.add(["Who covers on-call in December?"]);
    let growth = ana.at("2026-11-24T12:01:00Z").add(["growth", "Lead the review"]);
    let concern = ana
        .at("2026-11-24T12:02:00Z")
        .add(["concern", "The reorg makes me nervous"]);
    ana.at("2026-11-24T12:03:00Z")
        .add(["note", "the salary band", "--private"]);
    let sent = synced(&ana);
    assert_eq!(
        sent["outgoing"],
        json!({"added": 4, "changed": 0, "removed": 0, "meetings": 0, "next": false, "pair": 0})
    );
    let status = sam.run(["--json", "status"]).ok().json();
    assert_eq!(status["incoming"]["added"], 0, "nothing was fetched: {status}");
    sam.git(["fetch", "-q"]).ok();
    let status = sam.run(["--json", "status"]).ok().json();
    assert_eq!(
        (&status["incoming"], &status["behind"]),
        (&sent["outgoing"], &json!(4))
    );

    // A dry run says the same, and writes nothing.
    let dry = sam.run(["sync", "--dry-run"]).ok();
    let run = sam.run(["sync"]).ok();
    assert_eq!(dry.err.lines().next(), run.err.lines().next());
    assert_eq!(
        lines(&run),
        [
            "Ana: 1 new topic · 1 new growth entry · 1 new concern · 1 new private entry".to_owned(),
            format!("  {}  topic    Who covers on-call in December?", &topic[..2]),
            format!("  {}  growth   Lead the review", &growth[..2]),
            format!("  {}  concern  (sealed)  confidential", &concern[..2]),
        ]
        .map(|line| long_ids(&line, &run))
    );
    let run = run.says("in sync: 4 entries came (added)");
    // Nobody watches: a log of it must not keep what was sealed.
    for words in ["salary", "nervous"] {
        assert!(!run.err.contains(words) && !dry.err.contains(words));
    }

    // Sam holds the meeting.
    let sam = sam.at("2026-11-24T13:00:00Z");
    sam.run(["start", "--offline"]).ok();
    sam.add([
        "action",
        "Ask for the numbers",
        "--owner",
        "them",
        "--due",
        "friday",
    ]);
    sam.run(["add", "decision", "You lead it", "--re", &growth]).ok();
    sam.run(["done", &concern]).ok();
    sam.run(["end", "--offline", "--next", "2026-12-01"]).ok();
    let status = sam.run(["--json", "status"]).ok().json();
    let sent = synced(&sam);
    assert_eq!(sent["outgoing"], status["outgoing"]);
    assert_eq!(
        sent["outgoing"],
        json!({"added": 2, "changed": 3, "removed": 0, "meetings": 1, "next": true, "pair": 0})
    );
    let run = ana.run(["sync"]).ok();
    let said = lines(&run);
    assert_eq!(said[0], "the next meeting is on Tue 1 Dec");
    assert!(said[1].starts_with("Sam: 1 new action for you · held the meeting of Tue 24 Nov · answered "));
    assert_eq!(said[1].split("answered ").nth(1).unwrap()[..2], growth[..2]);
    assert!(said[1].ends_with(" · 1 talked about"));
    assert_eq!(said[2], "  1 back on the agenda");
    assert!(said[3].contains("for you") && said[3].contains("Ask for the numbers  due Fri 27 Nov"));
    assert!(said[4].contains("decision") && said[4].contains("You lead it  follows "));
    assert!(said[5].contains("talked about  (sealed)"));
    assert_eq!(said[6..], ["  and 1 more"]);
    run.says("in sync: 5 entries and the agreed day came (2 added, 3 changed)");
    assert!(said.iter().all(|line| line.chars().count() <= 100), "{said:?}");
}

/// A line with ids as long as the run shows them.
fn long_ids(line: &str, run: &Run) -> String {
    let ids = run
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let longest = ids.map(str::len).max().unwrap_or(2);
    match line.strip_prefix("  ") {
        Some(rest) if longest > 2 => {
            let begun = &rest[..2];
            let shown = run.err.lines().find_map(|line| {
                let id = line.strip_prefix("  ")?.split(' ').next()?;
                id.starts_with(begun).then(|| id.to_owned())
            });
            format!("  {:<longest$}{}", shown.unwrap_or_default(), &rest[2..])
        }
        _ => line.to_owned(),
    }
}

#[test]
fn json_says_who_did_what_and_no_private_text() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let laptop = world.second_machine(&ana);
    ana.run(["add", "one"]).ok();
    let two = ana.add(["two"]);
    let gone = ana.add(["a text that goes"]);
    ana.run(["add", "mine alone", "--private"]).ok();
    synced(&ana);
    assert_eq!(synced(&sam)["incoming"]["added"], 4);
    // My own entries come from my other machine.
    let run = laptop.run(["sync"]).ok();
    let run = run.says("you, on another machine: 3 new topics · 1 new private entry");
    assert!(!run.err.contains("mine alone"));

    // Two people's commits come at once.
    laptop.run(["edit", &two, "two, as Ana means it"]).ok();
    synced(&laptop);
    sam.run(["rm", &gone]).ok();
    let answer = sam.add(["note", "an answer", "--re", &two]);
    sam.run(["add", "for sam alone", "--private"]).ok();
    synced(&sam);
    let answered = synced(&ana);
    let mut found = hows(&answered);
    found.sort();
    assert_eq!(
        found,
        as_pairs(&[
            ("ana", "edited"),
            ("sam", "added"),
            ("sam", "answered"),
            ("sam", "removed")
        ])
    );
    assert_eq!(answered["incoming"]["added"], 2);
    assert_eq!(
        (&answered["incoming"]["changed"], &answered["incoming"]["removed"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(answered["pulled"], 4);
    let came = answered["came"].as_array().unwrap();
    let of = |id: &str| came.iter().find(|change| change["id"] == id).unwrap();
    assert_eq!(of(&two)["fields"], json!(["text"]));
    assert_eq!(
        (&of(&answer)["text"], &of(&answer)["re"]),
        (&json!("an answer"), &json!(two))
    );
    assert_eq!(of(&gone)["text"], "a text that goes");
    let private = came
        .iter()
        .find(|change| change["visibility"] == "private")
        .unwrap();
    assert_eq!((&private["text"], &private["kind"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_removal_is_said_once_and_counted_on_both_sides() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let old = ana.add(["an old topic"]);
    ana.run(["add", "another"]).ok();
    synced(&ana);
    synced(&sam);
    sam.run(["rm", &old]).ok();
    sam.run(["sync"]).ok().says("in sync: 1 entry went (removed)");
    let run = ana.run(["sync"]).ok();
    let run = run
        .says("Sam removed 1 entry of yours:")
        .says("in sync: 1 entry came (removed)");
    assert_eq!(run.err.matches("an old topic").count(), 1, "{}", run.err);
    assert!(!run.err.contains("Sam: "), "{}", run.err);
}

#[test]
fn a_hundred_entries_are_five_lines_and_a_count() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let entries: Vec<String> = (0..100)
        .map(|n| {
            format!(
                "\n[[entry]]\nkind = \"update\"\ntext = \"\"\"update {n} \u{202e}evil\nsecond line\"\"\"\n"
            )
        })
        .collect();
    ana.write("agenda.toml", &entries.concat());
    ana.run(["sync"]).ok().says("in sync: 100 entries went (added)");
    for (columns, width) in [("100", 100), ("40", 40)] {
        let run = sam.with("COLUMNS", columns).run(["sync", "--dry-run"]).ok();
        let said: Vec<&str> = run
            .err
            .lines()
            .take_while(|line| !line.starts_with("dry run"))
            .collect();
        assert_eq!(said.len(), 6, "{}", run.err);
        assert_eq!((said[0], said[5]), ("Ana: 100 new updates", "  and 96 more"));
        assert!(said.iter().all(|line| line.chars().count() <= width), "{said:?}");
        assert!(!run.err.contains('\u{202e}') && run.err.contains("\\u{202e}evil"));
    }
    assert_eq!(synced(&sam)["came"].as_array().unwrap().len(), 100);
    let colour = sam.with("CLICOLOR_FORCE", "1");
    ana.run(["add", "one more"]).ok();
    synced(&ana);
    assert!(
        colour
            .run(["sync"])
            .ok()
            .err
            .contains("\u{1b}[1mAna\u{1b}[0m: 1 new topic")
    );
}

#[test]
fn changes_of_the_pair_are_counted_and_named() {
    let world = World::new();
    let (sam, ana) = world.just_joined();
    let run = sam.run(["sync"]).ok();
    run.says("Ana: took the seat")
        .says("in sync: 1 change of pair.toml came");

    let pair = sam
        .read("pair.toml")
        .replace("Sam Lee", "Sam B. Lee")
        .replace("\"1w\"", "\"2w\"");
    sam.write("pair.toml", &pair);
    sam.run(["add", "--offline", "and a topic"]).ok();
    sam.run(["status"]).ok();
    let status = sam.run(["--json", "status"]).ok().json();
    assert_eq!(
        (&status["outgoing"]["pair"], &status["outgoing"]["added"]),
        (&json!(2), &json!(1))
    );
    sam.run(["sync"])
        .ok()
        .says("in sync: 1 entry and 2 changes of pair.toml went (1 added)");
    let run = ana.run(["sync"]).ok();
    run.says("Sam: 1 new topic · changed the cadence and their name in pair.toml")
        .says("in sync: 1 entry and 2 changes of pair.toml came (1 added)");
}

#[test]
fn status_counts_each_way() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (one, two) = (ana.add(["one"]), ana.add(["two"]));
    synced(&ana);
    synced(&sam);
    sam.run(["rm", &one]).ok();
    sam.run(["add", "three"]).ok();
    synced(&sam);
    ana.run(["edit", &two, "two, edited"]).ok();
    ana.git(["fetch", "-q"]).ok();
    let line = ana
        .with("COLUMNS", "100")
        .start(
            "script",
            ["-qec", &format!("{} status", ana.program.display()), "/dev/null"],
            "",
        )
        .out;
    assert!(
        line.contains(
            "main: 1 commit to send (1 entry: 1 changed), 2 commits to take in (2 entries: 1 added, 1 removed)"
        ),
        "{line}"
    );
    // A branch that the remote does not have counts from the others.
    ana.git(["checkout", "-qb", "aside"]).ok();
    let status = ana.run(["--json", "status"]).ok().json();
    assert_eq!(status["outgoing"]["changed"], 1, "{status}");
}

#[test]
fn a_record_that_cannot_be_read_removed_nothing() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    synced(&ana);
    synced(&sam);
    ana.write("agenda.toml", "bad bad\n");
    ana.git(["commit", "-qnam", "broken"]).ok();
    ana.git(["push", "-q"]).ok();
    let answer = synced(&sam);
    assert_eq!(
        answer["incoming"],
        json!({"added": 0, "changed": 0, "removed": 0, "meetings": 0, "next": false, "pair": 0})
    );
    assert_eq!(answer["came"], json!([]));
}

#[test]
fn who_brought_an_entry_is_told_by_the_commit_and_not_by_the_name_in_it() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = sam.add(["words of sam"]);
    sync_all(&[&sam, &ana]);
    ana.run(["rm", &id]).ok();
    sync_all(&[&ana, &sam]);
    ana.run(["undo"]).ok();
    ana.run(["sync"]).ok();
    let words = lines(&sam.run(["sync", "--dry-run"]).ok());
    assert_eq!(words[0], "Ana: 1 new topic in your name");
    assert!(words[1].ends_with("words of sam  in your name"), "{words:?}");
    assert_eq!(hows(&synced(&sam)), as_pairs(&[("ana", "added")]));

    // By hand, and beside a commit of mine on another machine.
    let laptop = world.second_machine(&sam);
    laptop.add(["from my laptop"]);
    laptop.run(["sync"]).ok();
    let by_hand =
        "\n[[entry]]\nkind = \"topic\"\nby = \"sam\"\nat = 2026-11-01T10:00:00Z\ntext = \"I quit\"\n";
    ana.append("agenda.toml", by_hand);
    ana.run(["sync"]).ok();
    let words = lines(&sam.run(["sync"]).ok());
    assert_eq!(words[0], "Ana: 1 new topic in your name", "{words:?}");
    assert!(words[1].ends_with("I quit  in your name"), "{words:?}");
    assert_eq!(words[2], "you, on another machine: 1 new topic");
    assert!(words[3].ends_with("from my laptop"), "{words:?}");

    // Whoever edits an entry that somebody else brought did not bring it.
    let edited = laptop.add(["by sam at first"]);
    laptop.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["edit", &edited, "and then by ana"]).ok();
    ana.run(["sync"]).ok();
    assert_eq!(hows(&synced(&sam)), as_pairs(&[("sam", "added")]));
}

#[test]
fn of_many_conflicts_mine_are_told_apart() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let ids = ["one", "two", "three"].map(|text| sam.add([text]));
    sync_all(&[&sam, &ana]);
    for id in &ids {
        ana.run(["--offline", "edit", id, "as Ana says"]).ok();
    }
    ana.run(["sync"]).ok();
    for id in &ids[..2] {
        sam.run(["--offline", "edit", id, "as Sam says"]).ok();
    }
    let words = lines(&sam.run(["sync"]).ok());
    let both = words.iter().filter(|line| line.starts_with("you both changed "));
    assert_eq!(both.count(), 2, "{words:?}");
}

#[test]
fn a_resolved_conflict_is_told_to_the_other() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = sam.add(["plan the offsite"]);
    sync_all(&[&sam, &ana]);
    ana.run(["--offline", "edit", &id, "as Ana says"]).ok();
    sam.run(["edit", &id, "as Sam says"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    ana.run(["resolve", &id, "--take", "as Ana says"]).ok();
    let left = ana.run(["--json", "conflicts"]).ok().json();
    assert_eq!(left["entries"], serde_json::json!([]));
    ana.run(["sync"]).ok();
    let words = lines(&sam.run(["sync", "--dry-run"]).ok());
    assert_eq!(words[0], "Ana: 1 conflict resolved", "{words:?}");
    assert!(words[1].ends_with("conflict resolved  as Ana says"), "{words:?}");
    assert_eq!(hows(&synced(&sam)), as_pairs(&[("ana", "resolved")]));
}
