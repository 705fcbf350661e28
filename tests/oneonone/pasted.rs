//! The fix of a problem is pasted into a shell: a name in it may come from the other side, and runs nothing
//! (docs/command-line.md#output).

use std::fs;

use crate::world::{Person, Run, World};

/// Names of files that a shell, or git, takes for more than a name.
const NAMES: &[&str] = &[
    "agenda b;touch ran$(touch ran).toml",
    "it's\u{200b}$(touch ran)\\'agenda.toml",
    "`touch ran`&agenda*.toml",
    "agenda*.toml",
    ":(top)agenda[a]*.toml",
    "--agenda.toml",
];

const SECRET: &str = "[[entry]]\ntext = \"leaked-xyzzy\"\nvisibility = \"private\"\n";

/// The commands behind the colon of each line of help.
fn fixes(run: &Run) -> Vec<&str> {
    let help = run.err.lines().filter_map(|line| line.split_once("= help: "));
    help.filter_map(|(_, help)| Some(help.split_once(": ")?.1))
        .collect()
}

/// Pastes a line into a shell, and looks that nothing ran beside it.
#[track_caller]
fn paste_alone(person: &Person, shell: &str, line: &str) -> Run {
    let run = person.paste_into(shell, line, "");
    assert!(!person.cwd.join("ran").exists(), "{line}: {run:?}");
    run
}

/// Ana's folder with two files staged: one that holds a text in clear, and a sound one.
fn staged(world: &World, name: &str) -> Person {
    let (_, ana) = world.pair();
    ana.write(name, SECRET);
    ana.write("agenda-that-is-sound.toml", "sound = true\n");
    ana.git(["add", "-A"]).ok();
    ana
}

fn index(person: &Person) -> String {
    person.git(["diff", "--cached", "--name-only", "-z"]).ok().out
}

#[test]
fn a_file_is_taken_out_of_the_index_by_its_name_alone() {
    for name in NAMES {
        let world = World::new();
        let ana = staged(&world, name);
        let run = ana.run(["check", "--staged"]).fails(3);
        let fix = fixes(&run);
        assert_eq!(fix.len(), 1, "{run:?}");
        // A hidden character is spelled as bash alone reads it; sh is to run nothing, at least.
        paste_alone(&ana, "sh", fix[0]);
        paste_alone(&ana, "bash", fix[0]);
        assert_eq!(index(&ana), "agenda-that-is-sound.toml\0", "{fix:?}");
        // A program gets the same line.
        ana.git(["add", "-A"]).ok();
        let json = ana.run(["check", "--staged", "--json"]).fails(3).json();
        let help = json["problems"][0]["help"].as_str().unwrap();
        assert_eq!(help, format!("take it out again: {}", fix[0]));
    }
}

#[test]
fn a_fix_names_the_folder_where_the_person_stands_elsewhere() {
    let world = World::new();
    let ana = staged(&world, NAMES[0]);
    fs::create_dir_all(ana.cwd.join("meetings")).unwrap();
    let (home, below) = (ana.in_folder(".."), ana.in_folder("meetings"));
    for (person, run) in [
        (&home, home.run(["@sam", "check", "--staged"]).fails(3)),
        (&below, below.run(["check", "--staged"]).fails(3)),
        // Git runs the hook at the top of the folder, wherever the person stands.
        (&below, below.git(["commit", "-qm", "all"]).fails(1)),
    ] {
        let fix = fixes(&run);
        assert_eq!(fix.len(), 1, "{run:?}");
        paste_alone(person, "sh", fix[0]).ok();
        assert_eq!(index(&ana), "agenda-that-is-sound.toml\0", "{fix:?}");
        ana.git(["add", "-A"]).ok();
    }
    // A command about the pair names it.
    ana.git(["reset", "-q", "--hard"]).ok();
    fs::remove_file(ana.cwd.join("pair.toml")).unwrap();
    let run = home.run(["@sam", "check"]).fails(3);
    assert_eq!(fixes(&run), ["oneonone @sam restore pair.toml"]);
    paste_alone(&home, "sh", fixes(&run)[0]).ok();
    ana.run(["check"]).ok();
}

#[test]
fn a_merge_that_stopped_at_a_file_is_finished_by_the_line_that_is_printed() {
    for from_elsewhere in [false, true] {
        let name = NAMES[0];
        let world = World::new();
        let (sam, ana) = world.pair();
        for (person, text) in [(&sam, "one\ntwo\n"), (&sam, "sam\n"), (&ana, "ana\n")] {
            person.write(name, text);
            person.git(["add", "-A"]).ok();
            person.git(["commit", "-qm", "a file"]).ok();
            if text.starts_with("one") {
                sam.run(["sync"]).ok();
                ana.run(["sync"]).ok();
            }
        }
        sam.run(["sync"]).ok();
        assert_ne!(ana.git(["pull", "-q", "--no-rebase"]).code, 0);
        let marked = "we agreed\n<<<<<<< HEAD\nana\n=======\nsam\n>>>>>>> other\n";
        ana.write(name, marked);
        let person = if from_elsewhere {
            ana.in_folder("..")
        } else {
            ana.clone()
        };
        let args: &[&str] = if from_elsewhere {
            &["@sam", "sync"]
        } else {
            &["sync"]
        };
        let run = person.run(args).fails(1);
        let fix = fixes(&run);
        assert_eq!(fix.len(), 1, "{run:?}");
        ana.write(name, "we agreed\n");
        paste_alone(&person, "sh", fix[0]).ok();
        sam.run(["sync"]).ok();
        assert_eq!(sam.read(name), "we agreed\n");
    }
}
