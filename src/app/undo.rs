//! `undo` and `redo`: the last command is taken back as a new commit, or an undo is.

use std::collections::BTreeSet;

use crate::model::{Address, Date, Entry, EntryId, MeetingKey, State};
use crate::sync::{Conflict, Reverted, UndoDirection, conflicts, next_days};

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
    /// The places with a conflict that they did not have before, one over the agreed day apart.
    pub conflicts: Vec<Address>,
    /// The days that stand against each other for the next meeting, if they did not before.
    pub next_days: Vec<Option<Date>>,
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
    let new = new_conflicts(session, &before, &changed);
    let next_days = next_days(&new);
    let others = new.iter().filter(|conflict| !conflict.is_next());
    let mut conflicts: Vec<Address> = others.map(|conflict| conflict.at).collect();
    conflicts.dedup();
    Ok(Undone {
        removed: removed.map(|id| (*id, records.entry(*id).cloned())).collect(),
        meetings: keys.map(|key| (*key, head_change(key))).collect(),
        next: NextMoved::between(records.pair.next, session.view.records.pair.next),
        conflicts,
        next_days,
        taken,
        changed,
    })
}

/// The conflicts that did not stand before, in the changed entries, in heads and in the pair.
fn new_conflicts(session: &WriteSession, before: &State, changed: &[EntryId]) -> Vec<Conflict> {
    let key = |c: &Conflict| (c.at, c.field.clone(), c.choices.len());
    let had = conflicts(before, &session.view.records.pair, session.keys());
    let had: BTreeSet<_> = had.iter().map(key).collect();
    let is_changed = |c: &Conflict| match c.at {
        Address::Entry(id) => changed.contains(&id),
        Address::Home(_) | Address::Pair => true,
    };
    let mut new = session.conflicts();
    new.retain(|c| !had.contains(&key(c)) && is_changed(c));
    new
}
