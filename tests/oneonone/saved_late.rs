//! Files that are saved too late take out nothing (docs/sync.md#versions).
//!
//! `ONEONONE_SAVED_LATE=all cargo test saved_late` saves every old version in every way; else it is a share of them.

use std::collections::BTreeSet;

use crate::world::{Person, World, copy_folder, ids_in, say, sync_all, without};

const AGENDA: &str = "agenda.toml";
const MEETING: &str = "meetings/2026/2026-11-24.toml";

/// A pair with a history, to be put back after each case.
struct Story {
    world: World,
    sam: Person,
    ana: Person,
    /// The record, as it lay in the folder of each member, the oldest first.
    versions: Vec<String>,
    saved: tempfile::TempDir,
    /// Every text that stands in the end.
    texts: BTreeSet<String>,
}

impl Story {
    /// Both add and edit entries of one record by turns.
    fn of(record: &'static str) -> Self {
        let world = World::new();
        let (sam, ana) = world.pair();
        let (mut versions, mut texts) = (Vec::new(), BTreeSet::new());
        if record == MEETING {
            sam.run(["start"]).ok();
            sync_all(&[&sam, &ana]);
        }
        let mut last = String::new();
        for turn in 0..6 {
            for (who, name) in [(&ana, "ana"), (&sam, "sam")] {
                let kind = ["topic", "action", "note"][turn % 3];
                let text = format!("{name} brings up matter {turn}");
                let id = who.add([kind, &text]);
                if turn % 3 == 2 {
                    let more = format!("{name} said something else instead {turn}");
                    who.type_in(&more, ["edit", &last, "-"]).ok();
                    texts.insert(more);
                } else {
                    last.clone_from(&id);
                }
                texts.insert(text);
                sync_all(&[&ana, &sam, &ana]);
                versions.push(who.read(record));
            }
        }
        let all = ana.files().values().cloned().collect::<String>();
        texts.retain(|text| all.contains(text.as_str()));
        let saved = tempfile::tempdir().unwrap();
        copy_folder(&world.path(""), saved.path());
        Self {
            world,
            sam,
            ana,
            versions,
            saved,
            texts,
        }
    }

    fn restore(&self) {
        for item in std::fs::read_dir(self.world.path("")).unwrap() {
            std::fs::remove_dir_all(item.unwrap().path()).unwrap();
        }
        copy_folder(self.saved.path(), &self.world.path(""));
    }
}

/// How often each text stands in the records of a person, shown or in a conflict.
fn count(person: &Person, text: &str) -> usize {
    person
        .files()
        .values()
        .map(|record| record.matches(text).count())
        .sum()
}

/// The ways in which an old version is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saved {
    AsItWas,
    WithOneMore,
    WithThreeMore,
    WithAnEdit,
}

impl Saved {
    const ALL: [Self; 4] = [
        Self::AsItWas,
        Self::WithOneMore,
        Self::WithThreeMore,
        Self::WithAnEdit,
    ];

    /// The file, and the words that are new in it.
    fn of(self, version: &str) -> (String, Vec<String>) {
        let more = match self {
            Self::AsItWas => 0,
            Self::WithOneMore => 1,
            Self::WithThreeMore => 3,
            Self::WithAnEdit => {
                let first = version.find("text = \"").unwrap() + "text = \"".len();
                let end = first + version[first..].find('"').unwrap();
                let words = "and words that were typed late".to_owned();
                let edited = format!("{} {words}{}", &version[..end], &version[end..]);
                return (edited, vec![words]);
            }
        };
        let words: Vec<String> = (0..more).map(|n| format!("typed late, line {n}")).collect();
        let lines = words
            .iter()
            .map(|text| format!("\n[[entry]]\ntext = \"{text}\"\n"));
        (format!("{version}{}", lines.collect::<String>()), words)
    }
}

