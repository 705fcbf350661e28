//! The tables of a state by address: how a conflict names the place that it stands in.

use std::fmt;

use super::format::Table;
use super::id::EntryId;
use super::record_path::Home;
use super::state::State;

/// The place of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// An entry.
    Entry(EntryId),
    /// The head of the agenda or of a meeting.
    Home(Home),
    /// `pair.toml`; fields of a member are `member.SLUG.FIELD`.
    Pair,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(id) => id.fmt(f),
            Self::Home(home) => home.fmt(f),
            Self::Pair => f.write_str("pair"),
        }
    }
}

impl Address {
    /// The table that holds a field of this address, and the name of the field in it.
    pub fn table_in<'a>(self, state: &'a mut State, field: &'a str) -> Option<(&'a mut Table, &'a str)> {
        let table = match self {
            Self::Entry(id) => &mut state.entries.get_mut(&id)?.entry,
            Self::Home(Home::Agenda) => state.agenda.as_mut()?,
            Self::Home(Home::Meeting(key)) => state.meetings.get_mut(&key)?,
            Self::Pair => {
                let pair = state.pair.as_mut()?;
                let of_member = field.strip_prefix("member.").and_then(|f| f.split_once('.'));
                // A row that names no member stands at the top, as the parser leaves it there.
                match of_member.filter(|(slug, _)| pair.members.contains_key(*slug)) {
                    Some((slug, field)) => return Some((pair.members.get_mut(slug)?, field)),
                    None => &mut pair.top,
                }
            }
        };
        Some((table, field))
    }
}
