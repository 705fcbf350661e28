//! Merging the files that mean nothing to this program, as Git merges them.

use std::collections::BTreeSet;

use git2::ErrorCode;

use super::{BlobId, Error, Repository, TreeFile, TreeId};

/// The largest file that is merged by line, in bytes (docs/format.md#limits): libgit2 holds one in memory many times over.
const LARGEST: usize = 8 << 20;

/// Two trees merged by lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeMerge {
    /// The merged tree. At the path of a conflict it holds the left version, or the right one where left has none.
    pub tree: TreeId,
    /// Where the sides could not be brought together.
    pub conflicts: Vec<TreeConflict>,
}

/// A path at which both sides changed a file and their changes clash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeConflict {
    /// The path; replacement characters where it is not UTF-8.
    pub path: String,
    /// The file in the base, if it was there.
    pub base: Option<TreeFile>,
    /// The file on the left, if it is there.
    pub left: Option<TreeFile>,
    /// The file on the right, if it is there.
    pub right: Option<TreeFile>,
}

impl Repository {
    /// Merges two trees over a base (none: an empty one), three-way by line, without looking for renames. Both
    /// versions of a conflict are reported; no markers are written. A large file that both changed is a conflict.
    ///
    /// # Errors
    /// When a tree is not here, or what failed in writing.
    pub fn merge_trees(&self, base: Option<TreeId>, left: TreeId, right: TreeId) -> Result<TreeMerge, Error> {
        let doing = "merging trees";
        let base = match base {
            Some(base) => base,
            None => self.write_tree(None, &[])?,
        };
        let mut conflicts = self.large_conflicts(base, left, right)?;
        let as_left = |conflict: &TreeConflict| {
            let left = conflict.left.as_ref().map(|file| (file.mode, file.id));
            (conflict.path.clone(), left)
        };
        let right = match conflicts.as_slice() {
            [] => right,
            large => self.write_tree(Some(right), &large.iter().map(as_left).collect::<Vec<_>>())?,
        };
        let writer = self.quarantine()?;
        let find = |id: TreeId| writer.find_tree(id.0).map_err(Error::library(doing));
        let mut options = git2::MergeOptions::new();
        options.find_renames(false);
        let mut index = writer
            .merge_trees(&find(base)?, &find(left)?, &find(right)?, Some(&options))
            .map_err(Error::library(doing))?;
        let found = index.conflicts().and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let found = found.map_err(Error::library(doing))?;
        for conflict in found {
            let sides = [&conflict.our, &conflict.their, &conflict.ancestor];
            let Some(path) = sides
                .iter()
                .find_map(|side| side.as_ref())
                .map(|entry| entry.path.clone())
            else {
                continue;
            };
            for stage in 1..=3 {
                remove(&mut index, &path, stage)?;
            }
            if let Some(kept) = conflict.our.as_ref().or(conflict.their.as_ref()) {
                let entry = git2::IndexEntry {
                    flags: 0,
                    flags_extended: 0,
                    ..copy(kept)
                };
                index.add(&entry).map_err(Error::library(doing))?;
            }
            conflicts.push(TreeConflict {
                path: String::from_utf8_lossy(&path).into_owned(),
                base: conflict.ancestor.as_ref().map(file),
                left: conflict.our.as_ref().map(file),
                right: conflict.their.as_ref().map(file),
            });
        }
        let tree = index
            .write_tree_to(writer)
            .map(TreeId)
            .map_err(Error::library(doing))?;
        Ok(TreeMerge { tree, conflicts })
    }
}

impl Repository {
    /// The files that both sides changed otherwise, one of them to a large one.
    fn large_conflicts(&self, base: TreeId, left: TreeId, right: TreeId) -> Result<Vec<TreeConflict>, Error> {
        let mine: BTreeSet<String> = self.changed_paths(Some(base), Some(left))?.into_iter().collect();
        let mut conflicts = Vec::new();
        for path in self.changed_paths(Some(base), Some(right))? {
            if !mine.contains(&path) {
                continue;
            }
            let (left, right) = (self.tree_entry(left, &path)?, self.tree_entry(right, &path)?);
            let is_large = |file: &TreeFile| self.blob_size(file.id).is_ok_and(|size| size > LARGEST);
            if let (Some(left), Some(right)) = (left, right)
                && left.id != right.id
                && (is_large(&left) || is_large(&right))
            {
                conflicts.push(TreeConflict {
                    base: self.tree_entry(base, &path)?,
                    left: Some(left),
                    right: Some(right),
                    path,
                });
            }
        }
        Ok(conflicts)
    }
}

