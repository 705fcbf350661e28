//! The exchange with a remote: check out, fetch, plan, merge, settle, push that very commit, check out
//! (docs/sync.md#procedure).
//!
//! The procedure is one function over two narrow interfaces, a [`Remote`] and a [`Replica`]. Git implements both for
//! the program; the simulator of the tests implements both in memory, and so drives this very procedure.

mod ask;
mod attempts;
mod blame;
mod blame_without_id;
mod broken_records;
mod fetch_and_push;
mod fetched_size;
mod git_remote;
mod incoming;
mod incoming_commits;
mod incoming_names;
mod joining_merge;
mod local_rewrite;
mod made_elsewhere;
mod other_addresses;
mod other_remote_heads;
mod other_remotes;
mod own_entries;
mod plan;
mod push;
mod reads_elsewhere;
mod record_delivery;
mod remote_pair_repair;
mod report;
mod take_rewrite;
mod which_branch;
mod workspace_replica;

use std::collections::BTreeSet;

use crate::git::{CommitId, PushOutcome};
use crate::model::ChangeCounts;

use super::checkout::CheckedOut;
use super::combine::rebase::PutOnTop;
use super::error::SyncError;
use super::load::history::History;
use super::outcome::{Delivery, SyncNote};
use super::rewrite_question::EntryAtStake;

pub use attempts::exchange;
pub use joining_merge::refuse_joining_merge;
pub(in crate::sync) use other_addresses::sends_to;
pub use push::{Pushed, push};
pub use remote_pair_repair::begin_put_pair_back_there;
pub use report::{SyncOptions, sync};

/// The answer to a fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The tip of the pair's branch; none where the remote has no such branch.
    Tip(Option<CommitId>),
    /// The remote was not reached, or refused.
    Failed(Delivery),
}

/// The remote of a pair, as far as the exchange talks to it.
///
/// # Errors
/// When this machine fails. A remote that fails is an answer.
pub trait Remote {
    /// Brings the remote's commits here.
    ///
    /// # Errors
    /// When a person must say which branch is meant, too.
    fn fetch(&mut self) -> Result<Fetched, SyncError>;

    /// Moves the remote's branch to a commit, if it still is where the last fetch found it.
    fn push(&mut self, commit: CommitId) -> Result<PushOutcome, SyncError>;

    /// Waits before another attempt, longer each time.
    fn wait(&mut self, attempt: usize);
}

/// The base that two histories are merged over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeOver {
    /// Their merge bases.
    Bases,
    /// Nothing: the remote's history was put in the place of another one.
    Nothing,
}

/// A clone of a pair, as far as the exchange works in it. It holds one prepared commit, which counts once it is
/// checked out.
///
/// # Errors
/// Each step fails where the disk does, or a record cannot be read; more reasons stand at the step.
pub trait Replica {
    /// The commits.
    type History: History;
    /// A merge that is not settled yet.
    type Merged;

    /// The commits that are here.
    fn history(&self) -> &Self::History;

    /// The prepared commit.
    fn tip(&self) -> Option<CommitId>;

    /// The remote's tip as it was last seen.
    fn seen(&self) -> Result<Option<CommitId>, SyncError>;

    /// The tip of another branch there that may have been rewritten, if the pair's branch is not there.
    fn instead(&self) -> Result<Option<CommitId>, SyncError>;

    /// Remembers the remote's tip. `new_branch` says that the remote did not have the branch before.
    fn remember_seen(&mut self, tip: CommitId, new_branch: bool) -> Result<Vec<SyncNote>, SyncError>;

    /// Makes a commit the prepared one, and forgets another one that was prepared.
    ///
    /// # Errors
    /// When its records are another pair's.
    fn adopt(&mut self, commit: CommitId) -> Result<(), SyncError>;

    /// The notes for a person on the records in the prepared commit.
    fn found_in_tip(&self) -> Vec<SyncNote>;

    /// Merges the prepared commit with the remote's tip.
    ///
    /// # Errors
    /// When the merge is refused.
    fn merge(&mut self, there: CommitId, over: MergeOver)
    -> Result<(Self::Merged, Vec<SyncNote>), SyncError>;

    /// Settles a merge, and makes it the prepared commit. Without one it settles the prepared commit: it prepares
    /// another on top where there is something to settle or to heal.
    ///
    /// # Errors
    /// When sealing fails for a reason that is not a key's.
    fn settle(&mut self, merged: Option<Self::Merged>) -> Result<Vec<SyncNote>, SyncError>;

