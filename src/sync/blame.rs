//! Who wrote a value that stands in a conflict: found in history when it is shown (design, section 3).

use crate::git::Repository;
use crate::model::{Entry, Pair, Row, Slug, Table};

use super::error::SyncError;
use super::heal::author_of;
use super::side::Side;

/// How many commits are looked at.
const MOST: usize = 2000;

/// The author of the newest commit that set a field of an entry to the value of a row, other than by a merge.
///
/// A sealed body is looked for by its ciphertext only where the row still has it.
///
/// # Errors
/// When Git cannot read the history.
pub fn history_of(
    repo: &Repository,
    pair: &Pair,
    entry: &Entry,
    row: &Row,
) -> Result<Option<Slug>, SyncError> {
    let Some(tip) = repo.head()?.tip else {
        return Ok(None);
    };
    let shows = |table: Option<&Table>| table.is_some_and(|t| t.shown(&row.field) == row.alternative);
    for commit in repo.ancestors(tip, &[])?.take(MOST) {
        let info = repo.commit_info(commit?)?;
        let [parent] = info.parents.as_slice() else {
            continue;
        };
        let touched = match repo.tree_of(*parent) {
            Ok(before) => repo.changed_paths(Some(before), Some(info.tree))?,
            Err(_) => continue,
        };
        if touched.is_empty() {
            continue;
        }
        let here = Side::read(repo, info.tree)?.1.state;
        if !shows(here.entries.get(&entry.id).map(|p| &p.entry)) {
            continue;
        }
        let before = Side::read(repo, repo.tree_of(*parent)?)?.1.state;
        if !shows(before.entries.get(&entry.id).map(|p| &p.entry)) {
            return Ok(Some(author_of(&info, pair)));
        }
    }
    Ok(None)
}
