//! Makes `tests/v0.1` with the program of version 0.1. It was done once, and is kept for the record:
//!
//! `tests/build-0.1.sh && ONEONONE_MAKE_0_1=1 cargo test v0_1::make`; it needs `strace`.

use std::fs;

use super::fixture::{PLACE, answers, kept, rename_places};
use super::old;
use crate::world::{Person, World, change, not_run, sync_all};

/// Entries of every kind, a meeting that was held and one that was skipped.
pub(super) fn two_weeks(sam: &Person, ana: &Person) {
    let (sam, ana) = (
        sam.at("2026-11-06T09:00:00Z"),
        ana.at("2026-11-06T10:00:00+01:00"),
    );
    ana.run(["add", "Who covers on-call in December?"]).ok();
    let growth = ana.add(["growth", "Lead the cache review #system-design"]);
    ana.run(["add", "update", "The migration is done"]).ok();
    ana.run(["add", "win", "Zero pages last week", "--theme", "on-call"])
        .ok();
    ana.add_typed("The reorg makes me nervous\n", ["concern", "-"]);
    let mine = ana.add_typed("Ask about the salary band\n", ["note", "-", "--private"]);
    ana.add_typed(
        "Draft what to ask\n",
        ["action", "-", "--private", "--re", &mine, "--due", "2026-11-20"],
    );
    sam.run(["add", "challenge", "How do we hire two people?"]).ok();
    sam.run(["add", "feedback", "The review was clear", "--tone", "praise"])
        .ok();
    sam.add_typed(
        "She is ready for a promotion\n",
        ["note", "-", "--private", "--theme", "promotion"],
    );
    sync_all(&[&ana, &sam, &ana]);

    let during = sam.at("2026-11-10T10:00:00Z");
    during.run(["start"]).ok();
    during
        .run([
            "add",
            "action",
            "Introduce Ana to the platform team",
            "--owner",
            "me",
            "--due",
            "2026-11-27",
            "--re",
            &growth,
        ])
        .ok();
    let dropped = during.add(["action", "Order a keyboard", "--owner", "them"]);
    during
        .run([
            "add",
            "decision",
            "We review designs on Mondays\nand write them down",
        ])
        .ok();
    during.run(["done", &growth]).ok();
    sam.at("2026-11-10T10:30:00Z")
        .run(["end", "--next", "2026-11-17"])
        .ok();
    sam.at("2026-11-12T09:00:00Z").run(["drop", &dropped]).ok();
    sam.at("2026-11-17T09:00:00Z").run(["skip"]).ok();
    sync_all(&[&sam, &ana]);
}

/// Keys that no version knows, comments, and a file beside, all by hand.
pub(super) fn edits_by_hand(ana: &Person) {
    let record = "meetings/2026/2026-11-10.toml";
    change(
        ana,
        record,
        "status = ",
        "room = \"4.2\" # the small one\nstatus = ",
    );
    change(
        ana,
        record,
        "kind = \"decision\"",
        "mood = \"good\"\nkind = \"decision\"",
    );
    change(
        ana,
        "pair.toml",
        "cadence = ",
        "# since October\nmotto = \"write it down\"\ncadence = ",
    );
    change(
        ana,
        "pair.toml",
        "role = \"report\"",
        "pronouns = \"she/her\"\nrole = \"report\"",
    );
    ana.append(
        "agenda.toml",
        "\n# from the notebook\n[[entry]]\ntext = \"Read the ADR\"\nlinks = { ticket = \"X-1\", pages = [1, 2] }\nzeta = true\n\n\
         [[entry]]\ntext = \"What a week\"\nvisibility = \"private\"\nmood = \"tired\"\n",
    );
    ana.write("notes.md", "one\ntwo\n");
    ana.git(["add", "notes.md"]).ok();
    ana.git(["commit", "-qm", "notes"]).ok();
    ana.run(["sync"]).ok();
}

/// Conflicts of a field, of a text, of a setting, and of a body under its seal.
pub(super) fn conflicts(sam: &Person, ana: &Person) {
    let text = ana.add(["Where do we meet?"]);
    let due = ana.add(["action", "Write the plan", "--due", "2026-12-01"]);
    let sealed = ana.add_typed("It goes too fast\n", ["concern", "-"]);
    let shared = ana.add_typed("I would like to work four days\n", ["concern", "-"]);
    sync_all(&[ana, sam]);
    for (person, name, day, cadence) in [(sam, "sam", 8, "2w"), (ana, "ana", 9, "10d")] {
        person
            .run(["edit", &text, &format!("In the room that {name} likes")])
            .ok();
        person
            .run(["edit", &due, "--due", &format!("2026-12-0{day}")])
            .ok();
        person
            .type_in(
                &format!("It goes too fast, says {name}\n"),
                ["edit", &sealed, "-"],
            )
            .ok();
        change(
            person,
            "pair.toml",
            "cadence = \"1w\"",
            &format!("cadence = \"{cadence}\""),
        );
    }
    ana.run(["share", &shared, "--yes"]).ok();
    sam.type_in("I would like her to work four days\n", ["edit", &shared, "-"])
        .ok();
    sync_all(&[ana, sam, ana]);
}

