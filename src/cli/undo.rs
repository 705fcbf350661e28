//! `undo`: the last command is taken back, as a new commit. `redo` goes the other way.

use std::collections::BTreeSet;

use clap::Args;

use crate::model::{EntryId, Home, MeetingKey, State, Visibility};
use crate::query::Records;
use crate::render::{Notes, StepFacts, json, text};
use crate::sync::{Address, Conflict, TakenBack, Way, conflicts};

use super::context::Context;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::notes;
use super::session::Desk;

/// So many entries are named one by one.
const NAMED: usize = 5;

/// Take back the last command that wrote in this clone, as a new commit
///
/// What was changed since, in other entries or fields, stays. Several go further back; `redo` goes forth again.
#[derive(Args)]
pub(super) struct UndoArgs {}

pub(super) fn run(context: &mut Context, _args: UndoArgs) -> Result<Exit, Failure> {
    go(context, Way::Undo)
}

/// What changed.
struct Difference {
    /// Entries that stand otherwise than before, or stand again.
    changed: Vec<EntryId>,
    /// Entries that are gone.
    removed: Vec<EntryId>,
    /// Meetings whose head changed, came or went.
    meetings: Vec<MeetingKey>,
}

pub(super) fn go(context: &mut Context, way: Way) -> Result<Exit, Failure> {
    let place = context.place()?;
    let mut desk = Desk::open(context, &place)?;
    let (before, records) = (desk.workspace.state().clone(), desk.records.clone());
    let Some(taken) = desk.workspace.take_back(way)? else {
        return Err(nothing(way));
    };
    desk.workspace.record_taken_back(&taken)?;
    desk.settle_down(context)?;
    let difference = difference(&before, desk.workspace.state());
    for gone in &taken.passed_over {
        let short: String = gone.commit.chars().take(7).collect();
        context.out.say(format!(
            "passed over {}: its commit {short} is no longer in the history",
            gone.command
        ));
    }
    notes::say_all(context, &taken.notes);
    if taken.changed {
        say_changes(context, &desk, &records, &difference);
    }
    for id in &taken.kept {
        context.out.say(format!("kept {id}: it was edited since"));
        context.out.hint(Hint::remove(*id));
    }
    for key in &taken.meetings_kept {
        let day = text::day(key.date, context.today);
        context.out.say(format!(
            "the meeting of {day} stays: it holds what was written since"
        ));
    }
    let conflicted = say_conflicts(context, &desk, &before, &difference.changed);
    let command = &taken.step.command;
    context.out.say(match (way, taken.changed) {
        (Way::Undo, true) => format!("undone: {command}"),
        (Way::Redo, true) => format!("redone: {command}"),
        (_, false) => format!("nothing of {command} was left to {}", way.as_str()),
    });
    answer(context, &desk, way, &taken, &difference, conflicted)?;
    Ok(Exit::Done)
}

fn nothing(way: Way) -> Failure {
    match way {
        Way::Undo => Failure::new(Exit::Failed, "there is nothing to undo in this clone")
            .cause("undo takes back what commands wrote here: add, edit, done, rm, start, end and the like")
            .cause("init, join, sync and what was edited by hand are not undone"),
        Way::Redo => Failure::new(Exit::Failed, "there is nothing to redo in this clone")
            .cause("redo takes back an undo, until the next command writes"),
    }
}

fn difference(before: &State, after: &State) -> Difference {
    let changed = after
        .entries
        .iter()
        .filter(|(id, p)| before.entries.get(*id) != Some(p));
    let removed = before
        .entries
        .keys()
        .filter(|id| !after.entries.contains_key(*id));
    let keys = before.meetings.keys().chain(after.meetings.keys());
    let mut meetings: Vec<_> = keys
        .filter(|key| before.meetings.get(key) != after.meetings.get(key))
        .copied()
        .collect();
    meetings.sort();
    meetings.dedup();
    Difference {
        changed: changed.map(|(id, _)| *id).collect(),
        removed: removed.copied().collect(),
        meetings,
    }
}

/// Says where something changed, and who can read it.
fn say_changes(context: &mut Context, desk: &Desk, before: &Records, difference: &Difference) {
    for key in &difference.meetings {
        let echo = text::echo(&desk.screen(context), Home::Meeting(*key), Visibility::Shared);
        let what = match (before.meeting(*key), desk.records.meeting(*key)) {
            (_, None) => "gone",
            (None, Some(_)) => "back",
            (Some(_), Some(_)) => "changed",
        };
        context.out.say(format!("{} · {what}", echo.trim_end()));
    }
    if difference.changed.len() + difference.removed.len() > NAMED {
        let words = [
            (difference.changed.len(), "put back"),
            (difference.removed.len(), "removed"),
        ];
        for (count, what) in words.into_iter().filter(|(count, _)| *count > 0) {
            context.out.say(format!("{count} entries {what}"));
        }
        return;
    }
    for id in &difference.changed {
        desk.echo(context, *id);
    }
    for id in &difference.removed {
        if let Some(entry) = before.entry(*id) {
            let echo = text::echo(&desk.screen(context), entry.home, entry.read_as());
            context.out.say(format!("{} · removed {id}", echo.trim_end()));
        }
    }
}

/// Says which of the entries have a conflict that they did not have before; how many.
fn say_conflicts(context: &mut Context, desk: &Desk, before: &State, changed: &[EntryId]) -> usize {
    let workspace = &desk.workspace;
    let found = |state: &State| conflicts(state, workspace.pair(), workspace.keys());
    let key = |c: &Conflict| (c.at, c.field.clone(), c.choices.len());
    let had: BTreeSet<_> = found(before).iter().map(key).collect();
    let mut ids: Vec<EntryId> = found(workspace.state())
        .iter()
        .filter(|c| !had.contains(&key(c)))
        .filter_map(|c| match c.at {
            Address::Entry(id) => Some(id).filter(|id| changed.contains(id)),
            _ => None,
        })
        .collect();
    ids.dedup();
    for id in &ids {
        let short = desk.ids.short(*id);
        context
            .out
            .warn(format!("{short} was changed since: both values are kept"));
        context
            .out
            .hint(Hint::ours(["resolve", &short]).why("end the conflict"));
    }
    ids.len()
}

fn answer(
    context: &mut Context,
    desk: &Desk,
    way: Way,
    taken: &TakenBack,
    difference: &Difference,
    conflicts: usize,
) -> Result<(), Failure> {
    if !context.global.json {
        return Ok(());
    }
    let notes = Notes::new();
    let scope = json::Scope {
        pair: &desk.name,
        notes: &notes,
    };
    let entries = difference.changed.iter().filter_map(|id| desk.records.entry(*id));
    let facts = StepFacts {
        redo: way == Way::Redo,
        command: taken.step.command.clone(),
        commit: taken.step.commit.clone(),
        removed: difference.removed.clone(),
        kept: taken.kept.clone(),
        conflicts,
    };
    context
        .out
        .data(&json::one(&json::Document::step(&facts, entries, &scope)))
}
