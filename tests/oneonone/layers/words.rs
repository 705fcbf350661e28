//! One meaning a word, and comments that name who acts (docs/architecture.md#types-that-keep-a-rule).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{code, sources};

/// Files whose doc comments are texts of the program: help, and the words of the JSON Schemas.
const TEXTS: &[&str] = &["cli/commands/add.rs", "cli/commands/check.rs", "model/words.rs"];

/// The types that a code defines.
fn types(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter_map(|line| {
        let is_nested = line.starts_with(' ');
        let mut words = line.split_whitespace().peekable();
        while words
            .next_if(|word| word.starts_with("pub") || word.ends_with(')'))
            .is_some()
        {}
        match words.next()? {
            "struct" | "enum" | "trait" => {}
            // One in a block belongs to a trait.
            "type" if !is_nested => {}
            _ => return None,
        }
        let name = words.next()?;
        let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        // A macro names it.
        Some(&name[..end.unwrap_or(name.len())]).filter(|name| !name.is_empty())
    })
}

#[test]
fn no_two_types_have_one_name() {
    let mut defined: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, name, code) in code() {
        for found in types(&code) {
            defined.entry(found.to_owned()).or_default().push(name.clone());
        }
    }
    assert!(defined.len() > 300, "{}", defined.len());
    defined.retain(|_, files| files.len() > 1);
    assert!(defined.is_empty(), "types of one name: {defined:#?}");
}

#[test]
fn types_are_found_however_they_are_seen() {
    let code = "pub struct A<'a> {\npub(in crate::sync) enum B {\ntype C = u8;\n    type Error = D;\nimpl A {\n    pub(super) struct E;\n";
    assert_eq!(types(code).collect::<Vec<_>>(), ["A", "B", "C", "E"]);
}

/// The sentences of comments that begin with a clause in the place of an actor.
fn without_actor(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim_start) {
        let comment = ["//!", "///", "//"]
            .iter()
            .find_map(|mark| line.strip_prefix(mark));
        match (comment.map(str::trim), paragraphs.last_mut()) {
            (Some(comment), Some(last)) if !comment.is_empty() => *last += &format!("{comment} "),
            _ => paragraphs.push(String::new()),
        }
    }
    let sentences = paragraphs.iter().flat_map(|paragraph| paragraph.split(". "));
    let bad = sentences.filter(|sentence| sentence.starts_with("What ") || sentence.starts_with("That "));
    bad.map(str::to_owned).collect()
}

#[test]
fn comments_name_who_acts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["src", "tests/oneonone", "benches"] {
        sources(&root.join(folder), &mut paths);
    }
    let texts = TEXTS.iter().map(|name| root.join("src").join(name));
    let texts: Vec<_> = texts.collect();
    paths.retain(|path| !texts.contains(path));
    for path in paths {
        let bad = without_actor(&fs::read_to_string(&path).unwrap());
        assert!(bad.is_empty(), "{}: {bad:#?}", path.display());
    }
    let text = "/// A file. What was\n/// never written.\nfn x() {} // That is code\n    // That one.\n/// For whom it is\n/// what they say.\n";
    assert_eq!(without_actor(text), ["What was never written", "That one"]);
}

/// The variants of an enum, by its text.
fn variants<'a>(code: &'a str, name: &str) -> Vec<&'a str> {
    let start = code.find(&format!("pub enum {name} {{\n")).unwrap();
    let body = code[start..].split("\n}\n").next().unwrap();
    let variant = |line: &'a str| {
        let line = line.strip_prefix("    ")?;
        let end = line.find(|c: char| !c.is_alphanumeric()).unwrap_or(line.len());
        Some(&line[..end]).filter(|name| name.starts_with(char::is_uppercase))
    };
    body.lines().filter_map(variant).collect()
}

/// The words for notes end in arms for everything else: a new note would come to nothing there.
#[test]
fn every_note_and_remark_has_words() {
    let code = code();
    let words = code.iter().filter(|(_, name, _)| name.starts_with("cli/words/"));
    let words: Vec<&str> = words.map(|(.., code)| code.as_str()).collect();
    let words = words.join("\n");
    let is_named = |name: &str| {
        let ends = |at: usize| !words[at..].starts_with(|c: char| c.is_alphanumeric());
        words.match_indices(name).any(|(at, _)| ends(at + name.len()))
    };
    for (file, name) in [("sync/outcome.rs", "SyncNote"), ("app/remark.rs", "Remark")] {
        let (.., code) = code.iter().find(|(_, found, _)| found == file).unwrap();
        let all = variants(code, name);
        assert!(all.len() > 20, "{name}: {all:?}");
        for variant in all {
            assert!(
                is_named(&format!("{name}::{variant}")),
                "{name}::{variant} has no words"
            );
        }
    }
}
