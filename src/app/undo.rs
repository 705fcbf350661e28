//! `undo` and `redo`: the last command is taken back as a new commit, or an undo is.

use std::collections::BTreeSet;

use crate::model::{Address, Entry, EntryId, MeetingKey, State};
use crate::sync::{Conflict, Reverted, UndoDirection, conflicts};

use super::{AppError, NextMoved, Remark, Session, WriteSession};

/// The outcome of an undo or a redo.
#[derive(Debug)]
pub struct Undone {
    /// The command that was taken back or brought back, and the fate of its entries.
    pub taken: Reverted,
    /// Entries that stand otherwise than before, or stand again.
    pub changed: Vec<EntryId>,
    /// Entries that are gone, as they were.
    pub removed: Vec<(EntryId, Option<Entry>)>,
    /// Meetings whose head changed.
    pub meetings: Vec<(MeetingKey, HeadChange)>,
    /// The agreed day of the next meeting, where it changed.
    pub next: Option<NextMoved>,
    /// Changed entries with a conflict that they did not have before.
    pub conflicts: Vec<EntryId>,
}

/// A change of a meeting's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadChange {
    /// It says something else.
    Changed,
    /// The meeting is back.
    Back,
    /// The meeting is gone.
    Gone,
}

/// Takes the last command of this clone back, or the last undo.
///
/// # Errors
/// When there is none, or a text would be hidden that history shows.
pub fn undo(session: &mut WriteSession, direction: UndoDirection) -> Result<Undone, AppError> {
    let (before, records) = (session.state().clone(), session.view.records.clone());
    let taken = session.revert(direction)?.ok_or(AppError::NothingTo(direction))?;
    let remarks = &session.view.remarks;
    for command in &taken.passed_over {
        let (command, commit) = (command.name.clone(), command.commit.clone());
        remarks.add(Remark::PassedOver { command, commit });
    }
    remarks.add_notes(&taken.notes);
    let after = session.state();
    let stands = |id: &EntryId| after.entries.contains_key(id);
    let head_change = |key: &MeetingKey| match (records.meeting(*key), session.view.records.meeting(*key)) {
        (_, None) => HeadChange::Gone,
        (None, Some(_)) => HeadChange::Back,
        (Some(_), Some(_)) => HeadChange::Changed,
    };
    let entries = after.entries.iter();
    let changed = entries.filter(|(id, placed)| before.entries.get(*id) != Some(placed));
    let changed: Vec<EntryId> = changed.map(|(id, _)| *id).collect();
    let removed = before.entries.keys().filter(|id| !stands(id));
    let keys: BTreeSet<&MeetingKey> = before.meetings.keys().chain(after.meetings.keys()).collect();
    let keys = keys
        .into_iter()
        .filter(|key| before.meetings.get(key) != after.meetings.get(key));
    Ok(Undone {
        removed: removed.map(|id| (*id, records.entry(*id).cloned())).collect(),
        meetings: keys.map(|key| (*key, head_change(key))).collect(),
        next: NextMoved::between(records.pair.next, session.view.records.pair.next),
        conflicts: new_conflicts(session, &before, &changed),
        taken,
        changed,
    })
}

/// The changed entries with a conflict that they did not have before.
fn new_conflicts(session: &WriteSession, before: &State, changed: &[EntryId]) -> Vec<EntryId> {
    let key = |c: &Conflict| (c.at, c.field.clone(), c.choices.len());
    let had = conflicts(before, &session.view.records.pair, session.keys());
    let had: BTreeSet<_> = had.iter().map(key).collect();
    let new = session.conflicts().into_iter().filter(|c| !had.contains(&key(c)));
    let mut ids: Vec<EntryId> = new
        .filter_map(|c| match c.at {
            Address::Entry(id) => changed.contains(&id).then_some(id),
            _ => None,
        })
        .collect();
    ids.dedup();
    ids
}
