//! From the text of a record to raw tables. Limits first, then the syntax, then every known key
//! (design, section 2): what is read here may come from a stranger.

mod comments;
mod pair;
mod record;
mod rows;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::fields::Place;
use super::id::EntryId;
use super::limits::Limits;
use super::place::{Home, PAIR_PATH};
use super::problem::Problem;
use super::table::Table;
use super::validate::check_value;

use comments::comments_in;

/// An entry that a hand wrote without an id, and where in its file it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LooseEntry {
    /// The entry.
    pub table: Table,
    /// Bytes of its header in the text of the record.
    pub span: Range<usize>,
}

/// The agenda or a meeting, as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// The keys above the first entry.
    pub header: Table,
    /// The entries that have an id, in the order of the file.
    pub entries: Vec<(EntryId, Table)>,
    /// Those that have none yet.
    pub loose: Vec<LooseEntry>,
}

/// `pair.toml`, as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PairDocument {
    /// The keys at the top, and every conflict.
    pub top: Table,
    /// The members by slug.
    pub members: BTreeMap<String, Table>,
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    lenient: bool,
    ids: BTreeSet<EntryId>,
    problems: Vec<Problem>,
}

/// Reads the agenda or a meeting.
///
/// `lenient` is for repositories of a newer format: known keys may then hold what this version does not know.
///
/// # Errors
/// Everything that is wrong with the record, at least one problem.
pub fn parse_record(home: Home, bytes: &[u8], lenient: bool) -> Result<Document, Vec<Problem>> {
    let path = home.path();
    let text = text_of(&path, bytes)?;
    let mut reader = Reader::new(&path, text, lenient);
    let document = reader.document(home)?;
    reader.finish(document)
}

/// Reads `pair.toml`. A newer format is read as far as possible.
///
/// # Errors
/// Everything that is wrong with the record, at least one problem.
pub fn parse_pair(bytes: &[u8]) -> Result<PairDocument, Vec<Problem>> {
    let text = text_of(PAIR_PATH, bytes)?;
    let mut reader = Reader::new(PAIR_PATH, text, false);
    let document = reader.pair()?;
    reader.finish(document)
}

fn text_of<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, Vec<Problem>> {
    if bytes.len() > Limits::FILE {
        let what = format!(
            "the file holds {} bytes; at most {} are allowed",
            bytes.len(),
            Limits::FILE
        );
        return Err(vec![Problem::of_file(
            path,
            what,
            "move entries into the records of their own meetings",
        )]);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes
            .get(..e.valid_up_to())
            .unwrap_or_default()
            .iter()
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        vec![Problem::of_file(
            path,
            format!("line {line} is not UTF-8"),
            "save the file as UTF-8",
        )]
    })
}

/// Reads what stands inside a seal.
///
/// # Errors
/// What is wrong, without any of the text.
pub fn parse_content(text: &str) -> Result<Table, String> {
    let mut reader = Reader::new("sealed", text, true);
    let wrong = || "its content is not TOML".to_owned();
    let parsed = toml_edit::Document::parse(text.to_owned()).map_err(|_| wrong())?;
    let mut table = reader.table(parsed.as_table(), Place::Content, &[]);
    let trailing = comments_in(reader.raw(Some(parsed.trailing())));
    table.above.extend(trailing);
    for field in &table.fields {
        check_value(Place::Entry, &field.key, &field.value)
            .map_err(|_| format!("its `{}` is not valid", field.key))?;
    }
    if reader.problems.is_empty() {
        Ok(table)
    } else {
        Err(wrong())
    }
}

impl<'a> Reader<'a> {
    fn new(path: &'a str, text: &'a str, lenient: bool) -> Self {
        Self {
            path,
            text,
            lenient,
            ids: BTreeSet::new(),
            problems: Vec::new(),
        }
    }

    fn finish<T>(self, document: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(document)
        } else {
            Err(self.problems)
        }
    }

    fn problem(&self, span: Option<Range<usize>>, what: String, label: &str, help: &str) -> Problem {
        let end = self.text.len();
        let span = span.unwrap_or(0..0);
        Problem {
            path: self.path.to_owned(),
            source: self.text.to_owned(),
            span: span.start.min(end)..span.end.min(end),
            what,
            label: label.to_owned(),
            help: help.to_owned(),
        }
    }

    fn report(&mut self, span: Option<Range<usize>>, what: String, label: &str, help: &str) {
        // One bad file must not fill a screen.
        if self.problems.len() < 20 {
            let problem = self.problem(span, what, label, help);
            self.problems.push(problem);
        }
    }

    fn syntax(&self) -> Result<toml_edit::Document<String>, Vec<Problem>> {
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
                "correct the TOML here; `oneonone check` looks at it again",
            )]
        })
    }

    fn raw(&self, raw: Option<&toml_edit::RawString>) -> &'a str {
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
