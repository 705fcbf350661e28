//! `init` and `join`: pairs that cannot be made, and seats that cannot be taken.

use std::fs;

use super::told::{Told, copied_with_remote};
use crate::world::{Person, World};

const AS_MANAGER: [&str; 4] = ["--as", "manager", "--name", "Sam Lee"];

/// `init` with what every one of them needs.
fn init(told: &mut Told, title: &str, person: &Person, args: &[&str]) {
    told.run(title, person, &[&["init"], args, &AS_MANAGER].concat());
}

#[test]
fn pairs_that_are_made_or_not() {
    let world = World::new();
    let sam = world.person("sam");
    let mut told = Told::new("init", &world);
    fs::create_dir_all(sam.cwd.join("full/of")).unwrap();
    init(&mut told, "a folder that is full", &sam, &["Ana", "full"]);
    for (title, name) in [
        ("no name", ""),
        ("no letter in it", "!!!"),
        ("a control character", "A\u{7}na"),
        ("two lines", "Ana\nRuiz"),
        ("far too long", &"Ana".repeat(99)),
    ] {
        init(&mut told, title, &sam, &[name]);
    }
    told.run("nobody says who I am", &sam, &["init", "Ana", "--as", "manager"]);
    let url = world.remote("remote.git");
    let url = url.to_str().unwrap();
    init(
        &mut told,
        "offline, with a remote",
        &sam,
        &["Ana", "--offline", "--remote", url],
    );
    init(
        &mut told,
        "a remote that is not there",
        &sam,
        &["Ana", "--remote", "/nowhere/remote.git"],
    );
    world.hook("remote.git", "pre-receive", "echo not today >&2; exit 1");
    init(
        &mut told,
        "a remote that refuses",
        &sam,
        &["Ana", "refused", "--remote", url],
    );
    fs::remove_file(world.path("remote.git/hooks/pre-receive")).unwrap();
    init(&mut told, "all is well", &sam, &["Bo", "bo", "--remote", url]);
    init(
        &mut told,
        "a remote that is in use",
        &sam,
        &["Cy", "--remote", url],
    );
    init(&mut told, "without a remote", &sam, &["Dee", "dee"]);
    init(&mut told, "a partner by my own name", &sam, &["Sam Lee", "sam"]);
    fs::create_dir_all(sam.home.join("hooks")).unwrap();
    sam.write(".gitconfig", "[core]\n\thooksPath = ~/hooks\n");
    init(&mut told, "hooks of one's own", &sam, &["Eve", "eve"]);
    told.run("a demo in a folder that is full", &sam, &["demo", "full"]);
    told.compare();
}

#[test]
fn seats_that_are_taken_or_not() {
    let world = World::new();
    let mut told = Told::new("join", &world);
    let (sam, ana) = (world.person("sam"), world.person("ana"));
    let url = world.remote("remote.git");
    let url = url.to_str().unwrap();
    told.run("offline", &ana, &["join", url, "--offline"]);
    told.run("a name that is none", &ana, &["join", url, "--name", "!!!"]);
    told.run(
        "a remote that is not there",
        &ana,
        &["join", "/nowhere/remote.git"],
    );
    told.run("no address", &ana, &["join", "--", "--upload-pack=oops"]);
    told.run("an empty repository", &ana, &["join", url]);
    sam.run([&["init", "Ana", "clone", "--remote", url][..], &AS_MANAGER].concat())
        .ok();
    fs::create_dir_all(ana.cwd.join("full/of")).unwrap();
    told.run("a folder that is full", &ana, &["join", url, "full"]);
    world.hook("remote.git", "pre-receive", "echo not today >&2; exit 1");
    told.run("a remote that refuses", &ana, &["join", url]);
    fs::remove_file(world.path("remote.git/hooks/pre-receive")).unwrap();
    for (title, from, to) in [
        ("a pair of a newer format", "format = 1", "format = 2"),
        (
            "a pair of two managers",
            "role = \"report\"",
            "role = \"manager\"",
        ),
        ("a pair that is broken", "format = 1", "bad bad"),
    ] {
        let (odd, remote) = copied_with_remote(&world, &sam.in_folder("clone"), &title.replace(' ', "-"));
        odd.write("pair.toml", &odd.read("pair.toml").replace(from, to));
        odd.git(["commit", "-qnam", "by hand"]).ok();
        odd.git(["push", "-q"]).ok();
        told.run(title, &ana, &["join", &remote]);
    }
    // Somebody else takes the seat between the clone and the push.
    let (_, copy) = copied_with_remote(&world, &sam.in_folder("clone"), "copy");
    told.run("all is well", &world.person("kim"), &["join", &copy]);
    let race = format!(
        "unset GIT_QUARANTINE_PATH\ngit fetch -q {copy} main && git update-ref refs/heads/main FETCH_HEAD\n"
    );
    world.hook("remote.git", "pre-receive", &race);
    told.run(
        "the seat is taken meanwhile",
        &world.person("lou"),
        &["join", url],
    );
    fs::remove_file(world.path("remote.git/hooks/pre-receive")).unwrap();
    told.run("both seats are taken", &ana, &["join", url]);
    told.compare();
}
