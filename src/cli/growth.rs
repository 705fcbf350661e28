//! `growth`: growth themes over time.

use clap::Args;

use crate::model::{Date, Home, Slug, theme_of_words};
use crate::query::{self, check_theme, parse_until};
use crate::render::{Notes, json, text, tsv};

use super::actions::since;
use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::reading::{self, Reading};

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
    let window = (
        since(context, &args.since)?,
        until(context, args.until.as_deref())?,
    );
    let until = window.1.unwrap_or(context.today);
    forward(window.0, until)?;
    let theme = theme(args.theme.as_deref())?;
    answers::answer(context, args.all, |context, place| {
        Found::new(context, place, window.0, until, theme.clone())
    })
}

/// The last day of a window; the date understood is echoed.
pub(super) fn until(context: &mut Context, words: Option<&str>) -> Result<Option<Date>, Failure> {
    let Some(words) = words else { return Ok(None) };
    let date = parse_until(words, context.today)?;
    context
        .out
        .say(format!("until {}", text::day(date, context.today)));
    Ok(Some(date))
}

/// A window that ends before it begins is a slip.
pub(super) fn forward(since: Date, until: Date) -> Result<(), Failure> {
    if since <= until {
        return Ok(());
    }
    Err(
        Failure::usage(format!("the window ends on {until}, before it begins on {since}"))
            .hint("give an earlier --since, or a later --until"),
    )
}

/// A theme as a person types it.
pub(super) fn theme(words: Option<&str>) -> Result<Option<Slug>, Failure> {
    let Some(words) = words else { return Ok(None) };
    let theme = theme_of_words(words).ok_or_else(|| {
        Failure::usage(format!("{words:?} is no theme")).hint("a theme is a word such as system-design")
    })?;
    Ok(Some(theme))
}

struct Found {
    reading: Reading,
    notes: Notes,
    since: Date,
    until: Date,
    theme: Option<Slug>,
}

impl Found {
    fn new(
        context: &mut Context,
        place: &Place,
        since: Date,
        until: Date,
        theme: Option<Slug>,
    ) -> Result<Self, Failure> {
        // Whether a theme is known, and which letters name an entry, all records tell; counts need the window alone.
        let whole = theme.is_some();
        let wanted = |home: Home| whole || home.meeting().is_none_or(|key| key.date >= since);
        let reading = Reading::open(context, place, wanted)?;
        if let Some(theme) = &theme {
            check_theme(theme, &reading.records)?;
        }
        Ok(Self {
            notes: if whole {
                reading.notes_for(context)?
            } else {
                Notes::new()
            },
            reading,
            since,
            until,
            theme,
        })
    }

    fn growth(&self) -> query::Growth<'_> {
        query::growth(&self.reading.records, self.since, self.until, self.theme.as_ref())
    }
}

impl Answer for Found {
    fn json(&self) -> json::Document<'_> {
        let behind = self.theme.is_some();
        json::Document::growth(&self.growth(), behind, &self.reading.scope(&self.notes))
    }

    fn tsv(&self, pair: Option<&str>) -> String {
        let growth = self.growth();
        match self.theme {
            Some(_) => tsv::entries(pair, growth.entries),
            None => tsv::growth(pair, &growth),
        }
    }

    fn text(&self, context: &Context) -> String {
        let (records, me) = (&self.reading.records, self.reading.me());
        let screen = reading::screen(context, &records.pair, &me, &self.reading.ids);
        text::growth(&screen, &self.growth())
    }
}
