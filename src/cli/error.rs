//! Every error's words, hints and exit code, in one place (design, section 5).

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use crate::git::{self, Shape};
use crate::merge::MergeError;
use crate::model::{Problem, visible};
use crate::query::{IdError, Unknown, WhenError};
use crate::seal::{IdentityError, KeyProblem, PinsError, SealError};
use crate::store::StoreError;
use crate::sync::SyncError;

use super::output::with_pair;
use super::problem;

/// The exit codes; never renumbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed or not found; nothing changed.
    Failed = 1,
    /// Wrong usage: a bad date, an empty text, an unknown member, theme or pair.
    Usage = 2,
    /// A person must decide.
    Decide = 3,
    /// A key: none, wrong, changed, not a recipient, no seat.
    Key = 4,
    /// Not delivered; the work is saved here.
    Undelivered = 5,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What went wrong: words, causes, hints, and the code to leave with.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    pub(super) what: String,
    causes: Vec<String>,
    hints: Vec<String>,
    problems: Vec<Problem>,
}

impl Failure {
    pub(super) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            causes: Vec::new(),
            hints: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// A wrong usage.
    pub(super) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub(super) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    pub(super) fn causes(mut self, causes: impl IntoIterator<Item = String>) -> Self {
        self.causes.extend(causes);
        self
    }

    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    /// The same again, to be reported a second time.
    pub(super) fn again(&self) -> Self {
        Self {
            exit: self.exit,
            what: self.what.clone(),
            causes: self.causes.clone(),
            hints: self.hints.clone(),
            problems: self.problems.clone(),
        }
    }

    fn caused_by(mut self, error: &dyn Error) -> Self {
        let mut source = error.source();
        while let Some(cause) = source {
            self.causes.push(cause.to_string());
            source = cause.source();
        }
        self
    }

    /// What went wrong, in one line.
    pub(super) fn line(&self) -> String {
        match self.problems.first() {
            Some(problem) => problem.to_string(),
            None => self.what.clone(),
        }
    }

    /// What to try.
    pub(super) fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The words of it, for the terminal.
    pub(super) fn words(&self) -> String {
        let red = anstyle::Style::new()
            .bold()
            .fg_color(Some(anstyle::AnsiColor::Red.into()));
        let cyan = anstyle::Style::new()
            .bold()
            .fg_color(Some(anstyle::AnsiColor::Cyan.into()));
        let mut words = String::new();
        if self.problems.is_empty() {
            words.push_str(&format!("{red}error:{red:#} {}\n", visible(&self.what)));
        }
        for problem in &self.problems {
            words.push_str(&problem::shown(problem));
        }
        for cause in &self.causes {
            for line in cause.trim_end().lines() {
                words.push_str(&format!("  {}\n", visible(line)));
            }
        }
        for hint in &self.hints {
            words.push_str(&format!("{cyan}hint:{cyan:#} {}\n", visible(hint)));
        }
        words
    }

    /// Says it, and gives the exit code.
    ///
    /// Commands in it name the `pair` that was named.
    pub(super) fn report(&self, pair: Option<&str>) -> ExitCode {
        let mut err = anstream::AutoStream::auto(std::io::stderr());
        let words = match pair {
            Some(pair) => with_pair(&self.words(), &visible(pair)),
            None => self.words(),
        };
        let _ = err.write_all(words.as_bytes());
        self.exit.into()
    }
}

/// What clap says of the arguments.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Done.into()
    }
}

fn plain(exit: Exit, error: &impl Error) -> Failure {
    let failure = Failure::new(exit, error.to_string()).caused_by(error);
    // What the system says, and what git makes of it.
    let full =
        |words: &String| words.contains("No space left on device") || words.contains("Out of diskspace");
    if failure.causes.iter().chain([&failure.what]).any(full) {
        failure.hint("free some space on that disk, and try again")
    } else {
        failure
    }
}

