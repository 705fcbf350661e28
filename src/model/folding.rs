//! Words as they are compared: a text is not its bytes (docs/format.md#text).

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization as _;

/// A text in the one form that is compared: canonically composed, case folded.
///
/// Unicode's canonical caseless matching: `é` in one character or in two is the same, and so are `straße` and `STRASSE`.
/// Nothing that is stored is changed by it.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let decomposed: String = text.nfd().collect();
    UniCase::unicode(decomposed).to_folded_case().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn forms_and_cases_of_one_word_are_one() {
        for (one, other) in [
            ("Cache", "cACHE"),
            ("caf\u{e9}", "CAFE\u{301}"),
            ("straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς"),
            ("\u{d55c}", "\u{1112}\u{1161}\u{11ab}"),
            ("\u{212b}ngstr\u{f6}m", "a\u{30a}ngstro\u{308}m"),
            // Marks in another order.
            ("q\u{323}\u{307}", "Q\u{307}\u{323}"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("resume"), folded("résumé"));
    }
}
