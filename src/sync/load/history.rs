//! The history that records stand in, as far as merging, healing and planning look at it.

use crate::git::{CommitId, Signature};
use crate::model::Loaded;

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
    let mut bases = history.merge_bases(left, right)?.into_iter();
    let Some(first) = bases.next() else {
        return Ok(None);
    };
    let (mut folded, mut side) = (first, history.side(first)?);
    for next in bases {
        let over = base_of(history, folded, next)?.unwrap_or_default();
        let next_side = history.side(next)?;
        // A base that cannot be folded (a seat that both took) leaves the first one to stand for all.
        let folding = history.merge_commits(&over, (folded, &side), (next, &next_side), "virtual base");
        let Ok(virtual_one) = folding else {
            break;
        };
        (folded, side) = virtual_one;
    }
    Ok(Some(side))
}
