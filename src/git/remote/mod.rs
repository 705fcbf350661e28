//! Calls to another repository: done by the user's own `git`, within a time, and answered by what happened.

mod address;
mod clone;
mod connection;
mod fetch;
mod nearby;
mod push;
mod second_login;
mod ssh;
mod targets;
mod url;
mod words;

use std::process::Command;
use std::time::{Duration, Instant};

pub use clone::{CloneOutcome, HeadsOutcome, RemoteHeads, clone, remote_heads};
pub use fetch::FetchOutcome;
pub use push::{PushAnswer, PushOutcome};
pub use targets::{PushTarget, PushTargets};
pub use url::{PublicAddress, check_url, remote_host};

pub(super) use address::resolve;

use self::ssh::Ssh;
use self::words::public_words;
use super::config::setting;
use super::process::{self, ExitState, FinishedRun, RunOptions};
use super::program_environment::allowed_by_settings;
use super::version::with_version_checked;
use super::{Error, Repository, program};

/// How a remote may be talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteOptions {
    /// Whether somebody sits at a terminal and may be asked for a password. Without one nothing ever asks.
    pub interactive: bool,
    /// After how long the whole call is given up.
    pub timeout: Duration,
}

impl RemoteOptions {
    /// The longest that a call may take; what has to be ended then is gone before a minute is over (docs/sync.md#running-git).
    pub const LONGEST: Duration = Duration::from_secs(55);

    /// The same, where the work began some time ago.
    #[must_use]
    pub fn since(self, began: Instant) -> RemoteOptions {
        RemoteOptions {
            timeout: self.timeout.saturating_sub(began.elapsed()),
            ..self
        }
    }
}

impl Default for RemoteOptions {
    /// Nobody to ask, and the longest time.
    fn default() -> Self {
        RemoteOptions {
            interactive: false,
            timeout: Self::LONGEST,
        }
    }
}

/// The time that the user allows.
fn own_timeout(value: &str) -> Result<Duration, Error> {
    let most = RemoteOptions::LONGEST.as_secs();
    match value.trim().parse() {
        Ok(seconds) if (1..=most).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(Error::invalid(
            format!("oneonone.timeout = {value}"),
            "not a number of seconds from 1 to 55",
        )),
    }
}

/// One call, in the settings of a repository.
struct RemoteCall<'a> {
    repository: Option<&'a Repository>,
    line: Line,
    /// The protocols that the user's settings allow; none where a variable says it, for every run of Git.
    protocols: Option<String>,
}

/// One call, with the time that is left for it. It needs no repository, so several can be under way at once.
struct Line {
    options: RemoteOptions,
    /// Where Git connects to.
    address: String,
    ssh: Ssh,
    started: Instant,
}

impl<'a> RemoteCall<'a> {
    /// `address` is where Git would connect to.
    fn new(
        repository: Option<&'a Repository>,
        address: &str,
        options: &RemoteOptions,
    ) -> Result<RemoteCall<'a>, Error> {
        let started = Instant::now();
        let longest = match setting(repository, "oneonone.timeout")? {
            Some(value) => own_timeout(&value)?,
            None => options.timeout,
        };
        let line = Line {
            options: RemoteOptions {
                timeout: options.timeout.min(longest),
                ..*options
            },
            address: address.to_owned(),
            ssh: Ssh::of(repository, address)?,
            started,
        };
        Ok(RemoteCall {
            repository,
            line,
            protocols: allowed_by_settings(|key| setting(repository, key))?,
        })
    }

    fn command(&self) -> Command {
        let mut command = program::settled(self.repository);
        let options = &self.line.options;
        let patience = options.timeout.as_secs().clamp(1, 30);
        command
            .arg("-c")
            .arg("http.lowSpeedLimit=1")
            .arg("-c")
            .arg(format!("http.lowSpeedTime={patience}"));
        if !options.interactive {
            command.env("GIT_TERMINAL_PROMPT", "0");
        }
        command.envs(
            self.protocols
                .iter()
                .map(|protocols| ("GIT_ALLOW_PROTOCOL", protocols)),
        );
        command.envs(self.line.ssh.settings(options.interactive, patience));
        command
    }

    fn run(&self, command: Command, stdout: usize) -> Result<FinishedRun, Error> {
        self.line.run(command, stdout)
    }
}

