//! A sync: commit, fetch, plan, merge, settle, push that very commit, write out (design, section 4).

use std::time::{Duration, Instant};

use crate::git::{CommitId, Expect, FetchOutcome, PushOutcome, RemoteOptions, TreeId};
use crate::model::Visibility;

use super::commit::entries_between;
use super::error::SyncError;
use super::join::{join, join_replaced};
use super::keys::author;
use super::leak::{is_leak, refuse_clear_secrets, sent};
use super::outcome::{Delivery, SyncNote, SyncReport};
use super::plan::{Facts, Plan, plan};
use super::push::push;
use super::side::Side;
use super::workspace::Workspace;

/// Where a fetch puts the remote's branch. Linked worktrees share their references, and no branch is checked out in two.
fn fetched_at(branch: &str) -> String {
    format!("refs/oneonone/there/{}", flat(branch))
}

/// A branch as one name: `team` and `team/ana` may follow each other.
fn flat(branch: &str) -> String {
    branch.replace('%', "%25").replace('/', "%2F")
}

/// How often a push that lost a race is tried again.
const ATTEMPTS: usize = 10;
/// After how many attempts a rejection counts though the remote's branch did not move.
const UNMOVED: usize = 5;

/// How a sync is to be done.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// Nothing crosses the network.
    pub offline: bool,
    /// Fetch and plan, but commit, push and write nothing more.
    pub dry_run: bool,
    /// Go on though the remote's history was rewritten: everything that is here is kept, and goes there again.
    pub accept_rewrite: bool,
    /// How the remote is talked to.
    pub remote: RemoteOptions,
}

/// The remote's tip of a branch as it was last seen, to notice a history that was rewritten.
pub(super) fn seen_at(branch: &str) -> String {
    format!("refs/oneonone/seen/{}", flat(branch))
}

/// What a fetch found.
enum Fetched {
    Tip(Option<CommitId>),
    Failed(Delivery),
}

/// Syncs an opened workspace with its remote. The hand edits that opening took in are written out first, so that
/// they are safe whatever the network does.
///
/// # Errors
/// When a person must decide, or something here failed; an undelivered sync is no error but a [`Delivery`].
pub fn sync(workspace: &mut Workspace, options: &SyncOptions) -> Result<SyncReport, SyncError> {
    run(workspace, options, options.remote.timeout)
}

/// The same, with no more than that time for everything that crosses the network.
///
/// # Errors
/// As [`sync`].
pub fn sync_within(
    workspace: &mut Workspace,
    options: &SyncOptions,
    patience: Duration,
) -> Result<SyncReport, SyncError> {
    run(workspace, options, patience)
}

fn run(
    workspace: &mut Workspace,
    options: &SyncOptions,
    patience: Duration,
) -> Result<SyncReport, SyncError> {
    let before = workspace.side.tree;
    let mut run = Run {
        report: SyncReport {
            pulled: 0,
            pushed: 0,
            merged: false,
            conflicts: 0,
            kept: Vec::new(),
            attempts: 0,
            delivery: Delivery::NoRemote,
            notes: Vec::new(),
        },
        options,
        until: Instant::now() + patience,
        workspace,
    };
    if !options.dry_run {
        run.write_out()?;
    }
    run.report.delivery = run.deliver()?;
    if !options.dry_run {
        // Where nothing was delivered, the settled merge is an ordinary local commit that goes with the next sync.
        let late = run.write_out()?;
        run.report
            .notes
            .extend(late.into_iter().map(SyncNote::EditedMeanwhile));
    }
    let Run {
        mut report,
        workspace,
        ..
    } = run;
    let after = workspace.side.tree;
    report.pulled = entries_between(&workspace.repo, &workspace.catalog, before, after)?;
    report.conflicts = workspace.count_conflicts()?;
    report.notes.append(&mut workspace.said);
    let entries = workspace.side.state.entries.iter();
    let in_clear = entries.filter(|(_, placed)| is_leak(&placed.entry));
    let me = workspace.me().ok();
    report.notes.extend(in_clear.map(|(id, placed)| {
        let private = placed.entry.visibility() == Visibility::Private;
        let author = author(&placed.entry).filter(|by| private && me.as_ref() != Some(by));
        SyncNote::InClear { entry: *id, author }
    }));
    report.kept = report
        .notes
        .iter()
        .filter_map(|n| {
            if let SyncNote::Kept(id) = n {
                Some(*id)
            } else {
                None
            }
        })
        .collect();
    Ok(report)
}

struct Run<'a> {
    workspace: &'a mut Workspace,
    options: &'a SyncOptions,
    until: Instant,
    report: SyncReport,
}

