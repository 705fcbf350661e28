//! `oneonone demo`: the made-up pair is what it says, and nothing outside its folder is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use oneonone::git::Repository;
use oneonone::model::{
    Entry, Kind, Limits, RecordPath, Visibility, assemble, check_text, parse_instant_text,
};
use oneonone::sync::{Environment, PairRecords, ViewError};

use crate::world::{Person, World};

/// Somebody with an empty home and a demo beside it.
struct Demo {
    world: World,
    person: Person,
}

impl Demo {
    fn new() -> (Self, String) {
        let world = World::new();
        let person = world.person("home");
        std::fs::create_dir(world.path("elsewhere")).unwrap();
        let person = person.in_folder("../elsewhere");
        let run = person.run(["demo"]).ok();
        assert_eq!(run.err, "");
        (Self { world, person }, run.out)
    }

    fn clones(&self) -> [Person; 2] {
        ["sam", "ana"].map(|name| self.person.in_folder("oneonone-demo").in_folder(name))
    }
}

fn reader(person: &Person) -> PairRecords {
    let env = Environment {
        use_index: true,
        now: parse_instant_text("2026-11-24T12:00:00Z").unwrap(),
        identity: person.home.join("none"),
        pins_dir: person.home.join("none"),
        new_id: || unreachable!(),
    };
    PairRecords::open(&Repository::open(&person.cwd).unwrap(), &env, |_| true).unwrap()
}

fn everything_below(dir: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(&folder).unwrap() {
            let path = item.unwrap().path();
            found.insert(path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned());
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found
}

#[test]
fn two_clones_and_a_remote_agree_and_nothing_else_was_touched() {
    let (demo, out) = Demo::new();
    assert_eq!(everything_below(&demo.person.home), BTreeSet::new());
    let beside: Vec<_> = std::fs::read_dir(&demo.person.cwd).unwrap().collect();
    assert_eq!(beside.len(), 1);
    let inside: BTreeSet<_> = std::fs::read_dir(demo.person.cwd.join("oneonone-demo"))
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        inside.iter().map(String::as_str).collect::<Vec<_>>(),
        ["ana", "keys", "remote.git", "sam"]
    );
    for heading in [
        "Where things are",
        "oneonone sync, on both sides",
        "oneonone actions",
        "oneonone growth --since 6mo",
        "Try",
    ] {
        assert!(out.lines().any(|line| line == heading), "{heading}\n{out}");
    }
    assert!(out.contains("in sync: 1 entry came (added), 1 entry went (added)") && !out.contains('\u{1b}'));
    assert_eq!(
        out.lines()
            .filter(|l| l.contains("cd ") && l.contains(" && "))
            .count(),
        5
    );

    let [sam, ana] = demo.clones();
    assert_eq!(sam.files(), ana.files());
    let heads = [&sam, &ana].map(|person| {
        person.git(["fsck", "--strict", "--no-progress"]).ok();
        assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
        let run = person.run(["sync"]).ok().says("nothing new on either side");
        assert_eq!(run.out.split('\t').next(), Some("0"));
        person.head()
    });
    let remote = demo.person.in_folder("oneonone-demo").in_folder("remote.git");
    remote.git(["fsck", "--strict", "--no-progress"]).ok();
    let tip = remote.rev("main");
    assert_eq!(heads, [tip.clone(), tip]);

    let log = sam
        .git(["log", "--no-merges", "--format=%an <%ae>\t%at\t%ct"])
        .ok()
        .out;
    let mut commits: BTreeMap<&str, usize> = BTreeMap::new();
    let mut newer = i64::MAX;
    for line in log.lines().skip(2) {
        let [who, at, committed] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let at: i64 = at.parse().unwrap();
        assert!(at <= newer && committed.parse::<i64>().unwrap() == at, "{line}");
        newer = at;
        *commits.entry(who).or_default() += 1;
    }
    assert_eq!(
        commits.keys().collect::<Vec<_>>(),
        [&"Ana Ruiz <ana@example.com>", &"Sam Lee <sam@example.com>"]
    );
    assert!(commits.values().all(|count| *count > 40), "{commits:?}");
    assert_eq!(everything_below(&demo.person.home), BTreeSet::new());
}

