//! How commits descend from each other.

use std::collections::HashSet;

use super::{CommitId, Error, Repository};

/// So many commits are asked about one by one before all are looked at.
const MOST_ASKED: usize = 16;

impl Repository {
    /// Every best common ancestor of two commits, in the order of their ids; none when their histories are unrelated.
    ///
    /// # Errors
    /// When a commit is not here.
    pub fn merge_bases(&self, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, Error> {
        match self.reader.merge_bases(a.0, b.0) {
            Ok(found) => {
                let mut bases: Vec<_> = found.iter().copied().map(CommitId).collect();
                bases.sort();
                Ok(bases)
            }
            // "Not found" is said of unrelated histories and of a commit that is missing.
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                self.tree_of(a)?;
                self.tree_of(b)?;
                Ok(Vec::new())
            }
            Err(error) => Err(Error::library(format!(
                "looking for the merge base of {a} and {b}"
            ))(error)),
        }
    }

    /// Whether `ancestor` is `commit` or one that it descends from.
    ///
    /// # Errors
    /// When a commit is not here.
    pub fn is_ancestor(&self, ancestor: CommitId, commit: CommitId) -> Result<bool, Error> {
        if ancestor == commit {
            return Ok(true);
        }
        self.reader
            .graph_descendant_of(commit.0, ancestor.0)
            .map_err(Error::library(format!(
                "asking whether {commit} descends from {ancestor}"
            )))
    }

    /// How many commits `local` has that `upstream` has not, and the other way round.
    ///
    /// # Errors
    /// When a commit is not here.
    pub fn ahead_behind(&self, local: CommitId, upstream: CommitId) -> Result<(usize, usize), Error> {
        self.reader
            .graph_ahead_behind(local.0, upstream.0)
            .map_err(Error::library(format!(
                "counting the commits between {local} and {upstream}"
            )))
    }

    /// Whether the history ends where somebody cut it (`git clone --depth`).
    pub fn is_shallow(&self) -> bool {
        self.reader.is_shallow()
    }