    /// Refuses to send the prepared commit if one that goes with it holds a text in clear that was to be sealed, or lets
    /// more people read an entry than its author did. `there` is the tip that the remote has.
    ///
    /// # Errors
    /// [`SyncError::ClearSecret`], [`SyncError::WidenedByAnother`] or [`SyncError::OpenedByHand`] with the first such commit.
    fn refuse_to_send(&self, there: Option<CommitId>) -> Result<(), SyncError>;

    /// The commits that the prepared one has, the remote's tip has not, and that were made elsewhere: nobody has ever said
    /// here that they may go to the remote.
    fn made_elsewhere(&self, there: CommitId) -> Result<BTreeSet<CommitId>, SyncError>;

    /// Refuses to take in the remote's tip where plain Git made another history of it here. Returns how many commits come
    /// back that were seen there, and that the branch here lost.
    ///
    /// # Errors
    /// [`SyncError::LocalRewrite`], as a person has to say first whether they come back.
    fn refuse_local_rewrite(&self, there: CommitId) -> Result<usize, SyncError>;

    /// The entries of the prepared commit that one of the `changes` (from a commit to another) concerns, and that the remote
    /// does not have so.
    fn at_stake(
        &self,
        there: Option<CommitId>,
        changes: &[(Option<CommitId>, CommitId)],
    ) -> Result<Vec<EntryAtStake>, SyncError>;

    /// Makes a commit of my changes on top of the remote's tip, whose history was rewritten. It is not prepared yet. None
    /// where that is another pair's.
    ///
    /// # Errors
    /// [`SyncError::Problems`] when a record of one of them cannot be read: nobody can tell what was changed in it.
    fn put_on_top(&mut self, there: CommitId, changes: &UnsentChanges)
    -> Result<Option<PutOnTop>, SyncError>;

    /// Lets the history of the prepared commit go: keeps it under a name of its own, which it returns, and notes that
    /// `made` stands in its place.
    fn let_go(&mut self, made: CommitId) -> Result<String, SyncError>;

    /// Takes the remote's tip, whose history was rewritten, for the one that was seen last. Nothing is remembered by it.
    fn see_rewrite(&mut self, there: CommitId);

    /// Counts how much the prepared commit has added, changed and removed since `there`.
    fn count_unsent(&self, there: Option<CommitId>) -> Result<ChangeCounts, SyncError>;

    /// Makes the prepared commit count: writes its files, and moves the branch. The next command completes one that
    /// failed.
    fn check_out(&mut self) -> Result<CheckedOut, SyncError>;
}

/// How an exchange goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExchangeOptions {
    /// Fetch and plan, but send and write nothing.
    pub dry_run: bool,
    /// The answer to the question about a history that was rewritten.
    pub on_rewrite: OnRewrite,
}

/// The answer of a person to the question about a remote whose history was rewritten (docs/sync.md#rewritten).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnRewrite {
    /// None yet: they are asked.
    #[default]
    Ask,
    /// Everything that is here is kept, and goes there again.
    Accept,
    /// The remote's history is taken, with only what was not sent on top.
    Take,
}

/// The changes that go on top of a rewritten history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnsentChanges {
    /// Those since the commit that the remote had.
    Since(CommitId),
    /// Those of some commits alone.
    Of {
        /// The commits; parents come before their children.
        commits: Vec<CommitId>,
        /// The commit that the remote had, if it lost that.
        lost: Option<CommitId>,
    },
}

/// The outcome of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// Whether my words are on the remote.
    pub delivery: Delivery,
    /// How much it sent, or would send.
    pub outgoing: ChangeCounts,
    /// Whether both sides had something new.
    pub merged: bool,
    /// How often it pushed.
    pub attempts: usize,
    /// The notes for a person.
    pub notes: Vec<SyncNote>,
}

struct Exchange<'a, R, C> {
    remote: &'a mut R,
    replica: &'a mut C,
    options: ExchangeOptions,
    done: &'a mut Exchanged,
}

/// Why nothing came of a call to a remote that answered another call of the same exchange.
fn answered(failed: Delivery) -> Delivery {
    /// The words of Git, if the other side hung up.
    const CUT: [&str; 4] = ["hung up", "early eof", "unexpected disconnect", "broken pipe"];
    match failed {
        Delivery::Unreachable { words } => {
            let lower = words.to_lowercase();
            match CUT.iter().any(|marker| lower.contains(marker)) {
                true => Delivery::CutOff { words },
                false => Delivery::Denied { words },
            }
        }
        failed => failed,
    }
}