impl Run<'_> {
    /// Writes the prepared commit out; gives what was edited meanwhile and is in a commit behind it.
    fn write_out(&mut self) -> Result<Vec<String>, SyncError> {
        let written = self.workspace.write_out()?;
        self.report.notes.extend(written.notes());
        Ok(written.taken_in_late)
    }

    /// Fetches, merges and pushes until both sides have the same, or it cannot be done.
    fn deliver(&mut self) -> Result<Delivery, SyncError> {
        if self.workspace.repo.remote_url("origin")?.is_none() {
            self.settle(None)?;
            return Ok(Delivery::NoRemote);
        }
        if self.options.offline {
            self.settle(None)?;
            return Ok(Delivery::Offline);
        }
        let mine = self.workspace.tip;
        let said = self.report.notes.len();
        let mut last_rejected: Option<(Option<CommitId>, String)> = None;
        for attempt in 0..ATTEMPTS {
            let there = match self.fetch()? {
                Fetched::Tip(there) => there,
                Fetched::Failed(delivery) => return Ok(delivery),
            };
            // A push that is rejected again and again although nothing moved is refused for another reason. At first it
            // may be the lock of another push that is under way.
            if let Some((tip, words)) = &last_rejected
                && *tip == there
                && attempt >= UNMOVED
            {
                return Ok(Delivery::Denied { words: words.clone() });
            }
            if attempt > 0 {
                // The merge that lost the race is forgotten; what is mine is merged with what came in its place.
                if let Some(mine) = mine {
                    self.workspace.adopt(mine)?;
                }
                // What came of writing out, and what was pinned, holds all the same.
                let mut position = 0..;
                self.report.notes.retain(|note| {
                    position.next().is_some_and(|at| at < said) || matches!(note, SyncNote::Pinned(..))
                });
                pause(attempt);
            }
            let to = self.prepare(there)?;
            let Some(tip) = to.filter(|tip| Some(*tip) != there) else {
                self.seen(there)?;
                return Ok(Delivery::Delivered);
            };
            if self.options.dry_run {
                self.count_pushed(there)?;
                return Ok(Delivery::Pending);
            }
            let repo = &self.workspace.repo;
            refuse_clear_secrets(repo, tip, &sent(repo, there)?)?;
            self.report.attempts += 1;
            let branch = self.workspace.branch.clone();
            let options = self.remote();
            let workspace = &mut self.workspace;
            match push(&workspace.repo, &mut workspace.turn, tip, &branch, &options)? {
                PushOutcome::Accepted => {
                    if there.is_none() {
                        self.say_new_branch(branch)?;
                    }
                    self.count_pushed(there)?;
                    self.seen(Some(tip))?;
                    return Ok(Delivery::Delivered);
                }
                PushOutcome::Rejected { words } => last_rejected = Some((there, words)),
                // After any doubt: look whether it arrived.
                PushOutcome::Denied { words } => return self.doubt(tip, Delivery::Denied { words }),
                PushOutcome::Unreachable { words } => {
                    return self.doubt(tip, Delivery::Unreachable { words });
                }
                PushOutcome::TimedOut => return self.doubt(tip, Delivery::TimedOut),
            }
        }
        Ok(Delivery::Outraced)
    }

    /// A branch that the remote did not have is worth a word where another one was synced from here before.
    fn say_new_branch(&mut self, branch: String) -> Result<(), SyncError> {
        if self.workspace.repo.reference(&seen_at(&branch))?.is_some() {
            return Ok(());
        }
        for before in self.workspace.repo.branches()? {
            if before != branch && self.workspace.repo.reference(&seen_at(&before))?.is_some() {
                self.report.notes.push(SyncNote::NewBranch { branch, before });
                break;
            }
        }
        Ok(())
    }

    /// Brings the prepared commit and the remote's tip together, and settles it.
    fn prepare(&mut self, there: Option<CommitId>) -> Result<Option<CommitId>, SyncError> {
        let facts = self.facts(there)?;
        match (plan(facts), there) {
            (Plan::Rewritten, _) => return Err(self.rewritten(there)?),
            (Plan::Unrelated, _) if !self.options.accept_rewrite => return Err(SyncError::Unrelated),
            (Plan::FastForward, Some(there)) => {
                self.workspace.adopt(there)?;
                self.said_of(&self.workspace.side.clone());
            }
            (plan @ (Plan::Merge | Plan::Unrelated), Some(there)) => {
                let mine = self.workspace.tip.ok_or(SyncError::NoPair)?;
                let (repo, catalog) = (&self.workspace.repo, &self.workspace.catalog);
                let joined = match plan {
                    Plan::Merge => join(repo, catalog, mine, there)?,
                    _ => join_replaced(repo, mine, there)?,
                };
                self.workspace.refuse_newer()?;
                self.report.merged = true;
                self.report.notes.extend(joined.notes);
                let tree = joined.side.tree.ok_or(SyncError::NoPair)?;
                return self.settle(Some((tree, [mine, there])));
            }
            _ => {}
        }
        self.settle(None)
    }

    fn facts(&self, there: Option<CommitId>) -> Result<Facts, SyncError> {
        let repo = &self.workspace.repo;
        let seen = match self.options.accept_rewrite {
            true => None,
            false => repo.reference(&seen_at(&self.workspace.branch))?,
        };
        Facts::of(repo, self.workspace.tip, there, seen)
    }

    fn rewritten(&self, there: Option<CommitId>) -> Result<SyncError, SyncError> {
        let was = self
            .workspace
            .repo
            .reference(&seen_at(&self.workspace.branch))?
            .map(|id| id.short())
            .unwrap_or_default();
        Ok(SyncError::Rewritten {
            was,
            is: there.map(|id| id.short()),
        })
    }

    /// Settles what is prepared. The prepared commit.
    fn settle(&mut self, merge: Option<(TreeId, [CommitId; 2])>) -> Result<Option<CommitId>, SyncError> {
        let notes = self.workspace.settle(merge)?;
        self.report.notes.extend(notes);
        Ok(self.workspace.tip)
    }

    fn said_of(&mut self, side: &Side) {
        for (record, problems) in &side.broken {
            self.report
                .notes
                .extend(problems.first().map(|p| SyncNote::Broken(*record, p.clone())));
        }
        self.report
            .notes
            .extend(side.doubled.keys().map(|id| SyncNote::Undoubled(*id)));
    }

    /// How the remote is talked to, in the time that is left.
    fn remote(&self) -> RemoteOptions {
        let mut remote = self.options.remote;
        let left = self.until.saturating_duration_since(Instant::now());
        remote.timeout = remote.timeout.min(left);
        remote
    }

    fn fetch(&mut self) -> Result<Fetched, SyncError> {
        let repo = &self.workspace.repo;
        let fetched = fetched_at(&self.workspace.branch);
        let refspec = format!("+refs/heads/{}:{fetched}", self.workspace.branch);
        let mut outcome = repo.fetch("origin", &[&refspec], &self.remote());
        for attempt in 1..=5 {
            // A child of a run that was killed may still hold a reference for a moment.
            if !matches!(outcome, Err(crate::git::Error::Program { .. })) {
                break;
            }
            pause(attempt);
            outcome = repo.fetch("origin", &[&refspec], &self.remote());
        }
        if !matches!(outcome, Ok(FetchOutcome::Done | FetchOutcome::NoBranch(_))) {
            self.workspace.turn.doubt();
        }
        let repo = &self.workspace.repo;
        Ok(match outcome? {
            FetchOutcome::Done => Fetched::Tip(repo.reference(&fetched)?),
            FetchOutcome::NoBranch(_) => Fetched::Tip(None),
            FetchOutcome::Unreachable { words } => Fetched::Failed(Delivery::Unreachable { words }),
            FetchOutcome::Denied { words } => Fetched::Failed(Delivery::Denied { words }),
            FetchOutcome::TimedOut => Fetched::Failed(Delivery::TimedOut),
        })
    }

    /// A push that failed may have arrived all the same.
    fn doubt(&mut self, tip: CommitId, otherwise: Delivery) -> Result<Delivery, SyncError> {
        if matches!(otherwise, Delivery::Denied { .. }) {
            return Ok(otherwise);
        }
        match self.fetch()? {
            Fetched::Tip(Some(there)) if self.workspace.repo.is_ancestor(tip, there)? => {
                self.seen(Some(tip))?;
                Ok(Delivery::Delivered)
            }
            _ => Ok(otherwise),
        }
    }

    fn seen(&self, tip: Option<CommitId>) -> Result<(), SyncError> {
        let (Some(tip), false) = (tip, self.options.dry_run) else {
            return Ok(());
        };
        let repo = &self.workspace.repo;
        if repo.reference(&seen_at(&self.workspace.branch))? != Some(tip) {
            let _ = repo.set_reference(
                &seen_at(&self.workspace.branch),
                tip,
                Expect::Any,
                "oneonone: seen at the remote",
            )?;
        }
        let tracking = format!("refs/remotes/origin/{}", self.workspace.branch);
        if repo.reference(&tracking)? != Some(tip) {
            let _ = repo.set_reference(&tracking, tip, Expect::Any, "oneonone: seen at the remote")?;
        }
        Ok(())
    }

    fn count_pushed(&mut self, there: Option<CommitId>) -> Result<(), SyncError> {
        let repo = &self.workspace.repo;
        let theirs = there.map(|there| repo.tree_of(there)).transpose()?;
        let mine = self.workspace.side.tree;
        self.report.pushed = entries_between(repo, &self.workspace.catalog, theirs, mine)?;
        Ok(())
    }
}

/// Waits a little longer each time, by a number that two clones are unlikely to share.
fn pause(attempt: usize) {
    let mut byte = [0];
    let jitter = getrandom::fill(&mut byte).map_or(128, |()| u64::from(byte[0]));
    let longest = 20u64 << attempt.min(6);
    std::thread::sleep(Duration::from_millis(longest / 2 + longest * jitter / 512));
}
