//! Slips in the keys of a record.
//!
//! The format keeps unknown keys (docs/format.md#unknown-keys), so that `Visibility = "private"` parses, and seals nothing.

use crate::model::{Kind, Table, TableKind, Value, Visibility};

use super::vocabulary::{Intent, Slip, exactly, is_near};

/// The slips at the head of a record, or of `pair.toml` and its members.
pub fn keys_of_head(head: &Table) -> Vec<Slip> {
    let fields = head.fields.iter();
    fields
        .filter_map(|field| in_head(&field.key, &field.value))
        .collect()
}

pub(super) fn in_entry(key: &str, value: &Value) -> Option<Slip> {
    let is_known = |key: &str| TableKind::Entry.field(key).is_some();
    if is_known(key) {
        return None;
    }
    let lower = key.to_lowercase();
    let small = is_known(&lower).then_some(Intent::SmallLetters);
    let nested = || holds_entry(value).then_some(Intent::Entries);
    let intent = sealing(&lower, value).or(small).or_else(nested)?;
    Some(slip(key, value, intent))
}

fn in_head(key: &str, value: &Value) -> Option<Slip> {
    let lower = key.to_lowercase();
    if matches!(lower.as_str(), "text" | "kind" | "sealed") || sealing(&lower, value).is_some() {
        return Some(slip(key, value, Intent::BelowEntry));
    }
    (names_entries(&lower, value) || holds_entry(value)).then(|| slip(key, value, Intent::Entries))
}

fn slip(key: &str, value: &Value, intent: Intent) -> Slip {
    Slip {
        key: key.to_owned(),
        written: value.canonical(),
        intent,
    }
}

/// The word that seals which a key was meant as: by its value, or by its name in small letters.
fn sealing(lower: &str, value: &Value) -> Option<Intent> {
    let by_name = || {
        let is_word = |it: &Visibility| lower.contains(it.as_str()) || is_near(lower, it.as_str());
        let readers = is_near(lower, "visibility") || lower.contains("secret");
        let named = Visibility::sealed().find(is_word);
        let named = named.or(readers.then_some(Visibility::Private));
        named
            .filter(|_| *value != Value::Boolean(false))
            .map(Intent::Visibility)
    };
    by_value(value).or_else(by_name)
}

fn by_value(value: &Value) -> Option<Intent> {
    value.as_str().and_then(exactly)
}

/// Whether a table has a name for entries, in small letters: `entries`, `concern`, `notes`.
fn names_entries(lower: &str, value: &Value) -> bool {
    let kind = lower.trim_end_matches('s').parse::<Kind>();
    holds_table(value) && (kind.is_ok() || is_near(lower, "entry") || is_near(lower, "entries"))
}

fn holds_table(value: &Value) -> bool {
    match value {
        Value::Table(_) => true,
        Value::Array(all) => all.iter().any(holds_table),
        _ => false,
    }
}

