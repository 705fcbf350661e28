//! The words of `add`: the kind they begin with, and slips by which a text that was to be sealed would be shared.

use strsim::damerau_levenshtein;

use crate::model::{Kind, Visibility};

use super::error::Failure;
use super::hint::Hint;

/// Ordinary words that are as near to `concern` as a slip of the pen is.
const NO_SLIPS: &[&str] = &[
    "cancer", "conceal", "concede", "concept", "concert", "concerts", "concur", "condemn", "confer",
    "convert",
];

/// What stands around words that are spoken of, and no slip.
const QUOTES: &[char] = &[
    '"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›', '「', '『',
];

/// Who reads an entry of a kind where nothing is said.
pub(super) fn usual(kind: Kind) -> Visibility {
    if kind == Kind::Concern {
        Visibility::Confidential
    } else {
        Visibility::Shared
    }
}

/// The kind and the words of the text. The first word is the kind if it is exactly one, with or without a colon;
/// `asked` is the visibility that a flag names.
///
/// # Errors
/// When the text begins with a word that was most likely meant to have the entry sealed, and would do nothing.
pub(super) fn kind_and_words(
    words: &[String],
    asked: Option<Visibility>,
) -> Result<(Kind, Vec<&str>), Failure> {
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((first, rest)) = all.split_first() else {
        return Ok((Kind::Topic, all));
    };
    let Some((kind, begun)) = kind_of(first) else {
        refuse(slip_for_kind(&all), None, asked)?;
        return Ok((Kind::Topic, all));
    };
    let words: Vec<&str> = begun.into_iter().chain(rest.iter().copied()).collect();
    refuse(slip_set_apart(&words), Some(kind), asked)?;
    Ok((kind, words))
}

/// Looks at a text that came from the editor or from standard input, where only `private:` and the like are no words of
/// it.
///
/// # Errors
/// As [`kind_and_words`].
pub(super) fn refuse_headed(text: &str, kind: Kind, asked: Option<Visibility>) -> Result<(), Failure> {
    let slip = first_word(text)
        .filter(|first| first.has_colon())
        .and_then(|first| first.slip(Nearness::Exact));
    refuse(slip, Some(kind), asked)
}

/// The kind that an argument is, and the text that follows it where both were quoted as one.
fn kind_of(argument: &str) -> Option<(Kind, Option<&str>)> {
    if let Ok(kind) = argument.strip_suffix(':').unwrap_or(argument).parse() {
        return Some((kind, None));
    }
    let (word, text) = argument.split_once(':')?;
    let kind = word.parse().ok()?;
    let text = text.strip_prefix(char::is_whitespace)?.trim_start();
    Some((kind, (!text.is_empty()).then_some(text)))
}

/// A first word that was most likely no part of the text.
struct Slip<'a> {
    word: &'a str,
    meant: Meant,
}

/// What such a word was meant as.
#[derive(Clone, Copy)]
enum Meant {
    /// A kind that is sealed where nothing is said.
    Kind(Kind),
    /// A flag that seals.
    Flag(Visibility),
}

impl Meant {
    fn visibility(self) -> Visibility {
        match self {
            Self::Kind(kind) => usual(kind),
            Self::Flag(visibility) => visibility,
        }
    }
}

/// Refuses a slip by which more people would read the entry than were meant to; `given` is the kind that was.
fn refuse(slip: Option<Slip<'_>>, given: Option<Kind>, asked: Option<Visibility>) -> Result<(), Failure> {
    // Who says who reads it means it.
    let (Some(Slip { word, meant }), None) = (slip, asked) else {
        return Ok(());
    };
    let kind = given.unwrap_or(Kind::Topic);
    let without = usual(kind);
    if meant.visibility() >= without {
        return Ok(());
    }
    let could = match without {
        Visibility::Shared => "everyone with a clone",
        _ => readers(without),
    };
    let (name, of_kind) = match meant {
        Meant::Kind(kind) => (kind.to_string(), None),
        Meant::Flag(flag) => (format!("--{flag}"), given.map(Kind::as_str)),
    };
    let add = |words: &[&str]| Hint::ours([&["add"], words, &["TEXT"]].concat());
    let sealed: Vec<&str> = of_kind.into_iter().chain([name.as_str()]).collect();
    Err(Failure::usage(format!(
        "{word:?} is taken as a word of the text, which {could} could read; did you mean {name}?"
    ))
    .hint(add(&sealed).why(format!("seal it for {}", readers(meant.visibility()))))
    .hint(add(&[kind.as_str(), &format!("--{without}")]).why("if it belongs to the text")))
}

fn readers(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => "you alone",
        Visibility::Confidential | Visibility::Shared => "the two of you",
    }
}

/// What was perhaps meant where no kind was given: then any such word at the beginning is doubtful.
fn slip_for_kind<'a>(words: &[&'a str]) -> Option<Slip<'a>> {
    let first = first_of(words)?;
    // A text in quotes is a sentence: what is merely near to such a word may well be the word that was meant.
    let sentence = words.len() == 1 && !first.has_colon();
    first.slip(if sentence { Nearness::Exact } else { Nearness::Near })
}

