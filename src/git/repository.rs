//! The repository itself: found, opened, made; where its folders are and what HEAD says.

use std::cell::{OnceCell, RefCell};
use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use git2::{ErrorCode, RepositoryOpenFlags};

use super::ownership::{open_allowed, reopen};
use super::quarantine::Quarantine;
use super::settings::Settings;
use super::types::TreeItems;
use super::{BlobId, CommitId, Error, Shape, TreeFile, TreeId, shape};

/// How long somebody else's lock is waited for, unless the caller says otherwise (docs/sync.md#locks).
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// The files that a half-done `git merge` leaves behind.
const MERGE_STATE: [&str; 5] = [
    "MERGE_HEAD",
    "MERGE_MSG",
    "MERGE_MODE",
    "AUTO_MERGE",
    "SQUASH_MSG",
];

/// A repository with a work tree.
pub struct Repository {
    pub(super) reader: git2::Repository,
    /// Where new objects are written. Made by the first one, so that queries do not pay for it.
    pub(super) quarantine: OnceCell<Quarantine>,
    /// A second handle, with fsync on, for what libgit2 itself must make durable. Made when it is first needed.
    writer: OnceCell<git2::Repository>,
    /// The settings, where `git` had to be asked.
    pub(super) settings: RefCell<Option<Settings>>,
    /// The answer of Git that is under way, if it was asked ahead.
    pub(super) asked: RefCell<Option<JoinHandle<Result<Settings, Error>>>>,
    /// The words that the host sent along with the last push that it accepted.
    pub(super) host_words: RefCell<Option<String>>,
    /// The files of the tree that was listed last.
    pub(super) listed: RefCell<Option<(TreeId, Rc<Vec<TreeFile>>)>>,
    /// Folders of trees, the one that was asked for last at the end.
    pub(super) folders: RefCell<Vec<(git2::Oid, Rc<TreeItems>)>>,
    workdir: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    lock_wait: Duration,
    pub(super) passing: bool,
}

/// The branch that is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its name without `refs/heads/`.
    pub branch: String,
    /// Its newest commit; none while the branch is unborn.
    pub tip: Option<CommitId>,
}

