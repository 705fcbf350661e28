//! Two people, two clones, one bare remote: what happens every week.

use crate::world::{World, sync_all};

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
    assert_eq!(sam.head(), ana.head());
    assert!(!ana.read("agenda.toml").contains("too fast"));
}

#[test]
fn a_whole_week_of_two_people() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let topic = ana.add(["topic", "Roadmap"]);
    let growth = ana.add(["growth", "Lead the cache review", "--theme", "system-design"]);
    ana.type_in("mine-xyzzy\n", ["add", "concern", "-", "--private"])
        .ok();
    ana.type_in("ours-plugh\n", ["add", "concern", "-"]).ok();
    sam.run(["add", "challenge", "How do we hire?"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    assert_eq!(sam.files(), ana.files());
    let seen = sam.run(["--json", "agenda"]).ok().out;
    assert!(seen.contains("ours-plugh") && !seen.contains("mine-xyzzy"));

    let during = sam.at("2026-11-24T12:05:00Z");
    during.run(["start"]).ok();
    let during = sam.at("2026-11-24T12:10:00Z");
    let first = during.add([
        "action",
        "Introduce Ana",
        "--owner",
        "me",
        "--due",
        "2026-11-27",
        "--re",
        &growth,
    ]);
    let second = during.add([
        "action",
        "Write the design doc",
        "--owner",
        "them",
        "--due",
        "2026-12-01",
        "--re",
        &growth,
    ]);
    let ended = sam
        .at("2026-11-24T12:30:00Z")
        .run(["--json", "end", "--carry", &topic])
        .ok()
        .json();
    assert_eq!(
        (&ended["meeting"]["date"], &ended["meeting"]["status"]),
        (&"2026-11-24".into(), &"held".into())
    );
    sync_all(&[&ana]);
    ana.at("2026-11-26T09:00:00Z").run(["done", &second]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.files(), ana.files());

    for (now, overdue) in [("2026-11-27T12:00:00Z", 0), ("2026-11-28T12:00:00Z", 1)] {
        let actions = sam
            .at(now)
            .run(["actions", "--state", "all", "--json"])
            .ok()
            .json();
        assert_eq!(
            (&actions["open"], &actions["done"], &actions["overdue"]),
            (&1.into(), &1.into(), &overdue.into())
        );
        assert_eq!(actions["entries"].as_array().unwrap().len(), 2);
    }
    let grown = ana
        .at("2026-11-28T12:00:00Z")
        .run(["growth", "--since", "6mo", "--json"])
        .ok()
        .json();
    let theme = &grown["themes"][0];
    assert_eq!(
        (&theme["theme"], &theme["entries"]),
        (&"system-design".into(), &1.into())
    );
    assert_eq!(
        (&theme["actions"]["open"], &theme["actions"]["done"]),
        (&1.into(), &1.into())
    );
    let shown = ana.run(["--json", "show", &topic]).ok().json();
    assert_eq!(
        (&shown["entry"]["meeting"], &shown["entry"]["carried"]),
        (&serde_json::Value::Null, &1.into())
    );
    assert_eq!(
        ana.run(["--json", "show", &first]).ok().json()["entry"]["re"],
        growth
    );
    // A second round changes nothing.
    let head = sam.head();
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.head(), head);
}

#[test]
fn both_start_the_meeting_on_one_day() {
    for order in [[0, 1], [1, 0]] {
        let world = World::new();
        let (sam, ana) = world.pair();
        ana.run(["add", "Roadmap"]).ok();
        sync_all(&[&ana, &sam]);
        sam.at("2026-11-24T12:05:00Z").run(["--offline", "start"]).ok();
        ana.at("2026-11-24T12:04:00Z").run(["--offline", "start"]).ok();
        let people = [&sam, &ana];
        sync_all(&[people[order[0]], people[order[1]], people[order[0]]]);
        assert_eq!(sam.files(), ana.files());
        let meeting = sam.read("meetings/2026/2026-11-24.toml");
        assert!(meeting.contains("started = 2026-11-24T12:04:00Z"), "{meeting}");
        assert_eq!(meeting.matches("Roadmap").count(), 1);
    }
}

#[test]
fn an_agenda_in_clear_touches_nothing_that_it_does_not_need() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "Roadmap"]).ok();
    // No key, no history, no remote: it answers all the same.
    std::fs::remove_file(ana.home.join(".config/oneonone/identity.txt")).unwrap();
    std::fs::remove_dir_all(ana.cwd.join(".git/objects")).unwrap();
    std::fs::create_dir(ana.cwd.join(".git/objects")).unwrap();
    std::fs::remove_dir_all(world.path("remote.git")).unwrap();
    assert!(ana.run(["agenda"]).ok().out.contains("Roadmap"));
    let nowhere = world.person("nowhere").with("HOME", "/nonexistent");
    assert!(nowhere.run(["--version"]).ok().out.starts_with("oneonone "));
}

#[test]
fn a_relative_remote_is_meant_from_where_one_stands() {
    let world = World::new();
    world.remote("remote.git");
    world.remote("other.git");
    let sam = world.person("sam");
    let init = ["init", "Ana", "--as", "manager", "--name", "Sam Lee"];
    sam.run(
        init.iter()
            .copied()
            .chain(["pair/one", "--remote", "../remote.git"]),
    )
    .ok();
    sam.in_folder("pair/one").run(["sync"]).ok();
    sam.run(init.iter().copied().chain(["two"])).ok();
    sam.in_folder("two")
        .run(["sync", "--remote", "../../other.git"])
        .ok();
    // An empty folder that somebody stands in stays that folder.
    let inside = sam.in_folder("three");
    std::fs::create_dir(&inside.cwd).unwrap();
    inside.run(init.iter().copied().chain(["."])).ok();
    inside.run(["agenda"]).ok();
    let kept: Vec<_> = std::fs::read_dir(&sam.cwd)
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("oneonone-"))
        .collect();
    assert!(kept.is_empty(), "{kept:?}");
}
