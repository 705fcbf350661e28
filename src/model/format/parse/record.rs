//! The agenda and meetings.

use std::ops::Range;

use toml_edit::{ArrayOfTables, Item};

use crate::model::date::{date_of_value, date_value};
use crate::model::fields::TableKind;
use crate::model::format::document::{Document, LooseEntry};
use crate::model::format::table::Table;
use crate::model::id::EntryId;
use crate::model::limits::Limits;
use crate::model::problem::Problem;
use crate::model::record_path::{Home, MeetingKey};

use super::comments::{comments_in, split_head, split_tail};
use super::parser::RecordParser;

impl RecordParser<'_> {
    pub(super) fn document(&mut self, home: Home) -> Result<Document, Vec<Problem>> {
        let parsed = self.syntax()?;
        let root = parsed.as_table();
        let place = match home {
            Home::Agenda => TableKind::Agenda,
            Home::Meeting(_) => TableKind::Meeting,
        };
        let mut document = Document {
            header: self.table(root, place, &["entry"]),
            ..Document::default()
        };
        let trailing = self.raw(Some(parsed.trailing()));
        let trailing = match root.get("entry") {
            Some(Item::ArrayOfTables(entries)) if entries.len() > Limits::ENTRIES => {
                let what = format!(
                    "{} entries; at most {} are allowed",
                    entries.len(),
                    Limits::ENTRIES
                );
                let help = "move entries into the records of their own meetings";
                self.report(None, what, "", help);
                return Ok(document);
            }
            Some(Item::ArrayOfTables(entries)) => self.entries(&mut document, entries, trailing),
            Some(_) => {
                let problem = self.problem(
                    root.key("entry").and_then(toml_edit::Key::span),
                    "entries are written as [[entry]] tables".to_owned(),
                    "",
                    "begin each entry with a line [[entry]]",
                );
                // Some of what it holds may be private.
                self.problems.push(problem.by_its_place_alone());
                comments_in(trailing)
            }
            None => comments_in(trailing),
        };
        if document.entries.is_empty() && document.loose.is_empty() && document.header.fields.is_empty() {
            document.header.above.extend(trailing);
        } else {
            document.header.below.extend(trailing);
        }
        if let Home::Meeting(key) = home {
            self.date(&mut document, key, root.get("date").and_then(Item::span));
        }
        Ok(document)
    }

    /// The entries of a file. A comment between two of them goes to one of the two; the comments behind the last that do
    /// not are handed back.
    fn entries(&mut self, document: &mut Document, entries: &ArrayOfTables, trailing: &str) -> Vec<String> {
        let mut first = None;
        let mut tables: Vec<(Table, Option<Range<usize>>)> = Vec::new();
        for entry in entries {
            let mut table = self.table(entry, TableKind::Entry, &[]);
            let prefix = self.raw(entry.decor().prefix());
            let suffix = comments_in(self.raw(entry.decor().suffix()));
            let (before, own) = match tables.last_mut() {
                None if document.header.fields.is_empty() && !names_secret_text(&table) => split_head(prefix),
                None => (Vec::new(), comments_in(prefix)),
                Some((last, _)) => {
                    let (of_last, own) = split_tail(prefix, names_secret_text(last));
                    last.above.extend(of_last);
                    (Vec::new(), own)
                }
            };
            first.get_or_insert(before);
            table.above.splice(0..0, own.into_iter().chain(suffix));
            tables.push((table, entry.span()));
        }
        document.header.above.splice(0..0, first.unwrap_or_default());
        let mut below = comments_in(trailing);
        if let Some((last, _)) = tables.last_mut() {
            let (of_last, rest) = split_tail(trailing, names_secret_text(last));
            last.above.extend(of_last);
            below = rest;
        }
        for (table, span) in tables {
            self.entry(document, table, span);
        }
        below
    }

    /// The date of a meeting is that of its file's name, and filled in where it is missing.
    fn date(&mut self, document: &mut Document, key: MeetingKey, span: Option<Range<usize>>) {
        match document.header.get("date") {
            None => document.header.set("date", date_value(key.date)),
            Some(value) if date_of_value(value).is_some_and(|d| d != key.date) && !self.lenient => {
                let help = format!("write date = {}, as the file's name says", key.date);
                let what = "the date is not that of the file's name".to_owned();
                self.report(span, what, "", &help);
            }
            Some(_) => {}
        }
    }

    fn entry(&mut self, document: &mut Document, table: Table, span: Option<Range<usize>>) {
        if table.get("text").is_none() && table.ciphertext().is_none() && !self.lenient {
            self.report(
                span,
                "an entry without text".to_owned(),
                "",
                "add a line text = \"…\", or remove the entry",
            );
            return;
        }
        match table.get_str("id").and_then(|id| id.parse::<EntryId>().ok()) {
            Some(id) if !self.ids.insert(id) => {
                let what = format!("the id {id} stands twice in this file");
                self.report(
                    span,
                    what,
                    "",
                    "delete the id of the copy; the next command gives it one of its own",
                );
            }
            Some(id) => document.entries.push((id, table)),
            None => document.loose.push(LooseEntry {
                table,
                span: span.unwrap_or(0..0),
            }),
        }
    }
}

/// Whether a text stands there in clear whose visibility seals. It decides which comments are the entry's own, and the id
/// of an entry that was committed without one is made from those: never ask more here.
fn names_secret_text(entry: &Table) -> bool {
    entry.visibility().is_sealed() && entry.get("text").is_some()
}
