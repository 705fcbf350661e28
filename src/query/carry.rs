//! Entries that `end` moves back to the agenda (docs/command-line.md#carrying).

use std::fmt;

use crate::model::{Entry, EntryId, Instant, Kind, Meeting, MeetingKey, not_talked_about};

use super::Records;

/// Why an entry that was named cannot be carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarryError {
    /// It is no entry of the meeting that ends.
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

/// The entries that go back when nothing is said: those that nobody talked about.
pub fn carry(records: &Records, meeting: &Meeting) -> Vec<EntryId> {
    let carried = not_talked_about(meeting, &records.of_meeting(meeting.key));
    carried.into_iter().map(|entry| entry.id).collect()
}

/// The meeting that nobody ended, and that is under way no more, with the number of entries that `end` would take back from
/// it. None while another one is under way, or where nothing waits in it.
pub fn never_ended(records: &Records, now: Instant) -> Option<(MeetingKey, usize)> {
    if records.under_way(now).is_some() {
        return None;
    }
    let meeting = records.last_unended()?;
    let waiting = carry(records, meeting).len();
    (waiting > 0).then_some((meeting.key, waiting))
}

/// Exactly the entries named, in the order named, each once.
///
/// # Errors
/// When one is not in the meeting, or is an action or an update.
pub fn carry_named(
    records: &Records,
    meetings: &[MeetingKey],
    ids: &[EntryId],
) -> Result<Vec<EntryId>, CarryError> {
    let mut carried: Vec<EntryId> = Vec::new();
    for id in ids {
        let here = |e: &&Entry| e.home.meeting().is_some_and(|key| meetings.contains(&key));
        let entry = records
            .entry(*id)
            .filter(here)
            .ok_or(CarryError::NotInMeeting(*id))?;
        match entry.kind() {
            Some(kind @ (Kind::Action | Kind::Update)) => return Err(CarryError::NeverMoves(*id, kind)),
            _ if carried.contains(id) => {}
            _ => carried.push(*id),
        }
    }
    Ok(carried)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ActionState, Visibility};
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
    fn a_meeting_that_nobody_ended_is_known_while_something_waits_in_it() {
        let mut list = list();
        let next_day = at("2026-11-23T09:00:00Z");
        assert_eq!(never_ended(&list, next_day), None, "it was ended");
        list.meetings[0].ended = None;
        let key = list.meetings[0].key;
        assert_eq!(never_ended(&list, at("2026-11-22T11:00:00Z")), None, "under way");
        let waiting = carry(&list, &list.meetings[0]).len();
        assert!(waiting > 0);
        assert_eq!(never_ended(&list, next_day), Some((key, waiting)));
        list.entries.clear();
        assert_eq!(never_ended(&list, next_day), None);
    }

    fn carried(list: &Records, waited: Option<&[&str]>) -> Vec<String> {
        let mut meeting = held("2026-11-22");
        meeting.agenda = waited.map(|ids| ids.iter().map(|i| id(i)).collect());
        let carried = carry(list, &meeting);
        carried.iter().map(|id| id.as_str()[..2].to_owned()).collect()
    }

    #[test]
    fn without_a_list_the_start_tells_what_waited() {
        assert_eq!(carried(&list(), None), ["kk", "ll", "ss", "zz"]);
    }

    #[test]
    fn the_list_tells_what_waited_whatever_the_clocks_say() {
        let kinds = ["kk", "mm", "nn", "pp", "qq", "rr", "tt", "ww"];
        assert_eq!(carried(&list(), Some(&kinds)), ["kk", "ss", "tt", "zz"]);
        assert_eq!(
            carried(&list(), Some(&[])),
            ["kk", "ss", "zz"],
            "a topic, and one carried before"
        );
    }

    #[test]
    fn only_an_entry_that_came_up_and_that_both_see_follows_another() {
        let mut list = list();
        let follower = list.entries.iter_mut().find(|e| e.id == id("oo")).unwrap();
        follower.visibility = Visibility::Private;
        assert_eq!(carried(&list, Some(&["nn"])), ["kk", "nn", "ss", "zz"]);
        let follower = list.entries.iter_mut().find(|e| e.id == id("oo")).unwrap();
        follower.visibility = Visibility::Shared;
        assert_eq!(carried(&list, Some(&["nn"])), ["kk", "ss", "zz"]);
        assert_eq!(
            carried(&list, Some(&["nn", "oo"])),
            ["kk", "nn", "ss", "zz"],
            "it waited as well"
        );
    }

    #[test]
    fn a_private_entry_goes_back_only_where_both_saw_it_wait() {
        assert_eq!(carried(&list(), Some(&["vv"])), ["kk", "ss", "vv", "zz"]);
    }

    #[test]
    fn named_ones_go_back_exactly() {
        let keys = [held("2026-11-22").key];
        let named = |ids: &[&str]| {
            let ids: Vec<EntryId> = ids.iter().map(|i| id(i)).collect();
            carry_named(&list(), &keys, &ids).map(|c| c.len())
        };
        assert_eq!(named(&["mm", "tt", "mm"]), Ok(2));
        assert_eq!(named(&["xx"]), Err(CarryError::NotInMeeting(id("xx"))));
        assert_eq!(
            named(&["rr"]),
            Err(CarryError::NeverMoves(id("rr"), Kind::Action))
        );
    }
}
