//! A failure as the command line tells it.

use std::error::Error;

use crate::model::Problem;
use crate::render::{Printable, printable};

use super::Exit;
use crate::cli::{Hint, hint::Standing, hint::label, problem};

/// An error as a person is told it: words, causes, hints, and the exit code.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Failure {
    exit: Exit,
    pub(in crate::cli) what: String,
    causes: Vec<String>,
    hints: Vec<Hint>,
    problems: Vec<Problem>,
    is_saved: bool,
}

impl Failure {
    pub(in crate::cli) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            causes: Vec::new(),
            hints: Vec::new(),
            problems: Vec::new(),
            is_saved: false,
        }
    }

    /// The same where the words of the person are saved all the same.
    pub(in crate::cli) fn with_words_saved(mut self) -> Self {
        self.is_saved = true;
        self
    }

    /// Whether the words of the person are saved all the same.
    pub(in crate::cli) fn has_saved_words(&self) -> bool {
        self.is_saved
    }

    /// A usage error.
    pub(in crate::cli) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// An error of a layer below, with its causes.
    pub(in crate::cli) fn of(exit: Exit, error: &impl Error) -> Self {
        let mut failure = Self::new(exit, error.to_string());
        let mut source = error.source();
        while let Some(cause) = source {
            failure.causes.push(cause.to_string());
            source = cause.source();
        }
        // The first are the system's words, the second Git's.
        let full =
            |words: &String| words.contains("No space left on device") || words.contains("Out of diskspace");
        if failure.causes.iter().chain([&failure.what]).any(full) {
            failure.hint("free some space on that disk, and try again")
        } else {
            failure
        }
    }

    pub(in crate::cli) fn hint(mut self, hint: impl Into<Hint>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub(in crate::cli) fn hints(mut self, hints: impl IntoIterator<Item = Hint>) -> Self {
        self.hints.extend(hints);
        self
    }

    /// Names the pair that the hints are about, where the person named none.
    pub(in crate::cli) fn about(mut self, pair: &str) -> Self {
        self.hints = self.hints.into_iter().map(|hint| hint.about(pair)).collect();
        self
    }

    pub(in crate::cli) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    pub(in crate::cli) fn causes(mut self, causes: impl IntoIterator<Item = String>) -> Self {
        self.causes.extend(causes);
        self
    }

    pub(in crate::cli) fn exit(&self) -> Exit {
        self.exit
    }

    /// The words of the error, in one line.
    pub(in crate::cli) fn line(&self) -> String {
        match self.problems.first() {
            Some(problem) => problem.to_string(),
            None => self.what.clone(),
        }
    }

    /// Whether records are to blame.
    pub(in crate::cli) fn is_of_records(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Commands and words on what to do now.
    pub(in crate::cli) fn what_to_do(&self) -> &[Hint] {
        &self.hints
    }

    /// The words of it, for the terminal.
    pub(in crate::cli) fn words(&self, standing: &Standing) -> Printable {
        let mut words = Printable::default();
        if self.problems.is_empty() {
            let label = label(anstyle::AnsiColor::Red, "error");
            words.push(printable![label, " ", self.what.as_str(), "\n"]);
        }
        for problem in &self.problems {
            words.push(problem::shown(problem, standing));
        }
        for cause in &self.causes {
            for line in cause.trim_end().lines() {
                words.push(printable!["  ", line, "\n"]);
            }
        }
        for hint in &self.hints {
            words.push(printable![hint.shown(standing), "\n"]);
        }
        words
    }
}

impl From<anyhow::Error> for Failure {
    /// A step of the command itself failed: the step, and the causes.
    fn from(e: anyhow::Error) -> Self {
        let causes = e.chain().skip(1).map(ToString::to_string).collect::<Vec<_>>();
        Failure::new(Exit::Failed, e.to_string()).causes(causes)
    }
}

/// Records that are not sound: each shown, the fix included.
pub(in crate::cli) fn problems_failure(problems: Vec<Problem>) -> Failure {
    let mut failure = Failure::new(Exit::Failed, "a record is broken");
    failure.problems = problems;
    failure
}
