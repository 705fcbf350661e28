//! The addresses that a remote is pushed to, beside the one that is read (docs/sync.md#push).

use crate::git::{CommitId, Expect, PublicAddress, Repository};

use super::plan::is_rewritten;
use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::upstream::{Upstream, UpstreamError, as_one_name};
use crate::sync::workspace::Workspace;

/// Where a push goes, if that is not the one address that is read.
///
/// # Errors
/// When the configuration cannot be read.
pub(in crate::sync) fn sends_to(
    repo: &Repository,
    upstream: &Upstream,
) -> Result<Option<SyncNote>, SyncError> {
    let to = repo.push_targets(&upstream.target)?;
    if to.reads_first && to.targets.len() == 1 {
        return Ok(None);
    }
    Ok(Some(SyncNote::SendsTo {
        read: upstream.remote.url.clone(),
        to: to.targets.into_iter().map(|target| target.address).collect(),
    }))
}

/// The same as a dry run of an opened clone tells it.
///
/// # Errors
/// As [`sends_to`].
pub(super) fn would_send_to(workspace: &Workspace, dry_run: bool) -> Result<Option<SyncNote>, SyncError> {
    match &workspace.upstream {
        Some(upstream) if dry_run => sends_to(&workspace.repo, &upstream.borrow()),
        _ => Ok(None),
    }
}

/// The reference to what was sent to an address.
fn sent_ref(address: &PublicAddress, branch: &str) -> String {
    let mut name = String::new();
    for byte in address.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("refs/oneonone/pushed/{name}/{}", as_one_name(branch))
}

/// Remembers what was sent to an address. One that is too long for a reference is not remembered.
pub(super) fn remember_sent(repo: &Repository, address: &PublicAddress, branch: &str, commit: CommitId) {
    let why = "oneonone: sent to another address";
    let _ = repo.set_reference(&sent_ref(address, branch), commit, Expect::Any, why);
}

/// Refuses a push that would bring back what an address beside the one that is read lost since it was sent there. One whose
/// history goes on otherwise refuses the push itself.
///
/// # Errors
/// [`UpstreamError::OtherAddressLost`] with the first such address.
pub(super) fn refuse_lost(
    repo: &Repository,
    remote: &str,
    (commit, branch): (CommitId, &str),
    tip_at: impl Fn(&PublicAddress) -> Option<Option<CommitId>>,
) -> Result<(), SyncError> {
    let to = repo.push_targets(remote)?;
    for target in to.targets.iter().skip(usize::from(to.reads_first)) {
        let sent = repo.reference(&sent_ref(&target.address, branch))?;
        let Some(sent) = sent.filter(|sent| repo.commit_info(*sent).is_ok()) else {
            continue;
        };
        let Some(tip) = tip_at(&target.address) else {
            continue;
        };
        let is_known = tip.is_none_or(|tip| repo.commit_info(tip).is_ok());
        if is_known && is_rewritten(repo, Some(commit), tip, sent)? {
            return Err(UpstreamError::OtherAddressLost {
                remote: remote.to_owned(),
                address: target.address.clone(),
                is_push_url: target.is_push_url(),
                was: sent.short(),
                is: tip.map(|tip| tip.short()),
            }
            .into());
        }
    }
    Ok(())
}