/// What was perhaps meant after a kind: there the text may begin with such a word, unless that is set apart from it.
fn slip_set_apart<'a>(words: &[&'a str]) -> Option<Slip<'a>> {
    let first = first_of(words)?;
    if first.has_colon() {
        return first.slip(Nearness::Near);
    }
    let slip = first.slip(Nearness::Exact)?;
    // An argument of its own reads like a flag; `concern about …` reads like a sentence all the same.
    let apart = first.marked || (first.is_alone() && matches!(slip.meant, Meant::Flag(_)));
    apart.then_some(slip)
}

/// The first word of a text without what stands around it.
struct FirstWord<'a> {
    word: &'a str,
    /// Whether a bracket or a dash, which is no quotation mark, stands right before it.
    marked: bool,
    /// What follows it.
    rest: &'a str,
}

impl<'a> FirstWord<'a> {
    fn has_colon(&self) -> bool {
        self.rest.trim_start().starts_with(':')
    }

    fn is_alone(&self) -> bool {
        self.rest.trim().is_empty()
    }

    fn slip(&self, nearness: Nearness) -> Option<Slip<'a>> {
        let meant = meant(&self.word.to_lowercase(), nearness)?;
        Some(Slip {
            word: self.word,
            meant,
        })
    }
}

/// The first word of the first argument that holds one.
fn first_of<'a>(words: &[&'a str]) -> Option<FirstWord<'a>> {
    let begins = |argument: &&str| argument.contains(|c: char| c.is_alphanumeric() || c == '#');
    let number = words.iter().position(begins)?;
    let mut first = first_word(words.get(number)?)?;
    // A colon may be an argument of its own.
    if first.is_alone()
        && let Some(next) = words.get(number + 1)
    {
        first.rest = next.trim_start();
        first.rest = if first.has_colon() { first.rest } else { "" };
    }
    Some(first)
}

/// The first word of a text; none where that is a theme.
fn first_word(text: &str) -> Option<FirstWord<'_>> {
    let around = |c: char| !c.is_alphanumeric() && c != '#';
    let inner = text.trim_start_matches(around);
    let end = inner
        .find(|c: char| c.is_whitespace() || c == ':')
        .unwrap_or(inner.len());
    let (word, rest) = inner.split_at(end);
    let word = word.trim_end_matches(around);
    let before = text
        .strip_suffix(inner)
        .and_then(|before| before.chars().next_back());
    let first = FirstWord {
        word,
        marked: before.is_some_and(|c| !c.is_whitespace() && !QUOTES.contains(&c)),
        rest,
    };
    (!word.is_empty() && !word.starts_with('#')).then_some(first)
}

/// How much a word must be like another one to be taken for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nearness {
    Exact,
    Near,
}