/// Commands whose log ends with an undo; and what is not synced yet on either side.
fn left_as_it_is(sam: &Person, ana: &Person) {
    let id = ana.add(["topic", "Lunch on Friday"]);
    ana.run(["edit", &id, "Lunch on Thursday"]).ok();
    ana.run(["done", &id]).ok();
    ana.run(["undo"]).ok();
    ana.append("agenda.toml", "\n[[entry]]\ntext = \"Not taken in yet\"\n");
    sam.run(["add", "Not synced yet"]).ok();
    sam.run(["rm", &sam.add(["soon gone"])]).ok();
}

/// A second clone of Ana's, in which a command dies after its first file.
fn cut_off(world: &World, ana: &Person) -> Person {
    let remote = world.path("remote.git");
    let mut home = ana.clone();
    home.cwd = ana.home.clone();
    home.run(["join", remote.to_str().unwrap(), "cut"]).ok();
    let cut = home.in_folder("cut");
    for nth in 1..200 {
        let trial = home.in_folder("trial");
        home.start("cp", ["-a", "cut", "trial"], "").ok();
        let inject = format!("inject=rename,renameat,renameat2:signal=KILL:when={nth}");
        let trace = home.home.join("trace");
        trial.start(
            "strace",
            [
                "-f",
                "-o",
                trace.to_str().unwrap(),
                "-e",
                "trace=rename,renameat,renameat2",
                "-e",
                &inject,
                ana.program.to_str().unwrap(),
                "start",
                "--offline",
            ],
            "",
        );
        fs::remove_file(trace).unwrap();
        let begun = trial.cwd.join(".git/oneonone/writing").exists();
        if begun
            && trial
                .git(["status", "--porcelain"])
                .ok()
                .out
                .contains("agenda.toml")
        {
            fs::remove_dir_all(&cut.cwd).unwrap();
            fs::rename(&trial.cwd, &cut.cwd).unwrap();
            return cut;
        }
        fs::remove_dir_all(&trial.cwd).unwrap();
    }
    panic!("it was never cut off");
}

fn keep(name: &str, value: &serde_json::Value) {
    let text = format!("{}\n", serde_json::to_string_pretty(value).unwrap());
    fs::write(kept().join(name), text).unwrap();
}

#[test]
fn what_version_0_1_wrote() {
    let test = "what_version_0_1_wrote";
    if std::env::var_os("ONEONONE_MAKE_0_1").is_none() {
        return not_run(test, "it was done once; ONEONONE_MAKE_0_1=1 does it anew", None);
    }
    let old = old(test).unwrap();
    let world = World::new().running(&old);
    let (sam, ana) = world.pair();
    two_weeks(&sam, &ana);
    edits_by_hand(&ana);
    sam.run(["sync"]).ok();
    conflicts(&sam, &ana);
    let cut = cut_off(&world, &ana);
    left_as_it_is(&sam, &ana);

    keep("sam.json", &answers(&sam));
    keep("ana.json", &answers(&ana));
    // The answers of the old program itself after it was cut off.
    let mut home = cut.clone();
    home.cwd = ana.home.clone();
    home.start("cp", ["-a", "cut", "as-it-was"], "").ok();
    cut.run(["sync", "--offline"]).fails(5);
    keep("cut.json", &answers(&cut));
    fs::remove_dir_all(&cut.cwd).unwrap();
    fs::rename(home.cwd.join("as-it-was"), &cut.cwd).unwrap();

    let mut remote = sam.clone();
    remote.cwd = world.path("remote.git");
    for repository in [&sam, &ana, &cut, &remote] {
        repository.git(["repack", "-adkq"]).ok();
    }
    let place = world.path("");
    let place = place.to_str().unwrap().trim_end_matches('/');
    rename_places(&[&sam, &ana], place, PLACE);
    let archive = kept().join("pair.tar.gz");
    let tar = format!(
        "tar --sort=name --owner=0 --group=0 --numeric-owner --exclude=hooks --exclude=description --exclude=logs \
         -cf - remote.git sam ana | gzip -9n > '{}'",
        archive.display()
    );
    let mut all = world.person("nobody");
    all.cwd = world.path("");
    all.start("sh", ["-c", &tar], "").ok();
}
