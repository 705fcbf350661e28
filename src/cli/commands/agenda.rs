//! `agenda`: what is waiting, or the meeting under way.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};
use crate::render::{json::JsonDocument, text, tsv};

/// Show what is waiting for the next meeting, or the meeting under way
///
/// Open actions first, then the report's entries, the manager's, and the updates.
#[derive(Args)]
pub(super) struct AgendaArgs {
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

pub(super) fn run(context: &mut Context, args: AgendaArgs) -> Result<Exit, Failure> {
    context.answer(args.all, |context, place| {
        // Open actions are in every meeting.
        let session = context.read(place, |_| true)?;
        let agenda = app::agenda(&session.view);
        let notes = context.authors(&session, agenda.entries())?;
        if let Some(question) = agenda
            .question
            .filter(|_| !context.to_terminal && !context.global.json)
        {
            context.out.say(question);
        }
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| JsonDocument::entries(agenda.entries(), scope),
            |pair| tsv::entries(pair, agenda.entries()),
            |screen| text::agenda(screen, &agenda),
        ))
    })
}
