//! `resolve`: end a conflict.

use clap::Args;

use crate::model::{Home, MeetingKey, Visibility, visible};
use crate::render::{ValueFacts, text};
use crate::sync::{Address, Conflict, conflicts};

use super::ask;
use super::conflicts::{facts, with_authors};
use super::context::Context;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::session::Desk;

/// End a conflict: keep one of its values
///
/// Without --take you are asked, one field after the other.
#[derive(Args)]
pub(super) struct ResolveArgs {
    /// The entry, the date of a meeting, `agenda` or `pair`
    id: String,
    /// The field; not needed where one alone is in conflict
    #[arg(long, value_name = "F")]
    field: Option<String>,
    /// The value to keep: its number, the value itself, or `absent`
    #[arg(long, value_name = "VALUE")]
    take: Option<String>,
}

type Told = (Conflict, Vec<ValueFacts>);

pub(super) fn run(context: &mut Context, args: ResolveArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let mut desk = Desk::open(context, &place)?;
    let at = address(&desk, &args.id)?;
    let mut state = desk.workspace.state().clone();
    let mut found = conflicts(&state, desk.workspace.pair(), desk.workspace.keys());
    found.retain(|c| c.at == at);
    if found.is_empty() {
        let what = format!("there is no conflict in {}", visible(&args.id));
        return Err(Failure::new(Exit::Failed, what).hint(Hint::ours(["conflicts"]).why("list them")));
    }
    if let Some(field) = &args.field {
        let all: Vec<String> = found.iter().map(|c| c.field.clone()).collect();
        found.retain(|c| c.field == *field);
        if found.is_empty() {
            let what = format!("{} is not in conflict there", visible(field));
            return Err(Failure::usage(what).hint(format!("in conflict: {}", all.join(", "))));
        }
    }
    let told = with_authors(desk.workspace.repository(), desk.workspace.pair(), found)?;
    let chosen = match &args.take {
        Some(value) => vec![named(&told, &args.id, value)?],
        None if context.interactive => asked(context, &desk, &told)?,
        None => return Err(undecided(&args.id, &told)),
    };
    for (conflict, number) in &chosen {
        may_end(&desk, conflict, *number)?;
        if let Some(taken) = conflict.choices.get(*number) {
            desk.workspace.resolve(&mut state, conflict, taken)?;
        }
    }
    if chosen.is_empty() {
        context.out.say("nothing was changed");
        return Ok(Exit::Done);
    }
    desk.save(context, state, Some("resolve a conflict"))?;
    if let Address::Entry(id) = at {
        desk.echo(context, id);
        desk.answer(context, &[id], true)?;
    }
    let left = conflicts(
        desk.workspace.state(),
        desk.workspace.pair(),
        desk.workspace.keys(),
    );
    let left = left.iter().filter(|c| c.at == at).count();
    context.out.say(match left {
        0 => format!("no conflict is left in {at}"),
        n => format!("{n} more in conflict in {at}"),
    });
    Ok(Exit::Done)
}

/// What a person means by an id, a date, `agenda` or `pair`.
fn address(desk: &Desk, typed: &str) -> Result<Address, Failure> {
    match (typed.trim(), typed.trim().parse::<MeetingKey>()) {
        ("pair" | "pair.toml", _) => Ok(Address::Pair),
        ("agenda" | "agenda.toml", _) => Ok(Address::Home(Home::Agenda)),
        (_, Ok(key)) => Ok(Address::Home(Home::Meeting(key))),
        (typed, Err(_)) => Ok(Address::Entry(desk.resolve(typed)?)),
    }
}

/// The value that `--take` names: by itself, as `absent`, or by its number.
fn named<'a>(told: &'a [Told], typed: &str, value: &str) -> Result<(&'a Conflict, usize), Failure> {
    let [(conflict, values)] = told else {
        let fields: Vec<&str> = told.iter().map(|(c, _)| c.field.as_str()).collect();
        return Err(
            Failure::usage(format!("several fields are in conflict: {}", fields.join(", ")))
                .hints(commands(typed, told)),
        );
    };
    let same = |v: &ValueFacts| v.value.as_deref().is_some_and(|text| text.trim() == value.trim());
    let equal: Vec<usize> = values
        .iter()
        .enumerate()
        .filter(|(_, v)| same(v))
        .map(|(at, _)| at)
        .collect();
    let absent = |v: &ValueFacts| v.value.is_none() && !v.closed;
    let number = match equal.as_slice() {
        [only] => Some(*only),
        [] if value == "absent" => values.iter().position(absent),
        _ => value.parse::<usize>().ok().and_then(|n| n.checked_sub(1)),
    };
    match number.filter(|n| *n < values.len()) {
        Some(number) => Ok((conflict, number)),
        None => Err(
            Failure::usage(format!("{} is none of the values", visible(value))).hints(commands(typed, told)),
        ),
    }
}

/// Asks field after field.
fn asked<'a>(
    context: &mut Context,
    desk: &Desk,
    told: &'a [Told],
) -> Result<Vec<(&'a Conflict, usize)>, Failure> {
    let mut chosen = Vec::new();
    for (conflict, values) in told {
        let mut shown = String::new();
        let screen = desk.screen(context);
        text::numbered(&mut shown, &screen, &facts(&desk.records, conflict, values), 0);
        context.out.say(shown);
        let question = format!("keep which {}?", conflict.field);
        if let Some(number) = ask::number(context, &question, values.len())? {
            chosen.push((conflict, number - 1));
        }
    }
    Ok(chosen)
}

fn undecided(typed: &str, told: &[Told]) -> Failure {
    Failure::usage("which value is to be kept?").hints(commands(typed, told))
}

/// The commands that end the conflict, one for each value.
fn commands(typed: &str, told: &[Told]) -> Vec<Hint> {
    let mut commands = Vec::new();
    for (conflict, values) in told {
        for (at, value) in values.iter().enumerate() {
            let text = match &value.value {
                Some(text) => text.lines().next().unwrap_or_default().chars().take(60).collect(),
                None if value.closed => "(sealed: your key does not open it)".to_owned(),
                None => "(absent)".to_owned(),
            };
            let by = value
                .by
                .as_ref()
                .map(|by| format!(", by {by}"))
                .unwrap_or_default();
            let take = (at + 1).to_string();
            let resolve = [
                "resolve",
                typed.trim(),
                "--field",
                &conflict.field,
                "--take",
                &take,
            ];
            commands.push(Hint::ours(resolve).why(format!("keep {text}{by}")));
        }
    }
    commands
}

/// Private against anything else is for its author: nobody else may widen or lose it.
fn may_end(desk: &Desk, conflict: &Conflict, number: usize) -> Result<(), Failure> {
    let private = |v: Option<Visibility>| v == Some(Visibility::Private);
    let any_private = conflict.choices.iter().any(|c| private(c.visibility));
    let mine = conflict.by.as_ref() == Some(&desk.me);
    let taken = conflict.choices.get(number);
    if mine || !any_private || taken.is_none() {
        return Ok(());
    }
    let by = conflict.by.as_ref().map(ToString::to_string).unwrap_or_default();
    Err(Failure::new(
        Exit::Key,
        format!("one of the values is private: only {by} can end this conflict"),
    )
    .hint(format!("ask {by} to run oneonone conflicts")))
}
