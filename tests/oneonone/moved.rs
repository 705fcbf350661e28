//! The address of the remote changed: "alone" holds until the other member is seen there (docs/sync.md#branch-and-remote).

use std::fs;

use crate::world::{Person, World};

/// A pair in sync whose members have these names, and a copy of its remote.
fn pair_named(world: &World, manager: &str, report: &str) -> (Person, Person, String) {
    let remote = world.remote("remote.git");
    let url = remote.to_str().unwrap();
    let (sam, ana) = (world.person("sam"), world.person("ana"));
    sam.run([
        "init", report, "clone", "--as", "manager", "--name", manager, "--remote", url,
    ])
    .ok();
    ana.run(["join", url, "clone"]).ok();
    let (sam, ana) = (sam.in_folder("clone"), ana.in_folder("clone"));
    sam.run(["add", "from before"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    let copy = world.copied_remote("remote.git", "copy.git");
    (sam, ana, copy)
}

fn moves(person: &Person, to: &str) {
    person.git(["remote", "set-url", "origin", to]).ok();
}

fn writes(person: &Person) {
    person.run(["add", "a word"]).ok();
    person.run(["sync"]).ok();
}

#[test]
fn of_two_people_of_one_name_only_the_other_ends_it() {
    for with_addresses in [false, true] {
        let world = World::new();
        let (sam, ana, copy) = pair_named(&world, "Kim Park", "Kim Park");
        if with_addresses {
            for (person, address) in [(&sam, "sam@x.y"), (&ana, "ana@x.y")] {
                person.git(["config", "user.email", address]).ok();
            }
        }
        moves(&ana, &copy);
        for _ in 0..3 {
            ana.run(["add", "a word of my own"]).ok();
            ana.run(["sync"]).ok().says("alone");
        }
        moves(&sam, &copy);
        writes(&sam);
        ana.run(["sync"]).ok().says("in sync");
        ana.run(["sync"]).ok().says("in sync");
    }
}

#[test]
fn who_moves_on_before_anybody_came_is_still_alone() {
    let world = World::new();
    let (sam, ana, copy) = pair_named(&world, "Sam Lee", "Ana");
    let first = world.address("remote.git");
    moves(&ana, &copy);
    ana.run(["sync"]).ok().says("alone");
    let next = world.copied_remote("copy.git", "next.git");
    moves(&ana, &next);
    ana.run(["sync"])
        .ok()
        .says(&format!("they may still sync with {first}"));
    // Back where the other never left.
    moves(&ana, &first);
    ana.run(["sync"]).ok().says("in sync");
    sam.run(["sync"]).ok();
}

#[test]
fn a_kill_before_plain_git_follows_is_made_up_for() {
    let world = World::new();
    let (_, ana, _) = pair_named(&world, "Sam Lee", "Ana");
    let remote = world.path("remote.git");
    let remote = remote.to_str().unwrap();
    ana.git(["-C", remote, "branch", "-m", "main", "trunk"]).ok();
    ana.git(["-C", remote, "symbolic-ref", "HEAD", "refs/heads/trunk"])
        .ok();
    ana.run(["sync", "--follow"]).ok();
    // As if it had died before the last step.
    ana.git(["config", "branch.main.merge", "refs/heads/main"]).ok();
    let note = ana.cwd.join(".git/oneonone/upstream");
    let text = fs::read_to_string(&note).unwrap();
    assert!(!text.contains("untracked"), "{text}");
    fs::write(&note, text + "untracked = true\n").unwrap();
    ana.run(["sync"]).ok();
    let merge = ana.git(["config", "branch.main.merge"]).ok().out;
    assert_eq!(merge.trim(), "refs/heads/trunk");
    assert!(!fs::read_to_string(&note).unwrap().contains("untracked"));
}

#[test]
fn another_spelling_of_one_repository_is_no_other_place() {
    let world = World::new();
    let (sam, ana, _) = pair_named(&world, "Sam Lee", "Ana");
    let path = world.address("remote.git");
    moves(&ana, &format!("file://{path}"));
    writes(&ana);
    ana.run(["sync"]).ok().says("in sync");
    sam.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
}
