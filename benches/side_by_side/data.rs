//! The histories that everything runs on: bare repositories with a commit a meeting, made once and kept below `target/`.

use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{NaiveDate, NaiveTime};
use oneonone::seal::Identities;

use super::records::{Keys, Shape};

/// Raised whenever the records change: older ones are made anew.
const VERSION: usize = 1;

/// The folder of the histories, and the keys that their entries are sealed for.
pub(crate) struct Data {
    folder: PathBuf,
    keys: Keys,
}

impl Data {
    pub(crate) fn open() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("side_by_side-{VERSION}"));
        std::fs::create_dir_all(&folder).unwrap();
        let keys = Keys {
            mine: key(&folder.join("mine.txt")),
            theirs: key(&folder.join("theirs.txt")),
        };
        Self { folder, keys }
    }

    /// My identity file.
    pub(crate) fn identity(&self) -> PathBuf {
        self.folder.join("mine.txt")
    }

    /// The bare repository of a pair; made if it is not there.
    pub(crate) fn history(&self, shape: &Shape) -> PathBuf {
        let kind = if shape.all_sealed { "sealed" } else { "pair" };
        let name = format!("{kind}-{}-{}.git", shape.number, shape.meetings);
        let path = self.folder.join(&name);
        if !path.is_dir() {
            let part = self.folder.join(format!("{name}.{}", std::process::id()));
            git(
                &self.folder,
                &["init", "-q", "--bare", "-b", "main", part.to_str().unwrap()],
            );
            self.import(shape, &part);
            git(&part, &["gc", "-q"]);
            std::fs::rename(&part, &path).unwrap();
        }
        path
    }

    fn import(&self, shape: &Shape, bare: &Path) {
        let mut command = program(bare, &["fast-import", "--quiet"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut out = BufWriter::new(child.stdin.take().unwrap());
        let first = [
            ("pair.toml", shape.pair_record(&self.keys)),
            ("agenda.toml", String::new()),
            (".gitattributes", "*.toml -text merge=binary\n".to_owned()),
        ];
        for number in 0..shape.meetings {
            let (day, path, text) = shape.meeting(number, &self.keys);
            if number == 0 {
                commit(&mut out, day, "begin");
                for (path, text) in &first {
                    file(&mut out, path, text);
                }
            }
            commit(&mut out, day, &format!("meeting {day}"));
            file(&mut out, &path, &text);
        }
        out.flush().unwrap();
        drop(out);
        assert!(child.wait().unwrap().success(), "git fast-import");
    }
}

/// Reads a key, or makes one.
fn key(path: &Path) -> Identities {
    if let Ok(bytes) = std::fs::read(path) {
        return Identities::parse(&bytes).unwrap();
    }
    let new = Identities::generate();
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .unwrap();
    file.write_all(&new.to_bytes()).unwrap();
    new
}

fn commit(out: &mut impl Write, day: NaiveDate, subject: &str) {
    // Git knows no time before 1970.
    let seconds = day.and_time(NaiveTime::MIN).and_utc().timestamp().max(0) + 39_600;
    let length = subject.len();
    write!(
        out,
        "commit refs/heads/main\ncommitter Robin Quist <robin@example.invalid> {seconds} +0000\ndata {length}\n{subject}\n"
    )
    .unwrap();
}

fn file(out: &mut impl Write, path: &str, text: &str) {
    write!(out, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
}

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(args).current_dir(folder);
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

fn git(folder: &Path, args: &[&str]) {
    assert!(program(folder, args).status().unwrap().success(), "git {args:?}");
}
