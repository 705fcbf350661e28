//! The head of a record as it was before somebody else changed or removed it (docs/command-line.md#restore).

use std::collections::BTreeSet;

use crate::git::{CommitId, CommitInfo, TreeId};
use crate::merge::merge;
use crate::model::{EntryId, Home, PairDocument, RecordPath, State};

use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::load::read::read_paths;
use crate::sync::load::wrote_it::wrote_it;
use crate::sync::workspace::Workspace;

/// So many commits are looked at.
const MOST: usize = 5000;
/// Keys of a member that nobody puts back for another: keys are pinned, and a seat keeps its role.
const STAY: [&str; 2] = ["role", "keys"];

/// The records without the last change of a head by somebody else.
pub struct RecordBefore {
    /// Everything that stands then.
    pub state: State,
    /// The commit that made the change.
    pub commit: CommitId,
    /// The entries that went with the record, if that commit removed it.
    pub gone: Vec<EntryId>,
}

impl Workspace {
    /// The records without the last change by somebody else of the head of one of them; none if nothing of it stands, or
    /// nobody else changed it. It is a merge, as by undo: what anybody changed since stays.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn record_before(&self, record: RecordPath) -> Result<Option<RecordBefore>, SyncError> {
        let Some(tip) = self.tip else { return Ok(None) };
        for commit in self.repo.ancestors(tip, &[])?.take(MOST) {
            let info = self.repo.commit_info(commit?)?;
            let Some(parent) = self.changed_by_another(&info, record)? else {
                continue;
            };
            let (before, after) = (
                self.read_alone(parent, record)?,
                self.read_alone(info.tree, record)?,
            );
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            let (Some(base), Some(right)) = (self.with_head(record, &after), self.with_head(record, &before))
            else {
                continue;
            };
            if base == right {
                continue;
            }
            let is_gone = self.repo.tree_entry(info.tree, &record.path())?.is_none();
            let gone = before.entries.keys().filter(|_| is_gone);
            let gone = gone.filter(|id| !self.state().entries.contains_key(id));
            let state = merge(&base, self.state(), &right)?.state;
            // Once that is taken back, an earlier change may be one that both wanted.
            let is_there = state != *self.state();
            return Ok(is_there.then(|| RecordBefore {
                state,
                commit: info.id,
                gone: gone.copied().collect(),
            }));
        }
        Ok(None)
    }

    /// Puts the head of a meeting back into a state, if the state has none and somebody else removed it.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn bring_head_back(&self, state: &mut State, home: Home) -> Result<(), SyncError> {
        let (Home::Meeting(key), Some(tip)) = (home, self.tip) else {
            return Ok(());
        };
        let record = RecordPath::Home(home);
        if state.meetings.contains_key(&key) {
            return Ok(());
        }
        let removed = wrote_it(&self.repo, tip, &record.path())?;
        let parent = removed
            .map(|info| self.changed_by_another(&info, record))
            .transpose()?;
        if let Some(parent) = parent.flatten() {
            let head = self.read_alone(parent, record)?;
            let head = head.and_then(|mut alone| alone.meetings.remove(&key));
            state.meetings.extend(head.map(|head| (key, head)));
        }
        Ok(())
    }

    /// The first tree before a commit of somebody else, if that changed the file of a record that stood there: no parent has
    /// it so.
    fn changed_by_another(&self, info: &CommitInfo, record: RecordPath) -> Result<Option<TreeId>, SyncError> {
        let (path, me) = (record.path(), self.keys.me(self.pair()));
        let file = self.repo.tree_entry(info.tree, &path)?;
        let mut first = None;
        for parent in &info.parents {
            // Beyond the border of a shallow clone nobody can tell.
            let Ok(tree) = self.repo.tree_of(*parent) else {
                return Ok(None);
            };
            let before = self.repo.tree_entry(tree, &path)?;
            if before.is_none() || before == file {
                return Ok(None);
            }
            first = first.or(Some(tree));
        }
        let authors = CommitAuthors::of(self.pair()).seen_by(me, self.repo.user_email()?);
        Ok(first.filter(|_| !authors.is_mine(&info.author)))
    }

    /// A record of a tree alone; none if it cannot be read.
    fn read_alone(&self, tree: TreeId, record: RecordPath) -> Result<Option<State>, SyncError> {
        let alone = read_paths(&self.repo, tree, [&record.path()])?;
        Ok(alone.broken.is_empty().then_some(alone.state))
    }

    /// The records as they stand, with another head of one of them; none if that has other seats.
    fn with_head(&self, record: RecordPath, other: &State) -> Option<State> {
        let mut state = self.state().clone();
        match record {
            RecordPath::Home(Home::Agenda) => state.agenda.clone_from(&other.agenda),
            RecordPath::Home(Home::Meeting(key)) => match other.meetings.get(&key) {
                Some(head) => drop(state.meetings.insert(key, head.clone())),
                None => drop(state.meetings.remove(&key)),
            },
            RecordPath::Pair => {
                let pair = with_keys_of(other.pair.as_ref()?, state.pair.as_ref()?)?;
                state.pair = Some(pair);
            }
        }
        Some(state)
    }
}

/// A pair with the keys and roles that stand in another one; none if the seats differ.
fn with_keys_of(pair: &PairDocument, stands: &PairDocument) -> Option<PairDocument> {
    let seats = |pair: &PairDocument| pair.members.keys().cloned().collect::<BTreeSet<_>>();
    if seats(pair) != seats(stands) {
        return None;
    }
    let mut pair = pair.clone();
    for (slug, now) in &stands.members {
        let member = pair.members.get_mut(slug)?;
        for key in STAY {
            match now.get(key) {
                Some(value) => member.set(key, value.clone()),
                None => drop(member.remove(key)),
            }
        }
    }
    Some(pair)
}
