//! The plan of a sync, by how the two tips stand to each other (docs/sync.md#plan).

use std::collections::BTreeSet;

use crate::git::CommitId;

use crate::sync::error::SyncError;
use crate::sync::load::history::History;

/// The next step of a sync after its fetch. A commit is the remote's tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// Both have the same.
    Nothing,
    /// Take what the remote has.
    FastForward(CommitId),
    /// Give what is here.
    Push,
    /// Both have something new.
    Merge(CommitId),
    /// The remote's history does not follow from what was there, and this branch holds what it lost: a person must decide.
    Rewritten,
    /// The histories have nothing in common: a person must decide.
    Unrelated(CommitId),
}

/// The plan for the tips here and there; `seen` is the remote's tip of before, where it is to count.
///
/// # Errors
/// When the history cannot be read.
pub(super) fn plan(
    history: &impl History,
    here: Option<CommitId>,
    there: Option<CommitId>,
    seen: Option<CommitId>,
) -> Result<Plan, SyncError> {
    if let Some(seen) = seen
        && is_rewritten(history, here, there, seen)?
    {
        return Ok(Plan::Rewritten);
    }
    let (here, there) = match (here, there) {
        (here, there) if here == there => return Ok(Plan::Nothing),
        (Some(here), Some(there)) => (here, there),
        (None, Some(there)) => return Ok(Plan::FastForward(there)),
        (_, None) => return Ok(Plan::Push),
    };
    Ok(if history.is_ancestor(here, there)? {
        Plan::FastForward(there)
    } else if history.is_ancestor(there, here)? {
        Plan::Push
    } else if history.merge_bases(here, there)?.is_empty() {
        Plan::Unrelated(there)
    } else {
        Plan::Merge(there)
    })
}

/// Whether the remote lost commits that it had when its tip was `seen`, and this branch still has one of them. A branch that
/// has none was rewritten too: by whoever took something out, or by Git's own commands.
pub(super) fn is_rewritten(
    history: &impl History,
    here: Option<CommitId>,
    there: Option<CommitId>,
    seen: CommitId,
) -> Result<bool, SyncError> {
    let Some(there) = there else {
        return Ok(true);
    };
    if history.is_ancestor(seen, there)? {
        return Ok(false);
    }
    let kept = ancestors(history, Some(there), &BTreeSet::new())?;
    let lost = ancestors(history, Some(seen), &kept)?;
    let only_here = ancestors(history, here, &kept)?;
    Ok(!lost.is_disjoint(&only_here))
}

/// How many commits a history holds that another one lacks.
///
/// # Errors
/// When a commit cannot be read.
pub(super) fn count_only_in(
    history: &impl History,
    tip: Option<CommitId>,
    without: Option<CommitId>,
) -> Result<usize, SyncError> {
    let known = ancestors(history, without, &BTreeSet::new())?;
    Ok(ancestors(history, tip, &known)?.len())
}

/// The commits that a history holds and others lack. Parents come before their children, and of a merge those of the first
/// parent before those of the others.
///
/// # Errors
/// When a commit cannot be read.
pub(super) fn only_in(
    history: &impl History,
    tip: CommitId,
    without: &[CommitId],
) -> Result<Vec<CommitId>, SyncError> {
    let mut known = BTreeSet::new();
    for commit in without {
        let more = ancestors(history, Some(*commit), &known)?;
        known.extend(more);
    }
    let (mut found, mut left) = (Vec::new(), vec![(tip, false)]);
    while let Some((commit, has_parents)) = left.pop() {
        if has_parents {
            found.push(commit);
        } else if known.insert(commit) {
            left.push((commit, true));
            // The last one in is the first one out.
            let parents = history.parents(commit)?.into_iter().rev();
            left.extend(parents.map(|parent| (parent, false)));
        }
    }
    Ok(found)
}

