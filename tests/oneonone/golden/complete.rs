//! Every text of an error stands in a golden file: a new one without a line there fails.
//!
//! The texts are found in the code, but for the words of a problem in a record. An error that no command brings about here
//! stands in `constructed.txt`.

use std::collections::BTreeSet;

use super::{is_blessing, kept_files};
use crate::layers::{code, literals::literals};

/// Files that are errors from beginning to end.
const WHOLE: &[&str] = &["error.rs", "query/when/refusal.rs"];

/// Texts that no error shows: the file, the text, and the reason.
const NEVER_SHOWN: &[(&str, &str, &str)] = &[
    (
        "app/error.rs",
        "{:?} most likely means that fewer people should read it",
        "the command line asks what was meant instead, with the flag for it",
    ),
    (
        "cli/error/failure.rs",
        "Out of diskspace",
        "Git's words, which are looked for",
    ),
    (
        "model/entry.rs",
        "an entry without a usable `{}`",
        "such a table is a problem of its record, in other words",
    ),
    (
        "seal/error.rs",
        "the sealed text is larger than the format allows",
        "a seal is read as a value of a record, which has its own words",
    ),
    (
        "seal/error.rs",
        "the sealed text is no armored age file",
        "a seal is read as a value of a record, which has its own words",
    ),
];

/// A text of an error.
struct Text {
    file: String,
    text: String,
    /// Nothing else stands on its line.
    is_whole: bool,
}

/// The texts of all errors: of their attributes, their `Display`, and the files that turn them into words.
fn texts() -> Vec<Text> {
    let mut texts = Vec::new();
    for (_, file, code) in code() {
        let mut add = |code: &str, is_whole: bool| {
            let found = literals(&without_reasons(code)).into_iter();
            let lines = found.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
            texts.extend(lines.filter(|text| is_sentence(text)).map(|text| Text {
                file: file.clone(),
                text,
                is_whole,
            }));
        };
        for attribute in between(&code, "#[error(", ")]\n") {
            // Words behind the text are filled in.
            let words = literals(attribute).into_iter().next();
            add(&format!("{:?}", words.unwrap_or_default()), true);
        }
        if file.starts_with("cli/error/") || WHOLE.iter().any(|end| file.ends_with(end)) {
            add(&code, false);
        } else if code.contains("std::error::Error for") || file == "git/shape.rs" {
            for display in between(&code, "impl fmt::Display for", "\n}\n") {
                add(display, false);
            }
        }
    }
    texts
}

/// The parts of a code between two marks.
fn between<'a>(code: &'a str, begin: &str, end: &str) -> Vec<&'a str> {
    let parts = code.split(begin).skip(1);
    parts.map(|part| part.split(end).next().unwrap_or(part)).collect()
}

/// The code without what it says to lints.
fn without_reasons(code: &str) -> String {
    let lines = code.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("reason = "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a text has two words beside each other.
fn is_sentence(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(char::is_alphabetic);
    fixed(text).iter().any(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        words.windows(2).any(|two| two.iter().copied().all(is_word))
    })
}

/// The parts of a text around its placeholders.
fn fixed(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_doubled = "{}".contains(c) && chars.next_if_eq(&c).is_some();
        match parts.last_mut() {
            _ if c == '{' && !is_doubled => {
                chars.by_ref().take_while(|c| *c != '}').for_each(drop);
                parts.push(String::new());
            }
            Some(last) => last.push(c),
            None => {}
        }
    }
    parts
}

/// Whether a line says a text.
fn says(line: &str, parts: &[String], is_whole: bool) -> bool {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return false;
    };
    if is_whole && !line.ends_with(last.as_str()) {
        return false;
    }
    let begins = |at: usize| {
        let before = &line[..at];
        !is_whole || first.is_empty() || before.trim().is_empty() || before.ends_with(": ")
    };
    let begin = line.match_indices(first.as_str()).map(|(at, _)| at);
    let after = |at: usize| {
        let rest = line.get(at + first.len()..).unwrap_or_default();
        parts[1..]
            .iter()
            .try_fold(rest, |rest, part| Some(rest.split_once(part.as_str())?.1))
    };
    begin.filter(|at| begins(*at)).any(|at| after(at).is_some())
}

#[test]
fn every_text_of_an_error_is_kept() {
    if is_blessing() {
        return;
    }
    let mut lines = BTreeSet::new();
    for (_, text) in kept_files() {
        let said = text.lines().filter(|line| !line.starts_with(['#', '$']));
        lines.extend(said.map(str::to_owned));
    }
    let texts = texts();
    assert!(texts.len() > 450, "{}", texts.len());
    let mut missing = BTreeSet::new();
    let mut excepted = BTreeSet::new();
    for Text { file, text, is_whole } in texts {
        let parts = fixed(&text);
        if lines.iter().any(|line| says(line, &parts, is_whole)) {
            continue;
        }
        let known = NEVER_SHOWN
            .iter()
            .find(|(of, never, _)| *of == file && *never == text);
        match known {
            Some(known) => drop(excepted.insert(known)),
            None => drop(missing.insert(format!("src/{file}: {text}"))),
        }
    }
    assert!(
        missing.is_empty(),
        "no golden file holds these; provoke them in tests/oneonone/golden, or construct them in \
         src/cli/error/tests.rs: {missing:#?}"
    );
    let stale: Vec<_> = NEVER_SHOWN
        .iter()
        .filter(|text| !excepted.contains(text))
        .collect();
    assert!(stale.is_empty(), "no exceptions any more: {stale:#?}");
}

#[test]
fn a_line_is_told_from_another_that_says_less() {
    let says = |line: &str, text: &str, is_whole| says(line, &fixed(text), is_whole);
    assert!(says("error: \"x\" is no theme", "{0:?} is no theme", true));
    assert!(!says("error: \"x\" is no theme here", "{0:?} is no theme", true));
    assert!(says("  kk was not read", "{} was not", false));
    assert!(!says("error: it has no owner", "no owner", true));
    assert!(says("error: a {b} c d", "a {{b}} {c} d", true));
    assert!(!says("error: a c", "a {b} c d", false));
    assert!(is_sentence("{} was not") && !is_sentence("{error} was") && !is_sentence("git-x {a} y"));
}
