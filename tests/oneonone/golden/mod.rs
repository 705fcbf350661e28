//! The words that people read, kept in `tests/golden`: every help text, and the errors and warnings with their hints.
//!
//! A change of words is seen as a change of a file there. `ONEONONE_BLESS=1 cargo test golden` writes them anew.

mod branches;
mod complete;
mod conflicts;
mod dates;
mod entries;
mod help;
mod hints;
mod keys;
mod making;
mod meetings;
mod pairs;
mod plain_git;
mod records;
mod remotes;
mod scene;
mod shapes;
mod syncing;
mod told;
mod usage;
mod waiting;
mod ways_back;

use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// Where the texts are kept.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The golden files but for those of help texts, each with its text.
fn kept_files() -> impl Iterator<Item = (PathBuf, String)> {
    let items = fs::read_dir(folder()).unwrap().map(|item| item.unwrap().path());
    let files = items.filter(|path| path.is_file());
    files.map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
}

/// Whether the files are written anew. A test that reads several of them waits for the next run.
fn is_blessing() -> bool {
    std::env::var_os("ONEONONE_BLESS").is_some()
}

/// Compares a text with the one that is kept as `tests/golden/NAME.txt`.
#[track_caller]
fn compare(name: &str, text: &str) {
    let path = folder().join(format!("{name}.txt"));
    if is_blessing() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if kept != text {
        let diff = TextDiff::from_lines(&kept, text);
        let diff = diff.unified_diff().context_radius(4).to_string();
        panic!(
            "tests/golden/{name}.txt is kept otherwise; if the new words are meant: \
             ONEONONE_BLESS=1 cargo test golden\n{diff}"
        );
    }
}
