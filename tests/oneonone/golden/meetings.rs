//! Meetings that do not begin, end or fail to take place.

use super::entries::pair_with_entries;
use super::told::Told;
use crate::world::World;

#[test]
fn beginning_ending_and_skipping() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("meetings", &world);
    told.run("none is under way", &sam, &["end"]);
    told.run("one begins", &sam, &["start"]);
    told.table(
        &sam,
        &[
            ("one is under way", &["start"]),
            ("none and some go back", &["end", "--carry", "none", "kk"]),
            ("no such entry goes back", &["end", "--carry", "zzzz"]),
            ("what is not in the meeting goes back", &["end", "--carry", "oo"]),
            ("an action goes back", &["end", "--carry", "ll"]),
            ("the next one is not later", &["end", "--next", "2026-11-24"]),
            ("there was one", &["skip", "today"]),
            ("it did not take place", &["skip", "2026-11-17"]),
            ("known already", &["skip", "2026-11-17"]),
        ],
    );
    told.run("it ends", &sam, &["end", "--next", "friday"]);
    told.table(
        &sam,
        &[
            ("the next one is over", &["next", "2026-11-23"]),
            ("the next one was held", &["next", "2026-11-24"]),
            ("none was agreed", &["show", "2026-12-24"]),
        ],
    );
    let day_after = sam.at("2026-11-25T12:00:00Z");
    told.table(
        &day_after,
        &[
            ("held already", &["start", "--on", "2026-11-24"]),
            ("still to come", &["start", "--on", "2026-12-24"]),
        ],
    );
    told.run("another begins", &day_after, &["start"]);
    let much_later = sam.at("2026-11-27T12:00:00Z");
    told.run("nobody ended it", &much_later, &["start"]);
    std::fs::remove_dir_all(world.path("remote.git")).unwrap();
    told.run("the remote is gone", &ana, &["start"]);
    told.run("the remote is gone", &much_later, &["end"]);
    told.run(
        "long after it began",
        &ana.at("2026-11-26T12:00:00Z"),
        &["end", "--offline"],
    );
    told.compare();
}
