//! Conflicts as data beside the entry (docs/merge.md#conflict-rows).

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use crate::model::words::Visibility;

use super::value::Value;

/// One of the values that a field may have: present or absent, a state with its date, or a whole body.
///
/// As a map: `value`, or `absent`, or for a body its keys; the comments of a body stand under `#`.
#[derive(Clone, PartialEq, Eq)]
pub struct Alternative(BTreeMap<String, Value>);

/// The key under which a body's comment lines are kept.
pub const COMMENTS: &str = "#";

/// The keys that a row of a body uses itself: no entry may have them.
pub(crate) const RESERVED: &[&str] = &["field", "base", COMMENTS];

impl Alternative {
    /// A field's value, or that it is absent.
    pub fn of(value: Option<Value>) -> Self {
        let (key, value) = match value {
            Some(value) => ("value", value),
            None => ("absent", Value::Boolean(true)),
        };
        Self(BTreeMap::from([(key.to_owned(), value)]))
    }

    /// A state with the date-time it was closed at.
    pub fn of_state(state: Option<Value>, closed: Option<Value>) -> Self {
        let mut alternative = Self::of(state);
        if let Some(closed) = closed {
            alternative.0.insert("closed".to_owned(), closed);
        }
        alternative
    }

    /// A body out of its keys.
    pub(crate) fn of_body(mut map: BTreeMap<String, Value>) -> Self {
        map.entry("visibility".to_owned())
            .or_insert_with(|| Value::from(Visibility::UNNAMED.as_str()));
        Self(map)
    }

    /// From the keys of a row.
    pub fn from_map(map: BTreeMap<String, Value>) -> Self {
        Self(map)
    }

    /// The keys and their values.
    pub fn map(&self) -> &BTreeMap<String, Value> {
        &self.0
    }

    /// The keys and their values, taken apart.
    pub fn into_map(self) -> BTreeMap<String, Value> {
        self.0
    }

    /// The plain value, if it is present.
    pub fn value(&self) -> Option<&Value> {
        self.0.get("value")
    }

    /// One of the keys.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The visibility of a body; a body that names none is shared.
    pub fn visibility(&self) -> Visibility {
        self.get("visibility")
            .and_then(Value::as_str)
            .and_then(|w| w.parse().ok())
            .unwrap_or(Visibility::UNNAMED)
    }

    /// The ciphertext of a body.
    pub fn ciphertext(&self) -> Option<&str> {
        self.get("sealed").map(Value::as_ciphertext)
    }

    /// The same without its comments.
    pub fn without_comments(mut self) -> Self {
        self.0.remove(COMMENTS);
        self
    }

    /// Whether it says that the field is absent.
    pub fn is_absent(&self) -> bool {
        self.0.contains_key("absent")
    }

    fn canonical(&self) -> String {
        Value::Table(self.0.clone()).canonical()
    }
}

impl PartialOrd for Alternative {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Alternative {
    /// Absent last, the narrowest body first, then by the bytes of the canonical value.
    fn cmp(&self, other: &Self) -> Ordering {
        (self.is_absent().cmp(&other.is_absent()))
            .then_with(|| self.visibility().cmp(&other.visibility()))
            .then_with(|| self.value().cmp(&other.value()))
            .then_with(|| self.canonical().cmp(&other.canonical()))
    }
}

impl fmt::Debug for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A value of a field that is not the one shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Row {
    /// The field: a key, `state` (with `closed`) or `body`.
    pub field: String,
    /// The value that stands against the shown one.
    pub alternative: Alternative,
}

impl Row {
    /// Whether the row keeps a ciphertext.
    pub fn holds_ciphertext(&self) -> bool {
        self.field == "body" && self.alternative.ciphertext().is_some()
    }
}
