//! A short id never leads words of mine to an entry that somebody else made for it (docs/format.md#ids).

use crate::limits::host_commits;
use crate::world::{World, sync_all};

#[test]
fn an_open_entry_does_not_take_the_short_id_of_a_narrower_one_of_mine() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["start"]).ok();
    let id = ana.add_typed("troubles me\n", ["note", "-", "--private"]);
    ana.run(["end"]).ok();
    sync_all(&[&ana, &sam]);
    let typed = &id[..3];
    let bait = alike(&id);
    let agenda = with_bait(&sam.read("agenda.toml"), &bait);
    host_commits(&world, [("agenda.toml".to_owned(), agenda)]);
    sync_all(&[&ana]);
    let head = ana.head();
    ana.run(["edit", typed, "for nobody else"])
        .fails(1)
        .says("could be any of 2 entries")
        .says(&bait)
        .says(&id);
    ana.type_in("for nobody else\n", ["edit", typed, "-"]).fails(1);
    ana.with_editor("echo for nobody else > \"$1\"")
        .run(["edit", typed])
        .fails(1);
    ana.run(["add", "a reply", "--re", typed])
        .fails(1)
        .says("could be any of 2 entries");
    ana.run(["edit", &bait, "--re", typed]).fails(1);
    assert_eq!(ana.head(), head);
    // Each whole id is one entry, and to look at it or to be done with it writes no words.
    ana.run(["edit", &id, "still mine"]).ok();
    ana.run(["edit", &bait, "to both"]).ok();
    assert!(ana.run(["show", typed]).ok().out.contains("to both"));
    ana.run(["done", typed]).ok();
    sync_all(&[&ana, &sam]);
    // An entry that both read is no danger: the open one wins.
    sam.run(["edit", &bait, "his own"]).ok();
}

/// An id that begins as another one, and differs in its last letter.
fn alike(id: &str) -> String {
    let last = if id.ends_with('k') { 'z' } else { 'k' };
    format!("{}{last}", &id[..id.len() - 1])
}

/// An open entry of Sam's with that id, beside what stands on the agenda.
fn with_bait(agenda: &str, id: &str) -> String {
    let entry =
        format!("[[entry]]\nid = \"{id}\"\nby = \"sam\"\nat = 2026-11-20T09:00:00Z\ntext = \"bait\"\n");
    format!("{agenda}\n{entry}")
}

#[test]
fn an_entry_that_is_in_no_list_is_not_forgotten_for_a_bait() {
    const MEETING: &str = "meetings/2026/2026-11-24.toml";
    for (flag, by_ana) in [
        ("--private", true),
        ("--confidential", true),
        ("--confidential", false),
    ] {
        for hidden in ["removed", "broken", "without its author", "closed"] {
            let world = World::new();
            let (sam, ana) = world.pair();
            ana.run(["start"]).ok();
            sync_all(&[&ana, &sam]);
            let author = if by_ana { &ana } else { &sam };
            let id = author.add_typed("troubles me\n", ["note", "-", flag]);
            author.run(["end"]).ok();
            sync_all(&[author, &ana, &sam]);
            let bait = alike(&id);
            let meeting = ana.read(MEETING);
            let (head, _) = meeting.split_once("[[entry]]").unwrap();
            let meeting = match hidden {
                "removed" => head.to_owned(),
                "broken" => format!("{meeting}x = [\n"),
                "without its author" => meeting.replace("by = ", "was_by = "),
                _ => meeting,
            };
            let agenda = with_bait(&ana.read("agenda.toml"), &bait);
            host_commits(
                &world,
                [("agenda.toml".to_owned(), agenda), (MEETING.to_owned(), meeting)],
            );
            ana.run(["sync"]);
            let typed = &id[..3];
            let what = format!("{flag} {by_ana} {hidden}");
            let said = "could be any of 2 entries";
            ana.type_in("for nobody else\n", ["edit", typed, "-"])
                .fails(1)
                .says(said);
            let reply = ana.type_in("for nobody else\n", ["add", "note", "-", "--re", typed]);
            assert!(
                reply.code == 1 && reply.err.contains(said),
                "{what}: {}",
                reply.err
            );
        }
    }
}

#[test]
fn share_takes_no_short_id_that_begins_another_sealed_entry_of_mine() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["start"]).ok();
    // So many that two of them begin alike.
    let ids: Vec<String> = (0..40)
        .map(|n| ana.add_typed(&format!("note {n}\n"), ["note", "-", "--private"]))
        .collect();
    ana.run(["end"]).ok();
    let alike = |id: &&String| ids.iter().filter(|other| other[..2] == id[..2]).count() > 1;
    let typed = &ids.iter().find(alike).expect("two of forty begin alike")[..2];
    ana.run(["share", typed, "--yes"])
        .fails(1)
        .says("could be any of");
    ana.run(["share", &ids[0], "--yes"]).ok();
}

#[test]
fn who_looks_for_a_removed_entry_learns_how_to_put_it_back() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["topic", "stands"]);
    sync_all(&[&ana, &sam]);
    sam.run(["rm", &id]).ok();
    sync_all(&[&sam, &ana]);
    let run = ana.run(["show", &id]).fails(1);
    ana.paste_all(&run, "oneonone restore ");
    assert!(ana.run(["show", &id]).ok().out.contains("stands"));
}
