//! Slips of the pen by which a text that was meant to be sealed would go out in clear (design, section 4, promise 3).
//!
//! The format keeps unknown keys (design, section 2), so that `Visibility = "private"` parses, and seals nothing. Whoever
//! writes such a key by hand is asked; one that has arrived is nobody's slip any more.

use std::collections::BTreeMap;

use super::fields::Place;
use super::format::{Table, Value, is_known};
use super::words::Kind;

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

/// Such keys of an entry; none where the entry is sealed, or will be.
pub fn slips_in_entry(entry: &Table) -> Vec<Slip> {
    let mut slips = Vec::new();
    // What stands in a conflict is looked at by itself: each body has a visibility of its own.
    for row in entry.rows_of("body") {
        let alternative = &row.alternative;
        if alternative.get("sealed").is_none() && !alternative.visibility().is_sealed() {
            slips.extend(
                alternative
                    .map()
                    .iter()
                    .filter_map(|(key, value)| in_entry(key, value)),
            );
        }
    }
    if entry.get("sealed").is_none() && !entry.visibility().is_sealed() {
        let fields = entry.fields.iter();
        slips.extend(fields.filter_map(|field| in_entry(&field.key, &field.value)));
    }
    slips
}

/// A theme that is one of the two words that seal, on an entry that says nothing of who reads it. A command may have put
/// it there on purpose: it is worth a question where somebody writes it by hand, and no more.
pub fn slip_in_themes(entry: &Table) -> Option<Slip> {
    let says_nothing = entry.get("visibility").is_none() && entry.get("sealed").is_none();
    let themes = entry.get("themes").and_then(Value::as_array).unwrap_or_default();
    (says_nothing && themes.iter().any(names_a_seal)).then(|| unsealing("themes"))
}

fn in_entry(key: &str, value: &Value) -> Option<Slip> {
    let lower = key.to_lowercase();
    if is_known(Place::Entry, key) {
        return None;
    }
    if seals(&lower, value) || names_a_seal(value) || is_concern(value) {
        return Some(unsealing(key));
    }
    if is_known(Place::Entry, &lower) {
        let help = format!("write {lower}, or give the key another name");
        return Some(slip(key, "is written in small letters", &help));
    }
    holds_entry(value).then(|| nested(key))
}

/// Such keys at the head of a record, or of `pair.toml` and its members.
pub fn slips_in_head(head: &Table) -> Vec<Slip> {
    head.fields
        .iter()
        .filter_map(|field| in_head(&field.key, &field.value))
        .collect()
}

fn in_head(key: &str, value: &Value) -> Option<Slip> {
    let lower = key.to_lowercase();
    if matches!(lower.as_str(), "text" | "kind" | "sealed") || seals(&lower, value) || names_a_seal(value) {
        return Some(slip(
            key,
            "stands at the head of the record, and belongs to no entry there",
            "put it below an [[entry]] line",
        ));
    }
    let is_table = matches!(value, Value::Table(_) | Value::Array(_)) && holds_table(value);
    (is_table && (names_entries(&lower) || holds_entry(value))).then(|| nested(key))
}

fn slip(key: &str, what: &str, help: &str) -> Slip {
    Slip {
        key: key.to_owned(),
        what: format!("`{key}` {what}"),
        help: help.to_owned(),
    }
}

fn unsealing(key: &str) -> Slip {
    slip(
        key,
        "seals nothing: the entry would go out in clear",
        "write visibility = \"private\" or \"confidential\"; or visibility = \"shared\" and another word",
    )
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
    let near = |word: &str| strsim::damerau_levenshtein(lower, word) <= 2;
    let says = |word: &str| lower.contains(word);
    near("visibility")
        || (["private", "confidential"]
            .into_iter()
            .any(|w| near(w) || says(w))
            || says("secret"))
            && *value != Value::Boolean(false)
}

/// Whether a value is one of the two words that seal.
fn names_a_seal(value: &Value) -> bool {
    let word = value.as_str().map(|word| word.trim().to_lowercase());
    matches!(word.as_deref(), Some("private" | "confidential"))
}

/// What troubles somebody is confidential unless they say otherwise (design, section 5).
fn is_concern(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|word| word.trim().to_lowercase() == Kind::Concern.as_str())
}

/// Whether a key, in small letters, reads like a name for entries: `entries`, `concern`, `notes`.
fn names_entries(lower: &str) -> bool {
    let near = |word: &str| strsim::damerau_levenshtein(lower, word) <= 2;
    let kind = lower.parse::<Kind>().is_ok() || lower.trim_end_matches('s').parse::<Kind>().is_ok();
    kind || near("entry") || near("entries")
}

fn holds_table(value: &Value) -> bool {
    match value {
        Value::Table(_) => true,
        Value::Array(all) => all.iter().any(holds_table),
        _ => false,
    }
}

