//! The undo log: which commits are commands of this clone, in `.git/oneonone/commands`.
//!
//! It is kept here and not read out of commit messages: those of fetched commits are a stranger's words.

use std::fs;
use std::io::Write;

use super::error::StoreError;
use super::notes::Notes;
use super::save::{create_private_folder, save_private_file};

const NAME: &str = "commands";
/// The name of a removal of entries by hand, out of a saved file.
pub const HAND_REMOVAL: &str = "hand-removal";
/// The first word of the line that says that a rewritten history was taken. Version 0.1 passes over a line of three words
/// that begins otherwise than with `undo` or `redo`.
const HISTORY: &str = "history";
/// An undo log longer than this, in bytes, loses its older half.
const LONGEST: usize = 64 * 1024;

/// A command, and the commit that it made, as an object id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCommand {
    /// The command's name; of an undone or redone one, the name of the first.
    pub name: String,
    /// The commit.
    pub commit: String,
}

/// The commands of a clone, as two stacks; the last command of each comes next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoLog {
    /// The commits that `undo` takes back.
    pub done: Vec<LoggedCommand>,
    /// The commits of `undo` that `redo` takes back.
    pub undone: Vec<LoggedCommand>,
    /// Whether a rewritten history was taken below these: whatever came before it is not taken back.
    pub is_cut: bool,
}

/// A line of the log.
#[derive(Debug, Clone, Copy)]
pub enum LogLine<'a> {
    /// A command made a commit.
    Command {
        /// Its name.
        name: &'a str,
        /// The commit.
        commit: &'a str,
    },
    /// The commit `of` was taken back; `by` a commit, unless nothing of it was left.
    Undo {
        /// The commit that was taken back.
        of: &'a str,
        /// The commit that did it.
        by: Option<&'a str>,
    },
    /// The commit `of` of an `undo` was taken back.
    Redo {
        /// The commit that was taken back.
        of: &'a str,
        /// The commit that did it.
        by: Option<&'a str>,
    },
    /// The remote's rewritten history was taken; `commit` stands on it.
    HistoryTaken {
        /// The commit.
        commit: &'a str,
    },
}

impl UndoLog {
    /// A line that cannot be read, such as one torn by a power cut, is passed over.
    fn parse(text: &str, mut counts: impl FnMut(&str) -> bool) -> Self {
        let mut undo_log = Self::default();
        for line in text.lines() {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["undo", of, by] if is_id(of) && counts(by) => {
                    let name = take(&mut undo_log.done, of);
                    push(&mut undo_log.undone, name, by);
                }
                ["redo", of, by] if is_id(of) && counts(by) => {
                    let name = take(&mut undo_log.undone, of);
                    push(&mut undo_log.done, name, by);
                }
                ["undo" | "redo", ..] => {}
                [HISTORY, "taken", commit] if is_id(commit) && counts(commit) => {
                    (undo_log.done, undo_log.undone) = (Vec::new(), Vec::new());
                    undo_log.is_cut = true;
                }
                [name, commit] => {
                    push(&mut undo_log.done, Some((*name).to_owned()), commit);
                    // Whoever removes an entry by hand in between may still redo.
                    if *name != HAND_REMOVAL && !undo_log.undone.is_empty() && counts(commit) {
                        undo_log.undone.clear();
                    }
                }
                _ => {}
            }
        }
        undo_log
    }
}

/// Takes a command out of a stack, and gives its name.
fn take(stack: &mut Vec<LoggedCommand>, commit: &str) -> Option<String> {
    let at = stack.iter().rposition(|command| command.commit == commit)?;
    Some(stack.remove(at).name)
}

fn push(stack: &mut Vec<LoggedCommand>, name: Option<String>, commit: &str) {
    let plain = |name: &String| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if let Some(name) = name.filter(plain)
        && is_id(commit)
    {
        stack.push(LoggedCommand {
            name,
            commit: commit.to_owned(),
        });
    }
}

fn is_id(word: &str) -> bool {
    word.len() == 40 && word.bytes().all(|b| b.is_ascii_hexdigit())
}

