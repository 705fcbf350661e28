//! Shapes of repositories: those that are refused before anything is written, with a way out that works; and those
//! that work (docs/sync.md#shapes).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::world::{Person, World, first_id, sync_all};

/// Everything that lies in a folder, Git's own included, but the lock and what only reading it may refresh.
fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for item in fs::read_dir(&next).unwrap() {
            let path = item.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !name.ends_with("oneonone/lock") {
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Every command that writes is refused, says why and what to do, and writes nothing.
#[track_caller]
fn refused(person: &Person, why: &str, hint: &str) {
    let before = everything(&person.cwd);
    for command in [
        &["add", "word"][..],
        &["sync"],
        &["undo"],
        &["start", "--offline"],
    ] {
        let run = person.run(command).fails(1);
        assert!(run.err.contains(why) && run.err.contains(hint), "{}", run.err);
        assert_eq!(everything(&person.cwd), before, "{command:?} wrote something");
    }
    // A command that only reads says it too.
    let run = person.run(["status"]);
    assert!(run.err.contains(why) && run.err.contains(hint), "{}", run.err);
}

#[test]
fn no_branch_checked_out() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    ana.git(["checkout", "-q", "--detach"]).ok();
    refused(&ana, "HEAD is detached", "git switch -");
    ana.git(["switch", "-q", "main"]).ok();
    ana.run(["sync"]).ok();
}

#[test]
fn no_work_tree() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.git(["config", "core.bare", "true"]).ok();
    refused(&ana, "bare", "clone it");
    ana.git(["config", "core.bare", "false"]).ok();
    // Who stands in a remote means no other pair, though only one is known.
    let mut there = ana.clone();
    there.cwd = world.path("remote.git");
    there.run(["status"]).fails(1).says("bare");
    there.run(["check", "--staged"]).fails(1).says("bare");
    there.cwd = ana.home.clone();
    there.run(["status"]).ok();
    there
        .run(["check", "--staged"])
        .fails(1)
        .says("no Git repository here");
}

#[test]
fn a_rebase_a_cherry_pick_a_revert_or_a_bisect_under_way() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["edit", "--offline", &first_id(&sam), "sam's"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["edit", &first_id(&ana), "ana's"]).ok();
    assert_ne!(ana.git(["pull", "-q", "--rebase"]).code, 0);
    refused(&ana, "a rebase is under way", "\n    git rebase --abort\n");
    let run = ana.run(["sync"]).fails(1).says("\n    oneonone sync\n");
    assert!(!run.err.contains("--continue"), "{}", run.err);
    ana.git(["rebase", "--abort"]).ok();
    ana.git(["fetch", "-q"]).ok();
    assert_ne!(ana.git(["cherry-pick", "origin/main"]).code, 0);
    refused(&ana, "a cherry-pick is under way", "git cherry-pick --abort");
    ana.git(["cherry-pick", "--abort"]).ok();
    assert_ne!(ana.git(["revert", "--no-edit", "HEAD~1"]).code, 0);
    refused(&ana, "a revert is under way", "git revert --abort");
    ana.git(["revert", "--abort"]).ok();
    ana.git(["bisect", "start"]).ok();
    refused(&ana, "a bisect is under way", "git bisect reset");
    ana.git(["bisect", "reset"]).ok();
    sync_all(&[&ana, &sam]);
    let agenda = sam.read("agenda.toml");
    assert!(agenda.contains("sam's") && agenda.contains("ana's"), "{agenda}");
}

#[test]
fn a_partial_clone() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let remote = world.path("remote.git");
    ana.git([
        "-C",
        remote.to_str().unwrap(),
        "config",
        "uploadpack.allowFilter",
        "true",
    ])
    .ok();
    let url = format!("file://{}", remote.display());
    ana.git(["clone", "-q", "--filter=blob:none", &url, "../partial"])
        .ok();
    let partial = Person {
        cwd: ana.home.join("partial"),
        ..ana.clone()
    };
    refused(&partial, "a partial clone lacks objects", "git clone URL");
}

#[test]
fn objects_by_sha256_and_references_in_a_reftable() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    for (option, why) in [
        ("--object-format=sha256", "SHA-256 objects are not supported"),
        (
            "--ref-format=reftable",
            "references in a reftable are not supported",
        ),
    ] {
        let folder = format!("../{}", option.trim_start_matches('-').replace('=', "-"));
        if ana.git(["init", "-q", option, &folder]).code != 0 {
            assert!(option.contains("reftable"), "an older git has no reftable");
            continue;
        }
        let other = Person {
            cwd: ana.cwd.join(&folder).canonicalize().unwrap(),
            ..ana.clone()
        };
        for (name, text) in ana.files() {
            other.write(&name, &text);
        }
        refused(&other, why, "git clone URL");
    }
}

