//! Refusals of a text that names no day, with what to write instead.

use std::fmt;

use crate::model::visible;

/// A text that names no day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhenError {
    /// The fault, in a phrase.
    pub what: String,
    /// The text to write instead.
    pub hint: String,
}

impl fmt::Display for WhenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for WhenError {}

/// The way in which a text that names no side of today is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Ahead,
    Back,
}

/// The words given, made safe and cut, between backquotes.
pub(super) fn quoted(words: &str) -> String {
    let words = visible(words.trim());
    let short: String = words.chars().take(40).collect();
    if short.len() < words.len() {
        format!("`{short}…`")
    } else {
        format!("`{short}`")
    }
}

/// The refusal of `words`, whose trimmed lower-case form is `text`.
pub(super) fn refusal(words: &str, text: &str, side: Direction) -> WhenError {
    let examples = match side {
        Direction::Ahead => "such as friday, tomorrow, in 2 weeks, 5 dec, eom or 2026-12-05",
        Direction::Back => "such as 6mo, 2w, 90d, 1y, last friday or 2026-05-01",
    };
    let words = quoted(words);
    let error = |what: String, hint: String| WhenError { what, hint };
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let rest = text.strip_prefix(digits).unwrap_or_default().trim();
    let bare = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if text.is_empty() {
        error("no date is given".to_owned(), format!("write a date {examples}"))
    } else if bare(digits) && matches!(rest, "m" | "M") {
        error(
            format!("{words} is no span of time"),
            format!("did you mean {digits}mo?"),
        )
    } else if bare(text) {
        error(
            format!("{words} is a bare number"),
            format!("write a date {examples}"),
        )
    } else if is_time(text) {
        error(
            format!("{words} names a time of day"),
            format!("records keep days: write a date {examples}"),
        )
    } else if text.contains('/') || text.split('.').filter(|p| bare(p)).count() > 1 {
        error(
            format!("{words} could be two different days"),
            "write the date as 2026-12-05 or 5 dec".to_owned(),
        )
    } else if side == Direction::Back && text.starts_with("in ") {
        error(format!("{words} lies ahead"), format!("write a date {examples}"))
    } else {
        error(format!("{words} is no date"), format!("write a date {examples}"))
    }
}

fn is_time(text: &str) -> bool {
    let unit = |word: &str| {
        matches!(
            word,
            "h" | "hour" | "hours" | "min" | "mins" | "minute" | "minutes" | "s" | "sec" | "seconds"
        )
    };
    let clock = |word: &str| {
        let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
        matches!(word, "am" | "pm") || unit(word)
    };
    text.contains(':') || matches!(text, "now" | "noon" | "midnight") || text.split_whitespace().any(clock)
}
