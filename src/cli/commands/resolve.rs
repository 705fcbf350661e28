//! `resolve`: end a conflict.

use clap::Args;

use crate::app::{self, ChosenValue, PairView, Session};
use crate::cli::words::conflicts::{WordedConflict, facts, with_authors};
use crate::cli::words::sealed::{SEALED, shows};
use crate::cli::{Context, Exit, Failure, Hint, TerminalError, ask};
use crate::model::{Address, Visibility, folded};
use crate::render::{Printable, ValueFacts, text};

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

pub(super) fn run(context: &mut Context, args: ResolveArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let asks = args.take.is_none() && context.interactive;
    let mut chosen = Vec::new();
    if asks {
        let session = context.read(&place, |_| true)?;
        let told = find(&session, &args)?;
        chosen = asked(context, &session.view, &told)?;
        if chosen.is_empty() {
            context.out.say("nothing was changed");
            return Ok(Exit::Done);
        }
    }
    let (session, (at, left)) = context.write(&place, |session| {
        if !asks {
            chosen.push(named(&find(session, &args)?, &args)?);
        }
        Ok::<_, Failure>(app::resolve(session, &chosen)?)
    })?;
    if let Address::Entry(id) = at {
        context.written(&session.view, &[id])?;
    }
    context.out.say(match left {
        0 => format!("no conflict is left in {at}"),
        n => format!("{n} more in conflict in {at}"),
    });
    Ok(Exit::Done)
}

fn find(session: &impl Session, args: &ResolveArgs) -> Result<Vec<WordedConflict>, Failure> {
    let found = app::find_conflicts(session, &args.id, args.field.as_deref())?;
    let pair = &session.view().records.pair;
    Ok(with_authors(session.repository()?, pair, found)?)
}

/// The value that `--take` names: by itself, as `absent`, or by its number.
fn named(told: &[WordedConflict], args: &ResolveArgs) -> Result<ChosenValue, TerminalError> {
    let commands = || commands(&args.id, told);
    let Some(value) = &args.take else {
        return Err(TerminalError::WhichValue(commands()));
    };
    let [(conflict, values)] = told else {
        let fields: Vec<&str> = told.iter().map(|(c, _)| c.field.as_str()).collect();
        return Err(TerminalError::WhichField(fields.join(", "), commands()));
    };
    let only = |same: &dyn Fn(&str) -> bool| {
        let is_same = |v: &ValueFacts| v.value.as_deref().is_some_and(|text| same(text.trim()));
        let mut found = values.iter().enumerate().filter(|(_, v)| is_same(v));
        let first = found.next()?.0;
        found.next().is_none().then_some(first)
    };
    let absent = || values.iter().position(|v| v.value.is_none() && !v.closed);
    // The values may differ in their case alone, so the letters as they were typed come first.
    let number = only(&|text| text == value.trim())
        .or_else(|| (value == "absent").then(absent)?)
        .or_else(|| only(&|text| folded(text) == folded(value.trim())))
        .or_else(|| value.parse::<usize>().ok()?.checked_sub(1));
    let chosen = number.and_then(|number| ChosenValue::of(conflict, number));
    chosen.ok_or_else(|| TerminalError::NoSuchValue(value.clone(), commands()))
}

/// Asks field after field.
fn asked(
    context: &mut Context,
    view: &PairView,
    told: &[WordedConflict],
) -> Result<Vec<ChosenValue>, Failure> {
    let mut chosen = Vec::new();
    for (conflict, values) in told {
        let mut shown = Printable::default();
        let facts = facts(&view.records, conflict, values);
        text::numbered(&mut shown, &context.screen(view), &facts, 0);
        context.out.say(shown);
        let question = format!("keep which {}?", conflict.field);
        let number = ask::number(context, &question, values.len())?;
        chosen.extend(number.and_then(|number| ChosenValue::of(conflict, number - 1)));
    }
    Ok(chosen)
}

/// The commands that end the conflict, one for each value.
fn commands(typed: &str, told: &[WordedConflict]) -> Vec<Hint> {
    let mut commands = Vec::new();
    for (conflict, values) in told {
        let usual = match conflict.sealed {
            true => Visibility::Confidential,
            false => Visibility::Shared,
        };
        for (at, value) in values.iter().enumerate() {
            let text = match &value.value {
                Some(_) if !shows(value.visibility.unwrap_or(usual)) => SEALED.to_owned(),
                Some(text) => text.lines().next().unwrap_or_default().chars().take(60).collect(),
                None if value.closed => "(sealed: your key does not open it)".to_owned(),
                None => "(absent)".to_owned(),
            };
            let by = value
                .by
                .as_ref()
                .map(|by| format!(", by {by}"))
                .unwrap_or_default();
            let (field, take) = (conflict.field.as_str(), (at + 1).to_string());
            let resolve = ["resolve", typed.trim(), "--field", field, "--take", &take];
            commands.push(Hint::ours(resolve).why(format!("keep {text}{by}")));
        }
    }
    commands
}
