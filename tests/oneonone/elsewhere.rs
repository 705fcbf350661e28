//! Commits that nobody made in this clone, and that the remote does not have: a sync asks before it sends them, because they
//! may have been taken out there (docs/sync.md#rewritten).

use crate::world::{Person, World, sync_all};

pub(crate) const VALUE: &str = "LEAKED-VALUE";

/// Whether a commit at the remote, on any branch, has the value.
pub(crate) fn is_there(world: &World, person: &Person) -> bool {
    let url = world.address("remote.git");
    let found = person.git(["-C", &url, "log", "--all", "--format=%h", "-S", VALUE]);
    !found.ok().out.is_empty()
}

/// Writes an entry of Ana's with the value, by plain Git.
pub(crate) fn leak(person: &Person) {
    let entry = format!(
        "\n[[entry]]\nid = \"kkkkkkkkkkll\"\nby = \"ana\"\nkind = \"note\"\nat = 2026-11-20T10:00:00Z\ntext = \"the token is {VALUE}\"\n"
    );
    person.append("agenda.toml", &entry);
    person.git(["commit", "-qam", "oops"]).ok();
}

/// Puts a commit in the place of the last one of a clone, at the remote too.
pub(crate) fn replace_last_commit(host: &Person) {
    host.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    host.git(["commit", "-q", "--allow-empty", "-m", "clean"]).ok();
    host.git(["push", "-qf", "origin", "HEAD:main"]).ok();
}

