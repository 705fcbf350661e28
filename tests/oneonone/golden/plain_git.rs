//! The commits that plain Git is kept from, and the words about what it left.

use std::fs;

use super::entries::pair_with_entries;
use super::told::{Told, copied, copied_with_remote};
use crate::world::{Person, World, sync_all};

const SECRET: &str = "\n[[entry]]\ntext = \"a secret\"\nvisibility = \"private\"\n";

/// Puts a text at the head of the agenda: below a seal, lines have other numbers in every run.
fn put_first(person: &Person, text: &str) {
    person.write("agenda.toml", &format!("{text}{}", person.read("agenda.toml")));
}

#[test]
fn commits_that_are_refused() {
    let world = World::new();
    let (_, ana) = pair_with_entries(&world);
    let mut told = Told::new("guard", &world);
    put_first(&ana, SECRET);
    told.git("a secret", &ana, &["commit", "-qam", "all"]);
    ana.git(["add", "-A"]).ok();
    told.run("a secret", &ana, &["check", "--staged"]);
    let hook = fs::read_to_string(ana.cwd.join(".git/hooks/pre-commit")).unwrap();
    let gone = hook.replace(env!("CARGO_BIN_EXE_oneonone"), "/nowhere/oneonone");
    ana.write(".git/hooks/pre-commit", &gone);
    told.git(
        "a secret, and the program is gone",
        &ana,
        &["commit", "-qam", "all"],
    );
    ana.write(".git/hooks/pre-commit", &hook);
    ana.git(["reset", "-q", "--hard"]).ok();
    put_first(&ana, "bad bad\n");
    told.git("a broken record", &ana, &["commit", "-qam", "all"]);
    ana.git(["reset", "-q", "--hard"]).ok();
    ana.write("agenda-copy.toml", SECRET);
    ana.git(["add", "-A"]).ok();
    told.run("a copy of a record", &ana, &["check", "--staged"]);
    ana.git(["reset", "-q", "--hard"]).ok();
    fs::remove_file(ana.cwd.join(".git/hooks/pre-commit")).unwrap();
    told.run("the hook is put back", &ana, &["sync"]);
    ana.write(".git/hooks/pre-commit", "#!/bin/sh\n# mine\n");
    told.run("a hook of one's own", &ana, &["sync"]);
    fs::remove_file(ana.cwd.join(".git/hooks/pre-commit")).unwrap();
    fs::remove_dir_all(ana.cwd.join(".git/hooks")).unwrap();
    ana.write(".git/hooks", "no folder");
    told.run("hooks that cannot be written", &ana, &["sync"]);
    told.run("all is well", &ana, &["check"]);
    widened_by_another(&mut told);
    told.compare();
}

fn widened_by_another(told: &mut Told) {
    let world = World::new();
    told.now_in(&world);
    let (sam, ana) = world.pair();
    let id = sam.add(["concern", "for the two of us"]);
    sync_all(&[&sam, &ana]);
    let clear =
        format!("[[entry]]\nid = \"{id}\"\nby = \"sam\"\nat = 2026-11-24T12:00:00Z\ntext = \"a secret\"\n");
    ana.write("agenda.toml", &clear);
    ana.git(["add", "-A"]).ok();
    told.git(
        "an entry of the other's for everyone",
        &ana,
        &["commit", "-qm", "all"],
    );
    ana.commit_unguarded("all");
    told.run("it was committed all the same", &ana, &["sync"]);
    ana.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    ana.write("agenda-copy.toml", &clear);
    ana.git(["add", "-A"]).ok();
    told.run("a copy of it for everyone", &ana, &["check", "--staged"]);
    ana.commit_unguarded("all");
    told.run("it was committed all the same", &ana, &["add", "on top"]);
}

