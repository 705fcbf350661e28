//! Commits of which a person has to say whether they go to the remote (docs/sync.md#rewritten), side by side.

use std::cell::RefCell;
use std::collections::BTreeSet;

use oneonone::git::CommitId;
use oneonone::model::Files;
use oneonone::sync::replica::{History, Replica};
use oneonone::sync::{
    EntryAtStake, LocalRewrite, OnRewrite, RewriteQuestion, SyncError, SyncNote, SyncReport,
};

use super::place::{ANA, LAPTOP, SAM, Twins};
use super::steps::{add, id, sealed, set};
use crate::simulator::replica::MemoryReplica;
use crate::simulator::sync::Fault;

/// The answers of a replica about the commits that it has and the remote has not, and about those that came there.
struct Unsent {
    made_elsewhere: BTreeSet<CommitId>,
    came_back: Result<usize, LocalRewrite>,
    at_stake: Vec<EntryAtStake>,
    instead: Option<CommitId>,
}

impl Unsent {
    fn of<C: Replica>(replica: &C, there: CommitId) -> Result<Self, SyncError> {
        let changes = [(Some(there), replica.tip().unwrap())];
        Ok(Self {
            made_elsewhere: replica.made_elsewhere(there)?,
            came_back: match replica.refuse_local_rewrite(there) {
                Ok(count) => Ok(count),
                Err(SyncError::LocalRewrite(rewrite)) => Err(*rewrite),
                Err(other) => return Err(other),
            },
            at_stake: replica.at_stake(Some(there), &changes)?,
            instead: replica.instead()?,
        })
    }
}

impl Twins {
    /// Both sides say the same of a clone's unsent commits; Git's answers are given.
    fn unsent(&mut self, who: usize) -> Unsent {
        self.turn();
        self.person(who)
            .git(["fetch", "-q", "--refmap=", "origin", "main:refs/fetched"])
            .ok();
        let there = self.repo(who).reference("refs/fetched").unwrap().unwrap();
        let workspace = self.open(who).unwrap();
        let git = Unsent::of(&workspace, there).unwrap();
        drop(workspace);
        let there = self.memory.remote;
        let (tip, read) = self.memory.open(who).unwrap();
        let world = RefCell::new(&mut self.memory);
        let replica = MemoryReplica::new(&world, who, tip, read, Fault::None);
        let memory = Unsent::of(&replica, there).unwrap();
        drop(replica);
        self.compare(who);
        let there: BTreeSet<CommitId> = git.made_elsewhere.iter().map(|c| self.in_memory(*c)).collect();
        assert_eq!(there, memory.made_elsewhere, "made elsewhere");
        match (&git.came_back, &memory.came_back) {
            (Err(git), Err(memory)) => self.same_rewrite(git, memory),
            (git, memory) => assert_eq!(git, memory),
        }
        self.same_entries(&git.at_stake, &memory.at_stake);
        assert_eq!(git.instead.map(|c| self.in_memory(c)), memory.instead);
        git
    }

    /// The commit of memory that is the same as one of Git's.
    fn in_memory(&self, git: CommitId) -> CommitId {
        let mut commits = self.same.commits.all();
        let known = commits.find(|(known, _)| *known == git);
        known.unwrap_or_else(|| panic!("{git} was never met")).1
    }

    /// The same by its short name.
    fn short_in_memory(&self, git: &str) -> String {
        let mut commits = self.same.commits.all();
        let known = commits.find(|(known, _)| known.short() == *git);
        known.unwrap_or_else(|| panic!("{git} was never met")).1.short()
    }

    fn same_entries(&mut self, git: &[EntryAtStake], memory: &[EntryAtStake]) {
        let words = |entry: &EntryAtStake| (entry.kind.clone(), entry.text.clone());
        let all = |entries: &[EntryAtStake]| entries.iter().map(words).collect::<Vec<_>>();
        assert_eq!(all(git), all(memory), "the entries at stake");
        for (git, memory) in git.iter().zip(memory) {
            self.same.entry(git.id, memory.id);
        }
    }

