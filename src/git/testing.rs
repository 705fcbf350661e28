//! Real repositories for the tests of this layer, driven by the real `git`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{CommitId, Repository, Signature};

/// A repository in a folder of its own, on the unborn branch `main`.
pub(super) struct Fixture {
    pub(super) dir: tempfile::TempDir,
    pub(super) repo: Repository,
}

pub(super) fn ana(seconds: i64) -> Signature {
    Signature {
        name: "Ana".into(),
        email: "ana@example.com".into(),
        seconds,
        offset_minutes: 60,
    }
}

impl Fixture {
    pub(super) fn new() -> Fixture {
        let dir = tempfile::tempdir().unwrap();
        let repo = Repository::init(&dir.path().join("work"), "main").unwrap();
        let f = Fixture { dir, repo };
        f.git(&["config", "user.name", "Ana"]);
        f.git(&["config", "user.email", "ana@example.com"]);
        f
    }

    /// A bare repository beside it, on `main` too.
    pub(super) fn bare(&self, name: &str) -> String {
        let path = self.dir.path().join(name).display().to_string();
        self.git(&["init", "-q", "--bare", "-b", "main", &path]);
        path
    }

    pub(super) fn git(&self, args: &[&str]) -> String {
        git_in(self.repo.workdir(), args, "").unwrap()
    }

    /// For a command that is expected to fail.
    pub(super) fn git_fails(&self, args: &[&str]) {
        assert!(git_in(self.repo.workdir(), args, "").is_err(), "{args:?}");
    }

    pub(super) fn git_stdin(&self, args: &[&str], stdin: &str) -> String {
        git_in(self.repo.workdir(), args, stdin).unwrap()
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.repo.workdir().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes a file and commits it with plain Git.
    pub(super) fn commit(&self, path: &str, text: &str) -> CommitId {
        self.write(path, text);
        self.git(&["add", "--", path]);
        self.git(&["commit", "-q", "-m", text]);
        self.tip()
    }

    pub(super) fn tip(&self) -> CommitId {
        self.git(&["rev-parse", "HEAD"]).parse().unwrap()
    }
}

/// The output of `git` in `dir`, or its words when it fails.
pub(super) fn git_in(dir: &Path, args: &[&str], stdin: &str) -> Result<String, String> {
    let mut child = Command::new("git")
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim_end().to_owned())
    } else {
        Err(format!(
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

pub(super) fn write_executable(path: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}
