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
    let meetings = sides.map(by_meeting);
    let mut carried = Vec::new();
    for (key, entries) in by_meeting(state) {
        let Some(head) = state.meetings.get(&key) else {
            continue;
        };
        let meeting = Meeting::from_header(key, head);
        let none = Entries::new();
        let before = meetings
            .each_ref()
            .map(|meetings| meetings.get(&key).unwrap_or(&none));
        let unchanged = before.iter().all(|side| **side == entries)
            && sides.iter().all(|side| side.meetings.get(&key) == Some(head));
        if unchanged || !meeting.is_over() {
            continue;
        }
        let opened = open(&entries, pair, keys);
        let opened: Vec<&Entry> = opened.iter().collect();
        let seen = seen_by_the_end(key, [left, right]);
        let waiting: BTreeSet<EntryId> = not_talked_about(&meeting, &opened).iter().map(|e| e.id).collect();
        let followed = followers(&meeting, &opened);
        let talks: Vec<Talk> = before
            .iter()
            .map(|side| Talk::of(&meeting, &open(side, pair, keys)))
            .collect();
        let follows = |follower: EntryId, entry: EntryId| follows(state, pair, keys, follower, entry);
        for entry in opened {
            let id = entry.id;
            let came_late = seen.as_ref().is_some_and(|seen| !seen.contains(&id));
            let is_answered = |talk: &Talk| talk.lost_its_followers(id, follows);
            let is_open_again = |talk: &Talk| talk.settled.contains(&id);
            let goes = match waiting.contains(&id) {
                true => came_late || talks.iter().any(is_answered) || talks.iter().any(is_open_again),
                // Closed before the meeting, it was never on the list.
                false => can_wait(entry) && !followed.contains_key(&id) && talks.iter().any(is_open_again),
            };
            carried.extend(goes.then_some(id));
        }
    }
    for id in &carried {
        if let Some(placed) = state.entries.get_mut(id) {
            placed.carry_back();
        }
    }
    carried
}

/// Opens the meetings again that a command ended, whoever else ended them. `after` and `before` are the states that the
/// command left and found.
pub fn open_again(after: &State, before: &State, state: &mut State) {
    for (key, head) in &mut state.meetings {
        let is_over = |state: &State| Some(Meeting::from_header(*key, state.meetings.get(key)?).is_over());
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
    let opened = open(&[(follower, placed)], pair, keys);
    let body = opened.first().and_then(|follower| follower.body.as_ref());
    body.is_none_or(|body| body.re == Some(entry))
}

/// What stood in a meeting when it was ended, if one side ended it while the other still had it open.
fn seen_by_the_end(key: MeetingKey, sides: [&State; 2]) -> Option<BTreeSet<EntryId>> {
    let is_over = |side: &&State| Some(Meeting::from_header(key, side.meetings.get(&key)?).is_over());
    let (over, open): (Vec<&State>, Vec<&State>) = sides
        .into_iter()
        .filter(|side| is_over(side).is_some())
        .partition(|side| is_over(side) == Some(true));
    let stands = |side: &State| -> Vec<EntryId> {
        let here = side
            .entries
            .iter()
            .filter(|(_, placed)| placed.home == Home::Meeting(key));
        here.map(|(id, _)| *id).collect()
    };
    (!over.is_empty() && !open.is_empty()).then(|| over.into_iter().flat_map(stands).collect())
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

/// The entries with their bodies, as far as my keys open them.
fn open<L: BodySeals>(entries: &[(EntryId, &Placed)], pair: &Pair, keys: &L) -> Vec<Entry> {
    let opened = entries.iter().filter_map(|(id, placed)| {
        let table = &placed.entry;
        let unsealed = table
            .ciphertext()
            .zip(author(table))
            .and_then(|(ciphertext, by)| keys.unseal(pair, *id, &by, ciphertext));
        let content = unsealed.as_ref().map(|unsealed| &unsealed.content);
        let mut entry = Entry::from_table(*id, placed.home, table, content).ok()?;
        entry.visibility = unsealed
            .as_ref()
            .map_or(entry.visibility, |unsealed| unsealed.visibility);
        Some(entry)
    });
    opened.collect()
}