    /// Both sides ask the same.
    pub(super) fn same_question(&mut self, git: &RewriteQuestion, memory: &RewriteQuestion) {
        let short = |commit: &Option<String>| Some(self.short_in_memory(commit.as_ref()?));
        assert_eq!(
            (short(&git.was), short(&git.is)),
            (memory.was.clone(), memory.is.clone())
        );
        let goes_back = memory.goes_back + self.before_the_first(git.is.as_deref());
        assert_eq!(
            (git.goes_back, git.unsent),
            (goes_back, memory.unsent),
            "commits that go back, and unsent entries"
        );
        self.same_entries(&git.at_stake, &memory.at_stake);
    }

    /// How many commits Git has before the first that memory knows, if the remote's tip has none of them.
    fn before_the_first(&self, there: Option<&str>) -> usize {
        let (first, first_here) = self.same.commits.all().next().unwrap();
        let mut commits = self.same.commits.all();
        let there = there.and_then(|there| commits.find(|(git, _)| git.short() == there));
        match there {
            Some((_, there)) if !self.memory.dag.ancestor(first_here, there) => {
                let repo = self.repo(ANA);
                repo.ancestors(first, &[]).unwrap().count() - 1
            }
            _ => 0,
        }
    }

    /// Both sides name the same rewrite.
    pub(super) fn same_rewrite(&self, git: &LocalRewrite, memory: &LocalRewrite) {
        let there = self.in_memory(git.there.parse().unwrap()).to_string();
        assert_eq!(LocalRewrite { there, ..git.clone() }, *memory);
    }

    /// A sync that asks, on both sides.
    fn asks(&mut self, who: usize) -> RewriteQuestion {
        assert!(self.sync_with(who, Fault::None, OnRewrite::Ask).is_none());
        match self.memory.asked.take() {
            Some(SyncError::Rewritten(question)) => *question,
            other => panic!("{other:?}"),
        }
    }

    /// `git pull` of what another clone has, on both sides.
    fn plain_pull_of(&mut self, who: usize, other: usize) {
        self.turn();
        let folder = self.people[other].cwd.display().to_string();
        let pull = ["pull", "-q", "--no-rebase", "--no-edit", &folder, "main"];
        self.person(who).git(pull).ok();
        self.memory.plain_pull_of(who, other).unwrap();
        self.compare(who);
    }

    /// `git commit --amend` of everything that lies there, on both sides.
    fn plain_amend(&mut self, who: usize, edit: impl Fn(&mut Files)) {
        self.turn();
        self.by_hand(who, &edit);
        let amend = ["commit", "-q", "-n", "-a", "--amend", "--no-edit"];
        self.person(who).git(amend).ok();
        let files = self.memory.dag.tree(&self.memory.clones[who].work);
        self.memory.amend(who, &files);
        self.compare(who);
    }
}

/// Everybody has two entries of ana's.
fn two_entries() -> Twins {
    let mut twins = Twins::new();
    twins.command(ANA, |state, _| add(state, 1, "one"));
    twins.command(ANA, |state, _| add(state, 2, "two"));
    for who in [ANA, SAM, LAPTOP] {
        twins.sync(who);
    }
    twins
}

fn other_text(files: &mut Files) {
    let agenda = files.get_mut("agenda.toml").unwrap();
    let text = String::from_utf8(agenda.clone()).unwrap();
    *agenda = text.replace("\"two\"", "\"second\"").into_bytes();
}

