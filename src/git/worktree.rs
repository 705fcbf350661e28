//! Which files of the work tree may differ from a tree, told by the index's record of times and sizes.

use std::collections::{BTreeMap, BTreeSet};
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
        let mut wanted = BTreeMap::new();
        let mut found = BTreeMap::new();
        for root in roots {
            wanted.extend(
                self.list_tree(tree, Some(root))?
                    .into_iter()
                    .map(|file| (file.path, file.id)),
            );
            walk(self.workdir(), root, &mut found)?;
        }
        let path = self.git_dir().join("index");
        let index = git2::Index::open(&path).ok();
        let (hidden, conflicted) = match &index {
            Some(index) => (hidden_in(index, roots), conflicted_in(index)),
            None => (self.hidden_by_program(roots)?, self.staged().conflicted),
        };
        let written = times(&path);
        let unchanged = |path: &String, meta: &Metadata| {
            let entry = index.as_ref()?.get_path(Path::new(path), 0)?;
            let known = wanted.get(path).is_some_and(|id| id.0 == entry.id);
            let now = stat::of(meta);
            (known && meta.is_file() && now.matches(&entry) && now.mtime < written).then_some(())
        };
        let mut differing: BTreeSet<String> = found
            .iter()
            .filter(|(path, meta)| unchanged(path, meta).is_none())
            .map(|(path, _)| path.clone())
            .collect();
        let missing = wanted
            .keys()
            .filter(|path| !found.contains_key(*path) && !hidden.contains(*path));
        differing.extend(missing.cloned());
        Ok(WorkTreeStatus {
            differing,
            hidden,
            conflicted,
        })
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

fn conflicted_in(index: &git2::Index) -> BTreeSet<String> {
    let conflicted = index.iter().filter(|entry| entry.flags & STAGES != 0);
    conflicted
        .filter_map(|entry| String::from_utf8(entry.path).ok())
        .collect()
}

fn hidden_in(index: &git2::Index, roots: &[&str]) -> BTreeSet<String> {
    let below = |path: &str| {
        roots.is_empty()
            || roots
                .iter()
                .any(|root| path.strip_prefix(root).is_some_and(at_border))
    };
    let hidden = index
        .iter()
        .filter(is_hidden)
        .filter_map(|entry| String::from_utf8(entry.path).ok());
    hidden.filter(|path| below(path)).collect()
}

fn at_border(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
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
