//! Which entries of a meeting were not talked about (docs/merge.md#agenda-of-a-meeting).

use std::collections::BTreeMap;

use super::entry::{Body, Entry};
use super::id::EntryId;
use super::meeting::Meeting;
use super::words::{ActionState, Kind, Visibility};

/// The entries of a meeting that nobody talked about, out of `entries`: all that the meeting holds, as far as keys open
/// them. They go back to the agenda when the meeting ends.
///
/// An entry counts if it waited when the meeting began, or is a topic, unless it is done or followed. Actions, updates,
/// decisions, notes and wins never count. A private entry counts only if it waited as one that both could see: it must not
/// matter which of the two ends the meeting.
pub fn not_talked_about<'a>(meeting: &Meeting, entries: &[&'a Entry]) -> Vec<&'a Entry> {
    let followed = followers(meeting, entries);
    let counts = |entry: &&&Entry| {
        let waits = entry
            .body
            .as_ref()
            .is_some_and(|body| waits(meeting, entry, body));
        waits && !followed.contains_key(&entry.id)
    };
    entries.iter().filter(counts).copied().collect()
}

fn waits(meeting: &Meeting, entry: &Entry, body: &Body) -> bool {
    let is_listed = meeting.lists(entry.id);
    if entry.is_settled() || (entry.visibility == Visibility::Private && !is_listed) {
        return false;
    }
    // Version 0.1 writes no list. Only its own clock says then which entries were there before.
    let before = |started| meeting.agenda.is_none() && entry.at < started;
    let waited = is_listed || entry.carried > 0 || meeting.started.is_some_and(before);
    body.kind == Kind::Topic || (body.kind.is_talked_about() && waited)
}

/// The entries that others follow by `re`, each with those others: they came up in the meeting, and both can see them.
pub fn followers(meeting: &Meeting, entries: &[&Entry]) -> BTreeMap<EntryId, Vec<EntryId>> {
    let mut followers: BTreeMap<EntryId, Vec<EntryId>> = BTreeMap::new();
    for entry in entries {
        let came_up = entry.visibility != Visibility::Private && !meeting.lists(entry.id);
        if let Some(followed) = entry.body.as_ref().and_then(|body| body.re).filter(|_| came_up) {
            followers.entry(followed).or_default().push(entry.id);
        }
    }
    followers
}

impl Entry {
    /// Whether it is done or dropped; another kind than an action is done once it was talked about.
    pub fn is_settled(&self) -> bool {
        let state = self.body.as_ref().and_then(|body| body.state);
        matches!(state, Some(ActionState::Done | ActionState::Dropped))
    }
}
