//! An entry that arrives for more readers than its author let: by a commit of the other member, or of the host
//! (docs/privacy.md#entries-that-arrive-wider).

use crate::world::{Person, World, sync_all, without};

pub(crate) const SECRET: &str = "what nobody else may read";
pub(crate) const LATER: &str = "and what she wrote later";

/// Ana has a private note, and everybody has synced; its id.
pub(crate) fn noted(kind: &[&str]) -> (World, Person, Person, String) {
    let world = World::new();
    let (sam, ana) = world.pair();
    let words = ["the other entry"];
    sam.add(words);
    let id = ana.add_typed(SECRET, [&["-"], kind].concat());
    sync_all(&[&ana, &sam, &ana]);
    (world, sam, ana, id)
}

/// The host puts something else under the id of an entry.
pub(crate) fn put(host: &Person, id: &str, keys: &str) {
    host.git(["pull", "-q"]).ok();
    let agenda = host.read("agenda.toml");
    let agenda = match agenda.contains(id) {
        true => without(&agenda, id).0,
        false => agenda,
    };
    let entry = format!("\n[[entry]]\nid = \"{id}\"\nat = 2026-11-20T10:00:00Z\n{keys}\n");
    host.write("agenda.toml", &(agenda.trim_end().to_owned() + "\n" + &entry));
    commit(host);
}

pub(crate) fn commit(host: &Person) {
    host.git(["commit", "-qam", "update records"]).ok();
    host.git(["push", "-q"]).ok();
}

pub(crate) const BAIT: &str = "by = \"ana\"\nkind = \"note\"\ntext = \"bait\"";

pub(crate) fn at_the_remote(world: &World, person: &Person) -> String {
    person.objects(&world.path("remote.git"))
}

#[test]
fn the_author_is_told_at_every_sync_until_she_answers() {
    let (world, sam, ana, id) = noted(&["--private"]);
    put(&world.host(), &id, BAIT);
    for _ in 0..2 {
        let told = ana.run(["sync"]).fails(3);
        told.says("a sealed entry of yours arrived for more readers than before")
            .says(&format!("{id}: private, now in clear for everyone with a clone"))
            .says("of Plain Git")
            .says(&format!("oneonone restore {id}"))
            .says(&format!("oneonone share --seen {id}"));
    }
    let json = ana.run(["--json", "sync"]).fails(3).json();
    let widened = &json["widened"][0];
    assert_eq!(widened["id"], id);
    assert_eq!(
        (&widened["was"], &widened["is"]),
        (&"private".into(), &"shared".into())
    );
    ana.run(["sync", "--all"]).fails(3);
    ana.run(["check"]).fails(3).says(&id).says("was private");
    ana.run(["share", &id, "--yes"]).fails(3).says("oneonone restore");
    ana.run(["show", &id])
        .ok()
        .says("arrived for more readers than before")
        .says(&format!("oneonone restore {id}"));
    ana.run(["restore", &id]).ok();
    assert!(ana.run(["show", &id]).ok().out.contains(SECRET));
    ana.run(["sync"]).ok();
    ana.run(["check"]).ok();
    ana.run(["restore", &id]).fails(1).says("nothing to restore");
    ana.run(["undo"]).fails(1).says(&id);
    assert!(ana.run(["show", &id]).ok().out.contains(SECRET));
    // For the other member it was private all along.
    sync_all(&[&sam, &ana]);
    assert!(!sam.files().values().any(|record| record.contains("bait")));
    assert!(!at_the_remote(&world, &ana).contains(SECRET));
}

