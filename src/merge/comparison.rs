//! Two states held against each other: how much differs, and each difference as far as both members may know it
//! (docs/command-line.md#what-came).

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::model::{
    ActionState, Body, ChangeCounts, Date, Difference, Entry, EntryChange, EntryHow, EntryId, Home, Kind,
    Meeting, MeetingChange, MeetingKey, MeetingStatus, PairChange, Place, Placed, Slug, State, Table,
    Visibility,
};

/// The key of `pair.toml` that holds the agreed day.
const NEXT: &str = "next";

/// An older and a newer state of a pair. Both hold the same records; a record that is the same in both may be missing.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    old: State,
    new: State,
}

impl Comparison {
    /// Holds a newer state against an older one.
    pub fn of(old: State, new: State) -> Self {
        Self { old, new }
    }

    /// How much differs.
    pub fn counts(&self) -> ChangeCounts {
        let mut counts = ChangeCounts {
            meetings: self.meetings().count(),
            pair: self.pair().len(),
            next: self.next().is_some(),
            ..ChangeCounts::default()
        };
        for (_, old, _) in self.entries() {
            let count = match old {
                None => &mut counts.added,
                Some(_) => &mut counts.changed,
            };
            *count += 1;
        }
        counts.removed = self.removed().count();
        counts
    }

    /// The entries that are gone.
    pub fn removed(&self) -> impl Iterator<Item = (EntryId, &Placed)> {
        let gone = |(id, _): &(&EntryId, &Placed)| !self.new.entries.contains_key(*id);
        self.old
            .entries
            .iter()
            .filter(gone)
            .map(|(id, placed)| (*id, placed))
    }

    /// The entries that are new or differ.
    pub fn written(&self) -> impl Iterator<Item = EntryId> {
        self.entries().map(|(id, ..)| id)
    }

    /// The entries that are new.
    pub fn added(&self) -> BTreeSet<EntryId> {
        let new = self.entries().filter(|(_, old, _)| old.is_none());
        new.map(|(id, ..)| id).collect()
    }

    /// The entries of before that differ now, and those that are gone, which have no version now.
    pub fn stood_otherwise(&self) -> impl Iterator<Item = (EntryId, &Placed, Option<&Placed>)> {
        let stood = self.old.entries.iter();
        let both = stood.map(|(id, old)| (*id, old, self.new.entries.get(id)));
        both.filter(|(_, old, new)| *new != Some(*old))
    }

    /// An entry as it was and as it is.
    pub fn versions(&self, id: EntryId) -> [Option<&Placed>; 2] {
        [&self.old, &self.new].map(|state| state.entries.get(&id))
    }

    /// The places that differ, new entries apart.
    pub fn places(&self) -> BTreeSet<Place> {
        let changed = self.entries().filter(|(_, old, _)| old.is_some());
        let changed = changed.map(|(id, ..)| Place::Entry(id));
        let removed = self.removed().map(|(id, _)| Place::Entry(id));
        let meetings = self.meetings().map(Place::Meeting);
        let pair = self.pair().into_iter().map(|change| change.place());
        let [was, is] = self.agreed_days();
        let next = (was != is).then(Place::next);
        let of_records = changed.chain(removed).chain(meetings);
        of_records.chain(pair).chain(next).collect()
    }

    /// Each difference, as `me` may know it: the heads of meetings, the pair, then entries in the order in which they were
    /// written. `open` is an entry as my key opens it.
    pub fn differences(
        &self,
        me: Option<&Slug>,
        open: impl Fn(EntryId, &Placed) -> Option<Entry>,
    ) -> Vec<Difference> {
        let reader = Reader {
            me,
            state: &self.new,
            open: &open,
        };
        let meeting = |key| {
            let [old, new] = [&self.old, &self.new].map(|state| state.meetings.get(&key));
            Difference::Meeting(key, meeting_change(key, old, new))
        };
        let next = self.next().map(|(was, is)| Difference::Next { was, is });
        let written = self
            .entries()
            .map(|(id, old, new)| reader.change(id, old, Some(new)));
        let removed = self.removed().map(|(id, old)| reader.change(id, Some(old), None));
        let mut entries: Vec<EntryChange> = written.chain(removed).collect();
        entries.sort_by_key(|entry| (entry.at, entry.id));
        let heads = self.meetings().map(meeting).chain(next);
        let pair = self.pair().into_iter().map(Difference::Pair);
        heads
            .chain(pair)
            .chain(entries.into_iter().map(Difference::Entry))
            .collect()
    }

