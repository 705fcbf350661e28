//! Who reads the entries that others follow by `re`: a hand-written entry takes it over (docs/privacy.md#readers).

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::git::{CommitInfo, Repository, TreeFile, TreeId};
use crate::model::{EntryId, Limits, RecordPath, State, Visibility, assemble, holds_word};

/// The visibility that an entry hands on: the narrowest one of those that it has in some states. A hand may have opened it
/// in one of them.
pub(in crate::sync) fn visibility_in<'a>(
    states: impl IntoIterator<Item = &'a State>,
    id: EntryId,
) -> Option<Visibility> {
    let placed = states.into_iter().filter_map(|state| state.entries.get(&id));
    placed.map(|placed| placed.entry.inherited_visibility()).min()
}

/// The entries of a commit and of its parents. Records are read only where somebody asks.
pub(in crate::sync) struct FollowedEntries<'a> {
    repo: &'a Repository,
    trees: Vec<TreeId>,
    known: RefCell<BTreeMap<EntryId, Option<Visibility>>>,
}

impl<'a> FollowedEntries<'a> {
    pub(in crate::sync) fn of(repo: &'a Repository, trees: Vec<TreeId>) -> Self {
        Self {
            repo,
            trees,
            known: RefCell::default(),
        }
    }

    pub(in crate::sync) fn of_commit(repo: &'a Repository, info: &CommitInfo) -> Self {
        // A shallow clone lacks the parents of its oldest commits.
        let parents = info
            .parents
            .iter()
            .filter_map(|parent| repo.tree_of(*parent).ok());
        Self::of(repo, parents.chain([info.tree]).collect())
    }

    /// The visibility that an entry hands on; none if it stands nowhere.
    pub(in crate::sync) fn visibility(&self, id: EntryId) -> Option<Visibility> {
        if let Some(known) = self.known.borrow().get(&id) {
            return *known;
        }
        let found = self.trees.iter().filter_map(|tree| self.in_tree(*tree, id)).min();
        self.known.borrow_mut().insert(id, found);
        found
    }

    fn in_tree(&self, tree: TreeId, id: EntryId) -> Option<Visibility> {
        let name = id.as_str().as_bytes();
        let mut files = self.repo.list_tree(tree, None).ok()?;
        files.retain(|file| RecordPath::parse(&file.path).is_some());
        let of_file = |file: &TreeFile| {
            let bytes = self.repo.blob(file.id, Limits::FILE).ok()?;
            holds_word(&bytes, name).then_some(())?;
            let loaded = assemble([(&file.path, &bytes)]);
            if !loaded.broken.is_empty() {
                // It may stand there, for nobody knows whom.
                return Some(Visibility::Private);
            }
            let copies = loaded.doubled.get(&id).into_iter().flatten();
            let copies = copies.map(|copy| copy.entry.inherited_visibility());
            copies.chain(visibility_in([&loaded.state], id)).min()
        };
        files.iter().filter_map(of_file).min()
    }
}
