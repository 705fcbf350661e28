//! States and entries for tests, out of TOML.

use crate::model::{Placed, State, Table, assemble};

const PAIR: &str = "format = 1\nid = \"kqzmrtxwlpso\"\n\n[member.ana]\nrole = \"report\"\nname = \"Ana\"\nkeys = []\n\n\
                    [member.sam]\nrole = \"manager\"\nname = \"Sam\"\nkeys = []\n";

/// The text of an entry that has these lines, and a text or a ciphertext.
pub(super) fn entry(lines: &str) -> String {
    let has_content = lines.lines().take_while(|line| !line.starts_with('['));
    let has_content = has_content
        .into_iter()
        .any(|line| line.starts_with("text = ") || line.starts_with("sealed = "));
    let text = if has_content { "" } else { "text = \"a\"\n" };
    format!("[[entry]]\nid = \"kkkkkkkkkkkk\"\nby = \"ana\"\nat = 2026-11-20T09:12:00Z\n{text}{lines}\n")
}

/// The lines of a sealed entry, or of a body in a conflict.
pub(super) fn sealed(ciphertext: &str) -> String {
    format!("visibility = \"private\"\nsealed = \"{ciphertext}\"")
}

/// Lines of an entry with a body in a conflict behind them.
pub(super) fn with_body(lines: &str, body: &str) -> String {
    format!("{lines}\n[[entry.conflict]]\nfield = \"body\"\n{body}")
}

/// The state of an agenda.
pub(super) fn state(agenda: &str) -> State {
    state_of(&[("agenda.toml", agenda)])
}

/// The state of a pair with these records.
pub(super) fn state_of(records: &[(&str, &str)]) -> State {
    let pair = [("pair.toml", PAIR)];
    let files = pair.iter().chain(records);
    let loaded = assemble(files.map(|(path, text)| (*path, text.as_bytes())));
    let sound = loaded.broken.is_empty() && loaded.loose.is_empty();
    assert!(sound, "{records:?}: {:?}", loaded.broken);
    loaded.state
}

/// The entry that has these lines.
pub(super) fn placed(lines: &str) -> Placed {
    let mut entries = state(&entry(lines)).entries.into_values();
    entries.next().unwrap()
}

/// The same without its home.
pub(super) fn table(lines: &str) -> Table {
    placed(lines).entry
}