    /// `tip` and what it descends from, children before their parents, without what any of `hide` is or descends from.
    ///
    /// # Errors
    /// When a commit is not here; each step may fail too.
    pub fn ancestors(
        &self,
        tip: CommitId,
        hide: &[CommitId],
    ) -> Result<Box<dyn Iterator<Item = Result<CommitId, Error>> + '_>, Error> {
        let walk = self.walk(tip, hide)?;
        if hide.is_empty() {
            return Ok(Box::new(walk));
        }
        let found = walk.collect::<Result<Vec<CommitId>, Error>>()?;
        let found = self.without_ancestors_of(hide, found)?;
        Ok(Box::new(found.into_iter().map(Ok)))
    }

    /// Whether `tip` and what it descends from are more than so many commits, without what `hide` is or descends from. Where a
    /// clock was wrong, some of these may count.
    ///
    /// # Errors
    /// When a commit is not here.
    pub fn has_more_ancestors(&self, tip: CommitId, hide: CommitId, most: usize) -> Result<bool, Error> {
        let mut walk = self.walk(tip, &[hide])?;
        walk.nth(most).transpose().map(|next| next.is_some())
    }

    /// A walk goes by the times of the commits. If a clock was wrong it may give commits, too, that are to be hidden: they
    /// are dropped here.
    fn without_ancestors_of(&self, hide: &[CommitId], found: Vec<CommitId>) -> Result<Vec<CommitId>, Error> {
        let given: HashSet<CommitId> = found.iter().copied().collect();
        // If one is to be hidden, so is everything below it.
        let mut lowest = Vec::new();
        for commit in &found {
            let parents = self.commit_info(*commit)?.parents;
            if !parents.iter().any(|parent| given.contains(parent)) {
                lowest.push(*commit);
            }
        }
        if lowest.len() <= MOST_ASKED && !self.is_any_hidden(&lowest, hide)? {
            return Ok(found);
        }
        let mut hidden = HashSet::new();
        for end in hide {
            for commit in self.walk(*end, &[])? {
                hidden.insert(commit?);
            }
        }
        let shown = found.into_iter().filter(|commit| !hidden.contains(commit));
        Ok(shown.collect())
    }

    fn is_any_hidden(&self, commits: &[CommitId], hide: &[CommitId]) -> Result<bool, Error> {
        for (commit, end) in commits
            .iter()
            .flat_map(|commit| hide.iter().map(move |end| (commit, end)))
        {
            if self.is_ancestor(*commit, *end)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn walk(
        &self,
        tip: CommitId,
        hide: &[CommitId],
    ) -> Result<impl Iterator<Item = Result<CommitId, Error>> + '_, Error> {
        let doing = move || format!("walking the history of {tip}");
        let start = || {
            let mut walk = self.reader.revwalk()?;
            walk.set_sorting(git2::Sort::TOPOLOGICAL)?;
            walk.push(tip.0)?;
            for id in hide {
                walk.hide(id.0)?;
            }
            Ok(walk)
        };
        let walk = start().map_err(Error::library(doing()))?;
        Ok(walk.map(move |step| step.map(CommitId).map_err(Error::library(doing()))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Fixture, ana};
    use super::*;

    /// A commit without files, of that second.
    fn commit(f: &Fixture, parents: &[CommitId], n: i64) -> CommitId {
        let tree = f.repo.write_tree(None, &[]).unwrap();
        f.repo
            .write_commit(tree, parents, "x\n", &ana(n), &ana(n))
            .unwrap()
    }

    #[test]
    fn a_clock_that_is_slow_hides_nothing_less() {
        let f = Fixture::new();
        let commit = |parents: &[CommitId], n: i64| commit(&f, parents, n);
        let mut common = vec![commit(&[], 100_000)];
        for n in 1..6 {
            common.push(commit(&[common[common.len() - 1]], 100_000 + n));
        }
        let fork = common[common.len() - 1];
        let mine = commit(&[fork], 100_010);
        for slow in [1, 8, 40] {
            let mut theirs = fork;
            for n in 0..slow {
                theirs = commit(&[theirs], n);
            }
            let walked: Vec<CommitId> = f
                .repo
                .ancestors(mine, &[theirs])
                .unwrap()
                .map(Result::unwrap)
                .collect();
            assert_eq!(walked, [mine], "{slow} commits by a slow clock");
            // If this is right by itself one day, nothing needs to be dropped.
            assert!(slow < 40 || f.repo.walk(mine, &[theirs]).unwrap().count() > 1);
            let merge = commit(&[mine, theirs], 100_020);
            let came: Vec<CommitId> = f
                .repo
                .ancestors(merge, &[mine])
                .unwrap()
                .map(Result::unwrap)
                .collect();
            assert_eq!(came.len(), usize::try_from(slow).unwrap() + 1);
        }
    }

    #[test]
    fn a_criss_cross_has_two_bases() {
        let f = Fixture::new();
        let commit = |parents: &[CommitId], n: i64| commit(&f, parents, n);
        let root = commit(&[], 1);
        let (a, b) = (commit(&[root], 2), commit(&[root], 3));
        let (left, right) = (commit(&[a, b], 4), commit(&[b, a], 5));
        let mut both = vec![a, b];
        both.sort();
        assert_eq!(f.repo.merge_bases(left, right).unwrap(), both);
        assert_eq!(f.repo.merge_bases(right, left).unwrap(), both);
        assert_eq!(f.repo.merge_bases(a, b).unwrap(), [root]);
        let other = commit(&[], 9);
        assert!(f.repo.merge_bases(left, other).unwrap().is_empty());
        let none: CommitId = "1234567812345678123456781234567812345678".parse().unwrap();
        assert!(f.repo.merge_bases(left, none).is_err());

        assert!(f.repo.is_ancestor(root, left).unwrap() && f.repo.is_ancestor(left, left).unwrap());
        assert!(!f.repo.is_ancestor(left, root).unwrap() && !f.repo.is_ancestor(other, left).unwrap());
        assert_eq!(f.repo.ahead_behind(left, right).unwrap(), (1, 1));
        let walked = |tip, hide: &[CommitId]| -> Vec<_> {
            f.repo
                .ancestors(tip, hide)
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap()
        };
        assert_eq!(walked(left, &[a]).len(), 2);
        let all = walked(left, &[]);
        assert_eq!(
            (all.len(), all.first(), all.last()),
            (4, Some(&left), Some(&root))
        );
    }
}
