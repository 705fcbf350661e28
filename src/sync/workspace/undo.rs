//! Undo and redo: a commit of a command is taken back by the same merge as everything else, as a new commit on top
//! (docs/sync.md#undo-log).

use std::collections::BTreeSet;

use crate::git::CommitId;
use crate::merge::merge;
use crate::model::{Date, EntryId, MeetingKey, Placed, RecordPath, State, Table, Visibility};
use crate::store::{HAND_REMOVAL, LoggedCommand};

use crate::sync::combine::carry::{carry_back, open_again};
use crate::sync::combine::settle::{bodies_conflict, settle};
use crate::sync::error::SyncError;
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::secret_scan::sent;
use crate::sync::workspace::Workspace;

/// Whether a command is taken back, or an undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoDirection {
    /// Back: the last command.
    Undo,
    /// Forth again: the last undo.
    Redo,
}

impl UndoDirection {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Undo => "undo",
            Self::Redo => "redo",
        }
    }
}

/// The outcome of taking a command back.
#[derive(Debug, Clone)]
pub struct Reverted {
    /// The command, and its commit.
    pub command: LoggedCommand,
    /// The day on which it ran, by the clock of this machine.
    pub made_on: Option<Date>,
    /// Whether anything of it was left to take back.
    pub changed: bool,
    /// Later ones, whose commits plain Git took out of the history.
    pub passed_over: Vec<LoggedCommand>,
    /// Entries that it made and that were edited since: they stay as edited.
    pub kept: Vec<EntryId>,
    /// Meetings that it made and that hold something else by now: they stay.
    pub meetings_kept: Vec<MeetingKey>,
    /// The notes for a person.
    pub notes: Vec<SyncNote>,
}

