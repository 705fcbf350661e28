//! `agenda`: what is waiting, or the meeting under way.

use clap::Args;

use crate::query::{Agenda, agenda};
use crate::render::{Notes, json, text, tsv};

use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::session::{Reading, screen};

/// Show what is waiting for the next meeting, or the meeting under way
///
/// Open actions first, then the report's entries, the manager's, and the updates.
#[derive(Args)]
pub(super) struct AgendaArgs {}

pub(super) fn run(context: &mut Context, _args: AgendaArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let reading = one(context, &place)?;
    let agenda = agenda(&reading.records, context.now, context.today);
    if context.global.json {
        let notes = notes_of(&reading, &agenda)?;
        context
            .out
            .data(&json::one(&document(&reading, &agenda, &notes)))?;
    } else if context.to_terminal {
        let me = reading.me();
        let screen = screen(context, &reading.records.pair, &me, &reading.ids);
        let words = text::agenda(&screen, &agenda);
        context.out.data(&words)?;
    } else {
        context.out.data(&tsv::entries(None, agenda.entries()))?;
        if let Some(question) = agenda.question {
            context.out.say(question);
        }
    }
    Ok(Exit::Done)
}

/// Reads what the agenda of one pair needs: open actions are in every meeting.
pub(super) fn one(context: &mut Context, place: &Place) -> Result<Reading, Failure> {
    Reading::open(context, place, |_| true)
}

/// Who wrote the values of conflicts: history is asked only where one is shown.
pub(super) fn notes_of(reading: &Reading, agenda: &Agenda<'_>) -> Result<Notes, Failure> {
    if agenda.entries().any(|e| e.has_conflict()) {
        reading.notes()
    } else {
        Ok(Notes::new())
    }
}

/// The agenda as a JSON document.
pub(super) fn document<'a>(
    reading: &'a Reading,
    agenda: &Agenda<'a>,
    notes: &'a Notes,
) -> json::Document<'a> {
    let scope = json::Scope {
        pair: &reading.name,
        notes,
    };
    json::Document::entries(agenda.entries(), &scope)
}
