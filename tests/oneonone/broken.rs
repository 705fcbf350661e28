//! A record in the folder that does not parse: it stays as it lies, everything else goes on (docs/sync.md#broken-records).

use crate::world::{Person, World, sync_all};

const OLD: &str = "meetings/2026/2026-11-17.toml";
const AGENDA: &str = "agenda.toml";

/// A meeting of last week with an action in it, and one entry on the agenda; both members have them.
struct Scene {
    sam: Person,
    ana: Person,
    /// The action in the old meeting.
    old: String,
    /// An entry on the agenda.
    topic: String,
}

fn scene(world: &World) -> Scene {
    let (sam, ana) = world.pair();
    let last_week = ana.at("2026-11-17T10:00:00Z");
    last_week.run(["start"]).ok();
    let old = last_week.add(["action", "from last week"]);
    last_week.run(["end"]).ok();
    let topic = ana.add(["topic", "waits"]);
    sync_all(&[&ana, &sam]);
    Scene { sam, ana, old, topic }
}

/// Breaks a file by hand. The text that lies there, and the place of the fault as it is named.
fn break_file(person: &Person, path: &str) -> (String, String) {
    let text = format!("{}\nmy own words : here\n", person.read(path));
    person.write(path, &text);
    let line = text.lines().count();
    (text, format!("{path}:{line}:"))
}

fn head_blob(person: &Person, path: &str) -> String {
    person.rev(&format!("HEAD:{path}"))
}

