//! Several programs in one clone, and both members at once (docs/sync.md#push, docs/sync.md#locks).

use std::fs;
use std::sync::atomic::{AtomicU8, Ordering};

use oneonone::model::EntryId;
use oneonone::sync::{Environment, ReadScope, SnapshotFiles, Workspace};

use crate::world::{Person, Run, World, copy_folder};

/// Git finds nothing broken, and nothing to do.
fn is_sound(person: &Person) {
    person.git(["fsck", "--strict", "--no-dangling"]).ok();
    assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
}

/// Done, or told that another one is at work.
fn done_or_busy(run: Run) -> bool {
    match run.code {
        0 => true,
        _ => {
            run.fails(1).says("another oneonone is at work");
            false
        }
    }
}

#[test]
fn commands_in_one_clone_take_turns() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let mut words = Vec::new();
    for round in 0..4 {
        ana.run(["add", &format!("from ana {round}")]).ok();
        ana.run(["sync"]).ok();
        words.push(format!("from ana {round}"));
        let text = format!("from sam {round}");
        std::thread::scope(|scope| {
            let added = scope.spawn(|| done_or_busy(sam.run(["add", &text])));
            let first = scope.spawn(|| done_or_busy(sam.run(["sync"])));
            let second = scope.spawn(|| done_or_busy(sam.run(["sync"])));
            assert!(first.join().unwrap() | second.join().unwrap());
            if added.join().unwrap() {
                words.push(text.clone());
            }
        });
    }
    sam.run(["sync"]).ok();
    words.sort();
    assert_eq!(sam.texts(), words);
    is_sound(&sam);
}

#[test]
fn plain_git_commits_beside_us_and_nothing_is_lost() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.write("slides.md", "");
    sam.git(["add", "slides.md"]).ok();
    sam.git(["commit", "-q", "-m", "slides"]).ok();
    sam.run(["sync"]).ok();
    let mut words = Vec::new();
    std::thread::scope(|scope| {
        let plain = scope.spawn(|| {
            let mut written = Vec::new();
            for day in 1..=8 {
                let lines = sam.read("slides.md");
                sam.write("slides.md", &format!("{lines}line {day}\n"));
                // Git itself gives up where another program holds its lock: the file is committed by whoever is next.
                sam.git(["commit", "-q", "-m", "more slides", "slides.md"]);
                let name = format!("meetings/2026/2026-01-{day:02}.toml");
                let head = format!("date = 2026-01-{day:02}\nstatus = \"held\"\n");
                sam.write(
                    &name,
                    &format!("{head}\n[[entry]]\ntext = \"by plain git {day}\"\n"),
                );
                sam.git(["add", &name]);
                sam.git(["commit", "-q", "-m", "a meeting"]);
                written.push(format!("by plain git {day}"));
            }
            written
        });
        for n in 0..8 {
            let text = format!("by the tool {n}");
            sam.run(["add", &text]).ok();
            words.push(text);
            ana.run(["add", &format!("by ana {n}")]).ok();
            words.push(format!("by ana {n}"));
            ana.run(["sync"]).ok();
            sam.run(["sync"]).ok();
        }
        words.extend(plain.join().unwrap());
    });
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    words.sort();
    assert_eq!(sam.texts(), words);
    assert_eq!(ana.texts(), words);
    let lines: String = (1..=8).map(|day| format!("line {day}\n")).collect();
    assert_eq!(sam.read("slides.md"), lines);
    assert_eq!(ana.read("slides.md"), lines);
    is_sound(&sam);
    is_sound(&ana);
}

/// Somebody's clone, opened to write in it.
pub(crate) fn workspace_of(person: &Person) -> Workspace {
    let environment = Environment {
        use_index: true,
        now: "2026-11-24T12:00:00Z".parse().unwrap(),
        identity: person.home.join(".config/oneonone/identity.txt"),
        pins_dir: person.home.join(".local/state/oneonone/pins"),
        new_id: || {
            static MADE: AtomicU8 = AtomicU8::new(0);
            EntryId::from_bytes([7, 1, 2, 3, 4, MADE.fetch_add(1, Ordering::Relaxed)])
        },
    };
    Workspace::open(
        &person.cwd,
        environment,
        SnapshotFiles::Records,
        ReadScope::Everything,
    )
    .unwrap()
}

const MEETING: &str = "date = 2026-01-05\nstatus = \"held\"\n\n[[entry]]\ntext = \"by hand\"\n";