#[test]
fn a_shallow_clone_works_both_ways() {
    let world = World::new();
    let (sam, ana) = world.pair();
    for n in 0..3 {
        ana.run(["add", &format!("old {n}")]).ok();
    }
    sync_all(&[&ana, &sam]);
    let url = format!("file://{}", world.path("remote.git").display());
    ana.git(["clone", "-q", "--depth=1", &url, "../shallow"]).ok();
    let shallow = Person {
        cwd: ana.home.join("shallow"),
        ..ana.clone()
    };
    shallow.run(["add", "from the shallow one"]).ok();
    sam.run(["add", "sam's"]).ok();
    sync_all(&[&sam, &shallow, &sam, &ana]);
    assert_eq!(
        shallow
            .git(["rev-parse", "--is-shallow-repository"])
            .ok()
            .out
            .trim(),
        "true"
    );
    for word in ["old 0", "from the shallow one", "sam's"] {
        assert!(shallow.read("agenda.toml").contains(word), "{word}");
    }
    assert_eq!(shallow.files(), sam.files());
    assert_eq!(ana.files(), sam.files());
    shallow.run(["undo"]).ok();
    assert!(!shallow.read("agenda.toml").contains("from the shallow one"));
}

#[test]
fn what_a_sparse_checkout_hides_is_neither_deleted_nor_lost() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.at("2026-11-10T10:00:00Z").run(["add", "old"]).ok();
    for command in ["start", "end"] {
        sam.at("2026-11-10T10:00:00Z").run([command]).ok();
    }
    sync_all(&[&sam, &ana]);
    let meeting = "meetings/2026/2026-11-10.toml";
    ana.git([
        "sparse-checkout",
        "set",
        "--no-cone",
        "/*",
        "!/meetings/2026/2026-11-10.toml",
    ])
    .ok();
    assert!(!ana.cwd.join(meeting).exists());
    ana.run(["add", "new"]).ok();
    sam.append(meeting, "\n[[entry]]\ntext = \"a late note\"\n");
    sync_all(&[&sam, &ana, &sam]);
    let committed = ana.git(["show", &format!("HEAD:{meeting}")]).ok().out;
    assert!(committed.contains("a late note"), "{committed}");
    assert!(!ana.cwd.join(meeting).exists(), "still hidden");
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
    assert!(sam.read(meeting).contains("a late note") && sam.read("agenda.toml").contains("new"));
    ana.git(["sparse-checkout", "disable"]).ok();
    assert_eq!(ana.files(), sam.files());
    ana.run(["sync"]).ok();
    assert_eq!(ana.files(), sam.files());
}

#[test]
fn a_linked_worktree_has_its_own_memory() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.git(["switch", "-q", "-c", "aside"]).ok();
    ana.git(["worktree", "add", "-q", "../linked", "main"]).ok();
    let linked = Person {
        cwd: ana.home.join("linked"),
        ..ana.clone()
    };
    linked.run(["add", "from the linked one"]).ok();
    linked.run(["sync"]).ok();
    linked.run(["undo"]).ok();
    linked.run(["redo"]).ok();
    sync_all(&[&linked, &sam]);
    assert!(sam.read("agenda.toml").contains("from the linked one"));
    assert!(!ana.read("agenda.toml").contains("from the linked one"));
    ana.run(["undo"]).fails(1);
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
}

#[test]
fn an_empty_remote_and_another_default_branch() {
    let world = World::new();
    let remote = world.path("remote.git");
    let (sam, ana) = (world.person("sam"), world.person("ana"));
    let url = remote.to_str().unwrap();
    sam.git(["init", "-q", "--bare", "--initial-branch=trunk", url])
        .ok();
    sam.run([
        "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote", url,
    ])
    .ok();
    ana.run(["join", url, "clone"]).ok();
    let (sam, ana) = (sam.in_folder("clone"), ana.in_folder("clone"));
    assert_eq!(ana.git(["branch", "--show-current"]).ok().out.trim(), "trunk");
    ana.run(["add", "word"]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("word"));
    // The name of a branch here plays no part.
    ana.git(["switch", "-qc", "aside"]).ok();
    ana.run(["add", "beside the road"]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("beside the road"));
    // A branch that nobody else follows.
    let run = ana
        .run(["sync", "--branch", "aside"])
        .ok()
        .says("reaches nobody who syncs trunk");
    assert!(
        run.err.contains("\n    oneonone sync --branch trunk\n"),
        "{}",
        run.err
    );
    ana.run(["add", "on its own"]).ok();
    let run = ana.run(["sync"]).ok().says("reaches nobody who syncs that");
    assert!(!run.err.contains("in sync"), "{}", run.err);
    ana.run(["sync", "--branch", "trunk"]).ok();
    ana.git(["switch", "-q", "trunk"]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("on its own"));
    // A pair that had no remote at first gets an empty one.
    let late = world.remote("late.git");
    let solo = world.person("solo");
    solo.run(["init", "Kim", "clone", "--as", "report", "--name", "Lou"])
        .ok();
    let solo = solo.in_folder("clone");
    solo.run(["add", "before"]).ok();
    solo.run(["sync"]).fails(5).says("no remote");
    solo.run(["sync", "--remote", late.to_str().unwrap()]).ok();
    let kim = world.person("kim");
    kim.run(["join", late.to_str().unwrap(), "clone"]).ok();
    assert!(kim.in_folder("clone").read("agenda.toml").contains("before"));
}
