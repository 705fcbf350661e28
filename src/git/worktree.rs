//! Which files of the work tree may differ from a tree, told by the index's record of times and sizes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::Path;

use super::index::{STAGES, is_hidden, times};
use super::stat;
use super::{Error, Repository, TreeId};

/// No record lies deeper; a folder that does is somebody else's.
const MAX_DEPTH: usize = 16;

/// How the work tree stands to a tree.
#[derive(Debug, Clone, Default)]
pub struct WorkTreeStatus {
    /// Paths where it may differ: changed, new and deleted files.
    pub differing: BTreeSet<String>,
    /// Paths that a sparse checkout hides: they are in the index and not to be written out.
    pub hidden: BTreeSet<String>,
    /// Paths that a merge of plain Git left with several versions in the index, wherever they are.
    pub conflicted: BTreeSet<String>,
}

impl Repository {
    /// The paths at or below `roots` where the work tree may differ from `tree`: changed, new and deleted files, in
    /// order. Never misses a change; a file that was written in the same instant as the index is named though it may
    /// be the same. A file that a sparse checkout hides is not deleted. Links are not followed, and are named as what they
    /// are: not the file. Names that are not UTF-8 are left out, and so are repositories within this one.
    ///
    /// # Errors
    /// When a folder cannot be listed, or what else failed.
    pub fn work_tree(&self, tree: TreeId, roots: &[&str]) -> Result<WorkTreeStatus, Error> {
        let files = self.all_files(tree)?;
        let mut found = BTreeMap::new();
        for root in roots {
            walk(self.workdir(), root, &mut found)?;
        }
        let below = Roots::of(roots);
        let wanted: HashMap<&str, git2::Oid> = files
            .iter()
            .filter(|file| below.hold(&file.path))
            .map(|file| (file.path.as_str(), file.id.0))
            .collect();
        let path = self.git_dir().join("index");
        let index = git2::Index::open(&path).ok();
        let written = times(&path);
        let mut status = WorkTreeStatus::default();
        let mut unchanged = HashSet::new();
        match &index {
            // It is walked once: each entry that libgit2 hands out is a copy.
            Some(index) => {
                for entry in index.iter() {
                    let Ok(path) = str::from_utf8(&entry.path) else {
                        continue;
                    };
                    if entry.flags & STAGES != 0 {
                        status.conflicted.insert(path.to_owned());
                        continue;
                    }
                    if is_hidden(&entry) && below.hold(path) {
                        status.hidden.insert(path.to_owned());
                    }
                    let is_known = wanted.get(path) == Some(&entry.id);
                    if let Some((name, meta)) = found.get_key_value(path).filter(|_| is_known) {
                        let now = stat::of(meta);
                        if meta.is_file() && now.matches(&entry) && now.mtime < written {
                            unchanged.insert(name.as_str());
                        }
                    }
                }
            }
            None => {
                status.hidden = self.hidden_by_program(roots)?;
                status.conflicted = self.staged().conflicted;
            }
        }
        let differing = found.keys().filter(|path| !unchanged.contains(path.as_str()));
        status.differing = differing.cloned().collect();
        let hidden = &status.hidden;
        let missing = wanted
            .keys()
            .filter(|path| !found.contains_key(**path) && !hidden.contains(**path));
        status.differing.extend(missing.map(|path| (*path).to_owned()));
        Ok(status)
    }

    /// The paths at or below `roots`, or all where there are none, that a sparse checkout hides: they are in the index and not to be written out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn hidden_paths(&self, roots: &[&str]) -> Result<BTreeSet<String>, Error> {
        match git2::Index::open(&self.git_dir().join("index")) {
            Ok(index) => Ok(hidden_in(&index, roots)),
            // A split or a sparse index: formats that libgit2 does not read.
            Err(_) => self.hidden_by_program(roots),
        }
    }
}

fn hidden_in(index: &git2::Index, roots: &[&str]) -> BTreeSet<String> {
    let below = Roots::of(roots);
    let hidden = index
        .iter()
        .filter(is_hidden)
        .filter_map(|entry| String::from_utf8(entry.path).ok());
    hidden
        .filter(|path| roots.is_empty() || below.hold(path))
        .collect()
}

/// Paths, to ask whether others are among them or lie below one.
struct Roots<'a>(HashSet<&'a str>);

impl<'a> Roots<'a> {
    fn of(roots: &[&'a str]) -> Self {
        Self(roots.iter().copied().collect())
    }

    fn hold(&self, path: &str) -> bool {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        folders.chain([path]).any(|folder| self.0.contains(folder))
    }
}

fn walk(top: &Path, root: &str, found: &mut BTreeMap<String, Metadata>) -> Result<(), Error> {
    let full = top.join(root);
    let meta = match std::fs::symlink_metadata(&full) {
        // A name that no file can have here, neither.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename
            ) =>
        {
            return Ok(());
        }
        meta => meta.map_err(Error::io("looking at", &full))?,
    };
    let mut folders = Vec::new();
    if meta.is_dir() {
        folders.push((root.to_owned(), 0));
    } else {
        found.insert(root.to_owned(), meta);
    }
    while let Some((folder, depth)) = folders.pop() {
        let full = top.join(&folder);
        // A file may go while we look.
        let entries = match std::fs::read_dir(&full) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.map_err(Error::io("listing", &full))?,
        };
        let mut here = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::io("listing", &full))?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let meta = match entry.metadata() {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                meta => meta.map_err(Error::io("looking at", &entry.path()))?,
            };
            here.push((name, meta));
        }
        if here.iter().any(|(name, _)| name.eq_ignore_ascii_case(".git")) {
            continue;
        }
        for (name, meta) in here {
            let path = format!("{folder}/{name}");
            if !meta.is_dir() {
                found.insert(path, meta);
            } else if depth < MAX_DEPTH {
                folders.push((path, depth + 1));
            }
        }
    }
    Ok(())
}
