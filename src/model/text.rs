//! Texts that a stranger may have written: what is refused on the way in and made visible on the way out
//! (docs/format.md#text).

use std::borrow::Cow;

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

fn hidden(c: char) -> bool {
    let bidi =
        matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line = matches!(c, '\u{2028}' | '\u{2029}');
    (c.is_control() && c != '\n' && c != '\t') || bidi || line
}

/// A text with every control and bidi character spelled out, so that it can drive no terminal, browser or calendar.
///
/// Newline and tab stay; what else must go is the exit's own business.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            safe.push_str(&format!("\\u{{{:x}}}", c as u32));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
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
}
