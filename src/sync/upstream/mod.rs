//! Where a clone syncs: the remote, the branch there, and what this clone remembers of both
//! (docs/sync.md#branch-and-remote).

pub(in crate::sync) mod branch;
mod choose;
mod error;
pub(in crate::sync) mod reflog;
pub(in crate::sync) mod seen;

use crate::git::{CommitId, PublicAddress, Repository, Tracked};
use crate::store::{Notes, UpstreamNote};

use crate::sync::error::SyncError;
use choose::{Chosen, choose};
use seen::last_seen;

pub use branch::{BranchQuestion, HeadBranch, Relation};
pub use choose::{NamedRemote, shown_name};
pub use error::{OutElsewhere, UpstreamError};

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
#[derive(Clone)]
pub(in crate::sync) struct Upstream {
    /// The remote.
    pub(in crate::sync) remote: NamedRemote,
    /// The name or the address by which Git is told the remote. It may hold a password, and is never shown.
    pub(in crate::sync) target: String,
    /// Whether the remote has a name in the configuration.
    pub(in crate::sync) has_name: bool,
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
    /// The note of the last delivered sync, or the one that a sync of version 0.1 would have made.
    pub(in crate::sync) note: Option<UpstreamNote>,
    /// The branch that a sync would go to if nobody had named one in this run, and its tip as it was seen last.
    pub(in crate::sync) before: Option<(String, CommitId)>,
    /// A branch there that has a part of the history of that tip and lacks the rest, and where it is: it may have been
    /// rewritten.
    pub(in crate::sync) instead: Option<(String, CommitId)>,
    /// The other remotes of this clone, one for each address.
    pub(in crate::sync) other_remotes: Vec<NamedRemote>,
    /// The branches that this clone left, as far as they are still there, with their tips.
    pub(in crate::sync) old_branches: Vec<(String, CommitId)>,
    /// Whether the address of before was seen to have what this run sent to the new one: it is one place in two spellings.
    pub(in crate::sync) is_one_place: bool,
    /// Whether this run sent a commit.
    pub(in crate::sync) has_sent: bool,
    /// The addresses of other remotes that had that commit before: somebody else brought it there.
    pub(in crate::sync) had_it: Vec<PublicAddress>,
    /// Whether there is time to ask the other remotes.
    pub(in crate::sync) has_time: bool,
    /// The other branch that the remote's HEAD names, once it is known, and the commit at which it was looked at.
    pub(in crate::sync) head: Option<(HeadBranch, Option<CommitId>)>,
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
        let note = match Notes::of(repo.common_dir()).upstream()? {
            Some(note) => Some(without_odd_names(note)),
            None => of_version_0_1(repo, &local)?,
        };
        let tracked = repo.tracked(&local)?;
        let remote = match chosen(repo, tracked.as_ref(), note.as_ref())? {
            Chosen::None => return Ok(None),
            Chosen::Remote(remote) => remote,
            Chosen::Other { tracked, .. } if *choice == BranchChoice::Follow => tracked,
            Chosen::Other { tracked, synced } => {
                return Err(UpstreamError::OtherRemote {
                    tracked: tracked.shown(),
                    synced: synced.shown(),
                    local,
                }
                .into());
            }
            Chosen::Several => {
                let names = repo.remotes()?.iter().map(|name| shown_name(name)).collect();
                return Err(UpstreamError::SeveralRemotes { names, local }.into());
            }
        };
        let has_name = repo.remote_url(&remote.name)?.is_some();
        let target = match &tracked {
            Some(tracked) if !has_name => tracked.remote.clone(),
            _ => remote.name.clone(),
        };
        let tracked = tracked.filter(|tracked| tracked.remote == target);
        let tracked = tracked.and_then(|tracked| tracked.branch);
        let is_moved = note.as_ref().is_some_and(|note| is_elsewhere(note, &remote));
        let noted = note.as_ref().map(|note| note.branch.clone());
        let usual = match (&noted, &tracked) {
            (Some(noted), _) => noted.clone(),
            (None, Some(tracked)) => tracked.clone(),
            (None, None) => local,
        };
        let branch = match (choice, &tracked) {
            (BranchChoice::Named(name), _) => name.clone(),
            (BranchChoice::Follow, Some(tracked)) if is_moved => tracked.clone(),
            _ => usual.clone(),
        };
        let known = match choice {
            BranchChoice::Named(_) => &branch,
            _ => &usual,
        };
        let seen_on = |branch: &str| match (has_name, is_moved) {
            (true, false) => seen_at(repo, &remote.name, branch),
            _ => Ok(repo.reference(&seen_ref(branch))?),
        };
        let seen = seen_on(known)?;
        let by_git = match has_name {
            true => repo.tracking_tip(&remote.name, known)?,
            false => None,
        };
        let before = seen_on(&usual)?.filter(|_| matches!(choice, BranchChoice::Named(_)));
        let other_remotes = other_remotes(repo, &remote)?;
        Ok(Some(Upstream {
            remote,
            target,
            has_name,
            branch,
            choice: choice.clone(),
            tracked,
            seen,
            tip: seen.or(by_git),
            note,
            before: before.map(|tip| (usual, tip)),
            instead: None,
            other_remotes,
            old_branches: Vec::new(),
            is_one_place: false,
            has_sent: false,
            had_it: Vec::new(),
            has_time: true,
            head: None,
        }))
    }

    /// The reference by which plain Git tracks the branch; none where the remote has no name.
    pub(in crate::sync) fn tracking_ref(&self) -> Option<String> {
        Repository::tracking_ref(&self.remote.name, &self.branch).filter(|_| self.has_name)
    }

    /// The address of before, if the remote has another one now.
    pub(in crate::sync) fn moved_from(&self) -> Option<PublicAddress> {
        let note = self
            .note
            .as_ref()
            .filter(|note| is_elsewhere(note, &self.remote))?;
        Some(PublicAddress::of(&note.url))
    }

    /// The address at which the other member was last known to be, if nothing of theirs has come from this one yet.
    pub(in crate::sync) fn left(&self) -> Option<PublicAddress> {
        let noted = self.note.as_ref().and_then(|note| note.left.as_deref());
        noted.map(PublicAddress::of).or_else(|| self.moved_from())
    }

    /// The branch that this clone went to before, if it was another one.
    pub(in crate::sync) fn was_on(&self) -> Option<&str> {
        let before = self.note.as_ref().map(|note| note.branch.as_str());
        let before = before.or(self.tracked.as_deref());
        before.filter(|before| *before != self.branch)
    }

    /// The branches that this clone left, if nothing of the other member has come on this one yet.
    pub(in crate::sync) fn left_branches(&self) -> Vec<String> {
        let noted = self.note.iter().flat_map(|note| note.left_branches.iter());
        let mut names: Vec<String> = Vec::new();
        for name in noted.map(String::as_str).chain(self.was_on()) {
            if name != self.branch && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Whether the pair was ever synced at another address by this clone.
    pub(in crate::sync) fn has_moved(&self) -> bool {
        self.moved_from().is_some() || self.note.as_ref().is_some_and(|note| note.moved)
    }
}

/// A note may have been edited by hand: an address or a branch that nobody could print is none.
fn without_odd_names(mut note: UpstreamNote) -> UpstreamNote {
    let is_plain = |name: &String| !name.is_empty() && !name.contains(char::is_control);
    note.left = note.left.filter(is_plain);
    note.beside = note.beside.filter(is_plain);
    if let Some(copies) = &mut note.copies {
        copies.retain(is_plain);
    }
    note.left_branches.retain(is_plain);
    note
}

fn is_elsewhere(note: &UpstreamNote, remote: &NamedRemote) -> bool {
    PublicAddress::of(&note.url) != remote.url
}

fn other_remotes(repo: &Repository, remote: &NamedRemote) -> Result<Vec<NamedRemote>, SyncError> {
    let mut others: Vec<NamedRemote> = Vec::new();
    for name in repo.remotes()? {
        let url = repo.read_address(&name)?;
        if url != remote.url && others.iter().all(|known| known.url != url) {
            others.push(NamedRemote { name, url });
        }
    }
    Ok(others)
}

/// The tip of a branch of a remote as a sync or plain Git saw it last.
fn seen_at(repo: &Repository, remote: &str, branch: &str) -> Result<Option<CommitId>, SyncError> {
    let by_sync = repo.reference(&seen_ref(branch))?;
    match Repository::tracking_ref(remote, branch) {
        Some(tracking) => last_seen(repo, by_sync, remote, &tracking),
        None => Ok(by_sync),
    }
}

/// The note that version 0.1 would have made. Version 0.1 went to `origin`, and to the branch there of the local one's
/// name. It left only the tip that it saw.
fn of_version_0_1(repo: &Repository, local: &str) -> Result<Option<UpstreamNote>, SyncError> {
    let has_synced = repo.reference(&seen_ref(local))?.is_some();
    if !has_synced || repo.remote_url("origin")?.is_none() {
        return Ok(None);
    }
    Ok(Some(UpstreamNote {
        url: repo.read_address("origin")?.as_str().to_owned(),
        branch: local.to_owned(),
        ..UpstreamNote::default()
    }))
}

/// The references by which plain Git tracks the branches of the pair's remote; of `origin` where nobody can say which it
/// is.
pub(in crate::sync) fn tracking_refs(repo: &Repository) -> String {
    format!("refs/remotes/{}/*", remote_target(repo))
}

/// The name or the address of the pair's remote; `origin` where nobody can say which it is. It is never shown.
pub(in crate::sync) fn remote_target(repo: &Repository) -> String {
    let upstream = Upstream::of(repo, &BranchChoice::Remembered).ok().flatten();
    upstream.map_or_else(|| "origin".to_owned(), |upstream| upstream.target)
}

/// The address of the pair's remote; none where there is none, or nobody can say which it is.
pub fn upstream_url(repo: &Repository) -> Option<PublicAddress> {
    let upstream = Upstream::of(repo, &BranchChoice::Remembered).ok()??;
    Some(upstream.remote.url)
}

fn chosen(
    repo: &Repository,
    tracked: Option<&Tracked>,
    note: Option<&UpstreamNote>,
) -> Result<Chosen, SyncError> {
    let mut remotes = Vec::new();
    for name in repo.remotes()? {
        let url = repo.read_address(&name)?;
        remotes.push(NamedRemote { name, url });
    }
    let tracked = match tracked {
        Some(tracked) => {
            let mut named = remotes.iter();
            match named.find(|remote| remote.name == tracked.remote) {
                Some(remote) => Some(remote.clone()),
                // A branch may track an address that has no name.
                None if tracked.remote.contains(['/', ':']) => Some(NamedRemote {
                    name: PublicAddress::of(&tracked.remote).as_str().to_owned(),
                    url: repo.read_address(&tracked.remote)?,
                }),
                None => None,
            }
        }
        None => None,
    };
    let synced = note.map(|note| PublicAddress::of(&note.url));
    Ok(choose(&remotes, tracked, synced.as_ref()))
}