impl From<anyhow::Error> for Failure {
    /// What failed while a command did something of its own: what it was doing, and the causes.
    fn from(e: anyhow::Error) -> Self {
        let causes = e.chain().skip(1).map(ToString::to_string).collect::<Vec<_>>();
        Failure::new(Exit::Failed, e.to_string()).causes(causes)
    }
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        let failure = plain(Exit::Failed, &e);
        match e {
            StoreError::Restless { .. } | StoreError::Locked { .. } => {
                failure.hint("wait for it to end, and try again")
            }
            StoreError::Damaged { path, .. } => failure.hint(format!(
                "move the file away, and try again: mv {0} {0}.damaged",
                path.display()
            )),
            StoreError::Unsafe { .. } => failure.hint("remove what stands in the way, and try again"),
            StoreError::Io { .. } => failure,
        }
    }
}

impl From<git::Error> for Failure {
    fn from(e: git::Error) -> Self {
        let failure = plain(Exit::Failed, &e);
        match e {
            // Going on by hand leaves one side's entries out: a line merge takes a record as a whole.
            git::Error::Refused {
                shape: Shape::MidRebase,
                ..
            } => failure
                .hint("git rebase --abort")
                .hint("oneonone sync     then merges both sides, entry by entry"),
            git::Error::Refused { shape, .. } => failure.hint(match shape {
                Shape::Bare => "clone it, and work in the clone",
                Shape::Detached => "check out the branch again: git switch -     (git branch lists them)",
                Shape::MidCherryPick => "finish it: git cherry-pick --continue, or git cherry-pick --abort",
                Shape::MidRevert => "finish it: git revert --continue, or git revert --abort",
                Shape::MidBisect => "end it: git bisect reset",
                Shape::PartialClone => "make a full clone: git clone URL",
                _ => "make a plain repository: git clone URL into a new one made by git init",
            }),
            git::Error::Locked { file, .. } => failure.hint(format!(
                "another git is at work; if none is, remove the file: rm {}",
                file.display()
            )),
            git::Error::Missing { .. } => failure
                .hint("oneonone pairs add DIR         where it is now")
                .hint("oneonone pairs forget NAME     when it is gone"),
            git::Error::NoProgram { .. } => failure.hint("install Git, and try again"),
            git::Error::NotOwned { at } => failure.hint(format!(
                "git config --global --add safe.directory {}",
                at.display()
            )),
            _ => failure,
        }
    }
}

