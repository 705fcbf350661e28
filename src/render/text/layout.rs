//! Texts made safe, cut, padded and wrapped by the columns they take.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::visible;

/// Columns of a text without styles.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Safe to print, tabs as four blanks, lines kept.
pub(super) fn safe(text: &str) -> String {
    visible(text).replace('\t', "    ")
}

/// The first line that says something; `…` stands for the others.
pub(super) fn one_line(text: &str) -> String {
    let safe = safe(text);
    let mut lines = safe.lines().map(str::trim).filter(|l| !l.is_empty());
    let first = lines.next().unwrap_or_default();
    if lines.next().is_some() {
        format!("{first} …")
    } else {
        first.to_owned()
    }
}

/// The first words of a text, within 60 columns.
pub fn first_words(text: &str) -> String {
    cut(&one_line(text), 60)
}

/// At most so many columns, `…` for what is left out.
pub(super) fn cut(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for cluster in clusters(text) {
        used += columns(cluster);
        if used > most {
            break;
        }
        out.push_str(cluster);
    }
    let mut out = out.trim_end().to_owned();
    if most > 0 {
        out.push('…');
    }
    out
}

/// The parts of a text that no line break parts: a character with the marks on it, an emoji of several. A joiner alone at
/// the end of a line would belong to nothing, and be spelled out.
fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut before = rest.chars().next()?;
        let goes_on = |c: char| c.width().unwrap_or(0) == 0 && !c.is_control();
        let mut others = rest.char_indices().skip(1);
        let end = others.find(|(_, c)| {
            let is_part = goes_on(*c) || matches!(*c, '\u{1f3fb}'..='\u{1f3ff}') || before == '\u{200d}';
            before = *c;
            !is_part
        });
        let (cluster, others) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = others;
        Some(cluster)
    })
}

/// Padded with blanks to so many columns.
pub(super) fn pad(text: &str, least: usize) -> String {
    let missing = least.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(missing))
}

/// The lines of a text, each within the columns; a longer word is broken.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    let most = most.max(8);
    let mut out = Vec::new();
    for line in safe(text).lines() {
        let indent: String = line.chars().take_while(|c| *c == ' ').take(most / 2).collect();
        let mut current = indent.clone();
        for word in line.split_whitespace() {
            let gap = usize::from(current.len() > indent.len());
            if gap == 1 && columns(&current) + 1 + columns(word) > most {
                out.push(std::mem::replace(&mut current, indent.clone()));
            } else if gap == 1 {
                current.push(' ');
            }
            for cluster in clusters(word) {
                if columns(&current) + columns(cluster) > most {
                    out.push(std::mem::replace(&mut current, indent.clone()));
                }
                current.push_str(cluster);
            }
        }
        out.push(current.trim_end().to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_cut_padded_and_wrapped_by_columns() {
        assert_eq!(cut("hello", 5), "hello");
        assert_eq!(cut("hello you", 7), "hello…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("ab", 0), "");
        assert_eq!(pad("日", 4), "日  ");
        assert_eq!(one_line("\n a\tb \n\nmore"), "a    b …");
        assert_eq!(
            wrap("one two three\n\n  - four five", 9),
            ["one two", "three", "", "  - four", "  five"]
        );
        assert_eq!(wrap("abcdefghijkl", 8), ["abcdefgh", "ijkl"]);
        assert_eq!(cut("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5), "👩‍👩‍👧👩‍👩‍👧…");
        assert_eq!(wrap("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👍🏽", 8), ["👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", "👍🏽"]);
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[a 👩🏽😀هكक葛e\u{301}\u{94d}\u{200b}-\u{200d}\u{fe0f}]{0,40}"
        ]
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in texts(), most in 8usize..60) {
            let short = cut(&safe(&text), most);
            prop_assert!(columns(&short) <= most);
            prop_assert!(matches!(visible(&short), std::borrow::Cow::Borrowed(_)));
            let words = |t: &str| t.split_whitespace().collect::<String>();
            let lines = wrap(&text, most);
            prop_assert_eq!(words(&lines.concat()), words(&safe(&text)));
        }
    }
}
