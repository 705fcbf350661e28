//! `growth`: growth themes over time.

use clap::Args;

use crate::app::{self, GrowthRequest};
use crate::cli::context::Context;
use crate::cli::error::{Exit, Failure};
use crate::render::{json::Document, text, tsv};

/// Show growth themes over time
#[derive(Args)]
pub(super) struct GrowthArgs {
    /// From then on: `6mo`, `2w`, `1y`, `2026-05-01`
    #[arg(long, value_name = "D", default_value = "6mo")]
    since: String,
    /// Up to then; today unless given
    #[arg(long, value_name = "D")]
    until: Option<String>,
    /// One theme, with the entries behind it
    #[arg(short, long, value_name = "T")]
    theme: Option<String>,
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

pub(super) fn run(context: &mut Context, args: GrowthArgs) -> Result<Exit, Failure> {
    let (until, theme) = (args.until.as_deref(), args.theme.as_deref());
    let request = context
        .told(|setting, remarks| GrowthRequest::of(&args.since, until, theme, (setting.today, remarks)))?;
    let behind = request.theme.is_some();
    context.answer(args.all, |context, place| {
        let session = context.read(place, |home| request.wants(home))?;
        let growth = app::growth(&session.view, &request)?;
        let notes = context.authors(&session)?;
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| Document::growth(&growth, behind, scope),
            |pair| match behind {
                true => tsv::entries(pair, growth.entries.iter().copied()),
                false => tsv::growth(pair, &growth),
            },
            |screen| text::growth(screen, &growth),
        ))
    })
}
