//! Slugs: how members and themes are spelled (docs/format.md#slugs).

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;

/// A member's or a theme's slug: 1 to 40 of `[a-z0-9-]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// The fault in a would-be slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlugError;

impl fmt::Display for SlugError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is 1 to {} of a-z, 0-9 and -", Slug::LONGEST)
    }
}

impl std::error::Error for SlugError {}

impl Slug {
    /// The longest slug, in letters.
    pub const LONGEST: usize = 40;

    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        let fine = (1..=Self::LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fine {
            Ok(Self(text.to_owned()))
        } else {
            Err(SlugError)
        }
    }
}

fn squeeze(words: &str) -> Option<Slug> {
    let mut slug = String::new();
    for c in deunicode::deunicode(words)
        .chars()
        .map(|c| c.to_ascii_lowercase())
    {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(Slug::LONGEST);
    slug.trim_end_matches('-').parse().ok()
}

/// A member's slug: the first word of the name, in ASCII, lower case.
pub fn slug_of_name(name: &str) -> Option<Slug> {
    name.split_whitespace().find_map(squeeze)
}

/// A theme as a person would type it (`System design`, `#system-design`), as its slug.
pub fn theme_of_words(words: &str) -> Option<Slug> {
    // `deunicode` knows composed letters alone. A member's slug stays as other versions find it.
    let composed: String = words.nfc().collect();
    squeeze(composed.trim().trim_start_matches('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_an_ascii_slug() {
        let slug = |name| slug_of_name(name).map(|s| s.to_string());
        assert_eq!(slug("Sam Lee").as_deref(), Some("sam"));
        assert_eq!(slug("José").as_deref(), Some("jose"));
        assert_eq!(slug("Jose\u{301}").as_deref(), Some("jose"));
        assert_eq!(slug("李 雷").as_deref(), Some("li"));
        assert_eq!(slug("Anne-Marie Dupont").as_deref(), Some("anne-marie"));
        assert_eq!(slug("!!! Ana").as_deref(), Some("ana"));
        assert_eq!(slug("  "), None);
        assert_eq!(slug(&"x".repeat(60)).map(|s| s.len()), Some(40));
    }

    #[test]
    fn a_theme_is_the_same_in_either_unicode_form() {
        let theme = |words| theme_of_words(words).map(|s| s.to_string());
        assert_eq!(theme("Système Design").as_deref(), Some("systeme-design"));
        assert_eq!(theme("#Syste\u{300}me Design").as_deref(), Some("systeme-design"));
        assert_eq!(theme("\u{304b}\u{3099}"), theme("\u{304c}"));
    }
}
