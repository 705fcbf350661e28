//! `show`: one entry, or one meeting.

use clap::Args;

use crate::model::{EntryId, MeetingKey};
use crate::query::Records;
use crate::render::{Notes, json, text, tsv};

use super::context::Context;
use super::error::{Exit, Failure};
use super::reading::{Reading, meeting_of, names_entry, screen};

/// Show an entry with all it says, or a meeting
#[derive(Args)]
pub(super) struct ShowArgs {
    /// An entry, or the day of a meeting
    #[arg(required = true, value_name = "ID|DATE")]
    what: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: ShowArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let reading = Reading::open(context, &place, |_| true)?;
    let words = args.what.join(" ");
    if names_entry(&reading.ids, &words, context.today) {
        let id = reading.resolve(&words)?;
        entry(context, &reading, id)?;
    } else {
        let key = meeting_of(context, &reading.records, &words)?;
        meeting(context, &reading, key)?;
    }
    Ok(Exit::Done)
}

fn entry(context: &mut Context, reading: &Reading, id: EntryId) -> Result<(), Failure> {
    let Some(entry) = reading.records.entry(id) else {
        return Ok(());
    };
    let notes = if entry.has_conflict() {
        reading.notes()?
    } else {
        Notes::new()
    };
    let words = if context.global.json {
        json::one(&json::Document::entry(entry, &scope(reading, &notes)))
    } else if context.to_terminal {
        let me = reading.me();
        let screen = screen(context, &reading.records.pair, &me, &reading.ids);
        text::entry(&screen, entry, &reading.records, &notes)
    } else {
        tsv::entries(None, [entry])
    };
    context.out.data(&words)
}

fn meeting(context: &mut Context, reading: &Reading, key: MeetingKey) -> Result<(), Failure> {
    let records: &Records = &reading.records;
    let Some(meeting) = records.meeting(key) else {
        return Ok(());
    };
    let entries = records.of_meeting(key);
    let words = if context.global.json {
        let notes = if entries.iter().any(|e| e.has_conflict()) {
            reading.notes()?
        } else {
            Notes::new()
        };
        json::one(&json::Document::meeting(
            meeting,
            entries,
            &scope(reading, &notes),
        ))
    } else if context.to_terminal {
        let me = reading.me();
        let screen = screen(context, &records.pair, &me, &reading.ids);
        text::meeting(&screen, meeting, &entries)
    } else {
        tsv::entries(None, entries)
    };
    context.out.data(&words)
}

fn scope<'a>(reading: &'a Reading, notes: &'a Notes) -> json::Scope<'a> {
    json::Scope {
        pair: &reading.name,
        notes,
    }
}