/// Sam has something unsent, the value came to him by `bring`, and it was taken out at the remote since.
fn taken_out_since(bring: impl Fn(&Person, &str)) -> (World, Person, Person) {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["add", "first"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    let host = world.host();
    leak(&host);
    host.git(["push", "-q"]).ok();
    bring(&sam, &world.address("remote.git"));
    if !sam.read("agenda.toml").contains("unsent") {
        sam.run(["add", "unsent"]).ok();
    }
    replace_last_commit(&host);
    sam.git(["fetch", "-q", "--all"]).ok();
    assert!(!is_there(&world, &sam));
    (world, sam, ana)
}

/// A sync asks, sends nothing, and takes the history without the value.
fn asks_and_takes(bring: impl Fn(&Person, &str)) {
    let (world, sam, ana) = taken_out_since(bring);
    let asked = sam.run(["sync"]).fails(3);
    asked
        .says("oneonone sync --take-rewrite")
        .says("oneonone sync --accept-rewrite")
        .says(&format!("note kkkkkkkkkkll: the token is {VALUE}"));
    assert!(!is_there(&world, &sam));
    sam.run(["add", "meanwhile"]).ok();
    sam.run(["sync"]).fails(3);
    let tip = sam.head();
    let dry = sam.run(["sync", "--take-rewrite", "--dry-run"]).ok();
    dry.says("would take the rewritten history; 2 entries that you had not sent would be on top")
        .says("dry run, nothing was changed");
    assert_eq!(sam.head(), tip);
    assert!(sam.read("agenda.toml").contains(VALUE) && !is_there(&world, &sam));
    sam.run(["sync", "--take-rewrite"]).ok();
    sync_all(&[&ana, &sam, &ana]);
    assert!(!is_there(&world, &sam));
    for person in [&sam, &ana] {
        let agenda = person.read("agenda.toml");
        for word in ["first", "unsent", "meanwhile"] {
            assert_eq!(agenda.matches(word).count(), 1, "{word}: {agenda}");
        }
        assert!(!agenda.contains(VALUE));
        assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
    }
}

#[test]
fn a_leak_by_a_pull_of_an_address() {
    asks_and_takes(|sam, url| drop(sam.git(["pull", "-q", "--rebase", url, "main"]).ok()));
}

#[test]
fn a_leak_by_a_pull_that_stopped() {
    // The records are binary files to Git, so it cannot merge them.
    for by_address in [false, true] {
        asks_and_takes(|sam, url| {
            sam.run(["add", "unsent"]).ok();
            let from: &[&str] = if by_address { &[url, "main"] } else { &[] };
            sam.git([&["pull", "-q", "--no-rebase", "--no-edit"], from].concat());
            assert!(sam.cwd.join(".git/MERGE_HEAD").exists());
        });
    }
}

#[test]
fn a_leak_by_another_branch() {
    asks_and_takes(|sam, url| {
        sam.git(["fetch", "-q", url, "main:leaked"]).ok();
        sam.git(["rebase", "-q", "leaked"]).ok();
        sam.git(["branch", "-qD", "leaked"]).ok();
    });
}

#[test]
fn a_leak_by_a_second_remote() {
    asks_and_takes(|sam, url| {
        sam.git(["remote", "add", "second", url]).ok();
        sam.git(["pull", "-q", "--rebase", "second", "main"]).ok();
    });
}

#[test]
fn a_leak_that_was_merged_before_the_reference_was_pruned() {
    asks_and_takes(|sam, url| {
        sam.git(["pull", "-q", "--rebase"]).ok();
        sam.git(["-C", url, "branch", "-m", "main", "renamed"]).ok();
        sam.git(["fetch", "-q", "--prune"]).ok();
        sam.git(["-C", url, "branch", "-m", "renamed", "main"]).ok();
    });
}

#[test]
fn a_leak_without_logs_is_told_by_its_author() {
    asks_and_takes(|sam, _| {
        sam.git(["config", "core.logAllRefUpdates", "false"]).ok();
        std::fs::remove_dir_all(sam.cwd.join(".git/logs")).unwrap();
        sam.git(["pull", "-q", "--rebase"]).ok();
    });
}

#[test]
fn a_leak_that_a_rebase_copied_is_told_by_its_author() {
    let (world, sam, _) = taken_out_since(|sam, url| {
        sam.git(["fetch", "-q", url, "main"]).ok();
        let ana = sam.with("GIT_COMMITTER_NAME", "Sam Lee");
        ana.git(["rebase", "-q", "FETCH_HEAD"]).ok();
        ana.git([
            "commit",
            "-q",
            "--amend",
            "--allow-empty",
            "-m",
            "x",
            "--author",
            "Ana <ana@x>",
        ])
        .ok();
    });
    sam.run(["sync"]).fails(3);
    assert!(!is_there(&world, &sam));
}

#[test]
fn the_other_way_sends_everything_and_says_so() {
    let (world, sam, ana) =
        taken_out_since(|sam, url| drop(sam.git(["pull", "-q", "--rebase", url, "main"]).ok()));
    let dry = sam.run(["sync", "--accept-rewrite", "--dry-run"]).ok();
    dry.says("1 commit that was made elsewhere goes to the remote");
    assert!(!is_there(&world, &sam));
    sam.run(["sync", "--accept-rewrite"])
        .ok()
        .says("1 commit that was made elsewhere goes to the remote");
    assert!(is_there(&world, &sam));
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn two_people_who_exchange_directly_are_asked_once() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "by stick"]).ok();
    ana.type_in("hush\n", ["add", "concern", "-"]).ok();
    sam.run(["add", "sam's, before"]).ok();
    sam.git([
        "pull",
        "-q",
        "--no-rebase",
        "--no-edit",
        ana.cwd.to_str().unwrap(),
        "main",
    ]);
    let asked = sam.run(["sync"]).fails(3);
    let asked = asked.says("2 commits here were made elsewhere").says("by stick");
    let asked = asked.says("not at the remote as it stands here: 2 entries");
    assert!(!asked.err.contains("hush"), "{}", asked.err);
    sam.run(["sync", "--accept-rewrite"]).ok();
    sam.run(["add", "after"]).ok();
    sync_all(&[&ana, &sam, &ana]);
    assert_eq!(sam.files(), ana.files());
    assert!(ana.read("agenda.toml").contains("by stick"));
}

#[test]
fn my_own_entries_below_and_above_what_came_stay() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let below = sam.add(["below"]);
    // Ana takes it directly, and goes on from it.
    let from = sam.cwd.to_str().unwrap().to_owned();
    ana.git(["pull", "-q", "--rebase", &from, "main"]).ok();
    ana.run(["add", "taken out"]).ok();
    ana.run(["edit", &below, "below, said otherwise"]).ok();
    sam.git(["pull", "-q", "--rebase", ana.cwd.to_str().unwrap(), "main"])
        .ok();
    sam.run(["add", "above"]).ok();
    sam.run(["sync"]).fails(3).says("taken out");
    sam.run(["sync", "--take-rewrite"]).ok();
    let agenda = sam.read("agenda.toml");
    assert!(
        agenda.contains("\"below\"") && agenda.contains("above"),
        "{agenda}"
    );
    assert!(
        !agenda.contains("taken out") && !agenda.contains("otherwise"),
        "{agenda}"
    );
    sam.run(["sync"]).ok();
}

