//! The text that a person wrote in the editor, until it is saved: no later failure loses it (docs/sync.md#promises).

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Failure, Hint, hint::quoted, interrupts::Interrupts};

/// A text on its way from a person into a record.
pub(super) struct Draft {
    pub(super) text: String,
    file: Option<DraftFile>,
}

/// The file that the editor wrote. Its folder is removed with this value; a signal that comes earlier waits until then.
struct DraftFile {
    folder: TempDir,
    path: PathBuf,
    _interrupts: Interrupts,
}

impl Draft {
    /// A text that the person has elsewhere: an argument, standard input.
    pub(super) fn given(text: String) -> Self {
        Self { text, file: None }
    }

    pub(super) fn written(text: String, folder: TempDir, path: PathBuf, interrupts: Interrupts) -> Self {
        let file = Some(DraftFile {
            folder,
            path,
            _interrupts: interrupts,
        });
        Self { text, file }
    }

    /// Makes something of the text. If that fails, the text stays in its file, which this person alone can read, and the
    /// failure names it. `again` says how to go on from the file.
    pub(super) fn into<T>(
        self,
        again: fn(&Path) -> Hint,
        make: impl FnOnce(&str) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        make(&self.text).map_err(|failure| self.keep(failure, again))
    }

    fn keep(self, failure: Failure, again: fn(&Path) -> Hint) -> Failure {
        let has_text = !self.text.trim().is_empty();
        let Some(file) = self.file.filter(|_| has_text) else {
            // A record that a person never touched may stop the command: they would not expect it.
            return match has_text && failure.is_of_records() {
                true => failure.cause("your text was not saved"),
                false => failure,
            };
        };
        // The lines for the editor are left out. If this fails, the file still has them.
        let _ = fs::write(&file.path, format!("{}\n", self.text));
        let folder = file.folder.keep();
        failure
            .cause("your text is kept in a file that only you can read:")
            .cause(file.path.display().to_string())
            .hint(again(&file.path))
            .hint(Hint::run(["rm", "-r", &folder.display().to_string()]).why("afterwards"))
    }
}

/// How to go on after `add` and `edit ID`.
pub(super) fn same_command(file: &Path) -> Hint {
    let input = format!("- < {}", quoted(&file.display().to_string()));
    Hint::line(&input).why("the same command again, with this at its end")
}
