//! Several pairs on one machine, and what is known of them.

use std::fs;

use super::told::Told;
use crate::world::World;

#[test]
fn pairs_that_are_known() {
    let world = World::new();
    let sam = world.person("sam");
    let mut told = Told::new("pairs", &world);
    for partner in ["Ana", "Bo"] {
        let url = world.remote(&format!("{partner}.git"));
        let url = url.to_str().unwrap();
        sam.run([
            "init", partner, "--as", "manager", "--name", "Sam", "--remote", url,
        ])
        .ok();
    }
    told.table(
        &sam,
        &[
            ("which of them", &["status"]),
            ("which of them", &["sync"]),
            ("none by that name", &["@kim", "sync"]),
            ("none by that name", &["pairs", "forget", "kim"]),
            ("no repository", &["pairs", "add", "."]),
            ("a key of which", &["@kim", "key", "show"]),
        ],
    );
    fs::create_dir(sam.cwd.join("plain")).unwrap();
    sam.in_folder("plain").git(["init", "-q"]).ok();
    told.run("a repository that is no pair's", &sam, &["pairs", "add", "plain"]);
    told.run(
        "a repository that is no pair's",
        &sam.in_folder("plain"),
        &["check", "--staged"],
    );
    fs::remove_dir_all(world.path("Bo.git")).unwrap();
    let entry = "[[entry]]\nid = \"kkkkkkkkkkkk\"\ntext = \"Teach the team oneonone sync\"\n";
    sam.in_folder("ana").write("agenda.toml", entry);
    sam.run(["@ana", "start"]).ok();
    told.run("what people wrote stays as it is", &sam, &["@ana", "end"]);
    told.run("a hint names the pair", &sam, &["@bo", "sync"]);
    sam.in_folder("ana").run(["skip", "2026-11-20"]).ok();
    told.run("one of two fails", &sam, &["sync", "--all"]);
    told.run("one of two fails", &sam, &["status", "--all"]);
    fs::rename(sam.cwd.join("ana"), sam.cwd.join("moved")).unwrap();
    told.run("one of two is gone", &sam, &["agenda", "--all"]);
    told.run("both fail", &sam, &["sync", "--all"]);
    told.run("forgotten", &sam, &["pairs", "forget", "ana"]);
    told.run(
        "another remote",
        &sam.in_folder("moved"),
        &["sync", "--remote", "/elsewhere"],
    );
    fs::write(sam.home.join(".local/state/oneonone/pairs.toml"), "nonsense").unwrap();
    told.run("what is known is damaged", &sam, &["pairs"]);
    told.run("what is known is damaged", &sam, &["@ana", "status"]);
    told.compare();
}
