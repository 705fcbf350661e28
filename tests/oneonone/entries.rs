//! Entries: changed, closed, removed, shared. A sealed entry stays sealed.

use crate::world::{Person, World};

/// Everything that Git has kept, in one text.
fn objects(person: &Person) -> String {
    let run = person.start(
        "sh",
        [
            "-c",
            "git cat-file --batch --batch-all-objects | tr -d '\\000' | iconv -c -f utf-8 -t utf-8",
        ],
        "",
    );
    run.ok().out
}

fn state(person: &Person, id: &str) -> serde_json::Value {
    person.run(["--json", "show", id]).ok().json()["entry"]["state"].clone()
}

/// An editor that adds a text at the end.
fn adding(person: &Person, text: &str) -> Person {
    person.with("EDITOR", &format!("f() {{ sed -i '1s/$/{text}/' \"$1\"; }}; f"))
}

#[test]
fn actions_are_done_dropped_and_opened_again() {
    let world = World::new();
    let (sam, _) = world.pair();
    let one = sam.add(["action", "one"]);
    let two = sam.add(["action", "two"]);
    let topic = sam.add(["topic", "three"]);
    let before = sam.files();
    sam.run(["done", &one, "kkkkkkkkkkkk"])
        .fails(1)
        .says("the id of no entry");
    sam.run(["drop", &one, &topic]).fails(1).says("not an action");
    sam.run(["done", "x!"]).fails(1).says("is no id");
    sam.run(["done"]).fails(2);
    assert_eq!(sam.files(), before);

    let done = sam.run(["--json", "done", &one, &two]).ok().json();
    assert_eq!(done["entries"][0]["closed"], "2026-11-24T12:00:00Z");
    let again = sam.at("2026-11-25T12:00:00Z").run(["--json", "done", &one]);
    assert_eq!(
        again.ok().says("already").json()["entry"]["closed"],
        "2026-11-24T12:00:00Z"
    );
    sam.run(["drop", &two]).ok();
    assert_eq!(state(&sam, &two), "dropped");
    sam.run(["reopen", &one, &two]).ok();
    assert_eq!(sam.files(), before);
}

#[test]
fn what_was_talked_about_goes_to_the_last_meeting_and_back() {
    let world = World::new();
    let (sam, _) = world.pair();
    sam.run(["--offline", "start"]).ok();
    sam.run(["--offline", "end"]).ok();
    let topic = sam.add(["in the corridor"]);
    let done = sam.run(["--json", "done", &topic]).ok().json();
    assert_eq!(done["entry"]["meeting"], "2026-11-24");
    let open = sam.run(["--json", "reopen", &topic]).ok().json();
    assert_eq!(open["entry"]["meeting"], serde_json::Value::Null);
    assert_eq!(open["entry"]["state"], serde_json::Value::Null);
    sam.run(["done", &topic]).ok();
    // A meeting that loses its last entry stays.
    sam.run(["rm", &topic]).ok().says("removed");
    assert!(sam.read("meetings/2026/2026-11-24.toml").contains("ended"));
    sam.run(["show", &topic]).fails(1);
}

#[test]
fn an_ambiguous_id_lists_what_it_could_be() {
    let world = World::new();
    let (sam, _) = world.pair();
    let entry = |id: &str, text: &str| format!("[[entry]]\nid = \"{id}\"\ntext = \"{text}\"\n\n");
    let list = entry("kkkkkkkkkkkk", "the roadmap") + &entry("kkkkkkkkkkkl", "the budget");
    sam.write("agenda.toml", &list);
    let run = sam.run(["rm", "kk"]).fails(1);
    run.says("could be any of 2")
        .says("the roadmap")
        .says("the budget");
    sam.run(["rm", "kkkkkkkkkkkl"]).ok();
    assert!(sam.read("agenda.toml").contains("roadmap"));
}

