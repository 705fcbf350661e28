//! References, moved only from where the caller believes them to be.

use git2::ErrorCode;

use super::{CommitId, Error, Expect, RefUpdate, Repository};

impl Repository {
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