#[test]
fn whatever_she_writes_into_it_stays_sealed() {
    type Act = fn(&Person, &str);
    let acts: [(&str, Act); 6] = [
        ("edit", |ana, id| drop(ana.type_in(LATER, ["edit", id, "-"]).ok())),
        ("edit a field", |ana, id| {
            drop(ana.run(["edit", id, "--theme", "worries"]).ok());
            drop(ana.type_in(LATER, ["edit", id, "-"]).ok());
        }),
        ("reply", |ana, id| {
            drop(ana.type_in(LATER, ["add", "note", "-", "--re", id]).ok());
        }),
        ("by hand", |ana, id| {
            assert!(ana.read("agenda.toml").contains(id));
            ana.write(
                "agenda.toml",
                &ana.read("agenda.toml").replace("\"bait\"", &format!("{LATER:?}")),
            );
            drop(ana.run(["sync"]));
        }),
        ("done", |ana, id| {
            ana.run(["done", id]).ok();
            drop(ana.type_in(LATER, ["edit", id, "-"]).ok());
        }),
        ("redo", |ana, id| {
            drop(ana.type_in(LATER, ["edit", id, "-"]).ok());
            ana.run(["undo"]).ok();
            ana.run(["redo"]).ok();
        }),
    ];
    for (name, act) in acts {
        let (world, sam, ana, id) = noted(&["--private"]);
        put(&world.host(), &id, BAIT);
        ana.run(["sync"]).fails(3);
        act(&ana, &id);
        ana.run(["sync"]);
        sam.run(["sync"]).ok();
        ana.run(["sync"]);
        let objects = at_the_remote(&world, &ana);
        assert!(!objects.contains(LATER) && !objects.contains(SECRET), "{name}");
        let log = ana.run(["log"]).ok().out;
        assert!(log.contains(LATER), "{name}: {log}");
        assert!(!sam.run(["log"]).ok().out.contains(LATER), "{name}");
    }
}

#[test]
fn every_kind_of_bait_is_noticed_and_can_be_answered() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    let host = world.host();
    let sealed = without(&host.read("agenda.toml"), &id).1;
    let ciphertext = sealed
        .lines()
        .skip_while(|line| !line.starts_with("sealed"))
        .collect::<Vec<_>>()
        .join("\n");
    let baits = [
        BAIT.to_owned(),
        BAIT.replace("ana", "sam"),
        BAIT.replace("text", "visibility = \"shared\"\ntext"),
        "by = \"ana\"\nvisibility = \"confidential\"\nsealed = \"not for her\"".to_owned(),
        format!("by = \"ana\"\nvisibility = \"confidential\"\n{ciphertext}"),
    ];
    for bait in &baits[..4] {
        put(&host, &id, bait);
        let told = ana.run(["sync"]).fails(3).says(&id);
        assert!(
            !told.err.contains(" shared "),
            "nobody is said to have shared it: {}",
            told.err
        );
        ana.run(["restore", &id]).ok();
        assert!(ana.run(["show", &id]).ok().out.contains(SECRET), "{bait}");
        ana.run(["sync"]).ok();
    }
    // If the seal says otherwise, the seal decides.
    put(&host, &id, &baits[4]);
    ana.run(["sync"]).ok();
    // Removed, synced, and put back as something else.
    host.git(["pull", "-q"]).ok();
    host.write("agenda.toml", &without(&host.read("agenda.toml"), &id).0);
    commit(&host);
    ana.run(["sync"]).ok();
    put(&host, &id, BAIT);
    ana.run(["sync"]).fails(3).says(&id);
    ana.type_in(LATER, ["edit", &id, "-"]).ok();
    ana.run(["sync"]).ok();
    assert!(!at_the_remote(&world, &ana).contains(LATER));
}

#[test]
fn a_bait_that_lies_on_top_of_the_seal_at_first_sight_is_noticed() {
    let (world, sam, ana, id) = noted(&["--confidential"]);
    put(&world.host(), &id, BAIT);
    // Sam's clone has the sealed form; a clone that is new gets it from the history alone.
    let told = sam.run(["sync"]).ok();
    told.says("a sealed entry of ana arrived for more readers than before");
    assert!(!sam.run(["sync"]).ok().err.contains("more readers"), "named once");
    sam.type_in(LATER, ["edit", &id, "-"]).fails(3).says("--shared");
    let laptop = world.second_machine(&ana);
    laptop.run(["sync"]).fails(3).says(&id);
    laptop.type_in(LATER, ["edit", &id, "-"]).ok();
    laptop.run(["sync"]).ok();
    assert!(!at_the_remote(&world, &ana).contains(LATER));
    assert!(sam.run(["sync"]).ok().err.contains("in sync"));
    assert!(sam.run(["log"]).ok().out.contains(LATER));
}

