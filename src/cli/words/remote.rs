//! Remarks in words about the remote: where a sync went, and where it did not.

use crate::git::{PublicAddress, check_branch};
use crate::model::visible;
use crate::sync::{OtherPlace, OtherRemote, SyncNote};

use crate::cli::{Hint, output::Output};

/// Says where a sync went, and where it did not. Whether the note was about that.
pub(super) fn say_of_remote(out: &mut Output, note: &SyncNote) -> bool {
    match note {
        SyncNote::NewBranch { branch, before } => {
            out.warn(format!(
                "the branch {branch} is new at the remote; what is on it reaches nobody who syncs {before}"
            ));
            out.hint(Hint::ours(["sync", "--branch", branch]).why("the other member goes there too, with"));
            out.hint(Hint::ours(["sync", "--branch", before]).why("go back, if it was not meant"));
        }
        SyncNote::Followed { was, is } => out.say(format!(
            "this clone syncs the branch {is} from now on, and no longer {was}"
        )),
        SyncNote::OtherThanHead { branch, head } => {
            out.warn(format!(
                "the remote's HEAD names {head}: what is on {branch} reaches nobody who syncs that"
            ));
            if check_branch(head).is_ok() {
                let over = Hint::ours(["sync", "--branch", head]);
                out.hint(over.why("go over to it, if the other member is there"));
            }
        }
        SyncNote::LeftBranches { were, is } => {
            let (branches, stand, it) = match were.as_slice() {
                [was] => (format!("the branch {was}"), "is", "it"),
                were => (format!("the branches {}", were.join(" and ")), "are", "one of them"),
            };
            out.warn(format!(
                "{branches} {stand} still at the remote, and nothing of the other member has come on {is} yet: they may \
                 sync {it}"
            ));
            out.hint(Hint::ours(["sync", "--branch", is]).why("the other member goes over, too, with"));
        }
        SyncNote::OtherRemote(other) => say_of_other(out, other),
        SyncNote::SilentRemote {
            address,
            is,
            branch,
            is_refused,
        } => {
            let why = match is_refused {
                true => "was not asked, as this clone refuses its protocol",
                false => "does not answer",
            };
            out.warn(format!(
                "{address}, another remote of this clone, {why}: nobody can say whether the other member syncs with it"
            ));
            out.hint(they_are_here(is.as_str(), branch));
        }
        SyncNote::NewAddress { was, is } => out.warn(format!(
            "this clone syncs with {is}, and nothing new of the other member has come from there: they may still sync \
             with {was}"
        )),
        SyncNote::SendsTo { read, to } => {
            let to: Vec<&str> = to.iter().map(PublicAddress::as_str).collect();
            out.say(format!("a sync reads {read} and sends to {}", to.join(" and to ")));
        }
        SyncNote::PushMissed { address, words } => {
            let words = words.lines().next().unwrap_or_default();
            out.warn(format!("the push address {address} did not take it: {words}"));
            out.hint(
                Hint::in_clone(["git", "remote", "-v"])
                    .why("see the addresses; the next push there brings all of it"),
            );
        }
        SyncNote::HostSaid(words) => say_of_host(out, words),
        SyncNote::MergeRefused => {
            out.warn("a merge is among what the remote refused");
            out.hint(
                "a host that forbids merge commits (a linear history) takes nothing from a pair that diverged: allow \
                 them for this branch",
            );
        }
        _ => return false,
    }
    true
}

/// Says the words that the host sent along with a push that it accepted: a few short lines, none of which can drive a
/// terminal.
fn say_of_host(out: &mut Output, words: &str) {
    /// So many lines of so many characters.
    const LINES: usize = 10;
    const CHARACTERS: usize = 200;
    let lines = words.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.collect();
    out.say("the remote says:");
    for line in lines.iter().take(LINES) {
        let plain = anstream::adapter::strip_str(line).to_string();
        let line = visible(&plain);
        let short: String = line.chars().take(CHARACTERS).collect();
        let more = if short.len() < line.len() { "…" } else { "" };
        out.say(format!("  {short}{more}"));
    }
    if let Some(more) = lines.len().checked_sub(LINES).filter(|more| *more > 0) {
        out.say(format!("  … and {more} more lines"));
    }
}

/// Says that the other member may sync with another remote of this clone, and which way each answer leads.
fn say_of_other(out: &mut Output, other: &OtherRemote) {
    let (is, address) = (other.is.as_str(), other.address.as_str());
    let how = match other.how {
        OtherPlace::Silent => ", and does not answer",
        OtherPlace::Refused => ", and was not asked: this clone refuses its protocol",
        OtherPlace::Ahead => ", and has commits that are not here",
        OtherPlace::Behind => "",
    };
    out.warn(format!(
        "this clone syncs with {is}, and the other member may sync with {address}, which is a remote of this clone, too{how}"
    ));
    out.hint(they_are_here(is, &other.branch));
    let remote = [
        "git".to_owned(),
        "config".to_owned(),
        format!("branch.{}.remote", other.local),
        other.name.clone(),
    ];
    let over = Hint::in_clone(remote).then(Hint::ours(["sync", "--follow"]));
    out.hint(over.why(format!("if they sync with {address}, go over to it")));
}

fn they_are_here(is: &str, branch: &str) -> Hint {
    Hint::ours(["sync", "--branch", branch]).why(format!("if they sync with {is}, say so once"))
}