#[test]
fn the_records_are_sound_canonical_and_rich() {
    let (demo, _) = Demo::new();
    let [sam, ana] = demo.clones();
    let files = ana.files();
    let records: BTreeMap<&str, &[u8]> = files
        .iter()
        .filter(|(path, _)| RecordPath::parse(path).is_some())
        .map(|(path, text)| (path.as_str(), text.as_bytes()))
        .collect();
    let loaded = assemble(records.iter().map(|(path, bytes)| (*path, *bytes)));
    assert!(loaded.broken.is_empty() && loaded.loose.is_empty() && loaded.doubled.is_empty());
    for (path, bytes) in loaded.state.files() {
        assert!(bytes.len() < Limits::FILE / 2);
        assert_eq!(records.get(path.as_str()), Some(&bytes.as_slice()), "{path}");
    }
    assert_eq!(loaded.state.files().len(), records.len());

    let views = [&sam, &ana].map(|person| reader(person).view());
    for (view, other) in views.iter().zip(["ana", "sam"]) {
        assert_eq!(view.meetings.len(), 26);
        assert_eq!(view.meetings.iter().filter(|m| m.started.is_none()).count(), 2);
        assert!(view.entries.len() >= 300, "{}", view.entries.len());
        let bodies: Vec<_> = view
            .entries
            .iter()
            .filter_map(|e| Some((e, e.body.as_ref()?)))
            .collect();
        let themes: BTreeSet<_> = bodies.iter().flat_map(|(_, b)| &b.themes).collect();
        assert!(themes.len() >= 12, "{themes:?}");
        let kinds: BTreeSet<Kind> = bodies.iter().map(|(_, b)| b.kind).collect();
        assert_eq!(kinds.len(), Kind::ALL.len());
        assert!(bodies.iter().all(|(_, b)| check_text(&b.text).is_ok()));
        let count = |by: &str, visibility| {
            let is = |e: &&Entry| e.by.as_str() == by && e.visibility == visibility;
            view.entries.iter().filter(is).count()
        };
        for by in ["sam", "ana"] {
            assert!(count(by, Visibility::Confidential) >= 5, "{by}");
            assert!(count(by, Visibility::Private) >= 5, "{by}");
        }
        // Private entries of the other one stay closed: one's key does not open them.
        assert!(!view.closed.is_empty());
        assert_eq!(view.closed.len(), count(other, Visibility::Private));
        for (id, why) in &view.closed {
            let entry = view.entries.iter().find(|e| e.id == *id).unwrap();
            assert_eq!(entry.by.as_str(), other);
            assert!(matches!(why, ViewError::Open(_)));
        }
        assert!(view.entries.iter().any(|e| e.carried > 1));
        assert!(bodies.iter().filter(|(_, b)| b.re.is_some()).count() > 100);
        let today = "2026-11-24".parse().unwrap();
        let late = bodies
            .iter()
            .filter(|(e, b)| e.is_open_action() && overdue(b, today));
        assert!(late.count() > 2);
        assert!(
            view.entries
                .iter()
                .all(|e| e.at < parse_instant_text("2026-11-24T12:00:01Z").unwrap())
        );
    }
    assert!(ana.read("pair.toml").contains("\nnext = 2026-11-25\n"));
    assert!(ana.read("agenda.toml").matches("[[entry]]").count() >= 10);
}

fn overdue(body: &oneonone::model::Body, today: oneonone::model::Date) -> bool {
    body.due.is_some_and(|due| due < today)
}

#[test]
fn nothing_that_is_sealed_stands_in_any_object() {
    let (demo, _) = Demo::new();
    let mut secrets = BTreeSet::new();
    for person in &demo.clones() {
        for entry in reader(person).view().entries {
            if let Some(body) = entry.body.filter(|_| entry.visibility.is_sealed()) {
                secrets.insert(body.text);
            }
        }
    }
    assert!(secrets.len() > 40);
    for name in ["sam", "ana", "remote.git"] {
        let place = demo.person.in_folder("oneonone-demo").in_folder(name);
        let every = ["cat-file", "--batch-all-objects", "--batch", "--unordered"];
        let objects = place.start(
            "sh",
            [
                "-c",
                &format!("git {} | tr -c '[:print:]\\n' '?'", every.join(" ")),
            ],
            "",
        );
        let objects = objects.ok().out;
        assert!(objects.contains("-----BEGIN AGE ENCRYPTED FILE-----"));
        assert!(objects.contains("tree ") && objects.contains("Cut the talk to eighteen minutes"));
        for secret in &secrets {
            let printable: String = secret
                .bytes()
                .map(|b| {
                    if b.is_ascii_graphic() || b == b' ' {
                        b as char
                    } else {
                        '?'
                    }
                })
                .collect();
            assert!(!objects.contains(&printable), "{name}: {secret}");
        }
    }
    drop(demo.world);
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let world = World::new();
    let person = world.person("home");
    person.write("mine/note.txt", "mine");
    person.run(["demo", "mine"]).fails(1).says("not an empty folder");
    assert_eq!(everything_below(&person.home).len(), 2);
    std::fs::create_dir(person.home.join("it's empty")).unwrap();
    let run = person.run(["--json", "demo", "it's empty"]).ok();
    let answer = run.json();
    let clone = answer["report"]["clone"].as_str().unwrap();
    assert!(Path::new(clone).join("pair.toml").exists());
    assert!(Path::new(answer["manager"]["identity"].as_str().unwrap()).exists());
    assert!(
        Path::new(answer["remote"].as_str().unwrap())
            .join("HEAD")
            .exists()
    );
    assert_eq!(answer["manager"]["member"], "sam");
}
