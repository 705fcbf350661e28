//! Somebody renamed my seat: what is said meanwhile, and who put it back (docs/privacy.md#own-seat).

use crate::own_words::{pair_and_host, pull, push};
use crate::world::sync_all;

#[test]
fn a_renamed_seat_is_mine_and_the_other_member_sees_that_i_put_it_back() {
    let (_world, sam, ana, host) = pair_and_host();
    sync_all(&[&sam, &ana]);
    let good = ana.read("pair.toml");
    pull(&host);
    host.write("pair.toml", &good.replace("[member.ana]", "[member.bob]"));
    push(&host);
    sync_all(&[&ana, &sam]);
    let key = ana.key();
    let who = ana.run(["who"]).ok().says("nothing that you write is saved");
    let seat = who.out.lines().find(|line| line.starts_with("Ana\t")).unwrap();
    assert!(
        seat.ends_with("you, somebody changed the keys of your seat"),
        "{seat}"
    );
    // The words are true: nothing can be written.
    for visibility in ["--private", "--confidential", "--shared"] {
        ana.type_in("words\n", ["add", "note", "-", visibility])
            .fails(4)
            .says("oneonone key refuse");
    }
    ana.run(["key", "refuse"]).ok();
    assert_eq!(ana.read("pair.toml"), good);
    ana.type_in("words\n", ["add", "note", "-", "--private"]).ok();
    sync_all(&[&ana]);
    let author = ana.git(["log", "--format=%an", "-1", "--", "pair.toml"]).ok().out;
    assert_eq!(author, "Ana\n");
    let told = sam.run(["sync"]).ok();
    assert!(!told.err.contains("somebody"), "{}", told.err);
    assert!(told.err.contains("Ana"), "{}", told.err);
    assert_eq!(sam.read("pair.toml"), good);
    assert_eq!(ana.key(), key);
}
