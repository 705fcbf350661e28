//! Everything that came from one person: its sum, clause by clause, and the entries of which there are words to show.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Body, Change, Difference, EntryChange, EntryHow, EntryId, Home, Kind, MeetingChange, MeetingKey,
    PairChange, Slug, Visibility, number,
};

use super::super::Screen;
use super::super::entry::place;
use super::super::layout::one_line;

/// So many kinds, ids or keys are named one by one.
const NAMED: usize = 3;

/// An entry and what it says.
pub(super) type Told<'a> = (&'a EntryChange, &'a Body);

/// Whether an entry can have a sentence of its own.
pub(super) fn is_sentence((entry, _): &Told<'_>) -> bool {
    matches!(entry.how, EntryHow::Conflict | EntryHow::Shared)
}

/// Everything that one person did.
pub(super) struct Group<'a> {
    pub(super) by: Option<&'a Slug>,
    /// How whoever did it is called, where no commit names a member.
    nobody: &'a str,
    pub(super) changes: Vec<&'a Difference>,
}

/// The other member's changes, then mine on another machine, then those of which nobody can say whose they are.
pub(super) fn groups<'a>(screen: &Screen<'_>, changes: &[&'a Change], nobody: &'a str) -> Vec<Group<'a>> {
    let rank = |change: &&'a Change| match &change.by {
        Some(by) => (usize::from(by == screen.me), Some(by)),
        None => (2, None),
    };
    let makers: BTreeSet<(usize, Option<&Slug>)> = changes.iter().map(rank).collect();
    let group = |(_, by): (usize, Option<&'a Slug>)| {
        let theirs = changes.iter().filter(|change| change.by.as_ref() == by);
        let changes = theirs.map(|change| &change.what).collect();
        Group { by, nobody, changes }
    };
    makers.into_iter().map(group).collect()
}

impl<'a> Group<'a> {
    pub(super) fn subject(&self, screen: &Screen<'_>) -> String {
        match self.by {
            Some(by) if by == screen.me => "you, on another machine".to_owned(),
            Some(by) => screen.name(by),
            None => self.nobody.to_owned(),
        }
    }

