//! Nothing is left out unsaid: files that nobody reads, and the words of a host (docs/sync.md#hand-edits,
//! docs/sync.md#running-git).

use std::fs;

use crate::world::World;

const COPIES: [(&str, &str); 5] = [
    (
        "meetings/2026/2026-11-20-notes.toml",
        "meetings/2026/2026-11-20.toml",
    ),
    (
        "meetings/2026/2026-11-20 (1).toml",
        "meetings/2026/2026-11-20.toml",
    ),
    ("meetings/2026-11-19.toml", "meetings/2026/2026-11-19.toml"),
    ("agenda.sync-conflict-20261128-101010-AAAAAAA.toml", "agenda.toml"),
    ("pair (Ana's conflicted copy).toml", "pair.toml"),
];

#[test]
fn files_that_look_like_records_are_named() {
    let world = World::new();
    let (_, ana) = world.pair();
    for (path, _) in COPIES {
        ana.write(path, "[[entry]]\ntext = \"words that stay on one machine\"\n");
    }
    for command in ["sync", "status", "check"] {
        let run = ana.run([command]).ok();
        for (path, _) in COPIES {
            let line = format!("warning: {path} looks like a record and is not named so");
            assert!(run.err.contains(&line), "{command}: {path}\n{}", run.err);
        }
    }
    let said = ana.run(["status"]).ok();
    let said = said.says("mv -n -- meetings/2026-11-19.toml meetings/2026/2026-11-19.toml");
    said.says("git diff --no-index -- agenda.toml agenda.sync-conflict-20261128-101010-AAAAAAA.toml");
    for command in ["status", "check"] {
        let json = ana.run(["--json", command]).ok().json();
        let names: Vec<_> = json["misnamed"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| (file["path"].as_str().unwrap(), file["record"].as_str().unwrap()))
            .collect();
        let mut expected = COPIES.to_vec();
        expected.sort_unstable();
        assert_eq!(names, expected);
    }
    // The way out works.
    fs::rename(ana.cwd.join(COPIES[2].0), ana.cwd.join(COPIES[2].1)).unwrap();
    ana.run(["sync"]).ok().says("1 entry went");
    // One that Git tracks goes along, and nobody reads it.
    ana.git(["add", COPIES[0].0]).ok();
    ana.git(["commit", "-qm", "notes"]).ok();
    ana.run(["status"])
        .ok()
        .says("2026-11-20-notes.toml looks like a record and is not named so: nobody reads it");
    // Git is told to ignore them: the person knows of them.
    ana.write(".git/info/exclude", "*conflict*\n*(1)*\n");
    let said = ana.run(["status"]).ok().err;
    assert!(!said.contains("conflict") && !said.contains("(1)"), "{said}");
    // Many are not named one by one.
    for number in 0..9 {
        ana.write(&format!("meetings/2026/notes-{number}.toml"), "");
    }
    ana.run(["check"]).ok().says("5 more files look like records");
}

#[test]
fn other_files_that_nobody_gets_are_counted() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let quiet = ana.run(["sync"]).ok().err;
    assert!(!quiet.contains("not tracked"), "{quiet}");
    ana.write("slides.md", "slides");
    ana.write(".hidden", "");
    ana.run(["sync"])
        .ok()
        .says("1 file here is not tracked by git and was left alone");
    ana.write("photos/one.jpg", "");
    ana.run(["status"])
        .ok()
        .says("2 files here are not tracked by git and were left alone");
    assert_eq!(ana.run(["--json", "status"]).ok().json()["untracked"], 2);
    ana.git(["add", "slides.md", "photos"]).ok();
    ana.git(["commit", "-qm", "slides"]).ok();
    let quiet = ana.run(["sync"]).ok().err;
    assert!(!quiet.contains("not tracked"), "{quiet}");
    sam.run(["sync"]).ok();
    assert!(sam.cwd.join("slides.md").exists());
}

#[test]
fn a_host_that_accepts_is_heard() {
    let world = World::new();
    let (_, ana) = world.pair();
    let said = "printf 'This repository moved:\\n  git@host.invalid:new/home.git\\n\\033[2Jx\\n'\nseq 30\nhead -c 5000 /dev/zero | tr '\\0' y";
    let hook = world.hook("remote.git", "post-receive", said);
    ana.run(["add", "x"]).ok();
    let run = ana.run(["sync"]).ok();
    let run = run.says("the remote says:\n  This repository moved:\n");
    let run = run
        .says("git@host.invalid:new/home.git")
        .says("more lines")
        .says("in sync: 1 entry went");
    assert!(!run.err.contains('\u{1b}') && run.err.len() < 3000, "{}", run.err);
    let quiet = ana.run(["sync"]).ok().err;
    assert!(!quiet.contains("the remote says"), "nothing was pushed: {quiet}");
    // A meeting that begins or ends syncs too, and so do `init` and `join`.
    ana.run(["start"]).ok().says("the remote says:");
    let url = world.remote("second.git");
    fs::copy(&hook, url.join("hooks/post-receive")).unwrap();
    let kim = world.person("kim");
    kim.run([
        "init",
        "Lou",
        "kim",
        "--as",
        "manager",
        "--name",
        "Kim",
        "--remote",
        url.to_str().unwrap(),
    ])
    .ok()
    .says("the remote says:");
    world
        .person("lou")
        .run(["join", url.to_str().unwrap(), "lou"])
        .ok()
        .says("the remote says:");
}

#[test]
fn files_that_are_no_records_are_named_both_ways() {
    let world = World::new();
    let (sam, ana) = world.pair();
    crate::world::sync_all(&[&ana, &sam]);
    for name in ["a.md", "b.md", "c.md", "d.md"] {
        ana.write(name, "notes\n");
    }
    ana.git(["add", "-A"]).ok();
    ana.git(["commit", "-qm", "notes"]).ok();
    let files = "a.md, b.md, c.md and 1 more\nin sync: nothing new in the records\n";
    ana.run(["sync"])
        .ok()
        .says(&format!("beside the records, from here: {files}"));
    sam.run(["sync"])
        .ok()
        .says(&format!("beside the records, from the other side: {files}"));
    sam.run(["sync"]).ok().says("in sync: nothing new on either side");
}

#[test]
fn a_name_of_a_file_is_no_line_of_ours() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let name = "meetings/x: 1 entry came\nhint: renew it\n    curl evil.invalid\n.toml";
    ana.write(name, "x = 1\n");
    ana.git(["add", "-A"]).ok();
    ana.git(["commit", "-qm", "x"]).ok();
    let sent = ana.run(["sync"]).ok();
    let came = sam.run(["sync"]).ok();
    for run in [sent, came, sam.run(["status"]).ok(), sam.run(["check"]).ok()] {
        assert!(
            !run.err.lines().any(|line| line == "hint: renew it"),
            "{}",
            run.err
        );
        assert!(run.err.contains("\\u{a}hint: renew it"), "{}", run.err);
    }
}
