//! A lock that is a file: one process at a time holds it, and it dies with that process (docs/sync.md#locks).

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::save::create_private_folder;

/// A held lock; dropping it lets go.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock at `path`, waiting at most `patience`.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another command still holds it then; or when the file cannot be made.
    pub fn take(path: &Path, patience: Duration) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            create_private_folder(folder)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(StoreError::io("open the lock", path))?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if begun.elapsed() < patience => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Locked {
                        path: path.to_owned(),
                    });
                }
                Err(TryLockError::Error(e)) => return Err(StoreError::io("lock", path)(e)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oneonone/lock");
        let held = Lock::take(&path, Duration::ZERO).unwrap();
        assert!(matches!(
            Lock::take(&path, Duration::from_millis(20)),
            Err(StoreError::Locked { .. })
        ));
        drop(held);
        // A program that another test starts right now holds a copy of the lock's file until its own exec.
        Lock::take(&path, Duration::from_secs(10)).unwrap();
    }
}
