//! Somebody renamed my seat: what is said meanwhile, and who put it back (docs/privacy.md#own-seat).

use crate::own_words::{pair_and_host, pull, push};
use crate::world::{Person, sync_all};

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

const PLANTED: &str = "age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw";

/// Renames the seat of Sam at the host, and puts another key into it.
fn swap_behind_a_rename(host: &Person, key: &str) {
    pull(host);
    let pair = host.read("pair.toml");
    let renamed = pair
        .replace("[member.sam]", "[member.sammy]")
        .replace(key, PLANTED);
    assert!(renamed.contains("[member.sammy]") && renamed.contains(PLANTED));
    host.write("pair.toml", &renamed);
    push(host);
}

#[test]
fn a_key_that_is_swapped_behind_a_renamed_seat_raises_the_alarm() {
    let (_world, sam, ana, host) = pair_and_host();
    sync_all(&[&sam, &ana]);
    let key = sam.key();
    swap_behind_a_rename(&host, &key);
    ana.run(["sync"]).ok().says("the keys of sammy changed");
    ana.type_in("words\n", ["add", "concern", "-"])
        .fails(4)
        .says("oneonone key trust sammy");
    let who = ana.run(["who"]).ok().out;
    let seat = who.lines().find(|line| line.starts_with("Sam Lee\t")).unwrap();
    assert!(seat.contains("changed"), "{seat}");
    // The old and the new key are shown to be compared.
    let shown = ana.run(["key", "trust", "sammy"]);
    let shown = format!("{}{}", shown.out, shown.err);
    assert!(shown.contains(&key) && shown.contains(PLANTED), "{shown}");
    ana.run(["sync"]).ok();
    assert!(!ana.files().iter().any(|(_, record)| record.contains("sealed")));
    // Whoever compared it trusts it, and the next swap is seen, too.
    ana.run(["key", "trust", "sammy", "--key", PLANTED]).ok();
    ana.type_in("words\n", ["add", "concern", "-"]).ok();
    ana.run(["sync"]).ok();
    pull(&host);
    let pair = host.read("pair.toml");
    let back = pair
        .replace("[member.sammy]", "[member.zed]")
        .replace(PLANTED, &key);
    host.write("pair.toml", &back);
    push(&host);
    ana.run(["sync"]).says("the keys of zed changed");
}

#[test]
fn a_seat_that_is_only_renamed_is_trusted_by_nobody_and_is_no_alarm() {
    let (_world, sam, ana, host) = pair_and_host();
    sync_all(&[&sam, &ana]);
    pull(&host);
    let pair = host.read("pair.toml");
    host.write("pair.toml", &pair.replace("[member.sam]", "[member.sammy]"));
    push(&host);
    let run = ana.run(["sync"]).ok();
    assert!(!run.err.contains("the keys of sammy changed"), "{}", run.err);
    ana.type_in("words\n", ["add", "concern", "-"]).fails(4);
    ana.run(["key", "trust", "sammy", "--key", &sam.key()]).ok();
    ana.type_in("words\n", ["add", "concern", "-"]).ok();
}

#[test]
fn a_new_machine_sees_a_swap_behind_a_renamed_seat() {
    let (world, sam, ana, host) = pair_and_host();
    sync_all(&[&sam, &ana]);
    swap_behind_a_rename(&host, &sam.key());
    let laptop = world.second_machine(&ana);
    laptop.run(["sync"]).says("the keys of sammy changed");
    laptop.type_in("words\n", ["add", "concern", "-"]).fails(4);
}
