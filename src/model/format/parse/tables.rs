//! Tables, with their comments and conflicts.

use toml_edit::{Item, TableLike};

use crate::model::fields::TableKind;
use crate::model::format::table::{Field, Table};
use crate::model::format::validate::check_value;
use crate::model::format::value::Value;

use super::comments::{comments_in, split_head};
use super::help::help_for;
use super::parser::RecordParser;

impl RecordParser<'_> {
    /// The keys of a table but those in `apart`, checked; nested comments go above their key.
    pub(super) fn table(&mut self, table: &dyn TableLike, place: TableKind, apart: &[&str]) -> Table {
        let mut out = Table::default();
        let first = table.iter().next().and_then(|(_, first)| first.span());
        let is_beyond = self.is_beyond(table.len(), "keys in one table", first);
        for (number, (key, item)) in table.iter().enumerate() {
            // The keys of the format are read all the same: an entry must not seem to lack its text.
            if apart.contains(&key) || is_beyond && place.field(key).is_none() {
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
                let help = help_for(place, key, &field.value);
                self.report(item.span(), format!("`{key}` {what}"), "", &help);
            }
            out.fields.push(field);
        }
        out.tidy_rows();
        out
    }
}
