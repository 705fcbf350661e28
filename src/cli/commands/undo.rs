//! `undo`: the last command is taken back, as a new commit. `redo` goes the other way.

use clap::Args;

use crate::app::{self, HeadChange, PairView, Undone};
use crate::cli::{Context, Exit, Failure, Hint, words};
use crate::model::{Address, Home};
use crate::render::json::JsonDocument;
use crate::render::{StepFacts, text};
use crate::sync::UndoDirection;

/// So many entries are named one by one.
const NAMED: usize = 5;

/// Take back the last command that wrote in this clone, as a new commit
///
/// Later changes in other entries or fields stay. Another undo goes further back, `redo` forward.
#[derive(Args)]
pub(super) struct UndoArgs {}

/// Take back the last undo, as a new commit; a new command ends that
#[derive(Args)]
pub(super) struct RedoArgs {}

pub(super) fn undo(context: &mut Context, _: UndoArgs) -> Result<Exit, Failure> {
    run(context, UndoDirection::Undo)
}

pub(super) fn redo(context: &mut Context, _: RedoArgs) -> Result<Exit, Failure> {
    run(context, UndoDirection::Redo)
}

fn run(context: &mut Context, direction: UndoDirection) -> Result<Exit, Failure> {
    let place = context.place()?;
    let (session, undone) = context.write(&place, |session| app::undo(session, direction))?;
    let (view, taken) = (&session.view, &undone.taken);
    if taken.changed {
        say_changes(context, view, &undone);
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
    say_conflicts(context, view, &undone);
    let command = &taken.command.name;
    let mut said = words::command(command).to_owned();
    // Whoever meant a hand edit of today is told that an older command went.
    if let Some(day) = taken.made_on.filter(|day| *day != context.today) {
        said = format!("{said}, of {}", text::day(day, context.today));
    }
    context.out.say(match (direction, taken.changed) {
        (UndoDirection::Undo, true) => format!("undone: {said}"),
        (UndoDirection::Redo, true) => format!("redone: {said}"),
        (_, false) => format!("nothing of {said} was left to {}", direction.as_str()),
    });
    let facts = StepFacts {
        redo: direction == UndoDirection::Redo,
        command: command.clone(),
        commit: taken.command.commit.clone(),
        removed: undone.removed.iter().map(|(id, _)| *id).collect(),
        kept: taken.kept.clone(),
        conflicts: undone.conflicts.len() + usize::from(!undone.next_days.is_empty()),
    };
    let entries = undone.changed.iter().filter_map(|id| view.records.entry(*id));
    context.give_json(view, |scope| JsonDocument::step(&facts, entries, scope))?;
    Ok(Exit::Done)
}

/// Says where something changed, and who can read it.
fn say_changes(context: &mut Context, view: &PairView, undone: &Undone) {
    for (key, change) in &undone.meetings {
        let what = match change {
            HeadChange::Gone => "gone",
            HeadChange::Back => "back",
            HeadChange::Changed => "changed",
        };
        context.say_meeting(view, *key, what);
    }
    if let Some(moved) = undone.next {
        context.say_next(view, moved);
    }
    let (changed, removed) = (&undone.changed, &undone.removed);
    if changed.len() + removed.len() > NAMED {
        let words = [(changed.len(), "put back"), (removed.len(), "removed")];
        for (count, what) in words.into_iter().filter(|(count, _)| *count > 0) {
            context.out.say(format!("{count} entries {what}"));
        }
        return;
    }
    for id in changed {
        context.echo(view, *id);
    }
    for entry in removed.iter().filter_map(|(_, entry)| entry.as_ref()) {
        context.say_removed(view, entry);
    }
}

/// Says what was changed since, so that both values stand there, and how each conflict ends.
fn say_conflicts(context: &mut Context, view: &PairView, undone: &Undone) {
    let out = &mut context.out;
    for at in &undone.conflicts {
        let (what, place) = match at {
            Address::Entry(id) => (view.ids.short(*id), view.ids.short(*id)),
            Address::Home(Home::Meeting(key)) => (
                format!("the meeting of {}", text::day(key.date, context.today)),
                at.to_string(),
            ),
            Address::Home(Home::Agenda) => ("agenda.toml".to_owned(), at.to_string()),
            Address::Pair => ("pair.toml".to_owned(), at.to_string()),
        };
        out.warn(format!("{what} was changed since: both values are kept"));
        out.hint(Hint::ours(["resolve", &place]).why("end the conflict"));
    }
    if !undone.next_days.is_empty() {
        words::next_day::say_next_conflict(out, &undone.next_days, context.today);
    }
}