impl Line {
    fn run(&self, command: Command, stdout: usize) -> Result<FinishedRun, Error> {
        let left = self.options.timeout.saturating_sub(self.started.elapsed());
        let limits = RunOptions {
            stdout,
            own_group: !self.options.interactive,
            ..RunOptions::default()
        };
        let mut run = with_version_checked(|| process::run(command, None, left, limits))?;
        run.failed_there = ssh::take_failed_there(&mut run.stderr);
        run.stderr = public_words(&String::from_utf8_lossy(&run.stderr), &[&self.address]).into_bytes();
        if let Some(connection) = self.ssh.connection.as_ref().filter(|_| lost(&run)) {
            // Whatever became of it, the next call does not depend on it.
            connection.forget();
        }
        Ok(run)
    }
}

/// Whether a run ended because the other side was not, or no longer, there.
fn lost(run: &FinishedRun) -> bool {
    const LOST: [&str; 4] = [
        "could not read from remote",
        "hung up",
        "early eof",
        "unexpected disconnect",
    ];
    if run.ended == ExitState::Code(0) {
        return false;
    }
    let words = run.words().to_lowercase();
    run.ended == ExitState::TimedOut || LOST.iter().any(|marker| words.contains(marker))
}

/// Why nothing came of a call.
enum CallFailure {
    Unreachable(String),
    Denied(String),
    TimedOut,
}

/// The exit code of Git for an option that it does not know.
const USAGE: i32 = 129;

/// The meaning of a failed run. Git has one exit code for all of this, so its words must do; they are in English. A host
/// that spoke has answered, whatever it said.
fn failure(run: &FinishedRun, doing: &str) -> Result<CallFailure, Error> {
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
    const DENIED: [&str; 13] = [
        "fatal: remote error:",
        "not valid: is this a git repository",
        "returned error: ",
        "permission denied",
        "access denied",
        "authentication failed",
        "could not read username",
        "could not read password",
        "host key verification failed",
        "repository not found",
        "not authorized",
        "dubious ownership",
        "unauthorized",
    ];
    match run.ended {
        ExitState::TimedOut => return Ok(CallFailure::TimedOut),
        ExitState::Killed | ExitState::Code(USAGE) => return Err(run.failed(doing)),
        ExitState::BrokenPipe | ExitState::Code(_) => {}
    }
    let mut words = run.words();
    if run.ended == ExitState::BrokenPipe && words.is_empty() {
        words = "the other end hung up (broken pipe)".to_owned();
    }
    let lower = words.to_lowercase();
    let own = |marker: &&str| {
        lower
            .lines()
            .any(|line| !line.starts_with("remote:") && line.contains(*marker))
    };
    if HERE.iter().any(own) {
        return Err(run.failed(doing));
    }
    let is_missing = |line: &str| line.starts_with("fatal: repository '") && line.ends_with("not found");
    let denied = run.failed_there
        || DENIED.iter().any(|marker| lower.contains(marker))
        || lower.lines().any(is_missing)
        || !remote_lines(&words).is_empty();
    Ok(if denied {
        CallFailure::Denied(words)
    } else {
        CallFailure::Unreachable(words)
    })
}

/// The protocol that Git refused to use here, by its words (`GIT_ALLOW_PROTOCOL`, `protocol.NAME.allow`); none where it failed
/// otherwise. Nobody was asked then.
#[must_use]
pub fn refused_protocol(words: &str) -> Option<&str> {
    words.lines().find_map(|line| {
        let rest = line.strip_prefix("fatal: transport '")?;
        rest.strip_suffix("' not allowed")
    })
}

/// The words of the server itself, without Git's prefix.
fn remote_lines(words: &str) -> String {
    let lines = words
        .lines()
        .filter_map(|line| line.strip_prefix("remote:"))
        .map(str::trim);
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
