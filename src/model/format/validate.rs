//! Whether the value of a key is one that the format allows there.

use crate::model::date::{Cadence, date_of_value, instant_of_value};
use crate::model::fields::{Holds, TableKind};
use crate::model::id::EntryId;
use crate::model::limits::Limits;
use crate::model::slug::Slug;

use super::conflict::RESERVED;
use super::value::Value;

/// Checks the value of a key; unknown keys hold anything.
///
/// # Errors
/// The type that the key must hold, as the end of a sentence that begins with the key.
pub(crate) fn check_value(place: TableKind, key: &str, value: &Value) -> Result<(), String> {
    if matches!(place, TableKind::Entry | TableKind::Content) && RESERVED.contains(&key) {
        return Err("is a word of the format's own; use another key".to_owned());
    }
    match place.field(key) {
        Some(field) => field.holds.check(value),
        None => Ok(()),
    }
}

impl Holds {
    fn check(self, value: &Value) -> Result<(), String> {
        match self {
            Self::Id => string(value)?.parse::<EntryId>().map(drop),
            Self::Word(words) => {
                let text = string(value)?;
                let known = words.all.iter().any(|(word, _)| *word == text);
                known
                    .then_some(())
                    .ok_or_else(|| format!("is one of {}", words.list()))
            }
            Self::Cadence => string(value)?.parse::<Cadence>().map(drop),
            Self::Member => slug(string(value)?),
            Self::Instant => instant_of_value(value).map(drop).ok_or_else(|| {
                format!(
                    "is a UTC date-time such as 2026-11-24T10:00:00Z, not {}",
                    value.type_name()
                )
            }),
            Self::Date => date_of_value(value).map(drop).ok_or_else(|| {
                format!(
                    "is a date such as 2026-12-01, without quotes, not {}",
                    value.type_name()
                )
            }),
            Self::Text => size(string(value)?, Limits::TEXT).and_then(filled),
            Self::Line => size(string(value)?, Limits::NAME).and_then(filled),
            Self::Ciphertext => size(string(value)?, Limits::SEALED).map(drop),
            Self::Slugs => list(value, slug),
            Self::Keys => list(value, |text| size(text, Limits::KEY).map(drop)),
            Self::Count => match value.as_integer() {
                Some(0..=Limits::CARRIED) => Ok(()),
                Some(_) => Err(format!("is a number from 0 to {}", Limits::CARRIED)),
                None => Err(format!("is a whole number, not {}", value.type_name())),
            },
            Self::String => string(value).map(drop),
            Self::Flag => match value {
                Value::Boolean(_) => Ok(()),
                _ => Err(format!("is true or false, not {}", value.type_name())),
            },
            Self::Ids | Self::Anything => Ok(()),
        }
    }
}

fn string(value: &Value) -> Result<&str, String> {
    value
        .as_str()
        .ok_or_else(|| format!("is a string, not {}", value.type_name()))
}

fn slug(text: &str) -> Result<(), String> {
    text.parse::<Slug>().map(drop).map_err(|e| e.to_string())
}

fn filled(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        Err("must not be empty".to_owned())
    } else {
        Ok(())
    }
}

fn size(text: &str, most: usize) -> Result<&str, String> {
    if text.len() <= most {
        Ok(text)
    } else {
        Err(format!("holds {} bytes; at most {most} are allowed", text.len()))
    }
}

fn list(value: &Value, check: impl Fn(&str) -> Result<(), String>) -> Result<(), String> {
    let elements = value
        .as_array()
        .ok_or_else(|| format!("is a list of strings, not {}", value.type_name()))?;
    if elements.len() > Limits::LIST {
        return Err(format!(
            "holds {} elements; at most {} are allowed",
            elements.len(),
            Limits::LIST
        ));
    }
    elements.iter().try_for_each(|element| check(string(element)?))
}