    fn entries(&self) -> impl Iterator<Item = &'a EntryChange> {
        let entries = self.changes.iter();
        entries.filter_map(|change| match change {
            Difference::Entry(entry) => Some(entry),
            _ => None,
        })
    }

    pub(super) fn meetings(&self) -> impl Iterator<Item = (MeetingKey, MeetingChange)> {
        let meetings = self.changes.iter();
        meetings.filter_map(|change| match change {
            Difference::Meeting(key, how) => Some((*key, *how)),
            _ => None,
        })
    }

    /// The entries of which there are words to show, the weightiest first. Ids are random, and have no say in it.
    pub(super) fn told(&self) -> Vec<Told<'a>> {
        // A merge moved it, and each such entry is said in a line of its own.
        let is_by_nobody = |how| self.by.is_none() && how == EntryHow::CarriedBack;
        let is_told = |how| {
            !matches!(how, EntryHow::Removed | EntryHow::Moved | EntryHow::Otherwise) && !is_by_nobody(how)
        };
        let entries = self.entries().filter(|entry| is_told(entry.how));
        let mut told: Vec<Told<'_>> = entries
            .filter_map(|entry| Some((entry, entry.body.as_ref()?)))
            .collect();
        told.sort_by_key(|(entry, body)| (entry.how, body.kind, entry.at, &body.text, entry.id));
        told
    }

    /// Those that get a sentence of their own where they are few: conflicts, and what was shared.
    pub(super) fn sentences(&self) -> Vec<Told<'a>> {
        self.told().into_iter().filter(is_sentence).collect()
    }

    /// Everything that the person did, summed up. An entry that moves with a meeting of `held` is not mentioned, nor are
    /// those that have a sentence.
    pub(super) fn clauses(
        &self,
        screen: &Screen<'_>,
        held: &BTreeSet<MeetingKey>,
        has_sentences: bool,
    ) -> Vec<String> {
        let is_moved_alone =
            |entry: &EntryChange| !entry.home.meeting().is_some_and(|key| held.contains(&key));
        let count = |how: EntryHow| {
            let such = self.entries().filter(|entry| entry.how == how);
            let such = such.filter(|entry| how != EntryHow::Moved || is_moved_alone(entry));
            let is_said = matches!(how, EntryHow::Conflict | EntryHow::Shared) && has_sentences;
            if is_said { 0 } else { such.count() }
        };
        let some = |how, said: &dyn Fn(usize) -> String| Some(count(how)).filter(|n| *n > 0).map(said);
        let mut clauses = Vec::new();
        clauses.extend(some(EntryHow::ActionForMe, &|n| {
            number(n, "new action for you", "new actions for you")
        }));
        clauses.extend(some(EntryHow::Conflict, &|n| {
            format!("{n} that both sides changed")
        }));
        clauses.extend(self.meeting_clauses(screen));
        clauses.extend(self.answered(screen));
        clauses.extend(self.added(screen));
        clauses.extend(some(EntryHow::Removed, &|n| format!("{n} removed")));
        clauses.extend(some(EntryHow::Dropped, &|n| {
            number(n, "action dropped", "actions dropped")
        }));
        clauses.extend(some(EntryHow::Done, &|n| {
            number(n, "action done", "actions done")
        }));
        clauses.extend(some(EntryHow::TalkedAbout, &|n| format!("{n} talked about")));
        clauses.extend(some(EntryHow::Reopened, &|n| format!("{n} open again")));
        clauses.extend(some(EntryHow::Resolved, &|n| {
            number(n, "conflict resolved", "conflicts resolved")
        }));
        clauses.extend(some(EntryHow::Shared, &|n| format!("{n} shared")));
        clauses.extend(some(EntryHow::Edited, &|n| format!("{n} edited")));
        let carried = some(EntryHow::CarriedBack, &|n| format!("{n} back on the agenda"));
        clauses.extend(carried.filter(|_| self.by.is_some()));
        clauses.extend(some(EntryHow::Moved, &|n| format!("{n} moved")));
        // Where nobody can say who did it, nobody did: it was settled, or a merge did it.
        clauses.extend(self.by.map(|_| self.changed_otherwise()).into_iter().flatten());
        clauses.extend(self.pair(screen));
        clauses
    }

    fn meeting_clauses(&self, screen: &Screen<'_>) -> Vec<String> {
        let hows: BTreeSet<MeetingChange> = self.meetings().map(|(_, how)| how).collect();
        let clause = |how: MeetingChange| {
            let of = self.meetings().filter(|(_, other)| *other == how);
            let keys: Vec<MeetingKey> = of.map(|(key, _)| key).collect();
            let what = match keys.as_slice() {
                [key] => format!("the meeting of {}", place(screen, Home::Meeting(*key))),
                several => format!("{} meetings", several.len()),
            };
            match how {
                MeetingChange::Began => format!("began {what}"),
                MeetingChange::Ended => format!("ended {what}"),
                MeetingChange::Held => format!("held {what}"),
                MeetingChange::Skipped => format!("skipped {what}"),
                MeetingChange::Reopened => format!("opened {what} again"),
                MeetingChange::Removed => format!("removed the record of {what}"),
                MeetingChange::Otherwise => format!("changed the record of {what}"),
            }
        };
        hows.into_iter().map(clause).collect()
    }

    fn answered(&self, screen: &Screen<'_>) -> Option<String> {
        let answers = self.entries().filter(|entry| entry.how == EntryHow::Answered);
        let answered = answers.filter_map(|entry| entry.body.as_ref().and_then(|body| body.re));
        let answered: BTreeSet<EntryId> = answered.collect();
        let ids: Vec<String> = answered.iter().map(|id| screen.ids.short(*id)).collect();
        match ids.len() {
            0 => None,
            few if few <= NAMED => Some(format!("answered {}", listed(&ids))),
            many => Some(format!("answered {many} of your entries")),
        }
    }

    /// The new entries; those that name somebody else as their author apart.
    fn added(&self, screen: &Screen<'_>) -> Vec<String> {
        let added = self.entries().filter(|entry| entry.how == EntryHow::Added);
        let mut by_name: BTreeMap<Option<&Slug>, Vec<&EntryChange>> = BTreeMap::new();
        for entry in added {
            by_name.entry(self.other_author(entry)).or_default().push(entry);
        }
        let clauses = by_name.into_iter().flat_map(|(author, entries)| {
            let name = author.map_or(String::new(), |author| format!(" {}", in_name_of(screen, author)));
            let clauses = self::added(&entries).into_iter();
            clauses.map(move |clause| clause + &name)
        });
        clauses.collect()
    }

    /// The author whom an entry names, if that is not who did this.
    pub(super) fn other_author(&self, entry: &'a EntryChange) -> Option<&'a Slug> {
        let author = entry.author.as_ref();
        author.filter(|author| self.by.is_some_and(|by| by != *author))
    }

    fn changed_otherwise(&self) -> Vec<String> {
        let changed = self.entries().filter(|entry| entry.how == EntryHow::Otherwise);
        let (mut private, mut others) = (0, 0);
        for entry in changed {
            match entry.visibility {
                Visibility::Private => private += 1,
                _ => others += 1,
            }
        }
        let some = |n: usize, one, many| (n > 0).then(|| number(n, one, many));
        let clauses = [
            some(private, "private entry changed", "private entries changed"),
            some(others, "entry changed", "entries changed"),
        ];
        clauses.into_iter().flatten().collect()
    }

    fn pair(&self, screen: &Screen<'_>) -> Vec<String> {
        let changes = self.changes.iter().filter_map(|change| match change {
            Difference::Pair(change) => Some(change),
            _ => None,
        });
        let (seats, others): (Vec<&PairChange>, Vec<&PairChange>) = changes.partition(|c| c.takes_seat);
        let is_own = |member: &str| self.by.is_some_and(|by| by.as_str() == member);
        let name = |member: &str| match member.parse() {
            Ok(slug) => screen.name(&slug),
            Err(_) => one_line(member),
        };
        let seat = |change: &&PairChange| match change.member.as_deref() {
            Some(member) if !is_own(member) => format!("took the seat of {}", name(member)),
            _ => "took the seat".to_owned(),
        };
        let key = |change: &PairChange| {
            let key = change.key.as_deref().map_or("comments".to_owned(), one_line);
            match change.member.as_deref() {
                Some(member) if is_own(member) => format!("their {key}"),
                Some(member) => format!("the {key} of {}", name(member)),
                None => format!("the {key}"),
            }
        };
        // Whoever takes a seat may write down their name, too.
        let is_of_seat = |change: &&PairChange| seats.iter().any(|seat| seat.member == change.member);
        let others = others.into_iter().filter(|change| !is_of_seat(change));
        let (next, others): (Vec<_>, Vec<_>) = others.partition(|change| change.is_next());
        // A conflict that came is said elsewhere.
        let settled = next
            .first()
            .map(|_| "ended the conflict over the next meeting".to_owned());
        let keys: Vec<String> = others.into_iter().map(key).collect();
        let changed = match keys.len() {
            0 => None,
            few if few <= NAMED => Some(format!("changed {} in pair.toml", listed(&keys))),
            many => Some(format!("changed {many} keys of pair.toml")),
        };
        seats.iter().map(seat).chain(changed).chain(settled).collect()
    }
}

