//! Who wrote a value that stands in a conflict: found in history when it is shown (docs/merge.md#conflict-rows).

use crate::git::{CommitId, CommitInfo, Repository, TreeId};
use crate::model::{Address, Alternative, Pair, RecordPath, Slug, State};

use crate::sync::changed_entries::CommitMaker;
use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::load::file_blame::wrote_it;
use crate::sync::load::read::read_paths;

/// How many commits are looked at.
const MOST: usize = 5000;

/// A value of a field, as it stands in the record.
#[derive(Debug, Clone)]
pub struct ConflictValue {
    /// Where it stands.
    pub at: Address,
    /// The field.
    pub field: String,
    /// The value.
    pub value: Alternative,
}

/// Of each value the author of the newest commit that set it, other than by a merge; found in one walk.
///
/// A sealed body is looked for by its ciphertext.
///
/// # Errors
/// When Git cannot read the history.
pub fn authors_of(
    repo: &Repository,
    pair: &Pair,
    asked: &[ConflictValue],
) -> Result<Vec<Option<Slug>>, SyncError> {
    match repo.head()?.tip {
        Some(tip) if !asked.is_empty() => authors_up_to(repo, pair, tip, asked),
        _ => Ok(vec![None; asked.len()]),
    }
}

/// The same for the history of a commit.
pub(super) fn authors_up_to(
    repo: &Repository,
    pair: &Pair,
    tip: CommitId,
    asked: &[ConflictValue],
) -> Result<Vec<Option<Slug>>, SyncError> {
    let mut found: Vec<Option<Slug>> = vec![None; asked.len()];
    for commit in repo.ancestors(tip, &[])?.take(MOST) {
        if found.iter().all(Option::is_some) {
            break;
        }
        let info = repo.commit_info(commit?)?;
        let parent = match info.parents.as_slice() {
            [] => None,
            // Beyond the border of a shallow clone nobody can tell.
            [parent] => match repo.tree_of(*parent) {
                Ok(tree) => Some(tree),
                Err(_) => continue,
            },
            _ => continue,
        };
        let mut paths = repo.changed_paths(parent, Some(info.tree))?;
        paths.retain(|path| RecordPath::parse(path).is_some());
        if paths.is_empty() {
            continue;
        }
        let mut after = records(repo, Some(info.tree), &paths)?;
        let mut before = records(repo, parent, &paths)?;
        for (asked, found) in asked.iter().zip(&mut found) {
            if found.is_none() && asked.stands_in(&mut after) && !asked.stands_in(&mut before) {
                *found = Some(CommitAuthors::of(pair).member_or_report(&info.author));
            }
        }
    }
    Ok(found)
}

/// Who made a commit, as it says.
pub(in crate::sync) fn commit_maker(pair: &Pair, commit: &CommitInfo) -> CommitMaker {
    let (author, committer) = (&commit.author.name, &commit.committer.name);
    CommitMaker {
        commit: commit.id.short(),
        member: CommitAuthors::of(pair).member(&commit.author),
        name: author.clone(),
        committer: Some(committer).filter(|name| *name != author).cloned(),
    }
}

/// Who made the commit that wrote a file as it stands in another one, or that removed it.
///
/// # Errors
/// When Git cannot read the history.
pub(in crate::sync) fn maker_of_file(
    repo: &Repository,
    pair: &Pair,
    tip: CommitId,
    path: &str,
) -> Result<Option<CommitMaker>, SyncError> {
    let wrote = wrote_it(repo, tip, path)?;
    Ok(wrote.map(|commit| commit_maker(pair, &commit)))
}

/// Some records of a tree; none of no tree.
fn records(repo: &Repository, tree: Option<TreeId>, paths: &[String]) -> Result<State, SyncError> {
    let loaded = tree.map(|tree| read_paths(repo, tree, paths)).transpose()?;
    Ok(loaded.unwrap_or_default().state)
}

impl ConflictValue {
    fn stands_in(&self, state: &mut State) -> bool {
        let table = self.at.table_in(state, &self.field);
        table.is_some_and(|(table, field)| table.shown(field) == self.value)
    }
}
