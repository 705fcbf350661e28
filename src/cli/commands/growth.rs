//! `growth`: growth themes over time.

use clap::Args;

use crate::app::{self, Window};
use crate::cli::{Context, Exit, Failure};
use crate::render::{json::JsonDocument, text, tsv};

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
    let window = context.window(Some(&args.since), args.until.as_deref(), Some(context.today))?;
    let theme = args.theme.as_deref().map(app::theme).transpose()?;
    let theme = theme.as_ref();
    // All records tell whether a theme is known, and which letters name an entry; the counts need none before the window.
    let wanted = Window {
        until: None,
        ..window
    };
    context.answer(args.all, |context, place| {
        let session = context.read(place, |home| theme.is_some() || wanted.wants(home))?;
        let growth = app::growth(&session.view, window, theme)?;
        let notes = context.authors(&session, growth.entries.iter().copied())?;
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| JsonDocument::growth(&growth, theme.is_some(), scope),
            |pair| match theme.is_some() {
                true => tsv::entries(pair, growth.entries.iter().copied()),
                false => tsv::growth(pair, &growth),
            },
            |screen| text::growth(screen, &growth),
        ))
    })
}
