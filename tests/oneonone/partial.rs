//! Commands read only the records that they need: what they say and write is the same.

use std::fs;

use crate::world::{Person, World, first_id_in};

/// A pair with meetings behind it: the first holds `entry` texts by Ana, two a meeting.
fn years(world: &World) -> (Person, Person) {
    let (sam, ana) = world.pair();
    for (number, day) in ["2025-11-04", "2025-11-11", "2026-11-10", "2026-11-17"]
        .iter()
        .enumerate()
    {
        let mut text =
            format!("date = {day}\nstatus = \"held\"\nstarted = {day}T10:00:00Z\nended = {day}T10:30:00Z\n");
        for part in ["one", "two"] {
            text += &format!(
                "\n[[entry]]\ntext = \"point {number}, part {part}\"\nthemes = [\"theme-{number}\"]\n"
            );
        }
        ana.write(&format!("meetings/{}/{day}.toml", &day[..4]), &text);
    }
    ana.run(["add", "on the agenda"]).ok();
    for person in [&ana, &sam] {
        person.run(["sync"]).ok();
    }
    (sam, ana)
}

fn same_everywhere(sam: &Person, ana: &Person) {
    for person in [ana, sam, ana] {
        person.run(["sync"]).ok();
    }
    assert_eq!(sam.files(), ana.files());
}

const OLD: &str = "meetings/2025/2025-11-04.toml";

#[test]
fn an_entry_moved_by_hand_out_of_an_old_record_and_edited_by_the_other_is_one() {
    let world = World::new();
    let (sam, ana) = years(&world);
    let record = ana.read(OLD);
    let (head, first) = record.split_once("\n[[entry]]").unwrap();
    let (first, rest) = first.split_once("\n[[entry]]").unwrap();
    ana.write(OLD, &format!("{head}\n[[entry]]{rest}"));
    ana.append("agenda.toml", &format!("\n[[entry]]{first}"));
    sam.run(["edit", &first_id_in(&record), "as Sam says"]).ok();
    sam.run(["sync"]).ok();
    same_everywhere(&sam, &ana);
    let text: String = ana.files().into_values().collect();
    assert_eq!(
        text.matches(&format!("id = \"{}\"", first_id_in(&record)))
            .count(),
        1
    );
    // Which of the two stands first is decided by their ids.
    assert_eq!(text.matches("as Sam says").count(), 1);
    assert_eq!(text.matches("point 0, part").count(), 1);
}

#[test]
fn an_entry_copied_out_of_a_record_that_nobody_touched_is_moved_or_told() {
    let world = World::new();
    let (_, ana) = years(&world);
    let record = ana.read(OLD);
    let first = record.split("\n[[entry]]").nth(1).unwrap();
    ana.append("agenda.toml", &format!("\n[[entry]]{first}"));
    let id = first_id_in(&record);
    ana.run(["sync"]).ok();
    assert!(!ana.read(OLD).contains(&id) && ana.read("agenda.toml").contains(&id));
    // A copy that was changed may be meant as another entry.
    let record = ana.read(OLD);
    let first = record.split("\n[[entry]]").nth(1).unwrap();
    let second = first.replace("part", "side");
    ana.append("agenda.toml", &format!("\n[[entry]]{second}"));
    let id = first_id_in(&record);
    ana.run(["sync"])
        .fails(1)
        .says(&format!("the id {id} stands in {OLD} and in agenda.toml"));
    ana.run(["add", "more"]).fails(1).says(&id);
}

#[test]
fn a_conflict_in_an_old_record_is_counted_whatever_a_sync_reads() {
    let world = World::new();
    let (sam, ana) = years(&world);
    let id = first_id_in(&ana.read(OLD));
    ana.run(["edit", &id, "as Ana says"]).ok();
    sam.run(["edit", &id, "as Sam says"]).ok();
    ana.run(["sync"]).ok();
    for _ in 0..3 {
        assert_eq!(sam.run(["--json", "sync"]).ok().json()["conflicts"], 1);
    }
    sam.run(["add", "something else"]).ok();
    assert_eq!(sam.run(["--json", "sync"]).ok().json()["conflicts"], 1);
    let text = sam.read(OLD);
    assert!(
        text.contains("as Ana says") && text.contains("as Sam says"),
        "{text}"
    );
}

