//! A password or a token in an address is never printed or written down (docs/sync.md#addresses).

use std::fs;

use crate::world::{Person, Run, World};

const SECRET: &str = "s3cr3t-t0ken";

/// The addresses that may hold it, each of which reaches nobody.
const ADDRESSES: &[&str] = &[
    "https://ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https://s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https://127.0.0.1:1/pair.git?private_token=s3cr3t-t0ken",
    "https://ana:s3cr3t-t0ken/@127.0.0.1:1/pair.git",
    "ssh://ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "HTTPS://ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "ana:s3cr3t-t0ken@127.0.0.1/pair.git",
    "https://127.0.0.1:1/pair.git?private_token=s3cr3t-t0ken@x",
    "https://127.0.0.1:1/pair.git#s3cr3t-t0ken",
];

/// Addresses that somebody mistyped.
const MISTYPED: &[&str] = &[
    "https:/ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https//ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https:ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "//ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "ftp://ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https://ana:s3cr3t-t0ken@127.0.0.1:no/pair.git",
    "https://ana:s3cr3t-t0ken\u{7}@127.0.0.1/pair.git",
    "https://127.0.0.1:1/pair.git,https://ana:s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https://127.0.0.1:1/pair.git https://s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https://127.0.0.1:1/pair.git;ana:s3cr3t-t0ken@127.0.0.1:pair.git",
    "ana:s3cr3t-t0ken@127.0.0.1:a/b https://127.0.0.1:1/pair.git",
    "https://127.0.0.1:1/pair.git,https://ana:a,s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https://127.0.0.1:1/pair.git&s3cr3t-t0ken@127.0.0.1:1/pair.git",
    "https://127.0.0.1:1/pair.git,ana:s3cr3t-t0ken",
    "file:///nowhere%20ana:s3cr3t-t0ken@127.0.0.1/pair.git",
    "file:///nowhere,ana:s3cr3t-t0ken@127.0.0.1/pair.git",
];

/// Whatever was printed, and whatever lies in the notes of the clone, does not hold it.
#[track_caller]
fn is_hidden(person: &Person, what: &str, run: &Run) {
    assert!(
        !run.out.contains("t0ken") && !run.err.contains("t0ken"),
        "{what}\n{}\n{}",
        run.out,
        run.err
    );
    // The clone, the registry, the pins: everything but where Git keeps the address, and the objects, which it packs.
    let kept = [
        "--exclude=config",
        "--exclude=.gitconfig",
        "--exclude-dir=objects",
    ];
    let args = ["-rl", "t0ken"].into_iter().chain(kept);
    let found = person.start("grep", args.chain([person.home.to_str().unwrap()]), "");
    assert_eq!(found.out, "", "{what}");
}

/// The commands that print an address; the first ones do so in most cases.
const COMMANDS: [&[&str]; 22] = [
    &["sync"],
    &["--json", "sync"],
    &["sync", "--follow"],
    &["sync", "--remote", "/nowhere"],
    &["sync", "--dry-run"],
    &["sync", "--branch", "main"],
    &["sync", "--accept-rewrite"],
    &["sync", "--all"],
    &["--json", "sync", "--all"],
    &["status"],
    &["--json", "status"],
    &["check"],
    &["pairs"],
    &["--json", "pairs"],
    &["who"],
    &["--json", "who"],
    &["--json", "check"],
    &["conflicts"],
    &["start"],
    &["end"],
    &["undo"],
    &[],
];

/// Runs so many of the commands.
fn look(person: &Person, what: &str, count: usize) {
    person.run(["add", "a word"]).ok();
    for command in COMMANDS.iter().take(count) {
        let run = person.run(command.iter().copied());
        is_hidden(person, &format!("{what}: {command:?}"), &run);
    }
}

#[test]
fn a_password_in_an_address_is_never_shown() {
    for (n, url) in ADDRESSES.iter().enumerate() {
        let look = |person: &Person, what: &str| look(person, what, if n == 0 { COMMANDS.len() } else { 4 });
        let world = World::new();
        let (_, ana) = world.pair();
        let own = world.path("remote.git");
        let own = own.to_str().unwrap();
        ana.git(["remote", "set-url", "origin", url]).ok();
        look(&ana, &format!("origin {url}"));
        ana.git(["remote", "set-url", "origin", own]).ok();
        ana.git(["config", "branch.main.remote", url]).ok();
        look(&ana, &format!("tracked {url}"));
        // It is the only one.
        ana.git(["remote", "remove", "origin"]).ok();
        ana.git(["config", "branch.main.remote", url]).ok();
        look(&ana, &format!("tracked alone {url}"));
        // A remote was given to it on the way.
        ana.git(["remote", "set-url", "origin", own]).ok();
        ana.git(["config", "branch.main.remote", "origin"]).ok();
        ana.git(["config", "remote.origin.pushurl", url]).ok();
        look(&ana, &format!("pushurl {url}"));
        ana.git(["config", "--add", "remote.origin.pushurl", own]).ok();
        look(&ana, &format!("a second pushurl {url}"));
        ana.git(["config", "--unset-all", "remote.origin.pushurl"]).ok();
        ana.git(["config", "--global", &format!("url.{url}.insteadOf"), own])
            .ok();
        look(&ana, &format!("insteadOf {url}"));
        ana.git([
            "config",
            "--global",
            "--unset-all",
            &format!("url.{url}.insteadOf"),
        ])
        .ok();
        ana.git(["config", "--global", &format!("url.{url}.pushInsteadOf"), own])
            .ok();
        look(&ana, &format!("pushInsteadOf {url}"));
    }
}

