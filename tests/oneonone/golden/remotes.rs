//! Which remote a sync goes to, and which addresses it pushes to: the words, and where the entry really is afterwards
//! (docs/sync.md#branch-and-remote).

use std::cell::RefCell;
use std::fs;

use super::scene::Scene;
use super::told::Told;
use crate::world::World;

#[test]
fn which_remote() {
    let notes = RefCell::new(Told::new("remotes", &World::new()));
    let told = &notes;
    let set = |name: &'static str, value: &'static str| ["config", name, value];
    Scene::new(told, "a renamed remote")
        .git(&["remote", "rename", "origin", "gitlab"])
        .syncs();
    Scene::new(told, "a renamed remote that nothing is remembered of")
        .git(&["remote", "rename", "origin", "gitlab"])
        .remembers_nothing()
        .syncs();
    Scene::new(told, "a backup beside it")
        .copy("backup.git")
        .adds("backup")
        .syncs();
    Scene::new(told, "a backup beside it, and the branch tracks none")
        .copy("backup.git")
        .adds("backup")
        .git(&["branch", "--unset-upstream"])
        .syncs();
    Scene::new(told, "several, the branch tracks none, and nothing is remembered")
        .copy("backup.git")
        .adds("backup")
        .git(&["branch", "--unset-upstream"])
        .remembers_nothing()
        .syncs()
        .runs(&["status"])
        .git(&set("branch.main.remote", "origin"))
        .runs(&["sync"]);
    Scene::new(told, "the only one has another name, and the branch tracks none")
        .git(&["remote", "rename", "origin", "gitlab"])
        .git(&["branch", "--unset-upstream"])
        .remembers_nothing()
        .syncs();
    Scene::new(told, "the branch tracks a remote that is not there")
        .git(&set("branch.main.remote", "nowhere"))
        .syncs();
    Scene::new(told, "the branch tracks a branch of this clone")
        .git(&set("branch.main.remote", "."))
        .syncs();
    let scene = Scene::new(told, "the branch tracks an address that has no name");
    let url = scene.path("remote.git");
    scene
        .git(&["config", "branch.main.remote", &url])
        .git(&["remote", "remove", "origin"])
        .syncs();
    let scene = Scene::new(told, "the branch tracks an address with a colon");
    let url = format!("file://{}", scene.path("remote.git"));
    scene
        .git(&["config", "branch.main.remote", &url])
        .git(&["remote", "remove", "origin"])
        .remembers_nothing()
        .syncs()
        .runs(&["status"])
        .runs(&["sync"]);
    // A fork of one's own.
    fork(told, "a fork beside the tracked one").syncs();
    fork(told, "a fork that plain git pushes to")
        .git(&set("remote.pushDefault", "origin"))
        .git(&set("branch.main.pushRemote", "origin"))
        .syncs();
    fork(told, "a fork that the branch tracks by now")
        .git(&["push", "-qu", "origin", "main"])
        .syncs()
        .runs(&["add", "a command goes on meanwhile"])
        .runs(&["status"])
        .runs(&["sync", "--follow"])
        .runs(&["sync"]);
    fork(told, "the same, and back")
        .git(&["push", "-qu", "origin", "main"])
        .syncs()
        .git(&set("branch.main.remote", "upstream"))
        .runs(&["sync"]);
    fork(told, "the fork was tracked, and nothing is remembered")
        .git(&["push", "-qu", "origin", "main"])
        .git(&set("branch.main.remote", "upstream"))
        .remembers_nothing()
        .syncs();
    // The address was changed.
    let scene = moved(told, "another address that holds all of it")
        .syncs()
        .runs(&["sync"]);
    let url = scene.path("moved.git");
    scene.sam.git(["remote", "set-url", "origin", &url]).ok();
    scene.sam.run(["add", "from sam"]).ok();
    scene.sam_runs(&["sync"]).runs(&["sync"]).sam_runs(&["sync"]);
    moved(told, "another address, which was left behind")
        .at("moved.git", &["update-ref", "refs/heads/main", "main~1"])
        .syncs();
    moved(told, "another address, where nothing is")
        .at("moved.git", &["update-ref", "-d", "refs/heads/main"])
        .syncs()
        .runs(&["sync", "--branch", "main"]);
    notes.into_inner().compare();
}

