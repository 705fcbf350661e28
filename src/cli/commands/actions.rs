//! `actions`: action items.

use clap::Args;

use crate::app;
use crate::cli::{Context, Exit, Failure};
use crate::model::ActionState;
use crate::query::ActionFilter;
use crate::render::{json::JsonDocument, text, tsv};

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
    state: StateFilter,
    /// Only those written since then: `6mo`, `2w`, `2026-05-01`
    #[arg(long, value_name = "D")]
    since: Option<String>,
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

/// A state, or all of them.
#[derive(Clone, Copy)]
struct StateFilter(Option<ActionState>);

fn states(word: &str) -> Result<StateFilter, String> {
    if word == "all" {
        return Ok(StateFilter(None));
    }
    let wrong = |_| "is one of open, done, dropped or all".to_owned();
    word.parse().map(|state| StateFilter(Some(state))).map_err(wrong)
}

pub(super) fn run(context: &mut Context, args: ActionsArgs) -> Result<Exit, Failure> {
    let owner = match (args.mine, args.theirs) {
        (true, _) => Some("me"),
        (_, true) => Some("them"),
        _ => args.owner.as_deref(),
    };
    let filter = ActionFilter {
        owner: None,
        overdue: args.overdue,
        state: args.state.0,
        since: context.window(args.since.as_deref(), None, None)?.since,
    };
    context.answer(args.all, |context, place| {
        let session = context.read(place, |_| true)?;
        let actions = app::actions(&session.view, filter.clone(), owner)?;
        let notes = context.authors(&session, actions.entries.iter().copied())?;
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| JsonDocument::actions(&actions, scope),
            |pair| tsv::entries(pair, actions.entries.iter().copied()),
            |screen| text::actions(screen, &actions),
        ))
    })
}
