//! Entries that `end` did not see go back to the agenda (docs/merge.md#agenda-of-a-meeting).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Entry, EntryId, Home, Kind, Meeting, MeetingKey, Pair, Placed, State, Visibility, followers,
    not_talked_about,
};

use crate::sync::combine::body_seals::BodySeals;
use crate::sync::secrets::keys::author;

/// The entries of a meeting on one side, in the order of their ids.
type Entries<'a> = Vec<(EntryId, &'a Placed)>;

/// Moves entries of ended meetings back to the agenda, if the reason why they stayed is gone or never was.
/// `base`, `left` and `right` are the sides that `state` was merged from. For a command all three are the state before it.
/// Returns the entries that were moved. An entry that my keys do not open stays.
pub fn carry_back<L: BodySeals>(
    [base, left, right]: [&State; 3],
    state: &mut State,
    pair: &Pair,
    keys: &L,
) -> Vec<EntryId> {
    let sides = [base, left, right];
    stay_where_talked_about(sides, state, pair, keys);
    let meetings = sides.map(by_meeting);
    let mut carried = Vec::new();
    for (key, entries) in by_meeting(state) {
        let Some(meeting) = state.meeting(key) else {
            continue;
        };
        let none = Entries::new();
        let before = meetings
            .each_ref()
            .map(|meetings| meetings.get(&key).unwrap_or(&none));
        let [in_base, in_left, in_right] = before;
        let unchanged = before.iter().all(|side| **side == entries)
            && sides
                .iter()
                .all(|side| side.meetings.get(&key) == state.meetings.get(&key));
        if unchanged || !meeting.is_over() {
            continue;
        }
        let opened = opened_entries(entries, pair, keys);
        let opened: Vec<&Entry> = opened.iter().collect();
        let seen = seen_by_the_end(key, [(left, in_left), (right, in_right)]);
        let waiting: BTreeSet<EntryId> = not_talked_about(&meeting, &opened).iter().map(|e| e.id).collect();
        let followed = followers(&meeting, &opened);
        // Most often a side says what the base says, and is opened once with it.
        let mut distinct = vec![in_left, in_base, in_right];
        distinct.dedup();
        let talk = |side: &Entries<'_>| Talk::of(&meeting, &opened_entries(side.iter().copied(), pair, keys));
        let talks: Vec<Talk> = distinct.iter().copied().map(talk).collect();
        // Only one of the two saw it: whatever my key opens, the word beside the seal tells.
        let was_private = |id: EntryId| {
            let mut stood = distinct.iter().flat_map(|side| side.iter());
            stood.any(|(other, placed)| *other == id && placed.entry.visibility() == Visibility::Private)
        };
        let follows = |follower: EntryId, entry: EntryId| follows(state, pair, keys, follower, entry);
        for entry in opened {
            let id = entry.id;
            let came_late = seen.as_ref().is_some_and(|seen| !seen.contains(&id));
            let is_open_again = talks.iter().any(|talk| talk.settled.contains(&id));
            let lost_its_followers = || talks.iter().any(|talk| talk.lost_its_followers(id, follows));
            let goes = match waiting.contains(&id) {
                true => came_late || is_open_again || was_private(id) || lost_its_followers(),
                // Closed before the meeting, it was never on the list.
                false => is_open_again && can_wait(entry) && !followed.contains_key(&id),
            };
            carried.extend(goes.then_some(id));
        }
    }
    state.carry_back(&carried);
    carried
}

/// Leaves an entry in the meeting in which one side talked about it, if the other one had not heard of that and took it
/// back to the agenda.
fn stay_where_talked_about<L: BodySeals>(
    [base, left, right]: [&State; 3],
    state: &mut State,
    pair: &Pair,
    keys: &L,
) {
    let is_settled = |id: EntryId, placed: &Placed| {
        let opened = opened_entries([(id, placed)], pair, keys);
        opened.first().is_some_and(Entry::is_settled)
    };
    let mut stay: Vec<(EntryId, Home)> = Vec::new();
    for (id, now) in &state.entries {
        if now.home != Home::Agenda {
            continue;
        }
        let talked_about = |side: &&State| {
            let there = side.entries.get(id)?;
            let meeting = state.meeting(there.home.meeting()?)?;
            (meeting.is_over() && is_settled(*id, there)).then_some(there.home)
        };
        let Some(home) = [left, right].iter().find_map(talked_about) else {
            continue;
        };
        let was_settled = base.entries.get(id).is_some_and(|placed| is_settled(*id, placed));
        if !was_settled && is_settled(*id, now) {
            stay.push((*id, home));
        }
    }
    for (id, home) in stay {
        if let Some(placed) = state.entries.get_mut(&id) {
            placed.home = home;
        }
    }
}

