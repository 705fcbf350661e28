//! Trees written as "the parent tree plus the named files".

use std::collections::BTreeMap;

use git2::ObjectType;

use super::tree::check_path;
use super::{BlobId, Error, Repository, TreeId};

/// A path with its new mode and blob, or none where the file goes.
pub type TreeChange = (String, Option<(u32, BlobId)>);

impl Repository {
    /// Stores the tree `base` (none: an empty one) with `changes`: each path gets its mode and blob, or goes.
    /// Folders come and go with their files.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a path that Git does not allow, or where a file would take the place of a folder or the
    /// other way round without its removal being named; or what failed in writing.
    pub fn write_tree(&self, base: Option<TreeId>, changes: &[TreeChange]) -> Result<TreeId, Error> {
        // Removals first, so that a file may take the place of a folder whose files all go, and the other way round.
        let (mut removals, mut additions) = (FolderChanges::default(), FolderChanges::default());
        for (path, change) in changes {
            check_path(path)?;
            let folder = if change.is_some() {
                &mut additions
            } else {
                &mut removals
            };
            folder.insert(path, *change)?;
        }
        let mut tree = base.map(|id| id.0);
        for change in [&removals, &additions] {
            if tree.is_none() || !change.0.is_empty() {
                tree = write_folder(self, tree, change, "")?;
                if tree.is_none() {
                    let empty = self
                        .quarantine()?
                        .treebuilder(None)
                        .and_then(|builder| builder.write());
                    let empty = empty.map_err(Error::library("writing an empty tree"))?;
                    tree = Some(empty);
                }
            }
        }
        tree.map(TreeId).ok_or_else(|| Error::invalid("", "no tree"))
    }
}

/// The changes below one folder.
#[derive(Default)]
struct FolderChanges<'a>(BTreeMap<&'a str, PathChange<'a>>);

enum PathChange<'a> {
    File(Option<(u32, BlobId)>),
    Folder(FolderChanges<'a>),
}

impl<'a> FolderChanges<'a> {
    fn insert(&mut self, path: &'a str, file: Option<(u32, BlobId)>) -> Result<(), Error> {
        let mut folder = self;
        let (folders, name) = path
            .rsplit_once('/')
            .map_or((None, path), |(folders, name)| (Some(folders), name));
        for part in folders.iter().flat_map(|folders| folders.split('/')) {
            match folder
                .0
                .entry(part)
                .or_insert_with(|| PathChange::Folder(FolderChanges::default()))
            {
                PathChange::Folder(inner) => folder = inner,
                // The removal of a file where a folder's files are removed too says nothing more.
                PathChange::File(None) => return Ok(()),
                PathChange::File(Some(_)) => {
                    return Err(Error::invalid(path, "a file and a folder of one name"));
                }
            }
        }
        match folder.0.insert(name, PathChange::File(file)) {
            Some(PathChange::Folder(_)) if file.is_some() => {
                Err(Error::invalid(path, "a file and a folder of one name"))
            }
            _ => Ok(()),
        }
    }
}

/// Writes one folder and what is below it; none when nothing is left in it.
fn write_folder(
    repo: &Repository,
    base: Option<git2::Oid>,
    changes: &FolderChanges<'_>,
    at: &str,
) -> Result<Option<git2::Oid>, Error> {
    let doing = || format!("writing the tree of {at:?}");
    let writer = repo.quarantine()?;
    let base = base
        .map(|id| writer.find_tree(id))
        .transpose()
        .map_err(Error::library(doing()))?;
    let mut builder = writer
        .treebuilder(base.as_ref())
        .map_err(Error::library(doing()))?;
    for (name, change) in &changes.0 {
        let path = format!("{at}{name}");
        let old = base.as_ref().and_then(|tree| tree.get_name(name));
        let old_folder = old
            .as_ref()
            .filter(|entry| entry.kind() == Some(ObjectType::Tree))
            .map(|entry| entry.id());
        let new = match change {
            PathChange::File(None) if old_folder.is_some() => continue,
            PathChange::File(None) => None,
            PathChange::File(Some(_)) if old_folder.is_some() => {
                return Err(Error::invalid(path, "a folder stands where the file should go"));
            }
            PathChange::File(Some((mode, id))) => Some((*mode, id.0)),
            PathChange::Folder(folder) => {
                let blocked = old.is_some() && old_folder.is_none();
                if blocked && folder.adds() {
                    return Err(Error::invalid(path, "a file stands where the folder should go"));
                } else if blocked {
                    continue;
                }
                write_folder(repo, old_folder, folder, &format!("{path}/"))?.map(|id| (0o040_000, id))
            }
        };
        match new {
            Some((mode, id)) => {
                let mode = i32::try_from(mode).map_err(|_| Error::invalid(path.clone(), "not a mode"))?;
                builder
                    .insert(*name, id, mode)
                    .map_err(Error::library(format!("writing {path:?} into a tree")))?;
            }
            None if old.is_some() => builder.remove(*name).map_err(Error::library(doing()))?,
            None => {}
        }
    }
    if builder.is_empty() {
        return Ok(None);
    }
    let written = builder.write().map_err(Error::library(doing()))?;
    Ok(Some(written))
}

impl FolderChanges<'_> {
    fn adds(&self) -> bool {
        self.0.values().any(|change| match change {
            PathChange::File(file) => file.is_some(),
            PathChange::Folder(folder) => folder.adds(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::mode::FILE;
    use super::super::testing::Fixture;

    #[test]
    fn nothing_goes_that_was_not_named() {
        let f = Fixture::new();
        let one = f.repo.write_blob(b"1").unwrap();
        let put = |path: &str| (path.to_owned(), Some((FILE, one)));
        let gone = |path: &str| (path.to_owned(), None);
        let base = f.repo.write_tree(None, &[put("dir/file"), put("file")]).unwrap();
        for bad in [
            vec![put("dir")],
            vec![put("file/x")],
            vec![put("x"), put("x/y")],
            vec![put("x/y"), put("x")],
        ] {
            assert!(
                matches!(
                    f.repo.write_tree(Some(base), &bad),
                    Err(super::Error::Invalid { .. })
                ),
                "{bad:?}"
            );
        }
        for bad in ["", "/a", "a/", "a//b", "../a", ".git/config", "a/.GIT/x"] {
            assert!(f.repo.write_tree(Some(base), &[put(bad)]).is_err(), "{bad:?}");
        }
        let swapped = f
            .repo
            .write_tree(
                Some(base),
                &[put("dir"), gone("dir/file"), put("file/x"), gone("file")],
            )
            .unwrap();
        let listed: Vec<_> = f
            .repo
            .list_tree(swapped, None)
            .unwrap()
            .into_iter()
            .map(|file| file.path)
            .collect();
        assert_eq!(listed, ["dir", "file/x"]);
        assert_eq!(
            f.repo.write_tree(Some(base), &[gone("dir")]).unwrap(),
            base,
            "a folder is not a file"
        );
    }
}
