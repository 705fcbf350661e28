//! Keys that are missing, wrong, changed, or of somebody else.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::entries::pair_with_entries;
use super::told::{Told, copied, copied_with_remote};
use crate::world::{Person, World};

// Keys are listed in the order of their letters: no key that is made here comes after this one.
const STRANGER: &str = "age1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzqs63dhp";

fn identity_of(person: &Person) -> std::path::PathBuf {
    person.home.join(".config/oneonone/identity.txt")
}

#[test]
fn identities_that_are_none() {
    let world = World::new();
    let (_, ana) = pair_with_entries(&world);
    let mut told = Told::new("identities", &world);
    let whole = fs::read(identity_of(&ana)).unwrap();
    let post_quantum = format!("AGE-SECRET-KEY-PQ-1{}\n", "Q".repeat(58));
    for (title, bytes) in [
        ("no key in it", &b"# nothing\n"[..]),
        ("no key", b"# a key\nnonsense\n"),
        ("no text", b"\xff\xfe\n"),
        ("far too large", &vec![b'#'; 70_000]),
        ("behind a passphrase", b"-----BEGIN AGE ENCRYPTED FILE-----\n"),
        ("behind a passphrase", b"age-encryption.org/v1\n-> scrypt\n"),
        ("of ssh", b"-----BEGIN OPENSSH PRIVATE KEY-----\n"),
        ("of a plugin", b"AGE-PLUGIN-YUBIKEY-1QQQQ\n"),
        ("after quantum computers", post_quantum.as_bytes()),
    ] {
        fs::write(identity_of(&ana), bytes).unwrap();
        told.run(title, &ana, &["key", "show"]);
    }
    fs::write(identity_of(&ana), &whole).unwrap();
    fs::set_permissions(identity_of(&ana), fs::Permissions::from_mode(0o644)).unwrap();
    told.run("others can read it", &ana, &["key", "show"]);
    told.run("others can read it", &ana, &["add", "concern", "x"]);
    told.run("others can read it", &ana, &["agenda"]);
    fs::remove_file(identity_of(&ana)).unwrap();
    fs::create_dir(identity_of(&ana)).unwrap();
    told.run("a folder", &ana, &["key", "show"]);
    fs::remove_dir(identity_of(&ana)).unwrap();
    told.table(
        &ana,
        &[
            ("there is none", &["key", "show"]),
            ("there is none", &["agenda"]),
            ("there is none", &["add", "x"]),
            ("there is none", &["sync"]),
            ("there is none", &["rm", "nn"]),
            ("there is none", &["edit", "nn", "x"]),
            ("there is none", &["who", "nn"]),
        ],
    );
    // A key that has no seat here.
    let kim = world.person("kim");
    kim.run(["init", "X", "x", "--as", "manager", "--name", "Kim"])
        .ok();
    fs::copy(identity_of(&kim), identity_of(&ana)).unwrap();
    told.table(
        &ana,
        &[
            ("another's", &["add", "x"]),
            ("another's", &["add", "concern", "x"]),
            ("another's", &["agenda"]),
            ("another's", &["sync"]),
            ("another's", &["edit", "nn", "x"]),
            ("another's", &["pairs", "add", "."]),
        ],
    );
    told.compare();
}

