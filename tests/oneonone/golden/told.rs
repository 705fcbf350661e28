//! The words of a program, made the same in every run: places, ids, keys and commits by names.

use std::path::PathBuf;

use super::compare;
use crate::world::{Person, Run, World, copy_folder};

/// Numbers of seven digits, which a short name of a commit may have too.
const NUMBERS: [&str; 3] = ["1000000", "1048576", "1048577"];

/// The words of several commands, to be compared with one golden file.
pub(super) struct Told {
    name: &'static str,
    world: [PathBuf; 2],
    keys: Vec<String>,
    text: String,
}

impl Told {
    /// For `tests/golden/NAME.txt`.
    pub(super) fn new(name: &'static str, world: &World) -> Self {
        let mut told = Self {
            name,
            world: [PathBuf::new(), PathBuf::new()],
            keys: Vec::new(),
            text: String::new(),
        };
        told.now_in(world);
        told
    }

    /// Goes on in another world.
    pub(super) fn now_in(&mut self, world: &World) {
        let place = world.path("");
        self.world = [place.canonicalize().unwrap(), place];
    }

    /// Runs a command, and notes its exit code and what it said on standard error.
    pub(super) fn run(&mut self, title: &str, person: &Person, args: &[&str]) -> Run {
        self.typed(title, person, "", args)
    }

    /// Runs several commands, each with its title.
    pub(super) fn table(&mut self, person: &Person, scenes: &[(&str, &[&str])]) {
        for (title, args) in scenes {
            self.run(title, person, args);
        }
    }

    /// The same as [`Self::run`] with a text as standard input.
    pub(super) fn typed(&mut self, title: &str, person: &Person, text: &str, args: &[&str]) -> Run {
        let run = person.type_in(text, args);
        let line: Vec<String> = args.iter().map(|arg| quoted(arg)).collect();
        self.note(title, &format!("oneonone {}", line.join(" ")), run)
    }

    /// Runs a line of the shell in which `oneonone` is the program.
    pub(super) fn shell(&mut self, title: &str, person: &Person, line: &str) -> Run {
        let program = env!("CARGO_BIN_EXE_oneonone");
        let script = format!("oneonone() {{ '{program}' \"$@\"; }}; {line}");
        let run = person.start("sh", ["-c", &script], "");
        self.note(title, line, run)
    }

    /// Notes what plain Git said, the hook's words among them.
    pub(super) fn git(&mut self, title: &str, person: &Person, args: &[&str]) -> Run {
        let run = person.git(args);
        self.note(title, &format!("git {}", args.join(" ")), run)
    }

    /// Notes what a command did.
    pub(super) fn note(&mut self, title: &str, line: &str, run: Run) -> Run {
        let mut words = self.masked(&run.err);
        if line.contains(" sync") {
            words = words.split_inclusive('\n').map(without_id).collect();
        }
        let line = self.masked(line);
        self.text
            .push_str(&format!("# {title}\n$ {line}exit {}\n{words}\n", run.code));
        run
    }

    /// Notes a fact below the last command.
    pub(super) fn say(&mut self, fact: &str) {
        self.text.truncate(self.text.trim_end().len());
        self.text.push_str(&format!("\n({fact})\n\n"));
    }

    /// Compares everything that was told.
    #[track_caller]
    pub(super) fn compare(self) {
        compare(self.name, &format!("{}\n", self.text.trim_end()));
    }

    /// The words with names in the place of what differs from run to run.
    fn masked(&mut self, words: &str) -> String {
        let program = env!("CARGO_BIN_EXE_oneonone");
        let mut words = words.replace(program, "/bin/oneonone");
        for place in &self.world {
            let place = place.to_str().unwrap().trim_end_matches('/');
            words = words.replace(place, "/world");
        }
        let mut masked = String::new();
        for line in words.split_inclusive('\n') {
            masked.push_str(&self.line(line));
        }
        if !masked.is_empty() && !masked.ends_with('\n') {
            masked.push('\n');
        }
        masked
    }

