//! Who wrote a value that stands in a conflict: found in history when it is shown (docs/merge.md#conflict-rows).

use crate::git::{Repository, TreeId};
use crate::model::{Alternative, Limits, Pair, RecordPath, Slug, State, Table, assemble};

use crate::sync::conflicts::Address;
use crate::sync::error::SyncError;
use crate::sync::load::repair::author_of;

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
    let mut found: Vec<Option<Slug>> = vec![None; asked.len()];
    let (Some(tip), false) = (repo.head()?.tip, asked.is_empty()) else {
        return Ok(found);
    };
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
        let after = records(repo, Some(info.tree), &paths)?;
        let before = records(repo, parent, &paths)?;
        for (asked, found) in asked.iter().zip(&mut found) {
            if found.is_none() && asked.stands_in(&after) && !asked.stands_in(&before) {
                *found = Some(author_of(&info.author, pair));
            }
        }
    }
    Ok(found)
}

/// What some records of a tree say.
fn records(repo: &Repository, tree: Option<TreeId>, paths: &[String]) -> Result<State, SyncError> {
    let mut files = Vec::new();
    for path in paths {
        let file = match tree {
            Some(tree) => repo.tree_entry(tree, path)?,
            None => None,
        };
        if let Some(bytes) = file.and_then(|file| repo.blob(file.id, Limits::FILE).ok()) {
            files.push((path.as_str(), bytes));
        }
    }
    Ok(assemble(files.iter().map(|(path, bytes)| (*path, bytes.as_slice()))).state)
}

impl ConflictValue {
    fn stands_in(&self, state: &State) -> bool {
        let shows = |table: &Table, field: &str| table.shown(field) == self.value;
        match self.at {
            Address::Entry(id) => state
                .entries
                .get(&id)
                .is_some_and(|p| shows(&p.entry, &self.field)),
            Address::Home(home) => state.header(home).is_some_and(|head| shows(head, &self.field)),
            Address::Pair => state.pair.as_ref().is_some_and(|pair| {
                let of_member = self.field.strip_prefix("member.").and_then(|f| f.split_once('.'));
                match of_member {
                    Some((slug, field)) => pair.members.get(slug).is_some_and(|m| shows(m, field)),
                    None => shows(&pair.top, &self.field),
                }
            }),
        }
    }
}
