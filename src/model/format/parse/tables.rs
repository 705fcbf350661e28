//! Tables, with their comments and conflicts.

use toml_edit::{Item, TableLike};

use crate::model::fields::{Holds, TableKind};
use crate::model::format::table::{Field, Table};
use crate::model::format::validate::check_value;
use crate::model::format::value::Value;
use crate::model::words::Kind;

use super::comments::{comments_in, split_head};
use super::parser::RecordParser;

impl RecordParser<'_> {
    /// The keys of a table but those in `apart`, checked; nested comments go above their key.
    pub(super) fn table(&mut self, table: &dyn TableLike, place: TableKind, apart: &[&str]) -> Table {
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
                self.report(item.span(), format!("`{key}` {what}"), "", &help_for(place, key));
            }
            out.fields.push(field);
        }
        out.tidy_rows();
        out
    }
}

fn help_for(place: TableKind, key: &str) -> String {
    match (key, place.field(key).map(|field| field.holds)) {
        // Without the line the entry is shared: an entry that was meant to be sealed would go out in clear.
        ("visibility", _) => "write visibility = \"private\", \"confidential\" or \"shared\"".to_owned(),
        ("kind", _) => format!(
            "write kind = \"{}\", which is sealed for the two of you, or another of: {}",
            Kind::Concern,
            Kind::list()
        ),
        ("id", _) => "delete the line; the next command that writes gives the entry an id".to_owned(),
        (_, Some(Holds::Instant)) => format!("write {key} = 2026-11-24T10:00:00Z, without quotes"),
        (_, Some(Holds::Date)) => format!("write {key} = 2026-12-01, without quotes"),
        (_, Some(Holds::Slugs)) => format!("write {key} = [\"system-design\"]"),
        (_, Some(Holds::Text)) => format!("write {key} = \"…\", or \"\"\" for several lines"),
        _ => format!("correct `{key}`, or delete the line"),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Home, parse_record};

    #[test]
    fn deleting_a_line_that_seals_is_never_the_way_out() {
        for (line, meant) in [
            ("visibility = \"Private\"", "\"private\""),
            ("visibility = \"secret\"", "\"confidential\""),
            ("visibility = [\"private\"]", "\"private\""),
            ("kind = \"Concern\"", "kind = \"concern\""),
            ("kind = \"concren\"", "kind = \"concern\""),
        ] {
            let record = format!("[[entry]]\ntext = \"x\"\n{line}\n");
            let problems = parse_record(Home::Agenda, record.as_bytes(), false).unwrap_err();
            let help = &problems[0].help;
            assert!(
                help.starts_with("write ") && help.contains(meant),
                "{line}: {help}"
            );
            assert!(!help.contains("delete"), "{line}: {help}");
        }
        let state = parse_record(Home::Agenda, b"[[entry]]\ntext = \"x\"\nstate = \"x\"\n", false);
        assert!(state.unwrap_err()[0].help.contains("delete the line"));
    }
}
