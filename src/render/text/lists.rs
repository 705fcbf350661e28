//! Entries a line each, and the lists made of them.

use crate::model::{ActionState, Body, Date, Entry, Home, Kind, Visibility};
use crate::query::{Actions, Log, Records, is_overdue, to_do as to_do_of};
use crate::render::{Printable, printable};

use super::Screen;
use super::dates::{day, due};
use super::layout::{columns, cut, one_line, pad};
use super::style;

/// The column between the id and the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Kind,
    /// The kind; behind the text it is said which entries wait on the agenda.
    KindAmongPlaces,
    Owner,
}

/// The text is never cut below this for what stands behind it.
const LEAST_TEXT: usize = 16;

/// A line about an entry.
pub(super) struct EntryLine {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) text: String,
    /// The remarks behind the text.
    pub(super) tail: String,
    /// Whether these say that it is overdue.
    pub(super) is_late: bool,
}

/// Entries, a line each, indented by two.
pub(super) fn lines(screen: &Screen<'_>, entries: &[&Entry], column: Column) -> Printable {
    let row = |entry: &&Entry| EntryLine {
        id: screen.ids.short(entry.id),
        label: label(screen, entry, column),
        text: match &entry.body {
            Some(body) => one_line(&body.text),
            None => unopened(screen, entry),
        },
        tail: marks(screen, entry, column),
        is_late: is_overdue(entry, screen.today),
    };
    let lines = rows(screen, entries.iter().map(row).collect());
    lines.into_iter().map(|line| printable![line, "\n"]).collect()
}

/// Lines about entries, their columns aligned.
pub(super) fn rows(screen: &Screen<'_>, rows: Vec<EntryLine>) -> Vec<Printable> {
    let ids = rows.iter().map(|row| columns(&row.id)).max().unwrap_or(0);
    let labels = rows.iter().map(|row| columns(&row.label)).max().unwrap_or(0);
    let room = screen.width.saturating_sub(2 + ids + 2 + labels + 2);
    let line = |row: EntryLine| {
        let tail = cut(&row.tail, room.saturating_sub(LEAST_TEXT + 2));
        let behind = if tail.is_empty() { 0 } else { columns(&tail) + 2 };
        let text = cut(&row.text, room.saturating_sub(behind).max(LEAST_TEXT));
        let (id, label) = (style::id(&pad(&row.id, ids)), pad(&row.label, labels));
        let line = printable!["  ", id, "  ", label, "  ", text].trim_end();
        match (tail.as_str(), row.is_late) {
            ("", _) => line,
            (tail, true) => printable![line, "  ", style::bad(tail)],
            (tail, false) => printable![line, "  ", style::dim(tail)],
        }
    };
    rows.into_iter().map(line).collect()
}

/// Entries of any kind, a line each: what was carried, what an ambiguous id could be.
pub fn list(screen: &Screen<'_>, entries: &[&Entry]) -> Printable {
    lines(screen, entries, Column::Kind)
}

fn label(screen: &Screen<'_>, entry: &Entry, column: Column) -> String {
    match (&entry.body, column) {
        (None, _) => "sealed".to_owned(),
        (Some(body), Column::Kind | Column::KindAmongPlaces) => body.kind.to_string(),
        (Some(body), Column::Owner) => body.owner.as_ref().map(|o| screen.name(o)).unwrap_or_default(),
    }
}

fn unopened(screen: &Screen<'_>, entry: &Entry) -> String {
    let by = screen.name(&entry.by);
    if entry.visibility == Visibility::Private && entry.by != *screen.me {
        format!("(for {by} alone)")
    } else {
        format!("(by {by}; your key does not open it)")
    }
}

/// The remarks behind the text: when due, themes, and what is out of the ordinary.
fn marks(screen: &Screen<'_>, entry: &Entry, column: Column) -> String {
    let mut said = Vec::new();
    if column == Column::KindAmongPlaces && entry.home == Home::Agenda {
        said.push("on the agenda".to_owned());
    }
    if let Some(body) = &entry.body {
        said.extend(standing(body, screen.today));
        if body.kind == Kind::Action && column != Column::Owner {
            said.extend(body.owner.as_ref().map(|o| screen.name(o)));
        }
        said.extend(body.tone.map(|t| t.to_string()));
        said.extend(body.themes.iter().map(|t| format!("#{t}")));
        if entry.visibility.is_sealed() {
            said.push(entry.visibility.to_string());
        }
        if entry.in_clear {
            said.push("in clear, to be sealed".to_owned());
        }
    }
    if entry.carried > 0 {
        said.push(format!("carried {}×", entry.carried));
    }
    if entry.has_conflict() {
        said.push("conflict".to_owned());
    }
    said.join(" · ")
}

