//! A sealed world for the command line: people with homes of their own, a frozen clock, real bare remotes, real git.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A place where nothing of this machine shows.
pub(crate) struct World {
    dir: TempDir,
    program: PathBuf,
}

/// Somebody with a home, and a folder that commands are run in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) home: PathBuf,
    pub(crate) cwd: PathBuf,
    pub(crate) now: String,
    pub(crate) env: Vec<(String, String)>,
    /// The `oneonone` that they run: this version's, or another's.
    pub(crate) program: PathBuf,
}

/// The outcome of a run of a program.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::new_in(&std::env::temp_dir())
    }

    /// The same in a folder of one's choice.
    pub(crate) fn new_in(folder: &Path) -> Self {
        Self {
            dir: tempfile::Builder::new()
                .prefix("oneonone-world-")
                .tempdir_in(folder)
                .unwrap(),
            program: env!("CARGO_BIN_EXE_oneonone").into(),
        }
    }

    /// The same world, where everybody runs another `oneonone`.
    pub(crate) fn running(self, program: &Path) -> Self {
        Self {
            program: program.to_owned(),
            ..self
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Somebody whose home is new, and who stands in it. The clock is at noon of 24 November 2026, a Tuesday.
    pub(crate) fn person(&self, name: &str) -> Person {
        let home = self.path(name);
        fs::create_dir_all(&home).unwrap();
        Person {
            cwd: home.clone(),
            home,
            now: "2026-11-24T12:00:00Z".to_owned(),
            env: Vec::new(),
            program: self.program.clone(),
        }
    }

    /// An empty bare repository.
    pub(crate) fn remote(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let person = self.person("nobody");
        person
            .git([
                "init",
                "--quiet",
                "--bare",
                "--initial-branch=main",
                path.to_str().unwrap(),
            ])
            .ok();
        path
    }

    /// Sam, the manager, and Ana, the report, each in a clone of one bare remote.
    pub(crate) fn pair(&self) -> (Person, Person) {
        let (sam, ana) = self.just_joined();
        sam.run(["sync"]).ok();
        (sam, ana)
    }

    /// The same before Sam has synced: he does not know that Ana took her seat.
    pub(crate) fn just_joined(&self) -> (Person, Person) {
        let remote = self.remote("remote.git");
        let (sam, ana) = (self.person("sam"), self.person("ana"));
        let url = remote.to_str().unwrap();
        sam.run([
            "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote", url,
        ])
        .ok();
        ana.run(["join", url, "clone"]).ok();
        let (sam, ana) = (sam.in_folder("clone"), ana.in_folder("clone"));
        (sam, ana)
    }

    /// Ana's second machine: her identity file is copied, and she joins with a key that already sits.
    pub(crate) fn second_machine(&self, ana: &Person) -> Person {
        let laptop = self.person("laptop");
        let place = ".config/oneonone/identity.txt";
        fs::create_dir_all(laptop.home.join(".config/oneonone")).unwrap();
        fs::copy(ana.home.join(place), laptop.home.join(place)).unwrap();
        laptop
            .run(["join", self.path("remote.git").to_str().unwrap(), "clone"])
            .ok();
        laptop.in_folder("clone")
    }
}

impl Person {
    /// The same person in a folder below.
    pub(crate) fn in_folder(&self, name: &str) -> Self {
        Self {
            cwd: self.cwd.join(name),
            ..self.clone()
        }
    }

    /// The same person at another time (RFC 3339).
    pub(crate) fn at(&self, now: &str) -> Self {
        Self {
            now: now.to_owned(),
            ..self.clone()
        }
    }

    /// The same person with another `oneonone`.
    pub(crate) fn running(&self, program: &Path) -> Self {
        Self {
            program: program.to_owned(),
            ..self.clone()
        }
    }

    /// The same person with a variable set.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut person = self.clone();
        person.env.push((name.to_owned(), value.to_owned()));
        person
    }

    /// Runs `oneonone`.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.type_in("", args)
    }

    /// Runs `oneonone` with a text as its standard input.
    pub(crate) fn type_in<A: AsRef<OsStr>>(&self, text: &str, args: impl IntoIterator<Item = A>) -> Run {
        self.start(self.program.to_str().unwrap(), args, text)
    }

    /// Runs the program at a terminal; all that it says is in `out`.
    pub(crate) fn at_terminal(&self, args: &str) -> Run {
        self.answers(args, "")
    }

    /// Runs the program at a terminal where somebody types an answer.
    pub(crate) fn answers(&self, args: &str, typed: &str) -> Run {
        let line = format!("{} {args}", self.program.display());
        self.start("script", ["-qec", &line, "/dev/null"], typed)
    }

    /// Runs the real `git`.
    pub(crate) fn git<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.start("git", args, "")
    }

    /// Runs any program as this person.
    pub(crate) fn start<A: AsRef<OsStr>>(
        &self,
        program: &str,
        args: impl IntoIterator<Item = A>,
        input: &str,
    ) -> Run {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.cwd).env_clear();
        command.envs(std::env::var_os("LLVM_PROFILE_FILE").map(|value| ("LLVM_PROFILE_FILE", value)));
        command
            .env("PATH", search_path())
            .env("HOME", &self.home)
            .env("ONEONONE_NOW", &self.now)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Plain Git")
            .env("GIT_AUTHOR_EMAIL", "plain@example.invalid")
            .env("GIT_COMMITTER_NAME", "Plain Git")
            .env("GIT_COMMITTER_EMAIL", "plain@example.invalid")
            .env("LC_ALL", "C.UTF-8")
            .env("COLUMNS", "100")
            // A text that could not be saved is kept there, and goes with the world.
            .env("XDG_RUNTIME_DIR", &self.home)
            .envs(self.env.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{program}: {e}"));
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A program that reads nothing may be gone already.
        let typing = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().unwrap();
        typing.join().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Everything that a repository holds, reachable or not, as one text.
    pub(crate) fn objects(&self, repository: &Path) -> String {
        let path = repository.to_str().unwrap();
        self.git([
            "-C",
            path,
            "cat-file",
            "--batch-all-objects",
            "--batch",
            "--unordered",
        ])
        .ok()
        .out
    }

    /// A file of the folder, as text.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.cwd.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Writes a file of the folder by hand.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.cwd.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every file of the folder but Git's own, by path.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(&self.cwd, &self.cwd, &mut files);
        files
    }

    /// The id in the JSON answer of a command that wrote one entry.
    pub(crate) fn add<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        let mut all: Vec<std::ffi::OsString> = vec!["--json".into(), "add".into()];
        all.extend(args.into_iter().map(|a| a.as_ref().to_owned()));
        self.run(all).ok().json()["entry"]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// Where programs are looked for: what this machine says, with the git named by `ONEONONE_TEST_GIT` before it.