#[test]
fn what_is_known_of_records_may_be_lost_or_damaged() {
    let world = World::new();
    let (sam, ana) = years(&world);
    let known = ana.cwd.join(".git/oneonone/index");
    let whole = fs::read(&known).unwrap();
    let half = whole.len() / 2 / 4096 * 4096;
    let flipped = whole
        .iter()
        .enumerate()
        .map(|(at, byte)| byte ^ u8::from(at % 4096 == 100));
    let flipped: Vec<u8> = flipped.collect();
    let last_of_old = [&whole[..half], &whole[whole.len() - 4096..]].concat();
    let damaged: [&[u8]; 6] = [
        b"",
        b"{",
        &whole[..half],
        &whole[..whole.len() - 1],
        &flipped,
        &last_of_old,
    ];
    for damaged in damaged {
        fs::write(&known, damaged).unwrap();
        ana.run(["add", "an entry"]).ok();
        let run = ana.run(["--json", "sync"]).ok().json();
        assert_eq!(run["pushed"], 1, "{}", damaged.len());
        let made = fs::read(&known).unwrap();
        assert!(made.len() >= 4096 && made != damaged, "it was made anew");
    }
    fs::remove_file(&known).unwrap();
    same_everywhere(&sam, &ana);
    assert_eq!(ana.read("agenda.toml").matches("an entry").count(), 6);
}

#[test]
fn nothing_out_of_a_seal_stands_in_what_is_known_of_records() {
    let world = World::new();
    let (_, ana) = years(&world);
    ana.type_in("secret-word", ["add", "concern", "-", "--theme", "secret-theme"])
        .ok();
    ana.write(
        "meetings/2026/2026-11-18.toml",
        "date = 2026-11-18\nstatus = \"held\"\n\n[[entry]]\ntext = \"secret-word\"\nvisibility = \"private\"\nthemes = [\"secret-theme\"]\n",
    );
    ana.run(["add", "in clear", "--theme", "known-theme"]).ok();
    ana.run(["sync"]).ok();
    let known = fs::read(ana.cwd.join(".git/oneonone/index")).unwrap();
    let known = String::from_utf8_lossy(&known);
    assert!(
        known.contains("known-theme") && !known.contains("secret"),
        "{known}"
    );
}

#[test]
fn an_added_entry_stands_beside_what_was_not_read() {
    let world = World::new();
    let (sam, ana) = years(&world);
    let before = ana.files();
    ana.run(["add", "an old theme", "--theme", "theme-0"]).ok();
    let run = ana
        .run(["add", "a new theme", "--theme", "theme-9"])
        .ok()
        .says("new theme: #theme-9");
    assert!(run.err.contains("did you mean"), "{}", run.err);
    ana.run(["add", "into an old one", "--meeting", "2025-11-04"])
        .ok();
    ana.run(["start"]).ok();
    ana.run(["add", "into the one under way"]).ok();
    let after = ana.files();
    for (path, text) in before
        .iter()
        .filter(|(path, _)| !["agenda.toml", OLD].contains(&path.as_str()))
    {
        assert_eq!(after.get(path), Some(text), "{path}");
    }
    assert!(after[OLD].contains("into an old one") && after[OLD].contains("point 0, part two"));
    let today = &after["meetings/2026/2026-11-24.toml"];
    for text in [
        "on the agenda",
        "an old theme",
        "a new theme",
        "into the one under way",
    ] {
        assert!(today.contains(text), "{text} is not in {today}");
    }
    same_everywhere(&sam, &ana);
}

