//! From the text of a record to raw tables. Limits first, then the syntax, then every known key
//! (design, section 2): what is read here may come from a stranger.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml_edit::{Item, TableLike};

use super::body::ENVELOPE;
use super::conflict::{Alternative, COMMENTS, Row};
use super::date::{date_of_value, date_value, in_utc};
use super::id::EntryId;
use super::limits::Limits;
use super::place::{Home, PAIR_PATH};
use super::problem::Problem;
use super::slug::Slug;
use super::table::{Field, Table};
use super::validate::{Place, check_value};
use super::value::Value;

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

    fn document(&mut self, home: Home) -> Result<Document, Vec<Problem>> {
        let parsed = self.syntax()?;
        let root = parsed.as_table();
        let place = if home == Home::Agenda {
            Place::Agenda
        } else {
            Place::Meeting
        };
        let mut document = Document {
            header: self.table(root, place, &["entry"]),
            ..Document::default()
        };
        let mut first = None;
        match root.get("entry") {
            Some(Item::ArrayOfTables(entries)) => {
                if entries.len() > Limits::ENTRIES {
                    let what = format!(
                        "{} entries; at most {} are allowed",
                        entries.len(),
                        Limits::ENTRIES
                    );
                    self.report(
                        None,
                        what,
                        "",
                        "move entries into the records of their own meetings",
                    );
                    return Ok(document);
                }
                for (number, entry) in entries.iter().enumerate() {
                    let mut table = self.table(entry, Place::Entry, &[]);
                    let prefix = self.raw(entry.decor().prefix());
                    let suffix = comments_in(self.raw(entry.decor().suffix()));
                    let (file, own) = if number == 0 && document.header.fields.is_empty() {
                        split_head(prefix)
                    } else {
                        (Vec::new(), comments_in(prefix))
                    };
                    first.get_or_insert(file);
                    table.above.splice(0..0, own.into_iter().chain(suffix));
                    self.entry(&mut document, table, entry.span());
                }
            }
            Some(item) => self.report(
                item.span(),
                "entries are written as [[entry]] tables".to_owned(),
                "",
                "begin each entry with a line [[entry]]",
            ),
            None => {}
        }
        document.header.above.splice(0..0, first.unwrap_or_default());
        let trailing = comments_in(self.raw(Some(parsed.trailing())));
        if document.entries.is_empty() && document.loose.is_empty() && document.header.fields.is_empty() {
            document.header.above.extend(trailing);
        } else {
            document.header.below.extend(trailing);
        }
        if let Home::Meeting(key) = home {
            match document.header.get("date") {
                None => document.header.set("date", date_value(key.date)),
                Some(value) if date_of_value(value).is_some_and(|d| d != key.date) && !self.lenient => {
                    let span = root.get("date").and_then(Item::span);
                    let help = format!("write date = {}, as the file's name says", key.date);
                    self.report(
                        span,
                        "the date is not that of the file's name".to_owned(),
                        "",
                        &help,
                    );
                }
                Some(_) => {}
            }
        }
        Ok(document)
    }

    fn entry(&mut self, document: &mut Document, table: Table, span: Option<Range<usize>>) {
        if table.get("text").is_none() && table.get("sealed").is_none() && !self.lenient {
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

    fn pair(&mut self) -> Result<PairDocument, Vec<Problem>> {
        let parsed = self.syntax()?;
        let root = parsed.as_table();
        self.lenient = root
            .get("format")
            .and_then(Item::as_integer)
            .is_some_and(|f| f > 1);
        let mut document = PairDocument {
            top: self.table(root, Place::Pair, &["member"]),
            ..PairDocument::default()
        };
        document.top.below = comments_in(self.raw(Some(parsed.trailing())));
        for key in ["format", "id"] {
            if document.top.get(key).is_none() {
                self.report(
                    None,
                    format!("the pair has no {key}"),
                    "",
                    "put back the pair.toml of an earlier commit",
                );
            }
        }
        let Some(members) = root.get("member").and_then(Item::as_table_like) else {
            self.report(
                None,
                "the pair has no members".to_owned(),
                "",
                "put back the pair.toml of an earlier commit",
            );
            return Ok(document);
        };
        if let Some(table) = root.get("member").and_then(Item::as_table) {
            document
                .top
                .above
                .extend(comments_in(self.raw(table.decor().prefix())));
        }
        for (slug, item) in members.iter() {
            if let Err(e) = slug.parse::<Slug>() {
                self.report(
                    item.span(),
                    format!("a member's slug {e}"),
                    "",
                    "spell it as a slug, such as ana",
                );
                continue;
            }
            let Some(table) = item.as_table_like() else {
                self.report(
                    item.span(),
                    "a member is a table".to_owned(),
                    "",
                    "write [member.ana] above its keys",
                );
                continue;
            };
            let mut member = self.table(table, Place::Member, &[]);
            if let Some(table) = item.as_table() {
                let above = comments_in(self.raw(table.decor().prefix()));
                member.above.splice(
                    0..0,
                    above
                        .into_iter()
                        .chain(comments_in(self.raw(table.decor().suffix()))),
                );
            }
            if member.get("role").is_none() || member.get("name").is_none() {
                self.report(
                    item.span(),
                    format!("{slug} has no role or no name"),
                    "",
                    "give both",
                );
            }
            document.members.insert(slug.to_owned(), member);
        }
        // A member's conflicts stand at the top, under the member's path.
        let rows = std::mem::take(&mut document.top.rows);
        for mut row in rows {
            let own = row
                .field
                .strip_prefix("member.")
                .and_then(|rest| rest.split_once('.'));
            match own.and_then(|(slug, field)| document.members.get_mut(slug).map(|m| (m, field.to_owned())))
            {
                Some((member, field)) => {
                    row.field = field;
                    member.rows.push(row);
                }
                None => document.top.rows.push(row),
            }
        }
        document.members.values_mut().for_each(Table::tidy_rows);
        Ok(document)
    }

    /// The keys of a table but those in `apart`, checked; nested comments go above their key.
    fn table(&mut self, table: &dyn TableLike, place: Place, apart: &[&str]) -> Table {
        let mut out = Table::default();
        for (number, (key, item)) in table.iter().enumerate() {
            if apart.contains(&key) {
                continue;
            }
            let key_decor = table.key(key).map(|k| k.leaf_decor());
            let prefix = self.raw(key_decor.and_then(|d| d.prefix()));
            let above = if number == 0 && place.is_head() {
                let (head, own) = split_head(prefix);
                out.above.extend(head);
                own
            } else {
                comments_in(prefix)
            };
            if key == "conflict" {
                out.above.extend(above);
                self.rows(&mut out, item, place);
                continue;
            }
            let mut field = Field {
                key: key.to_owned(),
                value: Value::Boolean(false),
                above,
                beside: None,
            };
            let Some(value) = self.value(item, &mut field.above) else {
                continue;
            };
            field.value = value;
            if let Item::Value(value) = item {
                let mut beside = comments_in(self.raw(value.decor().suffix())).into_iter();
                field.beside = beside.next();
                field.above.extend(beside);
            }
            if !self.lenient
                && let Err(what) = check_value(place, key, &field.value)
            {
                self.report(item.span(), format!("`{key}` {what}"), "", &help_for(key));
            }
            out.fields.push(field);
        }
        out.tidy_rows();
        out
    }

    fn value(&self, item: &Item, comments: &mut Vec<String>) -> Option<Value> {
        match item {
            Item::None => None,
            Item::Value(value) => Some(self.plain(value, comments)),
            Item::Table(table) => {
                comments.extend(comments_in(self.raw(table.decor().prefix())));
                comments.extend(comments_in(self.raw(table.decor().suffix())));
                Some(self.nested(table, comments))
            }
            Item::ArrayOfTables(tables) => Some(Value::Array(
                tables
                    .iter()
                    .map(|table| {
                        comments.extend(comments_in(self.raw(table.decor().prefix())));
                        comments.extend(comments_in(self.raw(table.decor().suffix())));
                        self.nested(table, comments)
                    })
                    .collect(),
            )),
        }
    }

    fn plain(&self, value: &toml_edit::Value, comments: &mut Vec<String>) -> Value {
        match value {
            toml_edit::Value::String(v) => Value::String(v.value().clone()),
            toml_edit::Value::Integer(v) => Value::Integer(*v.value()),
            toml_edit::Value::Float(v) => Value::Float(*v.value()),
            toml_edit::Value::Boolean(v) => Value::Boolean(*v.value()),
            toml_edit::Value::Datetime(v) => Value::Datetime(in_utc(*v.value())),
            toml_edit::Value::Array(array) => {
                let elements = array
                    .iter()
                    .map(|element| {
                        comments.extend(comments_in(self.raw(element.decor().prefix())));
                        let value = self.plain(element, comments);
                        comments.extend(comments_in(self.raw(element.decor().suffix())));
                        value
                    })
                    .collect();
                comments.extend(comments_in(self.raw(Some(array.trailing()))));
                Value::Array(elements)
            }
            toml_edit::Value::InlineTable(table) => {
                let nested = self.nested(table, comments);
                comments.extend(comments_in(self.raw(Some(table.trailing()))));
                nested
            }
        }
    }

    fn nested(&self, table: &dyn TableLike, comments: &mut Vec<String>) -> Value {
        let mut map = BTreeMap::new();
        for (key, item) in table.iter() {
            let decor = table.key(key).map(|k| k.leaf_decor());
            comments.extend(comments_in(self.raw(decor.and_then(|d| d.prefix()))));
            if let Some(value) = self.value(item, comments) {
                map.insert(key.to_owned(), value);
            }
            if let Item::Value(value) = item {
                comments.extend(comments_in(self.raw(value.decor().suffix())));
            }
        }
        Value::Table(map)
    }

    /// The `conflict` rows of a table.
    fn rows(&mut self, out: &mut Table, item: &Item, place: Place) {
        let mut comments = Vec::new();
        let rows: Vec<(Value, Vec<String>)> = match item {
            Item::ArrayOfTables(tables) => tables
                .iter()
                .map(|table| {
                    let mut own = comments_in(self.raw(table.decor().prefix()));
                    own.extend(comments_in(self.raw(table.decor().suffix())));
                    let value = self.nested(table, &mut own);
                    (value, own)
                })
                .collect(),
            Item::Value(toml_edit::Value::Array(array)) => array
                .iter()
                .map(|element| (self.plain(element, &mut comments), Vec::new()))
                .collect(),
            _ => Vec::new(),
        };
        out.above.append(&mut comments);
        if rows.is_empty() {
            self.bad_row(item);
        }
        for (value, own) in rows {
            match row(value, own, place) {
                Ok((row, base, comments)) => {
                    out.rows.push(row);
                    out.body_base = out.body_base.take().max(base);
                    out.above.extend(comments);
                }
                Err(()) => self.bad_row(item),
            }
        }
    }

    fn bad_row(&mut self, item: &Item) {
        self.report(
            item.span(),
            "a conflict has a `field` with a `value`, or absent = true".to_owned(),
            "",
            "put the row back as it was, or delete it to keep the value above",
        );
    }

    fn raw(&self, raw: Option<&toml_edit::RawString>) -> &'a str {
        let Some(raw) = raw else { return "" };
        raw.span()
            .and_then(|span| self.text.get(span))
            .unwrap_or_default()
    }
}

