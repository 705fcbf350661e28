//! Slips in what a person says: the text of an entry, and its themes.

use crate::model::{HashWords, Table, Value};

use super::vocabulary::{Slip, exactly, nearly};

/// Quotation marks set no word apart: somebody speaks of it.
const QUOTES: &[char] = &[
    '"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›', '「', '『',
];

/// A first word that was most likely no part of the text. A bracket or a dash right before it sets it apart, or a colon
/// behind it. So does a line of its own, which may be a heading. Where no kind is named, any first word stands in the
/// place of one.
pub(super) fn in_text(text: &str, names_kind: bool) -> Option<Slip> {
    let is_sign = |c: char| !c.is_alphanumeric() && c != '#';
    // The signs of a heading have a space behind them, that of a theme has none.
    let heading = text.trim_start().trim_start_matches('#');
    let text = if heading.starts_with(' ') { heading } else { text };
    let inner = text.trim_start_matches(is_sign);
    let end = inner.find(|c: char| c.is_whitespace() || c == ':');
    let (word, rest) = inner.split_at(end.unwrap_or(inner.len()));
    let word = word.trim_end_matches(is_sign);
    let before = text
        .strip_suffix(inner)
        .and_then(|signs| signs.chars().next_back());
    let is_marked = before.is_some_and(|c| !c.is_whitespace() && !QUOTES.contains(&c));
    let of_line = rest.split('\n').next().unwrap_or_default().trim();
    let is_apart = is_marked || of_line.is_empty() || rest.trim_start().starts_with(':');
    Some(Slip {
        key: "text".to_owned(),
        written: word.to_owned(),
        // A theme is no word of the text.
        intent: nearly(word).filter(|_| !word.starts_with('#') && (is_apart || !names_kind))?,
    })
}

/// Themes that seal nothing: those of an entry, and those that its text names.
pub(super) fn in_themes(entry: &Table) -> Vec<Slip> {
    let themes = entry.list("themes");
    let themes = themes.iter().filter_map(Value::as_str).map(str::to_owned);
    let in_text = HashWords::of(entry.get_str("text").unwrap_or_default()).themes;
    let in_text = in_text.into_iter().map(|theme| theme.to_string());
    let slip = |(key, theme): (&str, String)| {
        Some(Slip {
            key: key.to_owned(),
            written: format!("#{theme}"),
            intent: exactly(&theme)?,
        })
    };
    let of_entry = themes.map(|theme| ("themes", theme));
    of_entry
        .chain(in_text.map(|theme| ("text", theme)))
        .filter_map(slip)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Intent;
    use crate::model::{Kind, Visibility};

    fn intent(text: &str, names_kind: bool) -> Option<Intent> {
        in_text(text, names_kind).map(|slip| slip.intent)
    }

    const CONCERN: Intent = Intent::Kind(Kind::Concern);
    const PRIVATE: Intent = Intent::Visibility(Visibility::Private);
    const CONFIDENTIAL: Intent = Intent::Visibility(Visibility::Confidential);

    #[test]
    fn a_first_word_that_is_set_apart_is_a_slip_whatever_the_kind() {
        for (text, wanted) in [
            ("private: x", PRIVATE),
            ("\n Private: x\nmore", PRIVATE),
            ("Private : x", PRIVATE),
            ("privat: x", PRIVATE),
            ("\"private\": x", PRIVATE),
            ("(private) x", PRIVATE),
            ("[private] x", PRIVATE),
            ("—private x", PRIVATE),
            ("private", PRIVATE),
            ("private.", PRIVATE),
            ("PRIVATE\n\nsome text", PRIVATE),
            ("# Private\n\nsome text", PRIVATE),
            ("## private: x", PRIVATE),
            ("confidential: x", CONFIDENTIAL),
            ("concern:x", CONCERN),
            ("concren: x", CONCERN),
            ("(concern) x", CONCERN),
            ("concern", CONCERN),
        ] {
            assert_eq!(intent(text, true), Some(wanted), "{text}");
            assert_eq!(intent(text, false), Some(wanted), "{text}");
        }
    }

    #[test]
    fn where_no_kind_is_named_any_first_word_stands_in_its_place() {
        for (text, wanted) in [
            ("private channels cleanup", PRIVATE),
            ("- private channels", PRIVATE),
            ("\"private\" is a bad name", PRIVATE),
            ("privat ist alles", PRIVATE),
            ("concern about X", CONCERN),
            ("Concerns about hiring", CONCERN),
            ("confidental notes", CONFIDENTIAL),
        ] {
            assert_eq!(intent(text, false), Some(wanted), "{text}");
            assert_eq!(intent(text, true), None, "{text}");
        }
    }

    #[test]
    fn other_texts_are_nobodys_business() {
        for text in [
            "",
            "-",
            "– the roadmap",
            "x\nprivate: y",
            "my private plans",
            "note: x",
            "concert tickets",
            "Convert the docs",
            "concept for the summer",
            "concerning the roadmap",
            "privacy: a review",
            "#hiring private channels",
            "#privat",
            "x: private",
        ] {
            assert_eq!(intent(text, false), None, "{text}");
        }
    }

    #[test]
    fn a_slip_in_a_text_is_its_first_word() {
        let slip = in_text("“(Privat): x", true).unwrap();
        assert_eq!((slip.key.as_str(), slip.written.as_str()), ("text", "Privat"));
        assert!(!slip.is_theme());
    }

    #[test]
    fn a_theme_that_seals_nothing_is_a_slip() {
        let of = |text: &str, themes: &[&str]| {
            let mut entry = Table::default();
            entry.set("text", text);
            let themes = themes.iter().map(|theme| Value::from(*theme));
            entry.set("themes", Value::Array(themes.collect()));
            let slips = in_themes(&entry).into_iter();
            let named = |slip: Slip| {
                assert!(slip.is_theme());
                (slip.key + " " + &slip.written, slip.intent)
            };
            slips.map(named).collect::<Vec<_>>()
        };
        assert_eq!(of("about it #private", &[]), [("text #private".into(), PRIVATE)]);
        assert_eq!(of("#Private about it", &[]), [("text #private".into(), PRIVATE)]);
        assert_eq!(of("#concern: mine", &[]), [("text #concern".into(), CONCERN)]);
        let listed = of("x", &["hiring", "confidential"]);
        assert_eq!(listed, [("themes #confidential".into(), CONFIDENTIAL)]);
        let both = of("x #concern", &["private"]);
        assert_eq!(both.len(), 2);
        for (text, themes) in [("x #privacy", &["concerns"][..]), ("no#private", &["privat"])] {
            assert_eq!(of(text, themes), [], "{text}");
        }
        assert!(in_themes(&Table::default()).is_empty());
    }
}