#[test]
fn keys_of_the_other() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("trust", &world);
    let (sams, anas) = (sam.key(), ana.key());
    told.table(
        &sam,
        &[
            ("trusted already", &["key", "trust", "ana"]),
            ("the wrong one", &["key", "trust", "ana", "--key", &sams]),
            ("nobody here", &["key", "trust", "joe"]),
        ],
    );
    // Her key is another one now.
    let changed = copied(&sam, "changed");
    let pair = changed.read("pair.toml");
    changed.write("pair.toml", &pair.replace(&anas, STRANGER));
    changed.git(["commit", "-qam", "another key"]).ok();
    told.table(
        &changed,
        &[
            ("changed", &["add", "concern", "x"]),
            ("changed", &["who"]),
            ("changed, and no terminal", &["key", "trust", "ana"]),
            (
                "changed, and the old one is named",
                &["key", "trust", "ana", "--key", &anas],
            ),
        ],
    );
    let changed = copied(&changed, "sent");
    let elsewhere = changed.home.join("elsewhere.git");
    changed
        .git(["init", "-q", "--bare", elsewhere.to_str().unwrap()])
        .ok();
    changed
        .git(["remote", "set-url", "origin", elsewhere.to_str().unwrap()])
        .ok();
    told.run("changed, and a sync", &changed, &["sync", "--branch", "main"]);
    told.run(
        "trusted now",
        &changed,
        &["key", "trust", "ana", "--key", STRANGER],
    );
    told.run("sealed anew", &changed, &["sync"]);
    // A key that nobody can seal for.
    for (title, key) in [
        ("no key", "age1nonsense"),
        ("a key in capitals", &sams.to_uppercase()),
        ("a key of ssh", "ssh-rsa AAAA"),
    ] {
        let (odd, remote) = copied_with_remote(&world, &sam, "odd");
        odd.write("pair.toml", &pair.replace(&anas, key));
        told.run(title, &odd, &["sync"]);
        told.run(title, &odd, &["add", "concern", "x"]);
        told.run(title, &odd, &["key", "trust", "ana", "--key", key]);
        fs::remove_dir_all(&odd.cwd).unwrap();
        fs::remove_dir_all(remote).unwrap();
    }
    // Pins.
    let pins = sam.home.join(".local/state/oneonone/pins");
    let mut files = fs::read_dir(&pins).unwrap().map(|file| file.unwrap().path());
    let file = files
        .find(|file| file.extension().is_some_and(|end| end == "toml"))
        .unwrap();
    let whole = fs::read_to_string(&file).unwrap();
    for (title, text) in [
        ("pins that are damaged", "nonsense".to_owned()),
        ("pins of a newer version", newer(&whole)),
    ] {
        fs::write(&file, text).unwrap();
        told.run(title, &sam, &["add", "concern", "x"]);
        told.run(title, &sam, &["agenda"]);
    }
    fs::remove_file(&file).unwrap();
    told.run("no pins", &sam, &["who"]);
    told.run("no pins", &sam, &["add", "concern", "x"]);
    // Nobody has joined yet.
    let kim = world.person("kim");
    kim.run(["init", "Lou", "clone", "--as", "manager", "--name", "Kim"])
        .ok();
    let kim = kim.in_folder("clone");
    told.table(
        &kim,
        &[
            ("an open seat", &["add", "concern", "x"]),
            ("an open seat", &["add", "note", "x", "--confidential"]),
            ("an open seat", &["add", "concern"]),
            ("an open seat", &["who"]),
            ("an open seat", &["key", "trust", "lou"]),
        ],
    );
    told.compare();
}

#[test]
fn keys_of_my_own_seat() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("seat", &world);
    let own = sam.key();
    let pair = sam.read("pair.toml");
    let changed = copied(&sam, "changed");
    changed.write(
        "pair.toml",
        &pair.replace(&format!("\"{own}\""), &format!("\"{own}\", \"{STRANGER}\"")),
    );
    changed.git(["commit", "-qam", "one key more"]).ok();
    told.table(
        &changed,
        &[
            ("a key more", &["sync", "--offline"]),
            ("a key more", &["status"]),
            ("a key more", &["check"]),
            ("a key more", &["who"]),
            ("a key more", &["key", "show"]),
            ("a key more", &["add", "note", "x"]),
            ("a key more", &["add", "concern", "x"]),
            ("a key more", &["key", "trust", "me"]),
            ("it is mine", &["key", "trust", "--mine"]),
            (
                "it is mine, and not there",
                &["key", "trust", "--mine", "--key", &ana.key()],
            ),
            ("put back", &["key", "refuse"]),
            ("put back", &["key", "refuse"]),
        ],
    );
    // The other's seat.
    let emptied = copied(&sam, "emptied");
    emptied.write("pair.toml", &pair.replace(&format!("\"{}\"", ana.key()), ""));
    emptied.git(["commit", "-qam", "no key"]).ok();
    told.table(
        &emptied,
        &[
            ("theirs is empty", &["sync", "--offline"]),
            ("theirs is empty", &["add", "concern", "x"]),
            ("theirs is empty", &["key", "trust", "ana"]),
        ],
    );
    let renamed = copied(&sam, "renamed");
    renamed.write("pair.toml", &pair.replace("[member.sam]", "[member.sem]"));
    renamed.git(["commit", "-qam", "another slug"]).ok();
    told.table(
        &renamed,
        &[
            ("another slug", &["sync", "--offline"]),
            ("another slug", &["add", "note", "x"]),
            ("another slug", &["key", "trust", "sem"]),
            ("another slug", &["key", "refuse"]),
            ("put back", &["status"]),
        ],
    );
    let replaced = copied(&sam, "replaced");
    replaced.write(
        "pair.toml",
        &pair.replace(&format!("\"{own}\""), &format!("\"{STRANGER}\"")),
    );
    let trust = ["key", "trust", "--mine", "--key", STRANGER];
    told.run("mine is gone", &replaced, &trust);
    told.run("mine is gone", &replaced, &["status"]);
    told.compare();
}

/// The pins as a newer version would write them.
fn newer(pins: &str) -> String {
    let changed = pins.replacen("= 1", "= 9", 1);
    assert_ne!(changed, pins, "{pins}");
    changed
}
