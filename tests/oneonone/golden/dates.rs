//! Words that name no day, and filters that fit nothing.

use super::told::Told;
use crate::world::World;

#[test]
fn words_that_are_no_date() {
    let world = World::new();
    let (sam, _) = world.pair();
    sam.write(
        "agenda.toml",
        "[[entry]]\nid = \"kkkkkkkkkkkk\"\ntext = \"a text\"\nthemes = [\"system-design\", \"writing\"]\n",
    );
    sam.run(["sync"]).ok();
    let mut told = Told::new("dates", &world);
    for words in [
        "",
        "6m",
        "12",
        "14:30",
        "noon",
        "in 3 hours",
        "5/12",
        "1.2.2026",
        "soon",
        "31 feb",
        "9999-01-01",
        "next yesterday",
        "a date with far more words than anybody would ever think of writing down",
    ] {
        told.run("ahead", &sam, &["add", "action", "x", "--due", words]);
    }
    for words in ["6m", "in 2 weeks", "12", "5/12", "someday"] {
        told.run("back", &sam, &["log", "--since", words]);
    }
    told.table(
        &sam,
        &[
            (
                "a window that ends before it begins",
                &["log", "--since", "1w", "--until", "2w"],
            ),
            (
                "a window that ends before it begins",
                &["growth", "--until", "2y"],
            ),
            ("up to no day", &["log", "--until", "6m"]),
            ("no theme", &["log", "--theme", "!!"]),
            ("no theme", &["growth", "--theme", "!!"]),
            ("a theme with a slip", &["log", "--theme", "sytem-desing"]),
            ("a theme with a slip", &["growth", "--theme", "writng"]),
            ("a theme like no other", &["growth", "--theme", "on-call"]),
            ("nobody here", &["actions", "--owner", "joe"]),
            ("nobody here", &["log", "--by", "joe"]),
            ("the same of all pairs", &["actions", "--owner", "joe", "--all"]),
            ("the next meeting", &["end", "--next", "6m"]),
            ("a meeting that was not", &["skip", "6m"]),
            ("a meeting of no day", &["add", "x", "--meeting", "someday"]),
            ("a day without a meeting", &["add", "x", "--meeting", "yesterday"]),
            ("a day without a meeting", &["show", "2026-11-20"]),
            ("a day without a meeting", &["edit", "2026-11-20"]),
            ("neither a day nor an entry", &["show", "tomorow"]),
        ],
    );
    told.compare();
}
