//! Records that are broken: nothing is written to them (docs/sync.md#broken-records).

use crate::model::{Problem, RecordPath, State};

use crate::sync::error::SyncError;
use crate::sync::problems::of_commits;
use crate::sync::snapshot::BrokenRecords;
use crate::sync::workspace::Workspace;

impl Workspace {
    /// Refuses a change of a record that is broken on the branch: it is not written to.
    pub(super) fn refuse_broken(&self, state: &State) -> Result<(), SyncError> {
        match self.refuse_change(&self.side.broken, state) {
            Err(SyncError::Problems(problems)) => Err(SyncError::Problems(of_commits(problems))),
            refused => refused,
        }
    }

    /// Refuses a change of a record that is broken in the folder: it would come between the person and their words.
    pub(super) fn refuse_left(&self, state: &State) -> Result<(), SyncError> {
        self.refuse_change(&self.left, state)
    }

    /// Refuses a change of some records, with what is wrong with them.
    fn refuse_change(&self, records: &BrokenRecords, state: &State) -> Result<(), SyncError> {
        let says_otherwise = |record: &RecordPath| state.record(*record) != self.side.state.record(*record);
        let changed = records.iter().filter(|(record, _)| says_otherwise(record));
        let problems: Vec<Problem> = changed.flat_map(|(_, problems)| problems.clone()).collect();
        match problems.is_empty() {
            true => Ok(()),
            false => Err(SyncError::Problems(problems)),
        }
    }
}