#[test]
fn a_share_on_another_machine_is_answered_once_and_changes_no_record() {
    let (world, sam, ana, id) = noted(&["--private"]);
    let laptop = world.second_machine(&ana);
    laptop.run(["share", &id, "--confidential", "--yes"]).ok();
    laptop.run(["sync"]).ok();
    ana.run(["sync"])
        .fails(3)
        .says(&format!("oneonone share --seen {id}"));
    let before = ana.head();
    ana.run(["share", "--seen", &id]).ok();
    assert_eq!(ana.head(), before);
    ana.run(["sync"]).ok();
    sync_all(&[&sam]);
    assert!(sam.run(["log"]).ok().out.contains(SECRET));
    // Taken back there, and baited since.
    laptop.run(["undo"]).fails(1);
    sync_all(&[&laptop, &ana, &laptop]);
}

#[test]
fn a_share_of_this_clone_is_no_alarm() {
    let (_world, sam, ana, id) = noted(&["--private"]);
    ana.run(["share", &id, "--confidential", "--yes"]).ok();
    sync_all(&[&ana, &sam, &ana]);
    ana.run(["share", &id, "--yes"]).ok();
    sync_all(&[&ana, &ana]);
    sam.run(["sync"]).ok();
    ana.run(["edit", &id, "in clear from now on"]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.run(["log"]).ok().out.contains("in clear from now on"));
    ana.run(["check"]).ok();
    sam.run(["check"]).ok();
}

#[test]
fn a_memory_that_is_lost_is_built_from_the_history() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    let shared = ana.add(["note", "mine, and shared since", "--private"]);
    ana.run(["share", &shared, "--yes"]).ok();
    ana.run(["sync"]).ok();
    put(&world.host(), &id, BAIT);
    ana.git(["pull", "-q", "--rebase"]).ok();
    // Damaged, lost, and lost with everything but the undo log.
    for lost in ["readers", "readers-and-pair"] {
        match lost {
            "readers" => ana.write(".git/oneonone/readers", "readers-1 \n"),
            _ => {
                std::fs::remove_file(ana.cwd.join(".git/oneonone/readers")).unwrap();
                std::fs::remove_file(ana.cwd.join(".git/oneonone/pair")).unwrap();
            }
        }
        let told = ana.run(["sync"]).fails(3);
        told.says("a sealed entry of yours arrived").says(&id);
    }
}

/// The run that resolved may have died before it noted who reads the entry.
#[test]
fn a_value_that_its_author_chose_is_no_alarm_after_a_loss() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    let laptop = world.second_machine(&ana);
    laptop.run(["sync"]).ok();
    laptop.type_in("as edited on the laptop", ["edit", &id, "-"]).ok();
    ana.run(["share", &id, "--confidential", "--yes"]).ok();
    sync_all(&[&ana, &laptop]);
    laptop.run(["resolve", &id, "--take", "2"]).ok();
    laptop.run(["check"]).ok();
    for lost in ["readers", "pair"] {
        std::fs::remove_file(laptop.cwd.join(".git/oneonone").join(lost)).unwrap();
    }
    laptop.run(["check"]).ok();
    laptop.run(["sync"]).ok();
}

#[test]
fn a_share_binds_nobody_else_and_is_not_taken_back_in_passing() {
    for kind in ["--private", "--confidential"] {
        let (world, sam, ana, id) = noted(&[kind]);
        let laptop = world.second_machine(&ana);
        ana.run(["share", &id, "--yes"]).ok();
        sync_all(&[&ana, &sam]);
        laptop.run(["sync"]).fails(3);
        // The meeting moves it, on the machine that was not asked yet too.
        laptop.run(["start"]).ok();
        let later = laptop.at("2026-11-24T13:00:00Z");
        later.run(["end"]).ok();
        sync_all(&[&sam, &ana]);
        assert!(sam.run(["show", &id]).ok().out.contains(SECRET), "{kind}");
        sam.add(["note", "a reply", "--re", &id]);
        sam.at("2026-11-24T14:00:00Z").run(["done", &id]).ok();
        sync_all(&[&sam, &ana]);
        let log = ana.run(["log"]).ok().out;
        assert!(log.contains("a reply") && log.contains(SECRET), "{kind}: {log}");
        assert!(
            sam.files().values().any(|record| record.contains(SECRET)),
            "{kind}"
        );
        ana.run(["check"]).ok();
    }
}

