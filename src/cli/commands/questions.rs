//! The commands that only read: `agenda`, `actions`, `growth`, `log`, `show`, `status`, and the bare `oneonone`.

use clap::Args;

use crate::app::{self, EntryOrMeeting, LogQuestion, NextSync, Remark, Status};
use crate::cli::words::Telling;
use crate::cli::words::blockers::say_stop;
use crate::cli::words::conflicts::of_conflicts;
use crate::cli::words::unshared_files::misnamed_facts;
use crate::cli::words::widened::widened_fact;
use crate::cli::{Context, Exit, Failure, Hint};
use crate::model::{ActionState, Kind};
use crate::query::{ActionFilter, Filter};
use crate::render::{ConflictNotes, Printable, StatusFacts, json::JsonDocument, text, tsv};
use crate::sync::{SyncNote, Wanted, Widened};

/// Without a command: where the pair stands, and what to do next.
pub(super) fn overview(context: &mut Context) -> Result<Exit, Failure> {
    context.answer_for_one(|context, place| {
        let session = context.ask(place, &app::WAITING_AND_MEETINGS)?;
        let overview = app::overview(&session);
        context.say_never_ended(&session.view);
        Ok(context.pair_form(
            &session.view,
            &ConflictNotes::new(),
            |_| JsonDocument::overview(&overview),
            |pair| tsv::overview(pair, &overview),
            |screen| text::overview(screen, &overview),
        ))
    })
}

