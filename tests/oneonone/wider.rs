//! An entry that arrives for more readers than its author let: by a commit of the other member, or of the host
//! (docs/privacy.md#entries-that-arrive-wider).

use crate::world::{Person, World, sync_all};

const SECRET: &str = "what nobody else may read";
const LATER: &str = "and what she wrote later";

/// Ana has a private note, and everybody has synced; its id.
fn noted(kind: &[&str]) -> (World, Person, Person, String) {
    let world = World::new();
    let (sam, ana) = world.pair();
    let words = ["the other entry"];
    sam.add(words);
    let id = ana.type_in(SECRET, [&["--json", "add", "-"], kind].concat()).ok();
    let id = id.json()["entry"]["id"].as_str().unwrap().to_owned();
    sync_all(&[&ana, &sam, &ana]);
    (world, sam, ana, id)
}

/// A clone of the host's, which no program of ours has touched.
fn host(world: &World) -> Person {
    let host = world.person("host");
    let remote = world.path("remote.git");
    host.git(["clone", "-q", remote.to_str().unwrap(), "clone"]).ok();
    host.in_folder("clone")
}

/// The record without an entry, and the entry.
fn without(record: &str, id: &str) -> (String, String) {
    let at = record.find(&format!("[[entry]]\nid = \"{id}\"")).unwrap();
    let rest = &record[at..];
    let end = rest[1..].find("[[entry]]").map_or(rest.len(), |next| next + 1);
    (
        format!("{}{}", &record[..at], &rest[end..]),
        rest[..end].to_owned(),
    )
}

/// The host puts something else under the id of an entry.
fn put(host: &Person, id: &str, keys: &str) {
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

fn commit(host: &Person) {
    host.git(["commit", "-qam", "update records"]).ok();
    host.git(["push", "-q"]).ok();
}

const BAIT: &str = "by = \"ana\"\nkind = \"note\"\ntext = \"bait\"";

fn at_the_remote(world: &World, person: &Person) -> String {
    person.objects(&world.path("remote.git"))
}

#[test]
fn the_author_is_told_at_every_sync_until_she_answers() {
    let (world, sam, ana, id) = noted(&["--private"]);
    put(&host(&world), &id, BAIT);
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
        put(&host(&world), &id, BAIT);
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
    let host = host(&world);
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
        ana.run(["sync"]).fails(3).says(&id);
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
    put(&host(&world), &id, BAIT);
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
    let before = ana.git(["rev-parse", "HEAD"]).ok().out;
    ana.run(["share", "--seen", &id]).ok();
    assert_eq!(ana.git(["rev-parse", "HEAD"]).ok().out, before);
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
    put(&host(&world), &id, BAIT);
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
    put(&host(&world), &id, BAIT);
    drop(ana.run(["sync"]));
    drop(ana.type_in(LATER, ["edit", &id, "-"]));
    drop(ana.run(["sync"]));
    assert!(!at_the_remote(&world, &ana).contains(LATER));
}
