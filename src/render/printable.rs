//! Text that may be printed (docs/privacy.md#hostile-records).

use std::borrow::Cow;

use anstyle::Style;

use crate::model::visible;

/// Text that may be printed: nothing in it hides or drives a terminal but the styles of this program.
///
/// Only a `Printable` reaches a terminal, a pipe or a file. Every way to make one goes through the sanitiser, so that a
/// forgotten call does not compile:
///
/// ```
/// use oneonone::render::Printable;
///
/// let name = String::from("Sam\u{1b}[2J\u{200b}");
/// assert_eq!(Printable::from(name).as_str(), r"Sam\u{1b}[2J\u{200b}");
/// ```
///
/// Nothing else makes one:
///
/// ```compile_fail,E0423
/// use oneonone::render::Printable;
///
/// let name = String::from("Sam\u{1b}[2J");
/// let printed = Printable(name);
/// ```
///
/// Pieces are joined as pieces. A `Printable` is no part of a `format!`, because its styles would be spelled out:
///
/// ```compile_fail,E0277
/// use oneonone::render::Printable;
///
/// let name = Printable::from("Sam");
/// let printed = format!("{name} is here");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printable(String);

impl Printable {
    /// A text in a style. Empty, it has none.
    pub fn styled(style: Style, text: impl Into<Self>) -> Self {
        let text = text.into();
        match text.0.is_empty() {
            true => text,
            false => Self(format!("{style}{}{style:#}", text.0)),
        }
    }

    /// A text that a library wrote twice: `plain`, and with styles.
    ///
    /// The styles are kept if nothing hides in the plain one, and if they are all that the other one has beside it. Then no
    /// escape sequence of the other one comes from the words themselves.
    pub fn coloured(plain: &str, coloured: String) -> Self {
        let hides_nothing = matches!(visible(plain), Cow::Borrowed(_));
        match hides_nothing && without_styles(&coloured).as_deref() == Some(plain) {
            true => Self(coloured),
            false => plain.into(),
        }
    }

    /// The text, with the styles as escape sequences.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Puts more behind it.
    pub fn push(&mut self, more: impl Into<Self>) {
        self.0.push_str(&more.into().0);
    }

    /// Without the blanks and newlines at its end.
    pub fn trim_end(mut self) -> Self {
        self.0.truncate(self.0.trim_end().len());
        self
    }

    /// Pieces, with the same between each two.
    pub fn join(pieces: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut joined = Self::default();
        for (at, piece) in pieces.into_iter().enumerate() {
            if at > 0 {
                joined.push(between);
            }
            joined.push(piece);
        }
        joined
    }
}

impl From<&str> for Printable {
    fn from(text: &str) -> Self {
        Self(visible(text).into_owned())
    }
}

impl From<String> for Printable {
    fn from(text: String) -> Self {
        match visible(&text) {
            Cow::Borrowed(_) => Self(text),
            Cow::Owned(visible) => Self(visible),
        }
    }
}

impl From<&Self> for Printable {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

impl<P: Into<Self>> FromIterator<P> for Printable {
    fn from_iter<I: IntoIterator<Item = P>>(pieces: I) -> Self {
        let mut all = Self::default();
        pieces.into_iter().for_each(|piece| all.push(piece));
        all
    }
}

#[cfg(test)]
impl PartialEq<&str> for Printable {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// A text without its styles (SGR); none where it has another escape sequence.
fn without_styles(text: &str) -> Option<String> {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (style, rest) = part.strip_prefix('[')?.split_once('m')?;
        if !style.bytes().all(|b| b.is_ascii_digit() || b == b';') {
            return None;
        }
        plain.push_str(rest);
    }
    Some(plain)
}

/// Pieces of text one behind the other, each made printable.
macro_rules! printable {
    ($($piece:expr),* $(,)?) => {{
        let mut all = $crate::render::Printable::default();
        $(all.push($piece);)*
        all
    }};
}
pub(crate) use printable;

#[cfg(test)]
mod tests {
    use anstyle::AnsiColor;

    use super::*;

    #[test]
    fn the_words_of_others_bring_no_style() {
        let red = AnsiColor::Red.on_default();
        let line = printable![
            "from ",
            Printable::styled(red, "\u{1b}[31mSam"),
            "\u{202e}",
            '!'.to_string()
        ];
        assert_eq!(line.as_str(), "from \u{1b}[31m\\u{1b}[31mSam\u{1b}[0m\\u{202e}!");
        assert_eq!(Printable::styled(red, "").as_str(), "");
    }

    #[test]
    fn a_coloured_text_keeps_its_styles_where_the_words_have_none() {
        let coloured = |plain: &str, coloured: &str| Printable::coloured(plain, coloured.to_owned()).0;
        assert_eq!(
            coloured("no Sam", "no \u{1b}[1;31mSam\u{1b}[0m"),
            "no \u{1b}[1;31mSam\u{1b}[0m"
        );
        for (plain, styled, printed) in [
            (
                "no \u{1b}[1mSam",
                "\u{1b}[31mno\u{1b}[0m \u{1b}[1mSam",
                "no \\u{1b}[1mSam",
            ),
            (
                "no \u{200b}Sam",
                "\u{1b}[31mno\u{1b}[0m \u{200b}Sam",
                "no \\u{200b}Sam",
            ),
            ("no Sam", "\u{1b}[2Jno Sam", "no Sam"),
            ("no Sam", "\u{1b}]0;x\u{7}no Sam", "no Sam"),
            ("no Sam", "\u{1b}[31mno Sam \u{1b}[0mat all", "no Sam"),
        ] {
            assert_eq!(coloured(plain, styled), printed);
        }
    }
}
