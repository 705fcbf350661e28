//! Both versions at once: each reads and writes what the other wrote, and two clones of different versions sync.

use std::path::Path;

use super::fixture::answers;
use super::make::{conflicts, edits_by_hand, two_weeks};
use super::old;
use super::reads::{has_unknown_keys, says_at_least};
use crate::world::{Person, World, agree, same_files};

fn new() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_oneonone"))
}

/// Two weeks of a pair whose members run these programs.
fn pair_of_programs(sam: &Path, ana: &Path) -> (World, Person, Person) {
    let world = World::new();
    let (first, second) = world.pair();
    let (sam, ana) = (first.running(sam), second.running(ana));
    two_weeks(&sam, &ana);
    edits_by_hand(&ana);
    sam.run(["sync"]).ok();
    conflicts(&sam, &ana);
    (world, sam, ana)
}

/// Both agree on records in which nothing is broken to either program.
#[track_caller]
fn agree_soundly(sam: &Person, ana: &Person, old: &Path) {
    agree(sam, ana);
    for program in [new(), old] {
        sam.running(program).run(["check"]).ok();
        ana.running(program).run(["check"]).ok();
    }
}

/// The new program says of a clone all that the old one says of it.
#[track_caller]
fn read_alike(person: &Person, old: &Path) {
    let (new, old) = (answers(&person.running(new())), answers(&person.running(old)));
    says_at_least(&new, &old, "");
}

#[test]
fn the_old_program_reads_what_this_one_wrote() {
    let Some(old) = old("the_old_program_reads_what_this_one_wrote") else {
        return;
    };
    let (_world, sam, ana) = pair_of_programs(new(), new());
    read_alike(&sam, &old);
    read_alike(&ana, &old);
    agree_soundly(&sam.running(&old), &ana, &old);
}

