//! The names of written files are durable before the branch moves, whichever run wrote the files
//! (docs/sync.md#write-out).

use std::fs;
use std::path::{Path, PathBuf};

use super::have;
use crate::world::{Person, World};

/// Runs a sync under strace, with these arguments; the calls on files of the clone that it shows.
fn sync_traced(actor: &Person, world: &World, arguments: &[&str]) -> Vec<String> {
    let log = world.path("trace");
    let log = log.to_str().unwrap();
    let mut all = vec!["-qq", "-y", "-o", log];
    all.extend(arguments);
    all.extend([env!("CARGO_BIN_EXE_oneonone"), "sync"]);
    actor.start("strace", all, "");
    fs::read_to_string(log)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The folders that were made durable before the branch moved.
fn durable_first<'a>(calls: &'a [String], folder: &Path) -> Vec<&'a str> {
    let moved = calls
        .iter()
        .position(|call| call.starts_with("rename") && call.contains("refs/heads/main"));
    let before = calls[..moved.expect("the branch moved")].iter();
    let synced = before.filter_map(|call| call.strip_prefix("fsync(")?.split_once('<')?.1.split_once(">)"));
    let names = synced.map(|(name, _)| name);
    names
        .filter(|name| Path::new(name).starts_with(folder) && !name.contains("/.git"))
        .collect()
}

const CALLS: &str = "trace=fsync,rename,renameat,renameat2";

/// Two members, and the folder of one of them; none where strace is not here.
fn traced_pair() -> Option<(World, Person, Person, PathBuf)> {
    have("durable names", &["strace"]).then(|| {
        let world = World::new();
        let (sam, ana) = world.pair();
        let folder = fs::canonicalize(&ana.cwd).unwrap();
        (world, sam, ana, folder)
    })
}

/// Commits files that plain Git is told of, and sends them.
fn commit_and_sync(actor: &Person, paths: &[&str]) {
    actor.git([&["add"], paths].concat()).ok();
    actor.git(["commit", "-qm", "notes"]).ok();
    actor.run(["sync"]).ok();
}

#[test]
fn a_run_that_completes_another_one_makes_its_names_durable() {
    let Some((world, sam, ana, folder)) = traced_pair() else {
        return;
    };
    sam.write("notes.md", "one\n");
    commit_and_sync(&sam, &["notes.md"]);
    let name = folder.to_str().unwrap();
    // The first call on the folder itself comes when all files are written: the run dies there.
    sync_traced(
        &ana,
        &world,
        &[
            "-P",
            name,
            "-e",
            "trace=fsync",
            "-e",
            "inject=fsync:signal=KILL:when=1",
        ],
    );
    assert_eq!(ana.read("notes.md"), "one\n", "the file was written");
    assert!(ana.cwd.join(".git/oneonone/writing").exists(), "and the run died");
    let calls = sync_traced(&ana, &world, &["-e", CALLS]);
    assert!(durable_first(&calls, &folder).contains(&name), "{calls:#?}");
}

#[test]
fn links_and_new_folders_are_durable_too() {
    let Some((world, sam, ana, folder)) = traced_pair() else {
        return;
    };
    std::os::unix::fs::symlink("agenda.toml", sam.cwd.join("link")).unwrap();
    fs::create_dir_all(sam.cwd.join("a/b")).unwrap();
    sam.write("a/b/notes.md", "one\n");
    commit_and_sync(&sam, &["link", "a"]);
    let calls = sync_traced(&ana, &world, &["-e", CALLS]);
    let durable = durable_first(&calls, &folder);
    for expected in ["", "a", "a/b"] {
        let expected = folder.join(expected);
        assert!(
            durable.iter().any(|name| Path::new(name) == expected),
            "{}: {durable:#?}",
            expected.display()
        );
    }
}
