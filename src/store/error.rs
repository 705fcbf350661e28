//! Errors of files.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file operation that failed. `doing` is a verb, such as `write`.
#[derive(Debug, Error)]
#[expect(
    missing_docs,
    reason = "the messages and the names of the fields say what they are"
)]
pub enum StoreError {
    #[error("could not {doing} {}", path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// A file of our own state does not read as what it should be.
    #[error("{}: {what}", path.display())]
    Damaged { path: PathBuf, what: String },
    #[error("{} is being written by another program, again and again", path.display())]
    KeepsChanging { path: PathBuf },
    #[error("another oneonone is at work in this pair (it holds {})", path.display())]
    Locked { path: PathBuf },
    /// A path that must not be written through, such as one behind a symbolic link.
    #[error("{} is not written: {why}", path.display())]
    Unsafe { path: PathBuf, why: &'static str },
}

impl StoreError {
    /// For `map_err`: an IO error with what was being done.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}