#[test]
fn editing_by_flags_text_and_editor() {
    let world = World::new();
    let (sam, _) = world.pair();
    let id = sam.add(["Talk about it"]);
    let edit = |args: &[&str]| {
        let all = ["--json", "edit", &id]
            .iter()
            .chain(args)
            .copied()
            .collect::<Vec<_>>();
        sam.run(all)
    };
    let entry = edit(&["Talk", "about", "#hiring"]).ok().says("new theme").json();
    assert_eq!(entry["entry"]["text"], "Talk about #hiring");
    assert_eq!(entry["entry"]["themes"][0], "hiring");
    let entry = edit(&["--kind", "action", "--owner", "them", "--due", "2026-12-01"])
        .ok()
        .json();
    assert_eq!(entry["entry"]["owner"], "ana");
    assert_eq!(entry["entry"]["state"], "open");
    let entry = edit(&["--kind", "topic"]).ok().json();
    assert_eq!(entry["entry"]["due"], serde_json::Value::Null);

    let before = sam.files();
    edit(&["  "]).fails(2).says("empty");
    edit(&["a\u{7}b"]).fails(2).says("control character");
    edit(&["--due", "friday"]).fails(2).says("no due date");
    edit(&["--due", "6m"]).fails(2);
    edit(&["--private"]).fails(1).says("it has not left this machine");
    edit(&["--re", &id]).fails(2);
    edit(&[]).fails(2).says("no terminal");
    assert_eq!(edit(&[]).out, "");
    sam.with("EDITOR", "false").run(["edit", &id]).fails(1);
    sam.with("EDITOR", "true")
        .run(["edit", &id])
        .ok()
        .says("nothing was changed");
    assert_eq!(sam.files(), before);

    adding(&sam, ", please").run(["edit", &id]).ok();
    assert!(sam.read("agenda.toml").contains("Talk about #hiring, please"));
    // Two write at once: nothing is lost.
    let other = format!(
        "oneonone() {{ {} \"$@\"; }}; f() {{ oneonone edit {id} 'the other'; sed -i 1s/.*/mine/ \"$1\"; }}; f",
        env!("CARGO_BIN_EXE_oneonone")
    );
    let both = sam.with("EDITOR", &other).run(["edit", &id]).ok();
    both.says("both texts are kept");
    let list = sam.read("agenda.toml");
    assert!(list.contains("text = \"mine\"") && list.contains("value = \"the other\""));
}

#[test]
fn a_sealed_entry_is_changed_under_its_seal() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add_typed("too-fast-for-me", ["concern", "-"]);
    let sealed = ana.read("agenda.toml");
    ana.with("EDITOR", "true").run(["edit", &id]).ok();
    assert_eq!(ana.read("agenda.toml"), sealed);
    adding(&ana, "-and-too-much").run(["edit", &id]).ok();
    ana.run(["edit", &id, "--theme", "pace-of-work"]).ok();
    ana.run(["done", &id]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    let entry = sam.run(["--json", "show", &id]).ok().json();
    assert_eq!(entry["entry"]["text"], "too-fast-for-me-and-too-much");
    assert_eq!(entry["entry"]["state"], "done");
    for word in ["too-fast", "too-much", "pace-of-work"] {
        assert!(
            !objects(&sam).contains(word) && !objects(&ana).contains(word),
            "{word}"
        );
    }
}

#[test]
fn what_i_cannot_open_i_cannot_change() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add_typed("for me alone", ["--private", "-"]);
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    let before = sam.files();
    sam.run(["edit", &id, "mine"])
        .fails(4)
        .says("could not be opened");
    sam.run(["edit", &id]).fails(4);
    sam.run(["done", &id]).fails(4);
    sam.run(["rm", &id]).fails(4).says("does not open");
    sam.run(["share", &id, "--yes"]).fails(1).says("only its author");
    assert_eq!(
        sam.run(["--json", "show", &id]).ok().json()["entry"]["readable"],
        false
    );
    assert_eq!(sam.files(), before);
}

