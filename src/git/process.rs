//! Runs a program that may hang, write without end, or leave children that hold its pipes.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Error;

/// How long a program has to clean up after it was asked to end, and its pipes to close after it ended.
const GRACE: Duration = Duration::from_secs(1);

/// How much is kept of what a program writes: the first and the last so many bytes.
#[derive(Clone, Copy)]
pub(super) struct RunOptions {
    pub(super) stdout: usize,
    pub(super) stderr: usize,
    /// Whether the program gets a process group of its own. One that may ask at the terminal must not: a group in the
    /// background is stopped when it reads from there.
    pub(super) own_group: bool,
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions {
            stdout: 64 << 10,
            stderr: 64 << 10,
            own_group: true,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExitState {
    Code(i32),
    /// By a signal that was not ours.
    Killed,
    /// By the signal of the system that nobody reads what it writes: the other end hung up.
    BrokenPipe,
    TimedOut,
}

pub(super) struct FinishedRun {
    pub(super) ended: ExitState,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// Whether some of stdout was not kept.
    pub(super) cut: bool,
    /// Whether a program at the other end of ssh ran, and failed there.
    pub(super) failed_there: bool,
}

impl FinishedRun {
    pub(super) fn words(&self) -> String {
        String::from_utf8_lossy(&self.stderr).trim().to_owned()
    }

    pub(super) fn failed(&self, doing: impl Into<String>) -> Error {
        let words = if self.ended == ExitState::TimedOut {
            "it took too long".to_owned()
        } else {
            self.words()
        };
        Error::Program {
            doing: doing.into(),
            words,
        }
    }
}

/// Runs `command` to its end, or for `timeout`. Waits for nobody longer than that and two [`GRACE`]s.
pub(super) fn run(
    command: Command,
    stdin: Option<Vec<u8>>,
    timeout: Duration,
    limits: RunOptions,
) -> Result<FinishedRun, Error> {
    run_into(command, stdin, Stdio::piped(), timeout, limits)
}

/// Like [`run`], with another place for what it writes.
pub(super) fn run_into(
    mut command: Command,
    stdin: Option<Vec<u8>>,
    stdout: Stdio,
    timeout: Duration,
    limits: RunOptions,
) -> Result<FinishedRun, Error> {
    command.stdin(if stdin.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    });
    command.stdout(stdout).stderr(Stdio::piped());
    #[cfg(unix)]
    if limits.own_group {
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let mut child = command.spawn().map_err(|source| Error::NoProgram { source })?;
    let stdout = child
        .stdout
        .take()
        .map(|pipe| Capture::start(pipe, limits.stdout));
    let stderr = child
        .stderr
        .take()
        .map(|pipe| Capture::start(pipe, limits.stderr));
    if let (Some(mut pipe), Some(bytes)) = (child.stdin.take(), stdin) {
        // A program that ends early closes the pipe; its exit code tells what that means.
        std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    }
    let ended = end(&mut child, timeout, limits.own_group)?;
    let (stdout, cut) = stdout.map(Capture::finish).unwrap_or_default();
    let (stderr, _) = stderr.map(Capture::finish).unwrap_or_default();
    Ok(FinishedRun {
        ended,
        stdout,
        stderr,
        cut,
        failed_there: false,
    })
}

#[cfg(unix)]
fn end(child: &mut Child, timeout: Duration, own_group: bool) -> Result<ExitState, Error> {
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};

    let pid = Pid::from_child(child);
    let (sender, ended) = channel();
    // It only looks: the process keeps its number until it is reaped below, so no signal can hit another one.
    std::thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(pid), options), Err(error) if error == rustix::io::Errno::INTR) {}
        let _ = sender.send(());
    });
    if ended.recv_timeout(timeout) != Err(RecvTimeoutError::Timeout) {
        return reap(child);
    }
    for signal in [Signal::TERM, Signal::KILL] {
        // Asked first: `git clone` then removes what it has made.
        let _ = if own_group {
            kill_process_group(pid, signal)
        } else {
            kill_process(pid, signal)
        };
        if ended.recv_timeout(GRACE) != Err(RecvTimeoutError::Timeout) {
            if own_group {
                let _ = kill_process_group(pid, Signal::KILL);
            }
            let _ = child.wait();
            break;
        }
    }
    Ok(ExitState::TimedOut)
}

