//! Exchanges with the remote, side by side, and everything that can happen to one.

use oneonone::model::Value;
use oneonone::sync::replica::History;
use oneonone::sync::{Delivery, OnRewrite};

use super::place::{ANA, LAPTOP, SAM, Twins};
use super::steps::{add, edit_seal, in_clear, remove, sealed, set};
use crate::simulator::sync::Fault;

/// Both have an entry.
fn one_entry() -> Twins {
    let mut twins = Twins::new();
    twins.command(ANA, |state, _| add(state, 1, "one"));
    twins.sync(ANA);
    twins.sync(SAM);
    twins
}

/// Both have an entry, and each has a word of their own.
fn both_new() -> Twins {
    let mut twins = one_entry();
    twins.command(ANA, |state, _| add(state, 2, "ana's"));
    twins.command(SAM, |state, _| add(state, 3, "sam's"));
    twins.sync(SAM);
    twins
}

#[test]
fn nothing_new() {
    let mut twins = Twins::new();
    let report = twins.sync(ANA);
    assert_eq!(
        (report.outgoing.entries(), report.attempts, report.merged),
        (0, 0, false)
    );
}

#[test]
fn a_push() {
    let mut twins = Twins::new();
    twins.command(ANA, |state, _| add(state, 1, "one"));
    twins.command(ANA, |state, _| add(state, 2, "two"));
    let report = twins.sync(ANA);
    assert_eq!((report.outgoing.entries(), report.attempts), (2, 1));
    // The remote has the very commit.
    assert_eq!(twins.repo(ANA).head().unwrap().tip, twins.seen(ANA));
    assert_eq!(twins.remote(), twins.repo(ANA).head().unwrap().tip.unwrap());
}

#[test]
fn a_fast_forward() {
    let mut twins = one_entry();
    let report = twins.sync(LAPTOP);
    assert_eq!(
        (
            report.incoming.entries(),
            report.outgoing.entries(),
            report.attempts
        ),
        (1, 0, 0)
    );
    assert_eq!(twins.repo(LAPTOP).head().unwrap().tip, Some(twins.remote()));
}

#[test]
fn a_merge() {
    let mut twins = both_new();
    let report = twins.sync(ANA);
    assert!(report.merged && report.outgoing.entries() == 1 && report.incoming.entries() == 1);
    twins.rest();
}

#[test]
fn a_merge_with_a_conflict_and_a_kept_entry() {
    let mut twins = one_entry();
    twins.command(ANA, |state, _| add(state, 2, "two"));
    twins.sync(ANA);
    twins.sync(SAM);
    twins.command(ANA, |state, _| set(state, 1, "mood", "fine"));
    twins.command(ANA, |state, _| remove(state, 2));
    twins.command(SAM, |state, _| set(state, 1, "mood", "tired"));
    twins.command(SAM, |state, _| set(state, 2, "mood", "fine"));
    twins.sync(SAM);
    let report = twins.sync(ANA);
    assert_eq!((report.kept.len(), report.conflicts), (1, 1));
    twins.rest();
}

#[test]
fn two_bases_are_folded() {
    let mut twins = one_entry();
    let (first, first_here) = (twins.remote(), twins.memory.remote);
    twins.command(ANA, |state, _| set(state, 1, "mood", "fine"));
    twins.sync(ANA);
    let (second, second_here) = (twins.remote(), twins.memory.remote);
    // The remote goes back for a while: each merges what the other pushed.
    twins.force(ANA, first, first_here);
    twins.command(SAM, |state, _| set(state, 1, "mood", "tired"));
    twins.sync(SAM);
    twins.sync_with(ANA, Fault::Refused, OnRewrite::Accept).unwrap();
    twins.force(ANA, second, second_here);
    twins.sync_with(SAM, Fault::None, OnRewrite::Accept).unwrap();
    twins.command(ANA, |state, _| set(state, 1, "tone", "praise"));
    assert!(twins.sync(ANA).merged);
    let repo = twins.repo(ANA);
    let sides = repo.parents(twins.remote()).unwrap();
    assert_eq!(History::merge_bases(&repo, sides[0], sides[1]).unwrap().len(), 2);
    twins.rest();
}

#[test]
fn histories_with_nothing_in_common() {
    let mut twins = both_new();
    twins.sync(ANA);
    let repo = twins.repo(SAM);
    let head = repo.head().unwrap().tip.unwrap();
    // All of sam's records, without their past.
    let author = repo.commit_info(head).unwrap().author;
    let git = repo
        .write_commit(repo.tree_of(head).unwrap(), &[], "anew\n", &author, &author)
        .unwrap();
    repo.make_durable().unwrap();
    let here = twins.memory.clones[1].head;
    let state = twins.memory.dag.healed(here).state.clone();
    let author = twins.memory.dag.author(here).unwrap();
    let memory = twins.memory.dag.commit(state, &[], author);
    twins.command(ANA, |state, _| set(state, 1, "mood", "fine"));
    twins.force(SAM, git, memory);
    assert!(twins.sync_with(ANA, Fault::None, OnRewrite::Ask).is_none());
    twins.forget_seen(ANA);
    assert!(twins.sync_with(ANA, Fault::None, OnRewrite::Ask).is_none());
    assert!(
        twins
            .sync_with(ANA, Fault::None, OnRewrite::Accept)
            .unwrap()
            .merged
    );
    twins.sync_with(SAM, Fault::None, OnRewrite::Accept).unwrap();
    twins.sync_with(LAPTOP, Fault::None, OnRewrite::Accept).unwrap();
    twins.rest();
}

