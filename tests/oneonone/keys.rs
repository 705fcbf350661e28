//! Keys: mine, the other's, and one that a stranger put in its place.

use crate::world::{World, sync_all};

#[test]
fn a_changed_key_stops_sealing_until_it_is_trusted() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let stranger = world.person("stranger");
    stranger.run(["init", "X", "--as", "manager", "--name", "Y"]).ok();
    let (own, new) = (ana.key(), stranger.key());
    assert!(own.starts_with("age1") && !own.contains('\n'));
    sam.write("pair.toml", &sam.read("pair.toml").replace(&own, &new));
    sam.git(["commit", "--quiet", "-am", "swap"]).ok();
    sam.type_in("x\n", ["add", "concern", "-"])
        .fails(4)
        .says("oneonone key trust ana");
    sam.type_in("x\n", ["add", "concern", "-", "--private"]).ok();
    let who = sam.run(["who"]).ok().out;
    assert!(
        who.contains("Ana\tyes\tyes\ttheir own\tthe key changed and is not trusted"),
        "{who}"
    );

    let asked = sam.run(["key", "trust", "ana"]).fails(2);
    asked
        .says(&own)
        .says(&new)
        .says("\n    oneonone key trust ana --key KEY\n");
    sam.run(["key", "trust", "ana", "--key", &own])
        .fails(4)
        .says("is not the key of ana");
    sam.run(["key", "trust", "joe", "--key", &new])
        .fails(2)
        .says("did you mean");
    sam.type_in("x\n", ["add", "concern", "-"]).fails(4);
    sam.run(["key", "trust", "ana", "--key", &new])
        .ok()
        .says("are trusted");
    sam.type_in("x\n", ["add", "concern", "-"]).ok();
    sam.run(["key", "trust", "ana", "--key", &new])
        .ok()
        .says("already");
}

#[test]
fn who_reads_an_entry_is_told_as_it_is_sealed() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let shared = ana.add(["a topic"]);
    let sealed = ana.add_typed("x\n", ["concern", "-"]);
    let private = ana.add_typed("x\n", ["-", "--private"]);
    let readers = |id: &str| ana.run(["who", id]).ok().out;
    assert_eq!(readers(&shared), "Sam Lee\nAna\nthe host's admins\n");
    assert_eq!(readers(&sealed), "Sam Lee\nAna\n");
    assert_eq!(readers(&private), "Ana\n");
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["who", &private]).ok().says("does not open it");
    sam.run(["who", "zzzzzzzzzzzz"]).fails(1);
    let nobody = world.person("newcomer");
    nobody.run(["key", "show"]).fails(4).says("no identity file");
}

#[test]
fn a_new_machine_does_not_trust_a_key_that_came_into_a_seat_later() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let text = "The reorg makes me nervous";
    ana.add(["concern", text]);
    sync_all(&[&ana, &sam]);
    let host = world.host();
    let planted = "age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw";
    let changed =
        host.read("pair.toml")
            .split_inclusive('\n')
            .fold((String::new(), false), |(text, in_sam), line| {
                let in_sam = if line.starts_with('[') {
                    line.starts_with("[member.sam]")
                } else {
                    in_sam
                };
                let line = match in_sam && line.starts_with("keys = [") {
                    true => line.replace("keys = [", &format!("keys = [\"{planted}\", ")),
                    false => line.to_owned(),
                };
                (text + &line, in_sam)
            });
    host.write("pair.toml", &changed.0);
    host.git(["commit", "-qam", "a key"]).ok();
    host.git(["push", "-q"]).ok();
    let laptop = world.second_machine(&ana);
    let run = laptop.run(["sync"]);
    assert!(run.err.contains("the keys of sam changed"), "{}", run.err);
    laptop.run(["add", "concern", "another one"]).fails(4);
    laptop.run(["sync"]);
    // Nothing was sealed for it.
    assert!(
        !laptop
            .git(["log", "-p", "--format=%s"])
            .ok()
            .out
            .contains("settle")
    );
    // Whoever compared it trusts it.
    laptop.run(["key", "trust", "sam", "--key", planted]).ok();
    laptop.run(["add", "concern", "another one"]).ok();
}
