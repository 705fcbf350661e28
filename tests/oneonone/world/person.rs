//! A person of the world: what they run, and the files of their folder.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Run, script, search_path};

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

impl Person {
    /// The same person in a folder below.
    pub(crate) fn in_folder(&self, name: &str) -> Self {
        Self {
            cwd: self.cwd.join(name),
            ..self.clone()
        }
    }

    /// The same person in a clone that their plain Git makes.
    #[track_caller]
    pub(crate) fn cloned(&self, from: &str, to: &str) -> Self {
        self.git(["clone", "-q", from, to]).ok();
        self.in_folder(to)
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

    /// The same person with a script as their editor.
    pub(crate) fn with_editor(&self, lines: &str) -> Self {
        let editor = self.home.join("editor");
        script(&editor, lines);
        self.with("EDITOR", editor.to_str().unwrap())
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

    /// Runs the real `git` without any hook: the guard does not look.
    pub(crate) fn unguarded<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Run {
        self.git(["-c", "core.hooksPath=/dev/null"].into_iter().chain(args))
    }

    /// Commits everything in the folder by plain Git without the guard.
    #[track_caller]
    pub(crate) fn commit_unguarded(&self, message: &str) {
        self.git(["add", "-A"]).ok();
        self.unguarded(["commit", "-qm", message]).ok();
    }

    /// The id of what Git knows by a name.
    #[track_caller]
    pub(crate) fn rev(&self, name: &str) -> String {
        self.git(["rev-parse", name]).ok().out.trim().to_owned()
    }

    /// The commit that the clone stands on.
    #[track_caller]
    pub(crate) fn head(&self) -> String {
        self.rev("HEAD")
    }

    /// The short name of that commit, as words name it.
    #[track_caller]
    pub(crate) fn short_head(&self) -> String {
        let short = self.git(["rev-parse", "--short=8", "HEAD"]).ok();
        short.out.trim().to_owned()
    }

    /// The commit of `main` in a repository.
    #[track_caller]
    pub(crate) fn tip_of(&self, repository: impl AsRef<Path>) -> String {
        let repository = repository.as_ref().to_str().unwrap();
        let tip = self.git(["-C", repository, "rev-parse", "main"]).ok();
        tip.out.trim().to_owned()
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

    /// Writes on at the end of a file of the folder by hand; one that is not there comes to be.
    pub(crate) fn append(&self, name: &str, text: &str) {
        let path = self.cwd.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::OpenOptions::new().append(true).create(true).open(path);
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Every file of the folder but Git's own, by path.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(&self.cwd, &self.cwd, &mut files);
        files
    }

    /// Adds an entry; its id.
    pub(crate) fn add<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        self.add_typed("", args)
    }

    /// Adds an entry with a text as the standard input; its id.
    pub(crate) fn add_typed<A: AsRef<OsStr>>(&self, text: &str, args: impl IntoIterator<Item = A>) -> String {
        let mut all: Vec<OsString> = vec!["--json".into(), "add".into()];
        all.extend(args.into_iter().map(|a| a.as_ref().to_owned()));
        let added = self.type_in(text, all).ok().json();
        added["entry"]["id"].as_str().unwrap().to_owned()
    }

    /// The texts of the log, sorted; one that the person cannot open is `(sealed)`.
    pub(crate) fn texts(&self) -> Vec<String> {
        let log = self.run(["--json", "log"]).ok().json();
        let entries = log["entries"].as_array().unwrap().iter();
        let text = |entry: &serde_json::Value| entry["text"].as_str().unwrap_or("(sealed)").to_owned();
        let mut texts: Vec<String> = entries.map(text).collect();
        texts.sort();
        texts
    }

    /// The key that others seal for.
    pub(crate) fn key(&self) -> String {
        self.run(["key", "show"]).ok().out.trim().to_owned()
    }
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