#[test]
fn a_share_that_fails_lets_nobody_read() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    ana.write(".git/refs/heads/main.lock", "");
    assert_ne!(ana.run(["share", &id, "--yes"]).code, 0);
    std::fs::remove_file(ana.cwd.join(".git/refs/heads/main.lock")).unwrap();
    put(&world.host(), &id, BAIT);
    drop(ana.run(["sync"]));
    drop(ana.type_in(LATER, ["edit", &id, "-"]));
    drop(ana.run(["sync"]));
    assert!(!at_the_remote(&world, &ana).contains(LATER));
}

/// The record of an entry, without its id and time.
pub(crate) fn keys_of(record: &str, id: &str) -> String {
    let (_, entry) = without(record, id);
    let is_kept = |line: &&str| {
        !["[[entry]]", "id =", "at ="]
            .iter()
            .any(|start| line.starts_with(start))
    };
    entry.lines().filter(is_kept).collect::<Vec<_>>().join("\n")
}

/// Another machine of hers seals something else, for both of them, as the host or Sam could: her key is public.
fn sealed_for_both(world: &World, ana: &Person, id: &str) -> String {
    let evil = world.second_machine(ana);
    evil.type_in("forged", ["edit", id, "-"]).ok();
    evil.run(["share", id, "--confidential", "--yes"]).ok();
    keys_of(&evil.read("agenda.toml"), id)
}

#[test]
fn no_way_to_put_something_there_lets_anybody_read_what_she_writes() {
    type Bait = fn(&World, &Person, &Person, &str);
    let baits: [(&str, Bait); 8] = [
        ("a text in clear", |_, _, by, id| put(by, id, BAIT)),
        ("another author", |_, _, by, id| {
            put(by, id, &BAIT.replace("ana", "sam"))
        }),
        ("no author", |_, _, by, id| {
            put(by, id, &BAIT.replace("by = \"ana\"\n", ""));
        }),
        ("removed and put back", |_, ana, by, id| {
            remove_entry(by, id);
            ana.run(["sync"]).ok();
            put(by, id, BAIT);
        }),
        ("a seal for both, said to be so", |world, ana, by, id| {
            put(by, id, &sealed_for_both(world, ana, id));
        }),
        ("a seal for both, said to be private", |world, ana, by, id| {
            let keys = sealed_for_both(world, ana, id);
            put(by, id, &keys.replace("\"confidential\"", "\"private\""));
        }),
        ("a seal that she cannot open", |_, _, by, id| {
            put(
                by,
                id,
                "by = \"ana\"\nvisibility = \"confidential\"\nsealed = \"not for her\"",
            );
        }),
        ("beside an edit that was not sent", |_, ana, by, id| {
            ana.type_in("an edit", ["edit", id, "-"]).ok();
            put(by, id, BAIT);
        }),
    ];
    let answers: [&[&str]; 3] = [&["restore"], &["share", "--seen"], &["edit"]];
    for (number, (name, bait)) in baits.into_iter().enumerate() {
        for (at, place) in ["a host", "a plain clone of Sam's"].into_iter().enumerate() {
            let (world, sam, ana, id) = noted(&["--private"]);
            let by = match at {
                0 => world.host(),
                _ => sams_plain_clone(&world),
            };
            bait(&world, &ana, &by, &id);
            // A plain pull must not be a way around.
            if number % 2 == 1 && at == 0 && name != "beside an edit that was not sent" {
                ana.git(["pull", "-q", "--no-rebase"]).ok();
            }
            let name = format!("{name}, by {place}");
            ana.run(["check"]);
            let told = ana.run(["sync"]).fails(3);
            told.says(&id).says("arrived for more readers");
            assert!(ana.run(["status"]).ok().err.contains("more readers"), "{name}");
            // Before she answers she writes an entry: another member's or machine's too would be sealed by it.
            ana.type_in("a reply", ["add", "note", "-", "--re", &id]);
            ana.run(["sync"]).fails(3);
            let answer = answers[(number + at) % answers.len()];
            match answer {
                ["edit"] => drop(ana.type_in(LATER, ["edit", &id, "-"]).ok()),
                _ => {
                    ana.run([answer, &[&id]].concat()).ok();
                }
            }
            ana.run(["sync"]).ok();
            let check = ana.run(["check"]);
            // A seal that nobody opens is a fault of its own, and she said that it may stay.
            match name.starts_with("a seal that she cannot open") && answer.len() == 2 {
                true => drop(check.fails(3).says("the sealed text is damaged")),
                false => drop(check.ok()),
            }
            sam.run(["sync"]).ok();
            let objects = at_the_remote(&world, &ana);
            for words in [SECRET, LATER, "a reply", "an edit"] {
                assert!(!objects.contains(words), "{name}: {words}");
                assert!(!sam.run(["log"]).ok().out.contains(words), "{name}: {words}");
            }
        }
    }
}

