//! Making things as they are after a pause: pages of files out of memory, caches of `oneonone` gone.

use std::fs::File;
use std::path::Path;

use rustix::fs::{Advice, fadvise, syncfs};

/// Notes of a clone that are no caches: what stands in them cannot be had again.
const NOTES: &[&str] = &[
    "commands",
    "drafts",
    "lock",
    "pair",
    "readers",
    "readers-noted",
    "replaced",
    "running",
    "taken",
    "tree",
    "upstream",
    "writing",
];
/// The same of the state of a home.
const STATE: &[&str] = &["drafts", "pairs.lock", "pairs.toml", "pins"];

/// Drops the pages of every file below a folder. Programs stay in memory, and so do names and sizes of files.
pub(crate) fn drop_pages(folder: &Path) {
    // A page that is not on the disk yet cannot be dropped.
    syncfs(File::open(folder).unwrap()).unwrap();
    drop_below(folder);
}

fn drop_below(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            drop_below(&entry.path());
        } else if kind.is_file() {
            let file = File::open(entry.path()).unwrap();
            fadvise(&file, 0, None, Advice::DontNeed).unwrap();
        }
    }
}

/// Removes what `oneonone` keeps for speed alone, whatever it is called: in a clone, and in the state of its home.
pub(crate) fn forget(home: &Path, clone: &Path) {
    remove_all_but(&clone.join(".git/oneonone"), NOTES);
    remove_all_but(&home.join(".local/state/oneonone"), STATE);
    let _ = std::fs::remove_dir_all(home.join(".cache/oneonone"));
}

fn remove_all_but(folder: &Path, keep: &[&str]) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if keep.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }
}
