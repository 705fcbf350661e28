//! Cloning, and asking a remote what it has.

use std::path::Path;
use std::process::Command;

use super::{CallFailure, Error, RemoteCall, RemoteOptions, check_url, failure};
use crate::git::process::{ExitState, FinishedRun};
use crate::git::{CommitId, Repository};

/// A branch name that no remote has: where a clone shows it, the remote did not name its own.
const UNNAMED: &str = "oneonone-unnamed";

/// The most that is read of the list of the branches of a remote, in bytes.
pub(super) const LISTING: usize = 4 << 20;

/// The outcome of a clone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum CloneOutcome {
    /// The clone stands; of an empty remote too.
    Done,
    /// Nobody answered.
    Unreachable {
        /// The words of Git, raw.
        words: String,
    },
    /// Somebody answered, and refused.
    Denied {
        /// The words of Git and the server, raw.
        words: String,
    },
    /// It took too long.
    TimedOut,
}

/// The branches of a remote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteHeads {
    /// The branch that its HEAD names; none where it does not say.
    pub head: Option<String>,
    /// Every branch and where it is, in the order of the names. None at all: the remote is empty.
    pub branches: Vec<(String, CommitId)>,
}

/// The outcome of asking a remote for its branches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum HeadsOutcome {
    /// It answered.
    Heads(RemoteHeads),
    /// Nobody answered.
    Unreachable {
        /// The words of Git, raw.
        words: String,
    },
    /// Somebody answered, and refused.
    Denied {
        /// The words of Git and the server, raw.
        words: String,
    },
    /// It took too long.
    TimedOut,
}

/// Clones `url` into `dir`, with `origin` as its remote. No tags, no templates, no hooks, no submodules; objects come
/// through the checks of a fetch even from a path. A folder that this call made is gone when nothing came of it.
///
/// # Errors
/// [`Error::Invalid`] for an address that is refused, [`Error::Program`] when Git failed at something here, such as a
/// folder that is not empty.
pub fn clone(url: &str, dir: &Path, options: &RemoteOptions) -> Result<CloneOutcome, Error> {
    let existed = std::fs::symlink_metadata(dir).is_ok();
    let session = RemoteCall::new(None, url, options)?;
    let outcome = run_clone(&session, url, dir, "main");
    if !existed && !matches!(outcome, Ok(CloneOutcome::Done)) {
        // Git does this itself, unless it had to be killed.
        let _ = std::fs::remove_dir_all(dir);
    }
    outcome
}

/// `unnamed` is the branch of a clone whose remote is empty and does not name one.
fn run_clone(session: &RemoteCall<'_>, url: &str, dir: &Path, unnamed: &str) -> Result<CloneOutcome, Error> {
    check_url(url)?;
    let dir = std::path::absolute(dir).map_err(Error::io("finding", dir))?;
    let mut command = session.command();
    command.args([
        "-c",
        "init.defaultRefFormat=files",
        "-c",
        &format!("init.defaultBranch={unnamed}"),
    ]);
    command.args([
        "clone",
        "--quiet",
        "--no-tags",
        "--origin=origin",
        "--template=",
        "--no-local",
    ]);
    command
        .args(["--no-recurse-submodules"])
        .arg("--")
        .arg(url)
        .arg(&dir);
    let run = session.run(command, 64 << 10)?;
    if run.ended == ExitState::Code(0) {
        return Ok(CloneOutcome::Done);
    }
    Ok(match failure(&run, "cloning")? {
        CallFailure::Unreachable(words) => CloneOutcome::Unreachable { words },
        CallFailure::Denied(words) => CloneOutcome::Denied { words },
        CallFailure::TimedOut => CloneOutcome::TimedOut,
    })
}

/// Asks what branches are at `url`, and which of them its HEAD names, of an empty remote too where it tells.
///
/// # Errors
/// [`Error::Invalid`] for an address that is refused, or what failed here.
pub fn remote_heads(url: &str, options: &RemoteOptions) -> Result<HeadsOutcome, Error> {
    check_url(url)?;
    let session = RemoteCall::new(None, url, options)?;
    let mut outcome = list(&session, url)?;
    if let HeadsOutcome::Heads(heads) = &mut outcome
        && heads.branches.is_empty()
        && heads.head.is_none()
    {
        heads.head = unborn_head(&session, url);
    }
    Ok(outcome)
}

pub(super) fn list(session: &RemoteCall<'_>, remote: &str) -> Result<HeadsOutcome, Error> {
    listed(&session.run(list_command(session, remote), LISTING)?)
}

/// The call that lists the branches of a remote.
pub(super) fn list_command(session: &RemoteCall<'_>, remote: &str) -> Command {
    let mut command = session.command();
    command.args([
        "ls-remote",
        "--quiet",
        "--symref",
        "--",
        remote,
        "HEAD",
        "refs/heads/*",
    ]);
    command
}

