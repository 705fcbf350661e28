//! Texts that a stranger may have written: what is refused on the way in and made visible on the way out
//! (docs/format.md#text).

use std::borrow::Cow;

use super::invisible::with_hidden;

/// The first character that a text must not hold: a control character other than newline and tab.
///
/// # Errors
/// Names the character and where it stands.
pub fn check_text(text: &str) -> Result<(), String> {
    for (number, line) in text.split('\n').enumerate() {
        if let Some((column, c)) = line
            .chars()
            .enumerate()
            .find(|(_, c)| c.is_control() && *c != '\t')
        {
            return Err(format!(
                "control character U+{:04X} at line {}, column {}",
                c as u32,
                number + 1,
                column + 1
            ));
        }
    }
    Ok(())
}

/// Whether bytes of any encoding hold a word, wherever it stands in them.
pub fn holds_word(bytes: &[u8], word: &[u8]) -> bool {
    word.is_empty() || bytes.windows(word.len()).any(|part| part == word)
}

/// A text in which nothing hides. Every character that could drive a terminal, a browser or a calendar is spelled out.
/// So is every one that nobody would see, where no script and no emoji needs it ([`with_hidden`]).
///
/// Newline and tab stay; what else must go is the exit's own business. A text that was made visible stays as it is.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n' | b'\t'))
        || !with_hidden(text).any(|(_, hidden)| hidden)
    {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for (c, is_hidden) in with_hidden(text) {
        if is_hidden {
            safe.push_str(&format!("\\u{{{:x}}}", c as u32));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// The same in one line: a newline and a tab are spelled out, too. For names that a stranger gave, such as paths, which
/// could else continue as words of this program.
pub fn visible_in_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '\n' | '\t' => line.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_are_refused_with_their_place() {
        assert!(check_text("fine\n\ttoo — é 🙂").is_ok());
        assert_eq!(
            check_text("a\nb\u{7}").unwrap_err(),
            "control character U+0007 at line 2, column 2"
        );
        assert!(check_text("\u{9b}31m").is_err());
        assert!(check_text("a\rb").is_err());
    }

    #[test]
    fn what_hides_is_spelled_out() {
        assert_eq!(visible("\u{1b}[2Jhi"), "\\u{1b}[2Jhi");
        assert_eq!(visible("\u{202e}evil"), "\\u{202e}evil");
        assert!(matches!(visible("plain\n\ttext é"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn a_visible_text_stays_as_it_is(text in "[a 😀ك葛\u{1b}\u{200b}-\u{200f}\u{fe0f}\u{e0061}\u{e0100}]{0,12}") {
            let once = visible(&text).into_owned();
            prop_assert!(matches!(visible(&once), Cow::Borrowed(_)), "{once:?}");
        }
    }
}
