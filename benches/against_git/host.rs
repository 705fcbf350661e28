//! A home of its own, and how programs are run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A home with Git's durability set for everybody: for `oneonone`, the plain commands, and the remotes.
pub(crate) fn home(root: &Path, name: &str) -> PathBuf {
    let home = root.join(name);
    std::fs::create_dir_all(&home).unwrap();
    let config = format!(
        "[core]\n\tfsync = all\n[user]\n\tname = {name}\n\temail = {name}@example.invalid\n[init]\n\tdefaultBranch = main\n"
    );
    std::fs::write(home.join(".gitconfig"), config).unwrap();
    home
}

/// A program in a home and a folder, with nothing else of this machine.
pub(crate) fn command(program: &str, home: &Path, cwd: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .current_dir(cwd)
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8");
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("ONEONONE_NOW", "2026-11-24T12:00:00Z");
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = home.join("bin");
    // Where the home brings a program of its own, it comes first.
    let path = if bin.is_dir() {
        format!("{}:{path}", bin.display())
    } else {
        path
    };
    command.env("PATH", path).stdin(Stdio::null());
    command
}

/// Runs it; what it did where it failed is shown.
pub(crate) fn run(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// `oneonone` with arguments.
pub(crate) fn oneonone(home: &Path, cwd: &Path, args: &[&str]) -> Output {
    let mut command = command(env!("CARGO_BIN_EXE_oneonone"), home, cwd);
    command.args(args);
    run(command)
}

/// A line of shell.
pub(crate) fn sh(home: &Path, cwd: &Path, line: &str) -> Output {
    let mut command = command("/bin/sh", home, cwd);
    command.args(["-c", line]);
    run(command)
}

/// Which programs are compared.
pub(crate) fn versions() -> String {
    let output = Command::new("git").arg("--version").output().unwrap();
    format!(
        "{} against oneonone {}",
        String::from_utf8_lossy(&output.stdout).trim(),
        env!("CARGO_PKG_VERSION")
    )
}
