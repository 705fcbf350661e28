//! The one vocabulary: the words that seal, and how near to one a word must be to be taken for it.

use strsim::damerau_levenshtein;

use crate::model::{Kind, Visibility};

/// Something that was most likely meant otherwise than it is written.
///
/// It holds words of an entry that may be private, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slip {
    /// The key of the record that it stands at: `text`, `themes` or one that the format does not know.
    pub key: String,
    /// The word of the text, the theme with its `#`, or the value of the key as canonical TOML.
    pub written: String,
    /// Its most likely meaning.
    pub intent: Intent,
}

impl Slip {
    /// Whether it is a theme, among the others or in the text.
    pub fn is_theme(&self) -> bool {
        self.written.starts_with('#')
    }
}

/// The most likely meaning of a slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Intent {
    /// A kind that is sealed where nobody says who reads it.
    Kind(Kind),
    /// A visibility that seals.
    Visibility(Visibility),
    /// The key of the same name in small letters.
    SmallLetters,
    /// Entries, which are written as `[[entry]]` tables.
    Entries,
    /// A key of an entry, which stands below an `[[entry]]` line.
    BelowEntry,
}

impl Intent {
    /// The readers of the entry in this meaning; none where it names none.
    pub fn visibility(self) -> Option<Visibility> {
        match self {
            Self::Kind(kind) => Some(kind.default_visibility()),
            Self::Visibility(visibility) => Some(visibility),
            Self::SmallLetters | Self::Entries | Self::BelowEntry => None,
        }
    }
}

/// The meaning of a word that is one of those that seal, in any letters.
pub(super) fn exactly(word: &str) -> Option<Intent> {
    let lower = word.trim().to_lowercase();
    find(|name| lower == name)
}

/// The meaning of a word that is near to one of those that seal.
pub(super) fn nearly(word: &str) -> Option<Intent> {
    let lower = word.to_lowercase();
    find(|name| is_near(&lower, name))
}

fn find(is: impl Fn(&str) -> bool) -> Option<Intent> {
    let kinds = Kind::sealed().map(|kind| (kind.as_str(), Intent::Kind(kind)));
    let visibilities = Visibility::sealed().map(|it| (it.as_str(), Intent::Visibility(it)));
    let mut words = kinds.chain(visibilities);
    words.find(|(name, _)| is(name)).map(|(_, meant)| meant)
}

/// Whether a word is another one, or that with a letter too many, a letter too few, or two neighbours swapped. A letter
/// in the place of another makes a word of its own: `concert`.
pub(super) fn is_near(word: &str, name: &str) -> bool {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let (ours, theirs) = (letters(word), letters(name));
    damerau_levenshtein(word, name) <= 1 && (ours.len() != theirs.len() || ours == theirs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_near_with_a_letter_more_or_less_or_two_swapped() {
        let concern = Some(Intent::Kind(Kind::Concern));
        let private = Some(Intent::Visibility(Visibility::Private));
        let confidential = Some(Intent::Visibility(Visibility::Confidential));
        for (word, meant) in [
            ("concern", concern),
            ("Concern", concern),
            ("concerns", concern),
            ("conern", concern),
            ("concren", concern),
            ("private", private),
            ("privat", private),
            ("PRIVAET", private),
            ("confidential", confidential),
            ("confidental", confidential),
        ] {
            assert_eq!(nearly(word), meant, "{word}");
        }
        for word in [
            "",
            "concert",
            "concerts",
            "concept",
            "concerning",
            "convert",
            "cancer",
            "confer",
            "privacy",
            "primate",
            "nocnern",
            "shared",
            "note",
        ] {
            assert_eq!(nearly(word), None, "{word}");
        }
    }

    #[test]
    fn a_word_that_seals_is_one_in_any_letters() {
        assert_eq!(
            exactly(" Private "),
            Some(Intent::Visibility(Visibility::Private))
        );
        assert_eq!(exactly("concern"), Some(Intent::Kind(Kind::Concern)));
        for word in ["privat", "concerns", "shared", "topic", ""] {
            assert_eq!(exactly(word), None, "{word}");
        }
    }

    #[test]
    fn what_was_meant_names_who_would_read_it() {
        for (meant, readers) in [
            (Intent::Kind(Kind::Concern), Some(Visibility::Confidential)),
            (Intent::Visibility(Visibility::Private), Some(Visibility::Private)),
            (Intent::SmallLetters, None),
            (Intent::Entries, None),
            (Intent::BelowEntry, None),
        ] {
            assert_eq!(meant.visibility(), readers, "{meant:?}");
        }
    }
}