#[test]
fn commits_that_came_from_another_clone() {
    for who in [SAM, LAPTOP] {
        let mut twins = two_entries();
        let pair = twins.pair.clone();
        twins.command(ANA, |state, _| add(state, 3, "three"));
        twins.command(ANA, |state, locks| sealed(state, locks, &pair, 4, "hush"));
        // Ana made the commits that she has not sent, where she is.
        assert!(twins.unsent(ANA).made_elsewhere.is_empty());
        twins.plain_pull_of(who, ANA);
        twins.command(who, |state, _| set(state, 1, "mood", "fine"));
        assert_eq!(twins.unsent(who).made_elsewhere.len(), 2);
        let question = twins.asks(who);
        assert_eq!((question.was, question.goes_back, question.unsent), (None, 2, 1));
        let at_stake: Vec<_> = question
            .at_stake
            .iter()
            .map(|entry| (entry.id, entry.text.as_deref()))
            .collect();
        assert_eq!(at_stake, [(id(3), Some("three")), (id(4), None)]);
        let report = twins.sync_with(who, Fault::None, OnRewrite::Accept).unwrap();
        assert_eq!(report.outgoing.entries(), 3);
        twins.rest();
    }
}

#[test]
fn commits_that_plain_git_merged_and_committed() {
    let mut twins = two_entries();
    twins.command(ANA, |state, _| add(state, 3, "three"));
    twins.by_hand(SAM, other_text);
    twins.plain_commit(SAM);
    // Sam's own commit was made here, whoever wrote the entry.
    assert!(twins.unsent(SAM).made_elsewhere.is_empty());
    twins.plain_pull(SAM);
    assert!(twins.unsent(SAM).made_elsewhere.is_empty());
    twins.sync(SAM);
    twins.rest();
}

#[test]
fn sent_commits_that_plain_git_amended() {
    for came in [0, 1] {
        let mut twins = two_entries();
        for _ in 0..came {
            twins.command(SAM, |state, _| add(state, 3, "three"));
            twins.sync(SAM);
        }
        twins.plain_amend(ANA, other_text);
        assert_eq!(twins.unsent(ANA).came_back.unwrap_err().came, came);
        assert!(twins.sync_with(ANA, Fault::None, OnRewrite::Ask).is_none());
        assert!(matches!(twins.memory.asked, Some(SyncError::LocalRewrite(_))));
        assert!(
            twins
                .sync_with(ANA, Fault::None, OnRewrite::Accept)
                .unwrap()
                .merged
        );
        twins.rest();
    }
}

#[test]
fn an_amended_commit_of_the_same_words_is_merged() {
    let mut twins = two_entries();
    twins.plain_amend(ANA, |_| {});
    assert_eq!(twins.unsent(ANA).came_back, Ok(1));
    twins.sync(ANA);
    twins.rest();
}

#[test]
fn sent_commits_that_a_reset_took_off() {
    let mut twins = two_entries();
    twins.turn();
    twins.person(ANA).git(["reset", "-q", "--hard", "HEAD~"]).ok();
    twins.memory.plain_reset(ANA);
    twins.compare(ANA);
    assert_eq!(twins.unsent(ANA).came_back, Ok(1));
    twins.command(ANA, |state, _| set(state, 1, "mood", "fine"));
    assert!(twins.sync(ANA).merged);
    twins.rest();
}

#[test]
fn a_branch_that_is_not_there_beside_one_that_was_rewritten() {
    let mut twins = two_entries();
    let parent = twins.repo(ANA).parents(twins.remote()).unwrap()[0];
    let parent_here = twins.memory.dag.parents_of(twins.memory.remote)[0];
    twins.force(SAM, parent, parent_here);
    twins.command(ANA, |state, _| add(state, 3, "three"));
    assert!(twins.sync_with(ANA, Fault::NoBranch, OnRewrite::Ask).is_none());
    let Some(SyncError::Rewritten(question)) = twins.memory.asked.take() else {
        panic!("nobody asked");
    };
    assert!(twins.memory.instead.is_some() && question.is.is_none());
    let at_stake: Vec<_> = question.at_stake.iter().map(|entry| entry.id).collect();
    assert_eq!((question.goes_back, at_stake), (2, vec![id(2)]));
    assert_eq!(twins.unsent(ANA).instead, None);
}

