//! A turn at writing in a clone: its lock, and a sign that outlives a run that dies (docs/sync.md#dead-runs).

use std::cell::Cell;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use super::error::StoreError;
use super::lock::Lock;
use super::notes::Notes;

/// A held turn; dropping it takes the sign away, and lets go of the lock.
///
/// The sign is a file that is there while a run is at work: who finds one, with the lock in hand, follows a run that
/// died. It stands for the locks of Git that a run takes on its way. That the file exists is all it says, so it needs
/// no fsync: file systems keep the order in which names come and go.
#[derive(Debug)]
pub struct Turn {
    sign: PathBuf,
    doubtful: Cell<bool>,
    _lock: Lock,
}

impl Turn {
    /// Waits for the clone's lock, at most `patience`, and puts up the sign.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another command still holds the lock then; or when a file cannot be made.
    pub fn take(notes: &Notes, patience: Duration) -> Result<Self, StoreError> {
        let lock = Lock::take(&notes.lock_path(), patience)?;
        let sign = notes.sign_path();
        let doubtful = match OpenOptions::new().write(true).create_new(true).open(&sign) {
            Ok(_) => false,
            Err(e) if e.kind() == ErrorKind::AlreadyExists => true,
            Err(e) => return Err(StoreError::io("write", &sign)(e)),
        };
        Ok(Self {
            sign,
            doubtful: Cell::new(doubtful),
            _lock: lock,
        })
    }

    /// Whether a run before this one may have left locks of Git behind.
    pub fn is_doubtful(&self) -> bool {
        self.doubtful.get()
    }

    /// A program that this run started may have left locks of Git behind: the next run is to look.
    pub fn doubt(&self) {
        self.doubtful.set(true);
    }

    /// What earlier runs left is cleared.
    pub fn trust(&self) {
        self.doubtful.set(false);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.doubtful.get() {
            // One that stays makes the next run look for locks that are not there.
            let _ = fs::remove_file(&self.sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_outlives_doubt_alone() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::of(folder.path());
        let take = || Turn::take(&notes, Duration::ZERO).unwrap();
        assert!(!take().is_doubtful());
        take().doubt();
        assert!(take().is_doubtful(), "until it is looked into");
        take().trust();
        assert!(!take().is_doubtful());
        assert!(!notes.sign_path().exists());
        // A run that dies drops nothing.
        fs::write(notes.sign_path(), "").unwrap();
        assert!(take().is_doubtful());
    }
}
