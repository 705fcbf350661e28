//! A commit is the parent's tree plus the named records (docs/sync.md#commits).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, Repository, Signature, TreeChange, TreeId, mode};
use crate::model::{EntryId, Form, Instant, Kind, Limits, Pair, RecordPath, Slug, State, Table};

use crate::sync::error::SyncError;
use crate::sync::load::side::Side;
use crate::sync::problems::problem;

/// The message of a merge that this program makes: one with another message is by plain Git.
pub(in crate::sync) const MERGE: &str = "merge by meaning";

/// The message of a commit over one of plain Git that took something back unseen.
pub(in crate::sync) const BRING_BACK: &str = "bring back what came beside an edit";

/// The files to write so that the records of a side say what a state says. A record that could not be read is
/// written over only where it was `mended`.
pub(in crate::sync) fn record_changes(
    repo: &Repository,
    side: &Side,
    state: &State,
    mended: &BTreeSet<RecordPath>,
) -> Result<Vec<TreeChange>, SyncError> {
    let (old, new) = (side.state.files(), state.files());
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut changes = Vec::new();
    for path in paths {
        let Some(record) = RecordPath::parse(path) else {
            continue;
        };
        if !side.is_read(record) && side.blobs.contains_key(&record) {
            // It would lose everything in it that was not read.
            return Err(SyncError::NotRead(path.clone()));
        }
        if side.broken.contains_key(&record) && !mended.contains(&record) {
            // A record that cannot be read is not written over.
            continue;
        }
        let blob = side.blobs.get(&record);
        let stands = blob.is_some() == new.contains_key(path);
        let anew = side.healed.contains(&record) || mended.contains(&record);
        if stands && old.get(path) == new.get(path) && !anew {
            continue;
        }
        let file = match new.get(path) {
            Some(bytes) => {
                check_size(path, bytes)?;
                Some((blob.map_or(mode::FILE, |file| file.mode), repo.write_blob(bytes)?))
            }
            None => None,
        };
        changes.push((path.clone(), file));
    }
    Ok(changes)
}

pub(in crate::sync) fn check_size(path: &str, bytes: &[u8]) -> Result<(), SyncError> {
    if bytes.len() <= Limits::FILE {
        return Ok(());
    }
    let (size, limit) = (bytes.len(), Limits::FILE);
    let what = format!("the record would hold {size} bytes; at most {limit} are allowed");
    let help = "remove entries from it, or end the meeting first";
    Err(problem(path, &what, help))
}

/// The message for a change: counts and kinds of shared entries, never a text, never anything out of a seal.
pub fn change_words(old: &State, new: &State) -> String {
    let mut counts: BTreeMap<(&str, Kind), usize> = BTreeMap::new();
    let ids: BTreeSet<&EntryId> = old.entries.keys().chain(new.entries.keys()).collect();
    for id in ids {
        let (before, after) = (old.entries.get(id), new.entries.get(id));
        if before == after {
            continue;
        }
        let Some(kind) = shared_kind(after.or(before).map(|p| &p.entry)) else {
            continue;
        };
        let what = match (before, after) {
            (None, _) => "add",
            (_, None) => "remove",
            (Some(b), Some(a)) if b.home != a.home => "move",
            _ => "change",
        };
        *counts.entry((what, kind)).or_default() += 1;
    }
    let words: Vec<String> = counts
        .into_iter()
        .map(|((what, kind), count)| format!("{what} {count} {kind}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if words.is_empty() {
        "update records".to_owned()
    } else {
        words.join(", ")
    }
}

fn shared_kind(entry: Option<&Table>) -> Option<Kind> {
    let entry = entry.filter(|e| !e.holds_ciphertext() && e.form() == Form::Clear)?;
    let kind = entry.get_str("kind").and_then(|kind| kind.parse().ok());
    Some(kind.unwrap_or(Kind::Topic))
}

/// Writes a commit; no reference moves.
pub(in crate::sync) fn write(
    repo: &Repository,
    tree: TreeId,
    parents: &[CommitId],
    message: &str,
    author: &Signature,
) -> Result<CommitId, SyncError> {
    Ok(repo.write_commit(tree, parents, &format!("{message}\n"), author, author)?)
}

/// The author of a commit: the member, or for somebody without a seat the name that Git is configured with.
pub(in crate::sync) fn signature(
    repo: &Repository,
    pair: &Pair,
    me: Option<&Slug>,
    now: Instant,
) -> Result<Signature, SyncError> {
    let member = me.and_then(|me| pair.member(me.as_str()));
    let name = match member {
        Some(member) => member.name.clone(),
        None => repo.user_name()?.unwrap_or_default(),
    };
    let name = Some(commit_name(&name)).filter(|name| !name.is_empty());
    let slug = member.map_or("nobody", |member| member.slug.as_str());
    let fallback = || format!("{slug}@oneonone.invalid");
    let (name, email) = (
        name.unwrap_or_else(|| "oneonone".to_owned()),
        repo.user_email()?.unwrap_or_else(fallback),
    );
    Ok(Signature {
        name,
        email,
        seconds: now.timestamp(),
        offset_minutes: 0,
    })
}

/// A name as the author of a commit bears it.
pub(in crate::sync) fn commit_name(name: &str) -> String {
    // Git has no place for these in a name.
    let name = name.replace(|c: char| matches!(c, '<' | '>') || c.is_control(), " ");
    name.trim().to_owned()
}