#[test]
fn a_remote_that_lost_an_entry() {
    let mut twins = two_entries();
    let pair = twins.pair.clone();
    let (before, here) = (twins.remote(), twins.memory.remote);
    twins.command(ANA, |state, locks| sealed(state, locks, &pair, 3, "hush"));
    twins.command(ANA, |state, _| set(state, 2, "mood", "fine"));
    twins.sync(ANA);
    twins.force(SAM, before, here);
    twins.command(ANA, |state, _| add(state, 4, "four"));
    let question = twins.asks(ANA);
    let at_stake: Vec<_> = question.at_stake.iter().map(|entry| entry.id).collect();
    assert_eq!(at_stake, [id(2), id(3)]);
    assert_eq!((question.goes_back, question.unsent), (3, 1));
    assert_eq!(twins.unsent(ANA).at_stake.len(), 3);
    twins.sync_with(ANA, Fault::None, OnRewrite::Accept).unwrap();
    twins.rest();
}

/// The entries whose changes a sync left out of the history that it took, and how many it put on top.
fn taken(report: &SyncReport) -> (Vec<String>, usize) {
    let mut notes = report.notes.iter();
    let taken = notes.find_map(|note| match note {
        SyncNote::RewriteTaken {
            left_out,
            put_on_top,
            kept: Some(_),
        } => Some((left_out.clone(), *put_on_top)),
        _ => None,
    });
    taken.unwrap()
}

#[test]
fn a_rewritten_history_that_is_taken() {
    let mut twins = two_entries();
    let (before, here) = (twins.remote(), twins.memory.remote);
    twins.command(ANA, |state, _| add(state, 3, "three"));
    twins.command(ANA, |state, _| set(state, 2, "mood", "fine"));
    twins.sync(ANA);
    twins.force(SAM, before, here);
    twins.command(ANA, |state, _| add(state, 4, "four"));
    twins.command(ANA, |state, _| set(state, 3, "mood", "cheerful"));
    twins.asks(ANA);
    let report = twins.sync_with(ANA, Fault::None, OnRewrite::Take).unwrap();
    assert_eq!(taken(&report), (vec![id(3).to_string()], 1));
    twins.rest();
    twins.sync_with(ANA, Fault::None, OnRewrite::Take).unwrap();
}

#[test]
fn own_commits_alone_are_put_on_top() {
    let mut twins = two_entries();
    twins.command(ANA, |state, _| add(state, 3, "three"));
    twins.plain_pull_of(SAM, ANA);
    twins.command(SAM, |state, _| set(state, 1, "mood", "fine"));
    twins.command(SAM, |state, _| set(state, 3, "mood", "cheerful"));
    twins.asks(SAM);
    let report = twins.sync_with(SAM, Fault::None, OnRewrite::Take).unwrap();
    assert_eq!(taken(&report), (vec![id(3).to_string()], 1));
    twins.rest();
}

#[test]
fn a_commit_of_mine_before_one_that_is_left_out_brings_nothing_back() {
    let mut twins = two_entries();
    let (before, here) = (twins.remote(), twins.memory.remote);
    twins.command(ANA, |state, _| add(state, 4, "four"));
    twins.sync(ANA);
    twins.sync(SAM);
    twins.command(SAM, |state, _| add(state, 3, "three"));
    twins.plain_pull_of(ANA, SAM);
    twins.command(ANA, |state, _| set(state, 3, "text", "other words"));
    twins.plain_pull_of(SAM, ANA);
    twins.command(SAM, |state, _| set(state, 1, "mood", "fine"));
    twins.force(ANA, before, here);
    twins.asks(SAM);
    let report = twins.sync_with(SAM, Fault::None, OnRewrite::Take).unwrap();
    assert_eq!(taken(&report), (vec![id(3).to_string()], 1));
    twins.sync(SAM);
}
