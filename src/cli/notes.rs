//! What a person should know beside the answer, in words.

use crate::git::Repository;
use crate::model::{State, visible};
use crate::query::Records;
use crate::render::{Note, Notes};
use crate::sync::{Address, Asked, SyncNote, Written, authors_of};

use super::context::Context;
use super::error::Failure;
use super::hint::Hint;

/// Says each of the notes once.
pub(super) fn say_all(context: &mut Context, notes: &[SyncNote]) {
    let mut said: Vec<&SyncNote> = Vec::new();
    for note in notes {
        if said.contains(&note) {
            continue;
        }
        said.push(note);
        say(context, note);
    }
}

fn say(context: &mut Context, note: &SyncNote) {
    let out = &mut context.out;
    match note {
        SyncNote::Kept(id) => {
            out.say(format!("kept {id}: one of you removed it, the other edited it"));
            out.hint(Hint::remove(*id));
        }
        SyncNote::Broken(_, problem) => {
            out.warn(format!(
                "a record from the other side is broken and was left as it is: {problem}"
            ));
            out.hint("everything else was synced; they see what is wrong when they check their records");
        }
        SyncNote::Beside { path, theirs } => out.warn(format!(
            "{path} was changed on both sides: the other version is {theirs}"
        )),
        SyncNote::EditedMeanwhile(path) => out.say(format!(
            "{} was edited meanwhile; it goes with the next sync",
            visible(path)
        )),
        SyncNote::LeftAlone(path) => {
            out.warn(format!(
                "{path} was not written: something else stands in its place, or a filter of git's failed"
            ));
            out.hint(Hint::run(["git", "status"]).why("see how it stands"));
        }
        SyncNote::Unfinished(path) => {
            out.warn(format!(
                "{path} holds conflict markers of git's, and was left alone"
            ));
            out.hint(
                Hint::run(["git", "add", path.as_str()])
                    .why("finish it in an editor, then")
                    .then(Hint::ours(["sync"])),
            );
        }
        SyncNote::Unconverted(path) => {
            out.warn(format!(
                "{path} goes through a filter of git's that failed, and was left alone"
            ));
            out.hint(Hint::run(["git", "status"]).why("run the filter and see its words"));
        }
        SyncNote::MovedAside { path, to } => out.warn(format!("{path} was in the way and is now {to}")),
        SyncNote::FinishedMerge => out.say("finished the merge that git had left half-done"),
        SyncNote::CompletedThere(branch) => out.say(format!(
            "what an earlier command had begun is complete on its branch, {}",
            visible(branch)
        )),
        SyncNote::KeptCommit { branch, at } => {
            out.warn(format!(
                "what an earlier command had begun on the branch {} could not be put there, and is kept",
                visible(branch)
            ));
            out.hint(merge(at).why("on the branch where it belongs; a sync then does the rest"));
        }
        SyncNote::Undoubled(id) => out.say(format!(
            "{id} stood in two places after a merge by plain git; it is one again"
        )),
        SyncNote::SplitOff { from, to } => {
            out.say(format!(
                "{from} is shared; what you had changed in it under seal is an entry of its own: {to}"
            ));
        }
        SyncNote::PutBack(id) => out.warn(format!(
            "the visibility of {id} had been changed in clear; what is sealed decides, and it was put back"
        )),
        SyncNote::Resealed(count) => out.say(format!("sealed {count} entries anew for the keys of today")),
        SyncNote::Pinned(slug, key) => out.say(format!("first sight of the key of {slug}: {}", visible(key))),
        SyncNote::KeyChanged(slug) => {
            out.warn(format!(
                "the keys of {slug} changed; nothing is sealed for them until you trust the new ones"
            ));
            out.hint(Hint::ours(["key", "trust", slug.as_str()]).why("ask them, then trust the keys"));
        }
        SyncNote::InClear { entry, author } => {
            let seals = match author {
                Some(author) => format!("; {author} alone can seal it, with an edit"),
                None => String::new(),
            };
            out.warn(format!(
                "{entry} was to be sealed and came in clear from another clone: everyone with a clone can read it{seals}"
            ));
            if author.is_none() {
                out.hint(
                    Hint::ours(["edit", &entry.to_string()])
                        .why("seal it with a new text; history keeps the old one"),
                );
            }
        }
        SyncNote::SealedLate(id) => out.warn(format!(
            "{id} is sealed from now on; history keeps the text as it was"
        )),
        SyncNote::NewBranch { branch, before } => {
            out.warn(format!(
                "the branch {branch} is new at the remote; what is on it reaches nobody who syncs {before}"
            ));
            out.hint(
                Hint::run(["git", "switch", before])
                    .why("if it was not meant")
                    .then(merge(branch)),
            );
        }
        SyncNote::BroughtBack(count) => out.warn(format!(
            "{} that a merge by plain git had left out {} back",
            counted(*count),
            if *count == 1 { "is" } else { "are" }
        )),
        SyncNote::LeftBehind { commit, count } => {
            out.warn(format!(
                "{} of the last command's commit, {commit}, {} in this history no more",
                counted(*count),
                if *count == 1 { "is" } else { "are" }
            ));
            out.hint(merge(commit).why("bring it in; a sync then does the rest"));
        }
        SyncNote::StashKept(path) => {
            out.warn(format!(
                "git had stopped at {path}: what it would have brought is still in the stash"
            ));
            out.hint(
                Hint::run(["git", "show", &format!("stash@{{0}}:{path}")])
                    .why("see it, write it in by hand, and drop the stash")
                    .then(Hint::run(["git", "stash", "drop"])),
            );
        }
        SyncNote::Removed(path) => out.say(format!(
            "{} is gone from the folder, and goes for both of you",
            visible(path)
        )),
        SyncNote::Untracked(count) => out.say(format!(
            "{count} files here are not tracked by git and were left alone"
        )),
    }
}

/// Brings a commit or a branch in by hand, and syncs.
fn merge(what: &str) -> Hint {
    Hint::run(["git", "merge", what]).then(Hint::ours(["sync"]))
}

/// Says what a write-out came upon.
pub(super) fn say_written(context: &mut Context, written: &Written) {
    say_all(context, &written.notes());
}

/// Who wrote the values of conflicts: found in history when it is shown (design, section 3).
pub(super) fn of_conflicts(repo: &Repository, records: &Records, state: &State) -> Result<Notes, Failure> {
    let (mut keys, mut asked) = (Vec::new(), Vec::new());
    for entry in records.entries.iter().filter(|e| e.has_conflict()) {
        let raw = state.entries.get(&entry.id).map(|p| &p.entry);
        // A body may have been opened; history knows it by its ciphertext.
        let mut bodies = raw.into_iter().flat_map(|t| t.rows_of("body"));
        for row in &entry.conflicts {
            let value = match row.field.as_str() {
                "body" => bodies.next().unwrap_or(row).alternative.clone(),
                _ => row.alternative.clone(),
            };
            keys.push((entry.id, row.clone()));
            asked.push(Asked {
                at: Address::Entry(entry.id),
                field: row.field.clone(),
                value,
            });
        }
    }
    let authors = authors_of(repo, &records.pair, &asked)?;
    let note = |by| Note { by, text: None };
    Ok(keys.into_iter().zip(authors.into_iter().map(note)).collect())
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    }
}
