//! Whatever the other member, the host or a path says, no command prints it as it is (docs/privacy.md#hostile-records).

use std::collections::BTreeSet;
use std::fs;

use crate::world::{Person, Run, World, sync_all};

const STRANGER: &str = "age1289hckmfk79w95zrx4w3s7hmh8805543l03vmlpjxr3x0fmcvuys5wzeek";

/// A word, and behind it what drives a terminal and what nobody sees. No style of this program is magenta.
fn hostile(word: &str) -> String {
    format!(
        "{word}\u{1b}[35m\u{1b}]0;x\u{7}\u{7f}\u{9b}2J\u{85}\u{202e}\u{2066}\u{200f}\u{2028}\u{200b}\u{200d}\u{feff}\u{ad}\u{fe0f}\u{e0041}"
    )
}

/// The same as a branch or the author of a commit may be called.
fn hostile_name(word: &str) -> String {
    word.to_owned() + &hostile("").replace(|c: char| c.is_ascii(), "")
}

/// A string of TOML.
fn toml(text: &str) -> String {
    let escaped = |c: char| match c.is_control() {
        true => format!("\\u{:04X}", c as u32),
        false => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// A way to run the program, and to read what it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    Pipe,
    Colour,
    Terminal,
    Json,
}

/// Somebody in a world where everything is hostile, and what was printed so far.
struct Reader {
    person: Person,
    mode: Mode,
    printed: String,
    commands: BTreeSet<String>,
}

impl Reader {
    fn run(&mut self, args: &[&str]) {
        let first = args.iter().find(|arg| !arg.starts_with('-'));
        self.commands.extend(first.map(|word| word.to_string()));
        let Run { code, out, err } = match self.mode {
            Mode::Pipe => self.person.run(args),
            Mode::Colour => self.person.run([&["--color", "always"], args].concat()),
            Mode::Json => self.person.run([&["--json"], args].concat()),
            Mode::Terminal => {
                let quoted: Vec<String> = args.iter().map(|arg| format!("'{arg}'")).collect();
                self.person.at_terminal(&quoted.join(" "))
            }
        };
        assert!(code < 100, "{args:?} left with {code}:\n{err}");
        if self.mode == Mode::Json && code == 0 && !out.is_empty() && !args.contains(&"--help") {
            serde_json::from_str::<serde_json::Value>(&out)
                .unwrap_or_else(|e| panic!("{args:?}: {e}: {out:?}"));
        }
        for text in [&out, &err] {
            let left = raw(text, self.mode);
            assert_eq!(left, None, "{:?} {args:?} printed\n{text:?}", self.mode);
            self.printed.push_str(text);
        }
    }
}

/// The first character that is not to be printed, and what stands behind it.
fn raw(text: &str, mode: Mode) -> Option<String> {
    let mut text = text.to_owned();
    if mode == Mode::Terminal {
        // The line discipline, the end of the input as `script` types it, and a line of progress.
        text = text
            .replace("\r\n", "\n")
            .replace("^D\u{8}\u{8}", "")
            .replace("\u{1b}[K", "")
            .replace('\r', "");
    }
    if matches!(mode, Mode::Terminal | Mode::Colour) {
        for style in [
            "0", "1", "2", "31", "32", "33", "34", "36", "91", "92", "93", "94", "96", "4",
        ] {
            text = text.replace(&format!("\u{1b}[{style}m"), "");
        }
    }
    let is_raw = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    let at = text.find(is_raw)?;
    Some(text[at..].chars().take(20).collect())
}

/// Ana in a clone where Sam's name, entries, authors, records, branch and remote are hostile. Her own entry is in conflict,
/// another arrives wider, and Sam's key has changed.
fn ana_among_the_hostile(world: &World) -> (Person, String) {
    let (sam, ana) = world.pair();
    let ids = [
        ana.add(["as it was"]),
        ana.add(["concern", "sealed", "--confidential"]),
    ];
    sync_all(&[&ana, &sam]);
    ana.run(["edit", &ids[0], "as Ana has it"]).ok();
    let host = sam.with("GIT_AUTHOR_NAME", &hostile_name("author"));
    let pair = host.read("pair.toml");
    let sams = sam.key();
    let pair = pair
        .replace("\"Sam Lee\"", &toml(&hostile("Samname")))
        .replace(&sams, STRANGER);
    host.write("pair.toml", &pair);
    let agenda = host.read("agenda.toml");
    let (before, _) = agenda.split_once("[[entry]]").unwrap();
    let entry = |id: &str, by: &str, more: &str| {
        format!("\n[[entry]]\nid = \"{id}\"\nby = \"{by}\"\nat = 2026-11-24T12:00:00Z\n{more}\n")
    };
    let agenda = [
        before.to_owned(),
        entry(
            &ids[0],
            "ana",
            &format!("kind = \"topic\"\ntext = {}", toml(&hostile("conflict"))),
        ),
        entry(
            &ids[1],
            "ana",
            "kind = \"concern\"\nvisibility = \"shared\"\ntext = \"bait\"",
        ),
        entry(
            "kkkkkkkkkkkk",
            "sam",
            &format!(
                "kind = \"action\"\nowner = \"ana\"\ntext = {}",
                toml(&hostile("action"))
            ),
        ),
        entry(
            "llllllllllll",
            "sam",
            &format!(
                "text = {}\n{} = 1",
                toml(&hostile("topic")),
                toml(&hostile("key"))
            ),
        ),
    ];
    host.write("agenda.toml", &agenda.concat());
    let theme = format!(
        "[[entry]]\nthemes = [{}]\ntext = \"x\"\n",
        toml(&hostile("theme"))
    );
    host.write(
        "meetings/2026/2026-11-10.toml",
        &format!("date = 2026-11-10\n\n{theme}"),
    );
    host.commit_unguarded(&hostile_name("subject"));
    host.git(["push", "-q"]).ok();
    let said = format!("cat >&2 <<'END'\n{}\nEND", hostile("remote"));
    world.hook("remote.git", "post-receive", &said);
    // Her clone lies in a folder with such a name, and holds a file with one.
    let folder = ana.home.join(hostile("folder"));
    fs::rename(&ana.cwd, &folder).unwrap();
    let ana = Person { cwd: folder, ..ana };
    ana.write(&format!("meetings/2026/{}.toml", hostile("file")), "");
    (ana, ids[0].clone())
}

fn every_command(world: &World, mode: Mode) -> Reader {
    let (ana, conflict) = ana_among_the_hostile(world);
    let mut reader = Reader {
        person: ana.with("ONEONONE_EDITOR", "true"),
        mode,
        printed: String::new(),
        commands: BTreeSet::new(),
    };
    let [word, branch, path] = ["typed", "branch", "path"].map(|word| match word {
        "branch" => hostile_name(word),
        word => hostile(word),
    });
    let (word, branch, path) = (word.as_str(), branch.as_str(), path.as_str());
    let missing = world.path(&hostile("missing")).to_str().unwrap().to_owned();
    let reads: [&[&str]; 16] = [
        &[],
        &["agenda"],
        &["actions", "--state", "all"],
        &["growth"],
        &["log"],
        &["log", word],
        &["show", "kkkk"],
        &["show", "2026-11-10"],
        &["status"],
        &["conflicts"],
        &["check"],
        &["who"],
        &["who", "kkkk"],
        &["key", "show"],
        &["key", "trust", "sam"],
        &["pairs"],
    ];
    reader.run(&["pairs", "add", "."]);
    reads.iter().for_each(|args| reader.run(args));
    for args in [&["sync", "--dry-run"], &["sync", "--offline"]] {
        reader.run(args);
    }
    reader.run(&["sync"]);
    reads.iter().for_each(|args| reader.run(args));
    let writes: &[&[&str]] = &[
        &["resolve", &conflict],
        &["resolve", &conflict, "--take", word],
        &["add", &format!("x #{word}")],
        &["add", word],
        &["add", "growth", "x", "--theme", word],
        &["edit", "kkkk", "x"],
        &["edit", &conflict],
        &["done", "kkkk"],
        &["reopen", "kkkk"],
        &["drop", "kkkk"],
        &["share", "kkkk"],
        &["restore", &conflict],
        &["start"],
        &["sync"],
        &["end"],
        &["skip"],
        &["next", word],
        &["next", "friday"],
        &["undo"],
        &["redo"],
        &["rm", "kkkk"],
        &["sync", "--all"],
        &["agenda", "--all"],
        &["status", "--all"],
        &["sync", "--branch", branch],
        &["status"],
        &["sync", "--branch", word],
        &["resolve", &conflict, "--take", "1"],
        &["key", "trust", word],
        &["key", "refuse"],
        &["pairs", "forget", word],
        &[
            "init", word, path, "--as", "manager", "--name", word, "--remote", &missing,
        ],
        &["join", &missing, path],
        &["demo", &missing],
        &[word],
        &["agenda", word],
        &[&format!("@{word}"), "agenda"],
        &["add", "--help"],
    ];
    writes.iter().for_each(|args| reader.run(args));
    // Now the host refuses.
    let hooks = world.path("remote.git/hooks");
    let refuses = fs::read_to_string(hooks.join("post-receive")).unwrap() + "exit 1\n";
    fs::write(hooks.join("post-receive"), refuses).unwrap();
    fs::rename(hooks.join("post-receive"), hooks.join("pre-receive")).unwrap();
    reader.run(&["add", "one more"]);
    reader.run(&["sync"]);
    reader.run(&["status"]);
    reader
}

fn nothing_raw(mode: Mode) {
    let world = World::new();
    let reader = every_command(&world, mode);
    // All of it was printed: spelled out, as a string of JSON, or as the broken record has it.
    for word in [
        "Samname", "author", "conflict", "action", "topic", "theme", "folder", "file", "remote", "typed",
        "branch", "missing",
    ] {
        let shown = format!(r"{word}\u");
        let is_printed = reader.printed.contains(&shown);
        assert!(is_printed, "{mode:?}: {word} is not in\n{}", reader.printed);
    }
    let help = reader.person.run(["--help"]).ok().out;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    // A longer description goes on in lines with a wider indent.
    let begins = |line: &&str| !line.starts_with("   ");
    for line in commands.take_while(|line| !line.is_empty()).filter(begins) {
        let command = line.split_whitespace().next().unwrap();
        assert!(
            command == "help" || reader.commands.contains(command),
            "{command} was not run"
        );
    }
}

#[test]
fn nothing_raw_reaches_a_pipe() {
    nothing_raw(Mode::Pipe);
}

#[test]
fn nothing_raw_reaches_a_pipe_in_colour() {
    nothing_raw(Mode::Colour);
}

#[test]
fn nothing_raw_reaches_a_terminal() {
    nothing_raw(Mode::Terminal);
}

#[test]
fn nothing_raw_reaches_a_json_document() {
    nothing_raw(Mode::Json);
}
