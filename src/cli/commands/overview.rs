//! The bare `oneonone`: where the pair stands, and what to do next.

use crate::app;
use crate::cli::{Context, Exit, Failure};
use crate::render::{Notes, json::JsonDocument, text, tsv};

pub(super) fn run(context: &mut Context) -> Result<Exit, Failure> {
    context.answer(false, |context, place| {
        let session = context.read(place, |_| true)?;
        let overview = app::overview(&session);
        Ok(context.pair_form(
            &session.view,
            &ConflictNotes::new(),
            |_| JsonDocument::overview(&overview),
            |pair| tsv::overview(pair, &overview),
            |screen| text::overview(screen, &overview),
        ))
    })
}
