//! Types and words of known keys, as data: one line a key.

use super::body::RESERVED;
use super::date::{date_of_value, instant_of_value};
use super::id::EntryId;
use super::limits::Limits;
use super::slug::{Slug, SlugError};
use super::value::Value;
use super::words::{ActionState, Kind, Role, Tone, Visibility};
use super::{Cadence, MeetingStatus};

/// What a known key must hold.
#[derive(Clone, Copy)]
enum Holds {
    Id,
    Word(fn(&str) -> Result<(), String>),
    Slug,
    Instant,
    Date,
    Text,
    Ciphertext,
    Slugs,
    Keys,
    Count,
    Line,
}

fn word<T: std::str::FromStr<Err = String>>(text: &str) -> Result<(), String> {
    text.parse::<T>().map(drop)
}

/// Keys of an entry, and of the content inside a seal.
const ENTRY: &[(&str, Holds)] = &[
    ("id", Holds::Id),
    ("kind", Holds::Word(word::<Kind>)),
    ("by", Holds::Slug),
    ("at", Holds::Instant),
    ("carried", Holds::Count),
    ("visibility", Holds::Word(word::<Visibility>)),
    ("text", Holds::Text),
    ("themes", Holds::Slugs),
    ("tone", Holds::Word(word::<Tone>)),
    ("owner", Holds::Slug),
    ("due", Holds::Date),
    ("state", Holds::Word(word::<ActionState>)),
    ("closed", Holds::Instant),
    ("re", Holds::Id),
    ("sealed", Holds::Ciphertext),
];

const MEETING: &[(&str, Holds)] = &[
    ("date", Holds::Date),
    ("status", Holds::Word(word::<MeetingStatus>)),
    ("started", Holds::Instant),
    ("ended", Holds::Instant),
];

const PAIR: &[(&str, Holds)] = &[
    ("format", Holds::Count),
    ("id", Holds::Id),
    ("cadence", Holds::Word(word::<Cadence>)),
    ("next", Holds::Date),
];

const MEMBER: &[(&str, Holds)] = &[
    ("role", Holds::Word(word::<Role>)),
    ("name", Holds::Line),
    ("keys", Holds::Keys),
];

/// Which kind of table a key stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// An `[[entry]]`.
    Entry,
    /// The content of a seal.
    Content,
    /// The head of a meeting.
    Meeting,
    /// The head of the agenda.
    Agenda,
    /// The head of `pair.toml`.
    Pair,
    /// A `[member.…]`.
    Member,
}

impl Place {
    /// Whether it is the head of a document, where comments above a blank line are the document's own.
    pub(crate) fn is_head(self) -> bool {
        !matches!(self, Self::Entry | Self::Member)
    }

    fn keys(self) -> &'static [(&'static str, Holds)] {
        match self {
            Self::Entry | Self::Content => ENTRY,
            Self::Meeting => MEETING,
            Self::Agenda => &[],
            Self::Pair => PAIR,
            Self::Member => MEMBER,
        }
    }
}

/// Whether the format gives a key a meaning there.
pub(crate) fn is_known(place: Place, key: &str) -> bool {
    place.keys().iter().any(|(name, _)| *name == key)
}

/// Checks the value of a key; unknown keys hold anything.
///
/// # Errors
/// What the key must hold, as the end of a sentence that begins with the key.
pub(crate) fn check_value(place: Place, key: &str, value: &Value) -> Result<(), String> {
    if matches!(place, Place::Entry | Place::Content) && RESERVED.contains(&key) {
        return Err("is a word of the format's own; use another key".to_owned());
    }
    match place.keys().iter().find(|(name, _)| *name == key) {
        Some((_, holds)) => holds.check(value),
        None => Ok(()),
    }
}

impl Holds {
    fn check(self, value: &Value) -> Result<(), String> {
        match self {
            Self::Id => string(value)?.parse::<EntryId>().map(drop),
            Self::Word(check) => check(string(value)?),
            Self::Slug => string(value)?
                .parse::<Slug>()
                .map(drop)
                .map_err(|e| e.to_string()),
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
            Self::Text => size(string(value)?, Limits::TEXT).and_then(|text| {
                if text.trim().is_empty() {
                    Err("must not be empty".to_owned())
                } else {
                    Ok(())
                }
            }),
            Self::Ciphertext => size(string(value)?, Limits::SEALED).map(drop),
            Self::Slugs => list(value, |text| {
                text.parse::<Slug>()
                    .map(drop)
                    .map_err(|e: SlugError| e.to_string())
            }),
            Self::Keys => list(value, |text| size(text, 1024).map(drop)),
            Self::Count => match value.as_integer() {
                Some(0..=1_000_000) => Ok(()),
                Some(_) => Err("is a number from 0 to 1000000".to_owned()),
                None => Err(format!("is a whole number, not {}", value.type_name())),
            },
            Self::Line => size(string(value)?, 200).and_then(|text| {
                if text.trim().is_empty() {
                    Err("must not be empty".to_owned())
                } else {
                    Ok(())
                }
            }),
        }
    }
}

fn string(value: &Value) -> Result<&str, String> {
    value
        .as_str()
        .ok_or_else(|| format!("is a string, not {}", value.type_name()))
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
    if elements.len() > 1000 {
        return Err(format!(
            "holds {} elements; at most 1000 are allowed",
            elements.len()
        ));
    }
    elements.iter().try_for_each(|element| check(string(element)?))
}