    fn line(&mut self, line: &str) -> String {
        let mut masked = String::new();
        let mut rest = line;
        while !rest.is_empty() {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if masked.ends_with("/oneonone-") && word.len() == 6 {
                masked.push_str("XXXXXX");
            } else {
                masked.push_str(&self.word(word));
            }
            let next = after.chars().next().map_or(0, char::len_utf8);
            masked.push_str(&after[..next]);
            rest = &after[next..];
        }
        // A short id stands at the end of the line that says who reads an entry.
        match masked.trim_end().rsplit_once(' ') {
            Some((before, id)) if line.starts_with('→') && id.len() >= 2 && id.bytes().all(in_id) => {
                format!("{before} ID\n")
            }
            _ => masked,
        }
    }

    fn word(&mut self, word: &str) -> String {
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if word.len() > 40 && word.to_lowercase().starts_with("age1") {
            let known = self.keys.iter().position(|key| key == word);
            let number = known.unwrap_or_else(|| {
                self.keys.push(word.to_owned());
                self.keys.len() - 1
            });
            return format!("age1KEY{}", number + 1);
        }
        // A short name may happen to have digits alone.
        if word.len() >= 7 && word.bytes().all(hex) && !NUMBERS.contains(&word) {
            return "COMMIT".to_owned();
        }
        // Ids that a scene has written itself begin with a letter twice.
        let bytes = word.as_bytes();
        if word.len() == 12 && word.bytes().all(in_id) && bytes[..6] != [bytes[0]; 6] {
            return "ID".to_owned();
        }
        word.to_owned()
    }
}

/// A line with a name in the place of its short id, however long that is: in a list, in a sentence or in a command.
fn without_id(line: &str) -> String {
    let is_id = |id: &str| id.len() >= 2 && id.bytes().all(in_id);
    for begin in [" changed ", " shared ", "    oneonone resolve "] {
        let (before, rest) = line.split_once(begin).unwrap_or((line, ""));
        let (id, after) = rest.split_at(rest.find([':', '\n']).unwrap_or(rest.len()));
        if is_id(id) {
            return format!("{before}{begin}ID{after}");
        }
    }
    let row = line.strip_prefix("  ").and_then(|row| row.split_once("  "));
    match row {
        Some((id, rest)) if is_id(id) => format!("  ID  {}", rest.trim_start()),
        _ => line.to_owned(),
    }
}

fn in_id(c: u8) -> bool {
    (b'k'..=b'z').contains(&c)
}

/// An argument as it would be typed.
fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@#=,".contains(c);
    let shown: String = arg.chars().take(70).collect();
    let more = if shown.len() < arg.len() { "…" } else { "" };
    if !arg.is_empty() && arg.chars().all(plain) {
        format!("{shown}{more}")
    } else {
        format!("'{}{more}'", shown.escape_debug())
    }
}

/// The same person in a copy of their clone, to be spoilt. It has the same remote.
pub(super) fn copied(person: &Person, name: &str) -> Person {
    let to = person.cwd.parent().unwrap().join(name);
    copy_folder(&person.cwd, &to);
    Person {
        cwd: to,
        ..person.clone()
    }
}

/// The same person in a copy of their clone, with a copy of its remote; the address of that.
pub(super) fn copied_with_remote(world: &World, person: &Person, name: &str) -> (Person, String) {
    let own = copied(person, name);
    let remote = world.path(&format!("{name}.git"));
    copy_folder(&world.path("remote.git"), &remote);
    let remote = remote.to_str().unwrap().to_owned();
    own.git(["remote", "set-url", "origin", &remote]).ok();
    // As if the clone had always synced there.
    let note = own.cwd.join(".git/oneonone/upstream");
    if let Ok(text) = std::fs::read_to_string(&note) {
        let there = world.path("remote.git");
        std::fs::write(&note, text.replace(there.to_str().unwrap(), &remote)).unwrap();
    }
    (own, remote)
}
