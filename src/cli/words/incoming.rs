//! The changes that came with a sync (docs/command-line.md#what-came), in words.

use super::sealed::{hide, shows};
use super::widened::mine_wider;
use crate::app::SyncNames;
use crate::cli::{Context, Hint};
use crate::model::{Change, Difference, EntryHow, Slug};
use crate::render::text;
use crate::sync::{SyncNote, SyncReport};

/// So many conflicts, and so many records, have a command of their own.
const NAMED: usize = 3;

impl Context {
    /// Says what came with a sync. Its notes have said which entries a member removed, what became of words of mine, and the
    /// agreed day.
    pub(in crate::cli) fn say_came(&mut self, names: &SyncNames, report: &SyncReport) {
        let told = report.told_entries();
        let wider = mine_wider(&report.notes);
        let has_next = report.notes.iter().any(is_of_next);
        let is_rewrite = report.notes.iter().any(SyncNote::is_rewrite);
        let is_said = |change: &Change| match &change.what {
            // A warning names the commit. Who is behind it is asked there, so nobody is said to have shared it.
            Difference::Entry(entry) if entry.how == EntryHow::Shared && wider.contains(&entry.id) => true,
            Difference::Entry(entry) if told.contains(&entry.id) => true,
            Difference::Entry(entry) => entry.how == EntryHow::Removed && (change.by.is_some() || is_rewrite),
            Difference::Next { .. } => true,
            Difference::Pair(change) => has_next && change.is_next(),
            _ => false,
        };
        let mut came: Vec<Change> = report
            .came
            .iter()
            .filter(|change| !is_said(change))
            .cloned()
            .collect();
        for change in &mut came {
            if let Difference::Entry(entry) = &mut change.what
                && !shows(entry.visibility)
            {
                entry.body.iter_mut().for_each(hide);
            }
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
        // No commit did what the rewrite itself did, and commits do not say who rewrote them.
        let nobody = match is_rewrite {
            true => "the rewritten history",
            false => "somebody",
        };
        for line in text::came(&screen, &came, nobody) {
            self.out.say(line);
        }
        self.hint_records(&names.me, report);
    }

    /// Names the commands that bring records back which somebody else removed, and what nobody of the pair changed in
    /// `pair.toml`.
    fn hint_records(&mut self, me: &Slug, report: &SyncReport) {
        let records = report.records_to_restore(me);
        for record in records.iter().take(NAMED) {
            self.out.hint(
                Hint::ours(["restore", &record.path()]).why("put back what stood before, as a new commit"),
            );
        }
    }

    /// Names the commands that end the conflicts which came, of the first few; how many it named.
    pub(in crate::cli) fn hint_conflicts(&mut self, names: Option<&SyncNames>, report: &SyncReport) -> usize {
        let conflicts = report
            .came
            .iter()
            .filter_map(|change| match (&change.what, names) {
                (Difference::Entry(entry), Some(names)) if entry.how == EntryHow::Conflict => {
                    Some(names.ids.short(entry.id))
                }
                _ => None,
            });
        // The days stand in hints of their own.
        let mut named = report.notes.iter().filter(|note| is_of_next(note)).count();
        for short in conflicts.take(NAMED) {
            self.out
                .hint(Hint::ours(["resolve", &short]).why("end the conflict"));
            named += 1;
        }
        named
    }
}

/// Whether a note says that the day of the next meeting is in conflict.
fn is_of_next(note: &SyncNote) -> bool {
    matches!(note, SyncNote::NextInConflict(_))
}