/// The outcome of a call that lists branches.
pub(super) fn listed(run: &FinishedRun) -> Result<HeadsOutcome, Error> {
    if run.ended == ExitState::Code(0) && run.cut {
        return Err(Error::Program {
            doing: "listing the branches of a remote".to_owned(),
            words: "there are too many branches".to_owned(),
        });
    }
    if run.ended == ExitState::Code(0) {
        return Ok(HeadsOutcome::Heads(parse(&String::from_utf8_lossy(&run.stdout))));
    }
    Ok(match failure(run, "listing the branches of a remote")? {
        CallFailure::Unreachable(words) => HeadsOutcome::Unreachable { words },
        CallFailure::Denied(words) => HeadsOutcome::Denied { words },
        CallFailure::TimedOut => HeadsOutcome::TimedOut,
    })
}

fn parse(listing: &str) -> RemoteHeads {
    let mut heads = RemoteHeads::default();
    for (left, name) in listing.lines().filter_map(|line| line.split_once('\t')) {
        if let Some(target) = left.strip_prefix("ref: ").filter(|_| name == "HEAD") {
            heads.head = target.strip_prefix("refs/heads/").map(str::to_owned);
        } else if let (Some(branch), Ok(id)) = (name.strip_prefix("refs/heads/"), left.parse())
            && git2::Reference::is_valid_name(name)
        {
            heads.branches.push((branch.to_owned(), id));
        }
    }
    heads.branches.sort();
    heads
}

/// The branch that the HEAD of an empty remote names. Only a clone is told.
fn unborn_head(session: &RemoteCall<'_>, url: &str) -> Option<String> {
    let folder = tempfile::tempdir().ok()?;
    let dir = folder.path().join("clone");
    let CloneOutcome::Done = run_clone(session, url, &dir, UNNAMED).ok()? else {
        return None;
    };
    let head = Repository::open(&dir).ok()?.head().ok()?;
    Some(head.branch).filter(|branch| branch != UNNAMED)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::Fixture;
    use super::*;

    fn heads(url: &str) -> HeadsOutcome {
        remote_heads(url, &RemoteOptions::default()).unwrap()
    }

    #[test]
    fn a_clone_has_the_files_and_nothing_else() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        let tip = f.commit("a", "1");
        f.git(&["tag", "v1"]);
        f.git(&["push", "-q", &bare, "main", "v1"]);
        let dir = f.dir.path().join("clone");
        assert_eq!(
            clone(&bare, &dir, &RemoteOptions::default()).unwrap(),
            CloneOutcome::Done
        );
        let repo = Repository::open(&dir).unwrap();
        assert_eq!(repo.head().unwrap().tip, Some(tip));
        assert_eq!(repo.remote_url("origin").unwrap(), Some(bare.clone()));
        assert!(dir.join("a").exists() && !repo.git_dir().join("hooks").exists());
        assert_eq!(repo.reference("refs/tags/v1").unwrap(), None);
        assert!(
            matches!(
                clone(&bare, &dir, &RemoteOptions::default()),
                Err(Error::Program { .. })
            ),
            "not empty"
        );
        assert!(dir.join("a").exists());
    }

    #[test]
    fn a_clone_that_fails_leaves_nothing() {
        let f = Fixture::new();
        let dir = f.dir.path().join("clone");
        let outcome = clone("/no/such.git", &dir, &RemoteOptions::default()).unwrap();
        assert!(matches!(outcome, CloneOutcome::Unreachable { .. }));
        assert!(!dir.exists());
        assert!(clone("--upload-pack=x", &dir, &RemoteOptions::default()).is_err());
    }

    #[test]
    fn a_remote_says_what_it_has() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        f.git(&["--git-dir", &bare, "symbolic-ref", "HEAD", "refs/heads/trunk"]);
        let HeadsOutcome::Heads(empty) = heads(&bare) else {
            panic!()
        };
        assert_eq!((empty.head.as_deref(), empty.branches.len()), (Some("trunk"), 0));
        let dir = f.dir.path().join("clone");
        assert_eq!(
            clone(&bare, &dir, &RemoteOptions::default()).unwrap(),
            CloneOutcome::Done
        );
        assert_eq!(Repository::open(&dir).unwrap().head().unwrap().branch, "trunk");
        let tip = f.commit("a", "1");
        f.git(&["push", "-q", &bare, "main:trunk", "main:other"]);
        let expected = vec![("other".to_owned(), tip), ("trunk".to_owned(), tip)];
        assert_eq!(
            heads(&bare),
            HeadsOutcome::Heads(RemoteHeads {
                head: Some("trunk".into()),
                branches: expected
            })
        );
        assert!(matches!(heads("/no/such.git"), HeadsOutcome::Unreachable { .. }));
        assert!(remote_heads("fd::7", &RemoteOptions::default()).is_err());
    }
}