fn ancestors(
    history: &impl History,
    tip: Option<CommitId>,
    known: &BTreeSet<CommitId>,
) -> Result<BTreeSet<CommitId>, SyncError> {
    let (mut found, mut left) = (BTreeSet::new(), Vec::from_iter(tip));
    while let Some(commit) = left.pop() {
        if !known.contains(&commit) && found.insert(commit) {
            left.extend(history.parents(commit)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::git::Signature;
    use crate::model::Loaded;
    use crate::sync::load::side::Side;

    use super::*;

    /// Commits by number. Each has the parents that the list says.
    struct Graph(&'static [(u8, &'static [u8])]);

    fn id(n: u8) -> CommitId {
        format!("{n:040x}").parse().unwrap()
    }

    impl Graph {
        fn ancestors(&self, commit: CommitId) -> Vec<CommitId> {
            let above = self.parents(commit).unwrap().into_iter();
            [commit]
                .into_iter()
                .chain(above.flat_map(|parent| self.ancestors(parent)))
                .collect()
        }
    }

    impl History for Graph {
        fn is_ancestor(&self, ancestor: CommitId, commit: CommitId) -> Result<bool, SyncError> {
            Ok(self.ancestors(commit).contains(&ancestor))
        }

        fn merge_bases(&self, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, SyncError> {
            let (mut a, b) = (self.ancestors(a), self.ancestors(b));
            a.retain(|commit| b.contains(commit));
            Ok(a)
        }

        fn parents(&self, commit: CommitId) -> Result<Vec<CommitId>, SyncError> {
            let (_, parents) = self.0.iter().find(|(n, _)| id(*n) == commit).unwrap();
            Ok(parents.iter().map(|parent| id(*parent)).collect())
        }

        fn author(&self, _: CommitId) -> Result<Signature, SyncError> {
            unreachable!()
        }

        fn records(&self, _: CommitId) -> Result<Loaded, SyncError> {
            unreachable!()
        }

        fn side(&self, _: CommitId) -> Result<Side, SyncError> {
            unreachable!()
        }

        fn merge_commits(
            &self,
            _: &Side,
            _: (CommitId, &Side),
            _: (CommitId, &Side),
            _: &str,
        ) -> Result<(CommitId, Side), SyncError> {
            unreachable!()
        }
    }

    #[test]
    fn the_first_parents_of_merges_come_first() {
        // 1 ─ 2 ─ 4 and 1 ─ 3, merged as 5, and 6 on top. 7 merges the other way round.
        let graph = Graph(&[
            (1, &[]),
            (2, &[1]),
            (3, &[1]),
            (4, &[2]),
            (5, &[4, 3]),
            (6, &[5]),
            (7, &[3, 4]),
        ]);
        let order = |tip, without: &[u8]| -> Vec<CommitId> {
            let without: Vec<CommitId> = without.iter().map(|n| id(*n)).collect();
            only_in(&graph, id(tip), &without).unwrap()
        };
        assert_eq!(order(6, &[1]), [2, 4, 3, 5, 6].map(id));
        assert_eq!(order(7, &[1]), [3, 2, 4, 7].map(id));
        assert_eq!(order(6, &[2, 3]), [4, 5, 6].map(id));
        assert!(order(1, &[6]).is_empty());
    }

    #[test]
    fn every_plan_has_its_tips() {
        // 1 ─ 2 ─ 3 and 1 ─ 4; 5 stands alone.
        let graph = Graph(&[(1, &[]), (2, &[1]), (3, &[2]), (4, &[1]), (5, &[])]);
        for (here, there, seen, expected) in [
            (None, None, None, Plan::Nothing),
            (Some(2), Some(2), None, Plan::Nothing),
            (Some(2), Some(2), Some(1), Plan::Nothing),
            (Some(1), Some(3), None, Plan::FastForward(id(3))),
            (None, Some(3), None, Plan::FastForward(id(3))),
            (Some(3), Some(1), Some(1), Plan::Push),
            (Some(3), None, None, Plan::Push),
            (Some(3), Some(4), None, Plan::Merge(id(4))),
            (Some(3), Some(4), Some(4), Plan::Merge(id(4))),
            (Some(3), Some(4), Some(2), Plan::Rewritten),
            (Some(3), Some(2), Some(3), Plan::Rewritten),
            (Some(2), Some(4), Some(3), Plan::Rewritten),
            // This branch was rewritten too, and holds nothing that the remote lost.
            (Some(3), Some(3), Some(4), Plan::Nothing),
            (Some(3), Some(2), Some(4), Plan::Push),
            (Some(1), Some(4), Some(3), Plan::FastForward(id(4))),
            (Some(3), None, Some(2), Plan::Rewritten),
            (None, None, Some(2), Plan::Rewritten),
            (Some(3), Some(5), None, Plan::Unrelated(id(5))),
            (Some(3), Some(5), Some(5), Plan::Unrelated(id(5))),
        ] {
            let planned = plan(&graph, here.map(id), there.map(id), seen.map(id)).unwrap();
            assert_eq!(planned, expected, "{here:?} {there:?} {seen:?}");
        }
    }
}