impl From<SyncError> for Failure {
    fn from(e: SyncError) -> Self {
        match e {
            SyncError::Git(e) => e.into(),
            SyncError::Store(e) => e.into(),
            SyncError::Key(e) => e.into(),
            SyncError::Identity(e) => e.into(),
            SyncError::Pins(e) => e.into(),
            SyncError::Seal(e) => e.into(),
            SyncError::Problems(problems) => problems_failure(problems),
            SyncError::NoPair => plain(Exit::Failed, &e).hint("oneonone init PARTNER --as manager|report"),
            SyncError::NewerFormat(_) => plain(Exit::Failed, &e).hint("install a newer oneonone; reading still works"),
            SyncError::Merge(MergeError::SeatTaken { .. }) | SyncError::SeatTaken(_) => {
                plain(Exit::Key, &e).hint("ask the other member which clone is the right one")
            }
            SyncError::Merge(MergeError::Unsound { .. }) | SyncError::NotRead(_) => plain(Exit::Failed, &e)
                .hint("both sides are as they were; please report this, it is a fault of oneonone"),
            SyncError::OtherBranch { .. } => plain(Exit::Failed, &e)
                .cause("nothing was written here; what a sync had sent already comes back with the next one there")
                .hint("git switch     back to the branch that you mean, then oneonone sync"),
            SyncError::Begun(e) => Failure::from(*e)
                .cause("what you did is saved, and not all of it written yet: the next command completes it")
                .hint("oneonone sync     completes it; do not run this command again"),
            SyncError::Broke => plain(Exit::Failed, &e)
                .cause("nothing is lost: the next command in that pair finishes what was begun")
                .hint("please report this, with the words that stand above"),
            SyncError::PairReplaced => plain(Exit::Decide, &e)
                .cause("nothing was sealed, written or pinned for it")
                .hint("ask the other member; put back the pair.toml of an earlier commit: git log -p pair.toml"),
            SyncError::NotAMember => plain(Exit::Key, &e)
                .hint("use the identity file you joined with: ONEONONE_IDENTITY=FILE oneonone …"),
            SyncError::NotTheAuthor { entry, ref by } => plain(Exit::Key, &e)
                .cause("it stands in clear, though it was to be sealed: everyone with a clone can read it")
                .hint(format!("ask {by} to edit {entry}, which seals it")),
            SyncError::Open { .. } => plain(Exit::Key, &e),
            SyncError::Rewritten { .. } => plain(Exit::Decide, &e)
                .cause("nothing was changed, here or there; everything that was here is still here")
                .hint("ask the other member what happened; then, to keep everything that is here: oneonone sync --accept-rewrite"),
            SyncError::Unrelated => plain(Exit::Decide, &e)
                .cause("nothing was changed, here or there")
                .hint("git remote set-url origin URL     with the right address"),
            SyncError::ClearSecret { ref commit, .. } => plain(Exit::Decide, &e)
                .cause("it does not stand at the remote, and was not sent")
                .hint(format!(
                    "take the commit back, and let oneonone seal it: git reset --soft {commit}~1 && oneonone sync"
                )),
            SyncError::Narrowing { entry, ref before } => {
                let failure = plain(Exit::Failed, &e)
                    .cause("history keeps the text as it is: whoever could read it still can");
                match before {
                    Some(before) => failure
                        .cause("it has not left this machine: the commit itself can be taken back")
                        .hint(format!("git reset --keep {before}")),
                    None => failure.hint(format!(
                        "remove it and write it anew: oneonone rm {entry}, then oneonone add --private"
                    )),
                }
            }
            SyncError::WouldShow(_) => plain(Exit::Failed, &e)
                .cause("history keeps the text as it was; what is in the records now stays"),
            SyncError::Restless => plain(Exit::Failed, &e).hint("end the other program, and try again"),
        }
    }
}

/// Records that are not sound: each shown, the fix included.
pub(super) fn problems_failure(problems: Vec<Problem>) -> Failure {
    let mut failure = Failure::new(Exit::Failed, "a record is broken");
    failure.problems = problems;
    failure
}

impl From<KeyProblem> for Failure {
    fn from(e: KeyProblem) -> Self {
        let failure = plain(Exit::Key, &e);
        match &e {
            KeyProblem::OpenSeat { .. } => failure
                .hint("write it for yourself now, and widen it later: --private, then oneonone share ID --confidential"),
            KeyProblem::Changed { member, .. } | KeyProblem::Unpinned { member, .. } => failure
                .hint(format!("ask them, then: oneonone key trust {member}"))
                .hint("or write it for yourself alone: --private"),
            _ => failure,
        }
    }
}

impl From<IdentityError> for Failure {
    fn from(e: IdentityError) -> Self {
        let failure = plain(Exit::Key, &e);
        match e {
            IdentityError::Missing => {
                failure.hint("init and join make one; on a second machine copy identity.txt into its place")
            }
            IdentityError::Exposed { .. } => failure.hint("chmod 600 the file"),
            _ => failure,
        }
    }
}

impl From<PinsError> for Failure {
    fn from(e: PinsError) -> Self {
        plain(Exit::Key, &e)
    }
}

impl From<SealError> for Failure {
    fn from(e: SealError) -> Self {
        plain(Exit::Failed, &e)
    }
}

impl From<WhenError> for Failure {
    fn from(e: WhenError) -> Self {
        Failure::usage(e.to_string()).hint(e.hint)
    }
}

impl From<Unknown> for Failure {
    fn from(e: Unknown) -> Self {
        let failure = Failure::usage(e.to_string());
        if e.suggestions.is_empty() {
            failure
        } else {
            failure.hint(format!("did you mean {}?", e.suggestions.join(" or ")))
        }
    }
}

impl From<IdError> for Failure {
    fn from(e: IdError) -> Self {
        Failure::new(Exit::Failed, e.to_string())
    }
}
