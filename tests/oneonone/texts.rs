//! A text is not its bytes: Unicode forms, Markdown, and the marks of the platform that it was written on.

use crate::world::{Person, World};

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
