//! From the text of a record to raw tables: limits first, then the syntax, then every known key
//! (docs/format.md#validation). A stranger may have written the text.

mod comments;
mod filled;
mod help;
mod pair;
mod parser;
mod record;
mod rows;
mod tables;
mod values;

use crate::model::fields::TableKind;
use crate::model::format::document::{Document, PairDocument};
use crate::model::format::table::Table;
use crate::model::format::validate::check_value;
use crate::model::limits::Limits;
use crate::model::problem::Problem;
use crate::model::record_path::{Home, PAIR_PATH};

use comments::comments_in;
use parser::RecordParser;

/// Reads the agenda or a meeting.
///
/// `lenient` is for repositories of a newer format: known keys may then hold what this version does not know.
///
/// # Errors
/// Everything that is wrong with the record, at least one problem.
pub fn parse_record(home: Home, bytes: &[u8], lenient: bool) -> Result<Document, Vec<Problem>> {
    let path = home.path();
    let text = text_of(&path, bytes)?;
    let mut parser = RecordParser::new(&path, text, lenient);
    let document = parser.document(home)?;
    parser.check_limits(&document);
    parser.finish(document)
}

/// Reads `pair.toml`. A newer format is read as far as possible.
///
/// # Errors
/// Everything that is wrong with the record, at least one problem.
pub fn parse_pair(bytes: &[u8]) -> Result<PairDocument, Vec<Problem>> {
    let text = text_of(PAIR_PATH, bytes)?;
    let mut parser = RecordParser::new(PAIR_PATH, text, false);
    let document = parser.pair()?;
    parser.check_pair_limits(&document);
    parser.finish(document)
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
/// The fault, without any of the text.
pub fn parse_content(text: &str) -> Result<Table, String> {
    let mut parser = RecordParser::new("sealed", text, true);
    let wrong = || "its content is not TOML".to_owned();
    let parsed = toml_edit::Document::parse(text.to_owned()).map_err(|_| wrong())?;
    let mut table = parser.table(parsed.as_table(), TableKind::Content, &[]);
    let trailing = comments_in(parser.raw(Some(parsed.trailing())));
    table.above.extend(trailing);
    for field in &table.fields {
        check_value(TableKind::Entry, &field.key, &field.value)
            .map_err(|_| format!("its `{}` is not valid", field.key))?;
    }
    if parser.problems.is_empty() {
        Ok(table)
    } else {
        Err(wrong())
    }
}
