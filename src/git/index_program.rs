//! The index by way of the `git` program, for formats that libgit2 does not read (a split or a sparse index).

use std::collections::BTreeSet;
use std::path::Path;

use super::process::{self, ExitState, FinishedRun, RunOptions};
use super::{Error, Repository, TreeId, program};

impl Repository {
    pub(super) fn refresh_index_by_program(&self, tree: TreeId, paths: &BTreeSet<&str>) -> Result<(), Error> {
        let hidden = self.hidden_by_program(&paths.iter().copied().collect::<Vec<_>>())?;
        let sparse = self.is_sparse()?;
        let (mut entries, mut hide) = (Vec::new(), Vec::new());
        for path in paths {
            match self.tree_entry(tree, path)? {
                Some(file) => {
                    entries.extend(format!("{:o} {}\t{path}\0", file.mode, file.id).bytes());
                    if hidden.contains(*path) || (sparse && self.lstat(path).is_none()) {
                        hide.extend(path.bytes().chain([0]));
                    }
                }
                None => entries.extend(format!("0 {}\t{path}\0", "0".repeat(40)).bytes()),
            }
        }
        self.update_index(&["-z", "--index-info"], entries)?;
        if !hide.is_empty() {
            self.update_index(&["-z", "--skip-worktree", "--stdin"], hide)?;
        }
        // Tells what needs an update by its exit code; that is no failure.
        self.index_program(&["update-index", "-q", "--refresh"], Vec::new())?;
        Ok(())
    }

    /// The paths that a sparse checkout hides, of `paths` or below them.
    pub(super) fn hidden_by_program(&self, paths: &[&str]) -> Result<BTreeSet<String>, Error> {
        let mut arguments = vec!["ls-files", "-z", "-t", "--"];
        arguments.extend(paths);
        let run = self.index_program(&arguments, Vec::new())?;
        if run.ended != ExitState::Code(0) || run.cut {
            return Err(run.failed("listing the index"));
        }
        let lines = run
            .stdout
            .split(|byte| *byte == 0)
            .filter_map(|line| std::str::from_utf8(line).ok());
        Ok(lines
            .filter_map(|line| line.strip_prefix("S "))
            .map(str::to_owned)
            .collect())
    }

    /// The entries of an index file, as `git ls-files --stage -z` lists them.
    pub(super) fn list_index_by_program(&self, file: &Path) -> Result<Vec<u8>, Error> {
        let mut command = program::settled(Some(self));
        command
            .env("GIT_INDEX_FILE", file)
            .args(["ls-files", "--stage", "-z"]);
        let limits = RunOptions {
            stdout: 32 << 20,
            ..RunOptions::default()
        };
        let run = process::run(command, None, std::time::Duration::from_secs(60), limits)?;
        if run.ended != ExitState::Code(0) || run.cut {
            return Err(run.failed("listing the index"));
        }
        Ok(run.stdout)
    }

    pub(super) fn update_index(&self, arguments: &[&str], stdin: Vec<u8>) -> Result<(), Error> {
        let arguments: Vec<_> = ["update-index"].iter().chain(arguments).copied().collect();
        let lock = self.git_dir().join("index.lock");
        let started = std::time::Instant::now();
        loop {
            let run = self.index_program(&arguments, stdin.clone())?;
            if run.ended == ExitState::Code(0) {
                return Ok(());
            }
            if !lock.exists() {
                return Err(run.failed("updating the index"));
            }
            if started.elapsed() >= self.lock_wait() {
                return Err(Error::Locked {
                    file: lock,
                    waited: self.lock_wait(),
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Writes files out as the index has them, by their names, each with a NUL behind it; whether all were.
    pub(super) fn check_out(&self, paths: Vec<u8>) -> Result<bool, Error> {
        let run = self.index_program(&["checkout-index", "-f", "-u", "-z", "--stdin"], paths)?;
        Ok(run.ended == ExitState::Code(0))
    }

    fn index_program(&self, arguments: &[&str], stdin: Vec<u8>) -> Result<FinishedRun, Error> {
        let mut command = program::settled(Some(self));
        // Paths are names here, never patterns.
        command.env("GIT_LITERAL_PATHSPECS", "1").args(arguments);
        let limits = RunOptions {
            stdout: 32 << 20,
            ..RunOptions::default()
        };
        process::run(command, Some(stdin), std::time::Duration::from_secs(60), limits)
    }
}