/// Keys that never stand in a conflict by themselves: they go with the state or with the body.
const OF_BODY: &[&str] = &["closed", "visibility", "sealed"];

/// A row out of its table, with the base it keeps and the comments that belong to the entry.
fn row(value: Value, comments: Vec<String>, place: Place) -> Result<(Row, Option<String>, Vec<String>), ()> {
    let Value::Table(mut map) = value else {
        return Err(());
    };
    let Some(Value::String(field)) = map.remove("field") else {
        return Err(());
    };
    let of_envelope = place == Place::Entry && ENVELOPE.iter().chain(OF_BODY).any(|key| *key == field);
    // Our own comments are put under that key below; a stranger's would be written as they are.
    if of_envelope || map.contains_key(COMMENTS) {
        return Err(());
    }
    if field == "body" && place == Place::Entry {
        let base = match map.remove("base") {
            Some(Value::String(base)) => Some(base),
            None => None,
            Some(_) => return Err(()),
        };
        if !(map.contains_key("sealed") || map.contains_key("text"))
            || ENVELOPE.iter().any(|k| map.contains_key(*k))
        {
            return Err(());
        }
        for (key, value) in &map {
            if key != "conflict" && check_value(Place::Entry, key, value).is_err() {
                return Err(());
            }
        }
        map.entry("visibility".to_owned())
            .or_insert_with(|| Value::from("shared"));
        if !comments.is_empty() {
            map.insert(
                COMMENTS.to_owned(),
                Value::Array(comments.into_iter().map(Value::from).collect()),
            );
        }
        return Ok((
            Row {
                field,
                alternative: Alternative::from_map(map),
            },
            base,
            Vec::new(),
        ));
    }
    let absent = map.get("absent") == Some(&Value::Boolean(true));
    if absent == map.contains_key("value") {
        return Err(());
    }
    if let Some(value) = map.get("value") {
        let own = field
            .strip_prefix("member.")
            .and_then(|rest| rest.split_once('.'));
        let (place, key) = match own {
            Some((_, key)) if place == Place::Pair => (Place::Member, key),
            _ => (place, field.as_str()),
        };
        check_value(place, key, value).map_err(drop)?;
    }
    Ok((
        Row {
            field,
            alternative: Alternative::from_map(map),
        },
        None,
        comments,
    ))
}

