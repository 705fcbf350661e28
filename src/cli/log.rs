//! `log`: find entries.

use clap::Args;

use crate::model::{Date, Home, Kind};
use crate::query::{self, Filter, check_member, check_theme};
use crate::render::{Notes, json, text, tsv};

use super::actions::since;
use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::growth::{forward, theme, until};
use super::reading::{self, Reading};

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
    let mut filter = Filter {
        words: args
            .words
            .iter()
            .flat_map(|w| w.split_whitespace())
            .map(str::to_owned)
            .collect(),
        kinds: args.kinds.clone(),
        until: until(context, args.until.as_deref())?,
        ..Filter::default()
    };
    if let Some(words) = &args.since {
        filter.since = Some(since(context, words)?);
    }
    if let (Some(since), Some(until)) = (filter.since, filter.until) {
        forward(since, until)?;
    }
    for words in &args.themes {
        filter.themes.extend(theme(Some(words))?);
    }
    answers::answer(context, false, |context, place| {
        Found::new(context, place, filter.clone(), args.by.as_deref())
    })
}

struct Found {
    reading: Reading,
    notes: Notes,
    filter: Filter,
}

impl Found {
    fn new(
        context: &mut Context,
        place: &Place,
        mut filter: Filter,
        by: Option<&str>,
    ) -> Result<Self, Failure> {
        // Whether a theme is known, and which letters name an entry, all records tell; else the window is enough.
        let whole = context.to_terminal || !filter.themes.is_empty();
        let inside = |date: Date| {
            filter.since.is_none_or(|since| date >= since) && filter.until.is_none_or(|until| date <= until)
        };
        let wanted = |home: Home| whole || home.meeting().is_none_or(|key| inside(key.date));
        let reading = Reading::open(context, place, wanted)?;
        for theme in &filter.themes {
            check_theme(theme, &reading.records)?;
        }
        if let Some(word) = by {
            filter.by = Some(check_member(word, &reading.me(), &reading.records.pair)?);
        }
        Ok(Self {
            notes: reading.notes_for(context)?,
            reading,
            filter,
        })
    }

    fn log(&self) -> query::Log<'_> {
        query::log(&self.reading.records, &self.filter)
    }
}

impl Answer for Found {
    fn json(&self) -> json::Document<'_> {
        json::Document::entries(self.log().entries, &self.reading.scope(&self.notes))
    }

    fn tsv(&self, pair: Option<&str>) -> String {
        tsv::entries(pair, self.log().entries)
    }

    fn text(&self, context: &Context) -> String {
        let (records, me) = (&self.reading.records, self.reading.me());
        let screen = reading::screen(context, &records.pair, &me, &self.reading.ids);
        text::log(&screen, &self.log())
    }
}
