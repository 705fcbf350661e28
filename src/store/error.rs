//! What can go wrong with files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file operation that failed, with what was being done.
#[derive(Debug)]
pub enum StoreError {
    /// The operating system said no.
    Io {
        /// What was being done, such as `write`.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A file of our own state does not read as what it should be.
    Damaged {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A file is written again and again, and was never read whole.
    KeepsChanging {
        /// The file.
        path: PathBuf,
    },
    /// Another command holds the lock and did not let go in time.
    Locked {
        /// The lock's file.
        path: PathBuf,
    },
    /// A path that must not be written through, such as one behind a symbolic link.
    Unsafe {
        /// The path.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
}

impl StoreError {
    /// For `map_err`: an IO error with what was being done.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, path, .. } => write!(f, "could not {doing} {}", path.display()),
            Self::Damaged { path, what } => write!(f, "{}: {what}", path.display()),
            Self::KeepsChanging { path } => write!(
                f,
                "{} is being written by another program, again and again",
                path.display()
            ),
            Self::Locked { path } => {
                write!(
                    f,
                    "another oneonone is at work in this pair (it holds {})",
                    path.display()
                )
            }
            Self::Unsafe { path, why } => write!(f, "{} is not written: {why}", path.display()),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