fn no_version_takes_out_a_word(record: &'static str) {
    let story = Story::of(record);
    let newest = story.versions.len();
    let mut cases = Vec::new();
    for version in newest.saturating_sub(10)..newest {
        for saved in Saved::ALL {
            for by_ana in [true, false] {
                for other_first in [true, false] {
                    for after_start in [true, false] {
                        cases.push((version, saved, by_ana, other_first, after_start));
                    }
                }
            }
        }
    }
    let all = std::env::var("ONEONONE_SAVED_LATE").is_ok_and(|how| how == "all");
    let step = if all { 1 } else { 9 };
    let share = cases.iter().step_by(step).count();
    for (version, saved, by_ana, other_first, after_start) in cases.into_iter().step_by(step) {
        story.restore();
        let case =
            format!("version {version} of {newest}, {saved:?}, {by_ana}, {other_first}, {after_start}");
        let (who, other) = match by_ana {
            true => (&story.ana, &story.sam),
            false => (&story.sam, &story.ana),
        };
        let (who, other) = (who.at("2026-11-24T13:00:00Z"), other.at("2026-11-24T13:00:00Z"));
        other.add(["what the other has not synced yet"]);
        if other_first {
            other.run(["sync"]).ok();
        }
        if after_start {
            let step = if record == MEETING { "end" } else { "start" };
            who.run([step]).ok();
        }
        let (file, new) = saved.of(&story.versions[version]);
        who.write(record, &file);
        who.run(["sync"]).ok();
        other.run(["sync"]).ok();
        who.run(["sync"]).ok();
        for text in story
            .texts
            .iter()
            .chain(&new)
            .chain([&"what the other has not synced yet".to_owned()])
        {
            for person in [&who, &other] {
                let found = count(person, text);
                // An edit of an entry that the other edited too stands beside it.
                assert!(found >= 1, "{case}: {text:?} is lost");
                assert!(
                    found == 1 || saved == Saved::WithAnEdit,
                    "{case}: {text:?} stands {found} times"
                );
            }
        }
        let all = who
            .files()
            .values()
            .map(|record| ids_in(record))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(
            all.len(),
            all.iter().collect::<BTreeSet<_>>().len(),
            "{case}: an id stands twice"
        );
        assert_eq!(who.files(), other.files(), "{case}");
    }
    say(&format!(
        "saved late: {share} old versions of {record} saved, nothing lost"
    ));
}

#[test]
fn no_version_of_the_agenda_takes_out_a_word() {
    no_version_takes_out_a_word(AGENDA);
}

#[test]
fn no_version_of_a_meeting_takes_out_a_word() {
    no_version_takes_out_a_word(MEETING);
}

fn five() -> (World, Person, Person, Vec<String>) {
    let world = World::new();
    let (sam, ana) = world.pair();
    let add = |n: usize| [&ana, &sam][n % 2].add([format!("matter number {n}")]);
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(add(n));
        sync_all(&[&ana, &sam, &ana]);
    }
    (world, sam, ana, ids)
}

#[test]
fn an_entry_that_is_removed_by_hand_goes_and_both_are_told() {
    let (_world, sam, ana, ids) = five();
    for removed in [&ids[..1], &ids[2..3]] {
        let mut text = ana.read(AGENDA);
        for id in removed {
            text = without(&text, id).0;
        }
        ana.write(AGENDA, &text);
        let synced = ana.run(["sync"]).ok();
        synced.says("you removed 1 entry by hand").says("matter number");
        for id in removed {
            assert!(!ana.read(AGENDA).contains(id), "{id} was removed");
        }
        let told = sam.run(["sync"]).ok();
        told.says("Ana removed 1 entry").says("matter number");
        assert_eq!(ana.files(), sam.files());
        // Taken back is that, and nothing else.
        let later = ana.add(["written since"]);
        ana.run(["rm", &later]).ok();
        ana.run(["undo"]).ok();
        ana.run(["undo"]).ok();
        ana.run(["undo"]).ok().says("undone: a removal by hand");
        ana.run(["redo"]).ok().says("redone: a removal by hand");
        assert!(removed.iter().all(|id| !ana.read(AGENDA).contains(id.as_str())));
        ana.run(["undo"]).ok().says("undone: a removal by hand");
        for id in &ids {
            assert!(ana.read(AGENDA).contains(id.as_str()), "{id} is back");
        }
        sync_all(&[&ana, &sam]);
    }
}

