//! Trees: listed, compared, and written as "the parent tree plus the named files".

use std::collections::{BTreeMap, BTreeSet};

use git2::ObjectType;

use super::{Error, ObjectId, Repository, TreeFile};

/// Deeper folders are not looked into: no record lies there, and a hostile tree could nest without end.
const MAX_DEPTH: usize = 64;

impl Repository {
    /// Every file, link and submodule of `tree`, or of what it holds at `under`, in the order of the paths. Names that
    /// are not UTF-8 are left out.
    ///
    /// # Errors
    /// When a tree is not here.
    pub fn list_tree(&self, tree: ObjectId, under: Option<&str>) -> Result<Vec<TreeFile>, Error> {
        let mut files = Vec::new();
        let mut folders = Vec::new();
        match under {
            None => folders.push((String::new(), tree.0, 0)),
            Some(path) => match self.entry_at(tree, path)? {
                Some((ObjectType::Tree, file)) => folders.push((format!("{path}/"), file.id.0, 0)),
                Some((_, file)) => files.push(file),
                None => {}
            },
        }
        while let Some((prefix, id, depth)) = folders.pop() {
            let found = self
                .reader
                .find_tree(id)
                .map_err(Error::library(format!("reading the tree {id}")))?;
            for entry in found.iter() {
                let Ok(name) = entry.name() else { continue };
                let path = format!("{prefix}{name}");
                match entry.kind() {
                    Some(ObjectType::Tree) if depth < MAX_DEPTH => {
                        folders.push((path + "/", entry.id(), depth + 1));
                    }
                    Some(ObjectType::Tree) => {}
                    _ => files.push(file(path, &entry)),
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// The file, link or submodule that `tree` holds at `path`; none for a folder too.
    ///
    /// # Errors
    /// When a tree is not here.
    pub fn tree_entry(&self, tree: ObjectId, path: &str) -> Result<Option<TreeFile>, Error> {
        Ok(self
            .entry_at(tree, path)?
            .filter(|(kind, _)| *kind != ObjectType::Tree)
            .map(|(_, file)| file))
    }

    fn entry_at(&self, tree: ObjectId, path: &str) -> Result<Option<(ObjectType, TreeFile)>, Error> {
        check_path(path)?;
        let mut id = tree.0;
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            let found = self
                .reader
                .find_tree(id)
                .map_err(Error::library(format!("reading the tree {id}")))?;
            let Some(entry) = found.get_name(name) else {
                return Ok(None);
            };
            let kind = entry.kind().unwrap_or(ObjectType::Any);
            if names.peek().is_none() {
                return Ok(Some((kind, file(path.to_owned(), &entry))));
            }
            if kind != ObjectType::Tree {
                return Ok(None);
            }
            id = entry.id();
        }
        Ok(None)
    }

    /// The paths at which two trees differ, in order, without looking for renames. No tree is an empty one.
    ///
    /// # Errors
    /// When a tree is not here.
    pub fn changed_paths(&self, from: Option<ObjectId>, to: Option<ObjectId>) -> Result<Vec<String>, Error> {
        if from == to {
            return Ok(Vec::new());
        }
        let doing = "comparing trees";
        let find = |id: Option<ObjectId>| id.map(|id| self.reader.find_tree(id.0)).transpose();
        let (from, to) = (
            find(from).map_err(Error::library(doing))?,
            find(to).map_err(Error::library(doing))?,
        );
        let mut options = git2::DiffOptions::new();
        options
            .include_typechange(true)
            .ignore_submodules(false)
            .skip_binary_check(true);
        let diff = self
            .reader
            .diff_tree_to_tree(from.as_ref(), to.as_ref(), Some(&mut options))
            .map_err(Error::library(doing))?;
        let mut paths = BTreeSet::new();
        for delta in diff.deltas() {
            for side in [delta.old_file(), delta.new_file()] {
                paths.extend(
                    side.path_bytes()
                        .map(|path| String::from_utf8_lossy(path).into_owned()),
                );
            }
        }
        Ok(paths.into_iter().collect())
    }

    /// Stores the tree `base` (none: an empty one) with `changes`: at each path a mode and an object, or none to remove
    /// what is there. Folders come and go with their files.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a path that Git does not allow, or where a file would take the place of a folder or the
    /// other way round without its removal being named; or what failed in writing.
    pub fn write_tree(
        &self,
        base: Option<ObjectId>,
        changes: &[(String, Option<(u32, ObjectId)>)],
    ) -> Result<ObjectId, Error> {
        let writer = self.writer()?;
        // Removals first, so that a file may take the place of a folder whose files all go, and the other way round.
        let (mut removals, mut additions) = (Folder::default(), Folder::default());
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
                tree = write_folder(writer, tree, change, "")?;
                if tree.is_none() {
                    let empty = writer.treebuilder(None).and_then(|builder| builder.write());
                    tree = Some(empty.map_err(Error::library("writing an empty tree"))?);
                }
            }
        }
        tree.map(ObjectId).ok_or_else(|| Error::invalid("", "no tree"))
    }
}

/// The changes below one folder.
#[derive(Default)]
struct Folder<'a>(BTreeMap<&'a str, Change<'a>>);

enum Change<'a> {
    File(Option<(u32, ObjectId)>),
    Folder(Folder<'a>),
}

impl<'a> Folder<'a> {
    fn insert(&mut self, path: &'a str, file: Option<(u32, ObjectId)>) -> Result<(), Error> {
        let mut folder = self;
        let (folders, name) = path
            .rsplit_once('/')
            .map_or((None, path), |(folders, name)| (Some(folders), name));
        for part in folders.iter().flat_map(|folders| folders.split('/')) {
            match folder
                .0
                .entry(part)
                .or_insert_with(|| Change::Folder(Folder::default()))
            {
                Change::Folder(inner) => folder = inner,
                // The removal of a file where a folder's files are removed too says nothing more.
                Change::File(None) => return Ok(()),
                Change::File(Some(_)) => return Err(Error::invalid(path, "a file and a folder of one name")),
            }
        }
        match folder.0.insert(name, Change::File(file)) {
            Some(Change::Folder(_)) if file.is_some() => {
                Err(Error::invalid(path, "a file and a folder of one name"))
            }
            _ => Ok(()),
        }
    }
}

/// Writes one folder and what is below it; none when nothing is left in it.
fn write_folder(
    writer: &git2::Repository,
    base: Option<git2::Oid>,
    changes: &Folder<'_>,
    at: &str,
) -> Result<Option<git2::Oid>, Error> {
    let doing = || format!("writing the tree of {at:?}");
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
            Change::File(None) if old_folder.is_some() => continue,
            Change::File(None) => None,
            Change::File(Some(_)) if old_folder.is_some() => {
                return Err(Error::invalid(path, "a folder stands where the file should go"));
            }
            Change::File(Some((mode, id))) => Some((*mode, id.0)),
            Change::Folder(folder) => {
                let blocked = old.is_some() && old_folder.is_none();
                if blocked && folder.adds() {
                    return Err(Error::invalid(path, "a file stands where the folder should go"));
                } else if blocked {
                    continue;
                }
                write_folder(writer, old_folder, folder, &format!("{path}/"))?.map(|id| (0o040_000, id))
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
    builder.write().map(Some).map_err(Error::library(doing()))
}

impl Folder<'_> {
    fn adds(&self) -> bool {
        self.0.values().any(|change| match change {
            Change::File(file) => file.is_some(),
            Change::Folder(folder) => folder.adds(),
        })
    }
}

fn file(path: String, entry: &git2::TreeEntry<'_>) -> TreeFile {
    TreeFile {
        path,
        mode: entry.filemode().unsigned_abs(),
        id: ObjectId(entry.id()),
    }
}

pub(super) fn check_path(path: &str) -> Result<(), Error> {
    let bad = |part: &str| part.is_empty() || part == "." || part == ".." || part.contains('\0');
    if path.split('/').any(bad) {
        Err(Error::invalid(path, "not a path from the root"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::mode::{EXECUTABLE, FILE, LINK};
    use super::super::testing::Fixture;
    use super::*;

    fn listed(f: &Fixture, tree: ObjectId, under: Option<&str>) -> Vec<String> {
        f.repo
            .list_tree(tree, under)
            .unwrap()
            .into_iter()
            .map(|file| file.path)
            .collect()
    }

    #[test]
    fn a_tree_is_the_parent_plus_the_named_files() {
        let f = Fixture::new();
        let one = f.repo.write_blob(b"1").unwrap();
        let two = f.repo.write_blob(b"2").unwrap();
        let put = |path: &str, mode, id| (path.to_owned(), Some((mode, id)));
        let gone = |path: &str| (path.to_owned(), None);
        let base = f
            .repo
            .write_tree(
                None,
                &[
                    put("pair.toml", FILE, one),
                    put("m/2026/a.toml", EXECUTABLE, one),
                    put("m/2026/b.toml", LINK, two),
                ],
            )
            .unwrap();
        assert_eq!(
            listed(&f, base, None),
            ["m/2026/a.toml", "m/2026/b.toml", "pair.toml"]
        );
        assert_eq!(listed(&f, base, Some("m")), ["m/2026/a.toml", "m/2026/b.toml"]);
        assert_eq!(listed(&f, base, Some("pair.toml")), ["pair.toml"]);
        assert!(listed(&f, base, Some("pair.toml/x")).is_empty() && listed(&f, base, Some("x")).is_empty());
        let found = f.repo.tree_entry(base, "m/2026/a.toml").unwrap().unwrap();
        assert_eq!((found.mode, found.id), (EXECUTABLE, one));
        assert!(f.repo.tree_entry(base, "m/2026").unwrap().is_none());

        let next = f
            .repo
            .write_tree(
                Some(base),
                &[
                    gone("m/2026/a.toml"),
                    gone("m/2026/b.toml"),
                    put("m/2027/c.toml", FILE, two),
                ],
            )
            .unwrap();
        assert_eq!(listed(&f, next, None), ["m/2027/c.toml", "pair.toml"]);
        assert_eq!(f.git(&["ls-tree", "--name-only", &format!("{next}:m")]), "2027");
        assert_eq!(
            f.repo.changed_paths(Some(base), Some(next)).unwrap(),
            ["m/2026/a.toml", "m/2026/b.toml", "m/2027/c.toml"]
        );
        assert_eq!(
            f.repo.changed_paths(None, Some(next)).unwrap(),
            ["m/2027/c.toml", "pair.toml"]
        );
        assert_eq!(f.repo.write_tree(Some(base), &[]).unwrap(), base);
        assert_eq!(f.repo.write_tree(Some(base), &[gone("no/such")]).unwrap(), base);
        let empty = f
            .repo
            .write_tree(Some(next), &[gone("m/2027/c.toml"), gone("pair.toml")])
            .unwrap();
        assert_eq!(empty.to_string(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    }

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
                matches!(f.repo.write_tree(Some(base), &bad), Err(Error::Invalid { .. })),
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
        assert_eq!(listed(&f, swapped, None), ["dir", "file/x"]);
        assert_eq!(
            f.repo.write_tree(Some(base), &[gone("dir")]).unwrap(),
            base,
            "a folder is not a file"
        );
    }
}
