//! The guard against a private text in clear: every new clone gets it, and `sync` puts it back.

use crate::git::Repository;
use crate::sync::{Guard, guard};

use super::{Remark, Remarks, Setting};

/// When the guard is looked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// In a clone that was made now: an obstacle is a remark.
    Made,
    /// At a sync: a guard that was put in place is a remark.
    Synced,
}

/// Puts the guard into a clone. A failure is a remark and stops nothing else.
pub fn keep_guard(setting: &Setting, repo: &Repository, moment: Moment, remarks: &Remarks) {
    let obstacle = |file, is_hook| Remark::GuardObstacle { file, is_hook };
    remarks.add(match guard(repo, &setting.program) {
        Ok(Guard::Put) if moment == Moment::Synced => Remark::GuardPut,
        Ok(Guard::Theirs(file)) if moment == Moment::Made => obstacle(file, true),
        Ok(Guard::Elsewhere(file)) if moment == Moment::Made => obstacle(file, false),
        Ok(_) => return,
        Err(e) => Remark::GuardFailed(e.into()),
    });
}
