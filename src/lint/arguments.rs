//! The arguments of `add`, understood: the kind that they may begin with, then the text.

use crate::model::{Kind, Visibility};

use super::text::in_text;
use super::vocabulary::{Intent, Slip};

/// The arguments of `add`.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments<'a> {
    /// The kind that the first one names.
    pub kind: Option<Kind>,
    /// The words of the text.
    pub words: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    /// Understands them. The first word is the kind where it is exactly one, with or without a colon; it may be quoted
    /// together with the text behind the colon.
    pub fn of(all: &'a [String]) -> Self {
        let mut words: Vec<&str> = all.iter().map(String::as_str).collect();
        let Some((kind, text)) = words.first().and_then(|first| kind_of(first)) else {
            return Self { kind: None, words };
        };
        let text = Some(text).filter(|text| !text.is_empty());
        words.splice(..1, text);
        Self {
            kind: Some(kind),
            words,
        }
    }

    /// A visibility that was written without its dashes: an argument of its own, right behind the kind. As the first
    /// word of a text it would be no slip there.
    pub fn slip(&self, readers: Visibility) -> Option<Slip> {
        let slip = in_text(self.words.first()?, true)?;
        matches!(slip.intent, Intent::Visibility(meant) if meant < readers).then_some(slip)
    }
}

/// The kind that an argument begins with, and the text behind it.
fn kind_of(argument: &str) -> Option<(Kind, &str)> {
    let (word, text) = argument.split_once(':').unwrap_or((argument, ""));
    let is_apart = text.is_empty() || text.starts_with(char::is_whitespace);
    let kind = word.parse().ok().filter(|_| is_apart)?;
    Some((kind, text.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_kind_may_have_a_colon() {
        let concern = Some(Kind::Concern);
        for (words, kind, text) in [
            (&[][..], None, &[][..]),
            (&["concern", "too", "fast"], concern, &["too", "fast"]),
            (&["concern:", "too", "fast"], concern, &["too", "fast"]),
            (&["concern:"], concern, &[]),
            (&["concern: too fast"], concern, &["too fast"]),
            (&["concern: too", "fast"], concern, &["too", "fast"]),
            (&["concern:  a: b"], concern, &["a: b"]),
            (&["note: "], Some(Kind::Note), &[]),
            (&["topic", "concern"], Some(Kind::Topic), &["concern"]),
            (&["concern:too", "fast"], None, &["concern:too", "fast"]),
            (&["Concern", "x"], None, &["Concern", "x"]),
            (&["concerns:", "x"], None, &["concerns:", "x"]),
            (&["-"], None, &["-"]),
        ] {
            let all = owned(words);
            let understood = Arguments::of(&all);
            assert_eq!(
                (understood.kind, understood.words.as_slice()),
                (kind, text),
                "{words:?}"
            );
        }
    }

    #[test]
    fn a_visibility_without_its_dashes_is_a_slip_behind_a_kind() {
        let slip = |words: &[&str], readers| Arguments::of(&owned(words)).slip(readers);
        let meant = |words: &[&str]| slip(words, Visibility::Shared).map(|slip| slip.intent);
        let private = Some(Intent::Visibility(Visibility::Private));
        assert_eq!(meant(&["note", "private", "S4"]), private);
        assert_eq!(meant(&["note", "Privat", "-"]), private);
        assert!(slip(&["note", "private", "S4"], Visibility::Private).is_none());
        for words in [
            &["note"][..],
            &["note", "private channels", "cleanup"],
            &["note", "my", "private", "plans"],
            &["topic", "concern", "about", "X"],
        ] {
            assert_eq!(meant(words), None, "{words:?}");
        }
    }
}
