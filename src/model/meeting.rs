//! Meetings, typed.

use std::collections::BTreeSet;

use super::date::Instant;
use super::format::Table;
use super::id::EntryId;
use super::record_path::MeetingKey;
use super::typed::Scalar;
use super::words::MeetingStatus;

/// The head of a meeting's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Which one.
    pub key: MeetingKey,
    /// Whether it took place; held where the record does not say.
    pub status: MeetingStatus,
    /// When it began.
    pub started: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
    /// The entries that waited when it began; none where version 0.1 began it.
    pub agenda: Option<BTreeSet<EntryId>>,
}

impl Meeting {
    /// A meeting counts as under way for at most this many hours after its start (docs/format.md#meetings).
    pub const LONGEST_HOURS: i64 = 12;

    /// The typed head of the record at `key`.
    pub fn from_header(key: MeetingKey, header: &Table) -> Self {
        Self {
            key,
            status: header.read("status").unwrap_or(MeetingStatus::Held),
            started: header.read("started"),
            ended: header.read("ended"),
            agenda: agenda(header),
        }
    }

    /// Whether an entry waited when it began, as its list says.
    pub fn lists(&self, id: EntryId) -> bool {
        self.agenda.as_ref().is_some_and(|list| list.contains(&id))
    }

    /// Whether it was begun and not ended, however long ago.
    pub fn is_unended(&self) -> bool {
        self.status == MeetingStatus::Held && self.started.is_some() && self.ended.is_none()
    }

    /// Whether it took place and was ended.
    pub fn is_over(&self) -> bool {
        self.status == MeetingStatus::Held && self.ended.is_some()
    }

    /// Whether it begins so long after `now` that the clocks of two machines must differ.
    pub fn begins_after(&self, now: Instant) -> bool {
        let slack = chrono::Duration::minutes(10);
        self.started.is_some_and(|started| started - now > slack)
    }

    /// Whether it is under way at `now`: begun, not ended, at most 12 hours ago.
    pub fn is_under_way(&self, now: Instant) -> bool {
        let fresh = |started: Instant| now - started <= chrono::Duration::hours(Self::LONGEST_HOURS);
        self.is_unended() && self.started.is_some_and(fresh)
    }
}

/// The ids of the list that `start` wrote.
fn agenda(header: &Table) -> Option<BTreeSet<EntryId>> {
    let list = header.get("agenda")?.as_array()?;
    Some(list.iter().filter_map(EntryId::of_value).collect())
}
