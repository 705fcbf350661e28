//! The question whether commits that the remote does not have may go to it: what is at stake, both ways out, and what each
//! does (docs/sync.md#rewritten).

use crate::render::text::first_words;
use crate::sync::{EntryAtStake, LocalRewrite, RewriteQuestion};

use super::Failure;
use crate::cli::Hint;
use crate::cli::words::{counted, rewritten::commits};
use crate::model::one_or_many;

const ASK: &str = "ask the other member what happened: they may have taken a text out for good";

/// The history at the remote was rewritten, or commits were made elsewhere.
pub(super) fn rewritten(failure: Failure, question: &RewriteQuestion) -> Failure {
    let mut failure =
        failure.cause("nothing was changed, here or there; everything that was here is still here");
    if question.was.is_none() {
        failure = failure.cause(
            "a sync or plain git brought them here; the branch there may never have had them, or may have lost them since",
        );
    }
    let goes_back = commits(question.goes_back);
    let (taken, went) = match &question.was {
        Some(_) => (
            format!(
                "take the rewritten history, so that what it removed stays out; {}",
                on_top(question.unsent)
            ),
            format!("or keep everything that is here: it sends back what the rewrite removed, {goes_back}"),
        ),
        None => {
            let unsent = match question.unsent {
                0 => "nothing of yours is unsent".to_owned(),
                count => format!("your unsent changes are put on top, {}", counted(count)),
            };
            (
                format!("take the remote's history without them; {unsent}"),
                format!("or send everything that is here, {goes_back} from elsewhere too"),
            )
        }
    };
    failure = with_stake(failure, question);
    if question.is.is_some() || question.instead.is_some() {
        let branch = question.instead.as_ref().or(question.branch.as_ref());
        failure = failure.hint(way(branch, &["--take-rewrite"]).why(taken));
    }
    failure.hint(way(question.branch.as_ref(), &["--accept-rewrite"]).why(went))
}

/// Another address does not hold what was seen at the one of before. `followed` says that a person asked to go over to it.
pub(super) fn other_place(failure: Failure, question: &RewriteQuestion, followed: bool) -> Failure {
    let follow: &[&str] = if followed { &["--follow"] } else { &[] };
    let way = |out| way(question.branch.as_ref(), &[follow, &[out]].concat());
    let mut failure = with_stake(failure, question);
    if question.is.is_some() {
        failure = failure.hint(way("--take-rewrite").why(format!(
            "go there with its history, so that what it lacks stays out; {}",
            on_top(question.unsent)
        )));
    }
    failure.hint(way("--accept-rewrite").why(format!(
        "or keep everything that is here: {} that the new address lacks, taken out or not, {} there",
        commits(question.goes_back),
        one_or_many(question.goes_back, "goes", "go"),
    )))
}

/// Plain Git rewrote commits here that were sent before.
pub(super) fn rewritten_here(failure: Failure, rewrite: &LocalRewrite) -> Failure {
    let failure = failure
        .cause("nothing was changed, here or there")
        .cause("commits here are changed copies of some that the remote has: a merge would bring back what you took out");
    let accept = Hint::ours(["sync", "--accept-rewrite"]);
    if rewrite.came > 0 {
        let (came, are) = (commits(rewrite.came), one_or_many(rewrite.came, "is", "are"));
        return failure
            .cause(format!("{came} that came since {are} at the remote alone: a forced push would remove them"))
            .hint(accept.why(
                "take them in first, with everything that the remote has; then take the text out again, and push before others do",
            ));
    }
    let lease = format!("--force-with-lease={}:{}", rewrite.branch, rewrite.there);
    let to = format!("HEAD:refs/heads/{}", rewrite.branch);
    failure
        .hint(
            Hint::in_clone(["git", "push", &lease, &rewrite.remote, &to])
                .why("take it out at the remote too")
                .then(Hint::ours(["sync"])),
        )
        .hint(
            Hint::theirs(["sync", "--take-rewrite"])
                .why("then ask the other member to run this, which takes it out of their clone"),
        )
        .hint(accept.why("or keep what the remote has: it comes back here, and both histories are merged"))
}

fn with_stake(failure: Failure, question: &RewriteQuestion) -> Failure {
    let lines = at_stake(&question.at_stake).into_iter();
    lines.chain([ASK.to_owned()]).fold(failure, Failure::cause)
}

/// A sync that takes a way out, to the branch that a person named.
fn way(branch: Option<&String>, out: &[&str]) -> Hint {
    let chosen = branch.into_iter().flat_map(|branch| ["--branch", branch]);
    let words = ["sync"].into_iter().chain(chosen).chain(out.iter().copied());
    Hint::ours(words.collect::<Vec<_>>())
}

fn on_top(unsent: usize) -> String {
    match unsent {
        0 => "you have sent every entry".to_owned(),
        1 => "the 1 entry that you have not sent is put on top, if the rewrite left it alone".to_owned(),
        count => format!(
            "the {count} entries that you have not sent are put on top, where the rewrite left them alone"
        ),
    }
}

/// The entries that the remote does not have as they stand here, in words.
fn at_stake(entries: &[EntryAtStake]) -> Vec<String> {
    const NAMED: usize = 5;
    if entries.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "not at the remote as it stands here: {}",
        counted(entries.len())
    )];
    for entry in entries.iter().take(NAMED) {
        let kind = entry.kind.as_deref().unwrap_or("entry");
        lines.push(match &entry.text {
            Some(text) => format!("  {kind} {}: {}", entry.id, first_words(text)),
            None => format!("  {kind} {}", entry.id),
        });
    }
    if entries.len() > NAMED {
        lines.push(format!("  and {} more", entries.len() - NAMED));
    }
    lines
}
