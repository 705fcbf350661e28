//! The same words get the same answer through every door (docs/privacy.md#slips): whoever most likely meant to seal them is
//! asked, once, while they write.

use std::fs;

use crate::world::{Person, World};

/// The kind that is named, the text, and whether it is asked about.
type Case = (Option<&'static str>, &'static str, bool);

const CASES: &[Case] = &[
    (None, "private: salary", true),
    (None, "private salary", true),
    (None, "(private) salary", true),
    (None, "privat: salary", true),
    (None, "Concern about the plan", true),
    (None, "Confidential", true),
    (None, "about it #private", true),
    (None, "concert tickets", false),
    (None, "my private plans", false),
    (Some("note"), "private: salary", true),
    (Some("note"), "(private) salary", true),
    (Some("note"), "Privat : salary", true),
    (Some("note"), "—confidential salary", true),
    (Some("note"), "[concern] the plan", true),
    (Some("note"), "#Concern of mine", true),
    (Some("note"), "private salary", false),
    (Some("note"), "the plan\nprivate: salary", false),
    (Some("note"), "privacy: a review", false),
    (Some("topic"), "concern about the plan", false),
    (Some("concern"), "private: salary", true),
    (Some("concern"), "concern: the plan", false),
    (Some("concern"), "about it #private", false),
];

/// A door: takes a person, a kind and a text; says whether it asked.
type Door = fn(&Person, Option<&str>, &str) -> bool;

/// Whether a command asked; else it must have gone through.
#[track_caller]
fn asked(code: i32, run: crate::world::Run) -> bool {
    if run.code == 0 {
        return false;
    }
    let said = run.fails(code);
    let said = said.out + &said.err;
    assert!(
        ["did you mean", "visibility = \"shared\""]
            .iter()
            .any(|way| said.contains(way)),
        "{said}"
    );
    true
}

fn with_kind<'a>(command: &'a str, kind: Option<&'a str>, rest: &'a str) -> Vec<&'a str> {
    [command]
        .into_iter()
        .chain(kind)
        .chain([rest])
        .filter(|arg| !arg.is_empty())
        .collect()
}

/// An editor that replaces what it is given by a text, or adds it.
fn editor(person: &Person, text: &str, add: bool) -> Person {
    let file = person.home.join("typed");
    fs::write(&file, text).unwrap();
    let to = if add { ">>" } else { ">" };
    person.with(
        "EDITOR",
        &format!("f() {{ cat {} {to} \"$1\"; }}; f", file.display()),
    )
}

fn record(kind: Option<&str>, text: &str) -> String {
    let kind = kind
        .map(|kind| format!("kind = \"{kind}\"\n"))
        .unwrap_or_default();
    format!("\n[[entry]]\n{kind}text = \"\"\"{text}\"\"\"\n")
}

/// A record with an entry written by hand, and put back where the door asked.
fn asked_by_hand(person: &Person, kind: Option<&str>, text: &str, door: impl FnOnce() -> bool) -> bool {
    let before = person.read("agenda.toml");
    person.write("agenda.toml", &(before.clone() + &record(kind, text)));
    let asked = door();
    if asked {
        person.write("agenda.toml", &before);
    }
    asked
}

const NEW: &[(&str, Door)] = &[
    ("argument", |who, kind, text| {
        asked(2, who.run(with_kind("add", kind, text)))
    }),
    ("standard input", |who, kind, text| {
        asked(2, who.type_in(text, with_kind("add", kind, "-")))
    }),
    ("editor", |who, kind, text| {
        asked(2, editor(who, text, false).run(with_kind("add", kind, "")))
    }),
    ("hand edit", |who, kind, text| {
        asked_by_hand(who, kind, text, || asked(1, who.run(["sync"])))
    }),
    ("record in the editor", |who, kind, text| {
        asked(
            1,
            editor(who, &record(kind, text), true).run(["edit", "2026-11-24"]),
        )
    }),
    ("check", |who, kind, text| {
        asked_by_hand(who, kind, text, || {
            let asked = asked(3, who.run(["check"]));
            who.git(["checkout", "-q", "."]).ok();
            asked
        })
    }),
];

/// These refuse a text that is meant to be sealed anyway for that reason.
const OF_GIT: &[(&str, Door)] = &[
    ("guard", |who, kind, text| {
        asked_by_hand(who, kind, text, || {
            let asked = asked(1, who.git(["commit", "-qam", "by hand"]));
            who.git(["reset", "-q", "--hard", "@{upstream}"]).ok();
            asked
        })
    }),
    ("last look before the push", |who, kind, text| {
        asked_by_hand(who, kind, text, || {
            who.git(["commit", "-qnam", "by hand"]).ok();
            let run = who.run(["sync"]);
            if run.code == 0 {
                return false;
            }
            run.fails(3).says("in clear");
            who.git(["reset", "-q", "--hard", "@{upstream}"]).ok();
            true
        })
    }),
];