#[test]
fn a_remote_that_was_rewritten() {
    let mut twins = one_entry();
    let (before, here) = (twins.remote(), twins.memory.remote);
    twins.command(ANA, |state, _| set(state, 1, "mood", "fine"));
    twins.sync(ANA);
    twins.force(ANA, before, here);
    assert!(twins.sync_with(ANA, Fault::None, OnRewrite::Ask).is_none());
    assert_eq!(twins.remote(), before);
    assert_eq!(
        twins
            .sync_with(ANA, Fault::None, OnRewrite::Accept)
            .unwrap()
            .outgoing
            .entries(),
        1
    );
    twins.rest();
}

#[test]
fn a_lost_race_is_run_again() {
    let mut twins = both_new();
    twins.command(SAM, |state, _| add(state, 4, "quicker"));
    let mine = twins.repo(ANA).head().unwrap().tip.unwrap();
    let report = twins.sync_with(ANA, Fault::Race(SAM), OnRewrite::Ask).unwrap();
    assert_eq!((report.attempts, report.merged), (2, true));
    // The merge that lost is forgotten: what came in its place was merged with mine.
    let repo = twins.repo(ANA);
    let theirs = twins.repo(SAM).head().unwrap().tip.unwrap();
    assert_eq!(repo.parents(twins.remote()).unwrap(), [mine, theirs]);
    twins.rest();
}

#[test]
fn a_push_that_is_refused() {
    let mut twins = both_new();
    let report = twins.sync_with(ANA, Fault::Refused, OnRewrite::Ask).unwrap();
    assert!(matches!(report.delivery, Delivery::Denied { .. }) && report.merged);
    twins.rest();
}

#[test]
fn a_remote_that_is_not_reached() {
    let mut twins = both_new();
    let report = twins.sync_with(ANA, Fault::NotReached, OnRewrite::Ask).unwrap();
    assert!(matches!(report.delivery, Delivery::Unreachable { .. }) && !report.merged);
    twins.rest();
}

#[test]
fn an_answer_that_is_lost() {
    for (fault, arrives, is_known) in [
        (Fault::LostAnswer { looks: true }, true, true),
        (Fault::LostAnswer { looks: false }, true, false),
        (Fault::NotArrived, false, false),
    ] {
        let mut twins = both_new();
        let before = twins.remote();
        let report = twins.sync_with(ANA, fault, OnRewrite::Ask).unwrap();
        assert_eq!(report.delivery == Delivery::Delivered, is_known, "{fault:?}");
        assert_eq!(twins.remote() != before, arrives, "{fault:?}");
        assert_eq!(twins.seen(ANA) == Some(twins.remote()), is_known, "{fault:?}");
        twins.rest();
    }
}

#[test]
fn a_sealed_conflict_is_settled() {
    let mut twins = Twins::new();
    let pair = twins.pair.clone();
    twins.command(ANA, |state, locks| sealed(state, locks, &pair, 1, "hush"));
    twins.sync(ANA);
    twins.sync(LAPTOP);
    twins.sync(SAM);
    twins.command(ANA, |state, locks| {
        edit_seal(state, locks, &pair, 1, "mood", "fine")
    });
    twins.command(LAPTOP, |state, locks| {
        edit_seal(state, locks, &pair, 1, "text", "hush hush")
    });
    twins.sync(LAPTOP);
    assert!(twins.sync(ANA).merged);
    let agenda = String::from_utf8(twins.lying(ANA)["agenda.toml"].clone()).unwrap();
    assert_eq!(
        agenda.matches("sealed = ").count(),
        1,
        "one seal holds both edits: {agenda}"
    );
    twins.rest();
}

#[test]
fn a_secret_in_clear_stops_a_sync() {
    let mut twins = one_entry();
    let before = twins.remote();
    twins.by_hand(ANA, in_clear);
    twins.plain_commit(ANA);
    twins.sync_fails(ANA, "a text in clear", "a text in clear");
    assert_eq!(twins.remote(), before);
}

#[test]
fn what_is_sealed_says_the_same_in_both() {
    // The stand-in for age opens what it sealed, and nothing else.
    let mut twins = Twins::new();
    let pair = twins.pair.clone();
    twins.command(ANA, |state, locks| sealed(state, locks, &pair, 1, "hush"));
    let repo = twins.repo(ANA);
    let head = repo.head().unwrap().tip.unwrap();
    let side = repo.side(head).unwrap();
    let entry = &side.state.entries.values().next().unwrap().entry;
    assert_eq!(
        entry.get("visibility").and_then(Value::as_str),
        Some("confidential")
    );
    assert!(entry.get("text").is_none() && entry.get("sealed").is_some());
}
