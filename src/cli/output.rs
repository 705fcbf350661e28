//! Where answers and words go: data on stdout, words on stderr (docs/command-line.md#output).
//!
//! The only file that writes to a terminal. It takes [`Printable`] alone, so nothing leaves that was not made visible.
//! clippy.toml forbids the streams elsewhere, and a test looks for them.

#![expect(clippy::disallowed_methods, reason = "the one file that names the streams")]

use std::io::{self, ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::render::{Printable, printable};

use super::{Failure, Hint, SurroundingsError, hint::Standing, hint::label};

/// A pair that words are about.
pub(super) struct About {
    /// Its name.
    pub(super) name: String,
    /// The name, with the other member's where another one is called like them.
    pub(super) shown: String,
}

/// The two streams, with colour where it is wanted.
pub(super) struct Output {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    /// The pair that words are about, where several are asked.
    pub(super) about: Option<About>,
    /// The pair that was named on the command line: commands in hints name it too.
    named: Option<String>,
    /// The folder of the clone that words are about, if the person stands elsewhere: commands in hints name it.
    pub(super) clone: Option<String>,
    /// The lines that are kept to be said later, where several pairs are asked at a time.
    kept: Option<Vec<Printable>>,
}

impl Output {
    pub(super) fn new(choice: clap::ColorChoice, named: Option<String>) -> Self {
        let choice = match choice {
            clap::ColorChoice::Auto => ColorChoice::Auto,
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
        };
        Self {
            out: AutoStream::new(io::stdout(), choice),
            err: AutoStream::new(io::stderr(), choice),
            about: None,
            named,
            clone: None,
            kept: None,
        }
    }

    /// One that keeps its lines: they are said in turn.
    pub(super) fn with_kept_lines(&self) -> Self {
        Self {
            out: AutoStream::never(io::stdout()),
            err: AutoStream::never(io::stderr()),
            about: None,
            named: self.named.clone(),
            clone: None,
            kept: Some(Vec::new()),
        }
    }

    /// The lines that were kept.
    pub(super) fn take_kept(&mut self) -> Vec<Printable> {
        self.kept.replace(Vec::new()).unwrap_or_default()
    }

    /// Says a line that was kept.
    pub(super) fn line(&mut self, line: &Printable) {
        put(&mut self.err, line);
    }

    /// Writes an answer. A reader that went away is no error: the rest is not wanted.
    pub(super) fn data(&mut self, text: &Printable) -> Result<(), Failure> {
        quiet(self.out.write_all(text.as_str().as_bytes()))
    }

    /// Says something to the person, in a line of its own. A stream that is closed is no error.
    pub(super) fn say(&mut self, words: impl Into<Printable>) {
        let words = words.into().trim_end();
        let line = match &self.about {
            Some(pair) => printable![pair.shown.as_str(), ": ", words, "\n"],
            None => printable![words, "\n"],
        };
        match &mut self.kept {
            Some(kept) => kept.push(line),
            None => self.line(&line),
        }
    }

    /// Prints an error.
    pub(super) fn failure(&mut self, failure: &Failure) {
        self.say(failure.words(&self.standing()));
    }

    /// The pair that commands name.
    pub(super) fn pair(&self) -> Option<&str> {
        let about = self.about.as_ref().map(|about| about.name.as_str());
        about.or(self.named.as_deref())
    }

    /// The names that commands in hints need.
    pub(super) fn standing(&self) -> Standing {
        Standing {
            pair: self.pair().map(str::to_owned),
            clone: self.clone.clone(),
        }
    }

    /// Shows how far something is, in a line that the next one writes over: to a person at a terminal alone.
    pub(super) fn progress(&mut self, words: impl Into<Printable>) {
        if is_watched() && self.kept.is_none() {
            let words = words.into();
            let _ = write!(self.err, "\r{}\x1b[K", words.as_str());
            let _ = self.err.flush();
        }
    }

    /// Warns.
    pub(super) fn warn(&mut self, words: impl Into<Printable>) {
        let label = label(anstyle::AnsiColor::Yellow, "warning");
        self.say(printable![label, " ", words]);
    }

    /// Prints a hint.
    pub(super) fn hint(&mut self, hint: impl Into<Hint>) {
        self.say(hint.into().shown(&self.standing()));
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        quiet(self.out.flush())
    }
}

/// Whether a person at a terminal reads what is said.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Whether the answer goes to a terminal.
pub(super) fn is_answer_watched() -> bool {
    io::stdout().is_terminal()
}

/// Columns of the terminal that the answer goes to.
pub(super) fn columns() -> Option<usize> {
    let window = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(window.ws_col))
}

/// Asks something; the answer is typed behind it.
pub(super) fn ask(question: impl Into<Printable>) {
    put(&mut AutoStream::auto(io::stderr()), &printable![question, " "]);
}

/// Prints an error where no command runs (any more).
pub(super) fn report(words: &Printable) {
    put(&mut AutoStream::auto(io::stderr()), words);
}

/// Prints the words of clap: an error, or the help that was asked for.
pub(super) fn usage(error: &clap::Error) {
    let words = error.render();
    let words = Printable::coloured(&words.to_string(), words.ansi().to_string());
    match error.use_stderr() {
        true => report(&words),
        false => put(&mut AutoStream::auto(io::stdout()), &words),
    }
}

/// Writes words for a person. A stream that is closed is no error.
fn put(stream: &mut impl Write, words: &Printable) {
    let _ = stream.write_all(words.as_str().as_bytes());
    let _ = stream.flush();
}

fn quiet(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(e) => Err(SurroundingsError::AnswerNotWritten(e).into()),
        Ok(()) => Ok(()),
    }
}
