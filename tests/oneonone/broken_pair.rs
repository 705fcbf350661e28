//! A broken `pair.toml`: every command goes on with the last good one (docs/sync.md#a-broken-pairtoml).

use std::fs;
use std::os::unix::fs::symlink;

use crate::world::{Person, World, sync_all};

pub(crate) const PAIR: &str = "pair.toml";

/// A way to break it: a name, and the hand that does it.
pub(crate) type Form = (&'static str, fn(&Person, &str));

pub(crate) const FORMS: &[Form] = &[
    ("removed", |ana, _| remove_pair(ana)),
    ("a link", |ana, text| {
        remove_pair(ana);
        ana.write("elsewhere.txt", text);
        symlink("elsewhere.txt", ana.cwd.join(PAIR)).unwrap();
    }),
    ("a folder", |ana, text| {
        remove_pair(ana);
        ana.write("pair.toml/pair.toml", text);
    }),
    ("empty", |ana, _| ana.write(PAIR, "")),
    ("no TOML", |ana, text| {
        ana.write(PAIR, &format!("{text}bad bad\n"))
    }),
    ("no text", |ana, _| {
        fs::write(ana.cwd.join(PAIR), [0xff, 0xfe, 0, 1]).unwrap();
    }),
    ("conflict markers", |ana, text| {
        ana.write(
            PAIR,
            &format!("<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n"),
        );
    }),
    ("no members", |ana, text| {
        ana.write(PAIR, text.split("[member").next().unwrap());
    }),
    ("no id", |ana, text| {
        let rest: Vec<&str> = text.lines().filter(|line| !line.starts_with("id = ")).collect();
        ana.write(PAIR, &format!("{}\n", rest.join("\n")));
    }),
    ("two managers", |ana, text| {
        ana.write(PAIR, &text.replace("role = \"report\"", "role = \"manager\""));
    }),
    ("a third member", |ana, text| {
        ana.write(
            PAIR,
            &format!("{text}\n[member.mallory]\nrole = \"report\"\nname = \"Mallory\"\nkeys = []\n"),
        );
    }),
    ("too large", |ana, text| {
        ana.write(PAIR, &format!("{text}# {}\n", "x".repeat(1024 * 1024)));
    }),
];

fn remove_pair(ana: &Person) {
    fs::remove_file(ana.cwd.join(PAIR)).unwrap();
}

/// Each command, and its exit code where `pair.toml` is sound, broken in the folder, and broken on the branch. `TOPIC`,
/// `ACTION`, `SECRET` stand for entries.
const TABLE: &[(&str, [i32; 3])] = &[
    ("", [0, 0, 0]),
    ("agenda", [0, 0, 0]),
    ("actions", [0, 0, 0]),
    ("growth", [0, 0, 0]),
    ("log", [0, 0, 0]),
    ("show TOPIC", [0, 0, 0]),
    ("show 2026-11-17", [0, 0, 0]),
    ("conflicts", [0, 0, 0]),
    ("status", [0, 0, 0]),
    ("check", [0, 3, 3]),
    ("check --staged", [0, 0, 0]),
    ("pairs", [0, 0, 0]),
    ("pairs add .", [0, 0, 0]),
    ("who", [0, 0, 0]),
    ("who SECRET", [0, 0, 0]),
    ("key show", [0, 0, 0]),
    ("key trust sam", [0, 0, 0]),
    ("key refuse", [0, 0, 0]),
    ("add topic one more", [0, 0, 0]),
    ("add --private note for me", [0, 0, 0]),
    ("add --confidential note for us", [0, 0, 0]),
    ("edit TOPIC said otherwise", [0, 0, 0]),
    ("edit SECRET said otherwise", [0, 0, 0]),
    ("edit 2026-11-17", [0, 0, 0]),
    ("undo", [0, 0, 0]),
    ("redo", [0, 0, 0]),
    ("done ACTION", [0, 0, 0]),
    ("reopen ACTION", [0, 0, 0]),
    ("drop ACTION", [0, 0, 0]),
    ("share SECRET --yes", [0, 0, 0]),
    ("restore TOPIC", [1, 1, 1]),
    ("resolve TOPIC", [1, 1, 1]),
    // The agreed day stands in `pair.toml`.
    ("next friday", [0, 1, 1]),
    ("skip 2026-12-20", [0, 0, 0]),
    ("start", [0, 0, 0]),
    ("end", [0, 0, 0]),
    ("rm TOPIC", [0, 0, 0]),
    ("sync --dry-run", [0, 1, 0]),
    // Everything is carried, but for the file that lies here.
    ("sync", [0, 1, 0]),
    ("sync --all", [0, 1, 0]),
    ("restore pair.toml", [1, 0, 0]),
    ("sync", [0, 0, 0]),
    ("check", [0, 0, 0]),
];

/// A pair with a meeting of last week. The entries that the commands are about.
fn scene(world: &World) -> (Person, Person, [(&'static str, String); 3]) {
    let (sam, ana) = world.pair();
    let last_week = ana.at("2026-11-17T10:00:00Z");
    last_week.run(["start"]).ok();
    last_week.run(["end"]).ok();
    // A meeting of today uses the agreed day up, which stands in `pair.toml`.
    ana.run(["next", "2026-11-24"]).ok();
    let ids = [
        ("TOPIC", ana.add(["topic", "waits"])),
        ("ACTION", ana.add(["action", "to do"])),
        ("SECRET", ana.add(["--confidential", "for us two"])),
    ];
    sync_all(&[&ana, &sam]);
    (sam, ana.with("EDITOR", "true"), ids)
}

/// Runs every command of the table; the faults.
fn every_command(ana: &Person, ids: &[(&str, String)], column: usize, form: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (command, codes) in TABLE {
        let words = command.split_whitespace().map(|word| {
            let id = ids.iter().find(|(name, _)| *name == word);
            id.map_or(word, |(_, id)| id)
        });
        let run = ana.run(words);
        // No word of it sends anybody off to make another pair.
        let is_wrong = run.code != codes[column] || run.err.contains("init");
        if is_wrong {
            faults.push(format!("{form}: {command}: {}\n{}", run.code, run.err));
        }
    }
    faults
}

#[test]
fn with_a_sound_pair_the_table_holds() {
    let world = World::new();
    let (_, ana, ids) = scene(&world);
    let faults = every_command(&ana, &ids, 0, "sound");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_command_goes_on_beside_a_pair_that_is_broken_in_the_folder() {
    let mut faults = Vec::new();
    for (name, form) in FORMS {
        let world = World::new();
        let (sam, ana, ids) = scene(&world);
        let good = ana.read(PAIR);
        form(&ana, &good);
        faults.extend(every_command(&ana, &ids, 1, name));
        if ana.read(PAIR) != good {
            faults.push(format!("{name}: not put back: {}", ana.read(PAIR)));
        }
        sam.run(["sync"]).ok();
        assert_eq!(sam.read(PAIR), good, "{name}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_command_goes_on_beside_a_pair_that_is_broken_on_the_branch() {
    let mut faults = Vec::new();
    for (number, (name, form)) in FORMS.iter().enumerate() {
        let world = World::new();
        let (sam, ana, ids) = scene(&world);
        let good = ana.read(PAIR);
        // Either member may have done it.
        let who = if number % 2 == 0 { &ana } else { &sam };
        form(who, &good);
        who.commit_unguarded("broken");
        who.git(["push", "-q"]).ok();
        if number % 2 == 1 {
            ana.run(["sync"]).ok().says("restore pair.toml");
        }
        faults.extend(every_command(&ana, &ids, 2, name));
        if ana.read(PAIR) != good {
            faults.push(format!("{name}: not put back: {}", ana.read(PAIR)));
        }
        sam.run(["sync"]).ok();
        assert_eq!(sam.read(PAIR), good, "{name}");
        assert!(sam.read("agenda.toml").contains("one more"), "{name}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_pair_that_plain_git_cloned_without_its_record_is_known_by_its_history() {
    let world = World::new();
    let (sam, ana, _) = scene(&world);
    remove_pair(&sam);
    sam.git(["commit", "-qnam", "gone"]).ok();
    sam.git(["push", "-q"]).ok();
    let home = world.person("ana");
    let again = home.cloned(&world.address("remote.git"), "again");
    home.run(["pairs", "forget", "sam"]).ok();
    again
        .run(["agenda"])
        .ok()
        .says("a commit removed the pair's own record");
    again.run(["add", "topic", "goes on"]).ok();
    again.run(["restore", "pair.toml"]).ok();
    again.run(["sync"]).ok();
    // A clone that joins now has a pair as well.
    ana.run(["sync"]).ok();
    assert!(ana.cwd.join(PAIR).is_file());
}

#[test]
fn keys_come_from_the_last_good_pair_alone() {
    let world = World::new();
    let (sam, ana, _) = scene(&world);
    let good = sam.read(PAIR);
    let mallory = world.person("mallory");
    mallory
        .run(["init", "X", "own", "--as", "manager", "--name", "M"])
        .ok();
    let (own, key) = (sam.key(), mallory.in_folder("own").key());
    // The key stands in a file that cannot be read.
    sam.write(PAIR, &format!("{}bad bad\n", good.replace(&own, &key)));
    sam.git(["commit", "-qnam", "broken"]).ok();
    sam.git(["push", "-q"]).ok();
    ana.run(["sync"]).ok();
    let id = ana.add(["--confidential", "for us two only"]);
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["show", &id]).ok();
    let shown = sam.run(["--json", "show", &id]).ok().json();
    assert_eq!(shown["entry"]["text"], "for us two only");
}

#[test]
fn a_seat_is_not_renamed_by_a_hand_edit() {
    let world = World::new();
    let (sam, ana, _) = scene(&world);
    let good = sam.read(PAIR);
    let renamed = good.replace("[member.sam]", "[member.samuel]");
    assert_ne!(renamed, good);
    sam.write(PAIR, &renamed);
    for command in [&["add", "topic", "goes on"][..], &["start"], &["end"]] {
        sam.run(command).ok().says("samuel is none of them");
    }
    sam.run(["check"]).fails(3).says("samuel is none of them");
    sam.run(["sync"]).fails(1).says("samuel is none of them");
    assert_eq!(sam.read(PAIR), renamed);
    assert_eq!(sam.git(["show", "HEAD:pair.toml"]).ok().out, good);
    ana.run(["sync"]).ok();
    assert_eq!(ana.read(PAIR), good);
    sam.run(["restore", PAIR]).ok();
    assert_eq!(sam.read(PAIR), good);
    sam.run(["sync"]).ok();
    // The words of the file are kept beside it.
    let kept = sam
        .files()
        .into_iter()
        .find(|(name, _)| name.starts_with("pair.mine-"));
    assert_eq!(kept.unwrap().1, renamed);
}

/// The file that makes room is named, though the write-out fails, and lies there under its new name.
#[test]
fn a_file_that_made_room_is_named_though_nothing_else_came_of_it() {
    let world = World::new();
    let (sam, _, _) = scene(&world);
    let good = sam.read(PAIR);
    sam.write(PAIR, "words of somebody");
    // Nobody can write the branch.
    let lock = sam.cwd.join(".git/refs/heads/main.lock");
    std::fs::write(&lock, "").unwrap();
    sam.run(["restore", PAIR]).fails(1).says("pair.mine-");
    std::fs::remove_file(&lock).unwrap();
    let files = sam.files();
    let mut aside = files.iter().filter(|(name, _)| name.starts_with("pair.mine-"));
    assert!(aside.any(|(_, text)| text == "words of somebody"));
    sam.run(["restore", PAIR]);
    sam.run(["status"]).ok();
    assert_eq!(sam.read(PAIR), good);
}

/// Another pair's id, in the folder: it counts as broken. On the branch: nothing is written for it, and one command goes back.
#[test]
fn another_pairs_id_is_named_everywhere_and_can_be_put_back() {
    let world = World::new();
    let (sam, ana, _) = scene(&world);
    let good = sam.read(PAIR);
    let id = good.lines().find(|line| line.starts_with("id = ")).unwrap();
    let other = good.replace(id, "id = \"kkkkkkkkkkkk\"");
    let private = sam.add(["note", "mine alone", "--private"]);
    sam.write(PAIR, &other);
    const WORDS: &str = "names another pair than the one that this clone belongs to";
    sam.run(["add", "topic", "goes on"]).ok().says(WORDS);
    for question in [&["agenda"][..], &["status"], &["who"], &["--json", "log"]] {
        sam.run(question).ok().says(WORDS);
    }
    let shown = sam.run(["--json", "show", &private]).ok().json();
    assert_eq!(shown["entry"]["text"], "mine alone");
    let checked = sam
        .run(["check"])
        .fails(3)
        .says(WORDS)
        .says("oneonone restore pair.toml");
    assert!(!checked.err.contains(&private), "{}", checked.err);
    sam.run(["sync"]).fails(1).says(WORDS);
    sam.git(["add", "pair.toml"]).ok();
    let refused = sam.git(["commit", "-qm", "another id"]);
    assert!(
        refused.code != 0 && refused.err.contains(WORDS),
        "{}",
        refused.err
    );
    sam.run(["restore", PAIR]).ok();
    assert_eq!(sam.read(PAIR), good);

    sam.write(PAIR, &other);
    sam.git(["commit", "-qnam", "another id"]).ok();
    for command in [&["add", "topic", "stops"][..], &["sync"]] {
        sam.run(command)
            .fails(3)
            .says(WORDS)
            .says("    oneonone restore pair.toml\n");
    }
    sam.run(["check"]).fails(3).says(WORDS);
    sam.git(["worktree", "add", "-q", "-b", "beside", "../beside"])
        .ok();
    let beside = sam.in_folder("../beside");
    beside.run(["add", "topic", "stops"]).fails(3).says(WORDS);
    beside.run(["check"]).fails(3).says(WORDS);
    for question in ["status", "who"] {
        beside.run([question]).ok().says(WORDS);
    }
    // Its pins are those of the pair of the clone.
    beside
        .run(["key", "trust", "ana"])
        .ok()
        .says(WORDS)
        .says("are trusted already");
    beside.write(PAIR, &other.replace("kkkkkkkkkkkk", "llllllllllll"));
    beside.git(["add", "pair.toml"]).ok();
    let refused = beside.git(["commit", "-qm", "a third id"]);
    assert!(
        refused.code != 0 && refused.err.contains(WORDS),
        "{}",
        refused.err
    );
    sam.run(["status"])
        .ok()
        .says("every command that writes would stop")
        .says(WORDS);
    let shown = sam.run(["--json", "show", &private]).ok().json();
    assert_eq!(shown["entry"]["text"], "mine alone");
    sam.run(["restore", PAIR]).ok();
    assert_eq!(sam.read(PAIR), good);
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    assert_eq!(ana.read(PAIR), good);
}

#[test]
fn sync_at_a_terminal_asks_before_it_puts_the_pair_back() {
    let world = World::new();
    let (_sam, ana, _) = scene(&world);
    let good = fs::read_to_string(ana.cwd.join(PAIR)).unwrap();
    ana.write(PAIR, "what I typed into it");
    let question = "Put pair.toml back as commit";
    for answer in ["\n", "n\n"] {
        let run = ana.answers("sync", answer).fails(1);
        assert!(run.out.contains(question), "{}", run.out);
        let stands = fs::read_to_string(ana.cwd.join(PAIR)).unwrap();
        assert_eq!(stands, "what I typed into it", "{answer:?}");
    }
    let run = ana.answers("sync", "y\n");
    assert!(run.out.contains(question), "{}", run.out);
    assert_eq!(fs::read_to_string(ana.cwd.join(PAIR)).unwrap(), good);
    let kept = fs::read_dir(&ana.cwd).unwrap().filter_map(|file| {
        let path = file.unwrap().path();
        fs::read_to_string(path).ok()
    });
    assert!(kept.into_iter().any(|text| text == "what I typed into it"));
    ana.run(["sync"]).ok();
    // A sound pair is not asked about, nor is anybody where nobody can answer.
    let run = ana.answers("sync", "y\n").ok();
    assert!(!run.out.contains(question), "{}", run.out);
    ana.write(PAIR, "broken again");
    ana.run(["sync"]).fails(1).says("oneonone restore pair.toml");
}

#[test]
fn the_commit_that_broke_the_pair_is_named_with_its_author() {
    for (name, form) in FORMS {
        let world = World::new();
        let (sam, ana, _) = scene(&world);
        let good = sam.read(PAIR);
        form(&sam, &good);
        sam.commit_unguarded("broken");
        sam.git(["push", "-q"]).ok();
        let wrote = sam.short_head();
        ana.run(["sync"]).ok();
        ana.add(["one more"]);
        let words = format!("it came with the commit {wrote} of \"Plain Git\"");
        for command in ["sync", "agenda"] {
            let run = ana.run([command]);
            assert!(run.err.contains(&words), "{name}: {command}: {}", run.err);
        }
        // Broken in the folder alone it is nobody's commit.
        ana.run(["restore", PAIR]).ok();
        ana.write(PAIR, "broken here\n");
        let run = ana.run(["sync"]).fails(1);
        assert!(!run.err.contains("it came with"), "{name}: {}", run.err);
    }
}

#[test]
fn a_hand_edit_that_goes_back_to_an_earlier_value_is_not_undone_without_a_word() {
    let world = World::new();
    let (_sam, ana, _) = scene(&world);
    for day in ["2026-12-01", "2026-12-08"] {
        ana.run(["next", day]).ok();
    }
    let now = ana.read(PAIR);
    assert!(now.contains("2026-12-08"), "{now}");
    ana.write(PAIR, &now.replace("2026-12-08", "2026-12-01"));
    let run = ana.run(["sync"]).ok();
    run.says("pair.toml has").says("as in an older version");
    assert_eq!(ana.read(PAIR), now);
    // The hint works.
    ana.write(PAIR, &now.replace("2026-12-08", "2026-12-01"));
    ana.git(["commit", "-qam", "back"]).ok();
    ana.run(["sync"]).ok();
    assert!(ana.read(PAIR).contains("2026-12-01"));
    let quiet = ana.run(["sync"]).ok();
    assert!(!quiet.err.contains("older version"), "{}", quiet.err);
    // A value that never was is an edit.
    ana.write(PAIR, &ana.read(PAIR).replace("2026-12-01", "2026-12-09"));
    let edit = ana.run(["sync"]).ok();
    assert!(!edit.err.contains("older version"), "{}", edit.err);
}
