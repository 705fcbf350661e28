//! Entries that `end` moves back to the agenda (docs/command-line.md#carrying).

use std::collections::BTreeSet;
use std::fmt;

use crate::model::{ActionState, Entry, EntryId, Home, Kind, Meeting, MeetingKey, Visibility};

use super::Records;

/// Why an entry goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarryReason {
    /// It waited before the meeting and was not talked about.
    NotTalkedAbout,
    /// A topic that came up in the meeting and was not talked about.
    AddedSince,
    /// It was named.
    Named,
}

/// An entry that goes back to the agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carry {
    /// Which.
    pub id: EntryId,
    /// Why.
    pub why: CarryReason,
}

/// Why an entry that was named cannot be carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarryError {
    /// It is no entry of the meeting.
    NotInMeeting(EntryId),
    /// Its kind never moves: open actions are found by query, a status update is not carried.
    NeverMoves(EntryId, Kind),
}

impl fmt::Display for CarryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInMeeting(id) => write!(f, "{id} is no entry of this meeting"),
            Self::NeverMoves(id, Kind::Action) => {
                write!(
                    f,
                    "{id} is an action: it stays with its meeting and is listed while it is open"
                )
            }
            Self::NeverMoves(id, kind) => write!(f, "{id} is of the kind {kind}, which is never carried"),
        }
    }
}

impl std::error::Error for CarryError {}

/// The entries that go back when nothing is said: what waited before the meeting began, and topics added since,
/// unless done or followed by an entry of this meeting.
///
/// Actions, updates, decisions, notes and wins stay. So does what is private or cannot be opened, so that it
/// does not matter which of the two ends the meeting.
pub fn carry(records: &Records, meeting: &Meeting) -> Vec<Carry> {
    let entries = records.of_meeting(meeting.key);
    let followed: BTreeSet<EntryId> = entries.iter().filter_map(|e| e.body.as_ref()?.re).collect();
    let mut carried = Vec::new();
    for entry in entries {
        let Some(body) = &entry.body else { continue };
        let closed = matches!(body.state, Some(ActionState::Done | ActionState::Dropped));
        if entry.visibility == Visibility::Private || closed || followed.contains(&entry.id) {
            continue;
        }
        // An entry from before the start can only have come here by it.
        let waited = entry.carried > 0 || meeting.started.is_some_and(|started| entry.at < started);
        let why = match body.kind {
            Kind::Topic | Kind::Growth | Kind::Feedback | Kind::Concern | Kind::Challenge if waited => {
                CarryReason::NotTalkedAbout
            }
            Kind::Topic => CarryReason::AddedSince,
            _ => continue,
        };
        carried.push(Carry { id: entry.id, why });
    }
    carried
}

/// Exactly the entries named, in the order named, each once.
///
/// # Errors
/// When one is not in the meeting, or is an action or an update.
pub fn carry_named(
    records: &Records,
    meeting: MeetingKey,
    ids: &[EntryId],
) -> Result<Vec<Carry>, CarryError> {
    let mut carried: Vec<Carry> = Vec::new();
    for id in ids {
        let here = |e: &&Entry| e.home == Home::Meeting(meeting);
        let entry = records
            .entry(*id)
            .filter(here)
            .ok_or(CarryError::NotInMeeting(*id))?;
        match entry.kind() {
            Some(kind @ (Kind::Action | Kind::Update)) => return Err(CarryError::NeverMoves(*id, kind)),
            _ if carried.iter().any(|c| c.id == *id) => {}
            _ => carried.push(Carry {
                id: *id,
                why: CarryReason::Named,
            }),
        }
    }
    Ok(carried)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::fixture::{With, at, entry, held, id, records};

    /// The meeting began at ten on the 22nd; entries are written at nine of their day.
    fn list() -> Records {
        let before = |start: &str, kind| entry(start, kind, "ana", "2026-11-20", "x").meeting("2026-11-22");
        let during = |start: &str, kind| {
            let mut entry = entry(start, kind, "ana", "2026-11-22", "x").meeting("2026-11-22");
            entry.at = at("2026-11-22T10:10:00Z");
            entry
        };
        let mut ahead = during("zz", Kind::Concern);
        ahead.carried = 2;
        records(
            vec![
                before("kk", Kind::Topic),
                before("ll", Kind::Growth),
                before("mm", Kind::Topic).state(ActionState::Done),
                before("nn", Kind::Concern),
                during("oo", Kind::Action).re("nn"),
                before("pp", Kind::Update),
                before("qq", Kind::Win),
                before("rr", Kind::Action),
                during("ss", Kind::Topic),
                during("tt", Kind::Growth),
                during("uu", Kind::Decision),
                during("vv", Kind::Topic).sealed(Visibility::Private),
                before("ww", Kind::Topic).unopened(Visibility::Confidential),
                entry("xx", Kind::Topic, "ana", "2026-11-20", "elsewhere"),
                ahead,
            ],
            vec![held("2026-11-22")],
        )
    }

    #[test]
    fn what_was_not_talked_about_goes_back() {
        let carried: Vec<(EntryId, CarryReason)> = carry(&list(), &held("2026-11-22"))
            .into_iter()
            .map(|c| (c.id, c.why))
            .collect();
        assert_eq!(
            carried,
            [
                (id("kk"), CarryReason::NotTalkedAbout),
                (id("ll"), CarryReason::NotTalkedAbout),
                (id("ss"), CarryReason::AddedSince),
                (id("zz"), CarryReason::NotTalkedAbout),
            ]
        );
    }

    #[test]
    fn named_ones_go_back_exactly() {
        let key = held("2026-11-22").key;
        let named = |ids: &[&str]| {
            let ids: Vec<EntryId> = ids.iter().map(|i| id(i)).collect();
            carry_named(&list(), key, &ids).map(|c| c.len())
        };
        assert_eq!(named(&["mm", "tt", "mm"]), Ok(2));
        assert_eq!(named(&["xx"]), Err(CarryError::NotInMeeting(id("xx"))));
        assert_eq!(
            named(&["rr"]),
            Err(CarryError::NeverMoves(id("rr"), Kind::Action))
        );
    }
}
