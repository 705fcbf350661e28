//! The remote of a clone, over the user's own `git`.

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::git::{self, CommitId, FetchOutcome, PushOutcome, RemoteOptions, Repository};
use crate::store::CloneLock;

use super::push::push;
use super::replica::as_one_name;
use super::{Fetched, Remote};
use crate::sync::error::SyncError;
use crate::sync::outcome::Delivery;

/// How often a fetch is tried while a reference here is locked.
const FETCHES: usize = 6;

/// Where the tip of the remote's branch stands after a fetch. Linked worktrees share their references, and no branch is
/// checked out in two: the branch names the place.
pub(super) fn fetched_ref(branch: &str) -> String {
    format!("refs/oneonone/there/{}", as_one_name(branch))
}

/// `origin`, as one exchange talks to it.
pub(super) struct GitRemote {
    pub(super) repo: Rc<Repository>,
    pub(super) lock: Rc<CloneLock>,
    pub(super) branch: String,
    pub(super) options: RemoteOptions,
    /// When the time for everything that crosses the network is over.
    pub(super) until: Instant,
}

impl GitRemote {
    /// The options, with the time that is left.
    fn options(&self) -> RemoteOptions {
        let left = self.until.saturating_duration_since(Instant::now());
        RemoteOptions {
            timeout: self.options.timeout.min(left),
            ..self.options
        }
    }
}

impl Remote for GitRemote {
    fn fetch(&mut self) -> Result<Fetched, SyncError> {
        let fetched = fetched_ref(&self.branch);
        let refspec = format!("+refs/heads/{}:{fetched}", self.branch);
        let fetch = || self.repo.fetch("origin", &[&refspec], &self.options());
        let mut outcome = fetch();
        for attempt in 1..FETCHES {
            // A child of a run that was killed may hold the reference for a moment.
            if !matches!(outcome, Err(git::Error::Program { .. })) {
                break;
            }
            pause(attempt);
            outcome = fetch();
        }
        if !matches!(outcome, Ok(FetchOutcome::Done | FetchOutcome::NoBranch(_))) {
            self.lock.suspect_stale_locks();
        }
        Ok(match outcome? {
            FetchOutcome::Done => Fetched::Tip(self.repo.reference(&fetched)?),
            FetchOutcome::NoBranch(_) => Fetched::Tip(None),
            FetchOutcome::Unreachable { words } => Fetched::Failed(Delivery::Unreachable { words }),
            FetchOutcome::Denied { words } => Fetched::Failed(Delivery::Denied { words }),
            FetchOutcome::TimedOut => Fetched::Failed(Delivery::TimedOut),
        })
    }

    fn push(&mut self, commit: CommitId) -> Result<PushOutcome, SyncError> {
        let options = self.options();
        Ok(push(&self.repo, &self.lock, commit, &self.branch, &options)?)
    }

    fn wait(&mut self, attempt: usize) {
        pause(attempt);
    }
}

/// Waits a little longer each time, by a number that two clones are unlikely to share.
fn pause(attempt: usize) {
    let mut byte = [0];
    let jitter = getrandom::fill(&mut byte).map_or(128, |()| u64::from(byte[0]));
    let longest = 20u64 << attempt.min(6);
    std::thread::sleep(Duration::from_millis(longest / 2 + longest * jitter / 512));
}
