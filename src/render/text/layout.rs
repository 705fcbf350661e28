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
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > most {
            break;
        }
        out.push(c);
    }
    let mut out = out.trim_end().to_owned();
    if most > 0 {
        out.push('…');
    }
    out
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
            for c in word.chars() {
                if columns(&current) + c.width().unwrap_or(0) > most {
                    out.push(std::mem::replace(&mut current, indent.clone()));
                }
                current.push(c);
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
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in any::<String>(), most in 8usize..60) {
            prop_assert!(columns(&cut(&safe(&text), most)) <= most);
            let words = |t: &str| t.split_whitespace().collect::<String>();
            let lines = wrap(&text, most);
            prop_assert_eq!(words(&lines.concat()), words(&safe(&text)));
        }
    }
}
