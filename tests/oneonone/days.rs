//! The day of the next meeting moves, and a meeting of a past day is written down (docs/command-line.md#commands).

use std::fs;

use crate::world::{Person, World, sync_all};

/// How a command begins that moves the next meeting.
const MOVE: &str = "oneonone next ";

#[test]
fn the_agreed_day_moves_by_a_command_and_both_are_told() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let moved = sam
        .run(["--json", "next", "friday"])
        .ok()
        .says("· next meeting ·")
        .says("Fri 27 Nov");
    assert_eq!(
        moved.json(),
        serde_json::json!({"next": "2026-11-27", "was": null})
    );
    sam.run(["sync"]).ok().says("in sync: the agreed day went");
    ana.run(["sync"])
        .ok()
        .says("the next meeting is on Fri 27 Nov")
        .says("the agreed day came");
    ana.run(["next", "in 2 weeks"])
        .ok()
        .says("Tue 8 Dec, before it was Fri 27 Nov");
    ana.run(["add", "Budget"]).ok();
    let sync = ana
        .run(["--json", "sync"])
        .ok()
        .says("in sync: 1 entry and the agreed day went");
    assert_eq!(
        (&sync.json()["next_pulled"], &sync.json()["next_pushed"]),
        (&false.into(), &true.into())
    );
    let sync = sam
        .run(["--json", "sync"])
        .ok()
        .says("the next meeting moves from Fri 27 Nov to Tue 8 Dec");
    assert_eq!(
        (&sync.json()["next_pulled"], &sync.json()["pulled"]),
        (&true.into(), &1.into())
    );
    sam.run(["next", "--none"])
        .ok()
        .says("no day is agreed on, before it was Tue 8 Dec");
    sam.run(["next", "--none"]).ok().says("nothing was changed");
    sam.run(["undo"])
        .ok()
        .says("· next meeting ·")
        .says("Tue 8 Dec")
        .says("undone: next");
    sam.run(["redo"]).ok().says("no day is agreed on");
    sam.run(["sync"]).ok().says("the agreed day went");
    ana.run(["sync"])
        .ok()
        .says("no day is agreed on for the next meeting any more; it was Tue 8 Dec");
    // An edit by hand counts the same. It may be one of an older version, which had another day.
    let pair = sam
        .read("pair.toml")
        .replace("cadence", "next = 2026-12-01\ncadence");
    sam.write("pair.toml", &pair);
    sam.run(["sync"]).ok().says("the agreed day went");
    let run = ana.run(["sync"]).ok();
    run.says("both sides changed the day of the next meeting: to Tue 1 Dec and to none\n");
}

#[test]
fn a_day_that_cannot_be_the_next_one_is_refused() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["next", "yesterday"])
        .fails(2)
        .says("Mon 23 Nov has passed")
        .says("start --on 2026-11-23");
    sam.run(["next"]).fails(2);
    sam.run(["next", "friday", "--none"]).fails(2);
    sam.run(["next", "today"]).ok();
    sam.run(["start"]).ok();
    sam.run(["next", "today"])
        .fails(2)
        .says("there was a meeting on Tue 24 Nov");
    sam.run(["end"]).ok();
    // A meeting that took place uses its day up: nobody is told that it moved.
    let said = ana.run(["sync"]).ok().err;
    assert!(
        !said.contains("agreed") && !said.contains("next meeting"),
        "{said}"
    );
    // A day that was skipped is on again.
    sam.run(["skip", "friday"]).ok();
    sam.run(["next", "friday"]).ok();
    assert!(!sam.cwd.join("meetings/2026/2026-11-27.toml").exists());
    assert_eq!(sam.run(["--json"]).ok().json()["next"], "2026-11-27");
    sam.run(["undo"])
        .ok()
        .says("Fri 27 Nov · you, Ana, the host's admins · back");
    sam.run(["add", "why not", "--meeting", "2026-11-27"]).ok();
    sam.run(["next", "friday"])
        .fails(1)
        .says("recorded as skipped already");
}

