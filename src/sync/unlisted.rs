//! Entries that are in no list: somebody took out their author or their time (docs/privacy.md#words-of-mine).

use std::collections::BTreeSet;

use crate::git::Repository;
use crate::model::{Command, EntryId, Fix, Problem, State};

use super::error::SyncError;
use super::load::read::read_paths;
use super::record_texts::RecordTexts;

/// Those of the folder that were committed so. The next command fills in what a hand left out of an entry.
///
/// # Errors
/// When Git cannot read HEAD.
pub fn unlisted(repo: &Repository, folder: &State) -> Result<Vec<EntryId>, SyncError> {
    let mut ids: Vec<EntryId> = folder.unlisted().collect();
    let homes = ids.iter().filter_map(|id| folder.entries.get(id));
    let paths: BTreeSet<String> = homes.map(|placed| placed.home.path()).collect();
    let Some(tip) = repo.head()?.tip.filter(|_| !ids.is_empty()) else {
        return Ok(Vec::new());
    };
    let committed = read_paths(repo, repo.tree_of(tip)?, &paths)?.state;
    let committed: BTreeSet<EntryId> = committed.unlisted().collect();
    ids.retain(|id| committed.contains(id));
    Ok(ids)
}

/// The same as problems, each at its line.
///
/// # Errors
/// As [`unlisted`].
pub(super) fn at_unlisted(
    repo: &Repository,
    folder: &State,
    texts: &RecordTexts,
) -> Result<Vec<Problem>, SyncError> {
    let problem = |id: EntryId| {
        let path = folder.entries.get(&id)?.home.path();
        let what = format!("entry {id} is in no list: somebody took out its author or its time");
        let help = Fix::by("put both back", Command::ours(["restore", id.as_str()]));
        Some(texts.at_entry(&path, id, what, help))
    };
    Ok(unlisted(repo, folder)?.into_iter().filter_map(problem).collect())
}
