//! The programs of the world: where they are found, scripts that play one, and `cp`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

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

/// Writes a script that can be run, such as a hook, an editor or an ssh.
pub(crate) fn script(path: &Path, lines: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Copies all that a folder holds into another one, which may be there already, with its times and links.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status();
    assert!(copied.unwrap().success());
}
