//! Trees: listed, looked into and compared.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::types::{TreeItem, TreeItems};
use super::{Error, Repository, TreeFile, TreeId};

/// Deeper folders are not looked into: no record lies there, and a hostile tree could nest without end.
const MAX_DEPTH: usize = 64;
/// The files and folders of a tree that are listed. One folder may stand in a tree many times over: a few objects
/// could name more files than there is memory (docs/format.md#limits).
const MAX_ENTRIES: usize = 100_000;
/// So many folders of trees are kept, each with so many files and folders at most.
const FOLDERS_KEPT: usize = 8;
const MOST_KEPT: usize = 4096;
/// A tree that differs in so few files from the one that was listed last is not walked.
const FEW: usize = 64;

impl Repository {
    /// Every file, link and submodule of `tree`, or of what it holds at `under`, in the order of the paths. Names that
    /// are not UTF-8 are left out.
    ///
    /// # Errors
    /// When a tree is not here, or has more than 100,000 files and folders.
    pub fn list_tree(&self, tree: TreeId, under: Option<&str>) -> Result<Vec<TreeFile>, Error> {
        let mut files = Vec::new();
        let mut folders = Vec::new();
        let mut seen = 0;
        match under {
            None => folders.push((String::new(), tree.0, 0)),
            Some(path) => match self.entry_at(tree, path)? {
                Some(item) if item.is_folder => folders.push((format!("{path}/"), item.id, 0)),
                Some(item) => files.push(item.file(path.to_owned())),
                None => {}
            },
        }
        while let Some((prefix, id, depth)) = folders.pop() {
            let found = self
                .reader
                .find_tree(id)
                .map_err(Error::library(format!("reading the tree {id}")))?;
            seen += found.len();
            if seen > MAX_ENTRIES {
                let (id, limit) = (tree.0.to_string(), MAX_ENTRIES);
                return Err(Error::TooManyFiles { id, limit });
            }
            for entry in found.iter() {
                let Ok(name) = entry.name() else { continue };
                let path = format!("{prefix}{name}");
                match TreeItem::of(&entry) {
                    item if !item.is_folder => files.push(item.file(path)),
                    item if depth < MAX_DEPTH => folders.push((path + "/", item.id, depth + 1)),
                    _ => {}
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// [`Repository::list_tree`] of a whole tree. A command asks for the same tree again, and for one that differs in a few
    /// files.
    ///
    /// # Errors
    /// As there.
    pub fn all_files(&self, tree: TreeId) -> Result<Rc<Vec<TreeFile>>, Error> {
        let listed = self.listed.borrow().clone();
        let files = match listed {
            Some((known, files)) if known == tree => return Ok(files),
            Some((known, files)) => self.files_since(known, &files, tree),
            None => None,
        };
        let files = files.map_or_else(|| self.list_tree(tree, None), Ok)?;
        let files = Rc::new(files);
        *self.listed.borrow_mut() = Some((tree, files.clone()));
        Ok(files)
    }

    /// The files of a tree, from those of another one; none where it must be walked.
    fn files_since(&self, known: TreeId, files: &[TreeFile], tree: TreeId) -> Option<Vec<TreeFile>> {
        let changed: BTreeSet<String> = self
            .changed_paths(Some(known), Some(tree))
            .ok()?
            .into_iter()
            .collect();
        let is_deep = |path: &String| path.matches('/').count() > MAX_DEPTH;
        if changed.len() > FEW || changed.iter().any(is_deep) {
            return None;
        }
        let stay = files.iter().filter(|file| !changed.contains(&file.path));
        let mut now: Vec<TreeFile> = stay.cloned().collect();
        for path in &changed {
            now.extend(self.tree_entry(tree, path).ok()?);
        }
        now.sort();
        (now.len() < MAX_ENTRIES / 2).then_some(now)
    }

    /// The file, link or submodule that `tree` holds at `path`; none for a folder too.
    ///
    /// # Errors
    /// When a tree is not here.
    pub fn tree_entry(&self, tree: TreeId, path: &str) -> Result<Option<TreeFile>, Error> {
        let found = self.entry_at(tree, path)?.filter(|item| !item.is_folder);
        Ok(found.map(|item| item.file(path.to_owned())))
    }

    fn entry_at(&self, tree: TreeId, path: &str) -> Result<Option<TreeItem>, Error> {
        check_path(path)?;
        let mut id = tree.0;
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            let folder = self.items_of(id)?;
            let Some(item) = folder.get(name.as_bytes()) else {
                return Ok(None);
            };
            if names.peek().is_none() {
                return Ok(Some(*item));
            }
            if !item.is_folder {
                return Ok(None);
            }
            id = item.id;
        }
        Ok(None)
    }

    /// The items of a folder of a tree. Those of the last folders are kept: libgit2 reads and hashes a large one anew for
    /// each file in it.
    fn items_of(&self, id: git2::Oid) -> Result<Rc<TreeItems>, Error> {
        let mut last = self.folders.borrow_mut();
        if let Some(at) = last.iter().position(|(known, _)| *known == id) {
            let found = last.remove(at);
            let items = found.1.clone();
            last.push(found);
            return Ok(items);
        }
        let tree = self.reader.find_tree(id);
        let tree = tree.map_err(Error::library(format!("reading the tree {id}")))?;
        let items = tree
            .iter()
            .map(|entry| (entry.name_bytes().to_vec(), TreeItem::of(&entry)));
        let items: Rc<TreeItems> = Rc::new(items.collect());
        if items.len() <= MOST_KEPT {
            if last.len() == FOLDERS_KEPT {
                last.remove(0);
            }
            last.push((id, items.clone()));
        }
        Ok(items)
    }

    /// The paths at which two trees differ, in order, without looking for renames. No tree is an empty one. A folder that is
    /// the same in both is not looked into.
    ///
    /// # Errors
    /// When a tree is not here.
    pub fn changed_paths(&self, from: Option<TreeId>, to: Option<TreeId>) -> Result<Vec<String>, Error> {
        let mut paths = BTreeSet::new();
        let mut folders = vec![(Vec::new(), [from, to].map(|id| id.map(|id| id.0)))];
        while let Some((folder, [from, to])) = folders.pop() {
            if from == to {
                continue;
            }
            let folder_of =
                |id: Option<git2::Oid>| id.map_or_else(|| Ok(Rc::default()), |id| self.items_of(id));
            let (old, new) = (folder_of(from)?, folder_of(to)?);
            let names: BTreeSet<&Vec<u8>> = old.keys().chain(new.keys()).collect();
            for name in names {
                let versions = [old.get(name), new.get(name)];
                if versions[0] == versions[1] {
                    continue;
                }
                let path = [&folder, name.as_slice()].concat();
                let is_folder = |item: &&TreeItem| item.is_folder;
                if versions.into_iter().flatten().any(|item| !item.is_folder) {
                    paths.insert(String::from_utf8_lossy(&path).into_owned());
                }
                let inside = versions.map(|item| item.filter(is_folder).map(|item| item.id));
                folders.push(([path.as_slice(), b"/"].concat(), inside));
            }
        }
        Ok(paths.into_iter().collect())
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
    use super::super::BlobId;
    use super::super::mode::{EXECUTABLE, FILE, LINK};
    use super::super::testing::Fixture;
    use super::*;

    fn listed(f: &Fixture, tree: TreeId, under: Option<&str>) -> Vec<String> {
        f.repo
            .list_tree(tree, under)
            .unwrap()
            .into_iter()
            .map(|file| file.path)
            .collect()
    }

    #[test]
    fn trees_are_listed_alike_whatever_was_listed_before_and_compared_as_git_does() {
        let f = Fixture::new();
        let blobs: Vec<BlobId> = (0..4_u8).map(|n| f.repo.write_blob(&[n]).unwrap()).collect();
        let put = |path: String, mode, n: usize| (path, Some((mode, blobs[n % 4])));
        let all: Vec<_> = (0..200)
            .map(|n| put(format!("m/{}/{n}.toml", n % 7), FILE, n))
            .collect();
        let tree = |files: &[(String, Option<(u32, BlobId)>)]| f.repo.write_tree(None, files).unwrap();
        let many = tree(&all);
        let few =
            |changes: &[(String, Option<(u32, BlobId)>)]| f.repo.write_tree(Some(many), changes).unwrap();
        let mut folder = all.clone();
        folder[3] = put("m/3/3.toml/x".to_owned(), FILE, 3);
        let trees = [
            many,
            few(&[
                put("m/0/7.toml".to_owned(), FILE, 1),
                ("m/1/1.toml".to_owned(), None),
            ]),
            few(&[put("m/5/5.toml".to_owned(), EXECUTABLE, 5)]),
            few(&[put(format!("{}x", "d/".repeat(MAX_DEPTH + 2)), FILE, 0)]),
            // A link in the place of a folder, and a folder in the place of a file.
            tree(&[put("m".to_owned(), LINK, 2)]),
            tree(&folder),
            tree(&[]),
        ];
        f.repo.make_durable().unwrap();
        for before in trees {
            for after in trees {
                f.repo.all_files(before).unwrap();
                let listed = f.repo.list_tree(after, None).unwrap();
                assert_eq!(*f.repo.all_files(after).unwrap(), listed);
                let trees = [before, after].map(|tree| tree.to_string());
                let differ = f.git(&["diff-tree", "-r", "--name-only", &trees[0], &trees[1]]);
                let differ: BTreeSet<String> = differ.lines().map(str::to_owned).collect();
                let paths = f.repo.changed_paths(Some(before), Some(after)).unwrap();
                assert_eq!(paths, differ.into_iter().collect::<Vec<_>>());
            }
        }
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
        f.repo.make_durable().unwrap();
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
}
