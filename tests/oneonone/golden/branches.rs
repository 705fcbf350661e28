//! Which branch at the remote a sync goes to: the words, and where the entry really is afterwards
//! (docs/sync.md#which-branch).

use std::cell::RefCell;

use super::scene::Scene;
use super::told::Told;
use crate::world::World;

#[test]
fn which_branch() {
    let notes = RefCell::new(Told::new("branches", &World::new()));
    let told = &notes;
    let renamed: [&[&str]; 2] = [
        &["branch", "-m", "main", "trunk"],
        &["symbolic-ref", "HEAD", "refs/heads/trunk"],
    ];
    let copied: [&[&str]; 2] = [
        &["branch", "trunk", "main"],
        &["symbolic-ref", "HEAD", "refs/heads/trunk"],
    ];
    Scene::new(told, "renamed here")
        .git(&["branch", "-m", "main", "work"])
        .syncs();
    Scene::new(told, "renamed here, and nothing is remembered")
        .git(&["branch", "-m", "main", "work"])
        .remembers_nothing()
        .syncs();
    Scene::new(told, "renamed here, tracking nothing, and nothing is remembered")
        .git(&["branch", "-m", "main", "work"])
        .git(&["branch", "--unset-upstream"])
        .remembers_nothing()
        .syncs()
        .runs(&["sync", "--branch", "main"])
        .runs(&["sync"]);
    Scene::new(told, "another branch here")
        .git(&["switch", "-qc", "aside"])
        .syncs();
    Scene::new(told, "another branch here, which tracks its like")
        .git(&["switch", "-qc", "aside"])
        .git(&["push", "-qu", "origin", "aside"])
        .syncs();
    Scene::new(told, "tracking nothing")
        .git(&["branch", "--unset-upstream"])
        .syncs();
    // At the host.
    let scene = at(Scene::new(told, "renamed there"), renamed).syncs();
    scene
        .runs(&["sync", "--dry-run"])
        .runs(&["sync", "--accept-rewrite"])
        .runs(&["add", "a command goes on meanwhile"])
        .sam_runs(&["sync"])
        .sam_runs(&["sync", "--follow"])
        .runs(&["sync", "--follow"])
        .runs(&["sync"]);
    at(
        Scene::new(told, "renamed there, and nothing is remembered"),
        renamed,
    )
    .remembers_nothing()
    .syncs()
    .runs(&["sync", "--follow"]);
    Scene::new(told, "renamed there, and its HEAD left behind")
        .at("remote.git", &["update-ref", "refs/heads/trunk", "main"])
        .at("remote.git", &["update-ref", "-d", "refs/heads/main"])
        .syncs()
        .runs(&["sync", "--follow"])
        .sam_runs(&["sync", "--branch", "trunk"])
        .runs(&["sync", "--branch", "trunk"]);
    at(Scene::new(told, "renamed there, and plain git follows"), renamed)
        .git(&["fetch", "-q", "--prune"])
        .git(&["branch", "-m", "main", "trunk"])
        .git(&["branch", "-qu", "origin/trunk"])
        .syncs()
        .sam_runs(&["sync"]);
    at(Scene::new(told, "a new default beside it"), copied)
        .syncs()
        .runs(&["sync"])
        .runs(&["sync", "--follow"])
        .sam_runs(&["sync"])
        .sam_runs(&["sync", "--follow"]);
    at(Scene::new(told, "a new default beside it, and both stay"), copied)
        .syncs()
        .runs(&["sync", "--branch", "main"])
        .sam_runs(&["sync", "--branch", "main"])
        .runs(&["sync"])
        .at("remote.git", &["symbolic-ref", "HEAD", "refs/heads/main"])
        .runs(&["sync"]);
    let scene = Scene::new(told, "a new default that went on from an older state");
    let scene = scene.at("remote.git", &["branch", "trunk", "main~1"]);
    scene
        .at("remote.git", &["symbolic-ref", "HEAD", "refs/heads/trunk"])
        .syncs()
        .runs(&["sync", "--follow"])
        .runs(&["sync", "--branch", "trunk"])
        .sam_runs(&["sync"])
        .sam_runs(&["sync", "--follow"]);
    let scene = Scene::new(told, "the default is another history");
    let stranger = scene.world.person("stranger");
    stranger
        .run(["init", "Kim", "clone", "--as", "manager", "--name", "Lou"])
        .ok();
    let stranger = stranger.in_folder("clone");
    stranger
        .git(["push", "-q", &scene.path("remote.git"), "main:code"])
        .ok();
    scene
        .at("remote.git", &["symbolic-ref", "HEAD", "refs/heads/code"])
        .syncs()
        .runs(&["sync", "--follow"])
        .runs(&["sync"])
        .at("remote.git", &["update-ref", "refs/heads/code", "main"])
        .runs(&["sync"])
        .git(&["fetch", "-q"])
        .git(&["branch", "-qu", "origin/code"])
        .runs(&["sync"]);
    Scene::new(told, "the default has no name for a branch")
        .at("remote.git", &["update-ref", "refs/heads/-x", "main"])
        .at("remote.git", &["symbolic-ref", "HEAD", "refs/heads/-x"])
        .syncs()
        .runs(&["sync", "--follow"])
        .runs(&["sync"])
        .runs(&["sync", "--branch", "main"]);
    Scene::new(told, "gone there")
        .at("remote.git", &["update-ref", "-d", "refs/heads/main"])
        .syncs()
        .runs(&["sync", "--branch", "main"]);
    Scene::new(told, "another one by name")
        .runs(&["sync", "--branch", "a b"])
        .runs(&["sync", "--branch", "team/aside", "--dry-run"])
        .runs(&["sync", "--branch", "team/aside"])
        .syncs()
        .sam_runs(&["sync", "--branch", "team/aside"])
        .runs(&["sync", "--branch", "main"]);
    notes.into_inner().compare();
}

/// Two steps at the host.
fn at<'a>(scene: Scene<'a>, steps: [&[&str]; 2]) -> Scene<'a> {
    scene.at("remote.git", steps[0]).at("remote.git", steps[1])
}
