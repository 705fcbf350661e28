//! Loading heals records, the same way on every clone (docs/merge.md#loading): entries committed without an id, an
//! entry that plain Git left in two homes, an action without state or owner.

use std::cmp::Reverse;

use crate::git::{CommitId, Signature};
use crate::merge;
use crate::model::{
    EntryId, Kind, Loaded, Pair, Placed, RecordPath, Table, complete_action, instant_of_seconds,
    instant_value, loose_id, write_table,
};

use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::load::history::History;
use crate::sync::load::side::Side;

/// How many commits are walked back to the one that wrote something.
const FARTHEST: usize = 100_000;

/// The records that were read of a commit, healed the same way on every clone; of a tree, where no commit is named.
///
/// # Errors
/// When the history cannot be read.
pub fn heal_records(
    history: &impl History,
    commit: Option<CommitId>,
    loaded: Loaded,
) -> Result<Side, SyncError> {
    let mut side = Side {
        state: loaded.state,
        broken: loaded.broken,
        ..Side::default()
    };
    let pair = side.state.pair.as_ref();
    let pair = pair.and_then(|document| Pair::from_document(document).ok());
    for placed in loaded.loose {
        let occurrence = side.loose.iter().filter(|(other, _)| *other == placed).count();
        let holds =
            |loaded: &Loaded| loaded.loose.iter().filter(|other| **other == placed).count() > occurrence;
        let from = commit
            .map(|commit| introduced(history, commit, holds))
            .transpose()?;
        let author = from.map(|commit| history.author(commit)).transpose()?;
        let (of, text) = (from.map(|commit| commit.to_string()), write_table(&placed.entry));
        let id = loose_id(&[
            of.unwrap_or_default().as_bytes(),
            text.as_bytes(),
            occurrence.to_string().as_bytes(),
        ]);
        let mut filled = placed.clone();
        fill_loose(&mut filled.entry, id, author.as_ref(), pair.as_ref());
        side.healed.insert(RecordPath::Home(placed.home));
        side.state.entries.entry(id).or_insert(filled);
        side.loose.push((placed, id));
    }
    for (id, copies) in loaded.doubled {
        let before = match commit {
            Some(commit) => before_doubling(history, commit, id)?,
            None => None,
        };
        let homes = copies.iter().map(|copy| RecordPath::Home(copy.home));
        side.healed.extend(homes);
        if let Some(one) = merge::heal(before.as_ref(), &copies) {
            side.state.entries.insert(id, one);
        }
        side.doubled.insert(id, before);
    }
    for placed in side.state.entries.values_mut() {
        if complete_action(&mut placed.entry) {
            side.healed.insert(RecordPath::Home(placed.home));
        }
    }
    Ok(side)
}

/// Fills in an entry that plain Git committed without an id, from that commit.
fn fill_loose(entry: &mut Table, id: EntryId, author: Option<&Signature>, pair: Option<&Pair>) {
    entry.set("id", id.to_string());
    if entry.get("kind").is_none() && entry.ciphertext().is_none() {
        entry.set("kind", Kind::Topic.as_str());
    }
    let (Some(author), Some(pair)) = (author, pair) else {
        return;
    };
    if entry.get("by").is_none() {
        entry.set("by", CommitAuthors::of(pair).member_or_report(author).as_str());
    }
    if entry.get("at").is_none() {
        // A commit may name a time that no record can hold.
        entry.set("at", instant_value(instant_of_seconds(author.seconds)));
    }
}

/// The commit that first held something, followed back from `tip` through the first parent that holds it.
fn introduced(
    history: &impl History,
    tip: CommitId,
    holds: impl Fn(&Loaded) -> bool,
) -> Result<CommitId, SyncError> {
    let mut at = tip;
    'older: for _ in 0..FARTHEST {
        for parent in history.parents(at)? {
            if holds(&history.records(parent)?) {
                at = parent;
                continue 'older;
            }
        }
        break;
    }
    Ok(at)
}

/// The entry as it stood, once, in the newest common ancestor of the parents of the merge that doubled it.
fn before_doubling(history: &impl History, tip: CommitId, id: EntryId) -> Result<Option<Placed>, SyncError> {
    let merge = introduced(history, tip, |loaded| loaded.doubled.contains_key(&id))?;
    let [first, second, ..] = history.parents(merge)?[..] else {
        return Ok(None);
    };
    let mut dated = Vec::new();
    for base in history.merge_bases(first, second)? {
        // Of two commits of one second the one with the smaller id counts as the newer.
        dated.push((Reverse(history.author(base)?.seconds), base));
    }
    let Some((_, newest)) = dated.into_iter().min() else {
        return Ok(None);
    };
    let loaded = history.records(newest)?;
    let once = !loaded.doubled.contains_key(&id);
    Ok(loaded.state.entries.get(&id).filter(|_| once).cloned())
}
