//! The words behind a `#` in a text (docs/format.md#slugs).

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_normalization::char::is_combining_mark;

use super::slug::{Slug, theme_of_words};

/// Stands for whatever is no prose. It is no space, so a `#` right behind it begins no word.
const NO_PROSE: char = '\u{fffc}';

/// The words behind a `#` in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HashWords {
    /// The themes that it names, in order, each once.
    pub themes: Vec<Slug>,
    /// The words that are none though they may have been meant so, without their `#`.
    pub unfit: Vec<String>,
}

impl HashWords {
    /// The words behind a `#` in the prose of a Markdown text.
    ///
    /// Code, links, HTML, colours, bare numbers (`#123`, an issue) and a `#` inside a word or an address are none.
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        if !text.contains('#') {
            return words;
        }
        for token in prose(text).split_whitespace() {
            for (at, _) in token.match_indices('#') {
                let (before, rest) = (token.get(..at), token.get(at + 1..));
                if before.is_some_and(begins_word) {
                    words.add(rest.unwrap_or_default());
                }
            }
        }
        words
    }

    /// Adds the word that a text begins with.
    fn add(&mut self, text: &str) {
        let end = text.find(|c: char| !in_word(c)).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        if word.contains(char::is_alphabetic) && word.starts_with(char::is_alphanumeric) {
            match theme_of_words(word) {
                // A short one may have been meant as a word, such as `e2e`.
                _ if is_colour(word) && word.len() > 4 => {}
                Some(theme) if !is_colour(word) => push_new(&mut self.themes, theme),
                _ => push_new(&mut self.unfit, word.to_owned()),
            }
        } else if word.is_empty() && rest.starts_with(is_symbol) {
            let end = rest.find(|c| !is_symbol(c)).unwrap_or(rest.len());
            push_new(&mut self.unfit, rest.get(..end).unwrap_or_default().to_owned());
        }
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The prose of a Markdown text.
fn prose(text: &str) -> String {
    let (mut prose, mut depth) = (String::with_capacity(text.len()), 0_usize);
    for (event, range) in Parser::new_ext(text, Options::ENABLE_WIKILINKS).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => {
                depth += 1;
                prose.push(NO_PROSE);
            }
            Event::End(TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image) => depth = depth.saturating_sub(1),
            Event::Code(_) | Event::InlineHtml(_) => prose.push(NO_PROSE),
            Event::Text(words) if depth == 0 => {
                // `\#word` is written so that it is none.
                if words.starts_with('#') && text.get(..range.start).is_some_and(|t| t.ends_with('\\')) {
                    prose.push(NO_PROSE);
                }
                prose.push_str(&words);
            }
            // Bold words stand in the same line.
            Event::Text(_)
            | Event::Start(Tag::Emphasis | Tag::Strong)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong) => {}
            _ => prose.push('\n'),
        }
    }
    prose
}

/// Whether a `#` that stands behind this, in one run without spaces, begins a word. `{#…}` is an anchor.
fn begins_word(before: &str) -> bool {
    let is_address = before.contains("://") || before.contains("www.");
    let opens = |c| "([\"'“‘„‚«‹「『（,;—–".contains(c);
    !is_address && before.chars().next_back().is_none_or(opens)
}

fn in_word(c: char) -> bool {
    // Letters of some scripts are joined by characters without a width.
    c.is_alphanumeric() || matches!(c, '-' | '_' | '\u{200c}' | '\u{200d}') || is_combining_mark(c)
}

