//! Raw tables: everything that stands in one entry or one header, known or not.

use std::fmt;

use crate::model::fields::{Seal, rank_of, seal_of};

use super::conflict::Row;
use super::value::Value;

/// One key of a table, with the comments that belong to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Value,
    /// Comment lines above the key, each beginning with `#`.
    pub above: Vec<String>,
    /// The comment behind the value, beginning with `#`.
    pub beside: Option<String>,
}

impl Field {
    /// A field without comments.
    pub(crate) fn bare(key: &str, value: Value) -> Self {
        Self {
            key: key.to_owned(),
            value,
            above: Vec::new(),
            beside: None,
        }
    }
}

/// One entry or header as it stands in a record: its keys in their order, its comments, its conflicts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Comment lines above the table, each beginning with `#`.
    pub above: Vec<String>,
    /// The keys, in the order they stand in.
    pub fields: Vec<Field>,
    /// The values of conflicts that are not shown, sorted.
    pub rows: Vec<Row>,
    /// The ciphertext that a conflict of bodies arose from (docs/merge.md#bodies).
    pub body_base: Option<String>,
    /// Comment lines below everything else; only a file's header has them.
    pub below: Vec<String>,
}

impl Table {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.field(key).map(|f| &f.value)
    }

    /// The text of a key, if it has one.
    pub fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str)
    }

    /// The elements of a list; none where the key is absent or holds no list.
    pub fn list(&self, key: &str) -> &[Value] {
        self.get(key).and_then(Value::as_array).unwrap_or_default()
    }

    /// The key with its comments.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.key == key)
    }

    /// Sets a key; a new one goes to its place in the order of the schema.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        let value = value.into();
        if let Some(field) = self.fields.iter_mut().find(|f| f.key == key) {
            field.value = value;
            return;
        }
        let rank = rank_of(key);
        let place = self
            .fields
            .iter()
            .position(|f| rank_of(&f.key) > rank)
            .unwrap_or(self.fields.len());
        self.fields.insert(place, Field::bare(key, value));
    }

    /// Sets a key, or removes it where there is no value.
    pub fn put(&mut self, key: &str, value: Option<Value>) {
        match value {
            Some(value) => self.set(key, value),
            None => {
                self.remove(key);
            }
        }
    }

    /// Removes a key. Its comments stay, above the table: a command loses no word.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let place = self.fields.iter().position(|f| f.key == key)?;
        let field = self.fields.remove(place);
        self.above.extend(field.above);
        self.above.extend(field.beside);
        Some(field.value)
    }

    /// The rows of conflicts in one field.
    pub fn rows_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |r| r.field == field)
    }

    /// The fields that have a conflict, each once, in order.
    pub fn conflicted(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.rows.iter().map(|r| r.field.as_str()).collect();
        names.dedup();
        names
    }

    /// The ciphertext that the entry shows.
    pub fn ciphertext(&self) -> Option<&str> {
        self.get("sealed").map(Value::as_ciphertext)
    }

    /// Whether the table is a sealed entry, or holds a sealed value in a conflict.
    pub fn holds_ciphertext(&self) -> bool {
        self.ciphertext().is_some() || self.body_base.is_some() || self.rows.iter().any(Row::holds_ciphertext)
    }

    /// The envelope of an entry: what stays in clear when it is sealed, and is no part of its body. Without comments.
    pub fn envelope(&self) -> Self {
        let fields = self.fields.iter().filter(|f| seal_of(&f.key) == Seal::Clear);
        Self {
            fields: fields.map(|f| Field::bare(&f.key, f.value.clone())).collect(),
            ..Self::default()
        }
    }

    /// Every comment line, wherever it stands, in order.
    pub fn comments(&self) -> impl Iterator<Item = &String> {
        let of_fields = self
            .fields
            .iter()
            .flat_map(|f| f.above.iter().chain(f.beside.iter()));
        self.above.iter().chain(of_fields).chain(&self.below)
    }
}

impl fmt::Debug for Table {
    /// The keys alone: the values may have come out of a seal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.fields.iter().map(|field| field.key.as_str()).collect();
        write!(f, "Table({})", keys.join(", "))?;
        if self.rows.is_empty() {
            Ok(())
        } else {
            write!(f, " with {} conflict rows", self.rows.len())
        }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}", self.key, self.value)
    }
}
