//! A commit is the parent's tree plus the named records (docs/sync.md#commits).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, Repository, Signature, TreeChange, TreeId, mode};
use crate::model::{EntryId, Form, Instant, Kind, Limits, Pair, Problem, RecordPath, Slug, State, Table};

use crate::sync::error::SyncError;
use crate::sync::load::changed_records::records_to_compare;
use crate::sync::load::listing::PartialListing;
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::side::Side;

/// The message of a merge that this program makes: one with another message is by plain Git.
pub(in crate::sync) const MERGE: &str = "merge by meaning";

/// What must be written so that the records of a side say what a state says. A record that could not be read is
/// written over only where it was `mended`.
///
/// # Errors
/// When a record would exceed the limits, or Git cannot write a blob.
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
            // What cannot be read is not written over.
            continue;
        }
        let stands = side.blobs.contains_key(&record) == new.contains_key(path);
        let anew = side.healed.contains(&record) || mended.contains(&record);
        if stands && old.get(path) == new.get(path) && !anew {
            continue;
        }
        match new.get(path) {
            Some(bytes) => {
                check_size(path, bytes)?;
                let file_mode = side.blobs.get(&record).map_or(mode::FILE, |f| f.mode);
                changes.push((path.clone(), Some((file_mode, repo.write_blob(bytes)?))));
            }
            None => changes.push((path.clone(), None)),
        }
    }
    Ok(changes)
}

pub(in crate::sync) fn check_size(path: &str, bytes: &[u8]) -> Result<(), SyncError> {
    if bytes.len() <= Limits::FILE {
        return Ok(());
    }
    let what = format!(
        "the record would hold {} bytes; at most {} are allowed",
        bytes.len(),
        Limits::FILE
    );
    Err(SyncError::Problems(vec![Problem::of_file(
        path,
        what,
        "remove entries from it, or end the meeting first",
    )]))
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
    Some(
        entry
            .get_str("kind")
            .and_then(|k| k.parse().ok())
            .unwrap_or(Kind::Topic),
    )
}

/// How many entries differ between two trees: added, changed or removed. No tree is an empty one.
pub(in crate::sync) fn entries_between(
    repo: &Repository,
    catalog: &RecordCache,
    old: Option<TreeId>,
    new: Option<TreeId>,
) -> Result<usize, SyncError> {
    if old == new {
        return Ok(0);
    }
    let mut listings = Vec::new();
    for tree in [old, new] {
        let listing = tree.map(|tree| catalog.listing(repo, tree)).transpose()?;
        listings.push(listing.unwrap_or_default());
    }
    let scope = records_to_compare(repo, catalog, &listings)?;
    let mut states = [old, new]
        .into_iter()
        .zip(listings)
        .map(|(tree, listing)| match tree {
            Some(tree) => {
                let scope = scope.clone();
                Side::of_tree_in(repo, tree, Some(PartialListing { listing, scope })).map(|side| side.state)
            }
            None => Ok(State::default()),
        });
    let mut next = || states.next().unwrap_or_else(|| Ok(State::default()));
    let (old, new) = (next()?, next()?);
    let ids: BTreeSet<&EntryId> = old.entries.keys().chain(new.entries.keys()).collect();
    let differs = |id: &&&EntryId| old.entries.get(id) != new.entries.get(id);
    Ok(ids.iter().filter(differs).count())
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

/// The author of a commit by a member; by somebody with no seat, whom `git` names.
pub(in crate::sync) fn signature(
    repo: &Repository,
    pair: &Pair,
    me: Option<&Slug>,
    now: Instant,
) -> Result<Signature, SyncError> {
    let member = me.and_then(|me| pair.member(me.as_str()));
    let name = match member {
        Some(member) => member.name.clone(),
        None => repo.user_name()?.unwrap_or_else(|| "oneonone".to_owned()),
    };
    // Git has no place for these in a name.
    let name = name.replace(|c: char| matches!(c, '<' | '>') || c.is_control(), " ");
    let name = if name.trim().is_empty() {
        "oneonone".to_owned()
    } else {
        name.trim().to_owned()
    };
    let fallback = || {
        format!(
            "{}@oneonone.invalid",
            member.map_or("nobody", |m| m.slug.as_str())
        )
    };
    let email = repo.user_email()?.unwrap_or_else(fallback);
    Ok(Signature {
        name,
        email,
        seconds: now.timestamp(),
        offset_minutes: 0,
    })
}
