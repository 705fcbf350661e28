//! Temporary files of a run that died between writing one and renaming it.

use std::fs;
use std::path::Path;

/// The beginning of the name of a temporary file.
pub(super) const PREFIX: &str = ".oneonone-";
/// Its end.
pub(super) const SUFFIX: &str = ".tmp";

/// Removes them from the folders of a clone that records and notes lie in. To be called with the clone's lock held.
/// A file that cannot be removed stays: it is in nobody's way.
pub fn remove_leftovers(workdir: &Path, git_dir: &Path) {
    remove_from(workdir, 0);
    remove_from(&workdir.join("meetings"), 1);
    remove_from(git_dir, 0);
    remove_from(&git_dir.join("oneonone"), 0);
    remove_from(&git_dir.join("oneonone/opened"), 0);
    remove_from(&git_dir.join("hooks"), 0);
}

/// Removes them from one folder, and from those below it as deep as asked for.
pub(super) fn remove_from(folder: &Path, depth: usize) {
    let Ok(items) = fs::read_dir(folder) else { return };
    for item in items.flatten() {
        let Ok(kind) = item.file_type() else { continue };
        if kind.is_dir() && depth > 0 {
            remove_from(&item.path(), depth - 1);
        } else if kind.is_file() && item.file_name().to_str().is_some_and(is_temporary) {
            let _ = fs::remove_file(item.path());
        }
    }
}

fn is_temporary(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_suffix(SUFFIX))
        .is_some_and(|random| random.len() == 6 && random.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_save_leaves_goes() {
        let folder = tempfile::tempdir().unwrap();
        let year = folder.path().join("meetings/2026");
        fs::create_dir_all(&year).unwrap();
        let left = year.join(".oneonone-a1B2c3.tmp");
        let mine = year.join(".oneonone-my notes.tmp");
        fs::write(&left, "").unwrap();
        fs::write(&mine, "").unwrap();
        remove_leftovers(folder.path(), &folder.path().join(".git"));
        assert!(!left.exists() && mine.exists());
    }
}
