//! Records that are broken: nothing is written to them (docs/sync.md#broken-records).

use crate::model::{Problem, RecordPath, State};

use crate::sync::error::SyncError;
use crate::sync::problems::of_commits;
use crate::sync::snapshot::BrokenRecords;
use crate::sync::workspace::Workspace;

impl Workspace {
    /// Records that cannot be read, on the branch or in the folder: nothing is written to them.
    pub fn broken(&self) -> Vec<Problem> {
        self.broken_among(|_| true)
    }

    /// Refuses a command's change of a record that is broken, in the folder or on the branch: it is not written to.
    pub(super) fn refuse_broken(&self, state: &State) -> Result<(), SyncError> {
        refuse(self.broken_among(self.changed_in(state)))
    }

    /// Refuses a change of a record that is broken in the folder: it would come between the person and their words.
    /// A record that is broken on the branch alone may change: a hand edit repairs it.
    pub(super) fn refuse_left(&self, state: &State) -> Result<(), SyncError> {
        refuse(problems_of(&self.left, self.changed_in(state)))
    }

    /// The problems of broken records among some. Of a record that is broken on both sides, the folder's are told: the
    /// person has that file before them.
    fn broken_among(&self, is_asked: impl Fn(RecordPath) -> bool) -> Vec<Problem> {
        let is_told_here = |record| self.left.get(&record).is_some_and(|here| !here.is_empty());
        let on_branch = |record| is_asked(record) && !is_told_here(record);
        let on_branch = of_commits(problems_of(&self.side.broken, on_branch));
        [on_branch, problems_of(&self.left, is_asked)].concat()
    }

    /// Whether a state says otherwise of a record than the last one.
    fn changed_in(&self, state: &State) -> impl Fn(RecordPath) -> bool {
        move |record| state.record(record) != self.side.state.record(record)
    }
}

/// The problems of those records that are asked for.
fn problems_of(records: &BrokenRecords, is_asked: impl Fn(RecordPath) -> bool) -> Vec<Problem> {
    let asked = records.iter().filter(|(record, _)| is_asked(**record));
    asked.flat_map(|(_, problems)| problems).cloned().collect()
}

fn refuse(problems: Vec<Problem>) -> Result<(), SyncError> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(SyncError::Problems(problems)),
    }
}
