//! What came with a sync: a line for each person who did something, and the first words of what they wrote.

use std::collections::BTreeSet;

use crate::model::{
    Body, Change, Difference, EntryChange, EntryHow, EntryId, Home, Kind, MeetingChange, MeetingKey,
    PairChange, Slug, Visibility,
};

use super::Screen;
use super::counts::number;
use super::dates::day;
use super::entry::place;
use super::layout::{columns, cut, one_line};
use super::lists::{Row, rows};
use super::style;

/// So many lines say what came; behind them it is counted.
const LINES: usize = 5;
/// So many lines sum up what one person did.
const SUMMARY_LINES: usize = 2;
/// So many kinds, ids or keys are named one by one.
const NAMED: usize = 3;
/// In fewer columns the text alone has room.
const ROOM_FOR_REMARKS: usize = 60;

/// Everything that one person did.
struct Group<'a> {
    by: Option<&'a Slug>,
    changes: Vec<&'a Difference>,
}

/// What came, in at most five lines and a count: by person, actions for the one who reads it first. The agreed day is
/// said elsewhere, and of a private entry only that there is one.
pub fn came(screen: &Screen<'_>, changes: &[&Change]) -> Vec<String> {
    let groups = groups(screen, changes);
    let mut summaries = summaries(screen, &groups, SUMMARY_LINES);
    if summaries.iter().map(Vec::len).sum::<usize>() > LINES {
        summaries = self::summaries(screen, &groups, 1);
    }
    let mut left = LINES.saturating_sub(summaries.iter().map(Vec::len).sum());
    let (mut lines, mut more) = (Vec::new(), 0);
    for (group, summary) in groups.iter().zip(summaries) {
        let told = group.told();
        let shown = told.len().min(left);
        left -= shown;
        more += told.len() - shown;
        lines.extend(summary);
        let shown = told.into_iter().take(shown);
        lines.extend(rows(
            screen,
            shown.map(|(entry, body)| row(screen, entry, body)).collect(),
        ));
    }
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    lines
}

/// The other member's changes, then mine on another machine, then those of which nobody can say whose they are.
fn groups<'a>(screen: &Screen<'_>, changes: &[&'a Change]) -> Vec<Group<'a>> {
    let rank = |change: &&'a Change| match &change.by {
        Some(by) => (usize::from(by == screen.me), Some(by)),
        None => (2, None),
    };
    let makers: BTreeSet<(usize, Option<&Slug>)> = changes.iter().map(rank).collect();
    let group = |(_, by): (usize, Option<&'a Slug>)| {
        let theirs = changes.iter().filter(|change| change.by.as_ref() == by);
        let changes = theirs.map(|change| &change.what).collect();
        Group { by, changes }
    };
    makers.into_iter().map(group).collect()
}

/// The summary of each group, in so many lines at most; none where nothing is to be said of it.
fn summaries(screen: &Screen<'_>, groups: &[Group<'_>], most: usize) -> Vec<Vec<String>> {
    let held = groups.iter().flat_map(Group::meetings).map(|(key, _)| key);
    let held: BTreeSet<MeetingKey> = held.collect();
    let summary = |group: &Group<'_>| match group.clauses(screen, &held) {
        clauses if clauses.is_empty() => Vec::new(),
        clauses => folded(&group.subject(screen), &clauses, screen.width, most),
    };
    groups.iter().map(summary).collect()
}

/// Clauses behind a name, in so many lines at most.
fn folded(name: &str, clauses: &[String], width: usize, most: usize) -> Vec<String> {
    let indent = "  ";
    let mut lines: Vec<String> = Vec::new();
    let mut line = format!("{name}:");
    for (at, clause) in clauses.iter().enumerate() {
        let joined = match at {
            0 => format!("{line} {clause}"),
            _ => format!("{line} · {clause}"),
        };
        let is_last = lines.len() + 1 == most;
        if at == 0 || is_last || columns(&joined) <= width {
            line = joined;
        } else {
            lines.push(std::mem::replace(&mut line, format!("{indent}{clause}")));
        }
    }
    lines.push(line);
    let cut = lines.iter().map(|line| cut(line, width));
    let bold = |line: String| match line.strip_prefix(name) {
        Some(rest) => format!("{}{rest}", style::head(name)),
        None => line,
    };
    cut.map(bold).collect()
}

impl<'a> Group<'a> {
    fn subject(&self, screen: &Screen<'_>) -> String {
        match self.by {
            Some(by) if by == screen.me => "you, on another machine".to_owned(),
            Some(by) => screen.name(by),
            None => "one of you".to_owned(),
        }
    }

