//! The files of a folder that are no records.

use std::fs;
use std::path::Path;

use crate::model::RecordPath;

/// How many folders deep is looked.
const DEEPEST: usize = 4;
/// How many files are looked at: a folder with more is not one of a pair alone.
const MOST: usize = 5_000;

/// The paths of the files that are no records, in order. Hidden files, links, and repositories within this one are left
/// out; so is what cannot be listed.
pub fn other_files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), 0)];
    let mut looked = 0;
    while let Some((folder, depth)) = folders.pop() {
        let full = root.join(&folder);
        if !folder.is_empty() && full.join(".git").symlink_metadata().is_ok() {
            continue;
        }
        for item in fs::read_dir(&full).into_iter().flatten().flatten() {
            looked += 1;
            let Ok(name) = item.file_name().into_string() else {
                continue;
            };
            let Some(kind) = item.file_type().ok().filter(|_| !name.starts_with('.')) else {
                continue;
            };
            let path = match folder.is_empty() {
                true => name,
                false => format!("{folder}/{name}"),
            };
            if kind.is_dir() && depth < DEEPEST {
                folders.push((path, depth + 1));
            } else if kind.is_file() && RecordPath::parse(&path).is_none() {
                found.push(path);
            }
        }
        if looked > MOST {
            break;
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_hidden_files_and_other_repositories_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "pair.toml",
            "agenda (1).toml",
            "meetings/2026/2026-11-24.toml",
            "meetings/2026/notes.md",
            ".DS_Store",
            ".git/config",
            "slides/.git/config",
            "slides/a.md",
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(
            other_files(dir.path()),
            ["agenda (1).toml", "meetings/2026/notes.md"]
        );
        assert!(other_files(&dir.path().join("none")).is_empty());
    }
}
