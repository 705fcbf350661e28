//! References, moved only from where the caller believes them to be.

use std::path::{Path, PathBuf};

use git2::ErrorCode;

use super::{CommitId, Error, Expect, LogEntry, RefUpdate, Repository};

impl Repository {
    /// The commit that a reference with this full name points to; none when there is no such reference. Nobody looks
    /// whether the object is here and a commit: whoever reads it finds out.
    ///
    /// # Errors
    /// When the name is no reference's or the reference is broken.
    pub fn reference(&self, name: &str) -> Result<Option<CommitId>, Error> {
        match self.reader.refname_to_id(name) {
            Ok(id) => Ok(Some(CommitId(id))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(Error::library(format!("reading the reference {name}"))(error)),
        }
    }

    /// The commit that plain Git saw a remote's branch at last; none for a remote whose name cannot be a part of a reference.
    ///
    /// # Errors
    /// When the reference is broken.
    pub fn tracking_tip(&self, remote: &str, branch: &str) -> Result<Option<CommitId>, Error> {
        match Repository::tracking_ref(remote, branch) {
            Some(name) => self.reference(&name),
            None => Ok(None),
        }
    }

    /// The reference by which plain Git tracks a remote's branch; none for a remote whose name cannot be a part of one.
    pub fn tracking_ref(remote: &str, branch: &str) -> Option<String> {
        let name = format!("refs/remotes/{remote}/{branch}");
        git2::Reference::is_valid_name(&name).then_some(name)
    }

    /// The log of a reference, the latest move first, as far as Git's log of it goes back. There is none without a log, or
    /// with one that cannot be read: Git itself lets it go after some months.
    pub fn reference_log(&self, name: &str) -> Vec<LogEntry> {
        let Ok(log) = self.reader.reflog(name) else {
            return Vec::new();
        };
        log.iter()
            .map(|entry| LogEntry {
                commit: CommitId(entry.id_new()),
                why: String::from_utf8_lossy(entry.message_bytes().unwrap_or_default()).into_owned(),
                seconds: entry.committer().when().seconds(),
            })
            .collect()
    }

    /// The names of the local branches, without `refs/heads/`; those that are not UTF-8 are left out.
    ///
    /// # Errors
    /// When the references cannot be read.
    pub fn branches(&self) -> Result<Vec<String>, Error> {
        let name = |reference: &git2::Reference<'_>| {
            let name = reference.name().ok()?.strip_prefix("refs/heads/")?;
            Some(name.to_owned())
        };
        self.of_references("refs/heads/*", name)
    }

    /// The commits that references point to, of those that a pattern such as `refs/heads/*` names (`*` stands for more than
    /// one part of a name too). One that points to no commit is left out.
    ///
    /// # Errors
    /// When the references cannot be read.
    pub fn commits_at(&self, pattern: &str) -> Result<Vec<CommitId>, Error> {
        self.of_references(pattern, |reference| {
            Some(CommitId(reference.peel_to_commit().ok()?.id()))
        })
    }