pub(crate) fn search_path() -> OsString {
    static PATH: OnceLock<OsString> = OnceLock::new();
    PATH.get_or_init(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        match std::env::var_os("ONEONONE_TEST_GIT") {
            Some(git) => chosen_git(Path::new(&git), &path),
            None => path,
        }
    })
    .clone()
}

/// A search path that leads to one git and its server programs first.
fn chosen_git(git: &Path, path: &OsStr) -> OsString {
    let output = Command::new(git).arg("--exec-path").output();
    let output = output.unwrap_or_else(|e| panic!("ONEONONE_TEST_GIT={}: {e}", git.display()));
    let programs = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let name = git.to_str().unwrap().replace('/', "-");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("git{name}"));
    fs::create_dir_all(&folder).unwrap();
    for name in ["git", "git-upload-pack", "git-receive-pack", "git-upload-archive"] {
        let program = if name == "git" {
            git.to_owned()
        } else {
            programs.join(name)
        };
        // Another run may have made it.
        let _ = std::os::unix::fs::symlink(&program, folder.join(name));
        assert_eq!(fs::read_link(folder.join(name)).unwrap(), program);
    }
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(path))).unwrap()
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if name == ".git" {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files)
        } else {
            drop(files.insert(name, fs::read_to_string(&path).unwrap()))
        }
    }
}

impl Run {
    /// It must have succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.fails(0)
    }

    /// It must have left with this code.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nstdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Its standard error must hold a text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is not in\n{}", self.err);
        self
    }

    /// Its answer as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

/// Everybody syncs, one after the other.
#[track_caller]
pub(crate) fn sync_all(people: &[&Person]) {
    for person in people {
        person.run(["sync"]).ok();
    }
}

/// Somebody changes the first of such words in a file of their folder.
#[track_caller]
pub(crate) fn change(person: &Person, file: &str, from: &str, to: &str) {
    let text = person.read(file);
    assert!(text.contains(from), "{from:?} is not in\n{text}");
    person.write(file, &text.replacen(from, to, 1));
}

/// The id of the first entry of a record.
#[track_caller]
pub(crate) fn first_id_in(record: &str) -> String {
    record.split("id = \"").nth(1).unwrap()[..12].to_owned()
}

/// The id of the first entry of somebody's agenda.
#[track_caller]
pub(crate) fn first_id(person: &Person) -> String {
    first_id_in(&person.read("agenda.toml"))
}

/// Both folders hold the same; only what differs is shown.
#[track_caller]
pub(crate) fn same_files(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) {
    for path in one.keys().chain(other.keys()) {
        let [one, other] = [one, other].map(|files| files.get(path).map_or("", String::as_str));
        let diff = similar::TextDiff::from_lines(one, other);
        assert!(one == other, "{path} differs:\n{}", diff.unified_diff());
    }
}

/// Says something past the test harness, which hides the output of a test that passes.
#[expect(clippy::disallowed_methods, reason = "the words are this test's own")]
pub(crate) fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Says that a test was not run, and why; fails where the variable that requires it is set to `1`.
pub(crate) fn not_run(what: &str, why: &str, required_by: Option<&str>) {
    let required = required_by.is_some_and(|name| std::env::var_os(name).is_some_and(|value| value == "1"));
    let words = format!("not run: {what} ({why})");
    assert!(!required, "{words}");
    say(&words);
}
