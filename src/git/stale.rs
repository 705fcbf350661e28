//! Locks of Git that a run of ours left when it died: told from other people's, and removed (docs/sync.md#locks).

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::{CommitId, Error, Repository};

/// How long a lock must stand untouched before it counts as dead. Git holds some with no file open, for moments.
const STILL: Duration = Duration::from_millis(500);
/// The same in a remote: another machine may share that folder, and what runs there is not seen from here.
const STILL_THERE: Duration = Duration::from_secs(2);
/// No lock of ours is longer than an object id with its newline.
const LONGEST: u64 = 41;
/// The name of this program among the processes.
#[cfg(target_os = "linux")]
const PROGRAM: &str = "oneonone";

impl Repository {
    /// Removes the locks that a dead run of ours left in this repository: on the index, and on `references` (full
    /// names, and every one below `refs/oneonone`). It removes those on the same names in the `remote` (a name or an
    /// address), too, where that is a folder of this machine. To be called only on the word of a note that such a run
    /// left.
    ///
    /// A lock is ours, and dead, when all of this holds:
    ///
    /// - It belongs to this account.
    /// - It is empty, or it holds the id of a commit that is here. A run of ours puts nothing else into one.
    /// - It stands untouched for half a second, in a remote for two.
    /// - No process has it open, and no `git` that may write is at work in its repository.
    ///
    /// Others stay where they are.
    ///
    /// # Errors
    /// [`Error::Locked`] where such a lock is in use for longer than this repository waits; or what failed.
    pub fn clear_stale_locks(&self, references: &[&str], remote: &str) -> Result<(), Error> {
        let mut locks = self.lock_files(references);
        find_locks(&self.common_dir().join("refs/oneonone"), 32, &mut locks);
        self.clear(
            &locks,
            &[self.workdir(), self.common_dir(), self.git_dir()],
            STILL,
        )?;
        if let Some(there) = self.folder_of_remote(remote) {
            self.clear(&locks_in_remote(&there, references), &[&there], STILL_THERE)?;
        }
        for draft in ["index.lock.new", "index.lock.new.lock"] {
            let _ = fs::remove_file(self.git_dir().join(draft));
        }
        Ok(())
    }

    /// Whether one of those locks stands in a remote that is a folder of this machine: of a push that is under way, or
    /// that a `git` which served it could not remove.
    #[must_use]
    pub fn is_locked_there(&self, references: &[&str], remote: &str) -> bool {
        let there = self.folder_of_remote(remote);
        there.is_some_and(|there| {
            locks_in_remote(&there, references)
                .iter()
                .any(|lock| lock.exists())
        })
    }

    fn clear(&self, locks: &[PathBuf], folders: &[&Path], still: Duration) -> Result<(), Error> {
        let started = Instant::now();
        for lock in locks {
            while let Some(found) = self.ours(lock) {
                let in_use = at_work(lock, folders);
                if in_use == Some(true) && started.elapsed() >= self.lock_wait() {
                    return Err(Error::Locked {
                        file: lock.clone(),
                        waited: self.lock_wait(),
                    });
                }
                // Where nobody can say, only time tells.
                std::thread::sleep(if in_use.is_some() { still } else { self.lock_wait() });
                let untouched = self.ours(lock).is_some_and(|now| same(&found, &now));
                if untouched && in_use != Some(true) && at_work(lock, folders) != Some(true) {
                    fs::remove_file(lock).map_err(Error::io("removing", lock))?;
                }
            }
        }
        Ok(())
    }

    /// A lock with nothing in it but what a run of ours would have put there.
    fn ours(&self, lock: &Path) -> Option<Metadata> {
        let found = fs::symlink_metadata(lock).ok().filter(Metadata::is_file)?;
        if found.len() > LONGEST || !is_mine(&found) {
            return None;
        }
        let text = fs::read_to_string(lock).ok()?;
        let known = |id: CommitId| self.commit_info(id).is_ok();
        (text.is_empty() || text.trim_end().parse().is_ok_and(known)).then_some(found)
    }
}

fn locks_in_remote(there: &Path, references: &[&str]) -> Vec<PathBuf> {
    let names = references.iter().chain(&["HEAD", "packed-refs"]);
    names.map(|name| there.join(format!("{name}.lock"))).collect()
}

/// Processes of another account cannot be looked into: nothing tells whether their locks are dead.
#[cfg(unix)]
fn is_mine(lock: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(lock) == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_mine(_: &Metadata) -> bool {
    true
}

fn same(before: &Metadata, now: &Metadata) -> bool {
    let written = |data: &Metadata| data.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    before.len() == now.len() && written(before) == written(now)
}

fn find_locks(folder: &Path, depth: usize, locks: &mut Vec<PathBuf>) {
    let Ok(items) = fs::read_dir(folder) else { return };
    for item in items.flatten() {
        let path = item.path();
        let is_folder = item.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && depth > 0 {
            find_locks(&path, depth - 1, locks);
        } else if path.extension().is_some_and(|extension| extension == "lock") {
            locks.push(path);
        }
    }
}

/// Whether a process has the lock open, or a `git` works in one of the folders; none where that cannot be known.
#[cfg(target_os = "linux")]
fn at_work(lock: &Path, folders: &[&Path]) -> Option<bool> {
    let Ok(lock) = fs::canonicalize(lock) else {
        return Some(false);
    };
    let folders: Vec<_> = folders.iter().filter_map(|f| fs::canonicalize(f).ok()).collect();
    let own = std::process::id().to_string();
    let mut unknown = false;
    for process in fs::read_dir("/proc").ok()?.flatten() {
        let name = process.file_name();
        if name
            .to_str()
            .is_none_or(|name| name == own || name.parse::<u32>().is_err())
        {
            continue;
        }
        let path = process.path();
        let git = fs::read_to_string(path.join("comm")).is_ok_and(|name| name.starts_with("git"))
            && !only_reads(&fs::read(path.join("cmdline")).unwrap_or_default());
        let stands = fs::read_link(path.join("cwd")).unwrap_or_default();
        if git && folders.iter().any(|folder| stands.starts_with(folder)) {
            return Some(true);
        }
        let Ok(open) = fs::read_dir(path.join("fd")) else {
            // Another run of this program lets nobody look into it.
            unknown |= fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == PROGRAM);
            continue;
        };
        if open
            .flatten()
            .any(|fd| fs::read_link(fd.path()).is_ok_and(|file| file == lock))
        {
            return Some(true);
        }
    }
    (!unknown).then_some(false)
}

