//! My own seat: keys that somebody else puts there or takes away, and a seat that nobody has a key for.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use age::armor::ArmoredReader;
use age::x25519::Identity;

use crate::world::{Person, World, commands_in, sync_all};

const CHANGED: &str = "somebody changed the keys of your seat";

fn identity_of(person: &Person) -> Identity {
    let file = fs::read_to_string(person.home.join(".config/oneonone/identity.txt")).unwrap();
    let mut keys = file.lines().filter(|line| line.starts_with("AGE-SECRET-KEY-"));
    keys.next().unwrap().parse().unwrap()
}

/// Somebody with a key of their own and no seat.
pub(crate) fn stranger(world: &World, name: &str) -> Person {
    let stranger = world.person(name);
    stranger
        .run(["init", "X", "own", "--as", "manager", "--name", "Y"])
        .ok();
    stranger
}

/// Replaces a text in `pair.toml`, and commits with plain Git.
#[track_caller]
pub(crate) fn change_pair(person: &Person, old: &str, new: &str) {
    let pair = person.read("pair.toml");
    assert!(pair.contains(old), "{old} is not in\n{pair}");
    person.write("pair.toml", &pair.replace(old, new));
    person.git(["commit", "--quiet", "-am", "keys"]).ok();
}

/// The age files in all objects of a repository.
fn age_files(person: &Person, repository: &Path) -> BTreeSet<String> {
    const END: &str = "-----END AGE ENCRYPTED FILE-----";
    let objects = person.objects(repository);
    let begun = objects.split("-----BEGIN AGE ENCRYPTED FILE-----").skip(1);
    let whole = begun.filter_map(|rest| Some(rest.split_once(END)?.0));
    whole
        .map(|inner| format!("-----BEGIN AGE ENCRYPTED FILE-----{inner}{END}\n"))
        .collect()
}

fn opened_with(file: &str, identity: &Identity) -> Option<String> {
    let decryptor = age::Decryptor::new(ArmoredReader::new(file.as_bytes())).unwrap();
    let mut plain = String::new();
    let identity: &dyn age::Identity = identity;
    let mut reader = decryptor.decrypt(std::iter::once(identity)).ok()?;
    reader.read_to_string(&mut plain).unwrap();
    Some(plain)
}

/// How many keys an age file is sealed for, as its header says.
fn stanzas(file: &str) -> usize {
    let mut bytes = Vec::new();
    ArmoredReader::new(file.as_bytes())
        .read_to_end(&mut bytes)
        .unwrap();
    let text = String::from_utf8_lossy(&bytes);
    text.matches("\n-> X25519 ").count()
}

/// Every private text of the owner, in each object at the remote and in the clone, opens with the owner's keys alone.
/// Returns how many there are.
#[track_caller]
fn private_texts_are_sealed_for(world: &World, owner: &Person, keys: usize, others: &[&Person]) -> usize {
    let own = identity_of(owner);
    let mut files = age_files(owner, &world.path("remote.git"));
    files.extend(age_files(owner, &owner.cwd));
    let private = files.iter().filter(|file| {
        opened_with(file, &own).is_some_and(|plain| plain.contains("\nvisibility = \"private\"\n"))
    });
    let mut count = 0;
    for file in private {
        count += 1;
        assert_eq!(stanzas(file), keys, "{file}");
        for other in others {
            assert_eq!(opened_with(file, &identity_of(other)), None, "{file}");
        }
    }
    count
}

/// Runs each command of this program that a run proposed, and those that these propose, until nothing new is proposed.
fn do_as_proposed(person: &Person, mut said: String) {
    let mut done = BTreeSet::new();
    for _ in 0..10 {
        let proposed = commands_in(&said, "oneonone ").into_iter();
        let new: Vec<String> = proposed
            .map(str::to_owned)
            .filter(|line| done.insert(line.clone()))
            .collect();
        if new.is_empty() {
            return;
        }
        said = new
            .iter()
            .map(|line| person.paste_into("bash", line, "yes\n").err)
            .collect();
    }
    panic!("still proposing: {said}");
}

fn add_private(person: &Person, text: &str) {
    person.type_in(text, ["add", "note", "-", "--private"]).ok();
}

