//! `start`, `end` and `skip`: a meeting begins, ends, or does not take place.

use std::time::Instant;

use clap::Args;

use crate::app::{self, GoBack, MeetingSync, PairView, Remark, Synced};
use crate::cli::session::NO_NOTES;
use crate::cli::words::{
    Telling,
    sealed::{for_log, shows},
};
use crate::cli::{Context, Exit, Failure, TerminalError};
use crate::model::{Entry, MeetingKey};
use crate::query::{parse_date, parse_until, to_do};
use crate::render::json::JsonDocument;
use crate::render::{Printable, printable, text, tsv};
use crate::sync::Delivery;

/// Begin today's meeting, and show its agenda
///
/// The waiting entries move into it, private ones excepted.
#[derive(Args)]
pub(super) struct StartArgs {
    /// Write down the meeting of a past day: `yesterday`, `last friday`, `2026-12-05`
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

pub(super) fn start(context: &mut Context, args: StartArgs) -> Result<Exit, Failure> {
    let on = args
        .on
        .map(|words| parse_until(&words, context.today))
        .transpose()?;
    let place = context.place()?;
    let began = Instant::now();
    let (sync, step) = app::sync_before_start(context.setting(), &place);
    let waited = began.elapsed();
    say_sync(context, sync);
    let (session, started) = context.write(&place, |session| step.start(session, on, waited))?;
    let key = started.meeting;
    context.say_meeting(&session.view, key, "begun");
    let agenda = app::agenda(&session.view);
    let rows: Vec<_> = agenda.entries().collect();
    answer(context, &session.view, key, &rows, |screen| {
        text::agenda(screen, &agenda)
    })?;
    if let Some(sync) = started.sync(session) {
        say_sync(context, sync);
    }
    Ok(Exit::Done)
}

/// End the meeting, and show both to-do lists to read aloud
///
/// Entries that were not talked about go back to the agenda.
#[derive(Args)]
pub(super) struct EndArgs {
    /// Take exactly these back to the agenda; `none` takes nothing back
    #[arg(long, value_name = "ID", value_delimiter = ',', num_args = 1..)]
    carry: Vec<String>,
    /// Agree on the next meeting: `friday`, `in 2 weeks`, `2026-12-05`
    #[arg(long, value_name = "DATE")]
    next: Option<String>,
}

pub(super) fn end(context: &mut Context, args: EndArgs) -> Result<Exit, Failure> {
    let next = match &args.next {
        Some(words) => Some(parse_date(words, context.today)?),
        None => None,
    };
    let back = go_back(args.carry)?;
    let place = context.place()?;
    let (session, ended) = context.write(&place, |session| app::end(session, &back, next))?;
    let view = &session.view;
    for key in ended.others.iter().chain([&ended.meeting]) {
        context.say_meeting(view, *key, "ended");
    }
    if let Some(next) = next {
        let day = text::day(next, context.today);
        context.out.say(format!("the next meeting is on {day}"));
    }
    let carried = ended.carried.iter().filter_map(|id| view.records.entry(*id));
    let shown = |entry: &Entry| match shows(entry.visibility) {
        true => entry.clone(),
        false => for_log(entry),
    };
    let carried: Vec<Entry> = carried.map(shown).collect();
    if !carried.is_empty() {
        let carried: Vec<&Entry> = carried.iter().collect();
        let list = text::list(&context.screen(view), &carried);
        context.out.say(printable!["Back on the agenda\n", list]);
    }
    let (sync, lists) = app::sync_ended(session, &place);
    say_sync(context, sync);
    let session = context.opened(lists.open()?);
    let view = &session.view;
    let rows: Vec<_> = to_do(&view.records, context.today)
        .into_iter()
        .flat_map(|(_, entries)| entries)
        .collect();
    answer(context, view, ended.meeting, &rows, |screen| {
        text::to_do(screen, &view.records)
    })?;
    Ok(Exit::Done)
}

fn go_back(carry: Vec<String>) -> Result<GoBack, TerminalError> {
    match carry.as_slice() {
        [] => Ok(GoBack::Usual),
        [word] if word == "none" => Ok(GoBack::Nothing),
        words if words.iter().any(|word| word == "none") => Err(TerminalError::NoneAmongOthers),
        _ => Ok(GoBack::These(carry)),
    }
}

/// Record that a meeting did not take place
#[derive(Args)]
pub(super) struct SkipArgs {
    /// Its day; the agreed one unless given, else today
    date: Vec<String>,
}

pub(super) fn skip(context: &mut Context, args: SkipArgs) -> Result<Exit, Failure> {
    let given = match args.date.as_slice() {
        [] => None,
        words => Some(parse_date(&words.join(" "), context.today)?),
    };
    let place = context.place()?;
    let (session, key) = context.write(&place, |session| app::skip(session, given))?;
    context.say_meeting(&session.view, key, "skipped");
    if context.global.json {
        answer(context, &session.view, key, &[], |_| Printable::default())?;
    }
    Ok(Exit::Done)
}

/// Says what came with a sync around a meeting.
fn say_sync(context: &mut Context, sync: MeetingSync) {
    let reminds = sync.reminds;
    context.tell(&sync.remarks);
    let Some(Synced { report, named }) = sync.synced else {
        return;
    };
    context.tell_notes(&report.notes, Telling::of_sync(named.as_ref(), false));
    if let Some(names) = &named {
        context.say_came(names, &report);
    }
    if reminds && report.conflicts > 0 {
        context.say_remark(Remark::Conflicts(report.conflicts));
    }
    if reminds {
        context.hint_conflicts(named.as_ref(), &report);
    }
    if report.delivery != Delivery::Delivered {
        context.say_remark(Remark::Undelivered(report.delivery));
    }
}

/// Answers with a meeting: as JSON, as rows, or in words.
fn answer(
    context: &mut Context,
    view: &PairView,
    key: MeetingKey,
    rows: &[&Entry],
    words: impl Fn(&text::Screen<'_>) -> Printable,
) -> Result<(), Failure> {
    let Some(meeting) = view.records.meeting(key) else {
        return Ok(());
    };
    // Rows are for a pipe, where nobody asked for words that were sealed.
    let rows: Vec<Entry> = rows.iter().map(|entry| for_log(entry)).collect();
    let answer = context.pair_form(
        view,
        &NO_NOTES,
        |scope| JsonDocument::meeting(meeting, view.records.of_meeting(key), scope),
        |_| tsv::entries(None, &rows),
        words,
    );
    context.out.data(&answer)?;
    context.out.flush()
}
