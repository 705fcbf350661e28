//! The hints of all golden files: a command stands on a line of its own (docs/command-line.md#output).

use super::{is_blessing, kept_files};
use crate::layers::commands::command_in;

/// Whether a line has a command among words. The fix of a record has its commands at the end, behind a colon.
fn is_among_words(line: &str) -> bool {
    if let Some((_, help)) = line.split_once("= help: ") {
        return command_in(help).is_some_and(|at| at > 0 && !help[..at].ends_with(": "));
    }
    let hint = line.strip_prefix("hint: ");
    let hint = hint.or_else(|| Some(line.split_once(": hint: ")?.1));
    hint.is_some_and(|words| command_in(words).is_some())
}

#[test]
fn no_hint_has_a_command_among_its_words() {
    if is_blessing() {
        return;
    }
    let mut hints = 0;
    for (path, text) in kept_files() {
        for line in text.lines() {
            hints += usize::from(line.starts_with("hint: "));
            assert!(!is_among_words(line), "{}: {line}", path.display());
        }
    }
    assert!(hints > 300, "{hints}");
    for line in [
        "hint: ask ana to run oneonone sync",
        "@ana: hint: git branch",
        "= help: by git add x",
    ] {
        assert!(is_among_words(line), "{line}");
    }
    assert!(!is_among_words("  = help: seal it: oneonone sync"));
}
