//! Repositories of a shape that is refused, and clones that are not where they were.

use std::fs;

use super::entries::pair_with_entries;
use super::told::{Told, copied};
use crate::world::{Person, World, not_run};

#[test]
fn shapes_that_are_refused() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("shapes", &world);
    let add = &["add", "x"][..];
    let detached = copied(&ana, "detached");
    detached.git(["checkout", "-q", "--detach"]).ok();
    told.run("no branch is checked out", &detached, add);
    told.run("no branch is checked out", &detached, &["status"]);
    let bare = copied(&ana, "bare");
    bare.git(["config", "core.bare", "true"]).ok();
    told.run("no work tree", &bare, add);
    let remote = Person {
        cwd: world.path("remote.git"),
        ..ana.clone()
    };
    told.run("in a remote", &remote, &["status"]);

    let halfway = copied(&ana, "halfway");
    for (person, text) in [(&sam, "sam's"), (&halfway, "ana's")] {
        person.run(["edit", "--offline", "kk", text]).ok();
    }
    sam.run(["sync"]).ok();
    halfway.git(["fetch", "-q"]).ok();
    assert_ne!(halfway.git(["pull", "-q", "--rebase"]).code, 0);
    told.run("a rebase", &halfway, add);
    told.run("a rebase", &halfway, &["status"]);
    halfway.git(["rebase", "--abort"]).ok();
    assert_ne!(halfway.git(["cherry-pick", "origin/main"]).code, 0);
    told.run("a cherry-pick", &halfway, add);
    told.run("a cherry-pick", &halfway, &["status"]);
    halfway.git(["cherry-pick", "--abort"]).ok();
    assert_ne!(halfway.git(["revert", "--no-edit", "HEAD~1"]).code, 0);
    told.run("a revert", &halfway, add);
    halfway.git(["revert", "--abort"]).ok();
    halfway.git(["bisect", "start"]).ok();
    told.run("a bisect", &halfway, add);
    halfway.git(["bisect", "reset"]).ok();

    let partial = copied(&ana, "partial");
    partial.git(["config", "remote.origin.promisor", "true"]).ok();
    told.run("a partial clone", &partial, add);
    told.run("a partial clone", &partial, &["status"]);
    for (title, name, value) in [
        ("objects by SHA-256", "extensions.objectFormat", "sha256"),
        ("references in a table", "extensions.refStorage", "reftable"),
        ("an extension nobody knows", "extensions.tomorrow", "true"),
    ] {
        let odd = copied(&ana, "odd");
        let config = odd
            .read(".git/config")
            .replace("repositoryformatversion = 0", "repositoryformatversion = 1");
        let (section, key) = name.split_once('.').unwrap();
        odd.write(
            ".git/config",
            &format!("{config}[{section}]\n\t{key} = {value}\n"),
        );
        told.run(title, &odd, add);
        fs::remove_dir_all(&odd.cwd).unwrap();
    }
    told.run("no git", &ana.with("PATH", "/nowhere"), &["sync"]);

    fs::rename(&ana.cwd, ana.home.join("moved")).unwrap();
    let home = Person {
        cwd: ana.home.clone(),
        ..ana
    };
    told.run("a clone that was moved", &home, &["status"]);
    told.run("a clone that was moved", &home, &["pairs"]);
    told.run("a clone that was moved", &home, &["@sam", "sync"]);
    told.run("known where it is now", &home, &["pairs", "add", "moved"]);
    told.compare();
}

#[test]
fn a_clone_of_another_account() {
    let world = World::new();
    let (_, ana) = world.pair();
    // Only root can give a file away.
    if std::os::unix::fs::chown(&ana.cwd, Some(65_534), None).is_err() {
        not_run("a_clone_of_another_account", "it needs root", None);
        return;
    }
    let mut told = Told::new("another_account", &world);
    told.run("somebody else's", &ana, &["status"]);
    told.run("somebody else's", &ana, &["sync"]);
    told.compare();
}
