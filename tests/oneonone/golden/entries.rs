//! Entries that are not added, changed, closed, removed or shared.

use super::told::{Told, copied};
use crate::world::{Person, World};

/// Two shared entries and an action of Ana's, one of Sam's, and what is sealed; ids that every run has.
const AGENDA: &str = "\
[[entry]]\nid = \"kkkkkkkkkkkk\"\ntext = \"a topic\"\n
[[entry]]\nid = \"llllllllllll\"\nkind = \"action\"\ntext = \"an action\"\nowner = \"ana\"\nstate = \"open\"\n
[[entry]]\nid = \"mmmmmmmmmmmk\"\ntext = \"the roadmap\"\nthemes = [\"system-design\"]\n
[[entry]]\nid = \"mmmmmmmmmmml\"\ntext = \"the budget\"\n
[[entry]]\nid = \"nnnnnnnnnnnn\"\nkind = \"concern\"\nvisibility = \"confidential\"\ntext = \"it goes too fast\"\n
[[entry]]\nid = \"oooooooooooo\"\nkind = \"note\"\nvisibility = \"private\"\ntext = \"for me alone\"\n";

/// Both have these entries, all by Ana.
pub(super) fn pair_with_entries(world: &World) -> (Person, Person) {
    let (sam, ana) = world.pair();
    ana.write("agenda.toml", AGENDA);
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    (sam, ana)
}

#[test]
fn what_is_not_added() {
    let world = World::new();
    let (_, ana) = pair_with_entries(&world);
    let mut told = Told::new("add", &world);
    told.table(
        &ana,
        &[
            ("an empty text", &["add", "  "]),
            ("a bell in it", &["add", "a\u{7}b"]),
            ("no text and no terminal", &["add"]),
            ("no text and no terminal", &["add", "concern"]),
            ("a theme that is none", &["add", "x", "--theme", "!!"]),
            ("a topic that is due", &["add", "x", "--due", "friday"]),
            ("a topic with an owner", &["add", "x", "--owner", "me"]),
            ("an action of nobody", &["add", "action", "x", "--owner", "joe"]),
            ("a topic with a tone", &["add", "x", "--tone", "praise"]),
            ("what it follows from is unknown", &["add", "x", "--re", "zzzz"]),
            ("what it follows from is no id", &["add", "x", "--re", "42"]),
            (
                "a private action of the other's",
                &["add", "action", "x", "--private", "--owner", "them"],
            ),
            (
                "a private action of the other's",
                &["add", "action", "x", "--private", "--owner", "sam"],
            ),
            ("a text too long", &["add", &"x".repeat(66_000)]),
        ],
    );
    for words in [
        &["concern too fast"][..],
        &["concren", "too", "fast"],
        &["private", "thoughts"],
        &["confidential", "x"],
        &["privat: x"],
        &["note", "private", "x"],
        &["note", "(private) x"],
        &["topic", "concern:", "x"],
        &["concern", "private:", "x"],
        &["note", "x #private"],
        &["x", "--theme", "confidential"],
        &["#concern of mine"],
    ] {
        told.run("a slip that would share it", &ana, &[&["add"], words].concat());
    }
    told.typed(
        "a slip in a text from elsewhere",
        &ana,
        "private: x\n",
        &["add", "note", "-"],
    );
    told.typed("an empty text from elsewhere", &ana, "\n", &["add", "-"]);
    told.shell(
        "no text from elsewhere",
        &ana,
        "printf '\\377\\376' | oneonone add -",
    );
    told.run(
        "a record of another day",
        &ana,
        &["add", "x", "--meeting", "2026-11-20"],
    );
    // Entries that go through, and what is said of them.
    told.run("sealed from an argument", &ana, &["add", "concern", "x"]);
    told.run("private from an argument", &ana, &["add", "x", "--private"]);
    told.run("shared", &ana, &["add", "x"]);
    told.run("a theme that is new", &ana, &["add", "x", "--theme", "hiring"]);
    told.run(
        "a theme with a slip",
        &ana,
        &["add", "growth", "x #system-desing"],
    );
    told.run(
        "what follows from a concern",
        &ana,
        &["add", "action", "x", "--re", "nnnnnnnnnnnn"],
    );
    told.run("due on a day", &ana, &["add", "action", "x", "--due", "friday"]);
    told.compare();
}