/// New entries by kind, where these are few; private ones and others that cannot be opened apart.
fn added(added: &[&EntryChange]) -> Vec<String> {
    let kind = |entry: &&EntryChange| entry.body.as_ref().map(|body| body.kind);
    let kinds: BTreeSet<Kind> = added.iter().filter_map(kind).collect();
    let of_kind = |wanted| added.iter().filter(move |entry| kind(entry) == wanted);
    let mut clauses: Vec<String> = match kinds.len() <= NAMED {
        true => kinds
            .iter()
            .map(|wanted| new_of_kind(of_kind(Some(*wanted)).count(), *wanted))
            .collect(),
        false => vec![number(
            added.iter().filter(|entry| entry.body.is_some()).count(),
            "new entry",
            "new entries",
        )],
    };
    let is_private = |entry: &EntryChange| entry.visibility == Visibility::Private;
    let closed = [true, false].map(|private| of_kind(None).filter(|e| is_private(e) == private).count());
    let closed = closed.into_iter().zip(["private", "sealed"]);
    let closed = closed.filter(|(n, _)| *n > 0);
    clauses
        .extend(closed.map(|(n, how)| number(n, &format!("new {how} entry"), &format!("new {how} entries"))));
    clauses
}

/// Under whose name an entry of somebody else stands.
pub(super) fn in_name_of(screen: &Screen<'_>, author: &Slug) -> String {
    match author == screen.me {
        true => "in your name".to_owned(),
        false => format!("in the name of {}", screen.name(author)),
    }
}

fn new_of_kind(n: usize, kind: Kind) -> String {
    match kind {
        Kind::Growth => number(n, "new growth entry", "new growth entries"),
        Kind::Feedback => number(n, "new piece of feedback", "new pieces of feedback"),
        kind => number(n, &format!("new {kind}"), &format!("new {kind}s")),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.join(""),
    }
}
