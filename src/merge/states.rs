//! Whole states: which entries stay, which headers, and `pair.toml`.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::{EntryId, Home, MeetingKey, PairDocument, Placed, State, Table, TableKind, date_value};

use super::entry::{merge_entry, same_but_carried};
use super::fields::merge_fields;

/// The outcome of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The merged state.
    pub state: State,
    /// Entries that one side deleted and the other edited: they stay as edited.
    pub kept: Vec<EntryId>,
}

/// Why two sides were not merged. Both stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeError {
    /// Both sides took the same open seat.
    SeatTaken {
        /// The member whose seat it is.
        member: String,
    },
    /// The merge did not pass its own check: a fault in this program.
    Unsound {
        /// The finding, without any text of a record.
        what: String,
    },
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SeatTaken { member } => write!(f, "the seat of {member} was taken on both sides"),
            Self::Unsound { what } => write!(f, "the merge did not pass its own check: {what}"),
        }
    }
}

impl std::error::Error for MergeError {}

pub(crate) fn merge_unchecked(base: &State, left: &State, right: &State) -> Result<Merged, MergeError> {
    let mut merged = Merged {
        state: State::default(),
        kept: Vec::new(),
    };
    let ids: BTreeSet<EntryId> = [base, left, right]
        .iter()
        .flat_map(|state| state.entries.keys().copied())
        .collect();
    for id in ids {
        let of = |state: &'_ State| state.entries.get(&id).cloned();
        let (b, l, r) = (of(base), of(left), of(right));
        let edited = |b: &Placed, side: &Placed| !same_but_carried(&b.entry, &side.entry);
        let entry = match (&b, &l, &r) {
            (Some(b), None, Some(side)) | (Some(b), Some(side), None) if edited(b, side) => {
                merged.kept.push(id);
                Some(side.clone())
            }
            (Some(_), None, _) | (Some(_), _, None) | (None, None, None) => None,
            (None, Some(one), None) | (None, None, Some(one)) => Some(one.clone()),
            (_, Some(l), Some(r)) => Some(merge_entry(b.as_ref(), l, r)),
        };
        if let Some(entry) = entry {
            merged.state.entries.insert(id, entry);
        }
    }
    merged.state.meetings = merge_meetings(base, left, right, &merged.state.entries);
    merged.state.agenda = whole(
        TableKind::Agenda,
        base.agenda.as_ref(),
        left.agenda.as_ref(),
        right.agenda.as_ref(),
    );
    if merged.state.agenda.is_none() && merged.state.entries.values().any(|p| p.home == Home::Agenda) {
        merged.state.agenda = Some(Table::default());
    }
    merged.state.pair = merge_pair(base.pair.as_ref(), left.pair.as_ref(), right.pair.as_ref())?;
    if let (Some(base), Some(pair)) = (&base.pair, &mut merged.state.pair) {
        keep_seats_taken(base, pair);
    }
    Ok(merged)
}

/// A table that may be absent on any side: deleted here and changed there, it stays as changed.
fn whole(
    place: TableKind,
    base: Option<&Table>,
    left: Option<&Table>,
    right: Option<&Table>,
) -> Option<Table> {
    if left == right || right == base {
        return left.cloned();
    }
    if left == base {
        return right.cloned();
    }
    match (left, right) {
        (Some(left), Some(right)) => Some(merge_fields(place, base, left, right)),
        (one, None) | (None, one) => one.cloned(),
    }
}

fn merge_meetings(
    base: &State,
    left: &State,
    right: &State,
    entries: &BTreeMap<EntryId, Placed>,
) -> BTreeMap<MeetingKey, Table> {
    let homes: BTreeSet<MeetingKey> = entries.values().filter_map(|p| p.home.meeting()).collect();
    let headers = [base, left, right]
        .into_iter()
        .flat_map(|s| s.meetings.keys().copied());
    let keys: BTreeSet<MeetingKey> = headers.chain(homes.iter().copied()).collect();
    let mut meetings = BTreeMap::new();
    for key in keys {
        let of = |state: &'_ State| state.meetings.get(&key).cloned();
        let (b, l, r) = (of(base), of(left), of(right));
        let header = whole(TableKind::Meeting, b.as_ref(), l.as_ref(), r.as_ref());
        // A meeting that holds an entry stays, with its header.
        let header = header.or_else(|| {
            homes
                .contains(&key)
                .then(|| l.or(r).or(b).unwrap_or_else(|| bare(key)))
        });
        if let Some(header) = header {
            meetings.insert(key, header);
        }
    }
    meetings
}

fn bare(key: MeetingKey) -> Table {
    let mut header = Table::default();
    header.set("date", date_value(key.date));
    header
}

fn merge_pair(
    base: Option<&PairDocument>,
    left: Option<&PairDocument>,
    right: Option<&PairDocument>,
) -> Result<Option<PairDocument>, MergeError> {
    if left == right || right == base {
        return Ok(left.cloned());
    }
    if left == base {
        return Ok(right.cloned());
    }
    let (left, right) = match (left, right) {
        (Some(left), Some(right)) => (left, right),
        (one, None) | (None, one) => return Ok(one.cloned()),
    };
    let mut members = BTreeMap::new();
    let slugs: BTreeSet<&String> = [base, Some(left), Some(right)]
        .into_iter()
        .flatten()
        .flat_map(|p| p.members.keys())
        .collect();
    for slug in slugs {
        let b = base.and_then(|p| p.members.get(slug));
        let (l, r) = (left.members.get(slug), right.members.get(slug));
        if let (Some(l), Some(r)) = (l, r) {
            let open = |t: Option<&Table>| t.is_none_or(Table::is_open_seat);
            // Two sides with a key in common are one person: after a replaced history there is no base to tell it by.
            let strangers = !l.list("keys").iter().any(|key| r.list("keys").contains(key));
            if open(b) && !open(Some(l)) && !open(Some(r)) && strangers {
                return Err(MergeError::SeatTaken { member: slug.clone() });
            }
        }
        if let Some(member) = whole(TableKind::Member, b, l, r) {
            members.insert(slug.clone(), member);
        }
    }
    let top = whole(
        TableKind::Pair,
        base.map(|p| &p.top),
        Some(&left.top),
        Some(&right.top),
    );
    Ok(Some(PairDocument {
        top: top.unwrap_or_default(),
        members,
    }))
}

/// A seat that was taken is never open again: where nobody's key would stay in it, the base's keys stay
/// (docs/merge.md#seats).
fn keep_seats_taken(base: &PairDocument, merged: &mut PairDocument) {
    for (slug, before) in &base.members {
        let Some(member) = merged.members.get_mut(slug) else {
            continue;
        };
        if member.is_open_seat() && !before.is_open_seat() {
            member.show("keys", &before.shown("keys"));
            member.tidy_rows();
        }
    }
}
