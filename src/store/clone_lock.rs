//! The lock of a clone, and a marker that outlives a run that dies (docs/sync.md#dead-runs).

use std::cell::Cell;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use super::error::StoreError;
use super::file_lock::Lock;
use super::notes::Notes;

/// The held lock of a clone. Dropping it removes the marker and lets go of the lock.
///
/// The marker is a file that is there while a run is at work: who finds one, with the lock in hand, follows a run that
/// died. It stands for the locks of Git that a run takes on its way. Only its existence counts, so it needs
/// no fsync: file systems keep the order in which names come and go.
#[derive(Debug)]
pub struct CloneLock {
    marker: PathBuf,
    may_be_stale: Cell<bool>,
    _lock: Lock,
}

impl CloneLock {
    /// Waits for the clone's lock, at most `patience`, and puts up the marker.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another command still holds the lock then; or when a file cannot be made.
    pub fn take(notes: &Notes, patience: Duration) -> Result<Self, StoreError> {
        let lock = Lock::take(&notes.lock_path(), patience)?;
        let marker = notes.marker_path();
        let may_be_stale = match OpenOptions::new().write(true).create_new(true).open(&marker) {
            Ok(_) => false,
            Err(e) if e.kind() == ErrorKind::AlreadyExists => true,
            Err(e) => return Err(StoreError::io("write", &marker)(e)),
        };
        Ok(Self {
            marker,
            may_be_stale: Cell::new(may_be_stale),
            _lock: lock,
        })
    }

    /// Whether a run before this one may have left locks of Git behind.
    pub fn may_be_stale(&self) -> bool {
        self.may_be_stale.get()
    }

    /// A program that this run started may have left locks of Git behind: the next run is to look.
    pub fn suspect_stale_locks(&self) {
        self.may_be_stale.set(true);
    }

    /// The locks that earlier runs left are cleared.
    pub fn stale_locks_cleared(&self) {
        self.may_be_stale.set(false);
    }
}

impl Drop for CloneLock {
    fn drop(&mut self) {
        if !self.may_be_stale.get() {
            // A marker that stays makes the next run look for locks that are not there.
            let _ = fs::remove_file(&self.marker);
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
        // A program that another test starts right now may hold a copy of the lock until it runs.
        let take = || CloneLock::take(&notes, Duration::from_secs(5)).unwrap();
        assert!(!take().may_be_stale());
        take().suspect_stale_locks();
        assert!(take().may_be_stale(), "until it is looked into");
        take().stale_locks_cleared();
        assert!(!take().may_be_stale());
        assert!(!notes.marker_path().exists());
        // A run that dies drops nothing.
        fs::write(notes.marker_path(), "").unwrap();
        assert!(take().may_be_stale());
    }
}
