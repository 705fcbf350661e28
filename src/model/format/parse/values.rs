//! Values, with the comments that stand inside them.

use std::collections::BTreeMap;

use toml_edit::{Item, TableLike};

use crate::model::date::in_utc;
use crate::model::format::value::Value;

use super::comments::comments_in;
use super::parser::RecordParser;

impl RecordParser<'_> {
    pub(super) fn value(&self, item: &Item, comments: &mut Vec<String>) -> Option<Value> {
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

    pub(super) fn plain(&self, value: &toml_edit::Value, comments: &mut Vec<String>) -> Value {
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

    pub(super) fn nested(&self, table: &dyn TableLike, comments: &mut Vec<String>) -> Value {
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
}
