//! Records that HEAD has and that do not lie in the folder: a question that reads the folder alone does not see them
//! (docs/command-line.md#queries).

use std::path::Path;

use crate::git::Repository;
use crate::model::{Home, MEETINGS_PATH, RecordPath};
use crate::store::Notes;

use super::error::SyncError;
use super::load::listing::listing;
use super::load::working_copy::RECORD_ROOTS;

/// Records that HEAD has and that do not lie in the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MissingRecords {
    /// How many.
    pub count: usize,
    /// The paths that bring them back: of a folder that lacks all of its records, its own.
    pub paths: Vec<String>,
    /// How many a sparse checkout hides beside them.
    pub hidden: usize,
}

/// Whether the folder lacks the agenda or all meetings: a look that each question can afford.
pub fn may_lack_records(root: &Path) -> bool {
    let lacks = |path: &str| root.join(path).symlink_metadata().is_err();
    lacks(&Home::Agenda.path()) || lacks(MEETINGS_PATH)
}

/// Which records the folder lacks; none where HEAD has no other. `pair.toml` has words of its own. While a write-out waits to be
/// completed, nothing is missing.
///
/// # Errors
/// When Git cannot read HEAD.
pub fn missing_records(repo: &Repository) -> Result<Option<MissingRecords>, SyncError> {
    let Some(tip) = repo.head().ok().and_then(|head| head.tip) else {
        return Ok(None);
    };
    if Notes::of(repo.git_dir()).writing()?.is_some() {
        return Ok(None);
    }
    let root = repo.workdir();
    let committed = listing(repo, repo.tree_of(tip)?)?;
    let records: Vec<String> = committed
        .keys()
        .filter(|record| **record != RecordPath::Pair)
        .map(|record| record.path())
        .collect();
    let lies = |path: &String| root.join(path).symlink_metadata().is_ok();
    let (here, gone): (Vec<String>, Vec<String>) = records.into_iter().partition(lies);
    if gone.is_empty() {
        return Ok(None);
    }
    let hidden = repo.hidden_paths(RECORD_ROOTS)?;
    let (hidden, gone): (Vec<String>, Vec<String>) = gone.into_iter().partition(|path| hidden.contains(path));
    let mut paths: Vec<String> = gone
        .iter()
        .map(|path| to_bring_back(path, here.iter().chain(&hidden)))
        .collect();
    paths.dedup();
    Ok(Some(MissingRecords {
        count: gone.len(),
        paths,
        hidden: hidden.len(),
    }))
}

/// The topmost folder of a record that holds none of the `others`; the record where each holds one.
fn to_bring_back<'a>(path: &str, others: impl Iterator<Item = &'a String> + Clone) -> String {
    let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
    let mut empty = folders.filter(|folder| {
        let mut others = others.clone();
        !others.any(|other| {
            other
                .strip_prefix(*folder)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    });
    empty.next().unwrap_or(path).to_owned()
}