#[test]
fn three_old_entries_are_removed_by_hand() {
    let (_world, sam, ana, ids) = five();
    let text = ana.read(AGENDA);
    let without = ids[..3].iter().fold(text.clone(), |all, id| without(&all, id).0);
    ana.write(AGENDA, &without);
    ana.run(["sync"]).ok().says("you removed 3 entries by hand");
    sync_all(&[&sam]);
    assert_eq!(
        ids.iter()
            .filter(|id| sam.read(AGENDA).contains(id.as_str()))
            .count(),
        2
    );
}

#[test]
fn the_newest_entry_stays_and_it_is_said_how_to_remove_it() {
    let (_world, _sam, ana, ids) = five();
    let text = ana.read(AGENDA);
    ana.write(AGENDA, &without(&text, &ids[4]).0);
    let synced = ana.run(["sync"]).ok();
    synced
        .says("agenda.toml was saved as an older version had it")
        .says(&format!("oneonone rm {}", ids[4]));
    assert!(ana.read(AGENDA).contains(&ids[4]));
    ana.run(["rm", &ids[4]]).ok();
    assert!(!ana.read(AGENDA).contains(&ids[4]));
}

#[test]
fn the_same_buffer_is_saved_twice() {
    let (_world, sam, ana, _) = five();
    let buffer = format!("{}\n[[entry]]\ntext = \"typed once\"\n", ana.read(AGENDA));
    ana.write(AGENDA, &buffer);
    ana.run(["sync"]).ok();
    sam.add(["of sam, in between"]);
    sync_all(&[&sam, &ana]);
    ana.write(AGENDA, &buffer);
    sync_all(&[&ana, &sam]);
    assert_eq!(
        (count(&sam, "typed once"), count(&sam, "of sam, in between")),
        (1, 1)
    );
    // A topic that comes up again, after it was talked about, is a new one.
    let id = ids_in(&ana.read(AGENDA))
        .into_iter()
        .find(|id| without(&ana.read(AGENDA), id).1.contains("typed once"));
    ana.run(["start"]).ok();
    ana.run(["done", &id.unwrap()]).ok();
    ana.at("2026-11-24T13:00:00Z").run(["end"]).ok();
    let next_week = ana.at("2026-12-01T10:00:00Z");
    next_week.write(AGENDA, "[[entry]]\ntext = \"typed once\"\n");
    next_week.run(["sync"]).ok();
    assert_eq!(count(&ana, "typed once"), 2);
}

#[test]
fn an_edit_that_follows_an_edit_in_the_same_file_is_no_conflict() {
    let (_world, _sam, ana, ids) = five();
    for due in ["2026-12-01", "2026-12-08", "2026-12-15"] {
        let text = ana.read(AGENDA);
        let before = without(&text, &ids[4]).1;
        let kept = before.lines().filter(|line| !line.starts_with("due = "));
        let lines: String = kept.map(|line| format!("{line}\n")).collect();
        let after = lines.replacen("\ntext = ", &format!("\ndue = {due}\ntext = "), 1);
        ana.write(AGENDA, &text.replace(&before, &after));
        ana.run(["sync"]).ok();
        assert!(
            ana.read(AGENDA).contains(&format!("due = {due}")),
            "{}",
            ana.read(AGENDA)
        );
        assert!(!ana.read(AGENDA).contains("conflict"), "{}", ana.read(AGENDA));
    }
}