    fn entries(&self) -> impl Iterator<Item = &'a EntryChange> {
        let entries = self.changes.iter();
        entries.filter_map(|change| match change {
            Difference::Entry(entry) => Some(entry),
            _ => None,
        })
    }

    fn meetings(&self) -> impl Iterator<Item = (MeetingKey, MeetingChange)> {
        let meetings = self.changes.iter();
        meetings.filter_map(|change| match change {
            Difference::Meeting(key, how) => Some((*key, *how)),
            _ => None,
        })
    }

    /// The entries of which there are words to show, the weightiest first.
    fn told(&self) -> Vec<(&'a EntryChange, &'a Body)> {
        let is_told = |how| !matches!(how, EntryHow::Removed | EntryHow::Moved | EntryHow::Otherwise);
        let entries = self.entries().filter(|entry| is_told(entry.how));
        let mut told: Vec<_> = entries
            .filter_map(|entry| Some((entry, entry.body.as_ref()?)))
            .collect();
        told.sort_by_key(|(entry, _)| (entry.how, entry.at, entry.id));
        told
    }

    /// Everything that the person did, summed up. An entry that moves with a meeting of `held` is not mentioned.
    fn clauses(&self, screen: &Screen<'_>, held: &BTreeSet<MeetingKey>) -> Vec<String> {
        let is_moved_alone =
            |entry: &EntryChange| !entry.home.meeting().is_some_and(|key| held.contains(&key));
        let count = |how: EntryHow| {
            let such = self.entries().filter(|entry| entry.how == how);
            such.filter(|entry| how != EntryHow::Moved || is_moved_alone(entry))
                .count()
        };
        let some = |how, said: &dyn Fn(usize) -> String| Some(count(how)).filter(|n| *n > 0).map(said);
        let mut clauses = Vec::new();
        clauses.extend(some(EntryHow::ActionForMe, &|n| {
            number(n, "new action for you", "new actions for you")
        }));
        clauses.extend(self.meeting_clauses(screen));
        clauses.extend(self.answered(screen));
        clauses.extend(self.added());
        clauses.extend(some(EntryHow::Removed, &|n| format!("{n} removed")));
        clauses.extend(some(EntryHow::Dropped, &|n| {
            number(n, "action dropped", "actions dropped")
        }));
        clauses.extend(some(EntryHow::Done, &|n| {
            number(n, "action done", "actions done")
        }));
        clauses.extend(some(EntryHow::TalkedAbout, &|n| format!("{n} talked about")));
        clauses.extend(some(EntryHow::Reopened, &|n| format!("{n} open again")));
        clauses.extend(some(EntryHow::Shared, &|n| format!("{n} shared")));
        clauses.extend(some(EntryHow::Edited, &|n| format!("{n} edited")));
        clauses.extend(some(EntryHow::CarriedBack, &|n| {
            format!("{n} back on the agenda")
        }));
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
                MeetingChange::Otherwise => format!("changed the head of {what}"),
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

    /// The new entries by kind, where these are few; private ones and others that cannot be opened apart.
    fn added(&self) -> Vec<String> {
        let added: Vec<&EntryChange> = self
            .entries()
            .filter(|entry| entry.how == EntryHow::Added)
            .collect();
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
        clauses.extend(
            closed.map(|(n, how)| number(n, &format!("new {how} entry"), &format!("new {how} entries"))),
        );
        clauses
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
        let keys: Vec<String> = others.map(key).collect();
        let changed = match keys.len() {
            0 => None,
            few if few <= NAMED => Some(format!("changed {} in pair.toml", listed(&keys))),
            many => Some(format!("changed {many} keys of pair.toml")),
        };
        seats.iter().map(seat).chain(changed).collect()
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

fn row(screen: &Screen<'_>, entry: &EntryChange, body: &Body) -> Row {
    let label = match entry.how {
        EntryHow::ActionForMe => "for you".to_owned(),
        EntryHow::Dropped => "dropped".to_owned(),
        EntryHow::Done => "done".to_owned(),
        EntryHow::TalkedAbout => "talked about".to_owned(),
        EntryHow::Reopened => "open again".to_owned(),
        EntryHow::Shared => "shared".to_owned(),
        EntryHow::Edited => "edited".to_owned(),
        EntryHow::CarriedBack => "waits again".to_owned(),
        EntryHow::Answered | EntryHow::Added | EntryHow::Removed | EntryHow::Moved | EntryHow::Otherwise => {
            body.kind.to_string()
        }
    };
    let mut tail = Vec::new();
    let is_new = matches!(
        entry.how,
        EntryHow::ActionForMe | EntryHow::Answered | EntryHow::Added
    );
    if is_new {
        tail.extend(body.due.map(|date| format!("due {}", day(date, screen.today))));
        let owner = body.owner.as_ref().filter(|_| entry.how != EntryHow::ActionForMe);
        tail.extend(owner.map(|owner| screen.name(owner)));
        tail.extend(body.re.map(|id| format!("follows {}", screen.ids.short(id))));
    }
    if entry.how == EntryHow::Edited {
        tail.extend(entry.fields.iter().map(ToString::to_string));
    }
    if entry.visibility.is_sealed() {
        tail.push(entry.visibility.to_string());
    }
    Row {
        id: screen.ids.short(entry.id),
        label,
        text: one_line(&body.text),
        tail: if screen.width < ROOM_FOR_REMARKS {
            String::new()
        } else {
            tail.join(" · ")
        },
        is_late: false,
    }
}

#[cfg(test)]
mod tests;
