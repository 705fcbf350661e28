//! Homes, and how programs are run in them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The moment that every run of `oneonone` sees.
const NOW: &str = "2026-11-24T12:00:00Z";

/// One program with its arguments, as a person would start it.
#[derive(Clone)]
pub(crate) struct Step {
    program: OsString,
    args: Vec<OsString>,
    home: PathBuf,
    cwd: PathBuf,
    env: Vec<(&'static str, OsString)>,
    /// Whether a small code of failure is an answer too: nothing to commit, nothing found.
    may_say_no: bool,
}

impl Step {
    pub(crate) fn new(program: impl Into<OsString>, home: &Path, cwd: &Path) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            home: home.to_owned(),
            cwd: cwd.to_owned(),
            env: Vec::new(),
            may_say_no: false,
        }
    }

    /// `oneonone` with arguments.
    pub(crate) fn ours(home: &Path, cwd: &Path, args: &[&str]) -> Self {
        Self::new(env!("CARGO_BIN_EXE_oneonone"), home, cwd).args(args)
    }

    /// `git` with arguments.
    pub(crate) fn git(home: &Path, cwd: &Path, args: &[&str]) -> Self {
        Self::new("git", home, cwd).args(args)
    }

    pub(crate) fn args<S: Into<OsString> + Clone>(mut self, args: &[S]) -> Self {
        self.args.extend(args.iter().cloned().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    pub(crate) fn may_say_no(mut self) -> Self {
        self.may_say_no = true;
        self
    }

    /// The command, behind another program where there is one; nothing else of this machine is seen by it.
    pub(crate) fn command(&self, before: &[OsString]) -> Command {
        let mut words = before.iter().chain([&self.program]).chain(&self.args);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).current_dir(&self.cwd).env_clear();
        command.env("HOME", &self.home).env("LC_ALL", "C.UTF-8");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("ONEONONE_NOW", NOW);
        let path = std::env::var("PATH").unwrap_or_default();
        let bin = self.home.join("bin");
        // Where the home brings a program of its own, it comes first.
        let path = if bin.is_dir() {
            format!("{}:{path}", bin.display())
        } else {
            path
        };
        command.env("PATH", path).envs(self.env.iter().cloned());
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to its end and reads what it says; a failure is shown and ends the benchmark.
    pub(crate) fn run(&self) -> Output {
        self.run_behind(&[])
    }

    pub(crate) fn run_behind(&self, before: &[OsString]) -> Output {
        let output = self.command(before).output().unwrap();
        let no = self.may_say_no && output.status.code() == Some(1);
        assert!(
            output.status.success() || no,
            "{:?} {:?}: {}\n{}{}",
            self.program,
            self.args,
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        output
    }

    /// Whether it runs and ends well.
    pub(crate) fn works(&self) -> bool {
        self.command(&[])
            .output()
            .is_ok_and(|output| output.status.success())
    }
}

/// A line of shell, for what is not measured.
pub(crate) fn sh(home: &Path, cwd: &Path, line: &str) -> Output {
    Step::new("/bin/sh", home, cwd).args(&["-c", line]).run()
}

/// Makes a home. Git's settings in it are those of a person who set a name, and durability where it is asked for.
pub(crate) fn home(path: &Path, is_durable: bool) {
    std::fs::create_dir_all(path).unwrap();
    let mut config = "[user]\n\tname = Robin Quist\n\temail = robin@example.invalid\n".to_owned();
    config += "[init]\n\tdefaultBranch = main\n";
    if is_durable {
        config += "[core]\n\tfsync = all\n";
    }
    std::fs::write(path.join(".gitconfig"), config).unwrap();
}

/// Which of the other programs are here.
pub(crate) struct Programs {
    pub(crate) rg: bool,
    pub(crate) age: bool,
    pub(crate) strace: bool,
    pub(crate) time: bool,
    pub(crate) rustc: bool,
    pub(crate) sshd: bool,
}

impl Programs {
    pub(crate) fn find() -> Self {
        let found = |program: &str, arg: &str| {
            let output = Command::new(program).arg(arg).stdin(Stdio::null()).output();
            output.is_ok_and(|output| output.status.success())
        };
        let found = Self {
            rg: found("rg", "--version"),
            age: found("age", "--version"),
            strace: found("strace", "-V"),
            time: found("/usr/bin/time", "--version"),
            rustc: found("rustc", "--version"),
            sshd: Path::new("/usr/sbin/sshd").exists(),
        };
        for (is_here, what) in [
            (found.rg, "rg (ripgrep): queries stand without a peer"),
            (found.age, "age: sealed entries stand without a peer"),
            (found.strace, "strace: no system calls, no programs started"),
            (found.time, "/usr/bin/time (time): no peak memory"),
            (found.rustc, "rustc: no start-up line"),
            (found.sshd, "/usr/sbin/sshd (openssh-server): no lines over ssh"),
        ] {
            if !is_here {
                println!("not here: {what}");
            }
        }
        found
    }
}

/// Which programs are compared.
pub(crate) fn versions() -> String {
    let first_line = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().next().map(str::to_owned)
    };
    let peers: Vec<String> = ["git", "rg", "age"].into_iter().filter_map(first_line).collect();
    format!("oneonone {}, {}", env!("CARGO_PKG_VERSION"), peers.join(", "))
}
