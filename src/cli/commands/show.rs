//! `show`: one entry, or one meeting.

use clap::Args;

use crate::app::{self, EntryOrMeeting};
use crate::cli::{Context, Exit, Failure, words::conflicts::of_conflicts};
use crate::render::{json::JsonDocument, text, tsv};

/// Show an entry with all it says, or a meeting
#[derive(Args)]
pub(super) struct ShowArgs {
    /// An entry, or the day of a meeting
    #[arg(required = true, value_name = "ID|DATE")]
    what: Vec<String>,
}

pub(super) fn run(context: &mut Context, args: ShowArgs) -> Result<Exit, Failure> {
    context.answer(false, |context, place| {
        let session = context.read(place, |_| true)?;
        let shown = app::show(&session.view, &args.what.join(" "));
        context.tell(&session.view.remarks);
        let shown = shown?;
        let notes = match &shown {
            EntryOrMeeting::Entry(entry) if entry.has_conflict() => of_conflicts(&session)?,
            _ => context.authors(&session, shown.entries())?,
        };
        let records = &session.view.records;
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| match &shown {
                EntryOrMeeting::Entry(entry) => JsonDocument::entry(entry, scope),
                EntryOrMeeting::Meeting(meeting, entries) => {
                    JsonDocument::meeting(meeting, entries.iter().copied(), scope)
                }
            },
            |pair| tsv::entries(pair, shown.entries()),
            |screen| match &shown {
                EntryOrMeeting::Entry(entry) => text::entry(screen, entry, records, &notes),
                EntryOrMeeting::Meeting(meeting, entries) => text::meeting(screen, meeting, entries),
            },
        ))
    })
}