#[test]
fn a_meeting_of_a_past_day_is_written_down() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let waiting = sam.add(["what waits"]);
    let refused = sam
        .run(["add", "note", "we met", "--meeting", "yesterday"])
        .fails(1);
    let refused = refused
        .says("oneonone start --on 2026-11-23")
        .says("add TEXT --meeting 2026-11-23 --yes");
    assert!(refused.out.is_empty());
    for far in ["0000-01-01", "0001-01-01"] {
        let run = sam.run(["add", "x", "--meeting", far, "--yes"]);
        assert!(
            run.code != 0 && !sam.cwd.join("meetings/0000").exists(),
            "{}",
            run.err
        );
    }
    sam.run(["add", "x", "--meeting", "2026-11-25", "--yes"])
        .fails(1)
        .says("oneonone next 2026-11-25");
    sam.run(["edit", "2026-11-23"])
        .fails(1)
        .says("start --on 2026-11-23");
    // One entry, and no more.
    sam.run(["add", "note", "we met", "--meeting", "last monday", "--yes"])
        .ok()
        .says("a record of the meeting of Mon 23 Nov is made")
        .says("→ Ana · Mon 23 Nov ·");
    assert_eq!(
        sam.run(["--json", "show", "2026-11-23"]).ok().json()["meeting"]["status"],
        "held"
    );
    sam.run(["undo"]).ok().says("gone");
    assert!(!sam.cwd.join("meetings/2026/2026-11-23.toml").exists());
    sam.run(["redo"]).ok();
    // The whole of it: what waited moves in, and goes back if it was not talked about.
    sam.run(["start", "--on", "2026-11-23"])
        .fails(1)
        .says("there was a meeting on Mon 23 Nov already");
    sam.run(["start", "--on", "2026-11-25"])
        .fails(2)
        .says("Wed 25 Nov is still to come");
    sam.run(["start", "--on", "2026-10-05"])
        .ok()
        .says("→ Ana · Mon 5 Oct ·")
        .says("begun");
    let entry = sam.add(["decision", "it is decided"]);
    let shown = sam.run(["--json", "show", "2026-10-05"]).ok().json();
    let ids: Vec<_> = shown["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["id"].clone())
        .collect();
    assert!(
        ids.contains(&entry.into()) && ids.contains(&waiting.as_str().into()),
        "{shown}"
    );
    ana.run(["sync"]).ok();
    ana.run(["add", "said then"]).ok().says("→ Sam · Mon 5 Oct ·");
    ana.run(["sync"]).ok();
    sam.run(["end", "--next", "friday"])
        .ok()
        .says("Mon 5 Oct")
        .says("what waits");
    ana.run(["sync"]).ok().says("the next meeting is on Fri 27 Nov");
    assert!(ana.run(["agenda"]).ok().out.contains(&waiting));
    sam.run(["undo"]).ok();
    sam.run(["end"]).ok().says("Mon 5 Oct");
}

#[test]
fn a_meeting_that_ends_before_it_begins_is_refused_with_the_clocks() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["start"]).ok();
    sam.run(["end"]).ok();
    ana.run(["sync"]).ok();
    let path = "meetings/2026/2026-11-24.toml";
    let text = ana
        .read(path)
        .replace("ended = 2026-11-24T12", "ended = 2026-11-24T11");
    ana.write(path, &text);
    for (command, code) in [(&["check"][..], 3), (&["sync"], 1), (&["add", "x"], 1)] {
        ana.run(command)
            .fails(code)
            .says("`ended` 2026-11-24T11:00:00Z is before `started` 2026-11-24T12:00:00Z")
            .says("2026-11-24.toml:4:1")
            .says("`started` came from the clock of Sam Lee, `ended` was written here by hand");
    }
    // One that came from elsewhere stops nobody, and is reported.
    ana.git([
        "commit",
        "--no-verify",
        "-qam",
        "by hand",
        "--author",
        "Ana <ana@example.invalid>",
    ])
    .ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["add", "y"]).ok();
    sam.run(["check"])
        .fails(3)
        .says("`ended` came from the clock of Ana");
    let text = sam
        .read(path)
        .replace("ended = 2026-11-24T11", "ended = 2026-11-24T13");
    fs::write(sam.cwd.join(path), text).unwrap();
    sam.run(["check"]).ok();
}

