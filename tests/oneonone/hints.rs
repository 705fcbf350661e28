//! Hints from outside: a command stands alone on its line, is quoted for a shell, and names the pair that was named.

use std::fs;

use crate::world::{World, sync_all};

#[test]
fn what_a_person_wrote_is_printed_as_it_was_written() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let text = "Teach the team oneonone sync";
    ana.run(["start", "--offline"]).ok();
    ana.add(["note", text]);
    let topic = ana.add(["topic", text]);
    let run = ana.run(["@sam", "end", "--offline"]).ok();
    assert!(run.err.contains(text), "{}", run.err);
    // In a hint too, which names a value of a conflict.
    sync_all(&[&ana, &sam, &ana]);
    sam.run(["edit", &topic, "mine"]).ok();
    ana.run(["edit", &topic, "Teach oneonone sync"]).ok();
    sync_all(&[&sam, &ana]);
    let run = ana.run(["@sam", "resolve", &topic]).fails(2);
    let run = run.says("keep Teach oneonone sync, by ana\n    oneonone @sam resolve ");
    assert!(!run.err.contains("oneonone @sam sync"), "{}", run.err);
}

#[test]
fn a_command_names_the_pair_that_was_named() {
    let world = World::new();
    let (_, ana) = world.pair();
    let run = ana.run(["end"]).fails(1);
    assert_eq!(run.commands(""), ["oneonone start"]);
    for named in [&["@sam", "end"][..], &["end", "-p", "sam"]] {
        let run = ana.run(named).fails(1);
        assert_eq!(run.commands(""), ["oneonone @sam start"]);
    }
    // Commands that are about no pair, and those of other programs, name none.
    ana.git(["switch", "-q", "--detach"]).ok();
    let run = ana.run(["@sam", "sync"]).fails(1);
    assert_eq!(run.commands(""), ["git switch -", "git branch"]);
}

#[test]
fn a_command_is_quoted_for_a_shell() {
    let world = World::new();
    let sam = world.person("sam");
    let folder = sam.home.join("it's taken");
    fs::create_dir_all(folder.join("full")).unwrap();
    let run = sam
        .run(["join", "/no/such $place", folder.to_str().unwrap()])
        .fails(1);
    assert_eq!(run.commands(""), ["oneonone join '/no/such $place' DIR"]);
    let run = sam.run(["join", "/no/it's here"]).fails(5);
    assert_eq!(run.commands(""), [r"git ls-remote '/no/it'\''s here'"]);
}

#[test]
fn the_next_step_names_the_pair_that_was_named() {
    let world = World::new();
    let (_, ana) = world.pair();
    let shown = |line: &str| {
        let line = format!("{} {line}", env!("CARGO_BIN_EXE_oneonone"));
        ana.start("script", ["-qec", &line, "/dev/null"], "").out
    };
    assert!(shown("--color never").contains("Next: `oneonone add`"));
    assert!(shown("@sam --color never").contains("Next: `oneonone @sam add`"));
    assert!(shown("growth --all --color never").contains("`oneonone @sam add growth"));
}