#[test]
fn what_plain_git_left() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("notes", &world);
    for person in [&sam, &ana] {
        person.git(["config", "pull.rebase", "false"]).ok();
    }
    sam.write("notes.md", "one\ntwo\nthree\n");
    sam.git(["add", "-A"]).ok();
    sam.git(["commit", "-qm", "notes"]).ok();
    for person in [&sam, &ana] {
        person.run(["sync"]).ok();
    }
    // Both changed an entry, a file beside, and one removed what the other edited.
    sam.run(["edit", "kk", "sam's topic", "--offline"]).ok();
    sam.run(["rm", "ll", "--offline"]).ok();
    sam.write("notes.md", "sam\n");
    sam.run(["sync"]).ok();
    ana.run(["edit", "kk", "ana's topic", "--offline"]).ok();
    ana.run(["done", "ll", "--offline"]).ok();
    ana.write("notes.md", "ana\n");
    told.run(
        "both changed a file, one removed an entry",
        &copied_with_remote(&world, &ana, "both").0,
        &["sync"],
    );
    ana.git(["commit", "-qnam", "by hand"]).ok();
    assert_ne!(ana.git(["pull", "-q"]).code, 0);
    told.run("a merge that stopped", &ana, &["status"]);
    told.run("a merge that would be finished", &ana, &["sync", "--dry-run"]);
    told.run(
        "a merge that is finished",
        &copied_with_remote(&world, &ana, "merged").0,
        &["sync"],
    );
    let begun = copied_with_remote(&world, &ana, "begun").0;
    begun.write(
        "notes.md",
        "we agreed\n<<<<<<< HEAD\nana\n=======\nsam\n>>>>>>> other\n",
    );
    told.run("somebody began to resolve it", &begun, &["sync"]);
    let taken = copied_with_remote(&world, &ana, "taken").0;
    taken.git(["checkout", "-q", "--ours", "."]).ok();
    taken.git(["add", "-A"]).ok();
    told.git(
        "a merge that leaves out one side",
        &taken,
        &["commit", "-qm", "by hand"],
    );
    taken.commit_unguarded("by hand");
    told.run("what it left out comes back", &taken, &["sync"]);
    ana.git(["merge", "--abort"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["resolve", "kk", "--take", "1"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();

    // Files in the way, gone, hidden or under a filter.
    sam.write("slides.md", "sam's\n");
    sam.git(["add", "-A"]).ok();
    sam.git(["commit", "-qm", "slides"]).ok();
    sam.run(["sync"]).ok();
    let aside = copied_with_remote(&world, &ana, "aside").0;
    aside.write("slides.md", "ana's draft\n");
    told.run("a file in the way", &aside, &["sync"]);
    ana.run(["sync"]).ok();
    let removed = copied_with_remote(&world, &ana, "removed").0;
    fs::remove_file(removed.cwd.join("slides.md")).unwrap();
    removed.write("draft.md", "not tracked\n");
    told.run("a file that is gone, and one that is new", &removed, &["sync"]);
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    ana.append(".gitattributes", "diary.md filter=crypt\n");
    ana.git(["config", "filter.crypt.clean", "cat"]).ok();
    ana.git(["config", "filter.crypt.smudge", "cat"]).ok();
    ana.git(["config", "filter.crypt.required", "true"]).ok();
    ana.write("diary.md", "dear diary\n");
    ana.git(["add", ".gitattributes", "diary.md"]).ok();
    ana.git(["commit", "-qm", "a diary"]).ok();
    ana.run(["sync"]).ok();
    let filtered = copied_with_remote(&world, &ana, "filtered").0;
    filtered.git(["config", "filter.crypt.clean", "false"]).ok();
    filtered.write("diary.md", "changed\n");
    told.run("a filter that fails", &filtered, &["sync"]);

    // A stash, a reset and a doubled entry.
    let stashed = copied_with_remote(&world, &ana, "stashed").0;
    stashed.append("agenda.toml", "\n[[entry]]\ntext = \"stashed\"\n");
    stashed.git(["stash", "-q"]).ok();
    stashed.run(["edit", "--offline", "kk", "meanwhile"]).ok();
    stashed.append("agenda.toml", "\n[[entry]]\ntext = \"more\"\n");
    stashed.git(["commit", "-qnam", "more"]).ok();
    assert_ne!(stashed.git(["stash", "pop", "-q"]).code, 0);
    told.run("a stash that stopped", &stashed, &["sync"]);
    let reset = copied_with_remote(&world, &ana, "reset").0;
    reset.run(["add", "lost", "--offline"]).ok();
    reset.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    told.run("a commit that was taken away", &reset, &["undo"]);
    told.run("a commit that was taken away", &reset, &["sync"]);
    let doubled = copied_with_remote(&world, &ana, "doubled").0;
    let agenda = doubled.read("agenda.toml");
    let start = agenda.find("[[entry]]\nid = \"mmmmmmmmmmmk\"").unwrap();
    let end = start + 4 + agenda[start + 4..].find("[[entry]]").unwrap();
    doubled.write(
        "meetings/2026/2026-11-20.toml",
        &format!("date = 2026-11-20\nstatus = \"held\"\n\n{}", &agenda[start..end]),
    );
    doubled.commit_unguarded("doubled");
    told.run(
        "an entry in two places, committed",
        &doubled,
        &["sync", "--offline"],
    );
    sam.run(["sync"]).ok();
    let long = "x".repeat(300);
    let id = sam
        .start("git", ["hash-object", "-w", "--stdin"], "hi\n")
        .ok()
        .out;
    let info = format!("100644,{},{long}", id.trim());
    sam.git(["update-index", "--add", "--cacheinfo", &info]).ok();
    sam.git(["commit", "-qnm", "a long name"]).ok();
    sam.git(["push", "-q"]).ok();
    told.run(
        "a file that cannot stand here",
        &copied_with_remote(&world, &ana, "long").0,
        &["sync"],
    );
    told.compare();
}

#[test]
fn what_a_dead_run_left() {
    let world = World::new();
    let (_, ana) = pair_with_entries(&world);
    let mut told = Told::new("dead_runs", &world);
    let pending = |name: &str| {
        let pending = copied(&ana, name);
        crate::collide::dies_before_its_branch_moves(&pending, &["done", "ll", "--offline"]);
        pending
    };
    let cut = pending("cut");
    told.run("a command was cut off", &cut, &["status"]);
    told.run("the next one completes it", &cut, &["sync", "--offline"]);
    let other = pending("other");
    other.git(["branch", "other"]).ok();
    other.git(["switch", "-qf", "other"]).ok();
    told.run("on another branch", &other, &["done", "kk"]);
    let gone = pending("gone");
    gone.git(["branch", "other", "HEAD~1"]).ok();
    gone.git(["symbolic-ref", "HEAD", "refs/heads/other"]).ok();
    gone.git(["branch", "-q", "-D", "main"]).ok();
    gone.git(["reset", "-q", "--hard"]).ok();
    told.run("its branch is gone", &gone, &["status"]);
    told.run("its branch is gone", &gone, &["start", "--offline"]);
    let damaged = pending("damaged");
    damaged.write(".git/oneonone/writing", "nonsense");
    told.run("its note is damaged", &damaged, &["done", "kk"]);
    let linked = copied(&ana, "linked");
    fs::create_dir(linked.home.join("away")).unwrap();
    std::os::unix::fs::symlink(linked.home.join("away"), linked.cwd.join("meetings")).unwrap();
    told.run("a link in the way", &linked, &["start", "--offline"]);
    told.compare();
}
