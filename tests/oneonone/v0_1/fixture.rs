//! The files that version 0.1 wrote, unpacked where this machine likes them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::{Person, World};

/// The place of the world in files that name it.
pub(super) const PLACE: &str = "/place/of/the/world";

/// Where what version 0.1 wrote is kept.
pub(super) fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/v0.1")
}

/// Files of a person that name where their clones and remotes lie.
pub(super) fn naming_places(person: &Person) -> Vec<PathBuf> {
    let state = person.home.join(".local/state/oneonone/pairs.toml");
    let mut files = vec![state];
    for item in fs::read_dir(&person.home).unwrap() {
        let config = item.unwrap().path().join(".git/config");
        if config.exists() {
            files.push(config);
        }
    }
    files
}

/// Replaces one place by another in such files.
pub(super) fn rename_places(people: &[&Person], from: &str, to: &str) {
    for file in people.iter().flat_map(|person| naming_places(person)) {
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replace(from, to)).unwrap();
    }
}

/// A world that version 0.1 left: Sam, Ana, and Ana's clone of another machine, in which a command was cut off.
pub(super) struct Left {
    pub(super) world: World,
    pub(super) sam: Person,
    pub(super) ana: Person,
    pub(super) cut: Person,
}

impl Left {
    pub(super) fn unpack() -> Self {
        let world = World::new();
        let (sam, ana) = (world.person("sam"), world.person("ana"));
        let archive = kept().join("pair.tar.gz");
        let place = world.path("");
        let args = [
            "--no-same-owner",
            "-xpzf",
            archive.to_str().unwrap(),
            "-C",
            place.to_str().unwrap(),
        ];
        sam.start("tar", args, "").ok();
        let left = Self {
            world,
            sam: sam.in_folder("clone"),
            ana: ana.in_folder("clone"),
            cut: ana.in_folder("cut"),
        };
        let place = place.to_str().unwrap().trim_end_matches('/');
        rename_places(&[&left.sam, &left.ana], PLACE, place);
        left
    }
}

/// The commands that only read, and whose answers were kept.
pub(super) const ASKED: &[&[&str]] = &[
    &[],
    &["agenda"],
    &["log"],
    &["actions", "--state", "all"],
    &["growth", "--since", "1y"],
    &["growth", "--since", "1y", "--theme", "system-design"],
    &["conflicts"],
    &["status"],
    &["who"],
    &["check"],
    &["show", "2026-11-10"],
    &["show", "2026-11-17"],
    &["key", "show"],
];

/// The answers of a person's program to all that is asked, one JSON document each.
pub(super) fn answers(person: &Person) -> serde_json::Value {
    let ask = |args: &&[&str]| {
        let all: Vec<&str> = ["--json"].iter().chain(*args).copied().collect();
        let run = person.run(&all);
        let mut answer = serde_json::json!({ "exit": run.code, "answer": run.json() });
        if args.first() == Some(&"log") {
            in_one_order(&mut answer);
        }
        (args.join(" "), answer)
    };
    serde_json::Value::Object(ASKED.iter().map(ask).collect())
}

/// Puts the entries of a log into one order: version 0.1 ordered those of a day otherwise, the oldest first.
pub(super) fn in_one_order(answer: &mut serde_json::Value) {
    if let Some(entries) = answer["answer"]["entries"].as_array_mut() {
        entries.sort_by_key(|entry| entry["id"].as_str().map(str::to_owned));
    }
}
