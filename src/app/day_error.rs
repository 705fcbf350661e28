//! Days that cannot be as they were asked for, in words that are said in one place.

use crate::model::{Date, MeetingStatus};

/// Why a meeting cannot be on a day, or the next one not be agreed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayError {
    /// A meeting of that day is under way.
    UnderWay(Date),
    /// The day for the next meeting is not after the one that ends.
    NextTooEarly(Date),
    /// The day that was to be agreed on is over.
    NextPassed(Date),
    /// A meeting was held since the day that was to be agreed on.
    NextHeld {
        /// The day that was to be agreed on.
        date: Date,
        /// The day of that meeting.
        held: Date,
    },
    /// The day of a meeting that was to be written down is still to come.
    MeetingAhead(Date),
    /// A meeting of that day is recorded, and a second one was to be.
    MeetingHeld(Date),
    /// The meeting that was to be skipped is recorded already.
    MeetingKnown {
        /// Its day.
        date: Date,
        /// Whether it took place.
        status: MeetingStatus,
    },
}

impl DayError {
    /// The words for it. `shown` says a day.
    pub fn words(&self, shown: impl Fn(Date) -> String) -> String {
        match self {
            Self::UnderWay(date) => format!("the meeting of {} is under way already", shown(*date)),
            Self::NextTooEarly(date) => format!("{} is not after this meeting", shown(*date)),
            Self::NextPassed(date) => format!("{} has passed", shown(*date)),
            Self::NextHeld { date, held } => format!(
                "there was a meeting on {}, and {} is not after it",
                shown(*held),
                shown(*date)
            ),
            Self::MeetingAhead(date) => format!("{} is still to come", shown(*date)),
            Self::MeetingHeld(date) => format!("there was a meeting on {} already", shown(*date)),
            Self::MeetingKnown {
                date,
                status: MeetingStatus::Skipped,
            } => format!("{} is recorded as skipped already", shown(*date)),
            Self::MeetingKnown {
                date,
                status: MeetingStatus::Held,
            } => format!("there was a meeting on {}", shown(*date)),
        }
    }
}