/// An emoji or another sign, as far as it is told from punctuation: by its block.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{200d}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a word reads as a colour: 3, 4, 6 or 8 hex digits with a figure in them, or a run such as `fff` or `fafafa`.
fn is_colour(word: &str) -> bool {
    let hex = word.as_bytes();
    let pairs = || hex.chunks(2);
    let is_run = hex.iter().all(|c| hex.first() == Some(c))
        || hex.len() >= 6
            && (pairs().all(|p| p.first() == p.last()) || pairs().all(|p| hex.chunks(2).next() == Some(p)));
    matches!(hex.len(), 3 | 4 | 6 | 8)
        && hex.iter().all(u8::is_ascii_hexdigit)
        && (hex.iter().any(u8::is_ascii_digit) || is_run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn themes(text: &str) -> Vec<String> {
        let words = HashWords::of(text);
        assert_eq!(words.unfit, [""; 0], "{text}");
        words.themes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_hash_word_is_a_theme() {
        assert_eq!(
            themes("lead the review #system-design, #writing."),
            ["system-design", "writing"]
        );
        assert_eq!(themes("#a #a (#b)"), ["a", "b"]);
        assert_eq!(themes("see #123 and a#b and x/y#frag and #"), [""; 0]);
    }

    #[test]
    fn it_is_the_theme_that_the_same_word_is_as_a_flag() {
        for word in [
            "Mentoring",
            "fooBar",
            "snake_case",
            "Système-Design",
            "Syste\u{300}me-Design",
            "STRASSE",
            "straße",
            "日本語",
            "हिन्दी",
            "1on1",
            &"x".repeat(60),
        ] {
            let theme = theme_of_words(word).unwrap().to_string();
            assert_eq!(themes(&format!("by #{word}, x")), [theme], "{word}");
        }
        assert_eq!(themes("Système #Syste\u{300}me"), ["systeme"]);
    }

    #[test]
    fn it_is_found_wherever_it_is_typed() {
        for text in [
            "#mentoring",
            "  #Mentoring!",
            "# Plan #mentoring",
            "- [ ] #mentoring",
            "1. #mentoring",
            "> #mentoring",
            "**#mentoring** and _#mentoring_",
            "“#mentoring”",
            "[#mentoring]",
            "`code` #mentoring",
            "[a link](x) #mentoring",
            "```\n#code\n```\n#mentoring",
        ] {
            assert_eq!(themes(text), ["mentoring"], "{text}");
        }
        assert_eq!(themes("#a,#b;#c"), ["a", "b", "c"]);
    }

    #[test]
    fn what_is_no_prose_holds_none() {
        for text in [
            "x\n```c\n#include <stdio.h>\n#define X\n```",
            "~~~\n #x\n~~~",
            "```\n#never-closed",
            "x\n\n    #indented",
            "- x\n\n  ```\n  #x\n  ```",
            "run `make #fast` and ``a ` #b``",
            "`x`#y",
            "[about #x](https://example.org/#frag)",
            "[x](#anchor) [y](<#anchor> \"#title\") ![#alt](#image)",
            "[x][y]\n\n[y]: #anchor",
            "[[#anchor]] and [[Page #x]]",
            "<https://example.org/#x> https://example.org/(#x https://example.org/a,#x www.example.org/,#x",
            "<a href=\"#x\"> <!-- #x --> y",
            "<!-- #x -->",
            "## Title {#anchor}",
            "Title {#anchor}",
            "# Title",
            "##Title",
            "\\#x",
        ] {
            assert_eq!(themes(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_colour_is_none() {
        for colour in [
            "ff8800", "FF8800", "f80", "f80c", "ff8800cc", "00ff00", "fff", "FFFFFF", "fafafa", "ffeedd",
        ] {
            let words = HashWords::of(&format!("the button is #{colour} now"));
            assert_eq!(words.themes, [], "{colour}");
        }
        for word in ["add", "face", "facade", "defaced", "f8800", "ff8800x"] {
            assert_eq!(themes(&format!("#{word}")), [word]);
        }
    }

    #[test]
    fn a_word_that_may_have_been_meant_as_a_theme_is_told() {
        let words = HashWords::of("#🚀 and #\u{12000}, #e2e #ff8800 #🚀 #writing");
        assert_eq!(words.unfit, ["🚀", "\u{12000}", "e2e"]);
        assert_eq!(words.themes.len(), 1);
    }
}
