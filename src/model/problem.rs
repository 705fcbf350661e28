//! Problems of a record, shown like a compiler shows it: file, line, column, and the fix.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::fix::{Command, Fix};

/// Something wrong in one record. It holds the record's own text so that it can be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    /// The record's path in the repository.
    pub path: String,
    /// The text of the record, which all of its problems share; empty where it could not be read as text.
    pub source: Arc<str>,
    /// The line of the record that the text begins with, from 1.
    pub first_line: usize,
    /// Where in the text, in bytes.
    pub span: Range<usize>,
    /// The fault, in a sentence without a full stop.
    pub what: String,
    /// A word at the place itself; may be empty.
    pub label: String,
    /// The fix: the ways to choose from, as data.
    pub help: Fix,
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
    pub fn of_file(path: &str, what: impl Into<String>, help: impl Into<Fix>) -> Self {
        Self::at(path, "", 0..0, what, help)
    }

    /// A problem at a place in the text of a record.
    pub fn at(
        path: &str,
        source: impl Into<Arc<str>>,
        span: Range<usize>,
        what: impl Into<String>,
        help: impl Into<Fix>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            source: source.into(),
            first_line: 1,
            span,
            what: what.into(),
            label: String::new(),
            help: help.into(),
        }
    }

    /// A problem at a place in the text of a record; as one of the file where the place is not known.
    pub fn at_or_of_file(
        path: &str,
        source: impl Into<Arc<str>>,
        span: Option<Range<usize>>,
        what: impl Into<String>,
        help: impl Into<Fix>,
    ) -> Self {
        match span {
            Some(span) => Self::at(path, source, span, what, help),
            None => Self::of_file(path, what, help),
        }
    }

    /// The same of a record that a commit broke: its last good version can be put back, too.
    #[must_use]
    pub fn of_a_commit(mut self) -> Self {
        let back = Command::ours(["restore", self.path.as_str()]);
        self.help = self.help.or(Fix::by("put its last good version back", back));
        self
    }

    /// The same of a record that was broken in the folder.
    #[must_use]
    pub fn or_last_good(self) -> Self {
        match self.help.calls("restore") {
            true => self,
            false => self.of_a_commit(),
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
        let (Some(before), Some(shown)) = (before, shown) else {
            self.source = "".into();
            return self;
        };
        // Its column stays as it is.
        let line = before.rsplit('\n').next().unwrap_or_default();
        let blank = " ".repeat(line.len());
        self.first_line += before.matches('\n').count();
        self.span = blank.len()..blank.len() + shown.len();
        self.source = format!("{blank}{shown}\n").into();
        self
    }

    /// The line and column at which it begins.
    pub fn position(&self) -> Position {
        self.position_after(None)
    }

    /// The same, where the line of another place in this text is known.
    fn position_after(&self, known: Option<(&Self, usize)>) -> Position {
        let before = self.source.get(..self.span.start).unwrap_or(&self.source);
        let known = known.filter(|(other, _)| Arc::ptr_eq(&other.source, &self.source));
        let since = known.and_then(|(other, line)| Some((before.get(other.span.start..)?, line)));
        let (since, line) = since.unwrap_or((before, self.first_line));
        let last = before.rsplit('\n').next().unwrap_or_default();
        Position {
            line: line + since.matches('\n').count(),
            column: last.chars().count() + 1,
        }
    }

    /// The positions of some problems. A text that several of them share is read once, if they are in its order.
    pub fn positions(problems: &[Self]) -> Vec<Position> {
        let mut known: Option<(&Self, usize)> = None;
        let position = |problem| {
            let position = Self::position_after(problem, known);
            known = Some((problem, position.line));
            position
        };
        problems.iter().map(position).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_positions_of_many_problems_are_those_of_each() {
        let (one, other): (Arc<str>, Arc<str>) = ("a\nbä c\n\nd".into(), "x\ny".into());
        let at = |source: &Arc<str>, start: usize| {
            Problem::at("agenda.toml", source.clone(), start..start + 1, "wrong", "")
        };
        let of_file = Problem::of_file("agenda.toml", "wrong", "");
        let mut problems = vec![at(&one, 0), at(&one, 2), at(&one, 6), at(&one, 9), at(&one, 2)];
        problems.extend([
            at(&other, 2),
            of_file,
            at(&one, 6),
            at(&one, 6).by_its_place_alone(),
        ]);
        let each: Vec<Position> = problems.iter().map(Problem::position).collect();
        assert_eq!(Problem::positions(&problems), each);
        let lines: Vec<usize> = each.iter().map(|at| at.line).collect();
        assert_eq!(lines, [1, 2, 2, 4, 2, 2, 1, 2, 2]);
        assert_eq!(
            (each[2].column, each[8].column),
            (4, 5),
            "a blank stands for each byte"
        );
    }
}
