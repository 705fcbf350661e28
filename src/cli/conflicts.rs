//! `conflicts`: what both sides changed differently, with every value.

use clap::Args;

use crate::render::{ConflictFacts, Notes, ValueFacts, json, text, tsv};
use crate::sync::{Address, Conflict};

use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::reading::{self, Reading};
use super::words::conflicts::{facts, with_authors};

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
        let screen = reading::screen(context, &records.pair, &me, &self.reading.ids);
        text::conflicts(&screen, &self.facts(true))
    }
}