#[cfg(not(unix))]
fn end(child: &mut Child, timeout: Duration, _own_group: bool) -> Result<ExitState, Error> {
    let started = std::time::Instant::now();
    while started.elapsed() < timeout {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return reap(child);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    Ok(ExitState::TimedOut)
}

fn reap(child: &mut Child) -> Result<ExitState, Error> {
    let status = child.wait().map_err(|source| Error::Io {
        doing: "waiting for git".to_owned(),
        source,
    })?;
    Ok(match status.code() {
        Some(code) => ExitState::Code(code),
        None if is_broken_pipe(status) => ExitState::BrokenPipe,
        None => ExitState::Killed,
    })
}

#[cfg(unix)]
fn is_broken_pipe(status: ExitStatus) -> bool {
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    signal == Some(rustix::process::Signal::PIPE.as_raw())
}

#[cfg(not(unix))]
fn is_broken_pipe(_: ExitStatus) -> bool {
    false
}

/// The bytes read from a pipe so far: a thread reads on, so that the program never waits for us.
struct Capture {
    kept: Arc<Mutex<HeadAndTail>>,
    closed: Receiver<()>,
}

#[derive(Default)]
struct HeadAndTail {
    first: Vec<u8>,
    last: Vec<u8>,
    cut: bool,
}

impl Capture {
    fn start(mut pipe: impl Read + Send + 'static, limit: usize) -> Capture {
        let kept = Arc::new(Mutex::new(HeadAndTail::default()));
        let (sender, closed) = channel();
        let shared = Arc::clone(&kept);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            loop {
                match pipe.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(n) => {
                        let read = buffer.get(..n).unwrap_or_default();
                        shared
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(read, limit);
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            let _ = sender.send(());
        });
        Capture { kept, closed }
    }

    /// The output of the program. A grandchild that holds the pipe open is not waited for.
    fn finish(self) -> (Vec<u8>, bool) {
        let _ = self.closed.recv_timeout(GRACE);
        let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        let mut bytes = kept.first;
        if kept.cut {
            bytes.extend_from_slice("\n…\n".as_bytes());
        }
        bytes.extend(kept.last);
        (bytes, kept.cut)
    }
}

impl HeadAndTail {
    fn push(&mut self, read: &[u8], limit: usize) {
        let room = limit.saturating_sub(self.first.len()).min(read.len());
        let (first, last) = read.split_at(room);
        self.first.extend_from_slice(first);
        self.last.extend_from_slice(last);
        if self.last.len() > 2 * limit {
            self.last.drain(..self.last.len() - limit);
            self.cut = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn sh(script: &str, timeout: u64, stdin: Option<Vec<u8>>) -> FinishedRun {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let limits = RunOptions {
            stdout: 1000,
            stderr: 1000,
            own_group: true,
        };
        run(command, stdin, Duration::from_millis(timeout), limits).unwrap()
    }

    #[test]
    fn a_program_ends_by_itself() {
        let run = sh("cat; echo words >&2; exit 3", 10_000, Some(b"hello".to_vec()));
        assert_eq!(
            (run.ended, run.stdout.as_slice(), run.words().as_str()),
            (ExitState::Code(3), &b"hello"[..], "words")
        );
        assert_eq!(sh("kill -9 $$", 10_000, None).ended, ExitState::Killed);
        assert_eq!(sh("kill -PIPE $$", 10_000, None).ended, ExitState::BrokenPipe);
    }

    #[test]
    fn a_hanging_program_ends_with_its_children() {
        let started = Instant::now();
        let file = tempfile::NamedTempFile::new().unwrap();
        let child = format!(
            "while :; do echo x >> '{}'; sleep 0.05; done",
            file.path().display()
        );
        let run = sh(&format!("trap '' TERM; {child} & {child}"), 200, None);
        assert_eq!(run.ended, ExitState::TimedOut);
        assert!(started.elapsed() < Duration::from_secs(4));
        let size = || std::fs::metadata(file.path()).unwrap().len();
        let then = size();
        std::thread::sleep(Duration::from_millis(300));
        assert!(then > 0 && size() == then, "nobody writes any more");
    }

    #[test]
    fn a_grandchild_that_holds_the_pipe_is_not_waited_for() {
        let started = Instant::now();
        let run = sh("sleep 5 & echo done", 10_000, None);
        assert_eq!(
            (run.ended, run.stdout.as_slice()),
            (ExitState::Code(0), &b"done\n"[..])
        );
        assert!(started.elapsed() < Duration::from_secs(4));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let run = sh("echo start; yes | head -c 1000000; echo end", 10_000, None);
        assert!(run.cut && run.stdout.len() < 4000);
        assert!(run.stdout.starts_with(b"start\n") && run.stdout.ends_with(b"end\n"));
    }
}