/// What a word in small letters was meant as.
fn meant(word: &str, nearness: Nearness) -> Option<Meant> {
    let near = |name: &str, most: usize| {
        let distance = damerau_levenshtein(word, name);
        distance == 0 || (nearness == Nearness::Near && distance <= most)
    };
    let mut kinds = Kind::ALL.iter().copied().filter(|kind| usual(*kind).is_sealed());
    if let Some(kind) = kinds.find(|kind| near(kind.as_str(), 2)) {
        return (!NO_SLIPS.contains(&word)).then_some(Meant::Kind(kind));
    }
    // The shorter a word, the more others are near to it.
    let flags = [(Visibility::Private, 1), (Visibility::Confidential, 2)];
    let flag = flags.into_iter().find(|(flag, most)| near(flag.as_str(), *most));
    flag.map(|(flag, _)| Meant::Flag(flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(words: &[&str]) -> Result<(Kind, String), String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        match kind_and_words(&words, None) {
            Ok((kind, words)) => Ok((kind, words.join(" "))),
            Err(failure) => Err(failure.words(None)),
        }
    }

    #[test]
    fn a_kind_may_have_a_colon() {
        for (words, kind, text) in [
            (&["concern", "too", "fast"][..], Kind::Concern, "too fast"),
            (&["concern:", "too", "fast"], Kind::Concern, "too fast"),
            (&["concern:"], Kind::Concern, ""),
            (&["action:", "buy milk"], Kind::Action, "buy milk"),
            (&["concern: too fast"], Kind::Concern, "too fast"),
            (&["concern: too", "fast"], Kind::Concern, "too fast"),
            (&["note: "], Kind::Note, ""),
            (
                &["topic", "concern", "about", "it"],
                Kind::Topic,
                "concern about it",
            ),
            (
                &["topic", "private parts of the API"],
                Kind::Topic,
                "private parts of the API",
            ),
        ] {
            assert_eq!(taken(words), Ok((kind, text.to_owned())), "{words:?}");
        }
    }

    #[test]
    fn what_was_meant_to_be_sealed_is_asked_for() {
        for (words, meant) in [
            (&["Concern", "too fast"][..], "concern?"),
            (&["concerns", "too", "fast"], "concern?"),
            (&["concren", "too", "fast"], "concern?"),
            (&["conern:", "too", "fast"], "concern?"),
            (&["concern too fast"], "concern?"),
            (&["Concern: too fast"], "concern?"),
            (&["Concern"], "concern?"),
            (&["concern:too", "fast"], "concern?"),
            (&["[concern] too fast"], "concern?"),
            (&["concren: too fast"], "concern?"),
            (&["private", "too", "fast"], "--private?"),
            (&["Private:", "too", "fast"], "--private?"),
            (&["(private) too fast"], "--private?"),
            (&["privat", "too", "fast"], "--private?"),
            (&["confidential", "too", "fast"], "--confidential?"),
            (&["confidental", "too", "fast"], "--confidential?"),
            (&["private", "-"], "--private?"),
            (&["private"], "--private?"),
            (&["Private:"], "--private?"),
            (&["privat: x"], "--private?"),
            (&["privat", ":", "x"], "--private?"),
            (&["—private", "x"], "--private?"),
            (&["private channels cleanup"], "--private?"),
        ] {
            let said = taken(words).unwrap_err();
            assert!(
                said.contains(&format!("did you mean {meant}")),
                "{words:?}: {said}"
            );
            assert!(said.contains("oneonone add topic"), "{said}");
        }
    }

    #[test]
    fn after_a_kind_a_word_that_is_set_apart_is_asked_for() {
        for (words, meant) in [
            (&["note", "private", "S4"][..], "--private?"),
            (&["note", "private"], "--private?"),
            (&["note", "private", "-"], "--private?"),
            (&["note", "private: S8"], "--private?"),
            (&["note", "Private : S8"], "--private?"),
            (&["note", "private", ": S8"], "--private?"),
            (&["note", "privat: S8"], "--private?"),
            (&["note", "(private) S7"], "--private?"),
            (&["note", "[private]", "S7"], "--private?"),
            (&["note", "—private", "S2"], "--private?"),
            (&["note", "—private S2"], "--private?"),
            (&["note: private: S3"], "--private?"),
            (&["note", "confidential", "S5"], "--confidential?"),
            (&["topic", "concern:", "S12"], "concern?"),
            (&["topic", "concern: S12"], "concern?"),
            (&["topic", "concren: S12"], "concern?"),
            (&["topic", "(concern) S12"], "concern?"),
            (&["concern", "private:", "S13"], "--private?"),
        ] {
            let said = taken(words).unwrap_err();
            assert!(
                said.contains(&format!("did you mean {meant}")),
                "{words:?}: {said}"
            );
            let kind = words[0].split(':').next().unwrap();
            let on = if kind == "concern" {
                "confidential"
            } else {
                "shared"
            };
            assert!(said.contains(&format!("oneonone add {kind} --{on}")), "{said}");
        }
        for words in [
            &["topic", "concern about X"][..],
            &["topic", "concern", "about", "X"],
            &["topic", "concern"],
            &["note", "private channels cleanup"],
            &["note", "- private channels"],
            &["note", "\"private\" is a bad name"],
            &["note", "privat", "ist", "alles"],
            &["note", "private channels", "cleanup"],
            &["note", "my", "private", "plans"],
            &["note", "-"],
            &["concern", "concern: twice"],
            &["concern", "confidential", "notes", "leaked"],
        ] {
            let (_, text) = taken(words).unwrap();
            assert_eq!(text, words[1..].join(" "), "{words:?}");
        }
    }

    #[test]
    fn a_text_from_elsewhere_may_begin_with_anything_but_a_heading() {
        for text in [
            "private: x",
            "\n Private: x\nmore",
            "confidential: x",
            "concern: x",
        ] {
            assert!(refuse_headed(text, Kind::Note, None).is_err(), "{text}");
            assert!(refuse_headed(text, Kind::Note, Some(Visibility::Shared)).is_ok());
        }
        for text in [
            "",
            "private x",
            "(private) x",
            "concern",
            "x\nprivate: y",
            "privat: x",
            "note: x",
        ] {
            assert!(refuse_headed(text, Kind::Note, None).is_ok(), "{text}");
        }
        assert!(refuse_headed("concern: x", Kind::Concern, None).is_ok());
    }

    #[test]
    fn ordinary_words_are_a_topic() {
        for words in [
            &["concert", "tickets"][..],
            &["Convert", "the", "docs"],
            &["concept for the summer"],
            &["concerning", "the", "roadmap"],
            &["Concerns about hiring"],
            &["#concern", "of", "mine"],
            &["#hiring", "private", "channels"],
            &["Concerns"],
            &["privacy", "review"],
            &["my", "concern"],
            &["-"],
            &["– the roadmap"],
        ] {
            assert_eq!(taken(words), Ok((Kind::Topic, words.join(" "))), "{words:?}");
        }
    }

    #[test]
    fn who_says_who_reads_it_means_it() {
        let words = ["private".to_owned(), "thoughts".to_owned()];
        for asked in [Visibility::Private, Visibility::Shared] {
            let (kind, words) = kind_and_words(&words, Some(asked)).unwrap();
            assert_eq!((kind, words.len()), (Kind::Topic, 2));
        }
        let words = ["note".to_owned(), "private: x".to_owned()];
        assert!(kind_and_words(&words, Some(Visibility::Shared)).is_ok());
    }
}
