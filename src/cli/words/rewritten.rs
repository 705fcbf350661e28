//! The words about a rewritten history of the remote.

use super::counted;
use super::saved_files::named;
use crate::cli::{Hint, output::Output};
use crate::model::{EntryId, number, one_or_many};
use crate::sync::{OwnChange, OwnChangeHow};

/// Commits, counted.
pub(in crate::cli) fn commits(count: usize) -> String {
    number(count, "commit", "commits")
}

/// The rewritten history was taken, or would be: then nothing is kept of the one before.
pub(super) fn say_taken(out: &mut Output, kept: Option<&str>, put_on_top: usize, left_out: &[String]) {
    let (took, is, are, was) = match kept {
        Some(_) => ("took", "is", "are", "was"),
        None => ("would take", "would be", "would be", "would be"),
    };
    let unsent = match put_on_top {
        0 if kept.is_some() => "no entry of yours was to be put on top".to_owned(),
        0 => "no entry of yours would be put on top".to_owned(),
        _ => format!(
            "{} that you had not sent {} on top",
            counted(put_on_top),
            one_or_many(put_on_top, is, are)
        ),
    };
    out.say(format!("{took} the rewritten history; {unsent}"));
    for at in left_out {
        out.warn(format!(
            "your unsent change of {at} {was} left out: the rewrite had changed or removed the same"
        ));
    }
    let Some(kept) = kept else { return };
    out.hint(
        Hint::in_clone(["git", "log", "-p", kept]).why("the history of before is kept, on this machine only"),
    );
    // A log that expires by its settings spares the stashes; `reflog expire --expire=now --all` empties them.
    let expire = [
        "-c",
        "gc.reflogExpire=now",
        "-c",
        "gc.reflogExpireUnreachable=now",
    ];
    let gc = ["git"].into_iter().chain(expire).chain(["gc", "--prune=now"]);
    out.hint(
        Hint::in_clone(["git", "update-ref", "-d", kept])
            .why("once nothing in it is missed, let it go here too; a stash keeps what it was made on")
            .then(Hint::in_clone(gc)),
    );
}

/// Commits came back that plain Git had taken off the branch.
pub(super) fn say_sent_came_back(out: &mut Output, count: usize) {
    let they = one_or_many(count, "it", "they");
    out.say(format!(
        "{} that this branch had lost came back: the remote still has what {they} {}",
        commits(count),
        one_or_many(count, "holds", "hold")
    ));
    out.hint("to take a text out for good, take it out here, and push by force before the next sync");
}

/// Entries went with the history that was rewritten, or stand otherwise since. None of their words is said again.
pub(super) fn say_went(out: &mut Output, gone: &[EntryId], own: &[OwnChange]) {
    let changed = own.iter().filter(|change| change.how != OwnChangeHow::Removed);
    let changed: Vec<EntryId> = changed.map(|change| change.stood.id).collect();
    for (ids, whose, how) in [
        (gone, "", "not in the rewritten history"),
        (&changed, " of yours", "otherwise in the rewritten history"),
    ] {
        if !ids.is_empty() {
            let (count, is) = (counted(ids.len()), one_or_many(ids.len(), "is", "are"));
            out.say(format!("{count}{whose} {is} {how}: {}", named(ids)));
        }
    }
}

/// Entries came that a rewritten history had taken out. None of their words is said beside it.
pub(super) fn say_back(out: &mut Output, entries: &[EntryId]) {
    let (count, is) = (counted(entries.len()), one_or_many(entries.len(), "is", "are"));
    out.warn(format!(
        "{count} that a rewritten history had taken out {is} back, here and at the remote: {}",
        named(entries)
    ));
}

/// Everything was kept, and went to the remote again.
pub(super) fn say_undone(out: &mut Output, count: usize) {
    if count > 0 {
        let went = one_or_many(count, "goes", "go");
        out.warn(format!(
            "everything is kept: {} that the remote does not have any more {went} there again",
            commits(count)
        ));
    }
}

/// Commits that were made elsewhere go to the remote.
pub(super) fn say_sent_from_elsewhere(out: &mut Output, count: usize) {
    let (were, go) = (
        one_or_many(count, "was", "were"),
        one_or_many(count, "goes", "go"),
    );
    out.warn(format!(
        "everything is kept: {} that {were} made elsewhere {go} to the remote",
        commits(count)
    ));
}