#[test]
fn a_new_entry_gets_the_same_answer_through_every_door() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "a first word"]).ok();
    ana.run(["start"]).ok();
    ana.run(["end"]).ok();
    ana.run(["add", "goes on"]).ok();
    for &(kind, text, is_asked) in CASES {
        for (door, open) in NEW {
            assert_eq!(open(&ana, kind, text), is_asked, "{door}: {kind:?} {text:?}");
        }
        ana.run(["sync"]).ok();
        for (door, open) in OF_GIT.iter().filter(|_| kind != Some("concern")) {
            assert_eq!(open(&ana, kind, text), is_asked, "{door}: {kind:?} {text:?}");
            ana.run(["sync"]).ok();
        }
    }
}

#[test]
fn an_edit_gets_the_same_answer_through_every_door() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    for &(kind, text, is_asked) in CASES {
        let Some(kind) = kind else { continue };
        let id = |word: &str| ana.add_typed(word, [kind, "-"]);
        let by_argument = ana.run(["edit", &id("one"), text]);
        let by_input = ana.type_in(text, ["edit", &id("two"), "-"]);
        let by_editor = editor(&ana, text, false).run(["edit", &id("three")]);
        for (door, run) in [
            ("argument", by_argument),
            ("standard input", by_input),
            ("editor", by_editor),
        ] {
            assert_eq!(asked(2, run), is_asked, "{door}: {kind} {text:?}");
        }
        if kind == "concern" {
            continue;
        }
        ana.run(["add", "note", "by-hand-xyzzy"]).ok();
        let before = ana.read("agenda.toml");
        let edited = before.replace("\"by-hand-xyzzy\"", &format!("\"\"\"{text}\"\"\""));
        assert_ne!(edited, before);
        ana.write("agenda.toml", &edited);
        assert_eq!(asked(3, ana.run(["check"])), is_asked, "check: {kind} {text:?}");
        assert_eq!(
            asked(1, ana.run(["sync"])),
            is_asked,
            "hand edit: {kind} {text:?}"
        );
        if is_asked {
            ana.write("agenda.toml", &before.replace("by-hand-xyzzy", "done"));
        }
    }
}

#[test]
fn whoever_names_the_readers_is_not_asked() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let text = "private: on #private";
    let id = ana.add(["note", text, "--shared"]);
    // Plain Git may commit it anew: its id is new there, so a command wrote it.
    ana.git(["reset", "-q", "--soft", "HEAD~1"]).ok();
    ana.git(["commit", "-qm", "by plain git"]).ok();
    ana.type_in(text, ["add", "--shared", "-"]).ok();
    editor(&ana, text, false).run(["add", "--shared"]).ok();
    let other = ana.add(["note", "a word"]);
    ana.run(["edit", &other, text, "--shared"]).ok();
    let agenda = ana.read("agenda.toml");
    let entry = format!("\n[[entry]]\nvisibility = \"shared\"\ntext = \"{text}\"\nthemes = [\"private\"]\n");
    ana.write("agenda.toml", &(agenda + &entry));
    ana.run(["check"]).ok();
    ana.git(["commit", "-qam", "by hand"]).ok();
    ana.run(["sync"]).ok();
    // It stands there now, and nobody asks about it again.
    ana.run(["edit", &id, &format!("{text} and more")]).ok();
    let agenda = ana
        .read("agenda.toml")
        .replace("themes = [", "themes = [\"hiring\", ");
    ana.write("agenda.toml", &agenda);
    ana.run(["check"]).ok();
    ana.git(["commit", "-qam", "by hand"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.write(
        "agenda.toml",
        &sam.read("agenda.toml").replace("hiring", "writing"),
    );
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn a_text_that_arrived_is_nobodys_slip() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let plain = world.plain_clone("elsewhere");
    plain.write("agenda.toml", &record(None, "private: by phone"));
    plain.git(["add", "-A"]).ok();
    plain.git(["commit", "-qm", "by phone"]).ok();
    plain.git(["push", "-q"]).ok();
    for person in [&sam, &ana, &sam] {
        person.run(["sync"]).ok();
        person.run(["check"]).ok();
    }
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn a_slip_by_hand_is_shown_at_its_line_with_the_way_out() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "text that stands above"]).ok();
    let agenda = ana.read("agenda.toml");
    let entry = "\n[[entry]]\nkind = \"note\"\ntext = \"private: hidden-xyzzy\"\n";
    ana.write("agenda.toml", &format!("{agenda}{entry}"));
    let line = format!("agenda.toml:{}:", agenda.lines().count() + 4);
    for (command, code) in [("sync", 1), ("check", 3)] {
        let run = ana.run([command]).fails(code);
        let said = run.out + &run.err;
        assert!(said.contains(&line) && !said.contains("xyzzy"), "{said}");
        assert!(
            said.contains("\"private\" is taken as a word of the text"),
            "{said}"
        );
        assert!(said.contains("write visibility = \"private\""), "{said}");
    }
}