fn commit_meeting(person: &Person) {
    person.git(["add", "meetings"]).ok();
    person.git(["commit", "-q", "-m", "a meeting"]).ok();
}

#[test]
fn what_plain_git_commits_while_we_write_is_no_second_entry() {
    let world = World::new();
    let (sam, _) = world.pair();
    sam.write("meetings/2026/2026-01-05.toml", MEETING);
    // Taken in and given an id; then plain Git commits it as it lies there.
    let mut workspace = workspace_of(&sam);
    commit_meeting(&sam);
    workspace.begin_hand_edits().finish_unrecorded().unwrap();
    drop(workspace);
    sam.run(["sync"]).ok();
    assert_eq!(sam.texts(), ["by hand"]);
    is_sound(&sam);
}

#[test]
fn what_plain_git_commits_while_we_write_is_not_in_the_way() {
    let world = World::new();
    let (sam, _) = world.pair();
    sam.append("agenda.toml", "\n[[entry]]\ntext = \"waits\"\n");
    let mut workspace = workspace_of(&sam);
    // Written and committed after the folder was read.
    sam.write("meetings/2026/2026-01-05.toml", MEETING);
    commit_meeting(&sam);
    assert!(
        workspace
            .begin_hand_edits()
            .finish_unrecorded()
            .unwrap()
            .moved_aside
            .is_empty()
    );
    drop(workspace);
    sam.run(["sync"]).ok();
    assert_eq!(sam.texts(), ["by hand", "waits"]);
    is_sound(&sam);
}

/// The agenda with more behind it.
fn with(before: &str, text: &str) -> String {
    format!("{before}\n[[entry]]\ntext = \"{text}\"\n")
}

#[test]
fn what_is_saved_once_more_while_we_write_is_taken_in_at_once() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["add", "first"]).ok();
    sam.run(["add", "second"]).ok();
    sam.run(["sync"]).ok();
    let whole = sam.read("agenda.toml");
    // The first is deleted and taken in as deleted; then an old buffer with one more line is saved.
    let second = whole.split("[[entry]]").find(|entry| entry.contains("second"));
    sam.write("agenda.toml", &format!("[[entry]]{}", second.unwrap()));
    let mut workspace = workspace_of(&sam);
    sam.write("agenda.toml", &with(&whole, "third"));
    assert_eq!(
        workspace
            .begin_hand_edits()
            .finish_unrecorded()
            .unwrap()
            .committed_later,
        ["agenda.toml"]
    );
    drop(workspace);
    // Left for later, a plain commit would take back what came.
    assert_eq!(sam.git(["status", "--porcelain"]).ok().out, "");
    assert_eq!(sam.texts(), ["second", "third"]);
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    assert_eq!(ana.texts(), ["second", "third"]);
    is_sound(&sam);
}

#[test]
fn what_is_edited_while_we_write_is_known_to_the_next_command() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.write("agenda.toml", &with(&sam.read("agenda.toml"), "one"));
    sam.write("meetings/2026/2026-01-05.toml", MEETING);
    let mut workspace = workspace_of(&sam);
    sam.write("agenda.toml", &with(&sam.read("agenda.toml"), "two"));
    sam.write("meetings/2026/2026-01-05.toml", &with(MEETING, "and more"));
    let written = workspace.begin_hand_edits().finish_unrecorded().unwrap();
    assert_eq!(
        written.committed_later,
        ["agenda.toml", "meetings/2026/2026-01-05.toml"]
    );
    // Once more, as a sync does after it has merged.
    ana.run(["add", "from ana"]).ok();
    ana.run(["sync"]).ok();
    let synced = oneonone::sync::sync(&mut workspace, &Default::default()).unwrap();
    assert!(
        !synced
            .notes
            .iter()
            .any(|note| matches!(note, oneonone::sync::SyncNote::MovedAside { .. }))
    );
    drop(workspace);
    sam.run(["sync"]).ok();
    assert_eq!(sam.texts(), ["and more", "by hand", "from ana", "one", "two"]);
    ana.run(["sync"]).ok();
    assert_eq!(ana.texts(), sam.texts());
    is_sound(&sam);
}

