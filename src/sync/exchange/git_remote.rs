//! The remote of a clone, over the user's own `git`.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::git::{
    self, CommitId, FetchOutcome, HeadsOutcome, PublicAddress, RemoteHeads, RemoteOptions, Repository,
};
use crate::store::CloneLock;

use super::answered;
use super::fetched_size::check_size;
use super::other_remote_heads::LOOK;
use crate::sync::error::SyncError;
use crate::sync::outcome::{Delivery, SyncNote};
use crate::sync::upstream::{Upstream, as_one_name};

/// How often a fetch is tried while a reference here is locked.
const FETCHES: usize = 6;

/// The remote, as one exchange talks to it.
pub(super) struct GitRemote {
    pub(super) repo: Rc<Repository>,
    pub(super) lock: Rc<CloneLock>,
    pub(super) upstream: Rc<RefCell<Upstream>>,
    pub(super) options: RemoteOptions,
    /// When the time for everything that crosses the network is over.
    pub(super) until: Instant,
    /// Where the branch was at the last fetch.
    pub(super) there: Option<CommitId>,
    /// Whether a person said that everything may go there, whatever was taken out.
    pub(super) sends_anything: bool,
    /// The notes for a person.
    pub(super) notes: Vec<SyncNote>,
}

/// An answer of the remote, or why there is none.
pub(super) type Answer<T> = Result<Result<T, Delivery>, SyncError>;

impl GitRemote {
    /// The options, with the time that is left.
    pub(super) fn options(&self) -> RemoteOptions {
        let left = self.until.saturating_duration_since(Instant::now());
        RemoteOptions {
            timeout: self.options.timeout.min(left),
            ..self.options
        }
    }

    pub(super) fn remote(&self) -> String {
        self.upstream.borrow().target.clone()
    }

    pub(super) fn list(&self) -> Answer<RemoteHeads> {
        Ok(match self.repo.list_remote(&self.remote(), &self.options())? {
            HeadsOutcome::Heads(heads) => Ok(heads),
            HeadsOutcome::Unreachable { words } => Err(Delivery::unreachable(words)),
            HeadsOutcome::Denied { words } => Err(Delivery::Denied { words }),
            HeadsOutcome::TimedOut => Err(Delivery::TimedOut),
        })
    }

    /// Brings branches here, each of which the remote says to have at a commit; where they stand then.
    pub(super) fn bring(&self, branches: &[(&str, CommitId)]) -> Answer<Vec<CommitId>> {
        let (mut refspecs, mut found) = (Vec::new(), Vec::new());
        for (branch, id) in branches {
            if !self.is_here(branch, *id)? {
                refspecs.push(format!("+refs/heads/{branch}:{}", there_ref(branch)));
            }
        }
        if refspecs.is_empty() {
            return self.measured(branches.iter().map(|(_, id)| *id).collect());
        }
        let refspecs: Vec<&str> = refspecs.iter().map(String::as_str).collect();
        let remote = self.remote();
        let fetch = || self.repo.fetch(&remote, &refspecs, &self.options());
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
            FetchOutcome::Done => {
                for (branch, id) in branches {
                    let is_fetched = refspecs
                        .iter()
                        .any(|refspec| refspec.ends_with(&there_ref(branch)));
                    let fetched = self.repo.reference(&there_ref(branch))?.filter(|_| is_fetched);
                    found.push(fetched.unwrap_or(*id));
                }
                return self.measured(found);
            }
            // It went between two questions; the next sync finds out.
            FetchOutcome::NoBranch(_) => Err(Delivery::Outraced),
            FetchOutcome::Unreachable { words } => Err(self.lost(words)?),
            FetchOutcome::Denied { words } => Err(Delivery::Denied { words }),
            FetchOutcome::TimedOut => Err(Delivery::TimedOut),
        })
    }

    /// The tips, where each is one that a pair can hold. An earlier run may have fetched one that is not.
    fn measured(&self, tips: Vec<CommitId>) -> Answer<Vec<CommitId>> {
        let head = self.repo.head()?.tip;
        for tip in &tips {
            if head.is_none_or(|head| !self.repo.is_ancestor(*tip, head).unwrap_or(false)) {
                check_size(&self.repo, *tip)?;
            }
        }
        Ok(Ok(tips))
    }

    /// Whether a commit is here with all of its history: a fetch brought it, or HEAD descends from it.
    fn is_here(&self, branch: &str, id: CommitId) -> Result<bool, SyncError> {
        if self.repo.commit_info(id).is_err() {
            return Ok(false);
        }
        if self.repo.reference(&there_ref(branch))? == Some(id) {
            return Ok(true);
        }
        match self.repo.head()?.tip {
            Some(head) => Ok(self.repo.is_ancestor(id, head)?),
            None => Ok(false),
        }
    }

    /// The tip of a branch at another address; none if that does not answer.
    pub(super) fn ask_address(&self, address: &PublicAddress, branch: &str) -> Option<Option<CommitId>> {
        tip_at(&self.repo, address, branch, self.options().timeout)
    }

    /// Why a fetch came to nothing, though the remote had just listed its branches: it is asked once more.
    fn lost(&self, words: String) -> Result<Delivery, SyncError> {
        Ok(match self.list()? {
            Ok(_) => answered(Delivery::Unreachable { words }),
            Err(_) => Delivery::CutOff { words },
        })
    }
}

/// Where a fetch puts a branch of the remote. Linked worktrees share their references: another one's fetch finds the same
/// or more.
pub(super) fn there_ref(branch: &str) -> String {
    format!("refs/oneonone/there/{}", as_one_name(branch))
}

pub(super) fn tip_of(heads: &RemoteHeads, branch: &str) -> Option<CommitId> {
    let mut branches = heads.branches.iter();
    branches.find(|(name, _)| name == branch).map(|(_, id)| *id)
}

/// The tip of a branch at another address; the outer one is none if that does not answer, or if a rule of Git's puts
/// another address in its place by now. It is no matter then.
pub(super) fn tip_at(
    repo: &Repository,
    address: &PublicAddress,
    branch: &str,
    most: Duration,
) -> Option<Option<CommitId>> {
    let options = RemoteOptions {
        timeout: LOOK.min(most),
        interactive: false,
    };
    if repo.read_address(address.as_str()).ok().as_ref() != Some(address) {
        return None;
    }
    match repo.list_remote(address.as_str(), &options) {
        Ok(HeadsOutcome::Heads(heads)) => Some(tip_of(&heads, branch)),
        _ => None,
    }
}

/// Waits a little longer each time, by a number that two clones are unlikely to share.
pub(super) fn pause(attempt: usize) {
    let mut byte = [0];
    let jitter = getrandom::fill(&mut byte).map_or(128, |()| u64::from(byte[0]));
    let longest = 20u64 << attempt.min(6);
    std::thread::sleep(Duration::from_millis(longest / 2 + longest * jitter / 512));
}
