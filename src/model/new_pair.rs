//! The records of a new pair.

use super::format::{PairDocument, Table, Value};
use super::id::EntryId;
use super::pair::Pair;
use super::slug::Slug;
use super::state::State;
use super::words::Role;

/// A member of a pair that is to be made.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The slug.
    pub slug: Slug,
    /// The name as people write it.
    pub name: String,
    /// The recipients; none for an open seat.
    pub keys: Vec<String>,
}

/// The records of a new pair.
pub fn new_pair(id: EntryId, manager: &Seat, report: &Seat) -> State {
    let mut pair = PairDocument::default();
    pair.top.set("format", Pair::FORMAT);
    pair.top.set("id", id.to_string());
    pair.top.set("cadence", "1w");
    for (seat, role) in [(manager, Role::Manager), (report, Role::Report)] {
        let mut member = Table::default();
        member.set("role", role.as_str());
        member.set("name", seat.name.as_str());
        let keys = seat.keys.iter().map(|key| Value::from(key.as_str()));
        member.set("keys", Value::Array(keys.collect()));
        pair.members.insert(seat.slug.to_string(), member);
    }
    State {
        agenda: Some(Table::default()),
        pair: Some(pair),
        ..State::default()
    }
}
