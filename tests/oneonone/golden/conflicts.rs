//! Conflicts over what both changed, and how they are ended.

use super::entries::pair_with_entries;
use super::told::Told;
use crate::world::{World, change};

#[test]
fn conflicts_that_are_told_and_ended() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("conflicts", &world);
    told.run("there is none", &sam, &["conflicts"]);
    told.run("there is none", &sam, &["resolve", "kk"]);
    for (person, text, owner, cadence) in [(&sam, "sam's", "sam", "2w"), (&ana, "ana's", "ana", "10d")] {
        change(person, "agenda.toml", "a topic", text);
        change(person, "agenda.toml", "an action", &format!("{text} action"));
        change(
            person,
            "agenda.toml",
            "owner = \"ana\"",
            &format!(
                "owner = \"{owner}\"\ndue = 2026-12-0{}",
                text.len() - 3 + usize::from(owner == "sam")
            ),
        );
        change(
            person,
            "pair.toml",
            "cadence = \"1w\"",
            &format!("cadence = \"{cadence}\""),
        );
    }
    change(&sam, "agenda.toml", "sealed = ", "text = \"from sam\"\nsealed = ");
    let agenda = ana.read("agenda.toml");
    let at = agenda.find("visibility = \"confidential\"").unwrap();
    let end = at + agenda[at..].find("FILE-----\n\"\"\"").unwrap() + "FILE-----\n\"\"\"".len();
    ana.write(
        "agenda.toml",
        &agenda.replace(&agenda[at..end], "visibility = \"private\"\ntext = \"mine\""),
    );
    ana.run(["sync"]).ok();
    told.run("both changed it", &sam, &["sync"]);
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    told.table(
        &sam,
        &[
            ("they are listed", &["conflicts"]),
            ("where it stands", &["status"]),
            ("which value", &["resolve", "kk"]),
            ("which value", &["resolve", "pair"]),
            ("of several fields", &["resolve", "ll", "--take", "1"]),
            ("of several fields", &["resolve", "ll"]),
            ("none of the values", &["resolve", "kk", "--take", "another"]),
            (
                "a field without one",
                &["resolve", "kk", "--field", "owner", "--take", "1"],
            ),
            ("a record without one", &["resolve", "agenda"]),
            ("a meeting without one", &["resolve", "2026-11-20"]),
            ("no such entry", &["resolve", "zzzz"]),
            ("for its author", &["resolve", "nn", "--take", "1"]),
            ("ended", &["resolve", "kk", "--take", "1"]),
            (
                "one more is left",
                &["resolve", "ll", "--field", "due", "--take", "1"],
            ),
            ("ended", &["resolve", "pair", "--take", "1"]),
        ],
    );
    // An undo of what the other has changed since.
    ana.run(["sync"]).ok();
    ana.run(["edit", "mmmmmmmmmmmk", "the plan"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["edit", "mmmmmmmmmmmk", "sam's plan"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    told.run("undone, and changed since", &ana, &["undo"]);
    // A command whose entry, or whose meeting, was written in since.
    ana.run(["sync"]).ok();
    ana.run(["start"]).ok();
    let entry = "\n[[entry]]\nid = \"pppppppppppp\"\ntext = \"in the meeting\"\n";
    let record = "meetings/2026/2026-11-24.toml";
    ana.append(record, entry);
    told.run("a meeting that was written in since", &ana, &["undo"]);
    told.compare();
}
