//! The head of a record as it was before somebody else changed or removed it (docs/command-line.md#restore).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, CommitInfo, TreeId};
use crate::merge::merge;
use crate::model::{EntryId, Home, MeetingKey, PairDocument, Placed, RecordPath, Row, State};

use crate::sync::error::SyncError;
use crate::sync::load::file_blame::wrote_it;
use crate::sync::load::read::read_paths;
use crate::sync::load::side::Side;
use crate::sync::workspace::Workspace;

/// So many commits are looked at.
const MOST: usize = 5000;
/// The keys of a member are pinned: no version of before brings them back.
const KEYS: &str = "keys";

/// The records without the last changes of a head by somebody else.
pub struct RecordBefore {
    /// Everything that stands then, but for the entries that are gone.
    pub state: State,
    /// The first commit that is taken back.
    pub commit: CommitId,
    /// The entries that went with the record, as they stood before that commit.
    pub gone: Vec<(EntryId, Placed)>,
}

/// Changes of a record by one person, in a row. Of a member it is the last one alone: the ones before are their work.
struct Run {
    first: CommitInfo,
    /// The tree before the first.
    before: TreeId,
    /// The tree after the last.
    after: TreeId,
    /// Whether the last removed the record.
    is_removal: bool,
}

impl Workspace {
    /// The records without the last changes by somebody else of the head of one of them; none if nothing of them stands, they
    /// changed keys alone, or nobody else changed it. Of a member, the last commit goes; of anybody else, everything that they
    /// did to the record in a row. It is a merge, as by undo: changes of others since then stay.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn record_before(&self, record: RecordPath) -> Result<Option<RecordBefore>, SyncError> {
        let Some(run) = self.last_run(record)? else {
            return Ok(None);
        };
        let before = self.read_alone(run.before, record)?.unwrap_or_default();
        let after = self.read_alone(run.after, record)?.unwrap_or_default();
        let (Some(base), Some(right)) = (self.with_head(record, &after), self.with_head(record, &before))
        else {
            return Ok(None);
        };
        let state = merge(&base, self.state(), &right)?.state;
        // Entries that had gone elsewhere before, or stand there, did not go with it.
        let others = match run.is_removal {
            true => Side::of_tree(&self.repo, run.after, None)?.state.entries,
            false => BTreeMap::new(),
        };
        let stands = |id: &EntryId| others.contains_key(id) || self.state().entries.contains_key(id);
        let gone = before
            .entries
            .into_iter()
            .filter(|(id, _)| run.is_removal && !stands(id));
        let gone: Vec<(EntryId, Placed)> = gone.collect();
        let is_there = state != *self.state() || !gone.is_empty();
        Ok(is_there.then_some(RecordBefore {
            state,
            commit: run.first.id,
            gone,
        }))
    }

    /// The last commit by which the other member changed the head of a record, or the last ones in a row of somebody who is
    /// none.
    fn last_run(&self, record: RecordPath) -> Result<Option<Run>, SyncError> {
        let Some(tip) = self.tip else { return Ok(None) };
        let authors = self.commit_authors()?;
        let mut run: Option<Run> = None;
        for commit in self.repo.ancestors(tip, &[])?.take(MOST) {
            let info = self.repo.commit_info(commit?)?;
            let Some(before) = self.changed(&info, record)? else {
                continue;
            };
            // Somebody who removed a record, and is no member, may have written into its entries first.
            let is_removal = run.as_ref().is_some_and(|run| run.is_removal);
            if !is_removal && !self.changed_head(before, &info, record)? {
                continue;
            }
            let is_same = |run: &Run| {
                run.first.author.name == info.author.name && authors.member(&info.author).is_none()
            };
            match &mut run {
                Some(run) if is_same(run) => (run.first, run.before) = (info, before),
                Some(_) => break,
                None if authors.is_mine(&info.author) => {}
                None => {
                    run = Some(Run {
                        is_removal: self.repo.tree_entry(info.tree, &record.path())?.is_none(),
                        after: info.tree,
                        first: info,
                        before,
                    });
                }
            }
        }
        Ok(run)
    }

    /// Puts the heads of meetings back into a state, of those that it lacks and that somebody else removed.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn bring_heads_back(
        &self,
        state: &mut State,
        homes: impl Iterator<Item = Home>,
    ) -> Result<(), SyncError> {
        let Some(tip) = self.tip else { return Ok(()) };
        let lost = homes.filter_map(|home| home.meeting());
        let lost: BTreeSet<MeetingKey> = lost.filter(|key| !state.meetings.contains_key(key)).collect();
        for key in lost {
            let record = RecordPath::Home(Home::Meeting(key));
            let Some(info) = wrote_it(&self.repo, tip, &record.path())? else {
                continue;
            };
            if !self.commit_authors()?.is_mine(&info.author)
                && let Some(parent) = self.changed(&info, record)?
            {
                let head = self.read_alone(parent, record)?;
                let head = head.and_then(|mut alone| alone.meetings.remove(&key));
                state.meetings.extend(head.map(|head| (key, head)));
            }
        }
        Ok(())
    }

    /// The tree before a commit, if that changed or removed a record that stood there: no parent has it so.
    fn changed(&self, info: &CommitInfo, record: RecordPath) -> Result<Option<TreeId>, SyncError> {
        let path = record.path();
        let file = self.repo.tree_entry(info.tree, &path)?;
        let mut first = None;
        for parent in &info.parents {
            // Beyond the border of a shallow clone nobody can tell.
            let Ok(tree) = self.repo.tree_of(*parent) else {
                return Ok(None);
            };
            let before = self.repo.tree_entry(tree, &path)?;
            if before == file {
                return Ok(None);
            }
            first = first.or(before.map(|_| tree));
        }
        Ok(first)
    }

    /// Whether a commit changed the head of a record, or removed it.
    fn changed_head(&self, before: TreeId, info: &CommitInfo, record: RecordPath) -> Result<bool, SyncError> {
        let head = |tree| Ok::<_, SyncError>(self.read_alone(tree, record)?.map(without_entries));
        let is_there = self.repo.tree_entry(info.tree, &record.path())?.is_some();
        Ok(!is_there || head(before)? != head(info.tree)?)
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

/// The heads of a state.
fn without_entries(state: State) -> State {
    State {
        entries: BTreeMap::new(),
        ..state
    }
}

/// A pair with the keys that stand in another one; none if the seats differ.
fn with_keys_of(pair: &PairDocument, stands: &PairDocument) -> Option<PairDocument> {
    let seats = |pair: &PairDocument| pair.members.keys().cloned().collect::<BTreeSet<_>>();
    if seats(pair) != seats(stands) {
        return None;
    }
    let mut pair = pair.clone();
    let is_about_them = |row: &Row| row.field.ends_with(&format!(".{KEYS}"));
    pair.top.rows.retain(|row| !is_about_them(row));
    let rows = stands.top.rows.iter().filter(|row| is_about_them(row));
    pair.top.rows.extend(rows.cloned());
    for (slug, now) in &stands.members {
        let member = pair.members.get_mut(slug)?;
        match now.get(KEYS) {
            Some(value) => member.set(KEYS, value.clone()),
            None => drop(member.remove(KEYS)),
        }
    }
    Some(pair)
}