/// Whether a nested table reads like an entry that is to be sealed.
fn holds_entry(value: &Value) -> bool {
    match value {
        Value::Table(keys) => keys.iter().any(|(key, value)| {
            by_value(value).is_some() || names_entries(&key.to_lowercase(), value) || holds_entry(value)
        }),
        Value::Array(all) => all.iter().any(holds_entry),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::assemble;

    const PRIVATE: Intent = Intent::Visibility(Visibility::Private);
    const CONFIDENTIAL: Intent = Intent::Visibility(Visibility::Confidential);
    const CONCERN: Intent = Intent::Kind(Kind::Concern);

    /// The slips in the keys of a record's head.
    fn at_head(text: &str) -> Vec<(String, Intent)> {
        let loaded = assemble([("agenda.toml", text.as_bytes())]);
        assert!(loaded.broken.is_empty(), "{text}: {:?}", loaded.broken);
        let slips = keys_of_head(&loaded.state.agenda.unwrap()).into_iter();
        slips.map(|slip| (slip.key, slip.intent)).collect()
    }

    /// The slip of one key of an entry.
    fn of_entry(line: &str) -> Option<Slip> {
        let text = format!("[[entry]]\ntext = \"x\"\n{line}\n");
        let loaded = assemble([("agenda.toml", text.as_bytes())]);
        assert!(loaded.broken.is_empty(), "{text}: {:?}", loaded.broken);
        let field = loaded.loose[0].entry.fields.last().unwrap().clone();
        in_entry(&field.key, &field.value)
    }

    #[test]
    fn a_key_that_was_meant_to_seal_is_a_slip() {
        for (line, intent) in [
            ("Visibility = \"private\"", PRIVATE),
            ("Visibility = \"confidential\"", CONFIDENTIAL),
            ("Visibility = \"secret\"", PRIVATE),
            ("visibilty = \"privat\"", PRIVATE),
            ("visiblity = true", PRIVATE),
            ("private = true", PRIVATE),
            ("privat = true", PRIVATE),
            ("confidental = true", CONFIDENTIAL),
            ("is_private = true", PRIVATE),
            ("secrets = 1", PRIVATE),
            ("privacy = \"private\"", PRIVATE),
            ("visible = \" Private \"", PRIVATE),
            ("Kind = \"concern\"", CONCERN),
            ("type = \"Concern\"", CONCERN),
            ("Text = \"x\"", Intent::SmallLetters),
            ("DUE = 2026-12-01", Intent::SmallLetters),
            ("Visibility = false", Intent::SmallLetters),
            ("meta = { visibility = \"private\" }", Intent::Entries),
            ("meta = [[{ type = \"concern\" }]]", Intent::Entries),
            (
                "meta = { more = { Notes = [{ text = \"y\" }] } }",
                Intent::Entries,
            ),
        ] {
            let slip = of_entry(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(slip.intent, intent, "{line}");
            assert!(line.starts_with(&format!("{} = ", slip.key)), "{line}");
        }
    }

    #[test]
    fn a_slip_holds_the_value_of_its_key() {
        let of = |line: &str| of_entry(line).unwrap().written;
        assert_eq!(of("private = [1, \"a\"]"), "[1, \"a\"]");
        assert_eq!(of("Text = \"b\""), "\"b\"");
    }

    #[test]
    fn a_key_that_belongs_to_an_entry_is_a_slip_at_the_head() {
        for (text, key, intent) in [
            ("visibility = \"private\"\n", "visibility", Intent::BelowEntry),
            ("private = true\n", "private", Intent::BelowEntry),
            ("text = \"x\"\n", "text", Intent::BelowEntry),
            ("Kind = \"note\"\n", "Kind", Intent::BelowEntry),
            ("sealed = \"x\"\n", "sealed", Intent::BelowEntry),
            (
                "[[entries]]\nvisibility = \"private\"\ntext = \"x\"",
                "entries",
                Intent::Entries,
            ),
            ("[[Entry]]\ntext = \"x\"", "Entry", Intent::Entries),
            ("[entrys]\ntext = \"x\"", "entrys", Intent::Entries),
            ("[[concern]]\ntext = \"x\"", "concern", Intent::Entries),
            ("[[Notes]]\ntext = \"x\"", "Notes", Intent::Entries),
            (
                "[[things]]\nvisibility = \"Private\"\ntext = \"x\"",
                "things",
                Intent::Entries,
            ),
            (
                "[[agenda.entry]]\nkind = \"topic\"\ntext = \"x\"",
                "agenda",
                Intent::Entries,
            ),
        ] {
            assert_eq!(at_head(text), [(key.to_owned(), intent)], "{text}");
        }
    }

    #[test]
    fn other_unknown_keys_are_nobodys_business() {
        for line in [
            "kind = \"concern\"",
            "mood = \"good\"",
            "private = false",
            "visibilty = false",
            "visitor = \"ana\"",
            "meta = { level = \"high\" }",
            "meta = { notes = \"few\", list = [\"concern\"] }",
            "meta = [[\"private\"], 1]",
        ] {
            assert!(of_entry(line).is_none(), "{line}");
        }
        for text in [
            "entry_style = \"long\"\nentries = 3\nnotes = [1]\n\n[[entry]]\ntext = \"x\"",
            "private = false\n",
            "[tool]\nvisible = true\n",
            "[[links]]\ntext = \"the plan\"\nurl = \"https://example.invalid\"",
        ] {
            assert_eq!(at_head(text), [], "{text}");
        }
    }
}
