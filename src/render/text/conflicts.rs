//! What both sides changed differently, with every value.

use crate::model::{Entry, Row, Visibility};
use crate::render::{Notes, values as texts};

use super::Screen;
use super::layout::{one_line, pad, wrap};
use super::lists::{Column, lines};
use super::style;

/// Every conflict: the entry, then its values.
pub fn conflicts(screen: &Screen<'_>, entries: &[&Entry], notes: &Notes) -> String {
    if entries.is_empty() {
        return "no conflicts\n".to_owned();
    }
    let one = |e: &&Entry| {
        format!(
            "{}{}",
            lines(screen, &[e], Column::Kind),
            values(screen, e, notes)
        )
    };
    entries.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The values of an entry's conflicts, the shown one of each field first.
pub(super) fn values(screen: &Screen<'_>, entry: &Entry, notes: &Notes) -> String {
    let mut out = String::new();
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
    [
        "text", "body", "kind", "owner", "due", "state", "re", "tone", "themes",
    ]
    .contains(&field)
}

fn nothing(row: &Row) -> &'static str {
    match (row.field.as_str(), row.alternative.visibility()) {
        ("body", Visibility::Shared) => ABSENT,
        ("body", _) => "(sealed)",
        _ => ABSENT,
    }
}

fn put(out: &mut String, screen: &Screen<'_>, field: &str, value: &str, said: &str) {
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
            String::new()
        };
        out.push_str(format!("{start}{line}{end}").trim_end());
        out.push('\n');
    }
    if wrapped.is_empty() {
        out.push_str(format!("    {field}  (empty){behind}").trim_end());
        out.push('\n');
    }
}