/// `due …` while it is open, else how it was closed.
fn standing(body: &Body, today: Date) -> Option<String> {
    match body.state {
        Some(state @ (ActionState::Done | ActionState::Dropped)) => Some(match body.closed {
            Some(closed) => format!("{state} {}", day(closed.date_naive(), today)),
            None => state.to_string(),
        }),
        _ => body.due.map(|date| due(date, today)),
    }
}

/// A heading with its entries, or with a word on why there are none.
pub(super) fn section(
    screen: &Screen<'_>,
    title: &str,
    entries: &[&Entry],
    column: Column,
    none: &str,
) -> Printable {
    let body = if entries.is_empty() {
        printable!["  ", style::dim(none), "\n"]
    } else {
        lines(screen, entries, column)
    };
    printable![style::head(title), "\n", body]
}

/// Action items, with the counts below.
pub fn actions(screen: &Screen<'_>, actions: &Actions<'_>) -> Printable {
    let mut out = lines(screen, &actions.entries, Column::Owner);
    let overdue = if actions.overdue > 0 {
        format!(" ({} overdue)", actions.overdue)
    } else {
        String::new()
    };
    let counts = format!(
        "{} open{overdue}, {} done, {} dropped",
        actions.open, actions.done, actions.dropped
    );
    out.push(printable![style::dim(&counts), "\n"]);
    out
}

/// The answer where no entry is as asked.
pub fn nothing_found() -> Printable {
    "nothing found\n".into()
}

/// The entries that `log` found, by day.
pub fn log(screen: &Screen<'_>, log: &Log<'_>) -> Printable {
    let mut out = Printable::default();
    let date = |e: &Entry| Records::date_of(e);
    for group in log.entries.chunk_by(|a, b| date(a) == date(b)) {
        let Some(first) = group.first() else { continue };
        let day = day(date(first), screen.today);
        let waiting = group.iter().filter(|e| e.home == Home::Agenda).count();
        let (title, column) = match waiting {
            0 => (day, Column::Kind),
            all if all == group.len() => (format!("{day}, on the agenda"), Column::Kind),
            _ => (day, Column::KindAmongPlaces),
        };
        out.push(section(screen, &title, group, column, ""));
    }
    if log.entries.is_empty() {
        out.push(nothing_found());
    }
    if log.unreadable > 0 {
        let words = format!(
            "{} sealed, not searched: your key does not open them",
            log.unreadable
        );
        out.push(printable![style::dim(&words), "\n"]);
    }
    out
}

/// Both to-do lists, to be read aloud at the end of a meeting.
pub fn to_do(screen: &Screen<'_>, records: &Records) -> Printable {
    let mut out = Printable::default();
    for (member, entries) in to_do_of(records, screen.today) {
        let title = format!("To do, {}:", screen.called(member));
        let mut body = Vec::new();
        let ids = entries
            .iter()
            .map(|e| columns(&screen.ids.short(e.id)))
            .max()
            .unwrap_or(0);
        for (entry, said) in entries.iter().filter_map(|e| Some((e, e.body.as_ref()?))) {
            let due = said
                .due
                .map(|d| format!(" — {}", due(d, screen.today)))
                .unwrap_or_default();
            let wrapped = super::layout::wrap(
                &format!("{}{due}", said.text),
                screen.width.saturating_sub(ids + 4),
            );
            for (number, line) in wrapped.iter().enumerate() {
                let id = if number == 0 {
                    screen.ids.short(entry.id)
                } else {
                    String::new()
                };
                let line = printable!["  ", style::id(&pad(&id, ids)), "  ", line.as_str()];
                body.push(printable![line.trim_end(), "\n"]);
            }
        }
        if body.is_empty() {
            body.push(printable!["  ", style::dim("nothing"), "\n"]);
        }
        out.push(printable![style::head(&title), "\n"]);
        body.into_iter().for_each(|line| out.push(line));
    }
    out
}
