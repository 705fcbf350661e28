//! `log`: find entries.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};
use crate::model::Kind;
use crate::query::Filter;
use crate::render::{json::JsonDocument, text, tsv};

/// Find entries, the newest first
#[derive(Args)]
pub(super) struct LogArgs {
    /// Words that all stand in the text or among the themes, in any case
    words: Vec<String>,
    /// Only of this kind; may be given again
    #[arg(short, long = "kind", value_name = "K")]
    kinds: Vec<Kind>,
    /// Only with this theme; may be given again
    #[arg(short, long = "theme", value_name = "T")]
    themes: Vec<String>,
    /// Only written by this member: `me`, `them`, a slug or a name
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    /// From then on: `6mo`, `2w`, `2026-05-01`
    #[arg(long, value_name = "D")]
    since: Option<String>,
    /// Up to then
    #[arg(long, value_name = "D")]
    until: Option<String>,
}

pub(super) fn run(context: &mut Context, args: LogArgs) -> Result<Exit, Failure> {
    let until = context.window(None, args.until.as_deref(), None)?.until;
    let window = context.window(args.since.as_deref(), None, until)?;
    let themes: Result<_, _> = args.themes.iter().map(|words| app::theme(words)).collect();
    let words = args.words.iter().flat_map(|words| words.split_whitespace());
    let filter = Filter {
        words: words.map(str::to_owned).collect(),
        kinds: args.kinds,
        themes: themes?,
        since: window.since,
        until: window.until,
        ..Filter::default()
    };
    // All records tell whether a theme is known, and which letters name an entry; otherwise the window is enough.
    let whole = context.to_terminal || !filter.themes.is_empty();
    context.answer(false, |context, place| {
        let session = context.read(place, |home| whole || window.wants(home))?;
        let log = app::log(&session.view, filter.clone(), args.by.as_deref())?;
        let notes = context.authors(&session, log.entries.iter().copied())?;
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| JsonDocument::entries(log.entries.iter().copied(), scope),
            |pair| tsv::entries(pair, log.entries.iter().copied()),
            |screen| text::log(screen, &log),
        ))
    })
}
