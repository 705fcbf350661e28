//! `conflicts`: what both sides changed differently, with every value.

use clap::Args;

use crate::app::Session;
use crate::cli::words::conflicts::{WordedConflict, facts, with_authors};
use crate::cli::{Context, Exit, Failure, Hint};
use crate::model::Address;
use crate::render::{json::JsonDocument, text, tsv};

/// List what both of you changed differently, with who wrote what; exit 3 when there is any
#[derive(Args)]
pub(super) struct ConflictsArgs {}

pub(super) fn run(context: &mut Context, _: ConflictsArgs) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    context.answer_for_one(|context, place| {
        let session = context.read(place, |_| true)?;
        let records = &session.view.records;
        let told = with_authors(session.repository()?, &records.pair, session.conflicts())?;
        let notes = context.authors(&session, &records.entries)?;
        let shown = |(conflict, values): &WordedConflict| facts(records, conflict, values);
        let all: Vec<_> = told.iter().map(shown).collect();
        let heads = told
            .iter()
            .filter(|(conflict, _)| !matches!(conflict.at, Address::Entry(_)));
        let heads: Vec<_> = heads.map(shown).collect();
        let entries = records.entries.iter().filter(|e| e.has_conflict());
        if !told.is_empty() {
            exit = Exit::Decide;
        }
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| JsonDocument::conflicts(entries, &heads, scope),
            |pair| tsv::conflicts(pair, &all),
            |screen| text::conflicts(screen, &all),
        ))
    })?;
    if exit == Exit::Decide {
        let resolve = Hint::ours(["resolve", "ID", "--field", "FIELD", "--take", "NUMBER"]);
        context
            .out
            .hint(resolve.why("keep one of the values, which ends the conflict"));
    }
    Ok(exit)
}
