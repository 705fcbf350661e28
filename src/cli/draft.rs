//! The text that a person wrote in the editor, until it is saved: no later failure loses it (docs/sync.md#promises).

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::app::PairClone;
use crate::model::{Kind, Visibility};
use crate::store::{DraftFile, DraftNote, dead_drafts, save_private_file};

use super::{Context, Failure, Hint, hint::quoted, interrupts::Interrupts, words::sealed::shows};

/// Lines that begin with this are not part of the text.
pub(super) const COMMENT: &str = "#:";

/// A text on its way from a person into a record.
pub(super) struct Draft {
    pub(super) text: String,
    file: Option<Box<EditedFile>>,
}

/// The file that the editor wrote. Its folder is removed with this value; a signal that comes earlier waits until then.
pub(super) struct EditedFile {
    // It goes first: a text whose folder is gone was never dead.
    pub(super) folder: TempDir,
    pub(super) note: DraftNote,
    pub(super) draft: DraftFile,
    /// The name of the pair.
    pub(super) pair: Option<String>,
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
            file: Some(Box::new(file)),
        }
    }

    /// Makes something of the text. If that fails, the text stays in its file, which this person alone can read, and the
    /// failure names it, and so does every later command.
    pub(super) fn into<T>(self, make: impl FnOnce(&str) -> Result<T, Failure>) -> Result<T, Failure> {
        make(&self.text).map_err(|failure| self.keep(failure))
    }

    fn keep(self, failure: Failure) -> Failure {
        if failure.has_saved_words() {
            return failure;
        }
        let has_text = !self.text.trim().is_empty();
        let Some(file) = self.file.filter(|_| has_text) else {
            // A record that a person never touched may stop the command: they would not expect it.
            return match has_text && failure.is_of_records() {
                true => failure.cause("your text was not saved"),
                false => failure,
            };
        };
        // The lines for the editor are left out. If this fails, the file still has them.
        let _ = save_private_file(&file.draft.file, format!("{}\n", self.text).as_bytes());
        file.keep(failure)
    }
}

impl EditedFile {
    /// Whether the file holds what the editor was given, and the editor put none beside it.
    pub(super) fn is_untouched(&self, content: &str) -> bool {
        fs::read(&self.draft.file).is_ok_and(|text| text == content.as_bytes())
            && !has_other_files(&self.draft)
    }

    /// Leaves the file where it is; the failure names it.
    pub(super) fn keep(self, failure: Failure) -> Failure {
        let (draft, pair) = (self.draft, self.pair);
        let folder = self.folder.keep();
        self.note.keep();
        if !is_record(&draft.file) {
            // If this fails, the file still has the lines for the editor.
            let text = fs::read(&draft.file).unwrap_or_default();
            let kept = without_last_comments(&text).len() as u64;
            let file = fs::OpenOptions::new().write(true).open(&draft.file);
            let _ = file.and_then(|file| file.set_len(kept));
        }
        match Remains::of(&draft) {
            Remains::Text => failure
                .cause("your text is kept in a file that only you can read:")
                .cause(draft.file.display().to_string())
                .hint(go_on(&draft, pair.as_deref()))
                .hint(remove(&draft)),
            Remains::FileOfEditor => failure
                .cause("your editor left a file of its own in a folder that only you can read:")
                .cause(folder.display().to_string())
                .hint(recover(&draft))
                .hint(remove(&draft)),
            Remains::Nothing => failure,
        }
    }
}

/// The remains of a text that was not saved.
enum Remains {
    /// The text, or a part of it, in its file.
    Text,
    /// A file that the editor put beside it, such as the swap file of vim.
    FileOfEditor,
    /// Nothing that a person wrote.
    Nothing,
}

impl Remains {
    fn of(draft: &DraftFile) -> Self {
        match has_other_files(draft) {
            _ if holds_words(&draft.file) => Self::Text,
            true => Self::FileOfEditor,
            false => Self::Nothing,
        }
    }
}

/// Whether the folder of a text holds another file that is not empty.
fn has_other_files(draft: &DraftFile) -> bool {
    let is_other = |item: &fs::DirEntry| {
        item.path() != draft.file && item.metadata().is_ok_and(|data| data.is_file() && data.len() > 0)
    };
    let items = draft.file.parent().and_then(|folder| fs::read_dir(folder).ok());
    items.into_iter().flatten().flatten().any(|item| is_other(&item))
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

/// Names each text that was not saved and lies in its file, with the ways on. One without a word of a person is not
/// mentioned.
pub(super) fn name_dead_ones(context: &mut Context) {
    for draft in dead_drafts(&context.setting().state_dir) {
        let folder = folder_of(&draft);
        let (words, hint) = match Remains::of(&draft) {
            Remains::Text => (
                format!(
                    "a text that you wrote in the editor was not saved, and lies in a file that only you can read: {}",
                    draft.file.display()
                ),
                go_on(&draft, pair_of(context, &draft).as_deref()),
            ),
            Remains::FileOfEditor => (
                format!(
                    "your editor ended before it saved your text, and left a file of its own in a folder that only you can \
                     read: {folder}"
                ),
                recover(&draft),
            ),
            Remains::Nothing => continue,
        };
        context.out.warn(words);
        context.out.hint(hint);
        context.out.hint(remove(&draft));
    }
}

/// The name of the pair that a text is for.
pub(super) fn pair_of(context: &Context, draft: &DraftFile) -> Option<String> {
    let pairs = context.setting().registry().ok()?;
    pairs.at(&draft.clone).map(|pair| pair.name.clone())
}

/// The folder that the file of a text has for itself.
fn folder_of(draft: &DraftFile) -> String {
    draft.file.parent().unwrap_or(&draft.file).display().to_string()
}

/// How to come by a text of which the editor alone has a copy.
fn recover(draft: &DraftFile) -> Hint {
    let file = quoted(&draft.file.display().to_string());
    Hint::line(&format!("${{EDITOR:-vi}} {file}")).why("let your editor recover it, and save it there")
}

fn remove(draft: &DraftFile) -> Hint {
    Hint::run(["rm", "-r", &folder_of(draft)]).why("remove it, if you do not need it")
}

fn holds_words(file: &Path) -> bool {
    let text = fs::read(file).unwrap_or_default();
    let is_of_a_person = |line: &str| !line.is_empty() && !line.starts_with(COMMENT);
    String::from_utf8_lossy(&text)
        .lines()
        .map(str::trim)
        .any(is_of_a_person)
}

/// The command that takes the text of a draft, and removes its file then.
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
    let (command, file) = (words.join(" "), quoted(&draft.file.display().to_string()));
    let text = fs::read(&draft.file).unwrap_or_default();
    let is_for_editor = |line: &[u8]| line.starts_with(format!("{COMMENT} ").as_bytes());
    let take = match text.split(|byte| *byte == b'\n').any(is_for_editor) {
        // The editor may still have the file open: the lines for it are left out on the way. A person may have written below
        // them.
        true => format!("sed -e '/^{COMMENT} /d' -e '/./,$!d' {file} | {command} -"),
        false => format!("{command} - < {file}"),
    };
    Hint::line(&format!("{take} && rm -r {}", quoted(&folder_of(draft)))).why("go on with it")
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

/// The flag of a theme.
pub(super) const THEME: &str = "--theme";

/// The command that a text in the editor is for. No word of the text stands in it.
pub(super) struct DraftFor<'a> {
    /// The clone.
    pub(super) place: &'a PairClone,
    /// The arguments.
    pub(super) command: Vec<String>,
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
