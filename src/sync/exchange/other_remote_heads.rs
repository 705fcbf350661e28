//! The other remotes of a clone are asked for their branches (docs/sync.md#copies).

use std::time::Duration;

use crate::git::{
    self, CommitId, HeadsOutcome, PublicAddress, RemoteHeads, RemoteOptions, Repository, refused_protocol,
};

use crate::sync::upstream::{NamedRemote, Upstream};

/// How long another address has to answer.
pub(super) const LOOK: Duration = Duration::from_secs(5);

/// The branches of a remote, or why they are not known.
pub(super) type HeadsAnswer = Result<RemoteHeads, NoHeads>;

/// Why nobody knows the branches of a remote.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NoHeads {
    /// It does not answer, or there is no time to ask.
    Silent,
    /// This clone refuses the protocol of its address.
    Refused,
}

/// The branches of each remote, asked by its name, all at once.
pub(super) fn heads_of(repo: &Repository, remotes: &[&NamedRemote]) -> Vec<HeadsAnswer> {
    let options = RemoteOptions {
        timeout: LOOK,
        interactive: false,
    };
    let names: Vec<&str> = remotes.iter().map(|remote| remote.name.as_str()).collect();
    let answers = repo.list_remotes(&names, &options);
    let heads = |answer| match answer {
        Ok(HeadsOutcome::Heads(heads)) => Ok(heads),
        Ok(HeadsOutcome::Unreachable { words }) if refused_protocol(&words).is_some() => {
            Err(NoHeads::Refused)
        }
        // An address of another kind than those that a pair may have.
        Err(git::Error::Invalid { .. }) => Err(NoHeads::Refused),
        _ => Err(NoHeads::Silent),
    };
    answers.into_iter().map(heads).collect()
}

/// The addresses of other remotes that have a commit already, of those that are not known as copies: before it is sent, that
/// is no sign of a copy.
pub(super) fn that_have(repo: &Repository, upstream: &Upstream, commit: CommitId) -> Vec<PublicAddress> {
    let note = upstream.note.as_ref();
    let is_copy = |remote: &NamedRemote| note.is_some_and(|note| note.has_copy(remote.url.as_str()));
    let others: Vec<&NamedRemote> = upstream
        .other_remotes
        .iter()
        .filter(|remote| !is_copy(remote))
        .collect();
    if others.is_empty() || !upstream.has_time {
        return Vec::new();
    }
    let asked = heads_of(repo, &others).into_iter();
    let has_it = |heads: &HeadsAnswer| {
        heads
            .as_ref()
            .is_ok_and(|heads| heads.branches.iter().any(|(_, tip)| *tip == commit))
    };
    let having = others.iter().zip(asked).filter(|(_, heads)| has_it(heads));
    having.map(|(remote, _)| remote.url.clone()).collect()
}
