//! Records that HEAD has and that somebody took out of the folder: a question says so (docs/command-line.md#queries).

use std::fs;

use crate::world::{Person, World, sync_all};

const QUESTIONS: [&[&str]; 6] = [&["agenda"], &["actions"], &["growth"], &["log"], &["status"], &[]];

/// A pair with something on the agenda and two meetings.
fn two_meetings() -> (World, Person) {
    let world = World::new();
    let (sam, ana) = world.pair();
    for now in ["2026-11-10T12:00:00Z", "2026-11-17T12:00:00Z"] {
        let sam = sam.at(now);
        sam.run(["--offline", "start"]).ok();
        sam.run(["add", "action", "ask around"]).ok();
        sam.run(["--offline", "end"]).ok();
    }
    sam.run(["add", "what waits"]).ok();
    sync_all(&[&sam, &ana]);
    (world, sam)
}

#[test]
fn a_question_says_that_records_are_missing() {
    let (_world, sam) = two_meetings();
    for (gone, count) in [
        (&["agenda.toml"][..], "1 record that HEAD has is missing"),
        (&["meetings"], "2 records that HEAD has are missing"),
        (
            &["agenda.toml", "meetings"],
            "3 records that HEAD has are missing",
        ),
    ] {
        for question in QUESTIONS {
            for path in gone {
                let path = sam.cwd.join(path);
                drop(fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path)));
            }
            for index in ["on", "off"] {
                let run = sam
                    .with("ONEONONE_INDEX", index)
                    .run([&["--json"], question].concat());
                let run = run.ok().says(count);
                assert_eq!(run.err.matches("missing in the folder").count(), 1, "{}", run.err);
                run.json();
            }
            let run = sam.run(question).ok();
            sam.paste(run.command("git ")).ok();
            assert!(!sam.run(question).ok().err.contains("missing"), "{question:?}");
        }
    }
}

#[test]
fn status_and_check_name_a_single_meeting() {
    let (_world, sam) = two_meetings();
    fs::remove_file(sam.cwd.join("meetings/2026/2026-11-10.toml")).unwrap();
    for command in ["status", "check"] {
        sam.run([command])
            .says("1 record that HEAD has is missing in the folder")
            .says("git checkout HEAD -- meetings/2026/2026-11-10.toml\n");
    }
    sam.git(["checkout", "HEAD", "--", "meetings"]).ok();
    sam.git(["sparse-checkout", "set", "--no-cone", "/*", "!/meetings/"])
        .ok();
    let run = sam.run(["log"]).ok();
    let run = run.says("2 records that HEAD has are hidden by a sparse checkout");
    sam.paste(run.command("git ")).ok();
    assert!(!sam.run(["log"]).ok().err.contains("hidden"));
}