#[test]
fn a_password_that_is_typed_is_not_repeated() {
    for url in ADDRESSES.iter().chain(MISTYPED) {
        let world = World::new();
        let (_, ana) = world.pair();
        for command in [
            &["sync", "--remote", url][..],
            &[
                "--offline",
                "init",
                "Kim",
                "new",
                "--as",
                "manager",
                "--name",
                "Lou",
                "--remote",
                url,
            ],
            &[
                "init", "Kim", "new", "--as", "manager", "--name", "Lou", "--remote", url,
            ],
            &["join", url, "new"],
            &["--json", "join", url, "new"],
        ] {
            is_hidden(&ana, &format!("{command:?}"), &ana.run(command.iter().copied()));
        }
        ana.git(["remote", "remove", "origin"]).ok();
        is_hidden(&ana, url, &ana.run(["sync", "--remote", url]));
    }
}

/// The line for the other member is sent to them: it must not hold my password.
#[test]
fn the_line_for_the_other_member_has_no_password() {
    let world = World::new();
    let lou = world.person("lou");
    let remote = world.remote("remote.git");
    let url = format!("https://lou:{SECRET}@127.0.0.1/pair.git");
    let key = format!("url.{}.insteadOf", remote.display());
    lou.git(["config", "--global", &key, &url]).ok();
    let run = lou
        .run([
            "init", "Kim", "clone", "--as", "manager", "--name", "Lou", "--remote", &url,
        ])
        .ok();
    assert_eq!(run.out, "oneonone join https://127.0.0.1/pair.git\n");
    assert!(!run.err.contains("t0ken"), "{}", run.err);
    assert!(run.err.contains("without your login"), "{}", run.err);
    let lou = lou.in_folder("clone");
    look(&lou, "a rule of git's leads elsewhere", COMMANDS.len());
    assert!(
        fs::read_to_string(lou.cwd.join(".git/config"))
            .unwrap()
            .contains(SECRET)
    );
}

#[test]
fn a_password_in_the_name_of_a_remote_is_never_shown() {
    let url = ADDRESSES[0];
    let world = World::new();
    let (_, ana) = world.pair();
    let own = world.path("remote.git");
    let own = own.to_str().unwrap();
    let set = |key: &str, value: &str| drop(ana.git(["config", key, value]).ok());
    // Another remote, the one that the branch tracks by now, one of several, and the only one.
    set(&format!("remote.{url}.url"), "/nowhere.git");
    look(&ana, "named beside", 4);
    set("branch.main.remote", url);
    look(&ana, "named and tracked", COMMANDS.len());
    ana.git(["config", "--unset", "branch.main.remote"]).ok();
    let other = world.plain_clone("other");
    fs::create_dir_all(other.home.join(".config/oneonone")).unwrap();
    let identity = ".config/oneonone/identity.txt";
    fs::copy(ana.home.join(identity), other.home.join(identity)).unwrap();
    for (key, value) in [
        (format!("remote.{url}.url"), "/nowhere.git"),
        ("remote.x.url".to_owned(), "/x"),
    ] {
        other.git(["config", &key, value]).ok();
    }
    other.git(["config", "--unset", "branch.main.remote"]).ok();
    look(&other, "named among several", 8);
    ana.git(["remote", "remove", "origin"]).ok();
    look(&ana, "named alone", 8);
    set(&format!("remote.{url}.url"), own);
    look(&ana, "named alone, and there", 8);
    // Nor where plain Git rewrote what went there.
    ana.run(["add", "a slip"]).ok();
    ana.run(["sync"]).ok();
    for (path, record) in ana.files() {
        if record.contains("a slip") {
            ana.write(&path, &record.replace("a slip", "gone"));
        }
    }
    ana.git(["commit", "-qa", "--amend", "--no-edit"]).ok();
    let asked = ana.run(["sync"]).fails(3).says("git push --force-with-lease");
    assert!(
        !asked.err.contains(SECRET) && !asked.out.contains(SECRET),
        "{}",
        asked.err
    );
}
