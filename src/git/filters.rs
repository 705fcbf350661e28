//! Files that Git converts on their way: by a filter of the user's, such as one that encrypts, or from another encoding.
//! libgit2 knows neither; taken as they lie there, they would be committed in clear.

use std::time::Duration;

use git2::{AttrCheckFlags, AttrValue};

use super::process::{self, ExitState, FinishedRun, RunOptions};
use super::{BlobId, Error, Repository, program};

/// How long a filter may take with one file: it may fetch it.
const PATIENCE: Duration = Duration::from_secs(55);
/// The largest file that is converted, in bytes.
const LARGEST: usize = 512 << 20;

impl Repository {
    /// Whether a file of the work tree is not what its blob holds, line ends aside: as its attributes `filter` and
    /// `working-tree-encoding` say.
    pub fn is_converted(&self, path: &str) -> bool {
        ["filter", "working-tree-encoding"].iter().any(|attribute| {
            let found = self.reader.get_attr_bytes(
                std::path::Path::new(path),
                attribute,
                AttrCheckFlags::FILE_THEN_INDEX,
            );
            found.is_ok_and(|value| {
                matches!(
                    AttrValue::from_bytes(value),
                    AttrValue::String(_) | AttrValue::Bytes(_)
                )
            })
        })
    }

    /// Writes a converted file of the work tree as a blob, by git itself. Its id.
    ///
    /// # Errors
    /// When the filter fails, or git cannot be run.
    pub(super) fn write_converted(&self, path: &str) -> Result<BlobId, Error> {
        let doing = "converting a file by its filter";
        let run = self.convert(&["hash-object", "-w", "--", path], 64)?;
        if run.ended != ExitState::Code(0) {
            return Err(run.failed(doing));
        }
        let text = String::from_utf8_lossy(&run.stdout);
        let id = text.trim().parse();
        id.map_err(|_| Error::invalid(text.trim(), "not the id of a blob"))
    }

    /// The bytes in the work tree for a blob of a converted file.
    ///
    /// # Errors
    /// When the filter fails, or git cannot be run.
    pub fn converted(&self, path: &str, blob: BlobId) -> Result<Vec<u8>, Error> {
        let (named, id) = (format!("--path={path}"), blob.to_string());
        let run = self.convert(&["cat-file", "--filters", &named, &id], LARGEST)?;
        if run.ended != ExitState::Code(0) || run.cut {
            return Err(run.failed("converting a file by its filter"));
        }
        Ok(run.stdout)
    }

    fn convert(&self, arguments: &[&str], stdout: usize) -> Result<FinishedRun, Error> {
        let mut command = program::settled(Some(self));
        command.args(arguments);
        let limits = RunOptions {
            stdout,
            ..RunOptions::default()
        };
        process::run(command, None, PATIENCE, limits)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fixture;

    #[test]
    fn a_filter_of_the_users_is_run_both_ways() {
        let f = Fixture::new();
        f.git(&["config", "filter.turn.clean", "tr a-y b-z"]);
        f.git(&["config", "filter.turn.smudge", "tr b-z a-y"]);
        let folder = f.repo.workdir();
        std::fs::write(folder.join(".gitattributes"), "*.txt filter=turn\n*.md text\n").unwrap();
        std::fs::write(folder.join("it.txt"), "abc").unwrap();
        std::fs::write(folder.join("it.md"), "abc").unwrap();
        assert!(f.repo.is_converted("it.txt") && !f.repo.is_converted("it.md"));
        let blob = f.repo.write_work_file("it.txt").unwrap();
        assert_eq!(f.repo.blob(blob, 9).unwrap(), b"bcd");
        assert_eq!(f.repo.converted("it.txt", blob).unwrap(), b"abc");
        f.git(&["config", "filter.turn.clean", "false"]);
        f.git(&["config", "filter.turn.required", "true"]);
        assert!(f.repo.write_work_file("it.txt").is_err());
    }
}