#[test]
fn what_is_not_changed() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("edit", &world);
    told.table(
        &ana,
        &[
            ("no such entry", &["edit", "zzzz", "x"]),
            ("any of two", &["edit", "mmmm", "x"]),
            ("no id", &["edit", "k", "x"]),
            ("an empty text", &["edit", "kk", "  "]),
            ("a bell in it", &["edit", "kk", "a\u{7}b"]),
            ("no terminal", &["edit", "kk"]),
            ("a topic that is due", &["edit", "kk", "--due", "friday"]),
            ("a topic with a tone", &["edit", "kk", "--tone", "praise"]),
            ("it follows from itself", &["edit", "kk", "--re", "kk"]),
            ("fewer readers", &["edit", "kk", "--private"]),
            ("fewer readers", &["edit", "nn", "--private"]),
            ("more readers", &["edit", "nn", "--shared"]),
            ("more readers", &["edit", "oo", "--confidential"]),
            (
                "a private action of the other's",
                &["edit", "oo", "--kind", "action", "--owner", "sam"],
            ),
            ("a theme that seals nothing", &["edit", "kk", "-t", "private"]),
            ("a theme that seals nothing", &["edit", "kk", "x #concern"]),
            (
                "an argument that is sealed",
                &["edit", "nn", "it goes too slowly"],
            ),
            (
                "a concern that stays shared",
                &["edit", "kk", "--kind", "concern"],
            ),
            ("nothing changes", &["edit", "kk", "--kind", "concern"]),
        ],
    );
    told.run("what another wrote for themselves", &sam, &["edit", "oo", "x"]);
    told.run("what another wrote for themselves", &sam, &["edit", "oo"]);
    for (title, editor) in [
        ("an editor that fails", "false"),
        ("an editor that changes nothing", "true"),
        ("an editor that empties it", "true >"),
    ] {
        told.run(title, &ana.with("EDITOR", editor), &["edit", "kk"]);
    }
    let folder = ana.home.join("run");
    std::fs::create_dir_all(&folder).unwrap();
    let writer = ana
        .with("XDG_RUNTIME_DIR", folder.to_str().unwrap())
        .with("TMPDIR", folder.to_str().unwrap());
    let slip = writer.with("EDITOR", "f() { echo 'private: x' > \"$1\"; }; f");
    told.run("a text that is kept", &slip, &["add", "note"]);
    let other = "f() { echo mine > \"$1\"; sed -i '1i [[entry' agenda.toml; }; f";
    told.run(
        "a text that is kept",
        &copied(&writer, "spoilt").with("EDITOR", other),
        &["edit", "kk"],
    );
    ana.run(["start"]).ok();
    let broken = writer.with("EDITOR", "f() { sed -i '1i status = oops' \"$1\"; }; f");
    told.run("a record that is kept", &broken, &["edit", "today"]);
    told.run(
        "a record as it was",
        &ana.with("EDITOR", "true"),
        &["edit", "today"],
    );
    let meanwhile = format!(
        "oneonone() {{ {} \"$@\"; }}; f() {{ oneonone edit kk 'the other' 2>&-; echo mine > \"$1\"; }}; f",
        env!("CARGO_BIN_EXE_oneonone")
    );
    told.run(
        "changed meanwhile",
        &ana.with("EDITOR", &meanwhile),
        &["edit", "kk"],
    );
    told.run("an entry in conflict", &ana, &["edit", "kk", "--kind", "note"]);
    told.compare();
}

#[test]
fn what_is_not_closed_removed_or_shared() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("ids", &world);
    told.table(
        &sam,
        &[
            ("no such entry", &["done", "zzzz"]),
            ("no id", &["done", "x!"]),
            ("any of two", &["rm", "mm"]),
            ("not an action", &["drop", "kk"]),
            ("open already", &["reopen", "ll"]),
            ("what cannot be opened", &["done", "oo"]),
            ("what cannot be opened", &["reopen", "oo"]),
            ("what cannot be opened", &["rm", "oo"]),
            ("somebody else's", &["share", "kk", "--yes"]),
            ("somebody else's", &["share", "oo", "--yes"]),
            ("nobody to ask", &["share", "nn"]),
            ("nobody to ask", &["share", "nn", "--confidential"]),
            ("who reads what is closed", &["who", "oo"]),
            ("no such entry", &["who", "zzzz"]),
            ("no such entry", &["show", "zzzz"]),
        ],
    );
    told.table(
        &ana,
        &[
            ("nothing to undo", &["undo"]),
            ("nothing to redo", &["redo"]),
            ("shared already", &["share", "kk", "--yes"]),
            ("fewer readers", &["share", "kk", "--confidential", "--yes"]),
            ("it is shared", &["share", "nn", "--yes"]),
            ("a share is not undone", &["undo"]),
            ("an action is done", &["done", "ll"]),
            ("done already", &["done", "ll"]),
            ("dropped", &["drop", "ll"]),
            ("dropped already", &["drop", "ll"]),
            ("removed", &["rm", "kk"]),
            ("back again", &["undo"]),
            ("gone again", &["redo"]),
        ],
    );
    ana.run(["sync"]).ok();
    told.run(
        "a share that is out is not undone",
        &copied_after_share(&ana),
        &["undo"],
    );
    told.compare();
}

/// Ana's clone with a share as the last command, sent.
fn copied_after_share(ana: &Person) -> Person {
    ana.run(["share", "oo", "--yes"]).ok();
    ana.run(["sync"]).ok();
    ana.clone()
}