#[test]
fn a_key_that_the_other_member_puts_into_my_seat_is_said_everywhere_and_never_trusted() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let second = stranger(&world, "second");
    let (own, new) = (ana.key(), second.key());
    add_private(&ana, "before\n");
    ana.type_in("both\n", ["add", "concern", "-"]).ok();
    sync_all(&[&ana, &sam]);
    change_pair(&sam, &format!("\"{own}\""), &format!("\"{own}\", \"{new}\""));
    sam.run(["sync"]).ok();

    let refuse = "\n    oneonone key refuse\n";
    let synced = ana.run(["sync"]).ok().says(CHANGED).says(refuse).says(&new);
    // The help, which names no key.
    assert_eq!(
        synced.commands("oneonone key trust"),
        ["oneonone key trust --help"]
    );
    ana.run(["status"]).ok().says(CHANGED).says(refuse);
    assert_eq!(ana.run(["--json", "status"]).ok().json()["seat_changed"], true);
    ana.run(["check"])
        .fails(3)
        .says(CHANGED)
        .says("oneonone key refuse");
    let who = ana.run(["who"]).ok().says(CHANGED).says(refuse).out;
    assert!(who.contains(&format!("you, {CHANGED}")), "{who}");
    let shown = ana.run(["key", "show"]).ok().says(CHANGED).says(refuse);
    assert_eq!(shown.out, format!("{own}\n"));
    ana.type_in("x\n", ["add", "concern", "-"])
        .fails(4)
        .says(&format!("error: {CHANGED}"))
        .says(refuse);
    ana.type_in("while it stands\n", ["add", "note", "-", "--private"])
        .ok()
        .says(CHANGED);
    for who in ["ana", "me", "Ana"] {
        ana.run(["key", "trust", who]).fails(4).says(CHANGED).says(refuse);
        ana.run(["key", "trust", who, "--key", &new])
            .fails(4)
            .says(CHANGED);
    }
    ana.run(["key", "trust", "--mine"]).fails(2);
    ana.run(["key", "trust", "me", "--mine", "--key", &new]).fails(2);
    ana.run(["sync"]).ok().says(CHANGED);
    private_texts_are_sealed_for(&world, &ana, 1, &[&sam, &second]);

    ana.run(["key", "refuse"]).ok().says("stand in pair.toml again");
    ana.run(["key", "refuse"]).ok().says("your own already");
    assert!(!ana.read("pair.toml").contains(&new));
    for args in [&["sync"][..], &["status"], &["check"], &["who"], &["key", "show"]] {
        let run = ana.run(args).ok();
        assert!(!run.err.contains(CHANGED), "{args:?}: {}", run.err);
    }
    ana.type_in("x\n", ["add", "concern", "-"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    assert!(!sam.read("pair.toml").contains(&new));
    assert_eq!(private_texts_are_sealed_for(&world, &ana, 1, &[&sam, &second]), 2);
}

#[test]
fn whatever_stands_in_pair_toml_and_whatever_is_proposed_my_private_texts_open_with_my_key_alone() {
    for by_host in [true, false] {
        for kind in 0..6 {
            let world = World::new();
            let (sam, ana) = world.pair();
            let second = stranger(&world, "second");
            let (own, new) = (ana.key(), second.key());
            add_private(&ana, "before\n");
            sync_all(&[&ana, &sam]);
            let attacker = if by_host { world.host() } else { sam.clone() };
            let own_line = format!("keys = [\"{own}\"]");
            let with_both = format!("keys = [\"{own}\", \"{new}\"]");
            match kind {
                0 => change_pair(&attacker, &own_line, &with_both),
                1 => change_pair(&attacker, &own_line, &format!("keys = [\"{new}\"]")),
                2 => change_pair(&attacker, &own_line, "keys = []"),
                3 | 4 => {
                    change_pair(&attacker, "[member.ana]", "[member.anna]");
                    let keys = if kind == 3 { &with_both } else { "keys = []" };
                    change_pair(&attacker, &own_line, keys);
                }
                _ => {
                    let row = format!("[[conflict]]\nfield = \"member.ana.keys\"\nvalue = [\"{new}\"]\n");
                    attacker.append("pair.toml", &format!("\n{row}"));
                    attacker.git(["commit", "--quiet", "-am", "keys"]).ok();
                }
            }
            attacker.git(["push", "--quiet", "origin", "HEAD"]).ok();
            let words = format!("kind {kind}, by the host: {by_host}");
            let said = ana.run(["sync"]).err;
            if kind != 5 {
                assert!(said.contains(CHANGED), "{words}: {said}");
            }
            let tried = ana.type_in("tried\n", ["add", "note", "-", "--private"]);
            let confidential = ana.type_in("x\n", ["add", "concern", "-"]);
            let checked = ana.run(["check"]);
            do_as_proposed(&ana, [said, tried.err, confidential.err, checked.err].concat());
            ana.run(["sync"]).ok();
            add_private(&ana, "after\n");
            let run = ana.run(["sync"]).ok();
            assert!(!run.err.contains(CHANGED), "{words}: {}", run.err);
            let pair = ana.read("pair.toml");
            assert!(
                pair.contains("[member.ana]") && pair.contains(&own_line),
                "{words}: {pair}"
            );
            let count = private_texts_are_sealed_for(&world, &ana, 1, &[&sam, &second]);
            assert!(count >= 2, "{words}: {count}");
        }
    }
}

/// Ana's laptop with a key of its own, which she calls hers on both machines.
fn laptop_with_own_key(world: &World, ana: &Person) -> Person {
    let laptop = stranger(world, "laptop");
    let (first, second) = (ana.key(), laptop.key());
    change_pair(
        ana,
        &format!("\"{first}\""),
        &format!("\"{first}\", \"{second}\""),
    );
    ana.run(["sync"]).ok().says(CHANGED);
    ana.run(["key", "trust", "--mine", "--key", &second])
        .ok()
        .says(&first)
        .says(&second);
    ana.run(["sync"]).ok();
    laptop
        .run(["join", world.path("remote.git").to_str().unwrap(), "clone"])
        .ok();
    let laptop = laptop.in_folder("clone");
    laptop.run(["key", "trust", "--mine", "--key", &first]).ok();
    laptop.run(["sync"]).ok();
    laptop
}

#[test]
fn a_second_key_of_my_own_is_called_mine_by_name() {
    let world = World::new();
    let (sam, ana) = world.pair();
    add_private(&ana, "from the desktop\n");
    let laptop = laptop_with_own_key(&world, &ana);
    add_private(&laptop, "from the laptop\n");
    sync_all(&[&laptop, &ana, &laptop]);
    for machine in [&ana, &laptop] {
        let agenda = machine.run(["agenda"]).ok().out;
        assert!(
            agenda.contains("from the desktop") && agenda.contains("from the laptop"),
            "{agenda}"
        );
        let run = machine.run(["sync"]).ok();
        assert!(!run.err.contains(CHANGED), "{}", run.err);
    }
    // One that is lost goes: its name stands in pair.toml no more, and one that stays is named.
    let (first, second) = (ana.key(), laptop.key());
    let odd = stranger(&world, "odd").key();
    change_pair(&ana, &format!(", \"{second}\""), "");
    ana.run(["key", "trust", "--mine", "--key", &second]).fails(4);
    ana.run(["key", "trust", "--mine", "--key", &odd]).fails(4);
    ana.run(["key", "trust", "--mine", "--key", &first]).ok();
    ana.run(["sync"]).ok();
    add_private(&ana, "after the loss\n");
    assert!(!ana.run(["sync"]).ok().err.contains(CHANGED));
    // Two new keys at once are not told apart.
    change_pair(
        &ana,
        &format!("\"{first}\""),
        &format!("\"{first}\", \"{second}\", \"{odd}\""),
    );
    ana.run(["key", "trust", "--mine", "--key", &second])
        .fails(4)
        .says("not the only new one");
    // No key of this machine would be left.
    ana.run(["key", "refuse"]).ok();
    change_pair(&ana, &format!("\"{first}\""), &format!("\"{second}\""));
    ana.run(["key", "trust", "--mine", "--key", &second]).ok();
    ana.run(["status"]).ok().says(CHANGED);
    sam.run(["sync"]).ok();
}

/// Each key of `pair.toml` is a change of its own: whoever puts their own keys back did not change those of the other seat.
#[test]
fn a_member_who_refuses_keys_is_not_said_to_have_changed_the_other_seat() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (host, key) = (world.host(), stranger(&world, "eve").key());
    for member in [&sam, &ana] {
        let own = format!("\"{}\"", member.key());
        change_pair(&host, &own, &format!("{own}, \"{key}\""));
    }
    host.git(["push", "--quiet"]).ok();
    ana.run(["sync"])
        .ok()
        .says("somebody: changed the keys of Ana and the keys of Sam in pair.toml");
    ana.run(["key", "refuse"]).ok();
    ana.run(["sync"]).ok();
    let run = sam.run(["sync"]).ok();
    assert!(!run.err.contains("Ana: changed"), "{}", run.err);
    run.says("somebody: changed the keys of Sam in pair.toml");
}

