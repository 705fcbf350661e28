//! `show`: one entry, or one meeting.

use crate::model::{Entry, Meeting};

use super::{AppError, PairView};

/// The thing that a person named.
#[derive(Debug)]
pub enum Shown<'a> {
    /// An entry.
    Entry(&'a Entry),
    /// A meeting and its entries.
    Meeting(&'a Meeting, Vec<&'a Entry>),
}

/// The entry of an id, or the meeting of a day.
///
/// # Errors
/// When the words name neither.
pub fn show<'a>(view: &'a PairView, words: &str) -> Result<Shown<'a>, AppError> {
    if view.names_entry(words) {
        let id = view.resolve(words)?;
        return view
            .records
            .entry(id)
            .map(Shown::Entry)
            .ok_or(AppError::NoEntry(id));
    }
    let key = view.meeting_of(words)?;
    let meeting = view.records.meeting(key).ok_or(AppError::NoMeeting(key))?;
    Ok(Shown::Meeting(meeting, view.records.of_meeting(key)))
}

impl<'a> Shown<'a> {
    /// The entries.
    pub fn entries(&self) -> Vec<&'a Entry> {
        match self {
            Self::Entry(entry) => vec![entry],
            Self::Meeting(_, entries) => entries.clone(),
        }
    }
}