#[test]
fn pairs_sync_side_by_side_and_one_that_fails_stops_no_other() {
    let world = World::new();
    let sam = world.person("sam");
    for partner in ["Ana", "Bo", "Cy"] {
        let remote = world.remote(&format!("{partner}.git"));
        sam.run([
            "init",
            partner,
            partner,
            "--as",
            "manager",
            "--name",
            "Sam Lee",
            "--remote",
            remote.to_str().unwrap(),
        ])
        .ok();
        sam.in_folder(partner).run(["add", "a point"]).ok();
    }
    fs::remove_dir_all(world.path("Bo.git")).unwrap();
    let run = sam
        .run(["sync", "--all", "--json"])
        .fails(5)
        .says("bo: error: not delivered")
        .says("\n    oneonone @bo sync\n")
        .says("1 of 3 pairs failed; the others went through");
    sam.run(["@bo", "sync"])
        .fails(5)
        .says("\n    oneonone @bo sync\n");
    let pairs = run.json()["pairs"].clone();
    let told: Vec<(&str, u64)> = pairs
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (pair["pair"].as_str().unwrap(), pair["pushed"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("ana", 1), ("cy", 1)]);
    assert!(!run.err.contains('\r'), "no progress line in a pipe: {}", run.err);
    fs::rename(sam.cwd.join("Cy"), sam.cwd.join("moved")).unwrap();
    sam.run(["sync", "--all"])
        .fails(5)
        .says("cy: error: there is no Git repository at")
        .says("\n    oneonone pairs forget NAME\n");
}

#[test]
fn records_that_only_look_changed_are_no_hindrance() {
    let world = World::new();
    let (sam, ana) = years(&world);
    let touch = |person: &Person| {
        for (path, text) in person.files() {
            person.write(&path, &text);
        }
    };
    touch(&ana);
    ana.append("agenda.toml", "\n[[entry]]\ntext = \"by hand\"\n");
    ana.run(["add", "by a command"]).ok();
    touch(&ana);
    ana.write(
        "agenda.toml",
        &format!(
            "{}\n[[entry]]\ntext = \"by hand again\"\n",
            ana.read("agenda.toml")
        ),
    );
    same_everywhere(&sam, &ana);
    assert_eq!(sam.read("agenda.toml").matches("text = \"by ").count(), 3);
}

#[test]
fn a_record_under_another_name_is_not_known_by_its_bytes() {
    let world = World::new();
    let (_, ana) = years(&world);
    ana.git(["mv", OLD, "meetings/2025/2025-11-05.toml"]).ok();
    ana.git(["commit", "-qnm", "moved"]).ok();
    ana.run(["sync"]).ok();
    // Its date is another than its name says: nothing in it is known by what it was under the old one.
    let without = ana.with("ONEONONE_INDEX", "off");
    for question in [&["check"][..], &["--json", "log"], &["--json", "sync"]] {
        let (with, without) = (ana.run(question), without.run(question));
        assert_eq!((with.out, with.err), (without.out, without.err), "{question:?}");
    }
    ana.run(["check"]).says("2025-11-05.toml");
}

#[test]
fn words_in_clear_beside_an_old_seal_stop_a_write() {
    let world = World::new();
    let (_, ana) = years(&world);
    let record = "meetings/2026/2026-11-10.toml";
    let entry = "\n[[entry]]\ntext = \"my salary\"\nvisibility = \"private\"\n";
    ana.append(record, entry);
    ana.run(["sync"]).ok();
    let sealed = ana.read(record);
    assert!(!sealed.contains("my salary"), "{sealed}");
    ana.write(
        record,
        &sealed.replace("sealed = ", "text = \"my salary\"\nsealed = "),
    );
    ana.git(["commit", "-qanm", "in clear"]).ok();
    let tip = ana.head();
    ana.run(["add", "something else"]).fails(3);
    assert_eq!(ana.head(), tip, "nothing stands on top");
}

#[test]
fn a_link_with_the_bytes_of_a_record_is_none() {
    let world = World::new();
    let (sam, ana) = years(&world);
    ana.run(["sync"]).ok();
    let blob = sam.rev(&format!("HEAD:{OLD}"));
    let link = format!("120000,{blob},{OLD}");
    sam.git(["update-index", "--cacheinfo", &link]).ok();
    sam.git(["commit", "-qnm", "a link"]).ok();
    sam.git(["push", "-q"]).ok();
    ana.run(["sync"])
        .ok()
        .says("no regular file stands in the place of a record");
}