fn file(entry: &git2::IndexEntry) -> TreeFile {
    let path = String::from_utf8_lossy(&entry.path).into_owned();
    TreeFile {
        path,
        mode: entry.mode,
        id: BlobId(entry.id),
    }
}

pub(super) fn copy(entry: &git2::IndexEntry) -> git2::IndexEntry {
    git2::IndexEntry {
        path: entry.path.clone(),
        ..*entry
    }
}

/// Removes a path from an index at one stage, if it is there.
pub(super) fn remove(index: &mut git2::Index, path: &[u8], stage: i32) -> Result<(), Error> {
    let path = bytes_to_path(path);
    match index.remove(&path, stage) {
        Err(error) if error.code() != ErrorCode::NotFound => Err(Error::library(format!(
            "removing {} from the index",
            path.display()
        ))(error)),
        _ => Ok(()),
    }
}

#[cfg(unix)]
pub(super) fn bytes_to_path(bytes: &[u8]) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
pub(super) fn bytes_to_path(bytes: &[u8]) -> std::path::PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::super::mode::FILE;
    use super::super::testing::Fixture;

    #[test]
    fn both_versions_of_a_conflict_are_kept() {
        let f = Fixture::new();
        let tree = |files: &[(&str, &str)]| {
            let put = |(path, text): &(&str, &str)| {
                (
                    (*path).to_owned(),
                    Some((FILE, f.repo.write_blob(text.as_bytes()).unwrap())),
                )
            };
            f.repo
                .write_tree(None, &files.iter().map(put).collect::<Vec<_>>())
                .unwrap()
        };
        let base = tree(&[("a", "1\n2\n3\n4\n5\n"), ("b", "x\n"), ("c", "x\n")]);
        let left = tree(&[("a", "one\n2\n3\n4\n5\n"), ("b", "left\n"), ("new", "n\n")]);
        let right = tree(&[("a", "1\n2\n3\n4\nfive\n"), ("b", "right\n"), ("c", "y\n")]);
        let merged = f.repo.merge_trees(Some(base), left, right).unwrap();
        assert_eq!(
            merged
                .conflicts
                .iter()
                .map(|c| c.path.as_str())
                .collect::<Vec<_>>(),
            ["b", "c"]
        );
        assert!(merged.conflicts[1].left.is_none() && merged.conflicts[1].right.is_some());
        let text = |path: &str| {
            let file = f.repo.tree_entry(merged.tree, path).unwrap().unwrap();
            String::from_utf8(f.repo.blob(file.id, 100).unwrap()).unwrap()
        };
        assert_eq!(text("a"), "one\n2\n3\n4\nfive\n");
        assert_eq!(
            (text("b").as_str(), text("c").as_str(), text("new").as_str()),
            ("left\n", "y\n", "n\n")
        );
        assert!(f.repo.merge_trees(None, left, left).unwrap().conflicts.is_empty());
    }

    #[test]
    fn a_large_file_that_both_changed_is_a_conflict() {
        let f = Fixture::new();
        let tree = |first: &str, last: &str, more: usize| {
            let text = format!("{first}\n{}{last}\n", "x\n".repeat(super::LARGEST / 2 + more));
            let blob = f.repo.write_blob(text.as_bytes()).unwrap();
            f.repo
                .write_tree(None, &[("a".to_owned(), Some((FILE, blob)))])
                .unwrap()
        };
        for more in [0, super::LARGEST / 2] {
            let (base, left, right) = (
                tree("1", "2", more),
                tree("one", "2", more),
                tree("1", "two", more),
            );
            let merged = f.repo.merge_trees(Some(base), left, right).unwrap();
            assert_eq!((merged.conflicts.len(), merged.tree), (1, left));
            let taken = f.repo.merge_trees(Some(base), base, right).unwrap();
            assert_eq!((taken.conflicts.len(), taken.tree), (0, right));
        }
        // A small one is merged by line, however many there are.
        let small = |first: &str, last: &str| {
            let blob = f
                .repo
                .write_blob(format!("{first}\nx\n{last}\n").as_bytes())
                .unwrap();
            f.repo
                .write_tree(None, &[("a".to_owned(), Some((FILE, blob)))])
                .unwrap()
        };
        let merged = f
            .repo
            .merge_trees(Some(small("1", "2")), small("one", "2"), small("1", "two"));
        let merged = merged.unwrap();
        assert_eq!((merged.conflicts.len(), merged.tree), (0, small("one", "two")));
    }
}