#[test]
fn which_remote_of_before() {
    let notes = RefCell::new(Told::new("remotes_of_before", &World::new()));
    let told = &notes;
    // A clone of version 0.1 synced with origin, and with the branch of its own one's name.
    Scene::new(told, "of 0.1").made_by_0_1().syncs();
    let scene = Scene::new(told, "of 0.1, and the branch tracks a fork").copy("fork.git");
    let url = scene.path("fork.git");
    scene
        .git(&["remote", "add", "fork", &url])
        .git(&["push", "-qu", "fork", "main"])
        .made_by_0_1()
        .syncs()
        .runs(&["status"])
        .runs(&["sync", "--follow"])
        .runs(&["sync"]);
    Scene::new(told, "of 0.1, and the branch tracks another one")
        .git(&["push", "-qu", "origin", "main:team"])
        .made_by_0_1()
        .syncs();
    Scene::new(told, "of 0.1, and the branch tracks none of several")
        .copy("backup.git")
        .adds("backup")
        .git(&["branch", "--unset-upstream"])
        .made_by_0_1()
        .syncs();
    Scene::new(told, "of 0.1, and origin has another name")
        .git(&["remote", "rename", "origin", "gitlab"])
        .made_by_0_1()
        .syncs();
    // A rule of Git's changes the address.
    let scene = Scene::new(told, "insteadOf moves the pair").copy("moved.git");
    let (from, to) = (scene.path("remote.git"), scene.path("moved.git"));
    scene
        .git(&["config", "--global", &format!("url.{to}.insteadOf"), &from])
        .syncs()
        .runs(&["sync"])
        .git(&[
            "config",
            "--global",
            "--unset-all",
            &format!("url.{to}.insteadOf"),
        ])
        .runs(&["sync"]);
    // The new place holds commits of the other member from before.
    let scene = Scene::new(told, "a fork with older commits of the other")
        .sam_writes()
        .copy("fork.git");
    let url = scene.path("fork.git");
    let scene = scene
        .git(&["remote", "set-url", "origin", &url])
        .syncs()
        .runs(&["sync"]);
    // Somebody carries over what Sam wrote meanwhile at the old place.
    scene.sam.run(["next", "2026-12-04"]).ok();
    scene.sam.run(["sync"]).ok();
    let old = scene.path("remote.git");
    let scene = scene
        .at("fork.git", &["fetch", "-q", &old, "main:sams"])
        .git(&["fetch", "-q", "origin", "sams"])
        .git(&["merge", "-q", "--no-edit", "FETCH_HEAD"])
        .runs(&["sync"])
        .runs(&["sync", "--accept-rewrite"]);
    scene.sam.git(["remote", "set-url", "origin", &url]).ok();
    scene.sam_writes().runs(&["sync"]).runs(&["sync"]);
    notes.into_inner().compare();
}

#[test]
fn which_push_address() {
    let notes = RefCell::new(Told::new("push_addresses", &World::new()));
    let told = &notes;
    with(told, "pushed to the one that is read", &["remote.git"]).syncs();
    with(told, "pushed to another one alone", &["backup.git"])
        .syncs()
        .runs(&["status"])
        .runs(&["sync"])
        .git(&["config", "--unset-all", "remote.origin.pushurl"])
        .runs(&["sync"]);
    with(told, "a second one takes it too", &["remote.git", "backup.git"]).syncs();
    with(told, "a second one is gone", &["remote.git", "gone.git"]).syncs();
    with(told, "the first one is gone", &["gone.git", "remote.git"]).syncs();
    let scene = with(told, "a second one refuses", &["backup.git", "remote.git"]);
    scene
        .world
        .hook("backup.git", "pre-receive", "echo not today >&2; exit 1");
    scene.syncs();
    let scene = with(
        told,
        "the one that is read refuses",
        &["backup.git", "remote.git"],
    );
    scene
        .world
        .hook("remote.git", "pre-receive", "echo not today >&2; exit 1");
    scene.syncs();
    with(
        told,
        "two others, and not the one that is read",
        &["backup.git", "second.git"],
    )
    .syncs();
    with(
        told,
        "two others, of which one is gone",
        &["gone.git", "second.git"],
    )
    .syncs();
    let scene = with(told, "a mirror that brings it over at once", &["backup.git"]);
    let over = format!(
        "unset GIT_DIR GIT_QUARANTINE_PATH\ngit -C {} push -q {} main",
        scene.path("backup.git"),
        scene.path("remote.git")
    );
    scene.world.hook("backup.git", "post-receive", &over);
    scene.syncs();
    let scene = with(told, "pushInsteadOf leads elsewhere", &[]);
    let (read, other) = (scene.path("remote.git"), scene.path("backup.git"));
    scene
        .git(&["config", &format!("url.{other}.pushInsteadOf"), &read])
        .syncs();
    let scene = with(told, "a remote with two addresses", &[]);
    let other = scene.path("backup.git");
    scene
        .git(&["config", "--add", "remote.origin.url", &other])
        .syncs();
    notes.into_inner().compare();
}