    fn of_references<T>(
        &self,
        pattern: &str,
        what: impl Fn(&git2::Reference<'_>) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        let failed = || Error::library("listing references");
        let mut found = Vec::new();
        for reference in self.reader.references_glob(pattern).map_err(failed())? {
            found.extend(what(&reference.map_err(failed())?));
        }
        Ok(found)
    }

    /// Moves a reference, or makes it, durably, if it is where it is `expected`. A symbolic reference to it keeps
    /// pointing at it; `message` goes into the reflog.
    ///
    /// # Errors
    /// [`Error::Locked`] when another program holds it for too long, or what else failed.
    pub fn set_reference(
        &self,
        name: &str,
        new: CommitId,
        expected: Expect,
        message: &str,
    ) -> Result<RefUpdate, Error> {
        self.make_durable()?;
        if let Some(done) = self.move_by_file(name, new, expected, message)? {
            return Ok(done);
        }
        let writer = self.writer()?;
        let doing = format!("moving the reference {name}");
        let moved = self.patiently(&doing, &self.locks_of(name), || {
            let moved = match expected {
                Expect::Any => writer.reference(name, new.0, true, message),
                Expect::Absent => writer.reference(name, new.0, false, message),
                Expect::Is(old) => writer.reference_matching(name, new.0, true, old.0, message),
            };
            outcome(moved.map(|_| ()), expected)
        })?;
        // libgit2 does not say that it could not remove the lock of a reference that it made.
        let [lock, ..] = self.locks_of(name);
        let stands = std::fs::read_to_string(&lock).is_ok_and(|text| text.trim_end() == new.to_string());
        if stands && moved == RefUpdate::Done {
            std::fs::remove_file(&lock).map_err(Error::io("removing", &lock))?;
        }
        Ok(moved)
    }

    /// [`Repository::set_reference`] for `refs/heads/` and `branch`.
    ///
    /// # Errors
    /// As there.
    pub fn move_branch(
        &self,
        branch: &str,
        expected: Expect,
        new: CommitId,
        message: &str,
    ) -> Result<RefUpdate, Error> {
        self.set_reference(&format!("refs/heads/{branch}"), new, expected, message)
    }

    /// Whether a branch is checked out in another work tree of this repository.
    #[must_use]
    pub fn is_checked_out_elsewhere(&self, branch: &str) -> bool {
        let names = |head: &Path| {
            std::fs::read_to_string(head)
                .is_ok_and(|text| text.trim_end() == format!("ref: refs/heads/{branch}"))
        };
        let linked = std::fs::read_dir(self.common_dir().join("worktrees"));
        let linked = linked.into_iter().flatten().flatten().map(|item| item.path());
        std::iter::once(self.common_dir().to_owned())
            .chain(linked)
            .any(|git_dir| !same_folder(&git_dir, self.git_dir()) && names(&git_dir.join("HEAD")))
    }

    /// Every lock file that a run leaves behind when it dies while it writes one of `references` (full names), the
    /// index or the configuration; whether it is there or not.
    #[must_use]
    pub fn lock_files(&self, references: &[&str]) -> Vec<PathBuf> {
        let mut files: Vec<_> = references.iter().flat_map(|name| self.locks_of(name)).collect();
        files.push(self.common_dir().join("config.lock"));
        files.extend(
            ["index.lock", "index.lock.new", "index.lock.new.lock"].map(|name| self.git_dir().join(name)),
        );
        files.sort();
        files.dedup();
        files
    }

    fn locks_of(&self, name: &str) -> [PathBuf; 3] {
        [
            self.common_dir().join(format!("{name}.lock")),
            self.common_dir().join("packed-refs.lock"),
            self.git_dir().join("HEAD.lock"),
        ]
    }
}

fn outcome(result: Result<(), git2::Error>, expected: Expect) -> Result<RefUpdate, git2::Error> {
    match result {
        Ok(()) => Ok(RefUpdate::Done),
        Err(error) => match (error.code(), expected) {
            (ErrorCode::Modified, _)
            | (ErrorCode::Exists, Expect::Absent)
            | (ErrorCode::NotFound, Expect::Is(_)) => Ok(RefUpdate::Changed),
            _ => Err(error),
        },
    }
}

fn same_folder(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    a == b || (real(a).is_some() && real(a) == real(b))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::testing::Fixture;
    use super::*;

    #[test]
    fn a_reference_moves_only_from_where_it_is_believed() {
        let f = Fixture::new();
        let (a, b) = (f.commit("a", "1"), f.commit("a", "2"));
        let name = "refs/oneonone/fetched";
        assert_eq!(f.repo.reference(name).unwrap(), None);
        let set = |new, expected| f.repo.set_reference(name, new, expected, "test").unwrap();
        assert_eq!(set(a, Expect::Is(b)), RefUpdate::Changed);
        assert_eq!(f.repo.reference(name).unwrap(), None);
        assert_eq!(set(a, Expect::Absent), RefUpdate::Done);
        assert_eq!(set(b, Expect::Absent), RefUpdate::Changed);
        assert_eq!(set(b, Expect::Is(b)), RefUpdate::Changed);
        assert_eq!(set(b, Expect::Is(a)), RefUpdate::Done);
        assert_eq!(set(a, Expect::Any), RefUpdate::Done);
        f.git(&["pack-refs", "--all"]);
        assert_eq!(set(b, Expect::Is(b)), RefUpdate::Changed);
        assert_eq!(set(b, Expect::Is(a)), RefUpdate::Done);
        assert_eq!(f.repo.reference(name).unwrap(), Some(b));
    }

    #[test]
    fn a_branch_moves_under_head() {
        let f = Fixture::new();
        assert_eq!(f.repo.head().unwrap().tip, None);
        let tree = f.repo.write_tree(None, &[]).unwrap();
        let who = super::super::testing::ana(1);
        let root = f.repo.write_commit(tree, &[], "x\n", &who, &who).unwrap();
        assert_eq!(
            f.repo.move_branch("main", Expect::Absent, root, "start").unwrap(),
            RefUpdate::Done
        );
        assert_eq!(f.git(&["symbolic-ref", "HEAD"]), "refs/heads/main");
        assert_eq!(f.git(&["rev-parse", "HEAD"]), root.to_string());
        assert!(f.git(&["reflog", "HEAD"]).contains("start"));
        assert_eq!(f.repo.head().unwrap().tip, Some(root));
    }

    #[test]
    fn a_lock_of_another_program_is_named() {
        let f = Fixture::new();
        let a = f.commit("a", "1");
        let repo = Repository::open(f.repo.workdir())
            .unwrap()
            .with_lock_wait(Duration::from_millis(50));
        let lock = repo.git_dir().join("refs/heads/main.lock");
        std::fs::write(&lock, "").unwrap();
        match repo.move_branch("main", Expect::Any, a, "x") {
            Err(Error::Locked { file, .. }) => assert_eq!(file, lock),
            other => panic!("{other:?}"),
        }
    }
}
