//! The records on the branch that cannot be read, each with the commit that wrote it so
//! (docs/sync.md#records-that-arrive-broken).

use crate::git::{CommitId, CommitInfo, Repository};
use crate::model::RecordPath;

use crate::sync::authors::commit_maker;
use crate::sync::error::SyncError;
use crate::sync::load::last_good_record::last_good_record;
use crate::sync::outcome::SyncNote;
use crate::sync::workspace::Workspace;

/// So many commits are looked at for the one that wrote a record.
const MOST: usize = 5000;

/// Names the records of the prepared commit that cannot be read. The end of a sync says which pair counts.
///
/// # Errors
/// When the history cannot be read.
pub(super) fn broken_records(workspace: &Workspace) -> Result<Vec<SyncNote>, SyncError> {
    let Some(tip) = workspace.tip else {
        return Ok(Vec::new());
    };
    let mut notes = Vec::new();
    for (record, problems) in &workspace.side.broken {
        let Some(problem) = problems.first().filter(|_| *record != RecordPath::Pair) else {
            continue;
        };
        let repo = &workspace.repo;
        let wrote = wrote_it(repo, tip, &record.path())?;
        notes.push(SyncNote::Broken {
            record: *record,
            problem: problem.clone(),
            made_by: wrote.map(|commit| commit_maker(workspace.pair(), &commit)),
            has_good: last_good_record(repo, tip, *record)?.is_some(),
        });
    }
    Ok(notes)
}

/// The first commit that had a file as it is: none of its parents has.
fn wrote_it(repo: &Repository, tip: CommitId, path: &str) -> Result<Option<CommitInfo>, SyncError> {
    let mut info = repo.commit_info(tip)?;
    let file = repo.tree_entry(info.tree, path)?;
    for _ in 0..MOST {
        let mut parents = info
            .parents
            .iter()
            .filter_map(|parent| repo.commit_info(*parent).ok());
        let same = parents.find(|parent| {
            repo.tree_entry(parent.tree, path)
                .is_ok_and(|found| found == file)
        });
        match same {
            Some(parent) => info = parent,
            None => return Ok(Some(info)),
        }
    }
    Ok(None)
}
