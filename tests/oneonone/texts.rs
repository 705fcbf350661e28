//! A text is not its bytes: Unicode forms, Markdown, and the marks of the platform that it was written on.

use crate::world::{Person, World, sync_all};

const MARK: &str = "\u{feff}";

/// An editor that saves this in the place of what it was given.
fn saving(person: &Person, text: &str) -> Person {
    person.write("../typed", text);
    let file = person.cwd.join("../typed");
    person.with(
        "EDITOR",
        &format!("f() {{ cat '{}' > \"$1\"; }}; f", file.display()),
    )
}

#[test]
fn a_search_finds_every_form_of_a_word() {
    let world = World::new();
    let (_, ana) = world.pair();
    for text in [
        "lunch at the caf\u{e9}",
        "coffee in the Cafe\u{301}",
        "walk down the straße",
    ] {
        ana.add(["note", text]);
    }
    ana.add(["note", "x", "--theme", "Système"]);
    let found = |words: &[&str]| {
        let log = ana.run([&["--json", "log"], words].concat()).ok().json();
        log["entries"].as_array().unwrap().len()
    };
    assert_eq!(found(&["caf\u{e9}"]), 2);
    assert_eq!(found(&["CAFE\u{301}"]), 2);
    assert_eq!(found(&["COFFEE", "caf\u{e9}"]), 1);
    assert_eq!(found(&["STRASSE"]), 1);
    assert_eq!(found(&["syste\u{300}me"]), 1);
    assert_eq!(found(&["#SYSTÈME"]), 1);
}

#[test]
fn a_member_is_named_in_every_form_of_the_name() {
    let world = World::new();
    let ana = world.person("ana");
    let dir = ana.cwd.join("pair");
    ana.run(
        ["init", "Rene\u{301} Strauß", "--as", "report", "--name", "Ana"]
            .map(Into::into)
            .into_iter()
            .chain([dir.clone().into_os_string()]),
    )
    .ok();
    let ana = Person { cwd: dir, ..ana };
    let action = ana.run(["--json", "add", "action", "x", "--owner", "REN\u{c9} STRAUSS"]);
    assert_eq!(action.ok().json()["entry"]["owner"], "rene");
}

#[test]
fn a_value_to_keep_is_named_in_every_form() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["note", "x"]);
    sync_all(&[&ana, &sam]);
    ana.run(["edit", &id, "the caf\u{e9}"]).ok();
    sam.run(["edit", &id, "The Bar"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["resolve", &id, "--take", "tea"]).fails(2);
    sam.run(["resolve", &id, "--take", "The Cafe\u{301}"]).ok();
    let shown = sam.run(["--json", "show", &id]).ok().json();
    assert_eq!(shown["entry"]["text"], "the caf\u{e9}");
}

#[test]
fn a_hash_word_is_the_theme_that_the_flag_makes_of_it() {
    let world = World::new();
    let (_, ana) = world.pair();
    let themes = |args: &[&str]| {
        ana.run([&["--json", "add", "growth"], args].concat()).ok().json()["entry"]["themes"].clone()
    };
    for word in [
        "Mentoring",
        "Système-Design",
        "Syste\u{300}me",
        "snake_case",
        "1on1",
        "日本語",
    ] {
        let by_flag = themes(&["by flag", "--theme", word]);
        assert_eq!(themes(&[&format!("by #{word}, today")]), by_flag, "{word}");
        assert_eq!(by_flag.as_array().unwrap().len(), 1);
    }
    let none = ana.run(["--json", "add", "growth", "to the #🚀"]).ok();
    assert_eq!(
        none.says("#🚀 is no theme").json()["entry"]["themes"],
        serde_json::json!([])
    );
}

#[test]
fn a_hash_that_is_no_prose_is_no_theme() {
    let world = World::new();
    let (_, ana) = world.pair();
    for text in [
        "how it builds\n```c\n#include <stdio.h>\n#define X 1\n```",
        "run `make #fast` first",
        "the button is #ff8800 now",
        "see [about #caching](https://example.org/#caching) and https://example.org/(#caching)",
        "# Plan {#plan}\n\nsee [[#plan]]",
    ] {
        let added = ana.type_in(text, ["--json", "add", "note", "-"]).ok();
        assert_eq!(added.json()["entry"]["themes"], serde_json::json!([]), "{text}");
        let id = added.json()["entry"]["id"].as_str().unwrap().to_owned();
        let edited = ana.run(["--json", "edit", &id, &format!("now: {text}")]).ok();
        assert_eq!(edited.json()["entry"]["themes"], serde_json::json!([]), "{text}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_text() {
    let world = World::new();
    let (sam, _) = world.pair();
    let text = |run: crate::world::Run| run.ok().json()["entry"]["text"].clone();
    let notepad = format!("{MARK}from Notepad\r\n");
    assert_eq!(
        text(sam.type_in(&notepad, ["--json", "add", "note", "-"])),
        "from Notepad"
    );
    sam.type_in(&format!("{MARK}\n"), ["add", "note", "-"]).fails(2);
    assert_eq!(
        text(saving(&sam, &notepad).run(["--json", "add", "note"])),
        "from Notepad"
    );
    let id = sam.add(["note", "before"]);
    assert_eq!(
        text(saving(&sam, &notepad).run(["--json", "edit", &id])),
        "from Notepad"
    );
    assert_eq!(
        text(sam.type_in(&notepad, ["--json", "edit", &id, "-"])),
        "from Notepad"
    );

    // A record, by the editor and by hand.
    sam.run(["--offline", "start"]).ok();
    let id = sam.add(["note", "agreed"]);
    let path = "meetings/2026/2026-11-24.toml";
    let record = sam.read(path);
    saving(&sam, &format!("{MARK}{record}"))
        .run(["edit", "today"])
        .ok()
        .says("nothing was changed");
    saving(&sam, &format!("{MARK}{}", record.replace("agreed", "decided")))
        .run(["edit", "today"])
        .ok();
    assert!(sam.read(path).contains("decided"));
    sam.write(
        path,
        &format!("{MARK}{}", record.replace("agreed", "by hand")).replace('\n', "\r\n"),
    );
    sam.run(["sync"]).ok();
    assert_eq!(
        sam.run(["--json", "show", &id]).ok().json()["entry"]["text"],
        "by hand"
    );
    assert!(!sam.files().values().any(|file| file.contains(MARK)));
}