#[test]
fn two_removals_that_cross_leave_the_seat_taken() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let laptop = laptop_with_own_key(&world, &ana);
    let (first, second) = (ana.key(), laptop.key());
    change_pair(&ana, &format!(", \"{second}\""), "");
    laptop.git(["config", "user.name", "Ana"]).ok();
    let keys = laptop.read("pair.toml");
    assert!(keys.contains(&first) && keys.contains(&second), "{keys}");
    change_pair(&laptop, &format!("\"{first}\", "), "");
    sync_all(&[&ana, &laptop, &ana, &sam]);
    for person in [&ana, &laptop, &sam] {
        let pair = person.read("pair.toml");
        assert!(pair.contains(&first) && pair.contains(&second), "{pair}");
    }
    let eve = world.person("eve");
    eve.run(["join", world.path("remote.git").to_str().unwrap(), "clone"])
        .fails(4)
        .says("both seats of this pair are taken");
}

#[test]
fn a_seat_that_was_emptied_by_hand_is_not_open() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let own_line = format!("keys = [\"{}\"]", ana.key());
    let host = world.host();
    let url = world.path("remote.git");
    let join = |name: &str| {
        let eve = world.person(name);
        let run = eve.run(["join", url.to_str().unwrap(), "clone"]);
        assert!(!eve.home.join("clone").exists());
        run
    };
    for (number, renamed) in [false, true].into_iter().enumerate() {
        change_pair(&host, &own_line, "keys = []");
        if renamed {
            change_pair(&host, "[member.ana]", "[member.eve]");
        }
        host.git(["push", "--quiet", "origin", "HEAD"]).ok();
        join(&format!("eve-{number}"))
            .fails(4)
            .says("the seat of Ana is taken, though pair.toml states no key for it")
            .says("key refuse");
        if !renamed {
            sam.run(["sync"]).ok().says("states no key for ana any more");
            sam.type_in("x\n", ["add", "concern", "-"])
                .fails(4)
                .says("states no key for ana any more");
            sam.run(["key", "trust", "ana"]).fails(4).says("ask ana");
        }
        ana.run(["sync"]).ok().says(CHANGED);
        let who = ana.run(["who"]).ok().out;
        assert!(renamed || who.contains("Ana\tyes\tyes\ttheir own\t"), "{who}");
        ana.run(["key", "refuse"]).ok();
        sync_all(&[&ana, &sam]);
        sam.type_in("x\n", ["add", "concern", "-"]).ok();
        host.git(["pull", "--quiet", "--rebase"]).ok();
        assert_eq!(host.read("pair.toml"), ana.read("pair.toml"));
        assert!(ana.read("pair.toml").contains(&own_line));
    }
}

