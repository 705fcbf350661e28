//! Loading heals records, the same way on every clone (docs/merge.md#loading): entries committed without an id, an
//! entry that plain Git left in two homes, an action without state or owner.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, Signature};
use crate::merge;
use crate::model::{
    EntryId, Home, Kind, Loaded, Pair, Placed, RecordPath, State, Table, complete_action, instant_of_seconds,
    instant_value, loose_id, write_table,
};

use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::load::history::History;
use crate::sync::load::side::Side;
use crate::sync::load::written_record::{is_newer, why_not_to_write};

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
    let worded = numbered(&loaded.loose);
    let from = match commit {
        Some(commit) => introduced(history, commit, &worded, |loaded| {
            let counts = counted(&loaded.loose);
            move |(worded, number): &(Worded, usize)| counts.get(worded).is_some_and(|count| count > number)
        })?,
        None => Vec::new(),
    };
    for (place, (placed, ((_, text), number))) in loaded.loose.into_iter().zip(worded).enumerate() {
        let from = from.get(place).copied();
        let author = from.map(|commit| history.author(commit)).transpose()?;
        let of = from.map(|commit| commit.to_string());
        let id = loose_id(&[
            of.unwrap_or_default().as_bytes(),
            text.as_bytes(),
            number.to_string().as_bytes(),
        ]);
        let mut filled = placed.clone();
        fill_loose(&mut filled.entry, id, author.as_ref(), pair.as_ref());
        side.healed.insert(RecordPath::Home(placed.home));
        side.state.entries.entry(id).or_insert(filled);
        side.loose.push((placed, id));
    }
    let ids: Vec<EntryId> = loaded.doubled.keys().copied().collect();
    let mut before_doubling = match commit {
        Some(commit) => before_doubling(history, commit, &ids)?,
        None => BTreeMap::new(),
    };
    let mut copies_of = Vec::new();
    for (id, copies) in loaded.doubled {
        let before = before_doubling.remove(&id);
        let homes = copies.iter().map(|copy| RecordPath::Home(copy.home));
        side.healed.extend(homes);
        if let Some(one) = merge::heal(before.as_ref(), &copies) {
            side.state.entries.insert(id, one);
        }
        side.doubled.insert(id, before);
        copies_of.push((id, copies));
    }
    if keep_too_large_apart(&mut side.state, copies_of) {
        // They are one entry no more.
        side.doubled.clear();
    }
    for placed in side.state.entries.values_mut() {
        if complete_action(&mut placed.entry) {
            side.healed.insert(RecordPath::Home(placed.home));
        }
    }
    Ok(side)
}

/// Gives each copy of an entry an id of its own, where a record could not be read again with all of them in one. Says whether
/// that was so.
fn keep_too_large_apart(state: &mut State, copies_of: Vec<(EntryId, Vec<Placed>)>) -> bool {
    let homes = copies_of
        .iter()
        .filter_map(|(id, _)| Some(state.entries.get(id)?.home));
    let homes: BTreeSet<Home> = homes.collect();
    let is_too_large = |home: &Home| {
        let record = RecordPath::Home(*home);
        let written = state.record(record).unwrap_or_default();
        !why_not_to_write(record, &written, is_newer(state)).is_empty()
    };
    if !homes.iter().any(is_too_large) {
        return false;
    }
    for (first, copies) in copies_of {
        for (number, mut copy) in copies.into_iter().enumerate() {
            let id = match number {
                0 => first,
                _ => loose_id(&[first.as_str().as_bytes(), copy.home.path().as_bytes()]),
            };
            copy.entry.set("id", id.to_string());
            state.entries.insert(id, copy);
        }
    }
    true
}