fn comments_in(decor: &str) -> Vec<String> {
    decor
        .lines()
        .map(str::trim)
        .filter(|l| l.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// The comments above the first entry of a file without keys: those before the last blank line are the file's.
fn split_head(decor: &str) -> (Vec<String>, Vec<String>) {
    let lines: Vec<&str> = decor.lines().map(str::trim).collect();
    let body = lines
        .iter()
        .rposition(|l| !l.is_empty())
        .map_or(0, |last| last + 1);
    let lines = lines.get(..body).unwrap_or_default();
    let cut = lines.iter().rposition(|l| l.is_empty()).unwrap_or(0);
    let keep = |part: Option<&[&str]>| {
        part.unwrap_or_default()
            .iter()
            .filter(|l| l.starts_with('#'))
            .map(|l| (*l).to_owned())
            .collect::<Vec<_>>()
    };
    // A blank line below the last comment also parts it from the entry.
    let parted = decor.lines().next_back().is_some_and(|l| l.trim().is_empty()) && decor.ends_with('\n');
    if parted && body > 0 {
        (keep(Some(lines)), Vec::new())
    } else {
        (keep(lines.get(..cut)), keep(lines.get(cut..)))
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

fn help_for(key: &str) -> String {
    match key {
        "id" => "delete the line; the next command that writes gives the entry an id".to_owned(),
        "at" | "closed" | "started" | "ended" => {
            format!("write {key} = 2026-11-24T10:00:00Z, without quotes")
        }
        "due" | "date" | "next" => format!("write {key} = 2026-12-01, without quotes"),
        "themes" => "write themes = [\"system-design\"]".to_owned(),
        "text" => "write text = \"…\", or \"\"\" for several lines".to_owned(),
        _ => format!("correct `{key}`, or delete the line"),
    }
}