#[test]
fn two_days_at_once_are_one_conflict_that_both_are_told() {
    // Nothing was agreed on before, a day was, or one takes it back.
    for (before, ana_says) in [
        (None, "2026-12-08"),
        (Some("2026-12-01"), "2026-12-08"),
        (Some("2026-12-01"), "--none"),
    ] {
        let world = World::new();
        let (sam, ana) = world.pair();
        if let Some(before) = before {
            sam.run(["next", before]).ok();
            sync_all(&[&sam, &ana]);
        }
        sam.run(["--offline", "next", "friday"]).ok();
        ana.run(["--offline", "next", ana_says]).ok();
        sam.run(["sync"]).ok();
        let other = if ana_says == "--none" { "none" } else { "Tue 8 Dec" };
        for person in [&ana, &sam, &sam] {
            let run = person.run(["sync"]).ok().says("1 with a conflict");
            let [one, two] = ["Fri 27 Nov", other];
            let said = |a: &str, b: &str| {
                let words = format!("both sides changed the day of the next meeting: to {a} and to {b}\n");
                run.err.contains(&words)
            };
            assert!(said(one, two) || said(two, one), "{}", run.err);
            for words in ["moves from", "changed the next", "resolve ID", "any more"] {
                assert!(!run.err.contains(words), "{words}: {}", run.err);
            }
            assert_eq!(run.commands(MOVE).len(), 2, "{}", run.err);
        }
        assert_eq!(
            ana.run(["--json", "conflicts"]).fails(3).json()["heads"][0]["at"],
            "pair"
        );
        // Either command ends it, and the other member is told.
        let run = sam.run(["sync"]).ok();
        sam.paste(run.command(MOVE)).ok();
        sam.run(["conflicts"]).ok();
        sam.run(["sync"]).ok();
        let told = ana.run(["sync"]).ok();
        let told = told.says("Sam: ended the conflict over the next meeting\n");
        assert!(!told.err.contains("with a conflict"), "{}", told.err);
        ana.run(["conflicts"]).ok();
    }
}

#[test]
fn an_undo_beside_another_day_says_the_conflict() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["next", "2026-12-15"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["next", "2026-12-16"]).ok();
    sync_all(&[&ana, &sam]);
    let run = sam.run(["--json", "undo"]).ok().says("undone: next");
    let run = run.says("both sides changed the day of the next meeting: to Wed 16 Dec and to none\n");
    assert_eq!(run.json()["undone"]["conflicts"], 1);
    assert_eq!(
        run.commands(MOVE),
        ["oneonone next 2026-12-16", "oneonone next --none"]
    );
    sam.run(["next", "2026-12-16"]).ok();
    sam.run(["conflicts"]).ok();
}

#[test]
fn an_undo_beside_another_head_says_the_conflict() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["start"]).ok();
    sam.run(["end"]).ok();
    let edit = |person: &Person, script: &str| {
        let editor = format!("sed -i '{script}'");
        person.with("EDITOR", &editor).run(["edit", "2026-11-24"]).ok();
    };
    edit(&sam, "1a place = \"a\"");
    edit(&sam, "s/\"a\"/\"b\"/");
    sync_all(&[&sam, &ana]);
    edit(&ana, "s/\"b\"/\"c\"/");
    sync_all(&[&ana, &sam]);
    let run = sam.run(["--json", "undo"]).ok();
    let run = run.says("the meeting of Tue 24 Nov was changed since: both values are kept");
    assert_eq!(run.json()["undone"]["conflicts"], 1);
    run.says("oneonone resolve 2026-11-24\n");
}