/// Whether a `git` takes no lock however long it runs: one that waits for a pager, or watches the folder.
#[cfg(target_os = "linux")]
fn only_reads(command_line: &[u8]) -> bool {
    const READERS: [&[u8]; 9] = [
        b"log",
        b"diff",
        b"show",
        b"blame",
        b"grep",
        b"reflog",
        b"help",
        b"daemon",
        b"fsmonitor--daemon",
    ];
    let mut words = command_line.split(|byte| *byte == 0).skip(1);
    while let Some(word) = words.next() {
        if word == b"-c" || word == b"-C" {
            words.next();
        } else if !word.starts_with(b"-") {
            return READERS.contains(&word);
        }
    }
    false
}

#[cfg(not(target_os = "linux"))]
fn at_work(_: &Path, _: &[&Path]) -> Option<bool> {
    None
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fixture;
    use super::*;

    fn quick(f: &Fixture) -> Repository {
        Repository::open(f.repo.workdir())
            .unwrap()
            .with_lock_wait(Duration::from_millis(600))
    }

    #[test]
    fn what_a_run_of_ours_would_have_left_goes_and_the_rest_stays() {
        let f = Fixture::new();
        let here = f.commit("a", "1");
        let bare = f.bare("remote.git");
        let git_dir = f.repo.git_dir();
        let elsewhere = "1234567812345678123456781234567812345678\n";
        fs::create_dir_all(git_dir.join("refs/oneonone/seen")).unwrap();
        let ours = [
            ("index.lock", String::new()),
            ("refs/heads/main.lock", format!("{here}\n")),
            ("packed-refs.lock", String::new()),
            ("refs/oneonone/seen/main.lock", String::new()),
        ];
        let others = [
            ("refs/heads/other.lock", String::new()),
            ("HEAD.lock", elsewhere.to_owned()),
            ("config.lock", "[core]\n".repeat(20)),
        ];
        for (name, text) in ours.iter().chain(&others) {
            fs::write(git_dir.join(name), text).unwrap();
        }
        let there = Path::new(&bare).join("refs/heads/main.lock");
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        fs::write(&there, format!("{here}\n")).unwrap();
        quick(&f).clear_stale_locks(&["refs/heads/main"], &bare).unwrap();
        for (name, _) in &ours {
            assert!(!git_dir.join(name).exists(), "{name}");
        }
        for (name, _) in &others {
            assert!(git_dir.join(name).exists(), "{name}");
        }
        assert!(!there.exists());
        fs::write(&there, elsewhere).unwrap();
        quick(&f).clear_stale_locks(&["refs/heads/main"], &bare).unwrap();
        assert!(there.exists(), "the id of a commit that is not here");
        assert!(quick(&f).is_locked_there(&["refs/heads/main"], &bare));
        assert!(!quick(&f).is_locked_there(&["refs/heads/other"], &bare));
    }

    #[cfg(unix)]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the words are this test's own")]
    fn a_lock_of_another_account_stays() {
        let f = Fixture::new();
        let lock = f.repo.git_dir().join("index.lock");
        fs::write(&lock, "").unwrap();
        // Only root can give a file away. The words go past the test harness, which hides those of a passing test.
        if let Err(e) = std::os::unix::fs::chown(&lock, Some(65_534), None) {
            use std::io::Write;
            let _ = writeln!(
                std::io::stderr(),
                "not run: a_lock_of_another_account_stays ({e})"
            );
            return;
        }
        quick(&f).clear_stale_locks(&[], "origin").unwrap();
        assert!(lock.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pager_is_in_nobodys_way() {
        let line = |words: &[&str]| words.join("\0").into_bytes();
        assert!(only_reads(&line(&[
            "git",
            "-c",
            "color.ui=always",
            "log",
            "-p",
            ""
        ])));
        assert!(only_reads(&line(&["git", "--no-pager", "show"])));
        assert!(!only_reads(&line(&["git", "commit", "-m", "log"])));
        assert!(!only_reads(&line(&["git", "-c", "log", "commit"])));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_lock_in_use_is_named() {
        let f = Fixture::new();
        let lock = f.repo.git_dir().join("index.lock");
        let mut holder = std::process::Command::new("sleep")
            .arg("30")
            .stdout(fs::File::create(&lock).unwrap())
            .spawn()
            .unwrap();
        let result = quick(&f).clear_stale_locks(&[], "origin");
        holder.kill().unwrap();
        holder.wait().unwrap();
        assert!(matches!(result, Err(Error::Locked { file, .. }) if file == lock));
        quick(&f).clear_stale_locks(&[], "origin").unwrap();
        assert!(!lock.exists());
    }
}
