//! The records of one pair, loaded: what every query is asked of.

use std::collections::BTreeSet;

use crate::model::{
    Date, Entry, EntryId, Home, Instant, Kind, Meeting, MeetingKey, MeetingStatus, Pair, Slug,
};

/// The records of a pair as they were read. An entry whose seal could not be opened has no body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// The pair.
    pub pair: Pair,
    /// The entries, in any order.
    pub entries: Vec<Entry>,
    /// The meetings, in any order.
    pub meetings: Vec<Meeting>,
}

impl Records {
    /// The entry of an id.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.iter().find(|e| e.id == id)
    }

    /// The meeting of a key.
    pub fn meeting(&self, key: MeetingKey) -> Option<&Meeting> {
        self.meetings.iter().find(|m| m.key == key)
    }

    /// The entries of a home, by `at`, then id.
    pub fn in_home(&self, home: Home) -> Vec<&Entry> {
        let mut found: Vec<&Entry> = self.entries.iter().filter(|e| e.home == home).collect();
        found.sort_by_key(|e| (e.at, e.id));
        found
    }

    /// The entries on the agenda.
    pub fn on_agenda(&self) -> Vec<&Entry> {
        self.in_home(Home::Agenda)
    }

    /// The entries of a meeting.
    pub fn of_meeting(&self, key: MeetingKey) -> Vec<&Entry> {
        self.in_home(Home::Meeting(key))
    }

    /// The day that an entry counts for: its meeting's, or that of `at` (UTC) while it waits (docs/command-line.md#growth).
    pub fn date_of(entry: &Entry) -> Date {
        match entry.home {
            Home::Meeting(key) => key.date,
            Home::Agenda => entry.at.date_naive(),
        }
    }

    /// The action items that are open, of every meeting, however old.
    pub fn open_actions(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|e| e.is_open_action())
    }

    /// The meetings under way at `now`, in the order in which they began. There are two where both members began one
    /// before either had synced.
    pub fn all_under_way(&self, now: Instant) -> Vec<&Meeting> {
        let mut meetings: Vec<&Meeting> = self.meetings.iter().filter(|m| m.is_under_way(now)).collect();
        meetings.sort_by_key(|m| (m.started, m.key));
        meetings
    }

    /// The meeting under way at `now`: of several the one begun last (docs/format.md#meetings).
    pub fn under_way(&self, now: Instant) -> Option<&Meeting> {
        self.all_under_way(now).pop()
    }

    /// The meeting begun last of those that nobody ended, however long ago.
    pub fn last_unended(&self) -> Option<&Meeting> {
        let unended = self.meetings.iter().filter(|m| m.is_unended());
        unended.max_by_key(|m| (m.started, m.key))
    }

    /// Whether an entry is still to be talked about: it stands on the agenda or in a meeting under way, and is neither
    /// done nor an action.
    pub fn waits(&self, entry: &Entry, now: Instant) -> bool {
        let is_here = match entry.home {
            Home::Agenda => true,
            Home::Meeting(key) => self.meeting(key).is_some_and(|meeting| meeting.is_under_way(now)),
        };
        is_here && !entry.is_settled() && entry.kind() != Some(Kind::Action)
    }

    /// The last meeting that took place.
    pub fn last_held(&self) -> Option<&Meeting> {
        self.meetings
            .iter()
            .filter(|m| m.status == MeetingStatus::Held)
            .max_by_key(|m| m.key)
    }

    /// The agreed day of the next meeting, until one is held on it or later, or it is skipped. A later day that was skipped
    /// says nothing about it.
    pub fn agreed_next(&self) -> Option<Date> {
        let uses_up = |next: Date, meeting: &Meeting| match meeting.status {
            MeetingStatus::Held => meeting.key.date >= next,
            MeetingStatus::Skipped => meeting.key.date == next,
        };
        let next = self.pair.next?;
        (!self.meetings.iter().any(|meeting| uses_up(next, meeting))).then_some(next)
    }

    /// Every theme in use, as far as it can be read.
    pub fn themes(&self) -> BTreeSet<&Slug> {
        let bodies = self.entries.iter().filter_map(|e| e.body.as_ref());
        bodies.flat_map(|b| &b.themes).collect()
    }
}
