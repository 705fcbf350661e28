//! The text of a record, and where in it something is wrong.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::model::fix::{Command, Fix};
use crate::model::id::EntryId;
use crate::model::limits::Limits;
use crate::model::problem::Problem;

/// A text that is being read, and everything that was found wrong with it.
pub(super) struct RecordParser<'a> {
    path: &'a str,
    text: &'a str,
    /// The text as the problems share it.
    source: OnceCell<Arc<str>>,
    pub(super) lenient: bool,
    pub(super) ids: BTreeSet<EntryId>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> RecordParser<'a> {
    pub(super) fn new(path: &'a str, text: &'a str, lenient: bool) -> Self {
        Self {
            path,
            text,
            source: OnceCell::new(),
            lenient,
            ids: BTreeSet::new(),
            problems: Vec::new(),
        }
    }

    /// Whether a table has too many of something; reports it.
    pub(super) fn is_beyond(&mut self, number: usize, of: &str, span: Option<Range<usize>>) -> bool {
        if number <= Limits::KEYS {
            return false;
        }
        let what = format!("{number} {of}; at most {} are allowed", Limits::KEYS);
        self.report(
            span,
            what,
            "",
            "remove what nobody needs, or put back the record of an earlier commit",
        );
        true
    }

    /// The bytes of the text.
    pub(super) fn text_len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn finish<T>(self, document: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(document)
        } else {
            Err(self.problems)
        }
    }

    pub(super) fn problem(
        &self,
        span: Option<Range<usize>>,
        what: String,
        label: &str,
        help: impl Into<Fix>,
    ) -> Problem {
        let end = self.text.len();
        let span = span.unwrap_or(0..0);
        Problem {
            path: self.path.to_owned(),
            source: self.source.get_or_init(|| self.text.into()).clone(),
            first_line: 1,
            span: span.start.min(end)..span.end.min(end),
            what,
            label: label.to_owned(),
            help: help.into(),
        }
    }

    pub(super) fn report(&mut self, span: Option<Range<usize>>, what: String, label: &str, help: &str) {
        // One bad file must not fill a screen.
        if self.problems.len() < 20 {
            let problem = self.problem(span, what, label, help);
            self.problems.push(problem);
        }
    }

    pub(super) fn syntax(&self) -> Result<toml_edit::Document<String>, Vec<Problem>> {
        toml_edit::Document::parse(self.text.to_owned()).map_err(|e| {
            if let Some(marker) = marker(self.text) {
                return vec![self.problem(
                    Some(marker),
                    "a conflict marker of a line merge stands in the record".to_owned(),
                    "left by another tool",
                    "keep the entries of both sides and delete the lines <<<<<<<, ======= and >>>>>>>",
                )];
            }
            let what = e.message().lines().collect::<Vec<_>>().join(", ");
            vec![self.problem(
                e.span(),
                what,
                "",
                Fix::by(
                    "correct the TOML here, and look at it again",
                    Command::ours(["check"]),
                ),
            )]
        })
    }

    pub(super) fn raw(&self, raw: Option<&toml_edit::RawString>) -> &'a str {
        let Some(raw) = raw else { return "" };
        raw.span()
            .and_then(|span| self.text.get(span))
            .unwrap_or_default()
    }
}

fn marker(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if ["<<<<<<< ", ">>>>>>> "].iter().any(|m| line.starts_with(m)) {
            return Some(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    None
}
