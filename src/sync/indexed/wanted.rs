//! A question to the index, and the answer.

use std::collections::BTreeSet;
use std::path::Path;

use crate::model::{Date, EntryId, Home, Loaded, MeetingKey, Pair, PairDocument, Problem};
use crate::store::Notes;
use crate::store::record_index::{ClosedActions, EntryRow, HomeRange};

use crate::sync::secrets::keys::Keys;
use crate::sync::view::View;

use crate::sync::load::index_refresh::first_meeting;

/// The records that a question is about.
pub struct Wanted<'a> {
    /// Meetings of this day or later; the agenda always.
    pub since: Option<Date>,
    /// Meetings of this day or earlier.
    pub until: Option<Date>,
    /// The entries in them.
    pub entries: WantedEntries<'a>,
    /// Whether the ids of all entries are needed.
    pub ids: bool,
    /// Whether the heads of meetings are needed that nobody must read.
    pub meetings: bool,
}

/// The entries that a question is about. It may be told of others beside them, which does no harm.
#[derive(Clone, Copy)]
pub enum WantedEntries<'a> {
    /// None: conflicts alone.
    None,
    /// Those that wait, open actions, and what these follow from.
    Open,
    /// Those that a test of what stands in clear accepts. A sealed entry is accepted unseen.
    Matching(&'a dyn Fn(&EntryRow<'_>) -> bool),
}

/// How many actions beside the entries are closed.
pub type ClosedCount = ClosedActions;

/// The ids of a pair, where not all entries are at hand.
#[derive(Debug, Default)]
pub struct AllIds {
    /// Those of entries that wait, and of open actions.
    pub open: Vec<EntryId>,
    /// All.
    pub all: Vec<EntryId>,
}

/// The answer.
pub(in crate::sync) struct IndexAnswer {
    /// `pair.toml`, and the records that had to be read.
    pub(in crate::sync) loaded: Loaded,
    /// Links and folders in the place of records.
    pub(in crate::sync) odd: Vec<Problem>,
    /// The entries as I see them.
    pub(in crate::sync) view: View,
    /// The ids of all entries, if they were asked for.
    pub(in crate::sync) ids: AllIds,
    /// The records that entries were taken from which nobody knew of before.
    pub(in crate::sync) taken_from: BTreeSet<Home>,
    /// Closed actions that are not among the entries, where only open ones were asked for.
    pub(in crate::sync) closed: Vec<ClosedCount>,
}

impl Wanted<'_> {
    /// Everything.
    pub fn everything() -> Self {
        Self {
            since: None,
            until: None,
            entries: WantedEntries::Matching(&|_| true),
            ids: true,
            meetings: true,
        }
    }

    /// The records that must be read whatever is asked: those with conflicts, and broken ones.
    pub fn conflicts() -> Self {
        Self {
            entries: WantedEntries::None,
            ids: false,
            meetings: false,
            ..Self::everything()
        }
    }

    /// Whether a record may hold something of it.
    pub fn wants(&self, home: Home) -> bool {
        home.meeting().is_none_or(|key| {
            self.since.is_none_or(|since| key.date >= since)
                && self.until.is_none_or(|until| key.date <= until)
        })
    }

    /// The same, where all records are read: open actions are in every meeting.
    pub(in crate::sync) fn wants_whole(&self, home: Home) -> bool {
        self.ids || !matches!(self.entries, WantedEntries::Matching(_)) || self.wants(home)
    }

    /// The homes of its meetings.
    pub(super) fn homes(&self) -> HomeRange {
        let first = |date| Home::Meeting(MeetingKey::first(date));
        let start = self.since.map(first).or_else(first_meeting);
        start..self.until.and_then(|until| until.succ_opt()).map(first)
    }
}

/// A clone whose records are asked for.
pub(in crate::sync) struct QuestionedClone<'a> {
    pub(in crate::sync) root: &'a Path,
    pub(in crate::sync) notes: &'a Notes,
    pub(in crate::sync) head: Option<[u8; 20]>,
    pub(in crate::sync) pair: &'a Pair,
    /// `pair.toml`.
    pub(in crate::sync) pair_document: &'a PairDocument,
    pub(in crate::sync) keys: &'a Keys,
}
