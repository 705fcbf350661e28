//! The quarantine: a folder beside the objects of a repository that new objects lie in at first.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Error;

/// A repository that new objects are written to; it finds all others in the one that it belongs to.
pub(super) struct Quarantine {
    pub(super) repository: git2::Repository,
    folder: TempDir,
}

impl Quarantine {
    /// The beginning of the folder's name. `git prune` removes a folder of such a name.
    pub(super) const PREFIX: &str = "tmp_objdir-oneonone";

    /// An empty one below the folder of objects that it belongs to.
    pub(super) fn make(objects: &Path, prefix: &str) -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix(prefix)
            .tempdir_in(objects)
            .map_err(Error::io("making a folder in", objects))?;
        for part in ["objects/info", "refs"] {
            let part = folder.path().join(part);
            fs::create_dir_all(&part).map_err(Error::io("making", &part))?;
        }
        for (name, text) in [
            ("HEAD", "ref: refs/heads/main\n".to_owned()),
            ("objects/info/alternates", format!("{}\n", objects.display())),
        ] {
            let file = folder.path().join(name);
            fs::write(&file, text).map_err(Error::io("writing", &file))?;
        }
        let repository = git2::Repository::open_bare(folder.path())
            .map_err(Error::library("making room for new objects"))?;
        Ok(Self { repository, folder })
    }

    /// Where its objects lie.
    pub(super) fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }
}