#[test]
fn a_folder_that_is_put_back_takes_out_nothing() {
    let (world, sam, ana, ids) = five();
    let backup = tempfile::tempdir().unwrap();
    copy_folder(&ana.cwd, backup.path());
    sam.add(["after the backup"]);
    sam.run(["start"]).ok();
    sam.add(["in the meeting"]);
    sync_all(&[&sam, &ana]);
    let all = ana.files();
    // The files alone, and what they hide.
    let put_back = |what: &[&str]| {
        for name in what {
            let to = ana.cwd.join(name);
            if to.is_dir() {
                std::fs::remove_dir_all(&to).unwrap();
                if backup.path().join(name).exists() {
                    std::fs::create_dir(&to).unwrap();
                    copy_folder(&backup.path().join(name), &to);
                }
            } else if backup.path().join(name).exists() {
                std::fs::copy(backup.path().join(name), &to).unwrap();
            }
        }
    };
    put_back(&[AGENDA, "pair.toml", "meetings"]);
    ana.run(["sync"]).ok();
    assert_eq!(ana.files(), all);
    // The repository alone.
    put_back(&[".git"]);
    ana.run(["sync"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(ana.files(), all);
    assert_eq!(sam.files(), all);
    for id in &ids {
        assert!(all.values().any(|record| record.contains(id.as_str())));
    }
    drop(world);
}

#[test]
fn an_old_version_that_git_checks_out_takes_out_nothing() {
    let (_world, sam, ana, _) = five();
    let all = ana.files();
    ana.git(["checkout", "-q", "HEAD~3", "--", AGENDA]).ok();
    ana.run(["sync"]).ok();
    assert_eq!(ana.files(), all);
    // A commit by plain Git is meant so.
    ana.git(["checkout", "-q", "HEAD~3", "--", AGENDA]).ok();
    ana.git(["commit", "-q", "-m", "as it was"]).ok();
    sync_all(&[&ana, &sam]);
    assert!(ana.read(AGENDA).matches("[[entry]]").count() < 5);
    assert_eq!(ana.files(), sam.files());
}

#[test]
fn an_old_buffer_shows_nothing_that_was_sealed_since() {
    let (world, sam, ana, ids) = five();
    let buffer = ana.read(AGENDA);
    let clear = without(&buffer, &ids[0]).1;
    let sealed = clear.replacen("\ntext = ", "\nvisibility = \"private\"\ntext = ", 1);
    ana.write(AGENDA, &buffer.replace(&clear, &sealed));
    sync_all(&[&ana, &sam]);
    ana.write(
        AGENDA,
        &buffer.replace("matter number 0", "matter number 0 and xyzzy-xyzzy"),
    );
    let _ = ana.run(["sync"]);
    sync_all(&[&sam]);
    for repository in [world.path("remote.git"), ana.cwd.clone()] {
        assert!(!ana.objects(&repository).contains("xyzzy-xyzzy"));
    }
    assert!(!sam.read(AGENDA).contains("xyzzy-xyzzy"));
}

#[test]
fn nothing_is_removed_where_a_version_cannot_be_read() {
    let (_world, _sam, ana, _) = five();
    let text = ana.read(AGENDA);
    ana.write(AGENDA, &text.replacen("number 3\"", "number 3", 1));
    ana.git(["commit", "-qnam", "broken"]).ok();
    let more = "\n[[entry]]\nid = \"kkkkkkkkkkkk\"\nkind = \"topic\"\nby = \"ana\"\nat = 2026-11-24T12:00:00Z\ntext = \"more\"\n";
    ana.write(AGENDA, &format!("{text}{more}"));
    ana.git(["commit", "-qnam", "mended, and more"]).ok();
    ana.run(["sync"]).ok();
    ana.write(AGENDA, &text.replacen("number 3", "number three", 1));
    ana.run(["sync"]).ok();
    assert!(ana.read(AGENDA).contains("kkkkkkkkkkkk"), "{}", ana.read(AGENDA));
}

#[test]
fn a_line_that_reads_as_an_entry_of_the_meeting_does_not_vanish_unsaid() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let line = "[[entry]]\ntext = \"the budget\"\n";
    ana.write(AGENDA, line);
    ana.run(["sync"]).ok();
    let id = ids_in(&ana.read(AGENDA)).remove(0);
    // The same buffer again, while the entry stands where it stood, is nothing to speak of.
    ana.write(AGENDA, line);
    let synced = ana.run(["sync"]).ok().err;
    assert!(
        !synced.contains("was taken for") && ana.read(AGENDA).contains(&id),
        "{synced}"
    );
    ana.run(["start"]).ok();
    ana.write(AGENDA, line);
    ana.run(["sync"])
        .ok()
        .says(&format!(
            "an entry without an id in agenda.toml was taken for {id}"
        ))
        .says("write it in other words");
    let again = ana.run(["sync"]).ok().err;
    assert!(!again.contains("was taken for"), "said once: {again}");
    assert_eq!(count(&ana, "the budget"), 1);
}
