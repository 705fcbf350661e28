//! Questions about the remote and the branch there: only a person knows where the other member is.

use crate::git::check_branch;
use crate::sync::{BranchQuestion, NamedRemote, Relation, UpstreamError};

use super::rewritten::other_place;
use super::{Exit, Failure};
use crate::cli::Hint;

const NOTHING: &str = "nothing was sent or taken in; what is here is safe";

impl From<UpstreamError> for Failure {
    fn from(e: UpstreamError) -> Self {
        let failure = Failure::of(Exit::Decide, &e).cause(NOTHING);
        match e {
            UpstreamError::Branch(question) => of_branch(failure, &question),
            UpstreamError::SeveralRemotes { names, local } => failure.hints(
                names
                    .iter()
                    .map(|name| track(&local, name).why(format!("if the other member reads {name}"))),
            ),
            UpstreamError::OtherRemote {
                tracked,
                synced,
                local,
            } => failure
                .cause(line("tracked now:", &tracked))
                .cause(line("synced before:", &synced))
                .hint(
                    track(&local, &synced.name)
                        .why("stay where the pair was synced, if the other member does"),
                )
                .hint(Hint::ours(["sync", "--follow"]).why(format!("go over to {}", tracked.name))),
            UpstreamError::OtherPlace {
                remote,
                was,
                is,
                followed,
                question,
            } => {
                let mut failure = failure
                    .cause(format!("before: {was}"))
                    .cause(format!("now: {is}"));
                if !followed {
                    failure = failure.hint(
                        Hint::in_clone(["git", "remote", "set-url", remote.as_str(), was.as_str()])
                            .why("set the old address, if the new one was not meant"),
                    );
                }
                other_place(failure, &question, followed)
            }
            UpstreamError::OtherAddressLost {
                remote,
                address,
                is_push_url,
                was,
                is,
            } => {
                let is = is.map_or_else(
                    || "has no such branch now".to_owned(),
                    |is| format!("is at {is} now"),
                );
                other_address_lost(failure, &remote, is_push_url)
                    .cause(format!("{address} was at {was}, and {is}"))
                    .cause("somebody may have taken a text out there, and not at the address that is read")
            }
            UpstreamError::OutElsewhere(text) => {
                let failure = failure
                    .cause("it was meant to be private or confidential, and was not sent there")
                    .cause(format!("the old address has it: {}", text.was))
                    .cause(format!("the new one has not: {}", text.is));
                let to = text.branches.join(":");
                match &text.remote {
                    Some(remote) => failure.hint(
                        Hint::in_clone(["git", "push", remote, &to])
                            .why("if whoever reads there may read it, send it by hand")
                            .then(Hint::ours(["sync"])),
                    ),
                    None => failure,
                }
            }
            UpstreamError::Unrelated { remote } => failure
                .hint(
                    Hint::in_clone(["git", "remote", "set-url", &remote, "URL"]).why("set the right address"),
                )
                .hint(
                    Hint::ours(["sync", "--accept-rewrite"])
                        .why("or, if it is this pair with a history made anew, keep what both have"),
                ),
        }
    }
}

/// How a branch is made to track a remote.
fn track(local: &str, remote: &str) -> Hint {
    Hint::in_clone(["git", "config", &format!("branch.{local}.remote"), remote])
}

fn line(what: &str, remote: &NamedRemote) -> String {
    format!("{what} {} ({})", remote.name, remote.url)
}

/// How a sync goes over to a branch that has a part of the history of one that is gone.
fn over_to(name: &str, question: &BranchQuestion) -> Hint {
    let then = match question.seen {
        Some(_) => "; sync asks whether the rest goes there",
        None => ": both are merged",
    };
    Hint::ours(["sync", "--branch", name])
        .why(format!("go over to {name}, if the other member is there{then}"))
}

fn of_branch(failure: Failure, question: &BranchQuestion) -> Failure {
    let by_name = |name: &str| Hint::ours(["sync", "--branch", name]);
    let branch = question.branch.as_str();
    let mut failure = failure;
    if let Some(was) = &question.moved_from {
        failure = failure.cause(format!("the remote has another address now; before it was {was}"));
    }
    match &question.head {
        Some(head) => {
            let name = &head.name;
            let holds = match (head.relation, &question.seen) {
                (Relation::Holds, Some(seen)) => {
                    format!("holds what was last seen on {branch} ({seen})")
                }
                (Relation::Holds, None) => "holds all of it".to_owned(),
                (Relation::Shares, Some(seen)) => {
                    format!("does not hold what was last seen on {branch} ({seen})")
                }
                (Relation::Shares, None) => "has a part of it".to_owned(),
                (Relation::Unrelated, _) => "has nothing in common with it".to_owned(),
            };
            failure = failure.cause(format!("the remote's HEAD names {name}, which {holds}"));
            failure = match head.relation {
                _ if check_branch(name).is_err() => {
                    failure.cause(format!("{name} is no name that sync goes to"))
                }
                Relation::Holds => failure.hint(
                    Hint::ours(["sync", "--follow"])
                        .why(format!("follow it to {name}, with all that is unsent")),
                ),
                Relation::Shares if question.stands => failure.hint(by_name(name).why(format!(
                    "go over to {name}, if the other member is there; both are merged, unless {branch} was rewritten"
                ))),
                Relation::Shares => failure.hint(over_to(name, question)),
                Relation::Unrelated => failure,
            };
        }
        None if question.is_empty => failure = failure.cause("the remote is empty"),
        None => failure = failure.cause("the remote's HEAD names no other branch that is there"),
    }
    for name in &question.holders {
        failure = failure
            .cause(format!("the branch {name} holds what was last seen"))
            .hint(by_name(name).why(format!("go over to {name}, if the other member is there")));
    }
    for name in &question.sharers {
        failure = failure
            .cause(format!("the branch {name} has a part of what was last seen"))
            .hint(over_to(name, question));
    }
    let is_there = question.stands;
    let leads_on = !(question.holders.is_empty() && question.sharers.is_empty())
        || question
            .head
            .as_ref()
            .is_some_and(|head| head.relation != Relation::Unrelated);
    match (is_there, leads_on) {
        (true, _) => failure.hint(by_name(branch).why(format!("stay on {branch}, if the other member does"))),
        // Nobody is led to make the old branch beside the one that took its place.
        (false, true) => failure,
        (false, false) => failure.hint(
            by_name(branch)
                .why("ask the other member what happened; then make it there, with everything that is here"),
        ),
    }
}

/// The ways on where another address that is pushed to lost commits.
fn other_address_lost(failure: Failure, remote: &str, is_push_url: bool) -> Failure {
    let push = is_push_url.then_some("--push");
    let let_go = ["git", "remote", "set-url", "--delete"].into_iter().chain(push);
    failure
        .hint(
            Hint::in_clone(["git", "remote", "-v"])
                .why("find that address, and let it go")
                .then(Hint::in_clone(let_go.chain([remote, "URL"]))),
        )
        .hint(Hint::ours(["sync", "--accept-rewrite"]).why("or send everything there again"))
}
