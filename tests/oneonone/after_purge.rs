//! After a rewritten history was taken: no word of what was taken out is said again, no hint brings it back
//! (docs/sync.md#rewritten), and no file that was saved before brings it back (docs/sync.md#versions).

use crate::purged::{VALUE, holding, leaked, purge};
use crate::world::{Person, World, sync_all};

/// Somebody wrote the value, and both have it; the id of its entry.
fn synced(by_sam: bool) -> (World, Person, Person, String) {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "first"]).ok();
    sync_all(&[&ana, &sam]);
    let writes = if by_sam { &sam } else { &ana };
    let id = writes.add([&format!("the token is {VALUE}")]);
    sync_all(&[writes, &sam, &ana, &sam]);
    (world, sam, ana, id)
}

/// Takes the whole entry out of the history.
fn purge_entry(ana: &Person, id: &str) {
    let script = format!(
        "[ ! -f agenda.toml ] || awk 'BEGIN {{ RS = \"[[][[]entry]]\"; ORS = \"\" }} NR == 1 {{ print; next }} \
         !/{id}/ {{ print \"[[entry]]\" $0 }}' agenda.toml > agenda.new && mv agenda.new agenda.toml"
    );
    let ana = ana.with("FILTER_BRANCH_SQUELCH_WARNING", "1");
    ana.git([
        "filter-branch",
        "-f",
        "--tree-filter",
        &script,
        "--",
        "--branches",
    ])
    .ok();
    ana.git(["push", "-q", "--force", "origin", "main"]).ok();
}

fn take_out(ana: &Person, id: &str, whole: bool) {
    match whole {
        true => purge_entry(ana, id),
        false => purge(ana),
    }
}

#[test]
fn no_word_of_it_is_said_and_no_hint_brings_it_back() {
    for (by_sam, whole) in [(true, true), (true, false), (false, true), (false, false)] {
        for way in ["take", "dry", "reset"] {
            let (world, sam, ana, id) = synced(by_sam);
            take_out(&ana, &id, whole);
            let taken = match way {
                "take" => sam.run(["sync", "--take-rewrite"]),
                "dry" => sam.run(["sync", "--take-rewrite", "--dry-run"]),
                _ => {
                    sam.git(["fetch", "-q"]).ok();
                    sam.git(["reset", "-q", "--hard", "origin/main"]).ok();
                    sam.run(["sync"])
                }
            };
            let taken = taken.ok();
            let case = format!("{by_sam} {whole} {way}: {}", taken.err);
            assert!(
                !taken.err.contains(VALUE) && !taken.err.contains("restore"),
                "{case}"
            );
            assert!(!taken.out.contains(VALUE), "{case}");
            let says = |words: &str| assert!(taken.err.contains(words), "{words}: {case}");
            if way != "reset" || by_sam {
                match (whole, by_sam) {
                    (true, _) => says(&format!("1 entry is not in the rewritten history: {id}")),
                    (false, true) => says(&format!(
                        "1 entry of yours is otherwise in the rewritten history: {id}"
                    )),
                    (false, false) => says("the token is gone"),
                }
            }
            assert_eq!(holding(&world, &ana), 0, "{case}");
        }
    }
}

/// Both hold a history without the value by now, and the file as it was before.
fn purged(by_sam: bool, whole: bool) -> (World, Person, Person, String, String) {
    let (world, sam, ana, id) = synced(by_sam);
    let buffer = sam.read("agenda.toml");
    assert!(buffer.contains(VALUE));
    take_out(&ana, &id, whole);
    ana.run(["sync"]).ok();
    sam.run(["sync", "--take-rewrite"]).ok();
    (world, sam, ana, id, buffer)
}

#[test]
fn a_file_that_was_saved_before_is_an_older_one() {
    for (by_sam, whole) in [(true, true), (true, false), (false, true), (false, false)] {
        for command in [&["sync"][..], &["add", "another"]] {
            let (world, sam, ana, id, buffer) = purged(by_sam, whole);
            let says = match whole {
                true => "agenda.toml still had 1 entry that was removed since",
                false => "agenda.toml has 1 entry as in an older version, which stays as now",
            };
            // Also whoever took it out has an editor open.
            for (person, new) in [(&sam, "new to sam"), (&ana, "new to ana")] {
                for saved in [buffer.clone(), format!("{buffer}\n[[entry]]\ntext = \"{new}\"\n")] {
                    person.write("agenda.toml", &saved);
                    person.run(command).ok().says(says).says(&id);
                    assert!(!person.read("agenda.toml").contains(VALUE), "{by_sam} {whole}");
                    sync_all(&[person]);
                    assert_eq!(holding(&world, &ana), 0, "{by_sam} {whole}");
                }
            }
            sync_all(&[&sam, &ana]);
            for person in [&sam, &ana] {
                assert_eq!(person.read("agenda.toml").matches("\"new to ").count(), 2);
            }
        }
    }
}