pub(crate) fn remove_entry(by: &Person, id: &str) {
    by.git(["pull", "-q"]).ok();
    by.write("agenda.toml", &without(&by.read("agenda.toml"), id).0);
    commit(by);
}

/// A clone in which Sam has no program but Git.
pub(crate) fn sams_plain_clone(world: &World) -> Person {
    let sam = world.plain_clone("sam's other machine");
    sam.git(["config", "user.name", "Sam Lee"]).ok();
    sam
}

#[test]
fn a_bait_that_somebody_seals_still_asks_her() {
    type Act = fn(&Person, &Person, &str);
    let acts: [(&str, Act); 4] = [
        ("she closes it", |ana, _, id| drop(ana.run(["done", id]).ok())),
        ("she writes into it by hand", |ana, _, _| {
            ana.write(
                "agenda.toml",
                &ana.read("agenda.toml").replace("\"bait\"", "\"by hand\""),
            );
            ana.run(["sync"]).fails(3);
        }),
        ("her other machine closes it", |ana, laptop, id| {
            laptop.run(["sync"]).fails(3);
            laptop.run(["done", id]).ok();
            laptop.run(["sync"]).fails(3);
            ana.run(["sync"]).fails(3);
        }),
        ("it goes through a meeting", |ana, _, _| {
            ana.run(["start"]).ok();
            ana.at("2026-11-24T13:00:00Z").run(["end"]).ok();
        }),
    ];
    for (name, act) in acts {
        let (world, _sam, ana, id) = noted(&["--private"]);
        let laptop = world.second_machine(&ana);
        put(&world.host(), &id, &BAIT.replace("note", "topic"));
        ana.run(["sync"]).fails(3);
        act(&ana, &laptop, &id);
        ana.run(["sync"]).fails(3).says(&id);
        let check = ana.run(["check"]).fails(3);
        check.says(&id);
        ana.run(["restore", &id]).ok();
        let shown = match name {
            // Her words since stand beside it.
            "she writes into it by hand" => ana.run(["conflicts"]).fails(3),
            _ => ana.run(["show", &id]).ok(),
        };
        assert!(shown.out.contains(SECRET), "{name}: {}", shown.out);
        ana.run(["sync"]).ok();
        // The other machine hears that it is as it was, or asks about what was written since.
        let laptop = laptop.run(["sync"]);
        assert!(
            laptop.code == 0 || name != "it goes through a meeting",
            "{name}: {}",
            laptop.err
        );
        assert!(!at_the_remote(&world, &ana).contains(SECRET), "{name}");
    }
}

#[test]
fn restore_doubles_nothing_and_takes_no_words_of_hers() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    ana.type_in("a second version", ["edit", &id, "-"]).ok();
    put(&world.host(), &id, BAIT);
    ana.run(["sync"]).fails(3);
    ana.run(["restore", &id]).ok();
    let log = ana.run(["log"]).ok().out;
    assert_eq!(log.matches("a second version").count(), 1, "{log}");
    assert!(ana.run(["show", &id]).ok().out.contains("a second version"));
    assert!(!log.contains("bait"), "{log}");
    ana.run(["sync"]).ok();
    // Taken back, and brought back again.
    ana.run(["undo"]);
    ana.run(["redo"]);
    assert!(ana.run(["log"]).ok().out.contains("a second version"));
    assert!(!at_the_remote(&world, &ana).contains("a second version"));
}

