//! One push of a commit, to every address that the remote is pushed to.

use crate::git::{
    self, CommitId, HeadsOutcome, PublicAddress, PushAnswer, PushOutcome, RemoteOptions, Repository,
};
use crate::store::CloneLock;

use super::other_addresses::remember_sent;
use crate::sync::outcome::SyncNote;
use crate::sync::upstream::as_one_name;
use crate::sync::upstream::seen::AS_IT_IS;

/// The outcome of a push.
#[derive(Debug)]
pub struct Pushed {
    /// Whether the commit is where a fetch reads.
    pub outcome: PushOutcome,
    /// The other addresses, as far as they did not take it.
    pub missed: Vec<SyncNote>,
}

/// Pushes a commit to a branch of a remote. It counts as accepted once it stands where a fetch reads
/// (docs/sync.md#push). `there` is where the branch was at the last fetch. Where a program on the way may have left a
/// lock behind, the next command looks for it. It does so after everything but a push that was accepted, and where a
/// lock stands in a remote that is a folder of this machine.
///
/// # Errors
/// As [`Repository::push`].
pub fn push(
    repo: &Repository,
    lock: &CloneLock,
    remote: &str,
    (commit, branch): (CommitId, &str),
    there: Option<CommitId>,
    options: &RemoteOptions,
) -> Result<Pushed, git::Error> {
    let pushed = push_to_all(repo, remote, (commit, branch), there, options);
    let accepted = matches!(&pushed, Ok(pushed) if pushed.outcome == PushOutcome::Accepted);
    if !accepted || repo.is_locked_there(&[&format!("refs/heads/{branch}")], remote) {
        lock.suspect_stale_locks();
    }
    pushed
}

fn push_to_all(
    repo: &Repository,
    remote: &str,
    (commit, branch): (CommitId, &str),
    there: Option<CommitId>,
    options: &RemoteOptions,
) -> Result<Pushed, git::Error> {
    repo.ask_for_settings()?;
    let to = repo.push_targets(remote)?;
    let mut first = None;
    let mut missed = Vec::new();
    let mut accepted: Option<(PublicAddress, bool)> = None;
    for target in &to.targets {
        let PushAnswer {
            outcome,
            to: pushed_to,
        } = repo.push(target, commit, branch, options)?;
        if outcome == PushOutcome::Accepted {
            if to.targets.len() > 1 || !to.reads_first {
                remember_sent(repo, &target.address, branch, commit);
            }
            accepted.get_or_insert_with(|| (target.address.clone(), to.is_read(&pushed_to)));
            continue;
        }
        if to.reads_first && accepted.is_none() {
            // Nobody reads at the other addresses: they get what counts, or nothing.
            return Ok(Pushed { outcome, missed });
        }
        missed.push(SyncNote::PushMissed {
            address: target.address.clone(),
            words: words_of(&outcome),
        });
        first.get_or_insert(outcome);
    }
    let outcome = match (first, accepted) {
        (Some(outcome), None) => {
            missed.clear();
            outcome
        }
        (_, Some((address, false))) => {
            let why = "oneonone: sent to another address";
            let sent = format!("refs/oneonone/sent/{}", as_one_name(branch));
            let _ = repo.set_reference(&sent, commit, git::Expect::Any, why)?;
            match read_back(repo, remote, (commit, branch), there, options)? {
                None => PushOutcome::Elsewhere { to: address },
                Some(outcome) => outcome,
            }
        }
        _ => PushOutcome::Accepted,
    };
    Ok(Pushed { outcome, missed })
}

/// Looks whether a commit that went to another address stands where a fetch reads. None if nothing moved there.
fn read_back(
    repo: &Repository,
    remote: &str,
    (commit, branch): (CommitId, &str),
    there: Option<CommitId>,
    options: &RemoteOptions,
) -> Result<Option<PushOutcome>, git::Error> {
    let heads = match repo.list_remote(remote, options)? {
        HeadsOutcome::Heads(heads) => heads,
        HeadsOutcome::Unreachable { words } => return Ok(Some(PushOutcome::Unreachable { words })),
        HeadsOutcome::Denied { words } => return Ok(Some(PushOutcome::Denied { words })),
        HeadsOutcome::TimedOut => return Ok(Some(PushOutcome::TimedOut)),
    };
    let found = heads
        .branches
        .into_iter()
        .find(|(name, _)| name == branch)
        .map(|(_, id)| id);
    if found == Some(commit) {
        return Ok(Some(PushOutcome::Accepted));
    }
    if found != there {
        let words = "the branch moved".to_owned();
        return Ok(Some(PushOutcome::Rejected { words }));
    }
    // Plain Git takes a push to any address for one to the remote. An address has no such reference.
    if let (Some(there), Some(_)) = (there, repo.tracking_tip(remote, branch)?) {
        let tracking = format!("refs/remotes/{remote}/{branch}");
        let _ = repo.set_reference(&tracking, there, git::Expect::Any, AS_IT_IS)?;
    }
    Ok(None)
}

fn words_of(outcome: &PushOutcome) -> String {
    match outcome {
        PushOutcome::Accepted | PushOutcome::Elsewhere { .. } => String::new(),
        PushOutcome::TimedOut => "it did not answer in time".to_owned(),
        PushOutcome::Rejected { words }
        | PushOutcome::Denied { words }
        | PushOutcome::Unreachable { words } => words.clone(),
    }
}
