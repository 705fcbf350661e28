//! The history that records stand in, as far as merging, healing and planning look at it.

use std::collections::BTreeMap;

use crate::git::{CommitId, Signature};
use crate::model::{Limits, Loaded};

use crate::sync::error::SyncError;
use crate::sync::load::side::Side;

/// Commits with their parents and records: a repository, or a history in memory.
pub trait History {
    /// The parents of a commit that are here: a shallow clone lacks those of its oldest.
    ///
    /// # Errors
    /// When the commit cannot be read.
    fn parents(&self, commit: CommitId) -> Result<Vec<CommitId>, SyncError>;

    /// Who made a commit, and when by their clock.
    ///
    /// # Errors
    /// When the commit cannot be read.
    fn author(&self, commit: CommitId) -> Result<Signature, SyncError>;

    /// The records of a commit as they stand, not healed.
    ///
    /// # Errors
    /// When the commit cannot be read.
    fn records(&self, commit: CommitId) -> Result<Loaded, SyncError>;

    /// A commit as one side of a merge, healed.
    ///
    /// # Errors
    /// When the commit cannot be read.
    fn side(&self, commit: CommitId) -> Result<Side, SyncError>;

    /// Every best common ancestor of two commits, in the order of their ids; none where they are unrelated.
    ///
    /// # Errors
    /// When a commit is not here.
    fn merge_bases(&self, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, SyncError>;

    /// Whether `ancestor` is `commit` or one that it descends from.
    ///
    /// # Errors
    /// When a commit is not here.
    fn is_ancestor(&self, ancestor: CommitId, commit: CommitId) -> Result<bool, SyncError>;

    /// Merges two commits over a base, without settling. The author of the right one is the author of the merge; no
    /// branch names it.
    ///
    /// # Errors
    /// When the merge is refused, or it cannot be written.
    fn merge_commits(
        &self,
        base: &Side,
        left: (CommitId, &Side),
        right: (CommitId, &Side),
        message: &str,
    ) -> Result<(CommitId, Side), SyncError>;
}

/// The merge base of two commits; several are folded into one, in the order of their ids, recursively
/// (docs/merge.md#bases). None where the two have nothing in common.
///
/// # Errors
/// When a commit cannot be read.
pub fn base_of(history: &impl History, left: CommitId, right: CommitId) -> Result<Option<Side>, SyncError> {
    let mut folding = Folding {
        history,
        known: BTreeMap::new(),
        left: Limits::BASES,
    };
    let bases = history.merge_bases(left, right)?;
    Ok(folding.fold(bases, 0)?.map(|(_, side)| side))
}

/// Common ancestors on their way into one.
struct Folding<'a, H> {
    history: &'a H,
    /// The same ancestors come again and again where histories cross.
    known: BTreeMap<Vec<CommitId>, (CommitId, Side)>,
    /// How many more may be brought together. It is the same on every clone: what is folded depends on ids alone.
    left: usize,
}

impl<H: History> Folding<'_, H> {
    /// The one commit that stands for all of `bases`.
    fn fold(&mut self, bases: Vec<CommitId>, level: usize) -> Result<Option<(CommitId, Side)>, SyncError> {
        if let Some(known) = self.known.get(&bases) {
            return Ok(Some(known.clone()));
        }
        let mut rest = bases.iter().copied();
        let Some(first) = rest.next() else {
            return Ok(None);
        };
        let mut folded = (first, self.history.side(first)?);
        for next in rest {
            if level >= Limits::BASE_LEVELS {
                break;
            }
            let over = self.history.merge_bases(folded.0, next)?;
            let over = self.fold(over, level + 1)?.map(|(_, side)| side);
            if self.left == 0 {
                break;
            }
            let next_side = self.history.side(next)?;
            // A base that cannot be folded (a seat that both took) leaves the first one to stand for all.
            let over = over.unwrap_or_default();
            let (left, right) = ((folded.0, &folded.1), (next, &next_side));
            self.left = self.left.saturating_sub(1);
            let Ok(virtual_one) = self.history.merge_commits(&over, left, right, "virtual base") else {
                break;
            };
            folded = virtual_one;
        }
        self.known.insert(bases, folded.clone());
        Ok(Some(folded))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Histories that cross again and again: commit `10 * level + number` descends from all of the level below.
    struct CrissCross {
        wide: u8,
        merges: Cell<usize>,
        looked: Cell<usize>,
    }

    fn commit(level: u8, number: u8) -> CommitId {
        format!("{level:020x}{number:020x}").parse().unwrap()
    }

    impl History for CrissCross {
        fn parents(&self, _: CommitId) -> Result<Vec<CommitId>, SyncError> {
            Ok(Vec::new())
        }

        fn author(&self, _: CommitId) -> Result<Signature, SyncError> {
            Err(SyncError::NoPair)
        }

        fn records(&self, _: CommitId) -> Result<Loaded, SyncError> {
            Ok(Loaded::default())
        }

        fn side(&self, _: CommitId) -> Result<Side, SyncError> {
            Ok(Side::default())
        }

        fn merge_bases(&self, a: CommitId, _: CommitId) -> Result<Vec<CommitId>, SyncError> {
            self.looked.set(self.looked.get() + 1);
            let level = u8::from_str_radix(&a.to_string()[..20], 16).unwrap();
            Ok(match level {
                0 => Vec::new(),
                _ => (0..self.wide).map(|number| commit(level - 1, number)).collect(),
            })
        }

        fn is_ancestor(&self, _: CommitId, _: CommitId) -> Result<bool, SyncError> {
            Ok(false)
        }

        fn merge_commits(
            &self,
            _: &Side,
            (left, _): (CommitId, &Side),
            _: (CommitId, &Side),
            _: &str,
        ) -> Result<(CommitId, Side), SyncError> {
            self.merges.set(self.merges.get() + 1);
            Ok((left, Side::default()))
        }
    }

    #[test]
    fn histories_that_cross_again_and_again_are_folded_level_by_level() {
        for (deep, wide, merges) in [
            (1, 1, 0),
            (2, 2, 2),
            (3, 4, 9),
            (7, 4, 21),
            (10, 5, Limits::BASES),
            (200, 2, Limits::BASE_LEVELS),
            (2, 200, Limits::BASES),
        ] {
            let history = CrissCross {
                wide,
                merges: Cell::default(),
                looked: Cell::default(),
            };
            base_of(&history, commit(deep, 0), commit(deep, 1)).unwrap();
            assert_eq!(history.merges.get(), merges, "{deep} deep, {wide} wide");
            assert!(
                history.looked.get() <= 2 * Limits::BASES + 2,
                "{deep} deep, {wide} wide"
            );
        }
    }
}