#[test]
fn an_edit_of_the_other_is_taken_back_beside_what_was_written_since() {
    let (_world, sam, ana, id) = noted(&["--confidential"]);
    sam.type_in("what sam made of it", ["edit", &id, "-"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["edit", &id, "--theme", "worries"]).ok();
    ana.run(["restore", &id]).ok();
    let shown = ana.run(["show", &id]).ok().out;
    assert!(shown.contains(SECRET) && shown.contains("worries"), "{shown}");
    ana.run(["restore", &id]).fails(1).says("nothing to restore");
    // Words of hers stay, whatever he had written before.
    ana.type_in(LATER, ["edit", &id, "-"]).ok();
    ana.run(["restore", &id]).fails(1).says("nothing to restore");
    sync_all(&[&ana, &sam]);
    // Nobody restores what is private to the other.
    let private = ana.add_typed("one", ["-", "--private"]);
    sync_all(&[&ana, &sam]);
    ana.type_in("two", ["edit", &private, "-"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["restore", &private])
        .fails(1)
        .says("only its author puts it back");
}

#[test]
fn a_removed_entry_comes_back_by_the_short_id_that_was_told() {
    let (_world, sam, ana, id) = noted(&["--confidential"]);
    sam.run(["rm", &id]).ok();
    sam.run(["sync"]).ok();
    let told = ana.run(["sync"]).ok().says("removed 1 entry");
    let mut lines = told.err.lines();
    let named = lines.find_map(|line| Some(line.trim().split_once("  removed: ")?.0));
    let short = named.unwrap().to_owned();
    assert!(short.len() < id.len() && id.starts_with(&short), "{short}");
    ana.run(["restore", &short]).ok();
    assert!(ana.run(["show", &id]).ok().out.contains(SECRET));
    // A meeting takes it; another restore leaves it where it is.
    ana.run(["start"]).ok();
    ana.run(["restore", &id]).fails(1).says("nothing to restore");
    ana.run(["restore", "zz"]).fails(1);
}

#[test]
fn a_work_tree_on_an_older_branch_takes_no_share_back() {
    let (_world, sam, ana, id) = noted(&["--confidential"]);
    ana.git(["worktree", "add", "-q", "../older", "-b", "older", "HEAD"])
        .ok();
    let older = ana.in_folder("../older");
    ana.run(["share", &id, "--yes"]).ok();
    sync_all(&[&ana, &sam]);
    older.add(["note", "written there"]);
    older.run(["check"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["check"]).ok();
}

#[test]
fn a_share_that_meets_an_edit_of_the_other_is_no_alarm() {
    let (_world, sam, ana, id) = noted(&["--confidential"]);
    sam.type_in("what sam made of it", ["edit", &id, "-"]).ok();
    ana.run(["share", &id, "--yes"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    ana.git(["pull", "-q", "--no-rebase"]).ok();
    ana.add(["note", "a command that writes"]);
    ana.run(["sync"]).ok();
    sync_all(&[&sam, &ana]);
}

#[test]
fn a_bait_that_meets_an_edit_of_the_other_is_told_to_him() {
    let (world, sam, ana, id) = noted(&["--confidential"]);
    sam.type_in("what sam made of it", ["edit", &id, "-"]).ok();
    let host = world.host();
    put(&host, &id, BAIT);
    let commit = host.short_head();
    let told = "a sealed entry of ana arrived for more readers";
    let first = sam.run(["sync"]).ok().says(told);
    assert!(first.err.contains(&commit), "{}", first.err);
    let again = sam.run(["sync"]).ok();
    assert!(!again.err.contains(told), "he is told once: {}", again.err);
    // He may go on, and her next words stay sealed.
    sam.type_in("what he writes then", ["edit", &id, "-"]).ok();
    sam.run(["sync"]).ok();
    drop(ana.run(["sync"]));
    ana.type_in(LATER, ["edit", &id, "-"]).ok();
    drop(ana.run(["sync"]));
    let there = at_the_remote(&world, &ana);
    for words in [SECRET, LATER, "what sam made of it", "what he writes then"] {
        assert!(!there.contains(words), "{words}");
    }
}
