//! `conflicts`: what both sides changed differently, with every value.

use clap::Args;

use crate::git::Repository;
use crate::model::{Pair, Value};
use crate::query::Records;
use crate::render::{ConflictFacts, Notes, ValueFacts, json, text, tsv, value_words};
use crate::sync::{Address, Asked, Choice, Conflict, authors_of};

use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::session::{self, Reading};

/// List what both of you changed differently, with who wrote what; exit 3 when there is any
#[derive(Args)]
pub(super) struct ConflictsArgs {}

pub(super) fn run(context: &mut Context, _: ConflictsArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let found = Found::new(context, &place)?;
    answers::give(context, &found)?;
    if found.conflicts.is_empty() {
        return Ok(Exit::Done);
    }
    context.out.hint(
        Hint::ours(["resolve", "ID", "--field", "FIELD", "--take", "NUMBER"])
            .why("keep one of the values, which ends the conflict"),
    );
    Ok(Exit::Decide)
}

struct Found {
    reading: Reading,
    notes: Notes,
    conflicts: Vec<(Conflict, Vec<ValueFacts>)>,
}

impl Found {
    fn new(context: &mut Context, place: &Place) -> Result<Self, Failure> {
        let reading = Reading::open(context, place, |_| true)?;
        let conflicts = with_authors(&reading.repo, &reading.records.pair, reading.conflicts())?;
        Ok(Self {
            notes: reading.notes_for(context)?,
            conflicts,
            reading,
        })
    }

    fn facts(&self, entries: bool) -> Vec<ConflictFacts<'_>> {
        let wanted = |c: &&(Conflict, Vec<ValueFacts>)| entries || !matches!(c.0.at, Address::Entry(_));
        let all = self.conflicts.iter().filter(wanted);
        all.map(|(conflict, values)| facts(&self.reading.records, conflict, values))
            .collect()
    }
}

/// The conflict as it is shown.
pub(super) fn facts<'a>(
    records: &'a Records,
    conflict: &Conflict,
    values: &[ValueFacts],
) -> ConflictFacts<'a> {
    ConflictFacts {
        address: conflict.at.to_string(),
        entry: match conflict.at {
            Address::Entry(id) => records.entry(id),
            _ => None,
        },
        field: conflict.field.clone(),
        values: values.to_vec(),
    }
}

/// The conflicts with their values in words, and who wrote each.
pub(super) fn with_authors(
    repo: &Repository,
    pair: &Pair,
    conflicts: Vec<Conflict>,
) -> Result<Vec<(Conflict, Vec<ValueFacts>)>, Failure> {
    let asked: Vec<Asked> = conflicts
        .iter()
        .filter(|c| !c.sealed)
        .flat_map(|c| {
            c.choices.iter().map(|choice| Asked {
                at: c.at,
                field: c.field.clone(),
                value: choice.alternative.clone(),
            })
        })
        .collect();
    let mut authors = authors_of(repo, pair, &asked)?.into_iter();
    let with = |conflict: Conflict| {
        let mut values = words(&conflict);
        if !conflict.sealed {
            for value in &mut values {
                value.by = authors.next().flatten();
            }
        }
        (conflict, values)
    };
    Ok(conflicts.into_iter().map(with).collect())
}

/// The values of a conflict, as people read them.
pub(super) fn words(conflict: &Conflict) -> Vec<ValueFacts> {
    let value = |choice: &Choice| ValueFacts {
        value: match conflict.field.as_str() {
            "body" => body(choice, &conflict.choices),
            _ => choice.alternative.value().map(value_words),
        },
        closed: choice.closed.is_some(),
        visibility: choice.visibility,
        by: None,
    };
    conflict.choices.iter().map(value).collect()
}

/// The text of a body; where another has the same, also what else it says differently.
fn body(choice: &Choice, all: &[Choice]) -> Option<String> {
    let text = |c: &Choice| c.opened.get("text").and_then(Value::as_str).map(str::to_owned);
    let own = text(choice)?;
    let same = |c: &&Choice| c.opened != choice.opened && text(c).as_deref() == Some(own.as_str());
    let twins: Vec<&Choice> = all.iter().filter(same).collect();
    let differs = |key: &str, value: &Value| {
        key != "text" && key != "visibility" && twins.iter().any(|t| t.opened.get(key) != Some(value))
    };
    let more: Vec<String> = choice
        .opened
        .map()
        .iter()
        .filter(|(key, value)| differs(key, value))
        .map(|(key, value)| format!("{key} {}", value_words(value)))
        .collect();
    Some(if more.is_empty() {
        own
    } else {
        format!("{own} ({})", more.join(", "))
    })
}

impl Answer for Found {
    fn json(&self) -> json::Document<'_> {
        let entries = self.reading.records.entries.iter().filter(|e| e.has_conflict());
        json::Document::conflicts(entries, &self.facts(false), &self.reading.scope(&self.notes))
    }

    fn tsv(&self, pair: Option<&str>) -> String {
        tsv::conflicts(pair, &self.facts(true))
    }

    fn text(&self, context: &Context) -> String {
        let (records, me) = (&self.reading.records, self.reading.me());
        let screen = session::screen(context, &records.pair, &me, &self.reading.ids);
        text::conflicts(&screen, &self.facts(true))
    }
}
