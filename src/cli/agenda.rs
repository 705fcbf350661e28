//! `agenda`: what is waiting, or the meeting under way.

use clap::Args;

use crate::model::{Date, Instant};
use crate::query::{Agenda, agenda};
use crate::render::{Notes, json, text, tsv};

use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::reading::{Reading, screen};

/// Show what is waiting for the next meeting, or the meeting under way
///
/// Open actions first, then the report's entries, the manager's, and the updates.
#[derive(Args)]
pub(super) struct AgendaArgs {
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

pub(super) fn run(context: &mut Context, args: AgendaArgs) -> Result<Exit, Failure> {
    answers::answer(context, args.all, Found::new)
}

struct Found {
    reading: Reading,
    notes: Notes,
    now: Instant,
    today: Date,
}

impl Found {
    fn new(context: &mut Context, place: &Place) -> Result<Self, Failure> {
        // Open actions are in every meeting.
        let reading = Reading::open(context, place, |_| true)?;
        let found = Self {
            notes: Notes::new(),
            now: context.now,
            today: context.today,
            reading,
        };
        let agenda = found.agenda();
        let question = agenda
            .question
            .filter(|_| !context.to_terminal && !context.global.json);
        // History is asked only where a conflict is shown.
        let conflicts = context.global.json && agenda.entries().any(|e| e.has_conflict());
        let notes = if conflicts {
            found.reading.notes()?
        } else {
            Notes::new()
        };
        if let Some(question) = question {
            context.out.say(question);
        }
        Ok(Self { notes, ..found })
    }

    fn agenda(&self) -> Agenda<'_> {
        agenda(&self.reading.records, self.now, self.today)
    }
}

impl Answer for Found {
    fn json(&self) -> json::Document<'_> {
        json::Document::entries(self.agenda().entries(), &self.reading.scope(&self.notes))
    }

    fn tsv(&self, pair: Option<&str>) -> String {
        tsv::entries(pair, self.agenda().entries())
    }

    fn text(&self, context: &Context) -> String {
        let me = self.reading.me();
        let screen = screen(context, &self.reading.records.pair, &me, &self.reading.ids);
        text::agenda(&screen, &self.agenda())
    }
}
