//! Repositories of another account: what Git allows is allowed (docs/sync.md#shapes).

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use git2::{ErrorCode, RepositoryOpenFlags};

use super::Error;
use super::process::{self, ExitState, RunOptions};
use super::program_environment::cleaned;

/// A repository that Git allows: the top of its work tree, and its Git folder.
type Allowed = Option<(PathBuf, PathBuf)>;

/// Opens a repository that libgit2 refuses for its owner, where `git` does not refuse it: libgit2 does not know every form
/// of `safe.directory`. `is_searching` looks in the folders above too.
pub(super) fn open_allowed(path: &Path, is_searching: bool) -> Result<Option<git2::Repository>, Error> {
    let Some((workdir, git_dir)) = allowed(path) else {
        return Ok(None);
    };
    let is_same = || matches!((path.canonicalize(), workdir.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if !is_searching && !is_same() {
        return Ok(None);
    }
    open_at(&workdir, &git_dir)
        .map(Some)
        .map_err(Error::library(format!(
            "opening the repository at {}",
            path.display()
        )))
}

/// Opens the repository of a work tree once more.
pub(super) fn reopen(workdir: &Path) -> Result<git2::Repository, git2::Error> {
    let none = std::iter::empty::<&OsStr>();
    match git2::Repository::open_ext(workdir, RepositoryOpenFlags::NO_SEARCH, none) {
        Err(error) if error.code() == ErrorCode::Owner => match allowed(workdir) {
            Some((workdir, git_dir)) => open_at(&workdir, &git_dir),
            None => Err(error),
        },
        opened => opened,
    }
}

/// Opened by its Git folder, libgit2 asks for no owner.
fn open_at(workdir: &Path, git_dir: &Path) -> Result<git2::Repository, git2::Error> {
    let repository = git2::Repository::open_bare(git_dir)?;
    repository.set_workdir(workdir, false)?;
    Ok(repository)
}

/// The answer of `git`, which is asked once for each folder. One that cannot be asked allows nothing.
fn allowed(path: &Path) -> Allowed {
    static KNOWN: Mutex<Option<HashMap<PathBuf, Allowed>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(answer) = known.get(path) {
        return answer.clone();
    }
    let mut command = cleaned();
    command
        .current_dir(path)
        .args(["rev-parse", "--show-toplevel", "--absolute-git-dir"]);
    let run = process::run(command, None, Duration::from_secs(10), RunOptions::default());
    let answer = run.ok().and_then(|run| {
        let text = String::from_utf8_lossy(&run.stdout);
        let mut lines = text.lines().map(PathBuf::from);
        match (run.ended, lines.next(), lines.next(), lines.next()) {
            (ExitState::Code(0), Some(workdir), Some(git_dir), None) => Some((workdir, git_dir)),
            _ => None,
        }
    });
    known.insert(path.to_owned(), answer.clone());
    answer
}
