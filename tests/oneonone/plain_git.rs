//! Plain Git in the same repository: the next command takes in, finishes or heals it, and loses nothing
//! (docs/sync.md#plain-git).

use std::time::{Duration, Instant};

use crate::world::{Person, World, agree, sync_all};

fn writes_by_hand(person: &Person, text: &str) {
    person.append("agenda.toml", &format!("\n[[entry]]\ntext = \"{text}\"\n"));
}

#[track_caller]
fn has_times(person: &Person, words: &[(&str, usize)]) {
    let agenda = person.read("agenda.toml");
    for (word, times) in words {
        assert_eq!(
            agenda.matches(&format!("\"{word}\"")).count(),
            *times,
            "{word}\n{agenda}"
        );
    }
}

#[test]
fn a_revert_takes_an_entry_out_and_another_brings_it_back() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "kept"]).ok();
    ana.run(["add", "reverted"]).ok();
    agree(&sam, &ana);
    ana.git(["revert", "--no-edit", "HEAD"]).ok();
    sam.run(["add", "sam's"]).ok();
    agree(&sam, &ana);
    has_times(&sam, &[("kept", 1), ("reverted", 0), ("sam's", 1)]);
    // Brought back over what came since: Git alone stops here, and the way out that is named works.
    let reverted = ana.git(["log", "--format=%H", "--grep=Revert", "-1"]).ok().out;
    if ana.git(["revert", "--no-edit", reverted.trim()]).code != 0 {
        ana.run(["sync"])
            .fails(1)
            .says("\n    git revert --continue\n")
            .says("\n    git revert --abort\n");
        ana.git(["revert", "--abort"]).ok();
    }
    agree(&sam, &ana);
    // Over nothing newer it just goes.
    ana.run(["add", "again"]).ok();
    ana.git(["revert", "--no-edit", "HEAD"]).ok();
    agree(&sam, &ana);
    has_times(&sam, &[("again", 0)]);
    ana.git(["revert", "--no-edit", "HEAD"]).ok();
    agree(&sam, &ana);
    has_times(&sam, &[("again", 1), ("kept", 1)]);
}

#[test]
fn a_commit_amended_before_a_push() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    ana.git(["commit", "-q", "--amend", "-m", "reworded"]).ok();
    ana.run(["add", "two"]).ok();
    writes_by_hand(&ana, "by hand");
    ana.git(["commit", "-qa", "--amend", "--no-edit"]).ok();
    sam.run(["add", "sam's"]).ok();
    agree(&sam, &ana);
    has_times(&sam, &[("one", 1), ("two", 1), ("by hand", 1), ("sam's", 1)]);
}

#[test]
fn a_reset_before_a_push_keeps_what_git_keeps() {
    for (how, there) in [("--soft", 1), ("--mixed", 1), ("--hard", 0)] {
        let world = World::new();
        let (sam, ana) = world.pair();
        ana.run(["add", "kept"]).ok();
        ana.run(["add", "taken back"]).ok();
        ana.git(["reset", "-q", how, "HEAD~1"]).ok();
        sam.run(["add", "sam's"]).ok();
        agree(&sam, &ana);
        has_times(&sam, &[("kept", 1), ("taken back", there), ("sam's", 1)]);
    }
}

#[test]
fn a_reset_after_a_push_takes_nothing_from_anybody() {
    for how in ["--soft", "--mixed", "--hard"] {
        let world = World::new();
        let (sam, ana) = world.pair();
        ana.run(["add", "one"]).ok();
        ana.run(["add", "two"]).ok();
        agree(&sam, &ana);
        ana.git(["reset", "-q", how, "HEAD~1"]).ok();
        ana.run(["add", "three"]).ok();
        sam.run(["add", "sam's"]).ok();
        agree(&sam, &ana);
        has_times(&sam, &[("one", 1), ("two", 1), ("three", 1), ("sam's", 1)]);
    }
}

#[test]
fn a_stash_comes_back_over_what_came_meanwhile() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    agree(&sam, &ana);
    writes_by_hand(&ana, "stashed");
    ana.git(["stash", "-q"]).ok();
    // Nothing came meanwhile.
    ana.run(["sync"]).ok();
    has_times(&ana, &[("one", 1), ("stashed", 0)]);
    ana.git(["stash", "pop", "-q"]).ok();
    agree(&sam, &ana);
    has_times(&sam, &[("one", 1), ("stashed", 1)]);
    // Something did: Git keeps the stash, and neither version is lost.
    writes_by_hand(&ana, "stashed too");
    ana.git(["stash", "-q"]).ok();
    sam.run(["add", "sam's"]).ok();
    sync_all(&[&sam, &ana]);
    assert_ne!(ana.git(["stash", "pop", "-q"]).code, 0);
    ana.run(["sync"]).ok();
    has_times(&ana, &[("one", 1), ("stashed", 1), ("sam's", 1)]);
    assert!(
        ana.git(["stash", "show", "-p", "--text"])
            .ok()
            .out
            .contains("stashed too")
    );
    agree(&sam, &ana);
}