impl Workspace {
    /// The commits that commands of this clone made, as far as the undo log goes back.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(in crate::sync) fn commits_of_commands(&self) -> Result<BTreeSet<CommitId>, SyncError> {
        let log = self.notes.undo_log(|_| true)?;
        let commits = log.done.iter().filter_map(|command| command.commit.parse().ok());
        Ok(commits.collect())
    }

    /// Prepares the commit that takes back the last command of this clone, or the last undo; none where there is
    /// none. It is a merge over that commit, of what stands now and what stood before it: what anybody changed since,
    /// in other entries or fields, stays.
    pub(in crate::sync) fn revert(
        &mut self,
        direction: UndoDirection,
    ) -> Result<Option<Reverted>, SyncError> {
        self.read_everything()?;
        let stands = |commit, tip| self.repo.is_ancestor(commit, tip).unwrap_or(false);
        let counts =
            |by: &str| by == "-" || matches!((by.parse(), self.tip), (Ok(id), Some(tip)) if stands(id, tip));
        let undo_log = self.notes.undo_log(counts)?;
        let mut stack = match direction {
            UndoDirection::Undo => undo_log.done,
            UndoDirection::Redo => undo_log.undone,
        };
        let mut passed_over = Vec::new();
        let (command, commit, parent) = loop {
            let Some(command) = stack.pop() else {
                return match undo_log.is_cut && direction == UndoDirection::Undo {
                    true => Err(SyncError::BehindTakenHistory),
                    false => Ok(None),
                };
            };
            match self.in_history(&command)? {
                Some((commit, parent)) => break (command, commit, parent),
                None => passed_over.push(command),
            }
        };
        let base = Side::of_commit(&self.repo, commit)?;
        let mut right = Side::of_commit(&self.repo, parent)?;
        if command.name == HAND_REMOVAL {
            right.state = match direction {
                UndoDirection::Undo => with_removed(&base.state, &right.state),
                UndoDirection::Redo => only_those_of(&base.state, &right.state),
            };
        }
        self.refuse_unreadable(&base, &right)?;
        self.refuse_narrowing(commit, parent, &base.state, &right.state)?;
        let mut meetings_kept: Vec<MeetingKey> = base.state.meetings.keys().copied().collect();
        meetings_kept.retain(|key| !right.state.meetings.contains_key(key));
        // If somebody removed an entry since, taking back an edit of it does not bring it back.
        let gone =
            |id: &EntryId| base.state.entries.contains_key(id) && !self.side.state.entries.contains_key(id);
        right.state.entries.retain(|id, _| !gone(id));
        let over = with_brought_back(base.state, &right.state, &self.side.state);
        let merged = merge(&over, &self.side.state, &right.state)?;
        let mut state = merged.state;
        open_again(&over, &right.state, &mut state);
        let sides = [&over, &self.side.state, &right.state];
        let carried = carry_back(sides, &mut state, self.pair(), &self.keys);
        let mut notes: Vec<SyncNote> = carried.into_iter().map(SyncNote::CarriedBack).collect();
        let before = &self.side.state.entries;
        let conflicts_now = |id| {
            before
                .get(id)
                .is_some_and(|placed| bodies_conflict(&placed.entry))
        };
        let mut entries = state.entries.iter();
        if entries.any(|(id, placed)| bodies_conflict(&placed.entry) && !conflicts_now(id)) {
            let me = self.keys.me(self.pair());
            notes.extend(settle(&mut state, self.pair(), &self.keys, me.as_ref())?);
        }
        self.refuse_showing(&state)?;
        let message = format!("{} {}", direction.as_str(), command.name);
        let changed = self.commit(state, Some(&message))?;
        meetings_kept.retain(|key| self.side.state.meetings.contains_key(key));
        Ok(Some(Reverted {
            command,
            made_on: self.repo.commit_info(commit)?.author.local_date(),
            changed,
            passed_over,
            kept: merged.kept,
            meetings_kept,
            notes,
        }))
    }

    /// A command's commit and its parent, where both are in the history of what stands.
    fn in_history(&self, command: &LoggedCommand) -> Result<Option<(CommitId, CommitId)>, SyncError> {
        let (Ok(commit), Some(tip)) = (command.commit.parse::<CommitId>(), self.tip) else {
            return Ok(None);
        };
        let Ok(info) = self.repo.commit_info(commit) else {
            return Ok(None);
        };
        let [parent] = info.parents.as_slice() else {
            return Ok(None);
        };
        let here = self.repo.tree_of(*parent).is_ok() && self.repo.is_ancestor(commit, tip)?;
        Ok(here.then_some((commit, *parent)))
    }

    /// Refuses to write back a record that cannot be read.
    fn refuse_unreadable(&self, base: &Side, right: &Side) -> Result<(), SyncError> {
        for path in self.repo.changed_paths(right.tree, base.tree)? {
            let Some(record) = RecordPath::parse(&path) else {
                continue;
            };
            let mut sides = [&self.side, base, right].into_iter();
            if let Some(problems) = sides.find_map(|side| side.broken.get(&record)) {
                return Err(SyncError::Problems(problems.clone()));
            }
        }
        Ok(())
    }

    /// Refuses to show a text that is to be sealed. Such a commit would not be sent, and stand in the way of all others.
    fn refuse_showing(&self, state: &State) -> Result<(), SyncError> {
        let stands = |id: &EntryId| self.side.state.entries.get(id);
        let shown = state.entries.iter().find(|(id, placed)| {
            placed.entry.exposes_words() && stands(id).is_none_or(|now| now.entry != placed.entry)
        });
        if let Some((id, _)) = shown {
            return Err(SyncError::WouldShow(*id));
        }
        // An entry that was restored stays so: whoever let more people read it was not its author.
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        let (mine, holder) = (known.of(me.as_ref()), self.key_holder(me.as_ref()));
        let is_wider = |id: EntryId, placed: &Placed| {
            let changed = stands(&id).is_some_and(|now| now.entry != placed.entry);
            let readers = mine.get(id).filter(|_| changed).map(|known| known.readers);
            readers.is_some_and(|readers| holder.audience(id, &placed.entry).shown > readers)
        };
        let mut entries = state.entries.iter();
        match entries.find(|(id, placed)| is_wider(**id, placed)) {
            Some((id, _)) => Err(SyncError::WouldShow(*id)),
            None => Ok(()),
        }
    }

    /// Refuses to narrow a shared text: history keeps it.
    fn refuse_narrowing(
        &self,
        commit: CommitId,
        parent: CommitId,
        base: &State,
        right: &State,
    ) -> Result<(), SyncError> {
        let (me, known) = (self.keys.me(self.pair()), self.known_readers()?);
        let mine = known.of(me.as_ref());
        let narrower = |id: &&EntryId| {
            let of = |state: &State| state.entries.get(*id).map(|placed| widest(&placed.entry));
            let (after, before) = (of(base), of(right));
            // If somebody else let more people read it, its author may seal it.
            let is_mine = mine
                .get(**id)
                .is_some_and(|known| before <= Some(known.readers) && after > Some(known.readers));
            matches!((after, before), (Some(after), Some(before)) if before < after) && !is_mine
        };
        let Some(entry) = base.entries.keys().find(narrower) else {
            return Ok(());
        };
        // The remote is known to have these.
        let mut is_sent = false;
        for seen in sent(&self.repo, None)? {
            is_sent |= self.repo.is_ancestor(commit, seen)?;
        }
        let last = self.tip == Some(commit);
        Err(SyncError::Narrowing {
            entry: *entry,
            before: (last && !is_sent).then(|| parent.to_string()),
        })
    }
}

/// The widest visibility of what an entry shows and of what is in conflict with it.
fn widest(entry: &Table) -> Visibility {
    let rows = entry.rows_of("body").map(|row| row.alternative.named_readers());
    rows.fold(entry.inherited_visibility(), Visibility::max)
}

/// A state with the entries of an older one that it lacks: whatever else was edited by hand stays.
fn with_removed(state: &State, older: &State) -> State {
    let mut whole = state.clone();
    for (id, placed) in &older.entries {
        whole.entries.entry(*id).or_insert_with(|| placed.clone());
    }
    whole
}

/// A state without the entries that an older one lacks.
fn only_those_of(state: &State, older: &State) -> State {
    let mut rest = state.clone();
    rest.entries.retain(|id, _| older.entries.contains_key(id));
    rest
}

/// The base, with entries that the command removed and somebody else kept or brought back. Such an entry is the one from
/// before the command, edited since: an id is never used twice (docs/format.md#ids).
fn with_brought_back(mut base: State, before: &State, now: &State) -> State {
    for (id, placed) in &before.entries {
        if now.entries.contains_key(id) {
            base.entries.entry(*id).or_insert_with(|| placed.clone());
        }
    }
    for (key, head) in &before.meetings {
        if now.meetings.contains_key(key) {
            base.meetings.entry(*key).or_insert_with(|| head.clone());
        }
    }
    base
}
