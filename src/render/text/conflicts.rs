//! Fields that both sides changed differently, with every value.

use crate::model::{Body, Entry, Row, Visibility};
use crate::render::{ConflictFacts, ConflictNotes, Printable, printable, values as texts};

use super::Screen;
use super::layout::{columns, one_line, pad, wrap};
use super::lists::{Column, lines};
use super::style;

/// Every conflict: what it stands in, then its values by their numbers.
pub fn conflicts(screen: &Screen<'_>, conflicts: &[ConflictFacts<'_>]) -> Printable {
    if conflicts.is_empty() {
        return "no conflicts\n".into();
    }
    let group = |group: &[ConflictFacts<'_>]| {
        let mut out = match group.first() {
            Some(first) => heading(screen, first),
            None => Printable::default(),
        };
        let width = group
            .iter()
            .map(|c| columns(&one_line(&c.field)))
            .max()
            .unwrap_or(0);
        group
            .iter()
            .for_each(|conflict| numbered(&mut out, screen, conflict, width));
        out
    };
    let groups = conflicts.chunk_by(|a, b| a.address == b.address);
    Printable::join(groups.map(group), "\n")
}

fn heading(screen: &Screen<'_>, conflict: &ConflictFacts<'_>) -> Printable {
    match conflict.entry {
        Some(entry) => lines(screen, &[entry], Column::Kind),
        None => {
            let what = match conflict.address.as_str() {
                "pair" => "pair.toml",
                "agenda" => "the agenda itself",
                _ => "the meeting itself",
            };
            let address = style::id(&one_line(&conflict.address));
            printable!["  ", address, "  ", what, "\n"]
        }
    }
}

/// The values of one field, each with the number that takes it.
pub fn numbered(out: &mut Printable, screen: &Screen<'_>, conflict: &ConflictFacts<'_>, width: usize) {
    let field = pad(&one_line(&conflict.field), width);
    for (at, value) in conflict.values.iter().enumerate() {
        let text = match &value.value {
            Some(text) => text.clone(),
            None if value.closed => "(sealed: your key does not open it)".to_owned(),
            None => ABSENT.to_owned(),
        };
        let mut said = Vec::new();
        said.extend((at == 0).then(|| "shown".to_owned()));
        said.extend(value.visibility.map(|v| v.to_string()));
        said.extend(value.by.as_ref().map(|by| format!("by {}", screen.name(by))));
        let field = if at == 0 {
            field.clone()
        } else {
            " ".repeat(columns(&field))
        };
        put(
            out,
            screen,
            &format!("{field}  {}", at + 1),
            &text,
            &said.join(", "),
        );
    }
}

/// The values of an entry's conflicts, the shown one of each field first.
pub(super) fn values(screen: &Screen<'_>, entry: &Entry, notes: &ConflictNotes) -> Printable {
    let mut out = Printable::default();
    let width = entry
        .conflicts
        .iter()
        .map(|r| one_line(&r.field).len())
        .max()
        .unwrap_or(0);
    for rows in entry.conflicts.chunk_by(|a, b| a.field == b.field) {
        let Some(first) = rows.first() else { continue };
        let field = one_line(&first.field);
        let shown = texts::shown(entry, &first.field);
        let shown = shown.unwrap_or_else(|| if knows(&first.field) { ABSENT } else { UNKNOWN }.to_owned());
        put(&mut out, screen, &pad(&field, width), &shown, "shown");
        for row in rows {
            let value = texts::of_row(entry, row, notes).unwrap_or_else(|| nothing(row).to_owned());
            let note = notes.get(&(entry.id, row.clone()));
            let mut said = Vec::new();
            if row.field == "body" {
                said.push(row.alternative.visibility().to_string());
            }
            said.extend(
                note.and_then(|n| n.by.as_ref())
                    .map(|by| format!("by {}", screen.name(by))),
            );
            put(&mut out, screen, &" ".repeat(width), &value, &said.join(", "));
        }
    }
    out
}

const ABSENT: &str = "(absent)";
const UNKNOWN: &str = "(as in the record)";

/// The fields that the typed entry shows.
fn knows(field: &str) -> bool {
    field == "body" || Body::FIELDS.contains(&field)
}

fn nothing(row: &Row) -> &'static str {
    match (row.field.as_str(), row.alternative.visibility()) {
        ("body", Visibility::Shared) => ABSENT,
        ("body", _) => "(sealed)",
        _ => ABSENT,
    }
}

fn put(out: &mut Printable, screen: &Screen<'_>, field: &str, value: &str, said: &str) {
    let indent = field.len() + 6;
    let behind = if said.is_empty() {
        String::new()
    } else {
        format!("  ({said})")
    };
    let wrapped = wrap(value, screen.width.saturating_sub(indent + behind.len()));
    for (number, line) in wrapped.iter().enumerate() {
        let start = if number == 0 {
            format!("    {field}  ")
        } else {
            " ".repeat(indent)
        };
        let end = if number == 0 {
            style::dim(&behind)
        } else {
            Printable::default()
        };
        out.push(printable![start, line.as_str(), end].trim_end());
        out.push("\n");
    }
    if wrapped.is_empty() {
        out.push(format!("    {field}  (empty){behind}").trim_end());
        out.push("\n");
    }
}
