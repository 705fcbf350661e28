//! The servers of Debian, on loopback, as the one who runs the tests: sshd, and nginx with fcgiwrap.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::world::{script, search_path};

/// A folder with a short name, since the paths of sockets are short, and what runs in it.
pub(super) struct Servers {
    pub(super) root: TempDir,
    pub(super) ssh: Result<super::sshd::Sshd, String>,
    pub(super) web: Result<super::web::Web, String>,
}

impl Servers {
    pub(super) fn start() -> Self {
        let made = |folder: &str| tempfile::Builder::new().prefix("o1-").tempdir_in(folder).ok();
        let root = made("/dev/shm").filter(|root| runs_programs(root.path()));
        let root = root.or_else(|| made("/tmp")).unwrap();
        let ssh = super::sshd::Sshd::start(root.path());
        let web = super::web::Web::start(root.path());
        Self { root, ssh, web }
    }
}

/// Whether a script in a folder can be run: memory is quicker than a disk, and sometimes mounted without.
fn runs_programs(folder: &Path) -> bool {
    let program = folder.join("true");
    script(&program, "exit 0");
    Command::new(&program)
        .status()
        .is_ok_and(|status| status.success())
}

/// The path of a program; servers lie where only root's search path leads.
pub(super) fn program(name: &str) -> Result<PathBuf, String> {
    let path = search_path();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("no {name}"))
}

/// A server that ends with the tests, however they end.
pub(super) struct Daemon(Child);

impl Daemon {
    pub(super) fn start(log: &Path, program: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        let log = fs::File::options().create(true).append(true).open(log).unwrap();
        // The shell reads until the tests are gone, and takes the server's whole group with it.
        let script = r#"setsid "$@" & server=$!; read -r _; kill -- "-$server"; wait"#;
        let child = Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(program)
            .args(args)
            .env_clear()
            .env("PATH", search_path())
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A port that nobody listens at.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Waits until something is there.
pub(super) fn wait_for(what: &str, there: impl Fn() -> bool) -> Result<(), String> {
    let started = Instant::now();
    while !there() {
        if started.elapsed() > Duration::from_secs(10) {
            return Err(format!("{what} did not start"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

pub(super) fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// Runs a program of the set-up.
pub(super) fn set_up(program: &Path, args: &[&str], env: &[(&str, &str)]) {
    let output = Command::new(program)
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{} {args:?}: {}",
        program.display(),
        String::from_utf8_lossy(&output.stderr)
    );
}
