//! Commands are data: each stands alone on its line, quoted and with the pair that was named (docs/command-line.md#output).

use std::collections::BTreeSet;
use std::fs;

use super::code;
use super::literals::literals;
use crate::docs::root;

/// Commands of Git that this program may speak of. Others are words that stand behind `git` in a sentence, too.
const GIT: &str = "add am apply bisect blame branch checkout cherry-pick clean clone commit config diff fetch fsck gc init log \
                   ls-remote ls-tree merge mv notes pull push rebase reflog remote reset restore revert rm show stash \
                   status switch tag version worktree";

/// Texts that hold a command and are no words of a hint: the file, the text, and what it is.
const NO_WORDS: &[(&str, &str, &str)] = &[
    (
        "cli/commands/add.rs",
        "oneonone add [OPTIONS]",
        "the usage of a help text",
    ),
    (
        "cli/commands/init.rs",
        "oneonone join {}",
        "the answer itself: the line to send to the other",
    ),
    (
        "cli/demo/tour.rs",
        "oneonone sync, on both sides",
        "the heading of a picture",
    ),
    ("cli/demo/tour.rs", "oneonone actions", "the heading of a picture"),
    (
        "cli/demo/tour.rs",
        "oneonone growth --since",
        "the heading of a picture",
    ),
    (
        "cli/words/remarks.rs",
        "oneonone check --staged || exit 1",
        "a line for a file, alone",
    ),
    ("git/version.rs", "git version ", "the answer of Git"),
    ("git/remote/push.rs", "--receive-pack=git ", "an argument of git"),
    (
        "render/text/mod.rs",
        "`oneonone @{} {words}`",
        "the next step below an answer on stdout",
    ),
    (
        "render/text/tables.rs",
        "no pairs yet:",
        "an answer on stdout, where no hints stand",
    ),
    ("sync/check.rs", "git merge", "it stands for the name of a file"),
    (
        "sync/secrets/commit_hook.rs",
        "oneonone check --staged",
        "looked for in a hook",
    ),
];

/// The names of the commands of this program, by their kept help texts.
fn ours() -> BTreeSet<String> {
    let kept = fs::read_dir(root().join("tests/golden/help")).unwrap();
    let names = kept.map(|item| item.unwrap().file_name().into_string().unwrap());
    let names = names.filter_map(|name| Some(name.split(['.', '-']).next()?.to_owned()));
    names.filter(|name| name != "oneonone").collect()
}

/// Where the first command begins that a text holds.
pub(crate) fn command_in(text: &str) -> Option<usize> {
    let git: BTreeSet<String> = GIT.split_whitespace().map(str::to_owned).collect();
    let found = [("oneonone ", ours()), ("git ", git)].map(|(program, commands)| {
        let mut places = text.match_indices(program);
        let place = places.find(|(at, _)| {
            let after = &text[at + program.len()..];
            let end = after.find(|c: char| !(c.is_alphanumeric() || c == '-'));
            let word = &after[..end.unwrap_or(after.len())];
            let is_whole = !text[..*at].ends_with(|c: char| c.is_alphanumeric() || "-_./".contains(c));
            is_whole && (commands.contains(word) || word.starts_with('-') || after.starts_with('@'))
        });
        place.map(|(at, _)| at)
    });
    found.into_iter().flatten().min()
}

#[test]
fn no_command_stands_within_words() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (_, name, code) in code() {
        for text in literals(&code) {
            if command_in(&text).is_none() {
                continue;
            }
            let known = NO_WORDS
                .iter()
                .position(|(file, begin, _)| *file == name && text.starts_with(begin));
            match known {
                Some(known) => drop(used.insert(known)),
                None => wrong.push(format!("src/{name}: {text}")),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "a hint is words, and commands as data: {wrong:#?}"
    );
    let unused = NO_WORDS.iter().enumerate().filter(|(at, _)| !used.contains(at));
    let unused: Vec<_> = unused.map(|(_, text)| text).collect();
    assert!(unused.is_empty(), "no longer there: {unused:?}");
}

#[test]
fn a_command_is_told_from_a_sentence() {
    for text in [
        "run oneonone sync",
        "`git branch`",
        "oneonone @ana sync",
        "git --git-dir",
        "(git rm x)",
    ] {
        assert!(command_in(text).is_some(), "{text}");
    }
    for text in [
        "this oneonone is too old",
        "git refused",
        ".git config",
        "plain git may commit it",
    ] {
        assert_eq!(command_in(text), None, "{text}");
    }
}