/// Opens the meetings again that a command ended, whoever else ended them. `after` and `before` are the states that the
/// command left and found.
pub fn open_again(after: &State, before: &State, state: &mut State) {
    for (key, head) in &mut state.meetings {
        let is_over = |state: &State| state.meeting(*key).map(|meeting| meeting.is_over());
        if is_over(after) == Some(true) && is_over(before) == Some(false) {
            head.remove("ended");
        }
    }
}

/// Why entries of a meeting counted as talked about on a side.
struct Talk {
    settled: BTreeSet<EntryId>,
    followers: BTreeMap<EntryId, Vec<EntryId>>,
}

impl Talk {
    fn of(meeting: &Meeting, entries: &[Entry]) -> Self {
        let settled = entries.iter().filter(|entry| entry.is_settled());
        Self {
            settled: settled.map(|entry| entry.id).collect(),
            followers: followers(meeting, &entries.iter().collect::<Vec<_>>()),
        }
    }

    /// Whether others followed an entry, and none of them does any more. A follower that went back to the agenda itself
    /// still follows.
    fn lost_its_followers(&self, entry: EntryId, follows: impl Fn(EntryId, EntryId) -> bool) -> bool {
        let followers = self.followers.get(&entry);
        followers.is_some_and(|followers| !followers.iter().any(|follower| follows(*follower, entry)))
    }
}

/// Whether an entry is of a kind that is talked about, is open, and both can see it.
fn can_wait(entry: &Entry) -> bool {
    let is_talked_about = entry.kind().is_some_and(Kind::is_talked_about);
    is_talked_about && !entry.is_settled() && entry.visibility != Visibility::Private
}

/// Whether an entry follows another, wherever it stands. One that my keys do not open counts as one that does.
fn follows<L: BodySeals>(state: &State, pair: &Pair, keys: &L, follower: EntryId, entry: EntryId) -> bool {
    let Some(placed) = state.entries.get(&follower) else {
        return false;
    };
    let opened = opened_entries([(follower, placed)], pair, keys);
    let body = opened.first().and_then(|follower| follower.body.as_ref());
    body.is_none_or(|body| body.re == Some(entry))
}

/// The entries that stood in a meeting when it was ended, if one side ended it while the other still had it open.
fn seen_by_the_end(key: MeetingKey, sides: [(&State, &Entries<'_>); 2]) -> Option<BTreeSet<EntryId>> {
    let (mut seen, mut is_open) = (None, false);
    for (state, entries) in sides {
        match state.meeting(key) {
            Some(meeting) if meeting.is_over() => {
                let seen = seen.get_or_insert_with(BTreeSet::new);
                seen.extend(entries.iter().map(|(id, _)| *id));
            }
            Some(_) => is_open = true,
            None => {}
        }
    }
    seen.filter(|_| is_open)
}

fn by_meeting(state: &State) -> BTreeMap<MeetingKey, Entries<'_>> {
    let mut meetings: BTreeMap<MeetingKey, Entries<'_>> = BTreeMap::new();
    for (id, placed) in &state.entries {
        if let Home::Meeting(key) = placed.home {
            meetings.entry(key).or_default().push((*id, placed));
        }
    }
    meetings
}

/// The entries with their bodies, as far as the keys open them. The sealed visibility decides over one in clear.
pub fn opened_entries<'a, L: BodySeals>(
    entries: impl IntoIterator<Item = (EntryId, &'a Placed)>,
    pair: &Pair,
    keys: &L,
) -> Vec<Entry> {
    let opened = entries.into_iter().filter_map(|(id, placed)| {
        let table = &placed.entry;
        let sealed = table.ciphertext().zip(author(table));
        let unsealed = sealed.and_then(|(ciphertext, by)| keys.unseal(pair, id, &by, ciphertext));
        let content = unsealed.as_ref().map(|unsealed| &unsealed.content);
        let mut entry = Entry::from_table(id, placed.home, table, content).ok()?;
        if let Some(unsealed) = &unsealed {
            entry.visibility = unsealed.visibility;
        }
        Some(entry)
    });
    opened.collect()
}