#[test]
fn which_push_rules() {
    let notes = RefCell::new(Told::new("push_rules", &World::new()));
    let told = &notes;
    let rule = |scene: &Scene<'_>| format!("url.{}.pushInsteadOf", scene.path("backup.git"));
    let pushurl =
        |scene: &Scene<'_>| format!("[remote \"origin\"]\n\tpushurl = {}\n", scene.path("backup.git"));
    let scene = with(told, "pushInsteadOf in the user's own settings", &[]);
    let (rule_key, read) = (rule(&scene), scene.path("remote.git"));
    scene.git(&["config", "--global", &rule_key, &read]).syncs();
    let scene = with(told, "pushInsteadOf in the settings of the system", &[]);
    let file = scene.path("system");
    let text = format!(
        "[url \"{}\"]\n\tpushInsteadOf = {read}\n",
        scene.path("backup.git")
    );
    fs::write(&file, text.replace(&read, &scene.path("remote.git"))).unwrap();
    scene
        .with("GIT_CONFIG_NOSYSTEM", "0")
        .with("GIT_CONFIG_SYSTEM", &file)
        .syncs();
    let scene = with(told, "pushurl in a file that is included here", &[]);
    fs::write(scene.path("included"), pushurl(&scene)).unwrap();
    let file = scene.path("included");
    scene.git(&["config", "include.path", &file]).syncs();
    let scene = with(
        told,
        "pushurl in a file that the user's own settings include",
        &[],
    );
    fs::write(scene.path("included"), pushurl(&scene)).unwrap();
    let file = scene.path("included");
    scene.git(&["config", "--global", "include.path", &file]).syncs();
    let scene = with(told, "pushurl in GIT_CONFIG_COUNT", &[]);
    let other = scene.path("backup.git");
    scene.counts(&[("remote.origin.pushurl", &other)]).syncs();
    let scene = with(told, "pushInsteadOf in GIT_CONFIG_COUNT", &[]);
    let (rule_key, read) = (rule(&scene), scene.path("remote.git"));
    scene.counts(&[(&rule_key, &read)]).syncs();
    let scene = with(
        told,
        "two pushurl and pushInsteadOf for one of them",
        &["remote.git", "second.git"],
    );
    let (rule_key, read) = (rule(&scene), scene.path("remote.git"));
    scene.git(&["config", &rule_key, &read]).syncs();
    let scene = with(
        told,
        "two other pushurl, and one leads back by insteadOf",
        &["second.git", "alias"],
    );
    let (read, alias) = (scene.path("remote.git"), scene.path("alias"));
    scene
        .git(&["config", &format!("url.{read}.insteadOf"), &alias])
        .syncs();
    let scene = with(told, "two url, and pushInsteadOf for the second", &[]);
    let (rule_key, second) = (rule(&scene), scene.path("second.git"));
    scene
        .git(&["config", "--add", "remote.origin.url", &second])
        .git(&["config", &rule_key, &second])
        .syncs();
    let scene = with(told, "insteadOf for both ways", &[]);
    let (read, alias) = (scene.path("remote.git"), scene.path("alias"));
    scene
        .git(&["config", "--global", &format!("url.{read}.insteadOf"), &alias])
        .git(&["remote", "set-url", "origin", &alias])
        .syncs();
    notes.into_inner().compare();
}

/// Ana's own fork is `origin`, and the branch tracks `upstream`.
fn fork<'a>(told: &'a RefCell<Told>, title: &'static str) -> Scene<'a> {
    let scene = Scene::new(told, title)
        .copy("fork.git")
        .git(&["remote", "rename", "origin", "upstream"]);
    let url = scene.path("fork.git");
    scene
        .git(&["remote", "add", "origin", &url])
        .git(&["fetch", "-q", "origin"])
}

/// The address of Ana's remote was changed.
fn moved<'a>(told: &'a RefCell<Told>, title: &'static str) -> Scene<'a> {
    let scene = Scene::new(told, title).copy("moved.git");
    let url = scene.path("moved.git");
    scene.git(&["remote", "set-url", "origin", &url])
}

/// Ana's remote is pushed to these addresses.
fn with<'a>(told: &'a RefCell<Told>, title: &'static str, names: &[&str]) -> Scene<'a> {
    let mut scene = Scene::new(told, title).copy("backup.git").copy("second.git");
    for name in names {
        let url = scene.path(name);
        scene = scene.git(&["remote", "set-url", "--add", "--push", "origin", &url]);
    }
    scene
}
