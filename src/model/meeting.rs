//! Meetings, typed.

use super::date::Instant;
use super::format::Table;
use super::record_path::MeetingKey;
use super::words::MeetingStatus;

/// The head of a meeting's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// Which one.
    pub key: MeetingKey,
    /// Whether it took place; held where the record does not say.
    pub status: MeetingStatus,
    /// When it began.
    pub started: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
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
        }
    }

    /// Whether it was begun and not ended, however long ago.
    pub fn is_unended(&self) -> bool {
        self.status == MeetingStatus::Held && self.started.is_some() && self.ended.is_none()
    }

    /// Whether it is under way at `now`: begun, not ended, at most 12 hours ago.
    pub fn is_under_way(&self, now: Instant) -> bool {
        let fresh = |started: Instant| now - started <= chrono::Duration::hours(Self::LONGEST_HOURS);
        self.is_unended() && self.started.is_some_and(fresh)
    }

    /// Of several meetings the one under way at `now`: the one begun last (docs/format.md#meetings).
    pub fn under_way(meetings: impl IntoIterator<Item = Self>, now: Instant) -> Option<Self> {
        meetings
            .into_iter()
            .filter(|m| m.is_under_way(now))
            .max_by_key(|m| (m.started, m.key))
    }
}
