//! The versions of files in the history of a commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{BlobId, CommitId, Error, Repository, TreeId};

/// The versions of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathHistory {
    /// Each once, the oldest first, by when the file had it first; none for commits that lack the file.
    pub ids: Vec<Option<BlobId>>,
    /// Whether older ones were left out, or are not here.
    pub is_cut: bool,
}

impl Repository {
    /// The versions that files had in `tip` and in what it descends from, at most so many of each: the newest. Takes the
    /// commits that it passes out of `commits`.
    ///
    /// # Errors
    /// When a commit or a tree is not here.
    pub fn path_histories(
        &self,
        tip: CommitId,
        paths: &[String],
        most: usize,
        commits: &mut BTreeSet<CommitId>,
    ) -> Result<BTreeMap<String, PathHistory>, Error> {
        let mut found: Vec<(PathHistory, BTreeSet<Option<BlobId>>)> = vec![Default::default(); paths.len()];
        // Most commits change one folder: the others are not looked through again.
        let mut folders: HashMap<(TreeId, usize), Option<BlobId>> = HashMap::new();
        let is_shallow = self.reader.is_shallow();
        for commit in self.ancestors(tip, &[])? {
            let commit = commit?;
            commits.remove(&commit);
            let tree = self.tree_of(commit)?;
            for (place, path) in paths.iter().enumerate() {
                let Some((history, seen)) = found.get_mut(place) else {
                    continue;
                };
                let (folder, rest) = match path.split_once('/') {
                    Some((folder, rest)) => (self.folder(tree, folder)?, rest),
                    None => (Some(tree), path.as_str()),
                };
                let id = match folder {
                    None => None,
                    Some(folder) => match folders.get(&(folder, place)) {
                        Some(known) => *known,
                        None => {
                            let id = self.tree_entry(folder, rest)?.map(|file| file.id);
                            folders.insert((folder, place), id);
                            id
                        }
                    },
                };
                if history.ids.last() == Some(&id) {
                    continue;
                }
                if seen.len() >= most && !seen.contains(&id) {
                    history.is_cut = true;
                    continue;
                }
                seen.insert(id);
                history.ids.push(id);
            }
        }
        let whole = |(path, (mut history, _)): (&String, (PathHistory, _))| {
            history.ids.reverse();
            let mut before = BTreeSet::new();
            history.ids.retain(|id| before.insert(*id));
            history.is_cut |= is_shallow;
            (path.clone(), history)
        };
        Ok(paths.iter().zip(found).map(whole).collect())
    }

    fn folder(&self, tree: TreeId, name: &str) -> Result<Option<TreeId>, Error> {
        let doing = Error::library(format!("reading the tree {tree}"));
        let tree = self.reader.find_tree(tree.0).map_err(doing)?;
        let entry = tree.get_name(name);
        let folder = entry.filter(|entry| entry.kind() == Some(git2::ObjectType::Tree));
        Ok(folder.map(|entry| TreeId(entry.id())))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fixture;
    use super::*;

    #[test]
    fn the_versions_of_a_file_are_each_found_once() {
        let f = Fixture::new();
        f.commit("agenda.toml", "one");
        f.commit("meetings/2026/a.toml", "first");
        f.commit("agenda.toml", "two");
        f.commit("agenda.toml", "one");
        f.commit("agenda.toml", "three");
        let tip = f.commit("meetings/2026/a.toml", "second");
        let paths = ["agenda.toml", "meetings/2026/a.toml", "gone/b.toml"].map(str::to_owned);
        let id = |text: &str| Some(Repository::blob_id(text.as_bytes()).unwrap());
        let other: CommitId = "1234567812345678123456781234567812345678".parse().unwrap();
        let mut commits = BTreeSet::from([tip, other]);
        let found = f.repo.path_histories(tip, &paths, 10, &mut commits).unwrap();
        assert_eq!(commits, BTreeSet::from([other]), "only this one is not there");
        let ids = |path: &str| found[path].ids.clone();
        assert_eq!(ids("agenda.toml"), [id("one"), id("two"), id("three")]);
        assert_eq!(ids("meetings/2026/a.toml"), [None, id("first"), id("second")]);
        assert_eq!(ids("gone/b.toml"), [None]);
        assert!(found.values().all(|history| !history.is_cut));
        let few = f.repo.path_histories(tip, &paths, 2, &mut commits).unwrap();
        assert_eq!(few["agenda.toml"].ids, [id("one"), id("three")]);
        assert!(few["agenda.toml"].is_cut);
    }
}
