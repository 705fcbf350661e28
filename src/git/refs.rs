//! References: where they point to, and the files by which Git locks them.

use std::path::{Path, PathBuf};

use git2::ErrorCode;

use super::{CommitId, Error, LogEntry, Repository};

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

    pub(super) fn locks_of(&self, name: &str) -> [PathBuf; 3] {
        [
            self.common_dir().join(format!("{name}.lock")),
            self.common_dir().join("packed-refs.lock"),
            self.git_dir().join("HEAD.lock"),
        ]
    }
}

fn same_folder(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    a == b || (real(a).is_some() && real(a) == real(b))
}
