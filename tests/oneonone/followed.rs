//! Whoever writes an entry by hand that follows another one writes it for the same readers, also where nobody can read
//! what stands in its record (docs/privacy.md#readers).

use crate::limits::host_commits;
use crate::world::{Person, World, sync_all};

const AGENDA: &str = "agenda.toml";
const MEETING: &str = "meetings/2026/2026-11-24.toml";
const WORDS: &str = "about what troubles me";

/// Ana has a sealed entry in a meeting of the past, which both have.
fn scene(world: &World, by_ana: bool, flag: &str) -> (Person, Person, String) {
    let (sam, ana) = world.pair();
    ana.run(["start"]).ok();
    sync_all(&[&ana, &sam]);
    let author = if by_ana { &ana } else { &sam };
    let id = author.add_typed("sealed\n", ["note", "-", flag]);
    author.run(["end"]).ok();
    sync_all(&[author, &ana, &sam, author, &ana]);
    (sam, ana, id)
}

fn is_sealed_everywhere(world: &World, ana: &Person, what: &str) {
    assert!(!ana.read(AGENDA).contains(WORDS), "{what}");
    assert!(!ana.objects(&world.path("remote.git")).contains(WORDS), "{what}");
}

#[test]
fn an_entry_by_hand_that_follows_one_in_a_broken_record_is_sealed() {
    for (flag, by_ana) in [
        ("--private", true),
        ("--confidential", true),
        ("--confidential", false),
    ] {
        for with_id in ["", "id = \"kkkkzzzzkkkk\"\n"] {
            for broken in [
                "x = [\n".to_owned(),
                format!(
                    "\n[[entry]]\ntext = \"x\"\n{}",
                    (0..999).map(|n| format!("k{n} = 1\n")).collect::<String>()
                ),
            ] {
                let world = World::new();
                let (_sam, ana, id) = scene(&world, by_ana, flag);
                host_commits(
                    &world,
                    [(MEETING.to_owned(), format!("{}{broken}", ana.read(MEETING)))],
                );
                ana.run(["sync"]);
                let entry = format!("[[entry]]\n{with_id}text = \"{WORDS}\"\nre = \"{id}\"\n");
                ana.write(AGENDA, &format!("{}\n{entry}", ana.read(AGENDA)));
                ana.run(["sync"]);
                is_sealed_everywhere(&world, &ana, &format!("{flag} {by_ana} {with_id} {broken}"));
            }
        }
    }
}

#[test]
fn an_entry_by_hand_with_an_id_that_nobody_knew_is_meant_as_one_without() {
    for lines in ["kind = \"concern\"", "re = \"ID\""] {
        let world = World::new();
        let (_sam, ana, id) = scene(&world, true, "--private");
        let lines = lines.replace("ID", &id);
        let entry = format!("[[entry]]\nid = \"kkkkzzzzkkkk\"\n{lines}\ntext = \"{WORDS}\"\n");
        ana.write(AGENDA, &format!("{}\n{entry}", ana.read(AGENDA)));
        ana.run(["sync"]).ok();
        is_sealed_everywhere(&world, &ana, &lines);
    }
}

#[test]
fn the_guard_refuses_one_that_follows_into_a_broken_record() {
    let world = World::new();
    let (_sam, ana, id) = scene(&world, true, "--private");
    host_commits(
        &world,
        [(MEETING.to_owned(), format!("{}x = [\n", ana.read(MEETING)))],
    );
    ana.run(["sync"]);
    let entry = format!("[[entry]]\ntext = \"{WORDS}\"\nre = \"{id}\"\n");
    ana.write(AGENDA, &format!("{}\n{entry}", ana.read(AGENDA)));
    let run = ana.git(["commit", "-qam", "by hand"]);
    assert!(run.code != 0 && run.err.contains("to be sealed"), "{}", run.err);
    ana.unguarded(["commit", "-qam", "by hand"]);
    ana.run(["sync"]).fails(3);
    assert!(!ana.objects(&world.path("remote.git")).contains(WORDS));
}
