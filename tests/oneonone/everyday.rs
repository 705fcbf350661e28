//! Two people, two clones, one bare remote: what happens every week.

use crate::world::World;

#[test]
fn what_one_adds_the_other_has_after_a_sync() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "Discuss the roadmap"]).ok();
    ana.type_in("it goes too fast\n", ["add", "concern", "-"]).ok();
    sam.run(["add", "challenge", "How do we hire?"]).ok();
    for person in [&sam, &ana, &sam] {
        person.run(["sync"]).ok();
    }
    assert_eq!(sam.files(), ana.files());
    assert_eq!(sam.git(["status", "--porcelain"]).ok().out, "");
    let heads = |person: &crate::world::Person| person.git(["rev-parse", "HEAD"]).ok().out;
    assert_eq!(heads(&sam), heads(&ana));
    assert!(!ana.read("agenda.toml").contains("too fast"));
}