#[test]
fn only_the_author_shares_and_never_less() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add_typed("slowly widened", ["--private", "-"]);
    ana.run(["share", &id]).fails(2).says("--yes");
    ana.run(["share", &id, "--confidential", "--yes"]).ok();
    ana.run(["edit", &id, "--shared"]).fails(1).says("oneonone share");
    assert!(!objects(&ana).contains("slowly widened"));
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["share", &id, "--yes"]).fails(1).says("only its author");
    let shared = ana
        .run(["--json", "share", &id, "--yes"])
        .ok()
        .says("host's admins");
    assert_eq!(shared.json()["entry"]["visibility"], "shared");
    assert!(objects(&ana).contains("slowly widened"));
    ana.run(["share", &id, "--confidential", "--yes"])
        .fails(1)
        .says("history keeps");
    ana.run(["share", &id, "--yes"]).ok().says("already");
}

#[test]
fn the_record_of_a_meeting_is_edited_as_it_is_written() {
    let world = World::new();
    let (sam, _) = world.pair();
    sam.run(["--offline", "start"]).ok();
    sam.add(["note", "agreed"]);
    let line = "\\n[[entry]]\\ntext = \\\"behind-the-seal\\\"\\nvisibility = \\\"private\\\"";
    let editor = |what: &str| sam.with("EDITOR", &format!("f() {{ {what} }}; f"));
    editor(&format!(
        "printf '%b\\n' \"{line}\" >> \"$1\"; sed -i s/agreed/decided/ \"$1\";"
    ))
    .run(["edit", "2026-11-24"])
    .ok()
    .says("saved");
    let record = sam.read("meetings/2026/2026-11-24.toml");
    assert!(
        record.contains("decided") && record.contains("AGE ENCRYPTED"),
        "{record}"
    );
    assert!(!objects(&sam).contains("behind-the-seal"));
    editor("echo '[[entry' >> \"$1\";")
        .run(["edit", "today"])
        .fails(1)
        .says("2026-11-24.toml");
    assert_eq!(sam.read("meetings/2026/2026-11-24.toml"), record);
}

#[test]
fn a_kind_that_is_slightly_wrong_shares_nothing() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let before = ana.files();
    for (words, meant) in [
        (&["concern too fast-xyzzy"][..], "concern"),
        (&["concren", "too", "fast-xyzzy"], "concern"),
        (&["Concern", "too", "fast-xyzzy"], "concern"),
        (&["private", "too", "fast-xyzzy"], "--private"),
        (&["confidential", "too", "fast-xyzzy"], "--confidential"),
    ] {
        let run = ana.run([&["add"], words].concat()).fails(2);
        let run = run.says(&format!("did you mean {meant}?"));
        let run = run.says(&format!("\n    oneonone add {meant} TEXT\n"));
        run.says("\n    oneonone add topic --shared TEXT\n");
    }
    assert_eq!(ana.files(), before);
    assert!(!objects(&ana).contains("xyzzy"));

    let visibility = |words: &[&str]| {
        let run = ana.run([&["--json", "add"], words].concat()).ok().json();
        (run["entry"]["kind"].clone(), run["entry"]["visibility"].clone())
    };
    let is = |kind: &str, visibility: &str| (kind.into(), visibility.into());
    assert_eq!(
        visibility(&["concern:", "fast-xyzzy"]),
        is("concern", "confidential")
    );
    assert_eq!(visibility(&["note:", "a", "word"]), is("note", "shared"));
    assert_eq!(visibility(&["topic", "concern about it"]), is("topic", "shared"));
    assert_eq!(visibility(&["concert", "tickets"]), is("topic", "shared"));
    assert_eq!(
        visibility(&["--private", "private", "thoughts"]),
        is("topic", "private")
    );
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    assert!(!objects(&sam).contains("xyzzy"));
}

