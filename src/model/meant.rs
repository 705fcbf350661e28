//! Slips of the pen by which a text that was meant to be sealed would go out in clear (design, section 4, promise 3).
//!
//! The format keeps unknown keys (design, section 2), so that `Visibility = "private"` parses, and seals nothing. Whoever
//! writes such a key by hand is asked; one that has arrived is nobody's slip any more.

use super::table::Table;
use super::validate::{Place, is_known};
use super::value::Value;

/// A key that was most likely meant for another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The key as it is written.
    pub key: String,
    /// What is wrong with it, as a sentence.
    pub what: String,
    /// How to put it right.
    pub help: String,
}

/// The first such key of an entry; none where the entry is sealed, or will be.
pub fn slip_in_entry(entry: &Table) -> Option<Slip> {
    if entry.get("sealed").is_some() || entry.visibility().is_sealed() {
        return None;
    }
    let unknown = entry.fields.iter().filter(|f| !is_known(Place::Entry, &f.key));
    unknown
        .filter_map(|field| {
            let (key, lower) = (&field.key, field.key.to_lowercase());
            if seals(&lower, &field.value) {
                return Some(slip(
                    key,
                    "seals nothing: the entry would go out in clear",
                    "write visibility = \"private\" or \"confidential\"",
                ));
            }
            if is_known(Place::Entry, &lower) {
                return Some(slip(
                    key,
                    "is written in small letters",
                    &format!("write {lower}, or give the key another name"),
                ));
            }
            holds_sealed(&field.value).then(|| nested(key))
        })
        .next()
}

/// The first such key at the head of a record.
pub fn slip_in_head(head: &Table) -> Option<Slip> {
    head.fields
        .iter()
        .filter_map(|field| {
            let (key, lower) = (&field.key, field.key.to_lowercase());
            if seals(&lower, &field.value) {
                return Some(slip(
                    key,
                    "stands at the head of the record, and seals nothing there",
                    "put it below the [[entry]] that it belongs to",
                ));
            }
            let entries = ["entry", "entries"];
            let meant = entries
                .iter()
                .any(|name| strsim::damerau_levenshtein(&lower, name) <= 2);
            if (meant && holds_table(&field.value)) || holds_sealed(&field.value) {
                return Some(nested(key));
            }
            None
        })
        .next()
}

fn slip(key: &str, what: &str, help: &str) -> Slip {
    Slip {
        key: key.to_owned(),
        what: format!("`{key}` {what}"),
        help: help.to_owned(),
    }
}

fn nested(key: &str) -> Slip {
    slip(
        key,
        "is no entry: what it holds would go out in clear",
        "entries are written as [[entry]] tables",
    )
}

/// Whether a key, in small letters, was meant to say that an entry is sealed.
fn seals(lower: &str, value: &Value) -> bool {
    match lower {
        "private" | "confidential" | "secret" | "seal" => *value != Value::Boolean(false),
        _ => strsim::damerau_levenshtein(lower, "visibility") <= 2,
    }
}

fn holds_table(value: &Value) -> bool {
    match value {
        Value::Table(_) => true,
        Value::Array(all) => all.iter().any(holds_table),
        _ => false,
    }
}

/// Whether a nested table says of itself that it is sealed.
fn holds_sealed(value: &Value) -> bool {
    match value {
        Value::Table(keys) => keys.iter().any(|(key, value)| {
            let word = value.as_str().map(str::to_lowercase);
            let sealed = matches!(word.as_deref(), Some("private" | "confidential"));
            (sealed && seals(&key.to_lowercase(), value)) || holds_sealed(value)
        }),
        Value::Array(all) => all.iter().any(holds_sealed),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Loaded, assemble};

    fn read(text: &str) -> Loaded {
        let loaded = assemble([("agenda.toml", text.as_bytes())]);
        assert!(loaded.broken.is_empty(), "{text}");
        loaded
    }

    fn slips(text: &str) -> Option<Slip> {
        let loaded = read(text);
        let head = loaded.state.agenda.as_ref().and_then(slip_in_head);
        head.or_else(|| loaded.loose.iter().find_map(|p| slip_in_entry(&p.entry)))
    }

    #[test]
    fn what_was_meant_to_be_sealed_is_noticed() {
        for text in [
            "[[entry]]\nVisibility = \"private\"\ntext = \"x\"",
            "[[entry]]\nvisibilty = \"private\"\ntext = \"x\"",
            "[[entry]]\nvisiblity = \"confidential\"\ntext = \"x\"",
            "[[entry]]\nprivate = true\ntext = \"x\"",
            "[[entry]]\nKind = \"concern\"\ntext = \"x\"",
            "[[entry]]\nText = \"x\"\ntext = \"y\"",
            "[[entry]]\nmeta = { visibility = \"private\" }\ntext = \"x\"",
            "[[entries]]\nvisibility = \"private\"\ntext = \"x\"",
            "[[Entry]]\ntext = \"x\"",
            "[[notes]]\nvisibility = \"Private\"\ntext = \"x\"",
            "visibility = \"private\"\n\n[[entry]]\ntext = \"x\"",
        ] {
            assert!(slips(text).is_some(), "{text}");
        }
    }

    #[test]
    fn other_unknown_keys_are_nobodys_business() {
        for text in [
            "[[entry]]\nmood = \"private\"\ntext = \"x\"",
            "[[entry]]\nprivate = false\ntext = \"x\"",
            "[[entry]]\nvisibility = \"private\"\nVisibility = \"private\"\ntext = \"x\"",
            "[[entry]]\nvisitor = \"ana\"\ntext = \"x\"",
            "[[entry]]\nmeta = { level = \"private\" }\ntext = \"x\"",
            "entry_style = \"long\"\n\n[[entry]]\ntext = \"x\"",
            "[tool]\nvisible = true\n",
        ] {
            assert_eq!(slips(text), None, "{text}");
        }
    }
}
