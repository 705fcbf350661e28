//! A text that was removed before it was ever sent: `rm` says that history takes it along (docs/privacy.md#readers).

use crate::world::{Run, World, sync_all};

const TEXT: &str = "the salary of Kim";

#[test]
fn a_text_that_was_never_sent_can_be_left_out() {
    for by_hand in [false, true] {
        let world = World::new();
        let (sam, ana) = world.pair();
        let before = sam.add(["written before"]);
        let id = match by_hand {
            false => sam.add([TEXT]),
            true => {
                let entry = format!("\n[[entry]]\ntext = \"{TEXT}\"\n");
                sam.append("agenda.toml", &entry);
                sam.run(["add", "takes the hand edit in"]).ok();
                let all = sam.run(["--json", "agenda"]).ok().json();
                let mut found = all["entries"].as_array().unwrap().iter();
                let id = &found.find(|entry| entry["text"] == TEXT).unwrap()["id"];
                id.as_str().unwrap().to_owned()
            }
        };
        sam.run(["edit", &id, TEXT, "and more"]).ok();
        let after = sam.add(["written after"]);
        let run = sam.run(["rm", &id]).ok();
        let run = run
            .says("the text still stands in ")
            .says(" not sent: the next sync sends it in history");
        sam.paste(run.command("git reset ")).ok();
        sync_all(&[&sam, &ana]);
        let remote = world.path("remote.git");
        assert!(!ana.objects(&remote).contains(TEXT), "{by_hand}");
        let agenda = ana.read("agenda.toml");
        for id in [before, after] {
            assert!(agenda.contains(&id), "{agenda}");
        }
    }
}

#[test]
fn the_commits_are_counted_and_a_merge_among_them_names_no_way_back() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (one, two) = (sam.add([TEXT]), sam.add(["and another"]));
    sam.run(["rm", &one, &two])
        .ok()
        .says("the text still stands in 2 commits that were not sent");
    let id = sam.add([TEXT]);
    ana.add(["of ana"]);
    ana.run(["sync"]).ok();
    sam.git(["fetch", "-q"]).ok();
    sam.git(["merge", "-q", "--no-edit", "origin/main"]);
    sam.run(["add", "after the merge"]).ok();
    let run = sam.run(["rm", &id]).ok().says("the text still stands in ");
    assert!(!run.err.contains("git reset"), "{}", run.err);
}

#[test]
fn nothing_is_said_where_no_text_gets_out_by_it() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let quiet = |run: Run| {
        let run = run.ok();
        assert!(
            !run.err.contains("history") && !run.err.contains("hint"),
            "{}",
            run.err
        );
    };
    // Sent already, with an edit that was not, and back by an undo.
    let id = sam.add([TEXT]);
    sync_all(&[&sam, &ana]);
    sam.run(["edit", &id, "otherwise"]).ok();
    quiet(sam.run(["rm", &id]));
    sam.run(["sync"]).ok();
    sam.run(["undo"]).ok();
    quiet(sam.run(["rm", &id]));
    // Under a seal.
    let id = sam.add_typed(TEXT, ["note", "-", "--private"]);
    quiet(sam.run(["rm", &id]));
    // Where nothing is ever sent.
    sam.git(["remote", "remove", "origin"]).ok();
    let id = sam.add([TEXT]);
    quiet(sam.run(["rm", &id]));
}