/// An edit by hand waits for the keys of my seat, to be sealed for them: it does not stand in the way of putting these back.
#[test]
fn the_own_keys_go_back_beside_an_edit_by_hand_that_is_to_be_sealed() {
    for (visibility, old, new) in [
        ("confidential", "keys = [", "keys = [\"KEY\", "),
        ("private", "[member.ana]", "[member.eve]"),
        ("confidential", "[member.ana]", "[member.eve]"),
    ] {
        let world = World::new();
        let (sam, ana) = world.pair();
        let key = identity_of(&stranger(&world, "eve")).to_public().to_string();
        let pair = sam.read("pair.toml");
        let (before, of_ana) = pair.split_once("[member.ana]").unwrap();
        let changed = format!("[member.ana]{of_ana}").replacen(old, &new.replace("KEY", &key), 1);
        sam.write("pair.toml", &format!("{before}{changed}"));
        sam.git(["commit", "--quiet", "-anm", "keys"]).ok();
        sam.git(["push", "--quiet", "origin", "main"]).ok();
        ana.run(["sync"]);
        let agenda = ana.read("agenda.toml");
        let edit = format!("{agenda}\n[[entry]]\ntext = \"by hand\"\nvisibility = \"{visibility}\"\n");
        ana.write("agenda.toml", &edit);
        ana.run(["sync"]).fails(4).says("key refuse");
        ana.run(["key", "refuse"]).ok();
        ana.run(["sync"]).ok();
        assert!(
            !ana.read("agenda.toml").contains("by hand"),
            "{visibility}: sealed"
        );
        assert!(ana.run(["agenda"]).ok().out.contains("by hand"));
        let texts = private_texts_are_sealed_for(&world, &ana, 1, &[&sam]);
        assert_eq!(texts, usize::from(visibility == "private"));
    }
}
