//! What came with a sync (docs/command-line.md#what-came), in words.

use crate::app::SyncNames;
use crate::cli::Context;
use crate::model::{Change, Difference, EntryHow};
use crate::render::text;
use crate::sync::SyncReport;

impl Context {
    /// Says what came with a sync. Which entries a member removed, and the agreed day, its notes have said.
    pub(in crate::cli) fn say_came(&mut self, names: &SyncNames, report: &SyncReport) {
        let is_said = |change: &Change| match &change.what {
            Difference::Entry(entry) => entry.how == EntryHow::Removed && change.by.is_some(),
            Difference::Next { .. } => true,
            _ => false,
        };
        let mut came: Vec<Change> = report
            .came
            .iter()
            .filter(|change| !is_said(change))
            .cloned()
            .collect();
        if !self.out.is_watched() {
            came.iter_mut().for_each(without_sealed_words);
        }
        let came: Vec<&Change> = came.iter().collect();
        let screen = text::Screen {
            pair: &names.pair,
            me: &names.me,
            names: &names.names,
            today: self.today,
            ids: &names.ids,
            width: self.width,
            named: None,
        };
        for line in text::came(&screen, &came) {
            self.out.say(line);
        }
    }
}

/// Takes out words that were sealed: a log of a sync that nobody watches keeps its lines in clear.
fn without_sealed_words(change: &mut Change) {
    if let Difference::Entry(entry) = &mut change.what
        && entry.visibility.is_sealed()
        && let Some(body) = &mut entry.body
    {
        body.text = "(sealed)".to_owned();
    }
}