#[test]
fn nobody_is_asked_about_what_was_written_here() {
    type Way<'a> = (&'a str, &'a dyn Fn(&Person));
    let ways: [Way<'_>; 8] = [
        ("commits", &|sam| {
            sam.write("notes.md", "mine\n");
            sam.git(["add", "notes.md"]).ok();
            sam.git(["commit", "-qm", "notes"]).ok();
        }),
        ("several commits of one command", &|sam| {
            let agenda = sam.read("agenda.toml") + "\n[[entry]]\ntext = \"by hand\"\n";
            sam.write("agenda.toml", &agenda);
            sam.run(["add", "more"]).ok();
            sam.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
            sam.git(["reset", "-q", "--hard", "ORIG_HEAD"]).ok();
        }),
        ("a rebase", &|sam| {
            sam.run(["add", "one"]).ok();
            sam.write("notes.md", "mine\n");
            sam.git(["add", "notes.md"]).ok();
            sam.git(["commit", "-qm", "notes"]).ok();
            let sam = sam.with("GIT_SEQUENCE_EDITOR", ":").with("GIT_EDITOR", ":");
            sam.git(["rebase", "-q", "-i", "--force-rebase", "HEAD~2"]).ok();
        }),
        ("a merge of a branch", &|sam| {
            sam.git(["switch", "-qc", "side"]).ok();
            sam.write("notes.md", "mine\n");
            sam.git(["add", "notes.md"]).ok();
            sam.git(["commit", "-qm", "notes"]).ok();
            sam.git(["switch", "-q", "main"]).ok();
            sam.run(["add", "on main"]).ok();
            sam.git(["merge", "-q", "--no-edit", "side"]).ok();
            sam.git(["branch", "-qD", "side"]).ok();
        }),
        ("an amended commit", &|sam| {
            sam.run(["add", "one"]).ok();
            sam.git(["commit", "-q", "--amend", "-m", "reworded"]).ok();
        }),
        ("a pull that stopped", &|sam| {
            sam.run(["add", "one"]).ok();
            sam.git(["pull", "-q", "--no-rebase", "--no-edit"]);
        }),
        ("a pull with a rebase", &|sam| {
            sam.write("notes.md", "mine\n");
            sam.git(["add", "notes.md"]).ok();
            sam.git(["commit", "-qm", "notes"]).ok();
            sam.git(["pull", "-q", "--rebase"]).ok();
        }),
        ("no logs", &|sam| {
            std::fs::remove_dir_all(sam.cwd.join(".git/logs")).unwrap();
            sam.git(["config", "core.logAllRefUpdates", "false"]).ok();
            sam.run(["add", "one"]).ok();
            sam.run(["start"]);
        }),
    ];
    for (what, way) in ways {
        let world = World::new();
        let (sam, ana) = world.pair();
        ana.run(["add", "ana's"]).ok();
        ana.run(["sync"]).ok();
        way(&sam);
        let run = sam.run(["sync"]);
        assert_eq!(run.code, 0, "{what}: {}", run.err);
    }
}

#[test]
fn nobody_is_asked_at_a_remote_that_is_new() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "ana's"]).ok();
    sync_all(&[&ana, &sam]);
    let new = world.remote("new.git");
    sam.git(["remote", "set-url", "origin", new.to_str().unwrap()])
        .ok();
    sam.run(["add", "moved"]).ok();
    sam.run(["sync", "--branch", "main"]).ok();
    ana.git(["remote", "set-url", "origin", new.to_str().unwrap()])
        .ok();
    ana.run(["add", "moved too"]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn nothing_of_before_a_taken_history_is_undone() {
    let (_world, sam, _) =
        taken_out_since(|sam, url| drop(sam.git(["pull", "-q", "--rebase", url, "main"]).ok()));
    sam.run(["sync", "--take-rewrite"]).ok();
    let before = sam.files();
    sam.run(["undo"])
        .fails(1)
        .says("the remote's rewritten history was taken, and whatever was done before that cannot be undone");
    assert_eq!(sam.files(), before);
    sam.run(["add", "later"]).ok();
    sam.run(["undo"]).ok().says("undone: add");
    sam.run(["redo"]).ok();
    sam.run(["undo"]).ok();
    sam.run(["undo"]).fails(1);
}