#[test]
fn markers_that_a_stash_left_in_a_file_beside_are_not_committed() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.write("slides.md", "one\n");
    ana.git(["add", "slides.md"]).ok();
    ana.git(["commit", "-qm", "slides"]).ok();
    agree(&sam, &ana);
    ana.write("slides.md", "ana's\n");
    ana.git(["stash", "-q"]).ok();
    sam.write("slides.md", "sam's\n");
    sync_all(&[&sam, &ana]);
    assert_ne!(ana.git(["stash", "pop", "-q"]).code, 0);
    let markers = ana.read("slides.md");
    ana.run(["add", "word"]).ok();
    ana.run(["sync"]).ok().says("slides.md holds conflict markers");
    assert_eq!(ana.read("slides.md"), markers);
    sam.run(["sync"]).ok();
    assert_eq!(sam.read("slides.md"), "sam's\n");
    has_times(&sam, &[("word", 1)]);
    // Finished, it goes.
    ana.write("slides.md", "sam's\nana's\n");
    ana.git(["add", "slides.md"]).ok();
    agree(&sam, &ana);
    assert_eq!(sam.read("slides.md"), "sam's\nana's\n");
}

#[test]
fn a_cherry_pick_that_stopped_is_named_and_then_goes_on() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.git(["switch", "-q", "-c", "aside"]).ok();
    writes_by_hand(&ana, "picked");
    ana.git(["commit", "-qam", "aside"]).ok();
    ana.git(["switch", "-q", "main"]).ok();
    ana.run(["add", "mine"]).ok();
    assert_ne!(ana.git(["cherry-pick", "aside"]).code, 0);
    ana.run(["sync"])
        .fails(1)
        .says("\n    git cherry-pick --continue\n")
        .says("\n    git cherry-pick --abort\n");
    ana.git(["checkout", "-q", "--theirs", "agenda.toml"]).ok();
    writes_by_hand(&ana, "mine again");
    ana.git(["add", "agenda.toml"]).ok();
    ana.git(["-c", "core.editor=true", "cherry-pick", "--continue"])
        .ok();
    agree(&sam, &ana);
    has_times(&sam, &[("picked", 1), ("mine again", 1)]);
    // One that goes through is just a commit.
    ana.run(["undo"]).fails(0);
}

#[test]
fn merges_of_every_kind_are_taken_in() {
    for args in [
        &["merge", "-q", "--no-edit", "aside"][..],
        &["merge", "-q", "--no-commit", "aside"],
        &["merge", "-q", "--squash", "aside"],
        &["merge", "-q", "--no-ff", "--no-edit", "aside"],
        &["rebase", "-q", "aside"],
    ] {
        let world = World::new();
        let (sam, ana) = world.pair();
        ana.run(["add", "before"]).ok();
        ana.git(["branch", "aside"]).ok();
        ana.git(["switch", "-q", "aside"]).ok();
        ana.run(["add", "on the side"]).ok();
        ana.git(["switch", "-q", "main"]).ok();
        ana.write("slides.md", "one\n");
        ana.git(["add", "slides.md"]).ok();
        ana.git(["commit", "-qm", "slides"]).ok();
        sam.run(["add", "sam's"]).ok();
        ana.git(args).ok();
        agree(&sam, &ana);
        has_times(&sam, &[("before", 1), ("on the side", 1), ("sam's", 1)]);
        assert_eq!(sam.read("slides.md"), "one\n", "{args:?}");
    }
}

