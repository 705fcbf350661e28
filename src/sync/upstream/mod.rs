//! Where a clone syncs: the remote, the branch there, and what this clone remembers of both
//! (docs/sync.md#branch-and-remote).

pub(in crate::sync) mod branch;
mod choose;
mod error;

use crate::git::{CommitId, Repository, Tracked, public_address};
use crate::store::{Notes, UpstreamNote};

use crate::sync::error::SyncError;
use choose::{Chosen, choose};

pub use branch::{BranchQuestion, HeadBranch, Relation};
pub use choose::NamedRemote;
pub use error::UpstreamError;

/// Which branch at the remote a sync is to go to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BranchChoice {
    /// The one that it went to before.
    #[default]
    Remembered,
    /// The one that the remote's HEAD names, or the remote that the branch tracks by now.
    Follow,
    /// This one. If it is not there, it is made.
    Named(String),
}

/// Where a clone syncs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct Upstream {
    /// The remote. An address where it has no name.
    pub(in crate::sync) remote: NamedRemote,
    /// The branch at the remote.
    pub(in crate::sync) branch: String,
    /// The answer that a person gave in this run.
    pub(in crate::sync) choice: BranchChoice,
    /// The branch that plain Git tracks there.
    pub(in crate::sync) tracked: Option<String>,
    /// The tip as a sync of this clone saw it last, to notice a history that was rewritten.
    pub(in crate::sync) seen: Option<CommitId>,
    /// The same, or as plain Git saw it last.
    pub(in crate::sync) tip: Option<CommitId>,
    /// What the last delivered sync noted.
    pub(in crate::sync) note: Option<UpstreamNote>,
    /// The other branch that the remote's HEAD names, once it is known.
    pub(in crate::sync) head: Option<HeadBranch>,
}

/// A branch as one name: `team` and `team/ana` may follow each other.
pub(in crate::sync) fn as_one_name(branch: &str) -> String {
    branch.replace('%', "%25").replace('/', "%2F")
}

/// The remote's tip of a branch as it was last seen, to notice a history that was rewritten.
pub(in crate::sync) fn seen_ref(branch: &str) -> String {
    format!("refs/oneonone/seen/{}", as_one_name(branch))
}

impl Upstream {
    /// Where a clone syncs; none where there is no remote. The network is left alone.
    ///
    /// # Errors
    /// [`UpstreamError`] where only a person can say which remote is meant, or when something cannot be read.
    pub(in crate::sync) fn of(
        repo: &Repository,
        choice: &BranchChoice,
    ) -> Result<Option<Upstream>, SyncError> {
        let local = repo.head()?.branch;
        let note = Notes::of(repo.common_dir()).upstream()?;
        let tracked = repo.tracked(&local)?;
        let remote = match chosen(repo, tracked.as_ref(), note.as_ref())? {
            Chosen::None => return Ok(None),
            Chosen::Remote(remote) => remote,
            Chosen::Other { tracked, .. } if *choice == BranchChoice::Follow => tracked,
            Chosen::Other { tracked, synced } => {
                return Err(UpstreamError::OtherRemote {
                    tracked,
                    synced,
                    local,
                }
                .into());
            }
            Chosen::Several => {
                let names = repo.remotes()?;
                return Err(UpstreamError::SeveralRemotes { names, local }.into());
            }
        };
        let tracked = tracked.filter(|tracked| tracked.remote == remote.name);
        let tracked = tracked.and_then(|tracked| tracked.branch);
        let is_moved = note.as_ref().is_some_and(|note| note.url != remote.url);
        let before = note.as_ref().map(|note| note.branch.clone());
        let usual = match (&before, &tracked) {
            (Some(before), _) => before.clone(),
            (None, Some(tracked)) => tracked.clone(),
            (None, None) => local,
        };
        let branch = match (choice, &tracked) {
            (BranchChoice::Named(name), _) => name.clone(),
            (BranchChoice::Follow, Some(tracked)) if is_moved => tracked.clone(),
            _ => usual.clone(),
        };
        let known = if matches!(choice, BranchChoice::Named(_)) {
            &branch
        } else {
            &usual
        };
        let by_git = repo.reference(&tracking_ref(&remote.name, known))?;
        // Before there was a note, every sync went to `origin`.
        let seen = match note.is_some() || remote.name == "origin" {
            true => repo.reference(&seen_ref(known))?,
            false => by_git,
        };
        Ok(Some(Upstream {
            remote,
            branch,
            choice: choice.clone(),
            tracked,
            seen,
            tip: seen.or(by_git),
            note,
            head: None,
        }))
    }

    /// Whether the remote has a name in the configuration.
    pub(in crate::sync) fn has_name(&self, repo: &Repository) -> Result<bool, SyncError> {
        Ok(repo.remote_url(&self.remote.name)?.is_some())
    }

    /// The reference by which plain Git tracks the branch.
    pub(in crate::sync) fn tracking_ref(&self) -> String {
        tracking_ref(&self.remote.name, &self.branch)
    }

    /// The address of before, if the remote has another one now.
    pub(in crate::sync) fn moved_from(&self) -> Option<&str> {
        let note = self.note.as_ref()?;
        (note.url != self.remote.url).then_some(note.url.as_str())
    }
}

/// The references by which plain Git tracks the branches of the pair's remote; of `origin` where nobody can say which it
/// is.
pub(in crate::sync) fn tracking_refs(repo: &Repository) -> String {
    tracking_ref(&remote_name(repo), "*")
}

/// The name of the pair's remote; `origin` where nobody can say which it is.
pub(in crate::sync) fn remote_name(repo: &Repository) -> String {
    let upstream = Upstream::of(repo, &BranchChoice::Remembered).ok().flatten();
    upstream.map_or_else(|| "origin".to_owned(), |upstream| upstream.remote.name)
}

/// The address of the pair's remote, without a password; none where there is none, or nobody can say which it is.
pub fn upstream_url(repo: &Repository) -> Option<String> {
    let upstream = Upstream::of(repo, &BranchChoice::Remembered).ok()??;
    Some(upstream.remote.url)
}

fn tracking_ref(remote: &str, branch: &str) -> String {
    format!("refs/remotes/{remote}/{branch}")
}

fn chosen(
    repo: &Repository,
    tracked: Option<&Tracked>,
    note: Option<&UpstreamNote>,
) -> Result<Chosen, SyncError> {
    let mut remotes = Vec::new();
    for name in repo.remotes()? {
        let url = public_address(&repo.remote_url(&name)?.unwrap_or_default());
        remotes.push(NamedRemote { name, url });
    }
    // A branch may track an address that has no name.
    let is_address = |remote: &str| remote.contains(['/', ':']);
    let of_tracked = |tracked: &Tracked| {
        let named = remotes
            .iter()
            .find(|remote| remote.name == tracked.remote)
            .cloned();
        named.or_else(|| {
            is_address(&tracked.remote).then(|| NamedRemote {
                name: tracked.remote.clone(),
                url: public_address(&tracked.remote),
            })
        })
    };
    let tracked = tracked.and_then(of_tracked);
    Ok(choose(&remotes, tracked, note.map(|note| note.url.as_str())))
}
