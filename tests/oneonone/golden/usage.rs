//! Arguments that are none: what clap says, and what is wrong before a pair is opened.

use super::told::Told;
use crate::world::World;

#[test]
fn wrong_arguments() {
    let world = World::new();
    let sam = world.person("sam");
    let mut told = Told::new("usage", &world);
    told.table(
        &sam,
        &[
            ("no such command", &["nonsense"]),
            ("a command with a slip", &["agend"]),
            ("no such flag", &["add", "--nope", "a text"]),
            ("an id is missing", &["done"]),
            ("nothing to show", &["show"]),
            ("two visibilities", &["add", "a text", "--private", "--shared"]),
            (
                "two visibilities",
                &["add", "a text", "--confidential", "--private"],
            ),
            ("no such tone", &["add", "feedback", "a text", "--tone", "grumpy"]),
            ("no such kind", &["edit", "kk", "--kind", "riddle"]),
            ("no such kind", &["log", "--kind", "riddle"]),
            ("no such state", &["actions", "--state", "lost"]),
            ("two owners", &["actions", "--mine", "--theirs"]),
            ("no seat is named", &["init", "Ana"]),
            ("no such seat", &["init", "Ana", "--as", "boss"]),
            (
                "the agenda and a meeting",
                &["add", "a text", "--next", "--meeting", "today"],
            ),
            (
                "all pairs and one remote",
                &["sync", "--all", "--remote", "/srv/remote.git"],
            ),
            ("no such colour", &["--color", "pink", "status"]),
            ("key without a command", &["key"]),
            ("an argument too many", &["status", "now"]),
        ],
    );
    told.run("a clock that is none", &sam.at("yesterday"), &["status"]);
    told.run("no pair is known", &sam, &["status"]);
    told.run("no pair is known", &sam, &["sync", "--all"]);
    told.run("no pair is known by that name", &sam, &["@kim", "status"]);
    told.run("no repository to check", &sam, &["check", "--staged"]);
    let lost = sam.with("XDG_CONFIG_HOME", "").with("HOME", "");
    let nowhere = lost
        .with("ONEONONE_CONFIG_DIR", "config")
        .with("ONEONONE_STATE_DIR", "state");
    told.run("places that are named", &nowhere, &["pairs"]);
    told.compare();
}
