//! Problems of a record, shown like a compiler shows it: file, line, column, and the fix.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Something wrong in one record. It holds the record's own text so that it can be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    /// The record's path in the repository.
    pub path: String,
    /// The text of the record, which all of its problems share; empty where it could not be read as text.
    pub source: Arc<str>,
    /// Where in the text, in bytes.
    pub span: Range<usize>,
    /// The fault, in a sentence without a full stop.
    pub what: String,
    /// A word at the place itself; may be empty.
    pub label: String,
    /// The fix.
    pub help: String,
}

/// A place in a text, both counted from 1; the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Problem {
    /// A problem of a whole file, with no place in its text.
    pub fn of_file(path: &str, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::at(path, "", 0..0, what, help)
    }

    /// A problem at a place in the text of a record.
    pub fn at(
        path: &str,
        source: impl Into<Arc<str>>,
        span: Range<usize>,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            source: source.into(),
            span,
            what: what.into(),
            label: String::new(),
            help: help.into(),
        }
    }

    /// The same with nothing of the record but the place itself: what stands around it is to be sealed.
    #[must_use]
    pub fn by_its_place_alone(mut self) -> Self {
        let before = self.source.get(..self.span.start);
        let shown = self
            .source
            .get(self.span.clone())
            .filter(|shown| !shown.is_empty());
        self.source = match (before, shown) {
            // Lines and columns stay where they are.
            (Some(before), Some(shown)) => {
                let blank = |b| if b == b'\n' { '\n' } else { ' ' };
                let before: String = before.bytes().map(blank).collect();
                format!("{before}{shown}\n").into()
            }
            _ => "".into(),
        };
        self
    }

    /// The line and column at which it begins.
    pub fn position(&self) -> Position {
        let before = self.source.get(..self.span.start).unwrap_or(&self.source);
        let line = before.matches('\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        Position {
            line,
            column: last.chars().count() + 1,
        }
    }
}

impl fmt::Display for Problem {
    /// One line: the place and what is wrong, without the text of the record.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.source.is_empty() {
            write!(f, "{}: {}", self.path, self.what)
        } else {
            let at = self.position();
            write!(f, "{}:{}:{}: {}", self.path, at.line, at.column, self.what)
        }
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Problem {}