#[test]
fn a_word_that_was_meant_to_seal_stores_nothing() {
    let world = World::new();
    let (sam, _) = world.pair();
    let before = sam.files();
    for (args, meant) in [
        (&["note", "private", "S4"][..], "--private?"),
        (&["note", "private: S8"], "--private?"),
        (&["note", "(private) S7"], "--private?"),
        (&["note", "—private", "S2"], "--private?"),
        (&["note", "confidential", "S5"], "--confidential?"),
        (&["topic", "concern:", "S12"], "concern?"),
        (&["privat: x"], "--private?"),
        (&["concren: x"], "concern?"),
        (&["private"], "--private?"),
    ] {
        let all = ["add"].iter().chain(args).copied().collect::<Vec<_>>();
        sam.run(&all).fails(2).says(meant).says("--shared");
        assert_eq!(sam.files(), before, "{args:?}");
    }
    for text in ["private: x", "Confidential: x\nmore", "concern: x"] {
        sam.type_in(text, ["add", "note", "-"]).fails(2).says("--shared");
        assert_eq!(sam.files(), before, "{text}");
        sam.type_in(text, ["add", "note", "-", "--shared", "--offline"])
            .ok();
        sam.run(["undo", "--offline"]).ok();
    }
    sam.run(["add", "topic", "concern about X"]).ok();
    sam.run(["add", "note", "--shared", "private", "S4"]).ok();
    sam.type_in("private x", ["add", "note", "-"]).ok();
    let concern = sam.run(["--json", "add", "concern: x"]).ok().json();
    assert_eq!(concern["entry"]["kind"], "concern");
    assert_eq!(concern["entry"]["text"], "x");
    assert_eq!(concern["entry"]["visibility"], "confidential");
}

#[test]
fn a_theme_that_was_meant_to_seal_stores_nothing() {
    let world = World::new();
    let (sam, _) = world.pair();
    let before = sam.files();
    let shared = "--shared TEXT\n";
    for (args, meant, way) in [
        (&["note", "about", "it", "#private"][..], "--private?", shared),
        (&["note", "#Private about it"], "--private?", shared),
        (&["note", "x", "-t", "private"], "--private?", shared),
        (&["x", "--theme", "Confidential"], "--confidential?", shared),
        (&["#concern of mine"], "concern?", shared),
        (&["x", "-t", "concern"], "concern?", shared),
    ] {
        let all = ["add"].iter().chain(args).copied().collect::<Vec<_>>();
        let run = sam.run(&all).fails(2).says(way);
        run.says(&format!("did you mean {meant}"));
        assert_eq!(sam.files(), before, "{args:?}");
    }
    let id = sam.add(["a word"]);
    let before = sam.files();
    for args in [
        &["-t", "private"][..],
        &["a word", "#confidential"],
        &["#concern"],
    ] {
        let all = ["edit", &id].iter().chain(args).copied().collect::<Vec<_>>();
        sam.run(&all).fails(2).says("did you mean");
        assert_eq!(sam.files(), before, "{args:?}");
    }
    let themes = |args: &[&str]| {
        let all = ["--json"].iter().chain(args).copied();
        let answer = sam.run(all.collect::<Vec<_>>()).ok().json();
        answer["entry"]["themes"].to_string()
    };
    // Who says that it is shared means a theme, and it stops nothing.
    let edited = themes(&["edit", &id, "a #private word on #hiring", "--shared"]);
    assert_eq!(edited, r#"["private","hiring"]"#);
    assert_eq!(themes(&["add", "x #private", "--shared"]), r#"["private"]"#);
    assert_eq!(
        themes(&["add", "x", "-t", "confidential", "--shared"]),
        r#"["confidential"]"#
    );
    // Of what is sealed it is a theme like any other.
    assert_eq!(themes(&["add", "x #private", "--private"]), r#"["private"]"#);
    assert_eq!(themes(&["add", "concern", "x #private"]), r#"["private"]"#);
    sam.run(["sync"]).ok();
}
