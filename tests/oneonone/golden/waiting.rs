//! Locks of other programs: a command waits for them, ten seconds at most.

use std::fs::{self, File};

use super::entries::pair_with_entries;
use super::told::{Told, copied, copied_with_remote};
use crate::world::{Person, Run, World};

#[test]
fn locks_that_are_not_ours() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("locks", &world);
    let index = copied(&ana, "index");
    index.write(".git/index.lock", "");
    let branch = copied(&ana, "branch");
    branch.write(".git/refs/heads/main.lock", "");
    let busy = copied(&ana, "busy");
    let lock = File::create(busy.cwd.join(".git/oneonone/lock")).unwrap();
    lock.lock().unwrap();
    // Both have something new, and the index is locked while the server takes the push.
    ana.run(["edit", "kk", "ana's topic"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["done", "--offline", "ll"]).ok();
    let (late, _) = copied_with_remote(&world, &sam, "late");
    let lock = format!("touch {}/.git/index.lock", late.cwd.display());
    world.hook("late.git", "pre-receive", &lock);
    let scenes: [(&str, &Person, &[&str]); 4] = [
        ("the index is locked", &index, &["done", "kk"]),
        ("the branch is locked", &branch, &["done", "kk"]),
        ("the clone is locked", &busy, &["done", "kk"]),
        ("the index is locked half-way", &late, &["sync"]),
    ];
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let started = scenes.map(|(_, person, args)| scope.spawn(move || person.run(args)));
        started.map(|run| run.join().unwrap()).into()
    });
    for ((title, _, args), run) in scenes.into_iter().zip(runs) {
        told.note(title, &format!("oneonone {}", args.join(" ")), run);
    }
    fs::remove_file(late.cwd.join(".git/index.lock")).unwrap();
    told.run("the next one completes it", &late, &["status"]);
    told.run("the next one completes it", &late, &["sync"]);
    told.compare();
}
