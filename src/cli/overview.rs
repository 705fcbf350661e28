//! The bare `oneonone`: where the pair stands, and what to do next.

use crate::query::{self, Step};
use crate::render::{json, text, tsv};

use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::reading::{self, Reading};

pub(super) fn run(context: &mut Context) -> Result<Exit, Failure> {
    answers::answer(context, false, Found::new)
}

struct Found {
    reading: Reading,
    overview: query::Overview,
}

impl Found {
    fn new(context: &mut Context, place: &Place) -> Result<Self, Failure> {
        let reading = Reading::open(context, place, |_| true)?;
        let mut overview = query::overview(&reading.records, &reading.me(), context.now, context.today);
        // Heads of records have conflicts too.
        overview.conflicts = reading.conflicted();
        if overview.conflicts > 0 && overview.step != Step::End {
            overview.step = Step::Resolve;
        }
        Ok(Self { reading, overview })
    }
}

impl Answer for Found {
    fn json(&self) -> json::Document<'_> {
        json::Document::overview(&self.overview)
    }

    fn tsv(&self, pair: Option<&str>) -> String {
        tsv::overview(pair, &self.overview)
    }

    fn text(&self, context: &Context) -> String {
        let (records, me) = (&self.reading.records, self.reading.me());
        let screen = reading::screen(context, &records.pair, &me, &self.reading.ids);
        text::overview(&screen, &self.overview)
    }
}
