//! The changes that came with a sync: a line for each person who did something, and the first words of what they wrote.

mod group;

use std::collections::BTreeSet;

use crate::model::{Body, Change, EntryChange, EntryHow, MeetingKey};

use crate::render::{Printable, printable};

use super::Screen;
use super::dates::day;
use super::layout::{columns, cut, one_line};
use super::lists::{EntryLine, rows};
use super::style;
use group::{Group, groups, in_name_of, is_sentence};

/// So many lines say what came; behind them it is counted.
const LINES: usize = 5;
/// So many lines sum up what one person did.
const SUMMARY_LINES: usize = 2;
/// So many sentences about single entries at most.
const SENTENCES: usize = 3;
/// In fewer columns the text alone has room.
const ROOM_FOR_REMARKS: usize = 60;

/// The changes that came, in at most five lines and a count: by person, actions for the one who reads it first. The
/// agreed day and removals are said elsewhere, and of a private entry only that there is one. `nobody` stands for
/// whoever did something where no commit tells.
pub fn came(screen: &Screen<'_>, changes: &[&Change], nobody: &str) -> Vec<Printable> {
    let groups = groups(screen, changes, nobody);
    let sentences: usize = groups.iter().map(|group| group.sentences().len()).sum();
    let has_sentences = sentences <= SENTENCES.min(LINES.saturating_sub(groups.len()));
    let sentences = if has_sentences { sentences } else { 0 };
    let sums = |most| summaries(screen, &groups, has_sentences, most);
    let lines_of = |summaries: &[Vec<Printable>]| sentences + summaries.iter().map(Vec::len).sum::<usize>();
    let mut summaries = sums(SUMMARY_LINES);
    if lines_of(&summaries) > LINES {
        summaries = sums(1);
    }
    let mut left = LINES.saturating_sub(lines_of(&summaries));
    let (mut lines, mut more) = (Vec::new(), 0);
    for (group, summary) in groups.iter().zip(summaries) {
        let (own, told): (Vec<_>, Vec<_>) = group
            .told()
            .into_iter()
            .partition(|told| has_sentences && is_sentence(told));
        lines.extend(
            own.into_iter()
                .map(|(entry, body)| sentence(screen, group, entry, body)),
        );
        let shown = told.len().min(left);
        left -= shown;
        more += told.len() - shown;
        lines.extend(summary);
        let shown = told.into_iter().take(shown);
        lines.extend(rows(
            screen,
            shown
                .map(|(entry, body)| row(screen, group, entry, body))
                .collect(),
        ));
    }
    if more > 0 {
        lines.push(format!("  and {more} more").into());
    }
    lines
}

/// The summary of each group, in so many lines at most; none where nothing is to be said of it.
fn summaries(
    screen: &Screen<'_>,
    groups: &[Group<'_>],
    has_sentences: bool,
    most: usize,
) -> Vec<Vec<Printable>> {
    let held = groups.iter().flat_map(Group::meetings).map(|(key, _)| key);
    let held: BTreeSet<MeetingKey> = held.collect();
    let summary = |group: &Group<'_>| match group.clauses(screen, &held, has_sentences) {
        clauses if clauses.is_empty() => Vec::new(),
        clauses => folded(&group.subject(screen), &clauses, screen.width, most),
    };
    groups.iter().map(summary).collect()
}

/// Clauses behind a name, in so many lines at most.
fn folded(name: &str, clauses: &[String], width: usize, most: usize) -> Vec<Printable> {
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
        Some(rest) => printable![style::head(name), rest],
        None => line.into(),
    };
    cut.map(bold).collect()
}

/// A line about one entry that both changed, or that somebody shared.
fn sentence(screen: &Screen<'_>, group: &Group<'_>, entry: &EntryChange, body: &Body) -> Printable {
    let id = screen.ids.short(entry.id);
    let is_other = group.by.is_some_and(|by| by != screen.me);
    let begin = match (entry.how, is_other) {
        (EntryHow::Conflict, true) if entry.is_mine_too => "you both changed ".to_owned(),
        // Two machines of one person may have done it, or a merge by somebody else.
        (EntryHow::Conflict, _) => "both sides changed ".to_owned(),
        _ if group.by.is_some() && !is_other => "you, on another machine, shared ".to_owned(),
        _ => format!("{} shared ", group.subject(screen)),
    };
    let room = screen.width.saturating_sub(columns(&begin) + columns(&id) + 2);
    let mut tail: Vec<String> = match entry.how {
        EntryHow::Conflict => entry.fields.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    if entry.visibility.is_sealed() {
        tail.push(entry.visibility.to_string());
    }
    let tail = match tail.join(" · ") {
        tail if tail.is_empty() || screen.width < ROOM_FOR_REMARKS => String::new(),
        tail => format!("  {tail}"),
    };
    let text = cut(&one_line(&body.text), room.saturating_sub(columns(&tail)));
    printable![begin, style::id(&id), ": ", text, style::dim(&tail)]
}

fn row<'a>(screen: &Screen<'_>, group: &Group<'a>, entry: &'a EntryChange, body: &Body) -> EntryLine {
    let label = match entry.how {
        EntryHow::ActionForMe => "for you".to_owned(),
        EntryHow::Conflict => "conflict".to_owned(),
        EntryHow::Dropped => "dropped".to_owned(),
        EntryHow::Done => "done".to_owned(),
        EntryHow::TalkedAbout => "talked about".to_owned(),
        EntryHow::Reopened => "open again".to_owned(),
        EntryHow::Resolved => "conflict resolved".to_owned(),
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
        let author = group.other_author(entry);
        tail.extend(author.map(|author| in_name_of(screen, author)));
    }
    if matches!(entry.how, EntryHow::Edited | EntryHow::Conflict) {
        tail.extend(entry.fields.iter().map(ToString::to_string));
    }
    if entry.visibility.is_sealed() {
        tail.push(entry.visibility.to_string());
    }
    EntryLine {
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