#[test]
fn both_commit_entries_without_ids_by_hand() {
    let world = World::new();
    let (sam, ana) = world.pair();
    for (person, text) in [(&sam, "sam's own"), (&ana, "ana's own")] {
        writes_by_hand(person, text);
        writes_by_hand(person, "the same words");
        person.git(["commit", "-qam", "by hand"]).ok();
    }
    sam.git(["push", "-q"]).ok();
    // Plain Git stops; sync finishes it by meaning.
    assert_ne!(ana.git(["pull", "-q", "--no-rebase"]).code, 0);
    ana.run(["sync"]).ok();
    // Sam's clone fills in by itself before it sees any of that.
    sam.run(["add", "--offline", "more"]).ok();
    agree(&sam, &ana);
    has_times(
        &sam,
        &[
            ("sam's own", 1),
            ("ana's own", 1),
            ("the same words", 2),
            ("more", 1),
        ],
    );
    let agenda = sam.read("agenda.toml");
    assert_eq!(
        agenda.matches("id = ").count(),
        agenda.matches("[[entry]]").count()
    );
}

#[test]
fn what_an_editor_saves_while_a_sync_runs_stays() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["add", "sam's"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["add", "ana's"]).ok();
    let before = ana.read("agenda.toml");
    let (here, go) = (world.path("here"), world.path("go"));
    let wait = format!(
        "touch {}\nwhile [ ! -e {} ]; do sleep 0.05; done",
        here.display(),
        go.display()
    );
    world.hook("remote.git", "pre-receive", &wait);
    let run = std::thread::scope(|scope| {
        let syncing = scope.spawn(|| ana.run(["sync"]));
        let started = Instant::now();
        while !here.exists() && started.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(20));
        }
        // An editor that had opened the file before the sync saves it now; another record comes to be.
        ana.write(
            "agenda.toml",
            &format!("{before}\n[[entry]]\ntext = \"saved late\"\n"),
        );
        ana.write(
            "meetings/2026/2026-11-20.toml",
            "date = 2026-11-20\nstatus = \"held\"\n\n[[entry]]\ntext = \"a new file\"\n",
        );
        std::fs::write(&go, "").unwrap();
        syncing.join().unwrap()
    });
    run.ok().says("agenda.toml was edited meanwhile");
    has_times(&ana, &[("ana's", 1), ("saved late", 1)]);
    agree(&sam, &ana);
    has_times(&sam, &[("ana's", 1), ("saved late", 1), ("sam's", 1)]);
    assert!(sam.read("meetings/2026/2026-11-20.toml").contains("a new file"));
}

#[test]
fn another_branch_and_back_is_no_loss() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.git(["branch", "aside"]).ok();
    ana.run(["add", "on main"]).ok();
    for (branch, text) in [
        ("aside", "on the other"),
        ("main", "on main again"),
        ("aside", "there again"),
    ] {
        ana.git(["switch", "-q", branch]).ok();
        let said = ana.run(["add", text]).ok().err;
        assert!(!said.contains("in this history no more"), "{branch}: {said}");
    }
    // A commit that no branch has is another matter.
    ana.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    ana.run(["add", "after"]).ok().says("in this history no more");
}

#[test]
fn a_commit_from_an_index_that_was_read_before_takes_no_word_back() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (edited, removed) = (sam.add(["to be edited"]), sam.add(["to be removed"]));
    let before = sam.head();
    sam.add(["added by the tool"]);
    sam.run(["edit", &edited, "edited by the tool"]).ok();
    sam.run(["rm", &removed]).ok();
    // A `git add` that had read the index before, and wrote it after.
    sam.git(["read-tree", &before]).ok();
    sam.write("slides.md", "slides\n");
    sam.git(["add", "slides.md"]).ok();
    sam.git(["commit", "-qm", "slides"]).ok();
    assert!(
        !sam.git(["show", "HEAD:agenda.toml"])
            .ok()
            .out
            .contains("by the tool")
    );
    for command in [&["add", "the next"][..], &["sync"]] {
        sam.run(command).ok();
        let now = sam.read("agenda.toml");
        assert!(
            now.contains("added by the tool") && now.contains("edited by the tool"),
            "{now}"
        );
        assert!(
            !now.contains("to be removed") && now.contains("the next"),
            "{now}"
        );
    }
    ana.run(["sync"]).ok();
    assert_eq!(ana.read("agenda.toml"), sam.read("agenda.toml"));
    assert_eq!(sam.git(["status", "--porcelain"]).ok().out, "");
}

#[test]
fn a_revert_by_plain_git_stays_a_revert() {
    let world = World::new();
    let (sam, _ana) = world.pair();
    sam.add(["added by the tool"]);
    sam.git(["revert", "--no-edit", "HEAD"]).ok();
    sam.run(["add", "the next"]).ok();
    let now = sam.read("agenda.toml");
    assert!(
        !now.contains("added by the tool") && now.contains("the next"),
        "{now}"
    );
}
