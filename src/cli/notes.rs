//! What a person should know beside the answer, in words.

use crate::git::Repository;
use crate::model::{State, visible};
use crate::query::Records;
use crate::render::{Note, Notes};
use crate::sync::{Address, Asked, SyncNote, Written, authors_of};

use super::context::Context;
use super::error::Failure;

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
        SyncNote::Kept(id) => out.say(format!(
            "kept {id}: one of you removed it, the other edited it. If it should go: oneonone rm {id}"
        )),
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
            out.hint("git status     shows how it stands");
        }
        SyncNote::Unfinished(path) => {
            out.warn(format!(
                "{path} holds conflict markers of git's, and was left alone"
            ));
            out.hint("finish it in an editor, then: git add it, and oneonone sync");
        }
        SyncNote::Unconverted(path) => {
            out.warn(format!(
                "{path} goes through a filter of git's that failed, and was left alone"
            ));
            out.hint("git status     runs the filter and shows its words");
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
            out.hint(format!(
                "git merge {at}     on the branch where it belongs; oneonone sync then does the rest"
            ));
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
            out.hint(format!("ask them, then: oneonone key trust {slug}"));
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
                out.hint(format!(
                    "oneonone edit {entry}     seals it with its new text; history keeps the old one"
                ));
            }
        }
        SyncNote::SealedLate(id) => out.warn(format!(
            "{id} is sealed from now on; history keeps the text as it was"
        )),
        SyncNote::NewBranch { branch, before } => {
            let (branch, before) = (visible(branch), visible(before));
            out.warn(format!(
                "the branch {branch} is new at the remote; what is on it reaches nobody who syncs {before}"
            ));
            out.hint(format!(
                "where it was not meant: git switch {before} && git merge {branch}, then: oneonone sync"
            ));
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
            out.hint(format!(
                "git merge {commit}     brings it in; oneonone sync then does the rest"
            ));
        }
        SyncNote::StashKept(path) => {
            out.warn(format!(
                "git had stopped at {path}: what it would have brought is still in the stash"
            ));
            out.hint(format!(
                "git show stash@{{0}}:{path}     shows it, to be written in by hand; then: git stash drop"
            ));
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
