//! The words of `add`: the kind they begin with, and slips by which a text that was to be sealed would be shared.

use strsim::damerau_levenshtein;

use crate::model::{Kind, Visibility};

use super::error::Failure;

/// Ordinary words that are as near to `concern` as a slip of the pen is.
const NO_SLIPS: &[&str] = &[
    "cancer", "conceal", "concede", "concept", "concert", "concerts", "concur", "condemn", "confer",
    "convert",
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
/// When the first word was most likely meant to have the entry sealed, and as a word of the text would do nothing.
pub(super) fn kind_and_words(
    words: &[String],
    asked: Option<Visibility>,
) -> Result<(Kind, Vec<&str>), Failure> {
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((first, rest)) = all.split_first() else {
        return Ok((Kind::Topic, all));
    };
    if let Ok(kind) = first.strip_suffix(':').unwrap_or(first).parse() {
        return Ok((kind, rest.to_vec()));
    }
    refuse_slip(&all, asked)?;
    Ok((Kind::Topic, all))
}

/// A first word that was most likely no part of the text.
enum Slip {
    /// A kind that is sealed where nothing is said.
    Kind(Kind),
    /// A flag that seals.
    Flag(Visibility),
}

fn refuse_slip(words: &[&str], asked: Option<Visibility>) -> Result<(), Failure> {
    let text = words.join(" ");
    let Some((word, rest)) = first_word(&text) else {
        return Ok(());
    };
    let marked = rest.starts_with(':');
    if rest.trim_start_matches(':').trim().is_empty() {
        return Ok(());
    }
    // A text in quotes is a sentence: what is merely near to such a word may well be the word that was meant.
    let sentence = words.len() == 1 && !marked;
    match slip(&word.to_lowercase(), sentence) {
        Some(Slip::Kind(kind)) => Err(Failure::usage(format!(
            "{word:?} is taken as a word of the text, which everyone with a clone could read; did you mean {kind}?"
        ))
        .hint(format!("oneonone add {kind} …     sealed for the two of you"))
        .hint(topic_hint())),
        Some(Slip::Flag(visibility)) if asked.is_none() => Err(Failure::usage(format!(
            "{word:?} is taken as a word of the text, which everyone with a clone could read; \
             did you mean --{visibility}?"
        ))
        .hint(format!("oneonone add --{visibility} …     sealed for {}", readers(visibility)))
        .hint(topic_hint())),
        _ => Ok(()),
    }
}

fn topic_hint() -> &'static str {
    "oneonone add topic \"…\"     if it belongs to the text"
}

fn readers(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => "you alone",
        Visibility::Confidential | Visibility::Shared => "the two of you",
    }
}

/// The first word of a text without quotes and brackets around it, and what follows; none where that is a theme.
fn first_word(text: &str) -> Option<(&str, &str)> {
    let around = |c: char| !c.is_alphanumeric() && c != '#';
    let text = text.trim_start_matches(around);
    let end = text
        .find(|c: char| c.is_whitespace() || c == ':')
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let word = word.trim_end_matches(around);
    (!word.is_empty() && !word.starts_with('#')).then_some((word, rest))
}

/// What a word in small letters was meant as. `exactly`: what is merely near is a word of its own.
fn slip(word: &str, exactly: bool) -> Option<Slip> {
    let near = |name: &str, most: usize| {
        let distance = damerau_levenshtein(word, name);
        distance == 0 || (!exactly && distance <= most)
    };
    let mut kinds = Kind::ALL.iter().copied().filter(|kind| usual(*kind).is_sealed());
    if let Some(kind) = kinds.find(|kind| near(kind.as_str(), 2)) {
        return (!NO_SLIPS.contains(&word)).then_some(Slip::Kind(kind));
    }
    // The shorter a word, the more others are near to it.
    let flags = [(Visibility::Private, 1), (Visibility::Confidential, 2)];
    let flag = flags.into_iter().find(|(flag, most)| near(flag.as_str(), *most));
    flag.map(|(flag, _)| Slip::Flag(flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(words: &[&str]) -> Result<(Kind, String), String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        match kind_and_words(&words, None) {
            Ok((kind, words)) => Ok((kind, words.join(" "))),
            Err(failure) => Err(format!("{} {:?}", failure.line(), failure.hints())),
        }
    }

    #[test]
    fn a_kind_may_have_a_colon() {
        for (words, kind, text) in [
            (&["concern", "too", "fast"][..], Kind::Concern, "too fast"),
            (&["concern:", "too", "fast"], Kind::Concern, "too fast"),
            (&["concern:"], Kind::Concern, ""),
            (&["action:", "buy milk"], Kind::Action, "buy milk"),
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
            (&["concern: too fast"], "concern?"),
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
    fn ordinary_words_are_a_topic() {
        for words in [
            &["concert", "tickets"][..],
            &["Convert", "the", "docs"],
            &["concept for the summer"],
            &["concerning", "the", "roadmap"],
            &["Concerns about hiring"],
            &["#concern", "of", "mine"],
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
    }
}
