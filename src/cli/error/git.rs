//! Errors of the layer `git`.

use crate::git::{self, Shape};

use super::{Exit, Failure};
use crate::cli::Hint;

impl From<git::Error> for Failure {
    fn from(e: git::Error) -> Self {
        let failure = Failure::of(Exit::Failed, &e);
        match e {
            git::Error::Refused { shape, .. } => way_out(failure, &shape),
            git::Error::Locked { file, .. } => failure.hint(
                Hint::run(["rm", &file.display().to_string()])
                    .why("another git is at work; if none is, remove the file"),
            ),
            git::Error::Missing { .. } => failure
                .hint(
                    Hint::run(["oneonone", "pairs", "add", "DIR"])
                        .why("if it was moved, say where it is now"),
                )
                .hint(Hint::run(["oneonone", "pairs", "forget", "NAME"]).why("if it is gone, forget it")),
            git::Error::NoProgram { .. } => failure.hint("install Git, and try again"),
            git::Error::TooOld { .. } => failure.hint(
                Hint::run(["git", "version"]).why("install a newer Git; see which one stands first in PATH"),
            ),
            git::Error::NotOwned { at } => {
                let at = at.display().to_string();
                let trust = ["git", "config", "--global", "--add", "safe.directory", &at];
                failure.hint(Hint::run(trust).why("if you trust what is in it, say so to git"))
            }
            git::Error::UnsoundObject { fault, .. } => failure
                .cause(meaning(&fault))
                .cause("nothing of it was taken in, and your work is saved here")
                .hint(
                    Hint::in_clone(["git", "fsck", "--full"])
                        .why("whoever made it finds it so, and makes the commit anew"),
                ),
            git::Error::TooManyFiles { .. } => failure.hint("whoever added them takes them out again"),
            _ => failure,
        }
    }
}

/// A fault that `git fsck` names, in plain words.
fn meaning(fault: &str) -> &'static str {
    match fault {
        "hasDotgit" => "a folder of it holds a file or folder called .git: git would run what is in there",
        "hasDot" | "hasDotdot" | "emptyName" | "fullPathname" => {
            "a folder of it holds a name that no file can have"
        }
        "duplicateEntries" | "treeNotSorted" => "a folder of it is not in order, or holds a name twice",
        "badTree" | "badFilemode" | "zeroPaddedFilemode" | "nullSha1" => "a folder of it is damaged",
        "gitmodulesUrl" | "gitmodulesName" | "gitmodulesPath" | "gitmodulesUpdate" | "gitmodulesSymlink" => {
            "its .gitmodules would make git run a command, or write elsewhere"
        }
        "badDate" | "badDateOverflow" | "zeroPaddedDate" | "badTimezone" | "missingSpaceBeforeDate" => {
            "a commit has a date that is none"
        }
        "badEmail"
        | "badName"
        | "missingEmail"
        | "missingNameBeforeEmail"
        | "missingSpaceBeforeEmail"
        | "missingAuthor"
        | "multipleAuthors"
        | "missingCommitter" => "a commit does not say who made it",
        _ => "it is damaged, or another program wrote it",
    }
}

/// Hints at how to make a repository usable again.
fn way_out(failure: Failure, shape: &Shape) -> Failure {
    let go_on = |what| {
        [("--continue", "finish it"), ("--abort", "or give it up")]
            .map(|(flag, why)| Hint::in_clone(["git", what, flag]).why(why))
    };
    match shape {
        // Going on by hand leaves one side's entries out: a line merge takes a record as a whole.
        Shape::MidRebase => failure.hint(
            Hint::in_clone(["git", "rebase", "--abort"])
                .why("abort it; a sync then merges both sides, entry by entry")
                .then(Hint::ours(["sync"])),
        ),
        Shape::Bare => failure.hint("clone it, and work in the clone"),
        Shape::Detached => failure
            .hint(Hint::in_clone(["git", "switch", "-"]).why("check out the branch again"))
            .hint(Hint::in_clone(["git", "branch"]).why("or see which branches are here")),
        Shape::MidCherryPick => failure.hints(go_on("cherry-pick")),
        Shape::MidRevert => failure.hints(go_on("revert")),
        Shape::MidBisect => failure.hint(Hint::in_clone(["git", "bisect", "reset"]).why("end it")),
        Shape::Reftable | Shape::Sha256 | Shape::Extension(_) => failure.hint(
            Hint::run(["git", "clone", "URL"]).why("work in a plain repository, the clone of a plain one"),
        ),
        Shape::PartialClone => failure.hint(Hint::run(["git", "clone", "URL"]).why("make a full clone")),
    }
}
