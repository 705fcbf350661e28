//! The errors of this layer, told apart by what the caller can do about them.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Shape;

/// A call that could not be carried out. Outcomes that are no failures are values of their own.
#[derive(Debug)]
pub enum Error {
    /// The repository has a shape that cannot be handled; nothing was written (docs/sync.md#shapes).
    Refused {
        /// Why it is refused.
        shape: Shape,
        /// Where the repository lies.
        at: PathBuf,
    },
    /// There is no repository.
    Missing {
        /// Where none lies.
        at: PathBuf,
    },
    /// The repository belongs to another account, and `safe.directory` does not list it.
    NotOwned {
        /// Where the repository lies.
        at: PathBuf,
    },
    /// Another program holds one of Git's locks, or died holding it.
    Locked {
        /// The lock file that stands in the way.
        file: PathBuf,
        /// How long it was waited for.
        waited: Duration,
    },
    /// An object is larger than the caller allows; it was not read.
    TooLarge {
        /// The object, short.
        id: String,
        /// Its size in bytes.
        size: usize,
        /// The limit it exceeds.
        limit: usize,
    },
    /// A tree names more files and folders than can be listed.
    TooManyFiles {
        /// The tree.
        id: String,
        /// The limit it exceeds.
        limit: usize,
    },
    /// A fetch refused an object of the other side, as `git fsck` would; nothing of it was taken in.
    UnsoundObject {
        /// The object; its kind and its whole id.
        object: String,
        /// The name of the fault, as `git help fsck` lists it.
        fault: String,
        /// The words of Git for it.
        words: String,
    },
    /// An argument that Git has no use for: an address, a path, an id.
    Invalid {
        /// The argument, as it was given.
        what: String,
        /// The fault in it.
        why: &'static str,
    },
    /// libgit2 failed.
    Library {
        /// The step that failed.
        doing: String,
        /// The words of libgit2.
        source: git2::Error,
    },
    /// The file system failed.
    Io {
        /// The step that failed.
        doing: String,
        /// The words of the system.
        source: io::Error,
    },
    /// The `git` program could not be started.
    NoProgram {
        /// The words of the system.
        source: io::Error,
    },
    /// The `git` program is too old.
    TooOld {
        /// Its version.
        found: String,
        /// The oldest that will do.
        needed: String,
    },
    /// The `git` program failed at something that no remote has a part in.
    Program {
        /// The step that failed.
        doing: String,
        /// Its standard error, raw.
        words: String,
    },
}

impl Error {
    /// For `map_err`: an IO error in the course of `doing` something to `path`.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::Io {
            doing: format!("{doing} {}", path.display()),
            source,
        }
    }

    /// For `map_err`: a libgit2 error in the course of `doing`.
    pub(super) fn library(doing: impl Into<String>) -> impl FnOnce(git2::Error) -> Error {
        move |source| Error::Library {
            doing: doing.into(),
            source,
        }
    }

    pub(super) fn invalid(what: impl Into<String>, why: &'static str) -> Error {
        Error::Invalid {
            what: what.into(),
            why,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused { shape, at } => write!(f, "{}: {shape}", at.display()),
            Error::Missing { at } => write!(f, "there is no Git repository at {}", at.display()),
            Error::NotOwned { at } => {
                write!(f, "{}: the repository belongs to another account", at.display())
            }
            Error::Locked { file, waited } => {
                write!(
                    f,
                    "{} still stands after {} s: another program is at work, or died",
                    file.display(),
                    waited.as_secs()
                )
            }
            Error::TooLarge { id, size, limit } => {
                write!(f, "object {id} has {size} bytes, more than the {limit} allowed")
            }
            Error::TooManyFiles { id, limit } => {
                write!(f, "the tree {id} has more than {limit} files and folders")
            }
            Error::UnsoundObject { object, fault, words } => write!(
                f,
                "the other side holds an object that git does not take in: {object}: {words} ({fault})"
            ),
            Error::Invalid { what, why } => write!(f, "{what:?}: {why}"),
            Error::Library { doing, .. } | Error::Io { doing, .. } => write!(f, "failed {doing}"),
            Error::NoProgram { .. } => write!(f, "failed to run `git`"),
            Error::TooOld { found, needed } => {
                write!(f, "git {found} is too old: {needed} or newer is needed")
            }
            Error::Program { doing, words } if words.trim().is_empty() => write!(f, "git failed {doing}"),
            Error::Program { doing, words } => write!(f, "git failed {doing}: {}", words.trim()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Library { source, .. } => Some(source),
            Error::Io { source, .. } | Error::NoProgram { source } => Some(source),
            _ => None,
        }
    }
}
