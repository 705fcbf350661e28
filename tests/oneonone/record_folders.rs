//! A folder of records that a commit made a link, a file or a submodule, and a record that it made a folder: never taken in,
//! never read through, and everything else goes on (docs/sync.md#folders-of-records).

use std::fs;
use std::os::unix::fs::symlink;

use crate::own_words::named;
use crate::world::{Person, World, same_files, sync_all};

const FORMS: &[&str] = &[
    "a link",
    "a link of a year",
    "a file",
    "a file of a year",
    "a submodule",
    "an agenda that is a folder",
];

/// Ana has entries in two meetings and on the agenda, and everybody has synced.
fn two_years_and_host() -> (World, Person, Person, Person) {
    let world = World::new();
    let (sam, ana) = world.pair();
    for year in ["2025", "2026"] {
        ana.at(&format!("{year}-11-24T12:00:00Z")).run(["start"]).ok();
        let ana = ana.at(&format!("{year}-11-24T12:01:00Z"));
        ana.add([format!("said in {year}")]);
        ana.type_in("a secret", ["add", "note", "-", "--private"]).ok();
        ana.at(&format!("{year}-11-24T12:30:00Z")).run(["end"]).ok();
    }
    let (sam, ana) = (sam.at("2026-11-25T12:00:00Z"), ana.at("2026-11-25T12:00:00Z"));
    ana.add(["on the agenda"]);
    sync_all(&[&ana, &sam, &ana]);
    let host = named(&world.host(), "Sam Lee");
    (world, sam, ana, host)
}

/// Puts something else in the place of records, with a record of another entry beside it; the place.
fn spoil(world: &World, host: &Person, form: &str) -> &'static str {
    let elsewhere = world.path("elsewhere");
    fs::create_dir_all(elsewhere.join("2026")).unwrap();
    fs::write(
        elsewhere.join("2026/2026-11-24.toml"),
        "text = \"of another place\"\n",
    )
    .unwrap();
    let in_clone = |name: &str| host.cwd.join(name);
    let path = match form {
        "a link" | "a file" | "a submodule" => "meetings",
        "an agenda that is a folder" => "agenda.toml",
        _ => "meetings/2026",
    };
    host.git(["rm", "-qr", path]).ok();
    fs::create_dir_all(in_clone(path).parent().unwrap()).unwrap();
    match form {
        "a link" => symlink(&elsewhere, in_clone(path)).unwrap(),
        "a link of a year" => symlink(elsewhere.join("2026"), in_clone(path)).unwrap(),
        "an agenda that is a folder" => host.write("agenda.toml/x.toml", "x = 1\n"),
        "a submodule" => {
            let entry = format!("160000,{},meetings", host.head());
            host.git(["update-index", "--add", "--cacheinfo", &entry]).ok();
        }
        _ => host.write(path, "no folder\n"),
    }
    host.write("beside.md", "goes on\n");
    host.git(["add", if form == "a submodule" { "beside.md" } else { "-A" }])
        .ok();
    host.git(["commit", "-qm", "spoilt"]).ok();
    host.git(["push", "-q"]).ok();
    path
}

#[test]
fn what_stands_in_the_place_of_records_is_not_taken_in() {
    for form in FORMS {
        let (world, sam, ana, host) = two_years_and_host();
        let before = ana.files();
        let path = spoil(&world, &host, form);
        let words = format!("Sam put something else in the place of {path}, in the commit ");
        ana.run(["sync", "--dry-run"]).ok().says(&words);
        let run = ana.run(["sync"]).ok().says(&words);
        assert!(!run.err.contains("removed"), "{form}: {}", run.err);
        let mut expected = before.clone();
        expected.insert("beside.md".to_owned(), "goes on\n".to_owned());
        same_files(&ana.files(), &expected);
        ana.run(["check"]).ok();
        assert_eq!(ana.run(["log", "a secret"]).ok().out.lines().count(), 2, "{form}");
        let run = ana.run(["sync"]).ok().says("nothing new on either side");
        assert!(!run.err.contains("something else"), "{form}: {}", run.err);
        sam.run(["sync"]).ok();
        same_files(&sam.files(), &expected);
        assert!(!ana.run(["log"]).ok().out.contains("another place"), "{form}");
    }
}

#[test]
fn every_clone_puts_back_the_same_commit_and_edits_beside_it_merge() {
    for form in FORMS {
        let (world, sam, ana, host) = two_years_and_host();
        spoil(&world, &host, form);
        // One has it by plain Git, and writes before a sync; the other has edits that were not sent.
        sam.git(["pull", "-q"]).ok();
        if !matches!(*form, "an agenda that is a folder" | "a submodule") {
            sam.run(["check"]).fails(3);
        }
        sam.run(["add", "--offline", "by sam"])
            .ok()
            .says("put something else in the place of");
        let log = ana.run(["--json", "log", "said in 2025"]).ok().json();
        let id = log["entries"][0]["id"].as_str().unwrap().to_owned();
        ana.run(["edit", "--offline", &id, "said in 2025, and edited"])
            .ok();
        sync_all(&[&ana, &sam, &ana]);
        same_files(&ana.files(), &sam.files());
        for person in [&sam, &ana] {
            person.run(["check"]).ok();
            assert!(person.run(["conflicts"]).ok().out.is_empty(), "{form}");
            for words in [
                "said in 2025, and edited",
                "said in 2026",
                "by sam",
                "on the agenda",
            ] {
                assert!(!person.run(["log", words]).ok().out.is_empty(), "{form}: {words}");
            }
        }
        let count = ana
            .git(["log", "--oneline", "--grep", "put back the folder"])
            .ok()
            .out;
        assert_eq!(count.lines().count(), 1, "{form}:\n{count}");
    }
}

#[test]
fn a_link_that_i_put_there_myself_removes_nothing() {
    let (world, _, ana, _) = two_years_and_host();
    let moved = world.path("moved");
    fs::rename(ana.cwd.join("meetings"), &moved).unwrap();
    symlink(&moved, ana.cwd.join("meetings")).unwrap();
    let words = "meetings: a symbolic link stands in the place of a folder of records";
    ana.run(["add", "on top"]).fails(1).says(words);
    ana.run(["sync"]).fails(1).says(words);
    ana.run(["check"]).fails(3);
    ana.run(["log"]).ok().says(words);
    fs::remove_file(ana.cwd.join("meetings")).unwrap();
    fs::rename(&moved, ana.cwd.join("meetings")).unwrap();
    ana.run(["sync"]).ok().says("nothing new on either side");
}