#[test]
fn the_old_program_writes_in_what_this_one_wrote() {
    let Some(old) = old("the_old_program_writes_in_what_this_one_wrote") else {
        return;
    };
    let (_world, sam, ana) = pair_of_programs(new(), new());
    let before = ana.texts();
    let elder = ana.running(&old);
    let find = |text: &str| {
        let log = elder.run(["--json", "log"]).ok().json();
        let entries = log["entries"].as_array().unwrap().clone();
        let found = entries.into_iter().find(|entry| entry["text"] == text).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    // An entry with keys that no version knows is edited, in clear and under a seal.
    elder.run(["edit", &find("Read the ADR"), "Read all ADRs"]).ok();
    elder.run(["edit", &find("What a week"), "What a fortnight"]).ok();
    elder.run(["done", &find("Who covers on-call in December?")]).ok();
    elder.run(["resolve", "pair", "--take", "1"]).ok();
    elder.run(["start"]).ok();
    elder.run(["add", "decision", "From the old program"]).ok();
    elder.run(["undo"]).ok();
    elder.run(["redo"]).ok();
    elder.run(["end", "--next", "2026-12-01"]).ok();
    agree_soundly(&sam, &ana, &old);
    let after = ana.texts();
    for text in before
        .iter()
        .filter(|t| !["Read the ADR", "What a week"].contains(&t.as_str()))
    {
        assert!(after.contains(text), "{text:?} is gone: {after:?}");
    }
    for text in ["Read all ADRs", "What a fortnight", "From the old program"] {
        assert!(after.iter().any(|t| t == text), "{text}");
    }
    has_unknown_keys(&sam);
    read_alike(&sam, &old);
    read_alike(&ana, &old);
}

/// The lines of all records, but ids and ciphertexts: those differ from run to run.
fn lines(person: &Person) -> Vec<String> {
    let files = person.files();
    let lines = files.values().flat_map(|text| text.lines());
    let same = |line: &&str| {
        let armor = line.len() == 64 && !line.contains(' ');
        let random = ["id = ", "re = ", "agenda = ", "keys = ", "-----"]
            .iter()
            .any(|with| line.starts_with(with));
        !armor && !random && (line.contains(" = ") || line.starts_with('[') || line.starts_with('#'))
    };
    let mut lines: Vec<String> = lines.filter(same).map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn clones_of_two_versions_sync_both_ways_and_merge_alike() {
    let Some(old) = old("clones_of_two_versions_sync_both_ways_and_merge_alike") else {
        return;
    };
    let mut merged = Vec::new();
    for (first, second) in [(new(), old.as_path()), (&old, new()), (new(), new())] {
        let (_world, sam, ana) = pair_of_programs(first, second);
        agree_soundly(&sam, &ana, &old);
        has_unknown_keys(&sam);
        read_alike(&sam, &old);
        read_alike(&ana, &old);
        merged.push(lines(&sam));
    }
    assert_eq!(merged[0], merged[2]);
    assert_eq!(merged[1], merged[2]);
}

#[test]
fn both_programs_take_turns_in_one_clone() {
    let Some(old) = old("both_programs_take_turns_in_one_clone") else {
        return;
    };
    let world = World::new();
    let (sam, ana) = world.pair();
    let (younger, elder) = (ana.running(new()), ana.running(&old));
    let mut stages = vec![ana.files()];
    let turns = [&younger, &elder, &younger, &elder];
    for (n, person) in turns.into_iter().enumerate() {
        person.run(["add", &format!("entry {n}")]).ok();
        stages.push(ana.files());
    }
    // Each takes back what the other did.
    for (person, stage) in turns.into_iter().zip(stages.iter().rev().skip(1)) {
        person.run(["undo"]).ok();
        same_files(&ana.files(), stage);
    }
    for (person, stage) in [&elder, &younger, &elder, &younger]
        .into_iter()
        .zip(stages.iter().skip(1))
    {
        person.run(["redo"]).ok();
        same_files(&ana.files(), stage);
    }
    younger.run(["start"]).ok();
    elder.type_in("hush\n", ["add", "concern", "-"]).ok();
    ana.write("notes.md", "one\n");
    ana.git(["add", "notes.md"]).ok();
    ana.git(["commit", "-qm", "notes"]).ok();
    younger.run(["end"]).ok();
    elder.run(["sync"]).ok();
    younger.run(["sync"]).ok();
    agree_soundly(&sam, &elder, &old);
    assert!(sam.texts().contains(&"hush".to_owned()));
}

#[test]
fn each_program_completes_what_the_other_one_began() {
    let Some(old) = old("each_program_completes_what_the_other_one_began") else {
        return;
    };
    for (first, second) in [(new(), old.as_path()), (&old, new())] {
        let world = World::new();
        let (sam, ana) = world.pair();
        let ana = ana.running(first);
        // A filter that Git runs while the file is written kills the program that runs Git.
        let kill = "read -r _ _ _ parent _ < /proc/$PPID/stat; kill -9 $parent; cat";
        ana.git(["config", "filter.deadly.smudge", kill]).ok();
        ana.git(["config", "filter.deadly.clean", "cat"]).ok();
        sam.append(".gitattributes", "deadly.md filter=deadly\n");
        sam.write("deadly.md", "one\n");
        sam.git(["add", "-A"]).ok();
        sam.git(["commit", "-qm", "a file"]).ok();
        sam.run(["add", "sam's"]).ok();
        sam.run(["sync"]).ok();
        ana.run(["add", "ana's"]).ok();
        assert_eq!(ana.run(["sync"]).code, -1, "it is killed");
        assert!(ana.cwd.join(".git/oneonone/writing").exists());
        ana.git(["config", "--unset", "filter.deadly.smudge"]).ok();
        let other = ana.running(second);
        other.run(["status"]).ok().says("was cut off");
        agree_soundly(&sam, &other, &old);
        assert_eq!(sam.texts(), ["ana's", "sam's"]);
        assert_eq!(ana.read("deadly.md"), "one\n");
    }
}
