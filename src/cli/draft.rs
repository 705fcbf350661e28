//! The text that a person wrote in the editor, until it is saved: no later failure loses it (docs/sync.md#promises).

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::app::PairClone;
use crate::model::{Kind, Visibility};
use crate::store::{DraftFile, DraftNote, dead_drafts};

use super::{Context, Failure, Hint, hint::quoted, interrupts::Interrupts, words::sealed::shows};

/// Lines that begin with this are not part of the text.
pub(super) const COMMENT: &str = "#:";

/// A text on its way from a person into a record.
pub(super) struct Draft {
    pub(super) text: String,
    file: Option<EditedFile>,
}

/// The file that the editor wrote. Its folder is removed with this value; a signal that comes earlier waits until then.
pub(super) struct EditedFile {
    // It goes first: a text whose folder is gone was never dead.
    pub(super) folder: TempDir,
    pub(super) _note: DraftNote,
    pub(super) draft: DraftFile,
    pub(super) _interrupts: Interrupts,
}

impl Draft {
    /// A text that the person has elsewhere: an argument, standard input.
    pub(super) fn given(text: String) -> Self {
        Self { text, file: None }
    }

    /// A text that a person wrote in the editor.
    pub(super) fn written(text: String, file: EditedFile) -> Self {
        Self {
            text,
            file: Some(file),
        }
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
        let _ = fs::write(&file.draft.file, format!("{}\n", self.text));
        file.keep(failure, again)
    }
}

impl EditedFile {
    /// Leaves the file where it is; the failure names it.
    pub(super) fn keep(self, failure: Failure, again: fn(&Path) -> Hint) -> Failure {
        let folder = self.folder.keep();
        if !is_record(&self.draft.file) {
            // If this fails, the file still has the lines for the editor.
            let _ = fs::read(&self.draft.file)
                .and_then(|text| fs::write(&self.draft.file, without_last_comments(&text)));
        }
        failure
            .cause("your text is kept in a file that only you can read:")
            .cause(self.draft.file.display().to_string())
            .hint(again(&self.draft.file))
            .hint(Hint::run(["rm", "-r", &folder.display().to_string()]).why("afterwards"))
    }
}

/// A text without the lines for the editor below it. It may be in no encoding that is known here.
fn without_last_comments(text: &[u8]) -> &[u8] {
    let mut kept = text;
    loop {
        let body = kept.strip_suffix(b"\n").unwrap_or(kept);
        let begin = body
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let (before, last) = body.split_at(begin);
        let is_put = last.starts_with(COMMENT.as_bytes()) || (last.is_empty() && !before.is_empty());
        if !is_put {
            return kept;
        }
        kept = before;
    }
}

/// Names each text that a killed run left in its file, with the ways on. One without a word of a person is not
/// mentioned.
pub(super) fn name_dead_ones(context: &mut Context) {
    for draft in dead_drafts(&context.setting().state_dir) {
        if !holds_words(&draft.file) {
            continue;
        }
        let file = draft.file.display().to_string();
        context.out.warn(format!(
            "a run that was killed left a text that you wrote, in a file that only you can read: {file}"
        ));
        let pair = context.setting().registry().ok();
        let pair = pair.as_ref().and_then(|pairs| pairs.at(&draft.clone));
        context
            .out
            .hint(go_on(&draft, pair.map(|pair| pair.name.as_str())));
        let folder = draft.file.parent().unwrap_or(&draft.file).display().to_string();
        context
            .out
            .hint(Hint::run(["rm", "-r", &folder]).why("remove it, afterwards or if you do not need it"));
    }
}

fn holds_words(file: &Path) -> bool {
    let text = fs::read(file).unwrap_or_default();
    let is_of_a_person = |line: &str| !line.is_empty() && !line.starts_with(COMMENT);
    String::from_utf8_lossy(&text)
        .lines()
        .map(str::trim)
        .any(is_of_a_person)
}

/// The command that takes the text of a dead draft.
fn go_on(draft: &DraftFile, pair: Option<&str>) -> Hint {
    let pair = pair.map(|name| format!("@{name}"));
    let words = ["oneonone".to_owned()]
        .into_iter()
        .chain(pair)
        .chain(command_for_log(&draft.command));
    if is_record(&draft.file) {
        return Hint::run(words).why("open the record again, and take it over from that file");
    }
    let words: Vec<String> = words.map(|word| quoted(&word)).collect();
    let input = quoted(&draft.file.display().to_string());
    // The editor may still have the file open: the lines for it are left out on the way.
    let line = format!("grep -v '^{COMMENT} ' {input} | {} -", words.join(" "));
    Hint::line(&line).why("go on with it")
}

/// A command without the themes of an entry that is to be sealed, unless a person watches: they are words of it.
fn command_for_log(command: &[String]) -> Vec<String> {
    let kind = command.get(1).and_then(|kind| kind.parse::<Kind>().ok());
    let flag = command
        .iter()
        .find_map(|word| word.strip_prefix("--")?.parse::<Visibility>().ok());
    let visibility = flag.or(kind.map(Kind::default_visibility));
    let is_shown = visibility.is_none_or(shows);
    let mut words = command.iter();
    let mut shown = Vec::new();
    while let Some(word) = words.next() {
        match word == THEME && !is_shown {
            true => drop(words.next()),
            false => shown.push(word.clone()),
        }
    }
    shown
}

/// A whole record is no text that a command takes.
fn is_record(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "toml")
}

/// How to go on after any command that opened an editor.
pub(super) fn again(file: &Path) -> Hint {
    match is_record(file) {
        true => same_record(file),
        false => same_command(file),
    }
}

/// How to go on with a record that could not be saved.
pub(super) fn same_record(_: &Path) -> Hint {
    "the same command again, and take it over from that file".into()
}

/// The flag of a theme.
pub(super) const THEME: &str = "--theme";

/// The command that a text in the editor is for. No word of the text stands in it.
pub(super) struct DraftFor<'a> {
    /// The clone.
    pub(super) place: &'a PairClone,
    /// The arguments.
    pub(super) command: Vec<String>,
}

/// How to go on after `add` and `edit ID`.
pub(super) fn same_command(file: &Path) -> Hint {
    let input = format!("- < {}", quoted(&file.display().to_string()));
    Hint::line(&input).why("the same command again, with this at its end")
}

#[cfg(test)]
mod tests {
    use super::{command_for_log, without_last_comments};

    #[test]
    fn a_command_for_a_draft_is_whole_but_for_sealed_words() {
        let of = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            command_for_log(&words).join(" ")
        };
        let shared = "add win --next --due friday --theme writing --theme speaking";
        assert_eq!(of(shared), shared);
        for (line, shown) in [
            ("add concern --theme layoffs --re kx", "add concern --re kx"),
            (
                "add note --private --theme layoffs --re kx",
                "add note --private --re kx",
            ),
            (
                "add feedback --shared --theme writing",
                "add feedback --shared --theme writing",
            ),
        ] {
            assert_eq!(of(line), shown);
        }
    }

    #[test]
    fn the_lines_for_the_editor_are_left_out_below_a_text_alone() {
        for (text, kept) in [
            (
                &b"words\n\n#: Write above.\n#: Empty adds nothing.\n"[..],
                &b"words\n"[..],
            ),
            (b"words", b"words"),
            (b"#: mine\nwords\n", b"#: mine\nwords\n"),
            (b"caf\xe9\n#: x", b"caf\xe9\n"),
            (b"#: x\n", b""),
            (b"", b""),
            (b"\n", b"\n"),
        ] {
            assert_eq!(without_last_comments(text), kept, "{text:?}");
        }
    }
}