/// Fills in an entry that plain Git committed without an id, from that commit.
fn fill_loose(entry: &mut Table, id: EntryId, author: Option<&Signature>, pair: Option<&Pair>) {
    entry.set("id", id.to_string());
    if entry.get("kind").is_none() && entry.ciphertext().is_none() {
        entry.set("kind", Kind::default().as_str());
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

/// An entry without an id: where it stands, and its text.
type Worded = (Home, String);

fn worded(placed: &Placed) -> Worded {
    (placed.home, write_table(&placed.entry))
}

/// Each entry with its number among equal ones.
fn numbered(loose: &[Placed]) -> Vec<(Worded, usize)> {
    let mut seen: BTreeMap<Worded, usize> = BTreeMap::new();
    let numbered = loose.iter().map(|placed| {
        let worded = worded(placed);
        let number = seen.entry(worded.clone()).or_default();
        *number += 1;
        (worded, *number - 1)
    });
    numbered.collect()
}

/// How many equal entries there are of each.
fn counted(loose: &[Placed]) -> BTreeMap<Worded, usize> {
    let mut counts = BTreeMap::new();
    for placed in loose {
        *counts.entry(worded(placed)).or_default() += 1;
    }
    counts
}

/// The commits that first held things, each followed back from `tip` through the first parent that holds it. A commit is
/// read once for all of them. `reader` makes of its records the question whether it holds a thing.
fn introduced<T, H: Fn(&T) -> bool>(
    history: &impl History,
    tip: CommitId,
    things: &[T],
    reader: impl Fn(&Loaded) -> H,
) -> Result<Vec<CommitId>, SyncError> {
    let mut at = vec![tip; things.len()];
    let all: Vec<(usize, &T)> = things.iter().enumerate().collect();
    let mut open = BTreeMap::from([(tip, all)]);
    for _ in 0..FARTHEST {
        let Some((commit, mut here)) = open.pop_first() else {
            break;
        };
        if here.is_empty() {
            continue;
        }
        for parent in history.parents(commit)? {
            let holds = reader(&history.records(parent)?);
            let (held, rest): (Vec<_>, Vec<_>) = here.into_iter().partition(|(_, thing)| holds(thing));
            for (place, _) in &held {
                if let Some(at) = at.get_mut(*place) {
                    *at = parent;
                }
            }
            open.entry(parent).or_default().extend(held);
            here = rest;
            if here.is_empty() {
                break;
            }
        }
    }
    Ok(at)
}

/// Entries as they stood, once, in the newest common ancestor of the parents of the merge that doubled them.
fn before_doubling(
    history: &impl History,
    tip: CommitId,
    ids: &[EntryId],
) -> Result<BTreeMap<EntryId, Placed>, SyncError> {
    let merges = introduced(history, tip, ids, |loaded| {
        let doubled: Vec<EntryId> = loaded.doubled.keys().copied().collect();
        move |id: &EntryId| doubled.binary_search(id).is_ok()
    })?;
    let mut by_merge: BTreeMap<CommitId, Vec<EntryId>> = BTreeMap::new();
    for (merge, id) in merges.into_iter().zip(ids) {
        by_merge.entry(merge).or_default().push(*id);
    }
    let mut before = BTreeMap::new();
    for (merge, ids) in by_merge {
        let Some(loaded) = before_merge(history, merge)? else {
            continue;
        };
        let once = ids.into_iter().filter(|id| !loaded.doubled.contains_key(id));
        before.extend(once.filter_map(|id| Some((id, loaded.state.entries.get(&id)?.clone()))));
    }
    Ok(before)
}

/// The records of the newest common ancestor of the first two parents of a merge.
fn before_merge(history: &impl History, merge: CommitId) -> Result<Option<Loaded>, SyncError> {
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
    Ok(Some(history.records(newest)?))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use crate::model::assemble;

    use super::*;

    /// A line of commits: the entries came with the third one.
    struct Line {
        agenda: String,
        read: Cell<usize>,
    }

    fn commit(number: usize) -> CommitId {
        format!("{number:040x}").parse().unwrap()
    }

    fn number(commit: CommitId) -> usize {
        usize::from_str_radix(&commit.to_string(), 16).unwrap()
    }

    impl History for Line {
        fn parents(&self, commit_: CommitId) -> Result<Vec<CommitId>, SyncError> {
            Ok(number(commit_).checked_sub(1).map(commit).into_iter().collect())
        }

        fn author(&self, commit: CommitId) -> Result<Signature, SyncError> {
            Ok(Signature {
                name: "Ana".to_owned(),
                email: "ana@example.invalid".to_owned(),
                seconds: i64::try_from(number(commit)).unwrap(),
                offset_minutes: 0,
            })
        }

        fn records(&self, commit: CommitId) -> Result<Loaded, SyncError> {
            self.read.set(self.read.get() + 1);
            let agenda = if number(commit) < 3 { "" } else { &self.agenda };
            Ok(assemble([("agenda.toml", agenda.as_bytes())]))
        }

        fn side(&self, _: CommitId) -> Result<Side, SyncError> {
            Ok(Side::default())
        }

        fn merge_bases(&self, _: CommitId, _: CommitId) -> Result<Vec<CommitId>, SyncError> {
            Ok(Vec::new())
        }

        fn is_ancestor(&self, _: CommitId, _: CommitId) -> Result<bool, SyncError> {
            Ok(false)
        }

        fn merge_commits(
            &self,
            _: &Side,
            _: (CommitId, &Side),
            _: (CommitId, &Side),
            _: &str,
        ) -> Result<(CommitId, Side), SyncError> {
            Err(SyncError::NoPair)
        }
    }

    #[test]
    fn a_commit_is_read_once_however_many_entries_lack_an_id() {
        let mut read = Vec::new();
        for count in [1, 300] {
            let line = Line {
                agenda: "[[entry]]\ntext = \"the same\"\n".repeat(count),
                read: Cell::default(),
            };
            let loaded = line.records(commit(9)).unwrap();
            line.read.set(0);
            let side = heal_records(&line, Some(commit(9)), loaded).unwrap();
            assert_eq!(side.state.entries.len(), count, "each has an id of its own");
            read.push(line.read.get());
            // The commit that brought them counts.
            let from = commit(3).to_string();
            let text = write_table(&side.loose[0].0.entry);
            assert_eq!(
                side.loose[0].1,
                loose_id(&[from.as_bytes(), text.as_bytes(), b"0"])
            );
        }
        assert_eq!(read, [7, 7]);
    }
}
