//! A text that plain Git commits in clear does not leave the machine. One that is out already stops nobody.

use crate::world::{Person, World};

fn pair_with_sealed(world: &World) -> (Person, Person) {
    let (sam, ana) = world.pair();
    ana.run(["add", "note", "sealed word", "--private"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    (sam, ana)
}

/// Pushes a change from a clone that `oneonone` knows nothing of.
fn pushed_from_elsewhere(world: &World, path: &str, change: impl Fn(&str) -> String) {
    let plain = world.plain_clone("elsewhere");
    plain.write(path, &change(&plain.read(path)));
    plain.git(["add", "-A"]).ok();
    plain.git(["commit", "-qm", "by phone"]).ok();
    plain.git(["push", "-q"]).ok();
}

#[test]
fn no_way_of_plain_git_brings_a_private_text_out() {
    let world = World::new();
    let (_, ana) = pair_with_sealed(&world);
    let agenda = ana.read("agenda.toml");
    let entry = "[[entry]]\nvisibility = \"private\"\ntext = \"leaked-xyzzy\"\n";
    let beside = agenda.replace("sealed = ", "# leaked-xyzzy\nsealed = ");
    assert_ne!(beside, agenda);
    let long = format!("{agenda}\n{entry}# {}\n", "x".repeat(1_100_000));
    let pair = format!("{}\n{entry}", ana.read("pair.toml"));
    for (path, text) in [
        ("agenda.toml", beside),
        (
            "agenda.toml",
            agenda.replace("sealed = ", "kind = \"growth\"\nsealed = "),
        ),
        (
            "agenda.toml",
            agenda.replace("sealed = ", "due = 2026-12-24\nsealed = "),
        ),
        (
            "agenda.toml",
            format!("{agenda}\n{}", entry.replace("private", "Private")),
        ),
        (
            "agenda.toml",
            format!(
                "{agenda}\n{}\n[[entry]]\n",
                entry.replace("visibility = \"private\"", "kind = \"concern\"")
            ),
        ),
        (
            "agenda.toml",
            "entry = [{ visibility = \"private\", text = \"leaked-xyzzy\" }]\n".to_owned(),
        ),
        ("agenda.toml", long),
        ("pair.toml", pair),
        ("meetings/2026-11-24.toml", entry.to_owned()),
        ("Agenda.toml", entry.to_owned()),
        ("agenda.toml~", entry.to_owned()),
    ] {
        let head = ana.head();
        ana.write(path, &text);
        ana.git(["add", path]).ok();
        // The guard refuses it, and where it is passed by, the last look before the push does.
        assert_ne!(ana.git(["commit", "-qm", "oops"]).code, 0, "{path}");
        ana.git(["commit", "-qnm", "oops"]).ok();
        let run = ana.run(["sync"]);
        assert!(matches!(run.code, 1 | 3), "{path}: {run:?}");
        let there = ana.git(["ls-remote", "-q", "origin", "refs/heads/main"]).ok().out;
        assert!(there.starts_with(&head), "{path} went out");
        ana.git(["reset", "-q", "--hard", &head]).ok();
    }
    ana.run(["add", "topic", "goes on"]).ok();
    ana.run(["sync"]).ok();
}

#[test]
fn a_slip_that_is_out_stops_nobody() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["action", "book a room"]);
    ana.run(["start"]).ok();
    for person in [&ana, &sam] {
        person.run(["sync"]).ok();
    }
    let meeting = "meetings/2026/2026-11-24.toml";
    pushed_from_elsewhere(&world, meeting, |text| {
        let text = text.replacen("date = ", "private = \"no\"\ndate = ", 1);
        text.replacen("text = \"book", "secret = \"santa\"\ntext = \"book", 1)
    });
    sam.run(["sync"]).ok();
    assert!(sam.read(meeting).contains("santa") && sam.read(meeting).contains("private = \"no\""));
    sam.run(["done", &id]).ok();
    sam.run(["end"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
    // A second one beside it is noticed all the same.
    let text = sam.read(meeting);
    sam.write(
        meeting,
        &text.replacen("secret = ", "Visibility = \"private\"\nsecret = ", 1),
    );
    sam.run(["sync"]).fails(1).says("`Visibility`");
}

#[test]
fn a_slip_without_an_id_that_is_out_stops_nobody() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let entry = "[[entry]]\nVisibility = \"private\"\ntext = \"out already\"\n";
    pushed_from_elsewhere(&world, "agenda.toml", |_| entry.to_owned());
    for person in [&sam, &ana, &sam] {
        person.run(["sync"]).ok();
    }
    assert!(sam.read("agenda.toml").contains("out already"));
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn a_theme_by_the_name_of_a_visibility_stops_nobody() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "growth", "mentoring", "--theme", "private", "--shared"])
        .ok();
    ana.run(["sync"]).ok();
    ana.run(["add", "topic", "goes on"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    assert!(sam.read("agenda.toml").contains("goes on"));
}

#[test]
fn what_was_out_is_out_on_a_new_branch_and_not_at_a_new_host() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let entry = "[[entry]]\nid = \"kkkkkkkkkkkk\"\nkind = \"note\"\nby = \"ana\"\nat = 2026-11-20T09:00:00Z\nvisibility = \"private\"\ntext = \"leaked-xyzzy\"\n";
    pushed_from_elsewhere(&world, "agenda.toml", |_| entry.to_owned());
    sam.run(["sync"]).ok().says("came in clear");
    ana.run(["sync"]).ok();
    // A text that the other member removes is not brought back in clear by an undo.
    sam.run(["rm", "kkkkkkkkkkkk"]).ok();
    sam.run(["undo"]).fails(1).says("is to be sealed");
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    ana.git(["switch", "-qc", "other"]).ok();
    ana.run(["add", "topic", "on another branch"]).ok();
    ana.run(["sync"]).ok();
    let empty = world.remote("empty.git");
    ana.git(["remote", "set-url", "origin", empty.to_str().unwrap()])
        .ok();
    ana.run(["sync"]).fails(3).says("the remote is empty");
    // The new host knows nothing of it, whatever the old one knew.
    for _ in 0..2 {
        ana.run(["sync", "--branch", "main"])
            .fails(3)
            .says("in clear")
            .says("the new address does not have it");
    }
    assert!(!ana.objects(&empty).contains("leaked-xyzzy"));
    // A person may send it there all the same.
    ana.git(["push", "-q", "origin", "other:main"]).ok();
    ana.run(["sync"]).ok();
    sam.git(["remote", "set-url", "origin", empty.to_str().unwrap()])
        .ok();
    sam.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn what_went_to_another_branch_of_the_old_host_is_not_out_at_the_new_one() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.run(["add", "before the copy"]).ok();
    ana.run(["sync"]).ok();
    let copy = world.copied_remote("remote.git", "copy.git");
    let entry = "[[entry]]\nid = \"kkkkkkkkkkkk\"\nkind = \"note\"\nby = \"ana\"\nat = 2026-11-20T09:00:00Z\nvisibility = \"private\"\ntext = \"leaked-xyzzy\"\n";
    ana.git(["switch", "-qc", "aside"]).ok();
    ana.append("agenda.toml", entry);
    ana.git(["commit", "-qnam", "oops"]).ok();
    ana.git(["push", "-q", "origin", "aside"]).ok();
    ana.git(["switch", "-q", "main"]).ok();
    ana.git(["remote", "set-url", "origin", &copy]).ok();
    ana.run(["sync"]).ok().says("alone");
    ana.git(["merge", "-q", "aside"]).ok();
    ana.run(["sync"]).fails(3).says("in clear");
    assert!(!ana.objects(copy.as_ref()).contains("leaked-xyzzy"));
}

#[test]
fn what_refers_to_a_sealed_entry_by_hand_is_sealed_as_it_is() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["note", "what troubles me", "--private"]);
    ana.run(["start"]).ok();
    ana.run(["end"]).ok();
    ana.append(
        "agenda.toml",
        &format!("\n[[entry]]\nkind = \"action\"\nre = \"{id}\"\ntext = \"leaked-xyzzy\"\n"),
    );
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    assert!(!sam.objects(&world.path("remote.git")).contains("leaked-xyzzy"));
    assert!(ana.run(["--json", "actions"]).ok().out.contains("leaked-xyzzy"));
}
