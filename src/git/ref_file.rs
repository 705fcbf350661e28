//! Moving a reference by its file, under Git's own lock, with as few waits for the disk as durability needs: the new
//! value, then its name. libgit2 makes the reflogs durable too, one after the other; they are a convenience.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::durable::sync;
use super::{CommitId, Error, Expect, RefUpdate, Repository};

/// Git's own lock on a reference: a file, removed on drop unless it became the reference.
#[derive(Debug)]
pub struct RefLock {
    name: String,
    target: PathBuf,
    path: PathBuf,
    file: File,
    held: bool,
}

impl Drop for RefLock {
    fn drop(&mut self) {
        if self.held {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Repository {
    /// Moves a direct reference that lies in a folder which is there; none where libgit2 must do it.
    pub(super) fn move_by_file(
        &self,
        name: &str,
        new: CommitId,
        expected: Expect,
        message: &str,
    ) -> Result<Option<RefUpdate>, Error> {
        if self.reader.find_commit(new.0).is_err() {
            return Ok(None);
        }
        match self.lock_by_file(name)? {
            Some(lock) => self.move_locked(lock, new, expected, message).map(Some),
            None => Ok(None),
        }
    }

    /// Takes Git's lock on a branch, to move it later: until then no other program does. None where it does not lie in a
    /// file of its own, which [`Repository::move_branch`] can do all the same.
    ///
    /// # Errors
    /// [`Error::Locked`] when another program holds it for too long, or what else failed.
    pub fn lock_branch(&self, branch: &str) -> Result<Option<RefLock>, Error> {
        self.lock_by_file(&format!("refs/heads/{branch}"))
    }

    fn lock_by_file(&self, name: &str) -> Result<Option<RefLock>, Error> {
        let path = self.common_dir().join(name);
        let in_its_place = fs::symlink_metadata(&path).map_or(true, |found| found.is_file());
        let in_a_folder = path.parent().is_some_and(Path::is_dir);
        if !in_its_place || !in_a_folder || !git2::Reference::is_valid_name(name) || self.is_symbolic(name) {
            return Ok(None);
        }
        self.lock_reference(name, &path).map(Some)
    }

    /// [`Repository::move_branch`] with the lock in hand.
    ///
    /// # Errors
    /// As there.
    pub fn move_locked(
        &self,
        mut lock: RefLock,
        new: CommitId,
        expected: Expect,
        message: &str,
    ) -> Result<RefUpdate, Error> {
        let name = lock.name.clone();
        let old = self.reference(&name)?;
        match expected {
            Expect::Absent if old.is_some() => return Ok(RefUpdate::Changed),
            Expect::Is(expected) if old != Some(expected) => return Ok(RefUpdate::Changed),
            _ => {}
        }
        if old == Some(new) {
            return Ok(RefUpdate::Done);
        }
        writeln!(lock.file, "{new}").map_err(Error::io("writing", &lock.path))?;
        if !self.passing {
            lock.file
                .sync_all()
                .map_err(Error::io("making durable", &lock.path))?;
        }
        fs::rename(&lock.path, &lock.target).map_err(Error::io("writing", &lock.target))?;
        lock.held = false;
        if let Some(folder) = lock.target.parent().filter(|_| !self.passing) {
            sync(folder)?;
        }
        self.log_move(&name, old, new, message);
        Ok(RefUpdate::Done)
    }

    fn is_symbolic(&self, name: &str) -> bool {
        let found = self.reader.find_reference(name);
        found.is_ok_and(|found| found.kind() == Some(git2::ReferenceType::Symbolic))
    }

    fn lock_reference(&self, name: &str, target: &Path) -> Result<RefLock, Error> {
        let mut path = target.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let started = Instant::now();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    return Ok(RefLock {
                        name: name.to_owned(),
                        target: target.to_owned(),
                        path,
                        file,
                        held: true,
                    });
                }
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(Error::io("making", &path)(error));
                }
                Err(_) if started.elapsed() >= self.lock_wait() => {
                    return Err(Error::Locked {
                        file: path,
                        waited: self.lock_wait(),
                    });
                }
                Err(_) => std::thread::sleep(std::time::Duration::from_millis(20)),
            }
        }
    }

    /// Writes the move into the reflogs that there are, of the reference and of HEAD where it leads there. A log that cannot
    /// be written is no error: the reference has moved.
    fn log_move(&self, name: &str, old: Option<CommitId>, new: CommitId, message: &str) {
        let who = match self.reader.signature() {
            Ok(who) => who.to_string(),
            Err(_) => "oneonone <>".to_owned(),
        };
        let old = old.map_or_else(|| "0".repeat(40), |old| old.to_string());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let seconds = now.map_or(0, |now| now.as_secs());
        let line = format!("{old} {new} {who} {seconds} +0000\t{message}\n");
        let mut logs = vec![self.common_dir().join("logs").join(name)];
        if self
            .branch_of_head()
            .ok()
            .flatten()
            .map(|branch| format!("refs/heads/{branch}"))
            == Some(name.to_owned())
        {
            logs.push(self.git_dir().join("logs/HEAD"));
        }
        let wanted = !matches!(
            self.configured("core.logAllRefUpdates").ok().flatten().as_deref(),
            Some("false" | "0" | "no" | "off")
        );
        let logged = name.starts_with("refs/heads/") || name.starts_with("refs/remotes/");
        for log in logs {
            let make = wanted && logged;
            if make && let Some(folder) = log.parent() {
                let _ = fs::create_dir_all(folder);
            }
            let file = OpenOptions::new().append(true).create(make).open(&log);
            let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
        }
    }
}