impl Repository {
    /// The nearest repository at `start` or above it, whatever `GIT_DIR` and its kin say; none where there is none.
    ///
    /// # Errors
    /// [`Error::Refused`] for one without a work tree or in a format libgit2 cannot open, [`Error::NotOwned`] for
    /// one of another account, or what else failed.
    pub fn discover(start: &Path) -> Result<Option<Repository>, Error> {
        match Self::open_with(start, RepositoryOpenFlags::empty()) {
            Ok(repository) => Ok(Some(repository)),
            Err(Error::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The repository whose work tree is `workdir` itself.
    ///
    /// # Errors
    /// As [`Repository::discover`], and when there is none.
    pub fn open(workdir: &Path) -> Result<Repository, Error> {
        Self::open_with(workdir, RepositoryOpenFlags::NO_SEARCH)
    }

    fn open_with(path: &Path, flags: RepositoryOpenFlags) -> Result<Repository, Error> {
        let path = &std::path::absolute(path).map_err(Error::io("finding", path))?;
        match git2::Repository::open_ext(path, flags, std::iter::empty::<&OsStr>()) {
            Ok(reader) => Self::of(reader),
            Err(source) if source.code() == ErrorCode::Owner => {
                let is_searching = !flags.contains(RepositoryOpenFlags::NO_SEARCH);
                match open_allowed(path, is_searching)? {
                    Some(reader) => Self::of(reader),
                    None => Err(Error::NotOwned { at: path.clone() }),
                }
            }
            Err(source) if source.code() == ErrorCode::NotFound => Err(Error::Missing { at: path.clone() }),
            Err(source) => Err(match shape::of_unopened(path) {
                Some((shape, at)) => Error::Refused { shape, at },
                None => Error::Library {
                    doing: format!("opening the repository at {}", path.display()),
                    source,
                },
            }),
        }
    }

    /// Makes a repository at `dir` (and `dir` itself), with the unborn `branch` checked out. No template of the user's
    /// is copied: no hooks come from anywhere.
    ///
    /// # Errors
    /// When it fails, or when there is a repository already.
    pub fn init(dir: &Path, branch: &str) -> Result<Repository, Error> {
        let mut options = git2::RepositoryInitOptions::new();
        options
            .no_reinit(true)
            .mkpath(true)
            .external_template(false)
            .initial_head(branch);
        let reader = git2::Repository::init_opts(dir, &options).map_err(Error::library(format!(
            "making a repository at {}",
            dir.display()
        )))?;
        let repo = Self::of(reader)?;
        repo.remove_trial_links();
        Ok(repo)
    }

    /// libgit2 tries out whether links can be made in a new folder; one that it could not remove is no file of anybody's.
    fn remove_trial_links(&self) {
        let Ok(items) = std::fs::read_dir(&self.workdir) else {
            return;
        };
        for path in items.flatten().map(|item| item.path()) {
            if std::fs::read_link(&path).is_ok_and(|to| to == Path::new("testing")) {
                let _ = std::fs::remove_file(&path);
            }
        }
    }

    fn of(reader: git2::Repository) -> Result<Repository, Error> {
        let Some(workdir) = reader.workdir().map(tidy) else {
            return Err(Error::Refused {
                shape: Shape::Bare,
                at: tidy(reader.path()),
            });
        };
        let (git_dir, common_dir) = (tidy(reader.path()), tidy(reader.commondir()));
        Ok(Repository {
            reader,
            quarantine: OnceCell::new(),
            writer: OnceCell::new(),
            settings: RefCell::new(None),
            asked: RefCell::new(None),
            host_words: RefCell::new(None),
            listed: RefCell::new(None),
            folders: RefCell::default(),
            workdir,
            git_dir,
            common_dir,
            lock_wait: LOCK_WAIT,
            passing: false,
        })
    }

    /// The same repository, waiting this long (instead of ten seconds) for locks that others hold.
    #[cfg(test)]
    #[must_use]
    pub(super) fn with_lock_wait(mut self, wait: Duration) -> Repository {
        self.lock_wait = wait;
        self
    }

    /// The same repository, for what is gone in a moment: what is written need not outlive a power cut. Called before
    /// the first write.
    #[must_use]
    pub fn passing(mut self) -> Repository {
        self.passing = true;
        self
    }

    /// The top of the work tree, absolute.
    #[must_use]
    pub fn workdir(&self) -> &Path {
        &self.workdir
    }

    /// The Git folder of this worktree (its HEAD, its index), absolute.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The Git folder that all linked worktrees share (objects, branches, configuration), absolute.
    #[must_use]
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The handle to write references with: what it writes is on the disk when it returns.
    pub(super) fn writer(&self) -> Result<&git2::Repository, Error> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        let doing = "switching fsync on";
        let writer = reopen(&self.workdir).map_err(Error::library(doing))?;
        if self.passing {
            return Ok(self.writer.get_or_init(|| writer));
        }
        // libgit2 reads this once, from the configuration, when it opens its stores; there is no safe call for it. In
        // the user's own file it would make every `git` print a deprecation warning, so it comes from a file of a
        // moment at the highest level of this handle alone.
        let mut file = tempfile::Builder::new()
            .prefix(".oneonone-")
            .suffix(".tmp")
            .tempfile_in(&self.git_dir)
            .map_err(Error::io("writing in", &self.git_dir))?;
        // `safecrlf` would refuse to store a file whose line ends a checkout would change; nothing is lost by that.
        file.write_all(b"[core]\n\tfsyncObjectFiles = true\n\tsafecrlf = false\n")
            .map_err(Error::io("writing", file.path()))?;
        let mut config = writer.config().map_err(Error::library(doing))?;
        config
            .add_file(file.path(), git2::ConfigLevel::App, true)
            .map_err(Error::library(doing))?;
        writer.odb().map_err(Error::library(doing))?;
        writer.refdb().map_err(Error::library(doing))?;
        Ok(self.writer.get_or_init(|| writer))
    }

    /// Repeats `attempt` while it meets a lock, and then names the file out of `locks` that stands there.
    pub(super) fn patiently<T>(
        &self,
        doing: &str,
        locks: &[PathBuf],
        mut attempt: impl FnMut() -> Result<T, git2::Error>,
    ) -> Result<T, Error> {
        let started = Instant::now();
        loop {
            match attempt() {
                Err(error) if error.code() == ErrorCode::Locked => {
                    if started.elapsed() >= self.lock_wait {
                        return Err(match locks.iter().find(|lock| lock.exists()) {
                            Some(file) => Error::Locked {
                                file: file.clone(),
                                waited: self.lock_wait,
                            },
                            None => Error::Library {
                                doing: doing.to_owned(),
                                source: error,
                            },
                        });
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
                done => return done.map_err(Error::library(doing)),
            }
        }
    }

    /// The name that `bytes` would have as a blob; nothing is written.
    ///
    /// # Errors
    /// When libgit2 cannot.
    pub fn blob_id(bytes: &[u8]) -> Result<BlobId, Error> {
        git2::Oid::hash_object(git2::ObjectType::Blob, bytes)
            .map(BlobId)
            .map_err(Error::library("hashing a blob"))
    }

    pub(super) fn lock_wait(&self) -> Duration {
        self.lock_wait
    }

    pub(super) fn branch_of_head(&self) -> Result<Option<String>, Error> {
        let head = self
            .reader
            .find_reference("HEAD")
            .map_err(Error::library("reading HEAD"))?;
        let target = head.symbolic_target().map_err(Error::library("reading HEAD"))?;
        Ok(target
            .and_then(|name| name.strip_prefix("refs/heads/"))
            .map(str::to_owned))
    }

    /// The commits that a half-done `git merge` was about to bring in; empty when there is none.
    ///
    /// # Errors
    /// When the note of it cannot be read.
    pub fn merge_heads(&self) -> Result<Vec<CommitId>, Error> {
        let path = self.git_dir.join("MERGE_HEAD");
        match std::fs::read_to_string(&path) {
            Ok(text) => text
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::parse)
                .collect(),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(Error::io("reading", &path)(error)),
        }
    }

    /// Forgets a half-done `git merge`. Neither the files nor the index are touched.
    ///
    /// # Errors
    /// When a file of it cannot be removed.
    pub fn clear_merge_state(&self) -> Result<(), Error> {
        for name in MERGE_STATE {
            let path = self.git_dir.join(name);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::io("removing", &path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Makes a bare repository, whose HEAD names `branch`: a remote for those on one machine.
///
/// # Errors
/// When it fails, or when there is a repository already.
pub fn init_bare(dir: &Path, branch: &str) -> Result<(), Error> {
    let mut options = git2::RepositoryInitOptions::new();
    options
        .bare(true)
        .no_reinit(true)
        .mkpath(true)
        .external_template(false)
        .initial_head(branch);
    git2::Repository::init_opts(dir, &options)
        .map(drop)
        .map_err(Error::library(format!(
            "making a repository at {}",
            dir.display()
        )))
}

/// Without the slash at the end that libgit2 puts there.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}
