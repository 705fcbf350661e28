//! Words for files: left as they lie, in the way, or carried beside the records (docs/sync.md#hand-edits).

use crate::cli::Hint;
use crate::cli::output::Output;
use crate::model::{EntryId, Problem, visible_in_line};
use crate::sync::{SyncNote, SyncReport};

/// So many are named.
const NAMED: usize = 3;

/// Says a note about a file.
pub(super) fn say_of_files(out: &mut Output, note: &SyncNote) {
    match note {
        SyncNote::ConflictMarkers(path) => {
            out.warn(format!(
                "{} holds conflict markers of git's, and was left alone",
                visible_in_line(path)
            ));
            out.hint(
                Hint::git_on(&["add"], path)
                    .why("finish it in an editor, then")
                    .then(Hint::ours(["sync"])),
            );
        }
        SyncNote::FilterFailed(path) => {
            out.warn(format!(
                "{} goes through a filter of git's that failed, and was left alone",
                visible_in_line(path)
            ));
            out.hint(Hint::in_clone(["git", "status"]).why("run the filter and see its words"));
        }
        SyncNote::BothKept {
            path,
            theirs,
            problem,
        } => {
            let why = problem.as_ref().map_or_else(String::new, |problem| {
                format!(", which cannot be read: {problem}")
            });
            out.warn(format!(
                "{} was changed on both sides: the other version is {}{why}",
                visible_in_line(path),
                visible_in_line(theirs)
            ));
        }
        SyncNote::KeptApart {
            problem,
            left_out,
            beside,
        } => say_kept_apart(out, problem, left_out, beside),
        SyncNote::NotSettled(problem) => {
            out.warn(format!(
                "entries were not brought together, or not sealed for the keys of today: {problem}"
            ));
            out.hint("remove entries from this record, and sync again");
        }
        SyncNote::EditedAfterRead(path) => {
            let path = visible_in_line(path);
            out.say(format!("{path} was edited meanwhile; it goes with the next sync"))
        }
        SyncNote::LeftAlone(path) => {
            out.warn(format!(
                "{} was not written: something else stands in its place, a filter of git's failed, or it is larger than 512 MiB",
                visible_in_line(path)
            ));
            out.hint(Hint::in_clone(["git", "status"]).why("see how it stands"));
        }
        SyncNote::MovedAside { path, to } => out.warn(format!(
            "{} was in the way and is now {}",
            visible_in_line(path),
            visible_in_line(to)
        )),
        SyncNote::StashKept { path, stash } => say_stash_kept(out, path, *stash),
        SyncNote::Removed(path) => out.say(format!(
            "{} is gone from the folder, and goes for both of you",
            visible_in_line(path)
        )),
        SyncNote::Untracked(1) => out.say("1 file here is not tracked by git and was left alone"),
        SyncNote::Untracked(count) => out.say(format!(
            "{count} files here are not tracked by git and were left alone"
        )),
        SyncNote::OtherFiles { came, went } => say_carried(out, came, went),
        _ => {}
    }
}

/// Says that git's stash still holds what it would have brought.
fn say_stash_kept(out: &mut Output, path: &str, stash: usize) {
    out.warn(format!(
        "git had stopped at {}: what it would have brought is still in the stash",
        visible_in_line(path)
    ));
    out.hint(
        Hint::in_clone(["git", "show", &format!("stash@{{{stash}}}:{path}")])
            .why("see it, write it in by hand, and drop the stash")
            .then(Hint::in_clone([
                "git",
                "stash",
                "drop",
                &format!("stash@{{{stash}}}"),
            ])),
    );
}

/// Says which entries do not fit into a record, and where their words are.
fn say_kept_apart(out: &mut Output, problem: &Problem, left_out: &[EntryId], beside: &[String]) {
    let place = match beside {
        [] => "what does not fit in stays where it was, or in history".to_owned(),
        beside => format!("all of it is in {}", named(beside)),
    };
    out.warn(format!("not everything fits into one record: {problem}; {place}"));
    let ids: Vec<String> = left_out.iter().map(ToString::to_string).collect();
    if !ids.is_empty() {
        out.say(format!("  without room: {}", ids.join(", ")));
    }
    if let Some(first) = ids.first() {
        out.hint(
            Hint::ours(["restore", first]).why("make room in that record, and bring each back that you miss"),
        );
    }
}

/// Names the files that came, and those that went.
fn say_carried(out: &mut Output, came: &[String], went: &[String]) {
    for (from, paths) in [("the other side", came), ("here", went)] {
        if !paths.is_empty() {
            out.say(format!("beside the records, from {from}: {}", named(paths)));
        }
    }
}

pub(super) fn has_other_files(report: &SyncReport) -> bool {
    let is_of_others = |note: &SyncNote| matches!(note, SyncNote::OtherFiles { .. });
    report.notes.iter().any(is_of_others)
}

fn named(paths: &[String]) -> String {
    let first: Vec<String> = paths
        .iter()
        .take(NAMED)
        .map(|path| visible_in_line(path))
        .collect();
    let first = first.join(", ");
    match paths.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
