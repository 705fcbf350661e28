//! Files whose names are not UTF-8. They are nobody's records, but Git tracks them: left out of the index, the next
//! plain commit would delete them.

use std::collections::BTreeMap;
use std::path::Path;

use super::{BlobId, Error, Repository, TreeId, mode};

/// The mode and the blob at a path of a tree.
type ModeAndBlob = (u32, BlobId);

/// A change at a name that is not UTF-8.
#[derive(Default)]
struct NameChange {
    old: Option<ModeAndBlob>,
    new: Option<ModeAndBlob>,
}

impl Repository {
    /// Brings what changed between two trees at names that are not UTF-8 into the index and the folder. A file that lies there
    /// otherwise than in the first stays as it is. The names of those, as far as they can be read.
    ///
    /// # Errors
    /// When a tree is not here, or git cannot write the index.
    pub fn carry_odd_names(&self, from: Option<TreeId>, to: TreeId) -> Result<Vec<String>, Error> {
        let changes = self.odd_changes(from, to)?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let (mut lines, mut write, mut left) = (Vec::new(), Vec::new(), Vec::new());
        // Removed files make room for new ones.
        let (gone, come): (Vec<_>, Vec<_>) = changes.iter().partition(|(_, change)| change.new.is_none());
        for (path, change) in gone.into_iter().rev().chain(come) {
            let (mode, id) = match change.new {
                Some((mode, id)) => (mode, id.to_string()),
                None => (0, "0".repeat(40)),
            };
            lines.extend(
                format!("{mode:o} {id}\t")
                    .bytes()
                    .chain(path.iter().copied())
                    .chain([0]),
            );
            match self.file_state(path, change) {
                FileAtName::AsNew => {}
                FileAtName::AsOld if change.new.is_none() => {
                    let full = self.workdir().join(as_path(path));
                    let _ = std::fs::remove_file(&full);
                    for folder in full.ancestors().skip(1).take_while(|f| *f != self.workdir()) {
                        if std::fs::remove_dir(folder).is_err() {
                            break;
                        }
                    }
                }
                FileAtName::AsOld => write.extend(path.iter().copied().chain([0])),
                FileAtName::Otherwise => left.push(String::from_utf8_lossy(path).into_owned()),
            }
        }
        self.update_index(&["-z", "--index-info"], lines)?;
        if !write.is_empty() && !self.check_out(write)? {
            left.push("a file with a name that is not UTF-8".to_owned());
        }
        Ok(left)
    }

    fn odd_changes(&self, from: Option<TreeId>, to: TreeId) -> Result<BTreeMap<Vec<u8>, NameChange>, Error> {
        let doing = || Error::library("comparing trees");
        let find = |id: TreeId| self.reader.find_tree(id.0);
        let from = from.map(find).transpose().map_err(doing())?;
        let to = find(to).map_err(doing())?;
        let diff = self
            .reader
            .diff_tree_to_tree(from.as_ref(), Some(&to), None)
            .map_err(doing())?;
        let mut changes: BTreeMap<Vec<u8>, NameChange> = BTreeMap::new();
        for delta in diff.deltas() {
            for (file, is_new) in [(delta.old_file(), false), (delta.new_file(), true)] {
                let path = file
                    .path_bytes()
                    .filter(|path| std::str::from_utf8(path).is_err());
                let mode = u32::from(file.mode());
                if let Some(path) = path.filter(|_| !file.id().is_zero() && mode != mode::SUBMODULE) {
                    let change = changes.entry(path.to_owned()).or_default();
                    let entry = Some((mode, BlobId(file.id())));
                    match is_new {
                        true => change.new = entry,
                        false => change.old = entry,
                    }
                }
            }
        }
        Ok(changes)
    }

    /// How the folder stands to a change.
    fn file_state(&self, path: &[u8], change: &NameChange) -> FileAtName {
        let full = self.workdir().join(as_path(path));
        let above = full
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != self.workdir());
        let real = |folder: &Path| std::fs::symlink_metadata(folder).map_or(true, |data| data.is_dir());
        if !above.into_iter().all(real) {
            return FileAtName::Otherwise;
        }
        let lies = match std::fs::symlink_metadata(&full) {
            Ok(data) if data.is_file() => std::fs::read(&full)
                .ok()
                .and_then(|bytes| Repository::blob_id(&bytes).ok()),
            Ok(_) => return FileAtName::Otherwise,
            Err(_) if change.new.is_none() => return FileAtName::AsNew,
            Err(_) if change.old.is_none() => return FileAtName::AsOld,
            Err(_) => return FileAtName::Otherwise,
        };
        let is = |entry: Option<ModeAndBlob>| lies.is_some() && entry.map(|(_, id)| id) == lies;
        match (is(change.new), is(change.old)) {
            (true, _) => FileAtName::AsNew,
            (_, true) => FileAtName::AsOld,
            _ => FileAtName::Otherwise,
        }
    }
}

enum FileAtName {
    AsNew,
    AsOld,
    Otherwise,
}

#[cfg(unix)]
fn as_path(path: &[u8]) -> &Path {
    Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(
        path,
    ))
}

#[cfg(not(unix))]
fn as_path(_: &[u8]) -> &Path {
    // No file has such a name there.
    Path::new(".git/no-such-file")
}