#[test]
fn a_broken_meeting_stops_no_command_that_leaves_it_alone() {
    let world = World::new();
    let Scene { sam, ana, topic, .. } = scene(&world);
    let (lies, place) = break_file(&ana, OLD);
    let blob = head_blob(&ana, OLD);
    let commands: &[&[&str]] = &[
        &["add", "topic", "goes on"],
        &["add", "--private", "note", "sealed"],
        &["edit", &topic, "waits still"],
        &["undo"],
        &["redo"],
        &["start"],
        &["add", "action", "in the meeting"],
        &["done", &topic],
        &["end", "--next", "friday"],
        &["next", "thursday"],
        &["skip", "2026-12-20"],
        &["share", &topic, "--yes"],
        &["rm", &topic],
    ];
    for command in commands {
        let run = ana.run(*command).ok().says(&place);
        assert_eq!(run.err.matches(&place).count(), 1, "{command:?}: {}", run.err);
        assert!(run.err.contains("not saved"), "{command:?}: {}", run.err);
        assert_eq!(ana.read(OLD), lies, "{command:?}");
        assert_eq!(head_blob(&ana, OLD), blob, "{command:?}");
    }
    ana.run(["status"]).ok().says("would leave").says(&place);
    ana.run(["check"]).fails(3).says("my own words");
    // Everything else is carried; one thing is not, so the code says that it failed.
    let sync = ana.run(["--json", "sync"]).fails(1).says(&place);
    assert_eq!(sync.json()["delivered"], true);
    assert_eq!((ana.read(OLD), head_blob(&ana, OLD)), (lies.clone(), blob));
    sam.run(["sync"]).ok();
    assert!(sam.files().values().any(|text| text.contains("in the meeting")));
    assert!(!sam.read(OLD).contains("my own words"));
    // Mended, it is taken in.
    ana.write(OLD, &lies.replace("my own words : here", "# my own words"));
    sync_all(&[&ana, &sam]);
    assert!(sam.read(OLD).contains("# my own words"));
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn a_command_that_needs_a_broken_record_says_so_and_that_nothing_was_saved() {
    let world = World::new();
    let Scene { ana, old, .. } = scene(&world);
    let (lies, _) = break_file(&ana, OLD);
    let head = ana.head();
    for command in [
        &["done", &old][..],
        &["drop", &old],
        &["rm", &old],
        &["show", "2026-11-17"],
        &["edit", "2026-11-17"],
    ] {
        ana.run(command).fails(1).says("my own words");
    }
    for command in [
        &["edit", &old, "said otherwise"][..],
        &["add", "note", "typed in vain", "--meeting", "2026-11-17"],
    ] {
        let run = ana.run(command).fails(1).says("your text was not saved");
        assert!(run.err.contains("my own words"), "{}", run.err);
    }
    assert_eq!(ana.head(), head);
    assert_eq!(ana.read(OLD), lies);
}

#[test]
fn a_text_for_a_broken_agenda_is_kept_where_the_editor_wrote_it() {
    let world = World::new();
    let Scene { ana, .. } = scene(&world);
    break_file(&ana, AGENDA);
    ana.run(["add", "topic", "typed"])
        .fails(1)
        .says("your text was not saved");
    let editor = ana.with("EDITOR", "echo 'a long text' >");
    let run = editor.run(["add", "topic"]).fails(1).says("your text is kept");
    let file = run
        .err
        .lines()
        .map(str::trim)
        .find(|line| line.ends_with("entry.md"));
    let text = std::fs::read_to_string(file.unwrap()).unwrap();
    assert!(text.contains("a long text"));
    // A meeting is no agenda.
    ana.run(["add", "note", "elsewhere", "--meeting", "2026-11-17"])
        .ok();
}

#[test]
fn an_entry_that_was_moved_into_a_broken_file_is_not_removed() {
    let world = World::new();
    let Scene { sam, ana, topic, .. } = scene(&world);
    // The newest entry may be missing in a stale file: another one stands behind it.
    ana.run(["add", "topic", "later"]).ok();
    ana.run(["sync"]).ok();
    let agenda = ana.read(AGENDA);
    let start = agenda.find("[[entry]]").unwrap();
    let mut entries: Vec<&str> = agenda[start..].split_inclusive("\n\n").collect();
    let moved = entries.iter().position(|entry| entry.contains(&topic)).unwrap();
    let moved = entries.remove(moved).to_owned();
    ana.write(AGENDA, &format!("{}{}", &agenda[..start], entries.concat()));
    let old = ana.read(OLD);
    ana.write(OLD, &format!("{old}\n{moved}\nbroken : line\n"));
    ana.run(["add", "topic", "more"]).ok();
    assert!(ana.git(["show", "HEAD:agenda.toml"]).ok().out.contains(&topic));
    ana.run(["sync"]).fails(1);
    ana.write(OLD, &format!("{old}\n{moved}\n"));
    sync_all(&[&ana, &sam]);
    assert!(sam.read(OLD).contains("\"waits\""));
    assert!(!sam.read(AGENDA).contains("\"waits\""));
}

#[test]
fn what_the_other_wrote_into_a_record_that_i_broke_comes_in_once_it_is_mended() {
    let world = World::new();
    let Scene { sam, ana, old, .. } = scene(&world);
    let (lies, place) = break_file(&ana, OLD);
    sam.run(["edit", &old, "said otherwise by sam"]).ok();
    sam.run(["sync"]).ok();
    for _ in 0..2 {
        ana.run(["sync"]).fails(1).says(&place);
        assert_eq!(ana.read(OLD), lies);
        assert!(
            ana.git(["show", &format!("HEAD:{OLD}")])
                .ok()
                .out
                .contains("by sam")
        );
    }
    ana.run(["add", "topic", "beside it"]).ok();
    assert_eq!(ana.read(OLD), lies);
    let mended = lies.replace("my own words : here", "[[entry]]\ntext = \"my own words\"");
    ana.write(OLD, &mended);
    sync_all(&[&ana, &sam]);
    for person in [&sam, &ana] {
        let text = person.read(OLD);
        assert!(text.contains("by sam") && text.contains("my own words"), "{text}");
    }
}

#[test]
fn a_broken_meeting_that_plain_git_committed_stops_nobody() {
    let world = World::new();
    let Scene { sam, ana, old, .. } = scene(&world);
    let (lies, place) = break_file(&ana, OLD);
    ana.git(["commit", "-qnam", "broken"]).ok();
    for person in [&ana, &sam] {
        person.run(["add", "topic", "goes on"]).ok();
        person.run(["sync"]).ok();
        person.run(["start"]).ok();
        person.run(["end"]).ok();
        person.run(["sync"]).ok();
        assert_eq!(person.read(OLD), lies);
    }
    sam.run(["actions"]).ok().says(&place);
    assert_ne!(sam.run(["done", &old]).code, 0);
    ana.run(["sync"]).ok();
    // A further hand edit that is as broken stops nothing either.
    let (lies, _) = break_file(&ana, OLD);
    ana.run(["add", "topic", "and on"]).ok().says(&place);
    ana.run(["sync"]).fails(1);
    assert_eq!(ana.read(OLD), lies);
}

#[test]
fn a_kill_or_a_stopped_merge_beside_a_broken_record_leaves_its_words() {
    let world = World::new();
    let Scene { sam, ana, .. } = scene(&world);
    let (lies, _) = break_file(&ana, OLD);
    sam.run(["add", "topic", "by sam"]).ok();
    sam.run(["sync"]).ok();
    crate::collide::dies_before_its_branch_moves(&ana, &["add", "topic", "half written"]);
    ana.run(["sync"]).fails(1);
    assert_eq!(ana.read(OLD), lies);
    sam.run(["sync"]).ok();
    assert!(sam.read(AGENDA).contains("half written") && ana.read(AGENDA).contains("by sam"));
}

#[test]
fn of_a_record_that_is_broken_twice_a_command_names_the_fault_in_the_folder() {
    let world = World::new();
    let Scene { ana, .. } = scene(&world);
    let good = ana.read(AGENDA);
    break_file(&ana, AGENDA);
    ana.commit_unguarded("by hand");
    ana.write(AGENDA, &format!("other words : here\n{good}"));
    let run = ana.run(["add", "topic", "typed"]).fails(1);
    let run = run.says("agenda.toml:1:").says("your text was not saved");
    assert!(!run.err.contains("oneonone restore"), "{}", run.err);
    assert!(!run.err.contains("my own words"), "{}", run.err);
}

#[test]
fn a_record_that_a_commit_broke_is_put_back_by_the_command_that_each_error_names() {
    let world = World::new();
    let Scene { sam, ana, .. } = scene(&world);
    break_file(&sam, AGENDA);
    sam.commit_unguarded("by hand");
    sam.git(["push", "-q"]).ok();
    ana.run(["sync"]).ok();
    let way = "\n  = help: put its last good version back: oneonone restore agenda.toml\n";
    for (command, code) in [(&["add", "topic", "new words"][..], 1), (&["check"], 3)] {
        ana.run(command.iter().copied()).fails(code).says(way);
    }
    // Nobody but this person broke the other one.
    break_file(&ana, OLD);
    let found = ana.run(["check"]).fails(3);
    assert_eq!(found.err.matches("oneonone restore").count(), 1, "{}", found.err);
    ana.git(["checkout", "-q", "--", OLD]).ok();
    ana.run(["restore", AGENDA]).ok();
    ana.run(["add", "topic", "new words"]).ok();
    ana.run(["check"]).ok();
}
