//! What crosses to another repository: done by the user's own `git`, within a time, and answered by what happened.

mod clone;
mod fetch;
mod push;
mod ssh;
mod url;

use std::process::Command;
use std::time::{Duration, Instant};

pub use clone::{CloneOutcome, HeadsOutcome, RemoteHeads, clone, remote_heads};
pub use fetch::FetchOutcome;
pub use push::PushOutcome;
pub use url::{check_url, remote_host};

use super::process::{self, Ended, Limits, Run};
use super::{Error, Repository, program};

/// How a remote may be talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteOptions {
    /// Whether somebody sits at a terminal and may be asked for a password. Without one nothing ever asks.
    pub interactive: bool,
    /// After how long the whole call is given up.
    pub timeout: Duration,
}

impl Default for RemoteOptions {
    /// Nobody to ask, and sixty seconds (design, section 4).
    fn default() -> Self {
        RemoteOptions {
            interactive: false,
            timeout: Duration::from_secs(60),
        }
    }
}

/// One call, with the time that is left for it.
struct Session<'a> {
    repository: Option<&'a Repository>,
    options: RemoteOptions,
    started: Instant,
}

impl<'a> Session<'a> {
    fn new(repository: Option<&'a Repository>, options: &RemoteOptions) -> Session<'a> {
        Session {
            repository,
            options: *options,
            started: Instant::now(),
        }
    }

    fn command(&self) -> Result<Command, Error> {
        let mut command = program::settled(self.repository);
        let patience = self.options.timeout.as_secs().clamp(1, 30);
        command
            .arg("-c")
            .arg("http.lowSpeedLimit=1")
            .arg("-c")
            .arg(format!("http.lowSpeedTime={patience}"));
        if !self.options.interactive {
            command.env("GIT_TERMINAL_PROMPT", "0");
        }
        if let Some(ssh) = ssh::command(self.repository, self.options.interactive, patience)? {
            command.env("GIT_SSH_COMMAND", ssh);
        }
        Ok(command)
    }

    fn run(&self, command: Command, stdout: usize) -> Result<Run, Error> {
        let left = self.options.timeout.saturating_sub(self.started.elapsed());
        let limits = Limits {
            stdout,
            own_group: !self.options.interactive,
            ..Limits::default()
        };
        process::run(command, None, left, limits)
    }
}

/// Why nothing came of a call.
enum Failure {
    Unreachable(String),
    Denied(String),
    TimedOut,
}

/// What a failed run means. Git has one exit code for all of this, so its words must do; they are in English.
fn failure(run: &Run, doing: &str) -> Result<Failure, Error> {
    const HERE: [&str; 9] = [
        "no space left on device",
        "out of diskspace",
        "couldn't write",
        "disk quota exceeded",
        "cannot lock ref",
        "insufficient permission for adding an object",
        "fsck error",
        "src refspec",
        "destination path",
    ];
    const DENIED: [&str; 12] = [
        "permission denied",
        "access denied",
        "authentication failed",
        "could not read username",
        "could not read password",
        "host key verification failed",
        "returned error: 401",
        "returned error: 403",
        "repository not found",
        "not authorized",
        "dubious ownership",
        "unauthorized",
    ];
    if run.ended == Ended::TimedOut {
        return Ok(Failure::TimedOut);
    }
    let words = run.words();
    let lower = words.to_lowercase();
    let own = |marker: &&str| {
        lower
            .lines()
            .any(|line| !line.starts_with("remote:") && line.contains(*marker))
    };
    if HERE.iter().any(own) {
        return Err(run.failed(doing));
    }
    let denied =
        DENIED.iter().any(|marker| lower.contains(marker)) || remote_lines(&words).contains("denied");
    Ok(if denied {
        Failure::Denied(words)
    } else {
        Failure::Unreachable(words)
    })
}

/// What the server itself said, without Git's prefix.
fn remote_lines(words: &str) -> String {
    let lines = words
        .lines()
        .filter_map(|line| line.strip_prefix("remote:"))
        .map(str::trim);
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