    /// The agreed day of the next meeting before and after; none where it is the same, or where the meeting began or was
    /// skipped, which uses it up.
    pub fn next(&self) -> Option<(Option<Date>, Option<Date>)> {
        let [was, is] = self.agreed_days();
        let is_used_up = |day: Date| {
            let mut later = self.new.meetings.keys().filter(|key| key.date >= day);
            later.any(|key| self.is_changed(*key))
        };
        let uses_up = is.is_none() && was.is_some_and(is_used_up);
        (was != is && !uses_up).then_some((was, is))
    }

    /// The agreed day of the next meeting before and after. It is the same where one has no pair: the last good one counts.
    fn agreed_days(&self) -> [Option<Date>; 2] {
        match (&self.old.pair, &self.new.pair) {
            (Some(old), Some(new)) => [old, new].map(|pair| pair.top.read(NEXT)),
            _ => [None, None],
        }
    }

    /// The entries that are new or differ.
    fn entries(&self) -> impl Iterator<Item = (EntryId, Option<&Placed>, &Placed)> {
        let entries = self.new.entries.iter();
        let pairs = entries.map(|(id, new)| (*id, self.old.entries.get(id), new));
        pairs.filter(|(_, old, new)| *old != Some(*new))
    }

    /// The meetings whose heads differ.
    fn meetings(&self) -> impl Iterator<Item = MeetingKey> {
        let [old, new] = [&self.old, &self.new].map(|state| &state.meetings);
        let keys: BTreeSet<MeetingKey> = old.keys().chain(new.keys()).copied().collect();
        keys.into_iter().filter(|key| old.get(key) != new.get(key))
    }

    /// Whether anything in a meeting's record differs.
    fn is_changed(&self, key: MeetingKey) -> bool {
        let record = |state: &State| {
            let home = Home::Meeting(key);
            let entries = state.entries.iter().filter(|(_, placed)| placed.home == home);
            let entries: Vec<_> = entries.map(|(id, placed)| (*id, placed.entry.clone())).collect();
            (state.meetings.get(&key).cloned(), entries)
        };
        record(&self.old) != record(&self.new)
    }

    /// The keys of `pair.toml` that differ, but for the agreed day. A pair that is new as a whole did not change.
    fn pair(&self) -> Vec<PairChange> {
        let (Some(old), Some(new)) = (&self.old.pair, &self.new.pair) else {
            return Vec::new();
        };
        let mut changes = keys_that_differ(None, Some(&old.top), Some(&new.top));
        let slugs: BTreeSet<&String> = old.members.keys().chain(new.members.keys()).collect();
        for slug in slugs {
            let (old, new) = (old.members.get(slug), new.members.get(slug));
            changes.extend(keys_that_differ(Some(slug), old, new));
        }
        changes
    }
}

