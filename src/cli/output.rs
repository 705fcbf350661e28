//! Where answers and words go: data on stdout, words on stderr (docs/command-line.md#output).

use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::model::visible;
use anstream::{AutoStream, ColorChoice};

use super::{Exit, Failure, Hint, hint::label};

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
        }
    }

    /// Writes an answer. A reader that went away is no error: the rest is not wanted.
    pub(super) fn data(&mut self, text: &str) -> Result<(), Failure> {
        quiet(self.out.write_all(text.as_bytes()))
    }

    /// Says something to the person, in a line of its own. A stream that is closed is no error.
    pub(super) fn say(&mut self, words: impl AsRef<str>) {
        let words = words.as_ref().trim_end_matches('\n');
        let _ = match &self.about {
            Some(pair) => writeln!(self.err, "{}: {words}", visible(&pair.shown)),
            None => writeln!(self.err, "{words}"),
        };
    }

    /// Prints an error.
    pub(super) fn failure(&mut self, failure: &Failure) {
        self.say(failure.words(self.pair()));
    }

    /// The pair that commands name.
    pub(super) fn pair(&self) -> Option<&str> {
        let about = self.about.as_ref().map(|about| about.name.as_str());
        about.or(self.named.as_deref())
    }

    /// Shows how far something is, in a line that the next one writes over: to a person at a terminal alone.
    pub(super) fn progress(&mut self, words: &str) {
        if is_watched() {
            let _ = write!(self.err, "\r{words}\x1b[K");
            let _ = self.err.flush();
        }
    }

    /// Warns.
    pub(super) fn warn(&mut self, words: impl AsRef<str>) {
        let label = label(anstyle::AnsiColor::Yellow, "warning");
        self.say(format!("{label} {}", visible(words.as_ref())));
    }

    /// Prints a hint.
    pub(super) fn hint(&mut self, hint: impl Into<Hint>) {
        self.say(hint.into().shown(self.pair()));
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        quiet(self.out.flush())
    }
}

/// Whether a person at a terminal reads what is said.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

fn quiet(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(e) => Err(Failure::new(
            Exit::Failed,
            format!("the answer could not be written: {e}"),
        )),
        Ok(()) => Ok(()),
    }
}
