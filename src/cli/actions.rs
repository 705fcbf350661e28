//! `actions`: action items.

use clap::Args;

use crate::model::{ActionState, Date};
use crate::query::{self, ActionFilter, check_member, parse_since};
use crate::render::{Notes, json, text, tsv};

use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::reading::{self, Reading};

/// List action items; the open ones unless asked otherwise
#[derive(Args)]
pub(super) struct ActionsArgs {
    /// Only your own
    #[arg(long, conflicts_with_all = ["theirs", "owner"])]
    mine: bool,
    /// Only the other member's
    #[arg(long, conflicts_with = "owner")]
    theirs: bool,
    /// Only those of this member: `me`, `them`, a slug or a name
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// Only those that are overdue
    #[arg(long)]
    overdue: bool,
    /// In which state
    #[arg(long, value_name = "open|done|dropped|all", default_value = "open", value_parser = states)]
    state: States,
    /// Only those written since then: `6mo`, `2w`, `2026-05-01`
    #[arg(long, value_name = "D")]
    since: Option<String>,
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

/// A state, or all of them.
#[derive(Clone, Copy)]
struct States(Option<ActionState>);

fn states(word: &str) -> Result<States, String> {
    if word == "all" {
        return Ok(States(None));
    }
    let wrong = |_| "is one of open, done, dropped or all".to_owned();
    word.parse().map(|state| States(Some(state))).map_err(wrong)
}

pub(super) fn run(context: &mut Context, args: ActionsArgs) -> Result<Exit, Failure> {
    let since = match &args.since {
        Some(words) => Some(since(context, words)?),
        None => None,
    };
    answers::answer(context, args.all, |context, place| {
        Found::new(context, place, &args, since)
    })
}

/// The first day of a window; the date understood is echoed.
pub(super) fn since(context: &mut Context, words: &str) -> Result<Date, Failure> {
    let date = parse_since(words, context.today)?;
    context
        .out
        .say(format!("since {}", text::day(date, context.today)));
    Ok(date)
}

struct Found {
    reading: Reading,
    notes: Notes,
    filter: ActionFilter,
    today: Date,
}

impl Found {
    fn new(
        context: &mut Context,
        place: &Place,
        args: &ActionsArgs,
        since: Option<Date>,
    ) -> Result<Self, Failure> {
        let reading = Reading::open(context, place, |_| true)?;
        let owner = match (args.mine, args.theirs) {
            (true, _) => Some("me"),
            (_, true) => Some("them"),
            _ => args.owner.as_deref(),
        };
        let owner = match owner {
            Some(word) => Some(check_member(word, &reading.me(), &reading.records.pair)?),
            None => None,
        };
        Ok(Self {
            notes: reading.notes_for(context)?,
            filter: ActionFilter {
                owner,
                overdue: args.overdue,
                state: args.state.0,
                since,
            },
            today: context.today,
            reading,
        })
    }

    fn actions(&self) -> query::Actions<'_> {
        query::actions(&self.reading.records, &self.filter, self.today)
    }
}

impl Answer for Found {
    fn json(&self) -> json::Document<'_> {
        json::Document::actions(&self.actions(), &self.reading.scope(&self.notes))
    }

    fn tsv(&self, pair: Option<&str>) -> String {
        tsv::entries(pair, self.actions().entries)
    }

    fn text(&self, context: &Context) -> String {
        let (records, me) = (&self.reading.records, self.reading.me());
        let screen = reading::screen(context, &records.pair, &me, &self.reading.ids);
        text::actions(&screen, &self.actions())
    }
}