fn keys_that_differ(member: Option<&str>, old: Option<&Table>, new: Option<&Table>) -> Vec<PairChange> {
    if old == new {
        return Vec::new();
    }
    let change = |key: Option<&str>| PairChange {
        member: member.map(str::to_owned),
        key: key.map(str::to_owned),
        takes_seat: key == Some("keys")
            && old.is_some_and(Table::is_open_seat)
            && new.is_some_and(|seat| !seat.is_open_seat()),
    };
    let none = Table::default();
    let (old_table, new_table) = (old.unwrap_or(&none), new.unwrap_or(&none));
    let fields = old_table.fields.iter().chain(&new_table.fields);
    let keys: BTreeSet<&str> = fields.map(|field| field.key.as_str()).collect();
    let mut differ: BTreeSet<&str> = keys;
    differ.retain(|key| old_table.get(key) != new_table.get(key));
    // A conflict that came or ended is one of its key.
    let rows = old_table.rows.iter().chain(&new_table.rows);
    let is_new = |field: &&str| !old_table.rows_of(field).eq(new_table.rows_of(field));
    differ.extend(rows.map(|row| row.field.as_str()).filter(is_new));
    // The agreed day has words of its own, unless a conflict about it came or ended and the day is the same.
    let is_next = |key: &&str| member.is_none() && *key == NEXT && old_table.get(NEXT) != new_table.get(NEXT);
    let changes: Vec<PairChange> = differ
        .iter()
        .filter(|key| !is_next(key))
        .map(|key| change(Some(key)))
        .collect();
    match differ.is_empty() {
        true => vec![change(None)],
        false => changes,
    }
}

fn meeting_change(key: MeetingKey, old: Option<&Table>, new: Option<&Table>) -> MeetingChange {
    let of = |head: Option<&Table>| head.map(|head| Meeting::from_header(key, head));
    let (old, Some(new)) = (of(old), of(new)) else {
        return MeetingChange::Removed;
    };
    let was_begun = old.as_ref().is_some_and(|old| old.started.is_some());
    let was_over = old.as_ref().is_some_and(Meeting::is_over);
    let is_skipped = |meeting: &Meeting| meeting.status == MeetingStatus::Skipped;
    match &old {
        None if is_skipped(&new) => MeetingChange::Skipped,
        Some(old) if is_skipped(&new) && !is_skipped(old) => MeetingChange::Skipped,
        _ if new.is_unended() && was_over => MeetingChange::Reopened,
        _ if new.is_unended() && !was_begun => MeetingChange::Began,
        _ if new.is_over() && was_begun && !was_over => MeetingChange::Ended,
        None => MeetingChange::Held,
        _ if new.is_over() && !was_over => MeetingChange::Held,
        Some(_) => MeetingChange::Otherwise,
    }
}

/// The person to whom the differences are told.
struct Reader<'a, O> {
    me: Option<&'a Slug>,
    /// The newer state.
    state: &'a State,
    open: &'a O,
}

impl<O: Fn(EntryId, &Placed) -> Option<Entry>> Reader<'_, O> {
    fn change(&self, id: EntryId, old: Option<&Placed>, new: Option<&Placed>) -> EntryChange {
        let seen = |placed: Option<&Placed>| placed.and_then(|placed| (self.open)(id, placed));
        let (was, is) = (seen(old), seen(new));
        let standing = new.or(old);
        let home = standing.map_or(Home::Agenda, |placed| placed.home);
        let last = is.as_ref().or(was.as_ref());
        let visibility = match last {
            Some(entry) => entry.visibility,
            None => standing.map_or(Visibility::Private, |placed| placed.entry.visibility()),
        };
        let is_private = visibility == Visibility::Private;
        let how = match (old, new) {
            (None, Some(_)) if is_private => EntryHow::Added,
            (_, None) => EntryHow::Removed,
            (Some(_), Some(_)) if is_private => EntryHow::Otherwise,
            (old, _) => self.how(old.is_none(), was.as_ref(), is.as_ref()),
        };
        let bodies = (body(was.as_ref()), body(is.as_ref()));
        EntryChange {
            id,
            how,
            author: last.map(|entry| entry.by.clone()),
            at: last.map(|entry| entry.at),
            visibility,
            home,
            is_mine_too: false,
            fields: match (how, &was, &is, bodies) {
                _ if is_private => Vec::new(),
                (EntryHow::Conflict, Some(was), Some(is), _) => in_conflict(was, is),
                (_, _, _, (Some(was), Some(is))) => fields(was, is),
                _ => Vec::new(),
            },
            body: body(last).filter(|_| !is_private).cloned(),
        }
    }

    fn how(&self, is_new: bool, was: Option<&Entry>, is: Option<&Entry>) -> EntryHow {
        let otherwise = if is_new {
            EntryHow::Added
        } else {
            EntryHow::Otherwise
        };
        let Some(now) = is else { return otherwise };
        if self.is_for_me(now) && self.came_to_me(was, now) {
            return EntryHow::ActionForMe;
        }
        match was {
            None if is_new && self.is_answer(now) => EntryHow::Answered,
            None => otherwise,
            Some(was) if now.body.is_some() && !new_conflicts(was, now).is_empty() => EntryHow::Conflict,
            Some(was) => changed(was, now),
        }
    }

    fn is_mine(&self, slug: &Slug) -> bool {
        self.me == Some(slug)
    }

    /// Whether an entry is an open action of mine.
    fn is_for_me(&self, entry: &Entry) -> bool {
        let owner = body(Some(entry)).and_then(|body| body.owner.as_ref());
        entry.is_open_action() && owner.is_some_and(|owner| self.is_mine(owner))
    }

    /// Whether the action is none that I gave to myself, and none that I had before.
    fn came_to_me(&self, was: Option<&Entry>, now: &Entry) -> bool {
        match body(was) {
            None => !self.is_mine(&now.by),
            Some(was) => was.owner != body(Some(now)).and_then(|body| body.owner.clone()),
        }
    }

    /// Whether somebody else's entry follows one of mine.
    fn is_answer(&self, entry: &Entry) -> bool {
        let followed = body(Some(entry)).and_then(|body| body.re);
        let followed = followed.and_then(|id| self.state.entries.get(&id));
        let by: Option<Slug> = followed.and_then(|placed| placed.entry.read("by"));
        !self.is_mine(&entry.by) && by.is_some_and(|by| self.is_mine(&by))
    }
}

