//! The records on the branch that cannot be read, each with the commit that wrote it so
//! (docs/sync.md#records-that-arrive-broken).

use crate::model::RecordPath;

use crate::sync::conflict_authors::maker_of_file;
use crate::sync::error::SyncError;
use crate::sync::load::last_good_record::GoodRecords;
use crate::sync::outcome::SyncNote;
use crate::sync::workspace::Workspace;

/// Names the records of the prepared commit that cannot be read. The end of a sync says which pair counts.
///
/// # Errors
/// When the history cannot be read.
pub(super) fn broken_records(workspace: &Workspace) -> Result<Vec<SyncNote>, SyncError> {
    let Some(tip) = workspace.tip else {
        return Ok(Vec::new());
    };
    let (mut notes, good_records) = (Vec::new(), GoodRecords::of(&workspace.repo));
    for (record, problems) in &workspace.side.broken {
        let Some(problem) = problems.first().filter(|_| *record != RecordPath::Pair) else {
            continue;
        };
        let repo = &workspace.repo;
        notes.push(SyncNote::Broken {
            record: *record,
            problem: problem.clone(),
            made_by: maker_of_file(repo, workspace.pair(), tip, &record.path())?,
            has_good: good_records.last(tip, *record)?.is_some(),
        });
    }
    Ok(notes)
}
