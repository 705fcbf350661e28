//! Somebody rewrote, rolled back, replaced or deleted the history of the remote: `sync` notices, explains, and overwrites
//! nothing on either side; `sync --accept-rewrite`, or a branch made by name, keeps everything that was here
//! (docs/sync.md#promises).

use crate::world::{Person, World, sync_all};

fn tips_at(world: &World, person: &Person) -> String {
    let remote = world.path("remote.git");
    person
        .git([
            "-C",
            remote.to_str().unwrap(),
            "for-each-ref",
            "--format=%(refname) %(objectname)",
        ])
        .ok()
        .out
}

/// Syncs after an act of the host or a partner at the remote. The words must name `way_out`.
fn after_a_rewrite(way_out: &[&str], what: impl Fn(&Person)) {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["add", "first"]).ok();
    sync_all(&[&sam, &ana]);
    sam.run(["add", "second"]).ok();
    ana.run(["add", "ana's"]).ok();
    sync_all(&[&ana, &sam, &ana]);
    ana.type_in("hush\n", ["add", "concern", "-"]).ok();
    ana.append("agenda.toml", "\n[[entry]]\ntext = \"by hand\"\n");
    what(&sam);
    let there = tips_at(&world, &sam);
    let run = ana.run(["sync"]).fails(3);
    assert!(
        run.err.contains("error:") && run.err.contains(&way_out.join(" ")),
        "{}",
        run.err
    );
    assert_eq!(tips_at(&world, &sam), there, "nothing is overwritten there");
    for word in ["first", "second", "ana's", "by hand", "sealed = "] {
        assert!(ana.read("agenda.toml").contains(word), "{word} is gone here");
    }
    // It stays so until a person decides; a command goes on working meanwhile.
    ana.run(["add", "meanwhile"]).ok();
    ana.run(["sync"]).fails(3);
    assert_eq!(tips_at(&world, &sam), there);
    ana.run([&["sync"], way_out].concat()).ok();
    ana.run(["sync"]).ok();
    sam.git(["fetch", "-q"]).ok();
    let _ = sam.run(["sync", "--accept-rewrite"]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.files(), ana.files());
    for word in ["first", "second", "ana's", "by hand", "meanwhile", "sealed = "] {
        assert_eq!(ana.read("agenda.toml").matches(word).count(), 1, "{word}");
    }
    assert!(!ana.read("agenda.toml").contains("conflict"));
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
}

#[test]
fn rolled_back_to_an_older_commit() {
    after_a_rewrite(&["--accept-rewrite"], |sam| {
        sam.git(["push", "-q", "--force", "origin", "HEAD~2:main"]).ok();
    });
}

#[test]
fn rewritten_with_another_commit_in_its_place() {
    after_a_rewrite(&["--accept-rewrite"], |sam| {
        sam.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
        sam.write("slides.md", "sam's\n");
        sam.git(["add", "slides.md"]).ok();
        sam.git(["commit", "-qm", "instead"]).ok();
        sam.git(["push", "-q", "--force"]).ok();
    });
}

#[test]
fn replaced_by_one_commit_that_has_no_past() {
    after_a_rewrite(&["--accept-rewrite"], |sam| {
        sam.git(["checkout", "-q", "--orphan", "squashed"]).ok();
        sam.git(["commit", "-qm", "all at once"]).ok();
        sam.git(["push", "-q", "--force", "origin", "squashed:main"]).ok();
        sam.git(["switch", "-q", "main"]).ok();
        sam.git(["reset", "-q", "--hard", "squashed"]).ok();
    });
}

#[test]
fn the_branch_is_gone() {
    // A branch that is not there is made only by name.
    after_a_rewrite(&["--branch", "main"], |sam| {
        let url = sam.git(["remote", "get-url", "origin"]).ok().out;
        sam.git(["-C", url.trim(), "update-ref", "-d", "refs/heads/main"])
            .ok();
    });
}

#[test]
fn replaced_by_another_pair_nothing_goes_either_way() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "ana's"]).ok();
    ana.run(["sync"]).ok();
    let stranger = world.person("stranger");
    stranger
        .run(["init", "Kim", "clone", "--as", "manager", "--name", "Mallory"])
        .ok();
    let stranger = stranger.in_folder("clone");
    let remote = world.path("remote.git");
    stranger
        .git(["push", "-q", "--force", remote.to_str().unwrap(), "main"])
        .ok();
    let (there, here) = (tips_at(&world, &ana), ana.head());
    ana.run(["sync"]).fails(3).says("rewritten");
    ana.run(["sync", "--accept-rewrite"])
        .fails(3)
        .says("another pair");
    assert_eq!(tips_at(&world, &ana), there);
    assert_eq!(ana.head(), here);
    assert!(ana.read("agenda.toml").contains("ana's"));
    // A remote that never was this pair's is no rewrite.
    ana.git(["update-ref", "-d", "refs/oneonone/seen/main"]).ok();
    ana.git(["update-ref", "-d", "refs/remotes/origin/main"]).ok();
    ana.run(["sync"])
        .fails(3)
        .says("nothing in common")
        .says("git remote set-url");
}