fn body(entry: Option<&Entry>) -> Option<&Body> {
    entry.and_then(|entry| entry.body.as_ref())
}

fn fields(was: &Body, is: &Body) -> Vec<&'static str> {
    let fields = Body::FIELDS.iter().copied();
    fields
        .filter(|field| was.value(field) != is.value(field))
        .collect()
}

/// The fields in conflict that were in none before; `body` where the whole of an entry is.
fn new_conflicts<'a>(was: &Entry, is: &'a Entry) -> BTreeSet<&'a str> {
    let had = |field: &str| was.conflicts.iter().any(|row| row.field == field);
    let fields = is.conflicts.iter().map(|row| row.field.as_str());
    fields.filter(|field| !had(field)).collect()
}

fn in_conflict(was: &Entry, is: &Entry) -> Vec<&'static str> {
    let new = new_conflicts(was, is);
    let fields = Body::FIELDS.iter().copied();
    fields.filter(|field| new.contains(field)).collect()
}

/// How an entry changed that both states hold.
fn changed(was: &Entry, now: &Entry) -> EntryHow {
    let is_wider = now.visibility > was.visibility;
    let (before, after) = match (&was.body, &now.body) {
        (Some(before), Some(after)) => (before, after),
        // It was for its author alone, and my key opens it now.
        (None, Some(_)) if is_wider => return EntryHow::Shared,
        _ => return EntryHow::Otherwise,
    };
    let fields = fields(before, after);
    let closed = |state: Option<ActionState>| state.filter(|state| *state != ActionState::Open);
    let is_action = after.kind == Kind::Action;
    match (closed(before.state), closed(after.state)) {
        (was, Some(ActionState::Dropped)) if was != Some(ActionState::Dropped) => EntryHow::Dropped,
        (was, Some(ActionState::Done)) if was != Some(ActionState::Done) => match is_action {
            true => EntryHow::Done,
            false => EntryHow::TalkedAbout,
        },
        (Some(_), None) => EntryHow::Reopened,
        _ if is_wider => EntryHow::Shared,
        _ if !was.conflicts.is_empty() && now.conflicts.is_empty() => EntryHow::Resolved,
        _ if !fields.is_empty() => EntryHow::Edited,
        _ if now.home == Home::Agenda && now.carried > was.carried => EntryHow::CarriedBack,
        _ if now.home != was.home || now.carried != was.carried => EntryHow::Moved,
        _ => EntryHow::Otherwise,
    }
}