/// Whether a nested table reads like an entry that is sealed, or a concern.
fn holds_entry(value: &Value) -> bool {
    let is_entry = |keys: &BTreeMap<String, Value>| {
        keys.iter().any(|(key, value)| {
            let lower = key.to_lowercase();
            let named = names_entries(&lower) && holds_table(value);
            named || is_concern(value) || (names_a_seal(value) && seals(&lower, value)) || holds_entry(value)
        })
    };
    match value {
        Value::Table(keys) => is_entry(keys),
        Value::Array(all) => all.iter().any(holds_entry),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Loaded, assemble};

    fn read(text: &str) -> Loaded {
        let loaded = assemble([("agenda.toml", text.as_bytes())]);
        assert!(loaded.broken.is_empty(), "{text}: {:?}", loaded.broken);
        loaded
    }

    fn slips(text: &str) -> Vec<String> {
        let loaded = read(text);
        let head = loaded.state.agenda.iter().flat_map(slips_in_head);
        let entries = loaded.loose.iter().flat_map(|p| slips_in_entry(&p.entry));
        head.chain(entries).map(|slip| slip.key).collect()
    }

    #[test]
    fn what_was_meant_to_be_sealed_is_noticed() {
        for (key, text) in [
            ("Visibility", "[[entry]]\nVisibility = \"private\"\ntext = \"x\""),
            ("visibilty", "[[entry]]\nvisibilty = \"private\"\ntext = \"x\""),
            (
                "visiblity",
                "[[entry]]\nvisiblity = \"confidential\"\ntext = \"x\"",
            ),
            ("private", "[[entry]]\nprivate = true\ntext = \"x\""),
            ("privat", "[[entry]]\nprivat = true\ntext = \"x\""),
            ("confidental", "[[entry]]\nconfidental = true\ntext = \"x\""),
            ("is_private", "[[entry]]\nis_private = true\ntext = \"x\""),
            ("privacy", "[[entry]]\nprivacy = \"private\"\ntext = \"x\""),
            ("visible", "[[entry]]\nvisible = \"Private\"\ntext = \"x\""),
            ("Kind", "[[entry]]\nKind = \"concern\"\ntext = \"x\""),
            ("knid", "[[entry]]\nknid = \"concern\"\ntext = \"x\""),
            ("type", "[[entry]]\ntype = \"concern\"\ntext = \"x\""),
            ("Text", "[[entry]]\nText = \"x\"\ntext = \"y\""),
            (
                "meta",
                "[[entry]]\nmeta = { visibility = \"private\" }\ntext = \"x\"",
            ),
            (
                "Visibility",
                "[[entry]]\ntext = \"y\"\n[[entry.conflict]]\nfield = \"body\"\nVisibility = \"private\"\ntext = \"x\"",
            ),
            ("entries", "[[entries]]\nvisibility = \"private\"\ntext = \"x\""),
            ("Entry", "[[Entry]]\ntext = \"x\""),
            ("concern", "[[concern]]\ntext = \"x\""),
            ("concerns", "[[concerns]]\ntext = \"x\""),
            ("things", "[[things]]\nvisibility = \"Private\"\ntext = \"x\""),
            ("agenda", "[[agenda.entry]]\nkind = \"concern\"\ntext = \"x\""),
            (
                "visibility",
                "visibility = \"private\"\n\n[[entry]]\ntext = \"x\"",
            ),
            ("text", "text = \"x\""),
        ] {
            assert!(slips(text).iter().any(|slip| slip == key), "{text}");
        }
        let two = slips("[[entry]]\nprivate = true\nVisibility = \"private\"\ntext = \"x\"");
        assert_eq!(two, ["private", "Visibility"]);
    }

    #[test]
    fn a_theme_that_seals_nothing_is_asked_about_by_hand() {
        let slip = |text: &str| slip_in_themes(&read(text).loose[0].entry);
        assert!(slip("[[entry]]\nthemes = [\"private\"]\ntext = \"x\"").is_some());
        assert!(slip("[[entry]]\nvisibility = \"shared\"\nthemes = [\"private\"]\ntext = \"x\"").is_none());
        assert!(slip("[[entry]]\nthemes = [\"privacy\"]\ntext = \"x\"").is_none());
    }

    #[test]
    fn other_unknown_keys_are_nobodys_business() {
        for text in [
            "[[entry]]\nmood = \"good\"\ntext = \"private matters\"",
            "[[entry]]\nprivate = false\ntext = \"x\"",
            "[[entry]]\nvisibility = \"private\"\nVisibility = \"private\"\ntext = \"x\"",
            "[[entry]]\nvisitor = \"ana\"\ntext = \"x\"",
            "[[entry]]\nmeta = { level = \"high\" }\ntext = \"x\"",
            "[[entry]]\nthemes = [\"private\"]\ntext = \"x\"",
            "entry_style = \"long\"\n\n[[entry]]\ntext = \"x\"",
            "[tool]\nvisible = true\n",
            "[[links]]\ntext = \"the plan\"\nurl = \"https://example.invalid\"",
        ] {
            assert_eq!(slips(text), Vec::<String>::new(), "{text}");
        }
    }
}
