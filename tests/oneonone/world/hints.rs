//! Hints as a person meets them: their commands are read, and pasted into a shell.

use super::{Person, Run};

/// A hint: its words, and the commands below them, one a line.
struct Hint<'a> {
    words: &'a str,
    commands: Vec<&'a str>,
}

/// The hints in the words of a run. The name of a pair may stand before one.
fn hints(said: &str) -> Vec<Hint<'_>> {
    let mut hints: Vec<Hint<'_>> = Vec::new();
    let mut goes_on = false;
    for line in said.lines() {
        let words = line.strip_prefix("hint:");
        let words = words.or_else(|| Some(line.split_once(": hint:")?.1));
        let command = line.strip_prefix("    ").filter(|_| goes_on);
        goes_on = words.is_some() || command.is_some();
        let commands = Vec::new();
        hints.extend(words.map(|words| Hint { words, commands }));
        if let (Some(hint), Some(command)) = (hints.last_mut(), command) {
            hint.commands.push(command);
        }
    }
    hints
}

/// The commands of hints that begin with some words.
pub(crate) fn commands_in<'a>(said: &'a str, begin: &str) -> Vec<&'a str> {
    let commands = hints(said).into_iter().flat_map(|hint| hint.commands);
    commands.filter(|command| command.starts_with(begin)).collect()
}

impl Run {
    /// The commands of its hints that begin with some words.
    pub(crate) fn commands(&self, begin: &str) -> Vec<&str> {
        commands_in(&self.err, begin)
    }

    /// The first of those commands.
    #[track_caller]
    pub(crate) fn command(&self, begin: &str) -> &str {
        let commands = self.commands(begin);
        assert!(!commands.is_empty(), "no hint names {begin:?} in\n{}", self.err);
        commands[0]
    }

    /// The commands of the hint with some words.
    #[track_caller]
    pub(crate) fn commands_to(&self, words: &str) -> Vec<&str> {
        let hint = hints(&self.err)
            .into_iter()
            .find(|hint| hint.words.contains(words));
        hint.unwrap_or_else(|| panic!("no hint to {words:?} in\n{}", self.err))
            .commands
    }
}

impl Person {
    /// Pastes a command into `bash`, which reads every way that a hint quotes.
    pub(crate) fn paste(&self, command: &str) -> Run {
        self.paste_into("bash", command, "")
    }

    /// Pastes a command into a shell that finds this program, and types an answer.
    pub(crate) fn paste_into(&self, shell: &str, command: &str, typed: &str) -> Run {
        let program = self.program.parent().unwrap();
        let line = format!("PATH={}:$PATH\n{command}", program.display());
        self.start(shell, ["-c", &line], typed)
    }

    /// Pastes each command of a run's hints that begins with some words. There has to be one, and each has to succeed.
    #[track_caller]
    pub(crate) fn paste_all(&self, run: &Run, begin: &str) -> String {
        let _ = run.command(begin);
        let pasted = run.commands(begin).into_iter();
        pasted.map(|command| self.paste(command).ok().err).collect()
    }
}
