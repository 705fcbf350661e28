//! Text from a person: the editor, or standard input (docs/privacy.md#files-on-this-machine).

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use anyhow::Context as _;

use crate::model::Limits;
use crate::store::{DraftFile, DraftNote};

use super::draft::{COMMENT, Draft, DraftFor, EditedFile, pair_of};
use super::interrupts::{EditorExit, Interrupts};
use super::{Context, EditorError, Failure};

/// The byte order mark, as Notepad and PowerShell write it.
const MARK: char = '\u{feff}';

/// Reads one text from standard input.
pub(super) fn from_stdin() -> Result<String, EditorError> {
    let mut text = String::new();
    let most = (Limits::TEXT + MARK.len_utf8()) as u64 + 1;
    std::io::stdin()
        .take(most)
        .read_to_string(&mut text)
        .map_err(EditorError::InputNotText)?;
    Ok(without_platform_marks(&text).trim_end_matches('\n').to_owned())
}

/// A text without the signs of the platform that it was written on: the byte order mark at its head, and CR before LF.
fn without_platform_marks(text: &str) -> String {
    text.strip_prefix(MARK).unwrap_or(text).replace("\r\n", "\n")
}

/// Lets a person edit a text in the editor of their choice. `about` is shown below it and is not part of it.
///
/// The file lies in a private folder, on memory where there is one, and is gone with the [`Draft`].
pub(super) fn edit(
    context: &Context,
    draft_for: DraftFor<'_>,
    text: &str,
    about: &str,
) -> Result<Draft, Failure> {
    let mut content = text.to_owned();
    content.push('\n');
    for line in about.lines() {
        content.push_str(&format!("{COMMENT} {line}\n"));
    }
    let mut draft = edit_file(context, draft_for, &content, "entry.md")?;
    // Only the lines put below the text are removed, even if the person wrote after them: a line of the text may begin
    // alike.
    let put = |line: &str| {
        line.strip_prefix(COMMENT)
            .is_some_and(|l| about.lines().any(|a| l.trim() == a))
    };
    let mut kept: Vec<&str> = draft.text.lines().filter(|line| !put(line)).collect();
    let ends = |line: &&str| !(line.starts_with(COMMENT) || line.is_empty());
    kept.truncate(kept.iter().rposition(ends).map_or(0, |last| last + 1));
    // The line that was left empty to write on.
    if text.is_empty() {
        let blank = kept.iter().take_while(|l| l.trim().is_empty()).count();
        kept.drain(..blank);
    }
    draft.text = kept.join("\n");
    Ok(draft)
}

/// Lets a person edit a file as it is; its name tells the editor what it is.
pub(super) fn edit_file(
    context: &Context,
    draft_for: DraftFor<'_>,
    content: &str,
    name: &str,
) -> Result<Draft, Failure> {
    let editor = editor(context)?;
    let interrupts = Interrupts::note().context("signals cannot be noted")?;
    let mut folder = tempfile::Builder::new();
    folder.prefix("oneonone-");
    // An editor puts files of its own beside the text.
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = folder
        .tempdir_in(private_folder())
        .context("no private place for the text")?;
    let draft = DraftFile {
        file: folder.path().join(name),
        clone: draft_for.place.dir.clone(),
        command: draft_for.command,
    };
    let (path, pair) = (draft.file.clone(), pair_of(context, &draft));
    let note = DraftNote::write(&context.setting().state_dir, &draft)?;
    write_private(&path, content).context("the text could not be written for the editor")?;
    let mut child = Command::new("sh")
        .arg("-c")
        // The shell leaves a Ctrl-C to the editor.
        .arg(format!("trap : INT; {editor} \"$@\""))
        .arg("sh")
        .arg(&path)
        .spawn()
        .context("the editor could not be started")?;
    let ended = interrupts.wait(&mut child);
    let file = EditedFile {
        folder,
        note,
        draft,
        pair,
        _interrupts: interrupts,
    };
    let ended = ended.context("the editor could not be waited for")?;
    if let Some((error, gave_up)) = without_a_text(&ended) {
        return Err(match gave_up || file.is_untouched(content) {
            true => error.into(),
            false => file.keep(error.into()),
        });
    }
    let edited = match fs::read_to_string(&path) {
        Ok(edited) => edited,
        Err(e) => return Err(file.keep(EditorError::NotRead(e).into())),
    };
    Ok(Draft::written(without_platform_marks(&edited), file))
}

/// Why the text of an editor is not used, and whether its writer gave it up; none if it is used.
fn without_a_text(exit: &EditorExit) -> Option<(EditorError, bool)> {
    match exit {
        EditorExit::Ended(status) if status.success() => None,
        EditorExit::Ended(status) if crashed(*status) => Some((EditorError::Killed, false)),
        EditorExit::Ended(status) => Some((EditorError::Ended(*status), true)),
        EditorExit::Interrupted => Some((EditorError::Interrupted, true)),
        EditorExit::Terminated => Some((EditorError::Interrupted, false)),
    }
}

/// Whether a signal ended the editor, which no person asked for: its shell tells it by an exit code over 128.
fn crashed(status: ExitStatus) -> bool {
    status.code().is_none_or(|code| code > 128)
}

fn editor(context: &Context) -> Result<String, EditorError> {
    let set = |name: &str| env::var(name).ok().filter(|v| !v.trim().is_empty());
    if let Some(editor) = ["ONEONONE_EDITOR", "VISUAL", "EDITOR"].into_iter().find_map(set) {
        return Ok(editor);
    }
    if context.interactive {
        return Ok("vi".to_owned());
    }
    Err(EditorError::NowhereToWrite)
}

/// Where a text may lie while it is edited: on memory where the system has such a folder.
fn private_folder() -> PathBuf {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let mut candidates = runtime.into_iter().chain([PathBuf::from("/dev/shm")]);
    candidates.find(|p| p.is_dir()).unwrap_or_else(env::temp_dir)
}

fn write_private(path: &std::path::Path, content: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content.as_bytes())
}
