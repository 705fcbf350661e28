//! From raw tables to the one text they have (docs/format.md#order).

use std::collections::BTreeMap;

use crate::model::fields::rank_of;
use crate::model::id::EntryId;

use super::conflict::{COMMENTS, Row};
use super::document::PairDocument;
use super::table::Table;
use super::value::{Value, write_key, write_multi_line};

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn field(out: &mut String, key: &str, value: &Value, beside: Option<&str>) {
    write_key(key, out);
    out.push_str(" = ");
    match value {
        Value::String(text) if text.contains('\n') => write_multi_line(text, out),
        value => value.write_canonical(out),
    }
    if let Some(comment) = beside {
        out.push_str("  ");
        out.push_str(comment);
    }
    out.push('\n');
}

/// The keys of a table with their comments, without its header line and its conflicts.
fn fields(out: &mut String, table: &Table) {
    for f in &table.fields {
        f.above.iter().for_each(|c| line(out, c));
        field(out, &f.key, &f.value, f.beside.as_deref());
    }
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') && !line.contains(|c: char| c.is_control() && c != '\t')
}

fn ordered(map: &BTreeMap<String, Value>) -> Vec<(&String, &Value)> {
    let mut keys: Vec<_> = map.iter().collect();
    keys.sort_by_key(|(key, _)| {
        (
            !matches!(key.as_str(), "value" | "absent"),
            rank_of(key),
            key.as_str(),
        )
    });
    keys
}

/// The conflict rows of a table, each as a `[[…conflict]]` of its own.
fn rows(out: &mut String, header: &str, prefix: &str, rows: &[Row], base: Option<&str>) {
    let mut base = base;
    for row in rows {
        out.push('\n');
        if let Some(Value::Array(comments)) = row.alternative.get(COMMENTS) {
            // Written as they are: nothing but a comment may pass.
            let comments = comments.iter().filter_map(Value::as_str);
            comments.filter(|c| is_comment(c)).for_each(|c| line(out, c));
        }
        line(out, header);
        field(
            out,
            "field",
            &Value::String(format!("{prefix}{}", row.field)),
            None,
        );
        for (key, value) in ordered(row.alternative.map()) {
            if key != COMMENTS {
                field(out, key, value, None);
            }
        }
        if row.field == "body"
            && let Some(base) = base.take()
        {
            field(out, "base", &Value::from(base), None);
        }
    }
}

/// One table as a document of its own: what goes inside a seal.
pub fn write_table(table: &Table) -> String {
    let mut out = String::new();
    table.above.iter().for_each(|c| line(&mut out, c));
    if !table.above.is_empty() && !table.fields.is_empty() {
        out.push('\n');
    }
    fields(&mut out, table);
    rows(
        &mut out,
        "[[conflict]]",
        "",
        &table.rows,
        table.body_base.as_deref(),
    );
    out
}

/// The text of the agenda or of a meeting. The entries are written in the order given.
pub fn write_record(header: &Table, entries: &[(EntryId, &Table)]) -> String {
    let mut out = String::new();
    header.above.iter().for_each(|c| line(&mut out, c));
    if !header.above.is_empty() && !header.fields.is_empty() {
        out.push('\n');
    }
    fields(&mut out, header);
    rows(&mut out, "[[conflict]]", "", &header.rows, None);
    for (_, entry) in entries {
        if !out.is_empty() {
            out.push('\n');
        }
        entry.above.iter().for_each(|c| line(&mut out, c));
        line(&mut out, "[[entry]]");
        fields(&mut out, entry);
        rows(
            &mut out,
            "[[entry.conflict]]",
            "",
            &entry.rows,
            entry.body_base.as_deref(),
        );
    }
    below(&mut out, header);
    out
}

/// The text of `pair.toml`.
pub fn write_pair(pair: &PairDocument) -> String {
    let mut out = String::new();
    pair.top.above.iter().for_each(|c| line(&mut out, c));
    if !pair.top.above.is_empty() {
        out.push('\n');
    }
    fields(&mut out, &pair.top);
    for (slug, member) in &pair.members {
        out.push('\n');
        member.above.iter().for_each(|c| line(&mut out, c));
        line(&mut out, &format!("[member.{slug}]"));
        fields(&mut out, member);
    }
    rows(&mut out, "[[conflict]]", "", &pair.top.rows, None);
    for (slug, member) in &pair.members {
        rows(
            &mut out,
            "[[conflict]]",
            &format!("member.{slug}."),
            &member.rows,
            None,
        );
    }
    below(&mut out, &pair.top);
    out
}

fn below(out: &mut String, header: &Table) {
    if !header.below.is_empty() {
        out.push('\n');
        header.below.iter().for_each(|c| line(out, c));
    }
}
