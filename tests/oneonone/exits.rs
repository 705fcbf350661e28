//! The exit codes: the README and `docs/command-line.md` have one table, and each line of it is what the program does.

use std::fs;
use std::path::Path;

use crate::world::{Person, Run, World, first_id, sync_all};

/// The rows of the table of exit codes on a page; a link is its words.
fn table(page: &str) -> Vec<(i32, String)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let section = text.split("\n## Exit codes\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let row = |line: &str| {
        let (code, meaning) = line.strip_prefix("| ")?.split_once(" | ")?;
        Some((code.parse().ok()?, without_links(meaning.trim_end_matches(" |"))))
    };
    section.lines().filter_map(row).collect()
}

fn without_links(text: &str) -> String {
    let mut plain = String::new();
    for (nth, part) in text.split("](").enumerate() {
        let part = match nth {
            0 => part,
            _ => part.split_once(')').unwrap().1,
        };
        plain.push_str(&part.replacen('[', "", 1));
    }
    plain
}

/// A code, words of its row, and how to come by it. Sam and Ana are in sync before.
type Case = (i32, &'static str, fn(&World, &Person, &Person) -> Run);

const CASES: &[Case] = &[
    (0, "my words are at the address", |_, _, ana| {
        ana.run(["add", "topic", "x"]).ok();
        ana.run(["sync"])
    }),
    (0, "conflicts included", |_, sam, ana| {
        for (person, text) in [(sam, "by sam"), (ana, "by ana")] {
            let id = first_id(person);
            person.run(["edit", &id, text]).ok();
        }
        sam.run(["sync"]).ok();
        ana.run(["sync"]).says("conflict")
    }),
    (0, "after `sync --dry-run`", |_, _, ana| {
        ana.run(["sync", "--dry-run"])
    }),
    (1, "not found", |_, _, ana| ana.run(["show", "zzzzzzzzzzzz"])),
    (1, "A hand edit that is refused", |_, _, ana| {
        ana.append("agenda.toml", "\n[[entry]]\nby = \"bob\"\ntext = \"x\"\n");
        ana.run(["sync"])
    }),
    (1, "a slip in it included", |_, _, ana| {
        ana.append(
            "agenda.toml",
            "\n[[entry]]\nVisibility = \"private\"\ntext = \"x\"\n",
        );
        ana.run(["sync"])
    }),
    (1, "everything but a broken record", |_, _, ana| {
        ana.append("agenda.toml", "\nbroken : here\n");
        ana.run(["sync"])
    }),
    (2, "a bad date", |_, _, ana| ana.run(["next", "smarch"])),
    (2, "an empty text", |_, _, ana| ana.run(["add", "topic", ""])),
    (2, "an unknown flag", |_, _, ana| ana.run(["add", "--loud", "x"])),
    (2, "member", |_, _, ana| {
        ana.run(["actions", "--owner", "mallory"])
    }),
    (2, "theme", |_, _, ana| {
        ana.run(["growth", "--theme", "no-such-theme"])
    }),
    (2, "or pair", |_, _, ana| ana.run(["@nobody", "agenda"])),
    (2, "a slip given to `add`", |_, _, ana| {
        ana.run(["add", "private: a secret"])
    }),
    (3, "rewritten", |_, sam, ana| {
        sam.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
        sam.git(["push", "-qf"]).ok();
        ana.run(["sync"])
    }),
    (3, "several remotes", |world, _, ana| {
        world.remote("other.git");
        ana.git(["config", "--unset-all", "branch.main.remote"]).ok();
        ana.git(["remote", "set-url", "origin", "/nowhere.git"]).ok();
        ana.git([
            "remote",
            "add",
            "other",
            world.path("other.git").to_str().unwrap(),
        ])
        .ok();
        ana.run(["sync"])
    }),
    (3, "another pair's id", |_, _, ana| {
        let text = ana.read("pair.toml");
        let line = text.lines().find(|line| line.starts_with("id = ")).unwrap();
        ana.write("pair.toml", &text.replace(line, "id = \"kkkkkkkkkkkk\""));
        ana.git(["commit", "-qnam", "another id"]).ok();
        ana.run(["sync"])
    }),
    (3, "in a commit of plain Git", |_, _, ana| {
        ana.append(
            "agenda.toml",
            "\n[[entry]]\nvisibility = \"private\"\ntext = \"x\"\n",
        );
        ana.git(["commit", "-qnam", "oops"]).ok();
        ana.run(["sync"])
    }),
    (3, "a remote that is not empty", |world, _, _| {
        let url = world.path("remote.git");
        let eve = world.person("eve");
        let remote = ["--remote", url.to_str().unwrap()];
        eve.run(
            ["init", "Bo", "bo", "--as", "manager", "--name", "Eve"]
                .into_iter()
                .chain(remote),
        )
    }),
    (3, "`conflicts` that lists any", |_, sam, ana| {
        for (person, text) in [(sam, "by sam"), (ana, "by ana")] {
            let id = first_id(person);
            person.run(["edit", &id, text]).ok();
        }
        sam.run(["sync"]).ok();
        ana.run(["sync"]).ok();
        ana.run(["conflicts"])
    }),
    (3, "`check` that finds any", |_, _, ana| {
        ana.append("agenda.toml", "\nbroken : here\n");
        ana.run(["check"])
    }),
    (4, "none", |_, _, ana| {
        let stranger = ana.with("ONEONONE_IDENTITY", "/nowhere/identity.txt");
        stranger.run(["add", "--private", "x"])
    }),
    (4, "no seat", |world, _, _| {
        let url = world.path("remote.git");
        world.person("eve").run(["join", url.to_str().unwrap(), "clone"])
    }),
    (5, "not reached", |_, _, ana| {
        ana.git(["remote", "set-url", "origin", "/nowhere.git"]).ok();
        ana.run(["sync"])
    }),
    (5, "or there is none", |_, _, ana| {
        ana.git(["remote", "remove", "origin"]).ok();
        ana.run(["sync"])
    }),
];

#[test]
fn the_readme_has_the_table_of_the_docs() {
    let readme = table("README.md");
    assert_eq!(readme.len(), 7);
    assert_eq!(readme, table("docs/command-line.md"));
}

#[test]
fn each_line_of_the_table_of_exit_codes_is_true() {
    let rows = table("README.md");
    for (code, words, case) in CASES {
        let row = rows.iter().find(|(of, _)| of == code).unwrap();
        assert!(row.1.contains(words), "{words:?} does not stand at {code}");
        let world = World::new();
        let (sam, ana) = world.pair();
        ana.run(["add", "topic", "stands here"]).ok();
        sync_all(&[&ana, &sam]);
        let run = case(&world, &sam, &ana);
        assert_eq!(run.code, *code, "{words}: {}{}", run.out, run.err);
    }
}