#[test]
fn an_edit_of_what_was_taken_out_is_refused_and_stays_as_it_lies() {
    for whole in [true, false] {
        let (world, sam, ana, id, buffer) = purged(true, whole);
        let edited = buffer.replace(VALUE, &format!("{VALUE}, change it"));
        for person in [&sam, &ana] {
            person.write("agenda.toml", &edited);
            let says = match whole {
                true => format!("entry {id} went with the history that was rewritten, and was changed here"),
                false => format!("entry {id} goes on from words that the rewritten history took out"),
            };
            person.run(["sync"]).fails(1).says(&says);
            person.run(["add", "another"]).fails(1).says(&says);
            assert_eq!(person.read("agenda.toml"), edited);
            person.git(["checkout", "HEAD", "--", "agenda.toml"]).ok();
            person.run(["add", "another"]).ok();
            sync_all(&[person]);
            assert_eq!(holding(&world, &ana), 0, "{whole}");
        }
    }
}

#[test]
fn later_edits_by_hand_are_taken_in_as_ever() {
    let (world, sam, ana, _, buffer) = purged(true, false);
    sam.write("agenda.toml", &buffer);
    sam.run(["add", "later"]).ok();
    let agenda = sam.read("agenda.toml");
    sam.write(
        "agenda.toml",
        &agenda.replace("the token is gone", "the token is new"),
    );
    sam.run(["sync"]).ok();
    // An entry is removed by hand.
    let agenda = sam.read("agenda.toml");
    let parts = agenda.split("[[entry]]");
    let parts: Vec<&str> = parts.filter(|part| !part.contains("\"first\"")).collect();
    sam.write("agenda.toml", &parts.join("[[entry]]"));
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    let agenda = ana.read("agenda.toml");
    assert!(
        agenda.contains("the token is new") && !agenda.contains("first"),
        "{agenda}"
    );
    assert_eq!(holding(&world, &ana), 0);
}

#[test]
fn a_record_that_was_open_in_an_editor_as_the_history_was_taken_brings_nothing_back() {
    let record = "meetings/2026/2026-11-24.toml";
    for (change, code) in [("s/first/changed/", 0), ("s/the token/this token/", 1)] {
        let world = World::new();
        let (sam, ana) = world.pair();
        sam.run(["--offline", "start"]).ok();
        sam.add(["note", "first"]);
        sam.add(["note", &format!("the token is {VALUE}")]);
        sync_all(&[&sam, &ana, &sam]);
        let filter = format!("[ ! -f {record} ] || sed -i s/{VALUE}/gone/ {record}");
        let git = ana.with("FILTER_BRANCH_SQUELCH_WARNING", "1");
        git.git([
            "filter-branch",
            "-f",
            "--tree-filter",
            &filter,
            "--",
            "--branches",
        ])
        .ok();
        ana.git(["push", "-q", "--force", "origin", "main"]).ok();
        let program = env!("CARGO_BIN_EXE_oneonone");
        let editor = format!("f() {{ {program} sync --take-rewrite && sed -i '{change}' \"$1\"; }}; f");
        let edited = sam.with("EDITOR", &editor).run(["edit", "2026-11-24"]);
        let edited = edited.fails(code);
        let lies = sam.read(record);
        assert!(!lies.contains(VALUE), "{lies}");
        match code {
            0 => assert!(
                lies.contains("changed") && lies.contains("the token is gone"),
                "{lies}"
            ),
            _ => drop(edited.says("goes on from words that the rewritten history took out")),
        }
        sync_all(&[&sam]);
        assert_eq!(holding(&world, &ana), 0);
    }
}

#[test]
fn a_history_that_was_cut_off_is_let_go_like_a_rewritten_one() {
    let (_world, sam, ana, id) = synced(false);
    sam.run(["sync"]).ok();
    ana.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    ana.git(["push", "-q", "--force", "origin", "main"]).ok();
    let taken = sam.run(["sync", "--take-rewrite"]).ok();
    let commands = taken.commands("git ").into_iter();
    for command in commands.filter(|command| !command.contains("git log")) {
        sam.paste(command).ok();
    }
    assert!(!sam.objects(&sam.cwd.join(".git")).contains(&id));
}

#[test]
fn a_rewrite_is_no_doing_of_a_member_and_is_said_once() {
    // The history goes back to before an entry was written, and Sam's with it.
    let (_world, sam, ana, id) = leaked();
    let first = ana.git(["log", "--format=%H", "--reverse", "-S", &id, "--", "agenda.toml"]);
    let first = first.ok().out.lines().next().unwrap().to_owned();
    ana.git(["push", "-q", "--force", "origin", &format!("{first}~1:main")])
        .ok();
    let taken = sam.run(["--json", "sync", "--take-rewrite"]).ok();
    let taken = taken.says("2 entries are not in the rewritten history: ");
    assert!(
        !taken.err.contains("somebody") && !taken.err.contains("removed\n"),
        "{}",
        taken.err
    );
    for change in taken.json()["came"].as_array().unwrap() {
        assert_eq!(change["by"], serde_json::Value::Null, "{change}");
    }

    // A text was reworded in the very commit that wrote it, and Ana went on writing.
    let (_world, sam, ana, _) = leaked();
    purge(&ana);
    ana.run(["add", "after the purge"]).ok();
    ana.run(["sync"]).ok();
    let dry = sam.run(["sync", "--take-rewrite", "--dry-run"]).ok();
    let taken = sam.run(["sync", "--take-rewrite"]).ok();
    for run in [dry, taken] {
        let run = run
            .says("Ana: 1 new topic\n")
            .says("the rewritten history: 1 edited\n");
        assert!(!run.err.contains("somebody"), "{}", run.err);
        assert_eq!(run.err.matches("the token is gone").count(), 1, "{}", run.err);
    }
}
