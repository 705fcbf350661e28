//! Growth themes as a table, a bar a month.

use chrono::Datelike;

use crate::model::{Date, number};
use crate::query::{ActionCounts, Growth, MonthCount, ThemeGrowth};
use crate::render::{Printable, printable};

use super::dates::day;
use super::layout::{columns, cut, pad};
use super::lists::{Column, lines};
use super::{Screen, style};

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// More months than this make a row too long: the latest are drawn.
const MOST_MONTHS: usize = 24;

/// The table, what it leaves out, and the entries behind a theme that was asked for.
pub fn growth(screen: &Screen<'_>, growth: &Growth<'_>) -> Printable {
    let window = format!(
        "{} to {}",
        day(growth.since, screen.today),
        day(growth.until, screen.today)
    );
    let meetings = number(growth.meetings, "meeting", "meetings");
    let mut out = printable![style::head(&format!("Growth, {window}, {meetings}")), "\n"];
    if growth.themes.is_empty() {
        let begin = screen.command("add growth \"… #theme\"");
        out.push(format!("  no themes yet: {begin} begins one\n"));
    } else {
        out.push(table(screen, growth));
    }
    if !growth.entries.is_empty() {
        out.push("\n");
        out.push(lines(screen, &growth.entries, Column::Kind));
    }
    let mut left = Vec::new();
    if growth.unthemed > 0 {
        left.push(format!("{} without a theme", growth.unthemed));
    }
    if growth.unreadable > 0 {
        left.push(format!("{} sealed, not counted", growth.unreadable));
    }
    if !left.is_empty() {
        out.push(style::dim(&left.join(", ")));
        out.push("\n");
    }
    out
}

fn table(screen: &Screen<'_>, growth: &Growth<'_>) -> Printable {
    let highest = growth
        .themes
        .iter()
        .flat_map(|t| &t.months)
        .map(|m| m.entries)
        .max()
        .unwrap_or(0);
    let head = [
        "theme", "entries", "wins", "feedback", "actions", "months", "last",
    ]
    .map(String::from);
    let mut rows = vec![head];
    rows.extend(growth.themes.iter().map(|t| row(screen, t, highest)));
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    let mut out = Printable::default();
    for (number, row) in rows.iter().enumerate() {
        let cells = row
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(at, (cell, width))| match at {
                // Numbers stand under each other.
                1..=3 => format!("{cell:>width$}"),
                _ => pad(cell, width),
            });
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = cut(line.trim_end(), screen.width.saturating_sub(2));
        out.push("  ");
        out.push(if number == 0 {
            style::dim(&line)
        } else {
            line.into()
        });
        out.push("\n");
    }
    out
}

fn row(screen: &Screen<'_>, theme: &ThemeGrowth, highest: usize) -> [String; 7] {
    let quiet = if theme.quiet { ", quiet" } else { "" };
    [
        theme.theme.to_string(),
        theme.entries.to_string(),
        theme.wins.to_string(),
        // Praise, and what to improve.
        format!("+{} −{}", theme.praise, theme.improve),
        actions(theme.actions),
        bars(&theme.months, highest),
        theme
            .last
            .map(|l| format!("{}{quiet}", short(l, screen.today)))
            .unwrap_or_default(),
    ]
}

fn actions(counts: ActionCounts) -> String {
    let dropped = match counts.dropped {
        0 => String::new(),
        n => format!("{n} dropped"),
    };
    match (counts.open + counts.done, counts.done) {
        (0, _) if counts.dropped == 0 => "–".to_owned(),
        (0, _) => dropped,
        (all, done) if counts.dropped == 0 => format!("{done} of {all} done"),
        (all, done) => format!("{done} of {all} done, {dropped}"),
    }
}

/// `18 Nov`, with the year where it is not this one: the table has no room for weekdays.
fn short(date: Date, today: Date) -> String {
    let form = if date.year() == today.year() {
        "%-d %b"
    } else {
        "%-d %b %Y"
    };
    date.format(form).to_string()
}

/// A bar a month, a dot for a month without entries.
fn bars(months: &[MonthCount], highest: usize) -> String {
    let late = months.len().saturating_sub(MOST_MONTHS);
    let bar = |m: &MonthCount| match m.entries {
        0 => '·',
        n => BARS
            .get((n * BARS.len()).div_ceil(highest.max(1)).saturating_sub(1))
            .copied()
            .unwrap_or('█'),
    };
    months.iter().skip(late).map(bar).collect()
}
