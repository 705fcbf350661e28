//! One push of a commit.

use crate::git::{self, CommitId, PushOutcome, RemoteOptions, Repository};
use crate::store::CloneLock;

/// Pushes a commit to a branch of `origin`. Where a program on the way may have left a lock behind, the next command
/// looks: after everything but a push that was accepted, and where a lock stands in a remote that is a folder of this
/// machine.
///
/// # Errors
/// As [`Repository::push`].
pub fn push(
    repo: &Repository,
    lock: &CloneLock,
    commit: CommitId,
    branch: &str,
    options: &RemoteOptions,
) -> Result<PushOutcome, git::Error> {
    let outcome = repo.push("origin", commit, branch, options);
    let accepted = matches!(outcome, Ok(PushOutcome::Accepted));
    if !accepted || repo.is_locked_there(&[&format!("refs/heads/{branch}")], "origin") {
        lock.suspect_stale_locks();
    }
    outcome
}