/// Show what is waiting for the next meeting, or the meeting under way
///
/// Open actions first, then the report's entries, the manager's, and the updates.
#[derive(Args)]
pub(super) struct AgendaArgs {
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

pub(super) fn agenda(context: &mut Context, args: AgendaArgs) -> Result<Exit, Failure> {
    context.answer(args.all, |context, place| {
        let session = context.ask(place, &app::WAITING)?;
        let agenda = app::agenda(&session.view);
        let notes = context.authors(&session, agenda.entries())?;
        context.say_never_ended(&session.view);
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

/// Asks for actions in every state.
const ALL_STATES: &str = "all";

/// A state, or all of them.
#[derive(Clone, Copy)]
struct StateFilter(Option<ActionState>);

fn states(word: &str) -> Result<StateFilter, String> {
    if word == ALL_STATES {
        return Ok(StateFilter(None));
    }
    let wrong = |_| format!("is one of {}", ActionState::WORDS.list_with(&[ALL_STATES]));
    word.parse().map(|state| StateFilter(Some(state))).map_err(wrong)
}

pub(super) fn actions(context: &mut Context, args: ActionsArgs) -> Result<Exit, Failure> {
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
        let session = context.ask(place, &app::wanted_actions(&filter))?;
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

pub(super) fn growth(context: &mut Context, args: GrowthArgs) -> Result<Exit, Failure> {
    let window = context.window(Some(&args.since), args.until.as_deref(), Some(context.today))?;
    let theme = args.theme.as_deref().map(app::theme).transpose()?;
    let theme = theme.as_ref();
    context.answer(args.all, |context, place| {
        let session = context.ask(place, &app::wanted_growth(window, theme))?;
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
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

pub(super) fn log(context: &mut Context, args: LogArgs) -> Result<Exit, Failure> {
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
    context.answer(args.all, |context, place| {
        let question = LogQuestion::of(&filter, context.to_terminal);
        let session = context.ask(place, &question.wanted())?;
        let log = app::log(&session.view, filter.clone(), args.by.as_deref())?;
        let notes = context.authors(&session, log.entries.iter().copied())?;
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| JsonDocument::entries(log.entries.iter().copied(), scope),
            |pair| tsv::entries(pair, log.entries.iter().copied()),
            |screen| match log.entries.is_empty() && log.unreadable == 0 && args.all {
                // Of many pairs those alone are named that found something.
                true => Printable::default(),
                false => text::log(screen, &log),
            },
        ))
    })
}

/// Show an entry with all it says, or a meeting
#[derive(Args)]
pub(super) struct ShowArgs {
    /// An entry, or the day of a meeting
    #[arg(required = true, value_name = "ID|DATE")]
    what: Vec<String>,
}

pub(super) fn show(context: &mut Context, args: ShowArgs) -> Result<Exit, Failure> {
    context.answer_for_one(|context, place| {
        let session = context.read(place, |_| true)?;
        let shown = app::show(&session.view, &args.what.join(" "));
        context.tell(&session.view.remarks);
        let shown = shown?;
        if let EntryOrMeeting::Entry(entry) = &shown
            && let Some(wider) = app::how_it_arrived_wider(&session, entry)?
        {
            context.tell_notes(&[of_mine(vec![wider])], Telling::default());
        }
        let notes = match &shown {
            EntryOrMeeting::Entry(entry) if entry.has_conflict() => of_conflicts(&session)?,
            _ => context.authors(&session, shown.entries())?,
        };
        let records = &session.view.records;
        Ok(context.pair_form(
            &session.view,
            &notes,
            |scope| match &shown {
                EntryOrMeeting::Entry(entry) => JsonDocument::entry(entry, scope),
                EntryOrMeeting::Meeting(meeting, entries) => {
                    JsonDocument::meeting(meeting, entries.iter().copied(), scope)
                }
            },
            |pair| tsv::entries(pair, shown.entries()),
            |screen| match &shown {
                EntryOrMeeting::Entry(entry) => text::entry(screen, entry, records, &notes),
                EntryOrMeeting::Meeting(meeting, entries) => text::meeting(screen, meeting, entries),
            },
        ))
    })
}

/// Show what is not synced yet, and conflicts; the network is left alone
#[derive(Args)]
pub(super) struct StatusArgs {
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

pub(super) fn status(context: &mut Context, args: StatusArgs) -> Result<Exit, Failure> {
    context.answer(args.all, |context, place| {
        let session = context.ask(place, &Wanted::conflicts())?;
        let status = app::status(&session)?;
        context.tell(&session.view.remarks);
        let facts = StatusFacts {
            branch: status.clone_status.branch.clone(),
            ahead: status.clone_status.ahead,
            behind: status.clone_status.behind,
            outgoing: status.clone_status.outgoing,
            incoming: status.clone_status.incoming,
            uncommitted: status.clone_status.uncommitted,
            conflicts: status.conflicts,
            untracked: status.left.untracked,
            misnamed: status.left.misnamed.iter().map(misnamed_facts).collect(),
            widened: status.widened.iter().map(widened_fact).collect(),
            seat_changed: status.seat_change.is_some(),
        };
        advise(context, status);
        Ok(context.in_form(
            || JsonDocument::status(&facts),
            |pair| tsv::status(pair, &facts),
            || text::status(&facts),
        ))
    })
}

/// The note that entries of mine arrived wider.
fn of_mine(entries: Vec<Widened>) -> SyncNote {
    SyncNote::ArrivedWider {
        entries,
        is_mine: true,
    }
}

/// Hints at the next step.
fn advise(context: &mut Context, status: Status) {
    context.tell_notes(&status.left.notes(), Telling::default());
    context.tell_seat(status.seat_change);
    if let Some(missing) = status.missing {
        context.say_remark(Remark::Missing(missing));
    }
    if !status.widened.is_empty() {
        context.tell_notes(&[of_mine(status.widened)], Telling::default());
    }
    if !status.unlisted.is_empty() {
        context.tell_notes(&[SyncNote::Unlisted(status.unlisted)], Telling::default());
    }
    context.tell_notes(status.clone_status.sends_to.as_slice(), Telling::default());
    let (out, standing) = (&mut context.out, status.clone_status);
    if standing.unfinished {
        out.warn("an earlier command was cut off; the next one that writes completes it");
    }
    if standing.merging {
        out.warn("a merge by git stopped half-way; a sync finishes it by meaning");
    }
    for problem in &status.broken {
        out.warn(format!("a sync would leave this as it lies: {problem}"));
    }
    match status.next_sync {
        NextSync::Stops(error) => say_stop(out, "a sync would stop", error),
        NextSync::NoRemote => out.hint(
            Hint::ours(["sync", "--remote", "URL"]).why("give this pair a remote, which it has not yet"),
        ),
        NextSync::Due => out.hint(Hint::ours(["sync"]).why("carry it both ways")),
        NextSync::Idle => {}
    }
    if status.conflicts > 0 {
        out.hint(Hint::ours(["conflicts"]).why("see the values of each, and who wrote them"));
    }
}