impl Notes {
    /// The commands of this clone. A command is written down before its commit counts, so a line holds if `counts` says
    /// so of its commit, which is `-` where nothing was left to do.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn undo_log(&self, counts: impl FnMut(&str) -> bool) -> Result<UndoLog, StoreError> {
        Ok(UndoLog::parse(&self.read(NAME)?.unwrap_or_default(), counts))
    }

    /// Writes a line. It is not made durable: a power cut takes no words of a person with it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn log(&self, line: LogLine<'_>) -> Result<(), StoreError> {
        let line = match line {
            LogLine::Command { name, commit } => format!("{name} {commit}\n"),
            LogLine::Undo { of, by } => format!("undo {of} {}\n", by.unwrap_or("-")),
            LogLine::HistoryTaken { commit } => format!("{HISTORY} taken {commit}\n"),
            LogLine::Redo { of, by } => format!("redo {of} {}\n", by.unwrap_or("-")),
        };
        let before = self.read(NAME)?.unwrap_or_default();
        let path = self.folder().join(NAME);
        if before.len() > LONGEST {
            let half = before.ceil_char_boundary(before.len() / 2);
            let (_, newer) = before.split_at(half);
            let whole = newer.split_once('\n').map_or("", |(_, rest)| rest);
            return save_private_file(&path, format!("{whole}{line}").as_bytes());
        }
        create_private_folder(self.folder())?;
        let torn = !before.is_empty() && !before.ends_with('\n');
        let line = if torn { format!("\n{line}") } else { line };
        let mut options = fs::OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .and_then(|mut file| file.write_all(line.as_bytes()))
            .map_err(StoreError::io("write", &path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> String {
        format!("{n:040x}")
    }

    fn commits(stack: &[LoggedCommand]) -> Vec<&str> {
        stack.iter().map(|command| command.commit.as_str()).collect()
    }

    #[test]
    fn undo_goes_back_redo_forth_and_a_command_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::of(folder.path());
        assert_eq!(notes.undo_log(|_| true).unwrap(), UndoLog::default());
        let (a, b, u, v, r, c) = (id(1), id(2), id(3), id(4), id(5), id(6));
        let command = |name, commit| notes.log(LogLine::Command { name, commit }).unwrap();
        command("add", &a);
        command("edit", &b);
        let undo = |of, by| notes.log(LogLine::Undo { of, by }).unwrap();
        undo(&b, Some(&u));
        undo(&a, Some(&v));
        let undo_log = notes.undo_log(|_| true).unwrap();
        assert!(undo_log.done.is_empty());
        assert_eq!(commits(&undo_log.undone), [&u, &v]);
        let without = notes.undo_log(|by| by != v).unwrap();
        assert_eq!(
            (commits(&without.done), commits(&without.undone)),
            (vec![a.as_str()], vec![u.as_str()])
        );
        notes.log(LogLine::Redo { of: &v, by: Some(&r) }).unwrap();
        let undo_log = notes.undo_log(|_| true).unwrap();
        assert_eq!(commits(&undo_log.done), [&r]);
        assert_eq!(undo_log.done[0].name, "add", "the name of what came first");
        command("rm", &c);
        let undo_log = notes.undo_log(|_| true).unwrap();
        assert_eq!(
            (commits(&undo_log.done), undo_log.undone.len()),
            (vec![r.as_str(), &c], 0)
        );
    }

    #[test]
    fn nothing_of_before_a_taken_history_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::of(folder.path());
        let (a, taken, b) = (id(1), id(2), id(3));
        notes
            .log(LogLine::Command {
                name: "add",
                commit: &a,
            })
            .unwrap();
        notes.log(LogLine::HistoryTaken { commit: &taken }).unwrap();
        notes
            .log(LogLine::Command {
                name: "rm",
                commit: &b,
            })
            .unwrap();
        let undo_log = notes.undo_log(|_| true).unwrap();
        assert_eq!(commits(&undo_log.done), [&b]);
        assert!(undo_log.is_cut);
        // The run died before it counted.
        let undo_log = notes.undo_log(|by| by != taken).unwrap();
        assert_eq!(commits(&undo_log.done), [&a, &b]);
        assert!(!undo_log.is_cut);
    }

    #[test]
    fn a_torn_or_foreign_line_hides_no_other_and_the_file_stays_small() {
        let folder = tempfile::tempdir().unwrap();
        let notes = Notes::of(folder.path());
        let path = notes.folder().join(NAME);
        create_private_folder(notes.folder()).unwrap();
        fs::write(&path, "add 12\nrm \x1b[2J 34\nundo - -\nedit 5").unwrap();
        let record = |commit: &str| notes.log(LogLine::Command { name: "add", commit }).unwrap();
        record(&id(1));
        assert_eq!(commits(&notes.undo_log(|_| true).unwrap().done), [id(1)]);
        for n in 2..2000 {
            record(&id(n));
        }
        assert!(fs::metadata(&path).unwrap().len() < 100_000);
        assert_eq!(
            notes.undo_log(|_| true).unwrap().done.last().unwrap().commit,
            id(1999)
        );
    }
}
