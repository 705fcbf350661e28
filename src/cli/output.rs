//! Where answers and words go: data on stdout, words on stderr (design, section 5).

use std::io::{self, ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use clap::CommandFactory;

use super::args::Cli;
use super::error::{Exit, Failure};

/// The two streams, with colour where it is wanted.
pub(super) struct Output {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    /// The pair that words are about, where several are asked.
    pub(super) about: Option<String>,
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

    /// Says something to the person, in a line of its own. That nobody listens is no error.
    pub(super) fn say(&mut self, words: impl AsRef<str>) {
        let words = words.as_ref().trim_end_matches('\n');
        let _ = match &self.about {
            Some(pair) => {
                let pair = crate::model::visible(pair);
                writeln!(self.err, "{pair}: {}", with_pair(words, &pair))
            }
            None => match &self.named {
                Some(pair) => writeln!(self.err, "{}", with_pair(words, &crate::model::visible(pair))),
                None => writeln!(self.err, "{words}"),
            },
        };
    }

    /// Shows how far something is, in a line that the next one writes over: to a person at a terminal alone.
    pub(super) fn progress(&mut self, words: &str) {
        if io::stderr().is_terminal() {
            let _ = write!(self.err, "\r{words}\x1b[K");
            let _ = self.err.flush();
        }
    }

    /// Warns.
    pub(super) fn warn(&mut self, words: impl AsRef<str>) {
        let style = anstyle::Style::new()
            .bold()
            .fg_color(Some(anstyle::AnsiColor::Yellow.into()));
        self.say(format!(
            "{style}warning:{style:#} {}",
            crate::model::visible(words.as_ref())
        ));
    }

    /// A hint: what to do now.
    pub(super) fn hint(&mut self, words: impl AsRef<str>) {
        let style = anstyle::Style::new()
            .bold()
            .fg_color(Some(anstyle::AnsiColor::Cyan.into()));
        self.say(format!("{style}hint:{style:#} {}", words.as_ref()));
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        quiet(self.out.flush())
    }
}

/// Words about one pair of several: the commands in them name it, to be pasted wherever one stands.
pub(super) fn with_pair(words: &str, pair: &str) -> String {
    const PROGRAM: &str = "oneonone ";
    let commands = Cli::command();
    let mut parts = words.split(PROGRAM);
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        said.push_str(PROGRAM);
        let word = part.split(|c: char| !c.is_ascii_lowercase()).next();
        if word.is_some_and(|word| word != "pairs" && commands.find_subcommand(word).is_some()) {
            said.push_str(&format!("@{pair} "));
        }
        said.push_str(part);
    }
    said
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