#[test]
fn what_lands_during_every_one_of_several_commands_is_there_once() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let private = "\n[[entry]]\nkind = \"concern\"\nvisibility = \"private\"\ntext = \"hush\"\n";
    let append = |text: &str| sam.append("agenda.toml", text);
    for round in 0..4 {
        let mut workspace = workspace_of(&sam);
        append(&format!("\n[[entry]]\ntext = \"in round {round}\"\n"));
        if round == 1 {
            append(private);
        }
        workspace.begin_hand_edits().finish_unrecorded().unwrap();
    }
    sam.run(["sync"]).ok();
    assert_eq!(
        sam.texts(),
        ["hush", "in round 0", "in round 1", "in round 2", "in round 3"]
    );
    ana.run(["sync"]).ok();
    assert_eq!(sam.read("agenda.toml"), ana.read("agenda.toml"));
    is_sound(&sam);
}

fn both_push_at_once(world: &World) {
    let (sam, ana) = world.pair();
    // Before the server takes its lock, and while it holds it.
    world.hook("remote.git", "pre-receive", "sleep 0.3");
    world.hook(
        "remote.git",
        "reference-transaction",
        "[ \"$1\" != prepared ] || sleep 0.2",
    );
    for round in 0..2 {
        sam.run(["add", &format!("sam {round}")]).ok();
        ana.run(["add", &format!("ana {round}")]).ok();
        std::thread::scope(|scope| {
            let sam = scope.spawn(|| sam.run(["sync"]).ok());
            let ana = scope.spawn(|| ana.run(["sync"]).ok());
            sam.join().unwrap();
            ana.join().unwrap();
        });
    }
    world.hook("remote.git", "pre-receive", "exit 0");
    let first = sam.run(["--json", "sync"]).ok().json();
    let second = ana.run(["--json", "sync"]).ok().json();
    assert_eq!(
        (&first["pushed"], &second["pushed"]),
        (&0.into(), &0.into()),
        "everything was there already"
    );
    assert_eq!(sam.texts(), ["ana 0", "ana 1", "sam 0", "sam 1"]);
    assert_eq!(ana.texts(), sam.texts());
    is_sound(&sam);
}

#[test]
fn both_members_push_at_the_same_moment() {
    both_push_at_once(&World::new());
}

fn lock(person: &Person, name: &str) -> std::path::PathBuf {
    let path = person.cwd.join(".git").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "").unwrap();
    path
}

const LOCKS: [&str; 4] = [
    "index.lock",
    "refs/heads/main.lock",
    "packed-refs.lock",
    "refs/oneonone/there/main.lock",
];

#[test]
fn locks_that_a_dead_run_of_ours_left_are_cleared() {
    let world = World::new();
    let (sam, _) = world.pair();
    let locks = LOCKS.map(|name| lock(&sam, name));
    let there = world.path("remote.git/refs/heads/main.lock");
    fs::write(&there, "").unwrap();
    // The sign that a run is at work: it stays when the run is killed.
    sam.write(".git/oneonone/running", "");
    sam.run(["add", "a word"]).ok();
    for path in locks.iter().chain([&there]) {
        assert!(!path.exists(), "{}", path.display());
    }
    sam.run(["sync"]).ok();
    is_sound(&sam);
    // The run was at work on another branch than the one that is checked out by now.
    let lock = lock(&sam, "refs/remotes/origin/main.lock");
    sam.write(".git/oneonone/running", "");
    sam.git(["switch", "-qc", "aside"]).ok();
    sam.run(["add", "beside"]).ok();
    assert!(!lock.exists());
}

#[test]
fn a_lock_that_is_not_ours_is_waited_for_and_named() {
    let world = World::new();
    let (sam, _) = world.pair();
    std::thread::scope(|scope| {
        for (n, name) in ["index.lock", "refs/heads/main.lock"].into_iter().enumerate() {
            let clone = format!("clone-{n}");
            copy_folder(&sam.cwd, &sam.home.join(&clone));
            let mut other = sam.clone();
            other.cwd = sam.home.join(&clone);
            let path = lock(&other, name);
            scope.spawn(move || {
                let begun = std::time::Instant::now();
                let tip = other.head();
                let run = other.run(["add", "a word"]).fails(1);
                // Whoever commits what the index holds takes nothing back.
                assert_eq!(other.head(), tip);
                assert!(begun.elapsed().as_secs() >= 9, "it is waited for");
                run.says(path.to_str().unwrap()).says("hint: ");
                assert!(path.exists(), "it is not ours");
                fs::remove_file(&path).unwrap();
                other.run(["sync"]).ok();
                is_sound(&other);
            });
        }
    });
}
