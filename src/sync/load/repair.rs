//! What loading heals, the same way on every clone (docs/merge.md#loading): entries committed without an id, an
//! entry that plain Git left in two homes, an action without state or owner.

use crate::git::{CommitId, Signature};
use crate::merge;
use crate::model::{
    EntryId, Home, Instant, Kind, Loaded, Pair, Placed, RecordPath, Slug, State, Table, complete_action,
    instant_value, loose_id, slug_of_name, write_table,
};

use crate::sync::error::SyncError;
use crate::sync::load::history::History;
use crate::sync::load::side::Side;

/// How far back it is looked for the commit that wrote something: a history longer than this is not walked.
const FARTHEST: usize = 100_000;

pub(in crate::sync) fn heal(
    history: &impl History,
    commit: Option<CommitId>,
    loaded: Loaded,
    side: &mut Side,
) -> Result<(), SyncError> {
    side.state = loaded.state;
    let mut seen: Vec<&Placed> = Vec::new();
    for placed in &loaded.loose {
        let occurrence = seen.iter().filter(|other| **other == placed).count();
        seen.push(placed);
        let mut entry = placed.entry.clone();
        let text = write_table(&entry);
        let from = match commit {
            Some(commit) => Some(introduced(history, commit, placed, occurrence)?),
            None => None,
        };
        let author = from.map(|commit| history.author(commit)).transpose()?;
        let of = from.map(|commit| commit.to_string()).unwrap_or_default();
        let id = loose_id(&[of.as_bytes(), text.as_bytes(), occurrence.to_string().as_bytes()]);
        fill_loose(
            &mut entry,
            id,
            author.as_ref(),
            side.state.pair.as_ref().and_then(|p| Pair::from_document(p).ok()),
        );
        side.loose.push((placed.clone(), id));
        side.healed.insert(RecordPath::Home(placed.home));
        side.state.entries.entry(id).or_insert(Placed {
            home: placed.home,
            entry,
        });
    }
    for (id, copies) in &loaded.doubled {
        let before = match commit {
            Some(commit) => before_doubling(history, commit, *id)?,
            None => None,
        };
        side.healed
            .extend(copies.iter().map(|c| RecordPath::Home(c.home)));
        if let Some(one) = merge::heal(before.as_ref(), copies) {
            side.state.entries.insert(*id, one);
        }
        side.doubled.insert(*id, before);
    }
    for placed in side.state.entries.values_mut() {
        if complete_action(&mut placed.entry) {
            side.healed.insert(RecordPath::Home(placed.home));
        }
    }
    Ok(())
}

/// Fills in an entry that plain Git committed without an id, from that commit.
fn fill_loose(entry: &mut Table, id: EntryId, author: Option<&Signature>, pair: Option<Pair>) {
    entry.set("id", id.to_string());
    if entry.get("kind").is_none() && entry.ciphertext().is_none() {
        entry.set("kind", Kind::Topic.as_str());
    }
    let (Some(author), Some(pair)) = (author, pair) else {
        return;
    };
    if entry.get("by").is_none() {
        entry.set("by", author_of(author, &pair).as_str());
    }
    if entry.get("at").is_none()
        && let Some(at) = Instant::from_timestamp(author.seconds, 0)
    {
        entry.set("at", instant_value(at));
    }
}

/// The member who made a commit, as its author's name or address says; where neither does, the report, whose agenda
/// it is. Nothing of this machine decides, so that every clone finds the same.
pub(in crate::sync) fn author_of(author: &Signature, pair: &Pair) -> Slug {
    let local_part = author.email.split('@').next().unwrap_or_default();
    let by_name = pair.members().into_iter().find(|m| m.name == author.name);
    let by_slug = |slug: Option<Slug>| slug.and_then(|slug| pair.member(slug.as_str()));
    by_name
        .or_else(|| by_slug(slug_of_name(&author.name)))
        .or_else(|| by_slug(slug_of_name(local_part)))
        .unwrap_or(&pair.report)
        .slug
        .clone()
}

/// The commit that first held an entry without an id, following it back through the first parent that has it.
fn introduced(
    history: &impl History,
    tip: CommitId,
    placed: &Placed,
    occurrence: usize,
) -> Result<CommitId, SyncError> {
    let mut at = tip;
    for _ in 0..FARTHEST {
        let mut older = None;
        for parent in history.parents(at)? {
            let loaded = history.records(parent)?;
            if loaded.loose.iter().filter(|other| *other == placed).count() > occurrence {
                older = Some(parent);
                break;
            }
        }
        match older {
            Some(parent) => at = parent,
            None => break,
        }
    }
    Ok(at)
}

/// The entry as it stood, once, in the newest common ancestor of the parents of the merge that doubled it.
fn before_doubling(history: &impl History, tip: CommitId, id: EntryId) -> Result<Option<Placed>, SyncError> {
    let mut at = tip;
    for _ in 0..FARTHEST {
        let parents = history.parents(at)?;
        let mut older = None;
        for parent in &parents {
            if history.records(*parent)?.doubled.contains_key(&id) {
                older = Some(*parent);
                break;
            }
        }
        if let Some(parent) = older {
            at = parent;
            continue;
        }
        let [first, second, ..] = parents.as_slice() else {
            return Ok(None);
        };
        let Some(base) = newest(history, history.merge_bases(*first, *second)?)? else {
            return Ok(None);
        };
        let loaded = history.records(base)?;
        let once = !loaded.doubled.contains_key(&id);
        return Ok(loaded.state.entries.get(&id).filter(|_| once).cloned());
    }
    Ok(None)
}

/// The newest of several commits; of two of one second the one with the smaller id.
fn newest(history: &impl History, commits: Vec<CommitId>) -> Result<Option<CommitId>, SyncError> {
    let mut dated = Vec::new();
    for commit in commits {
        dated.push((std::cmp::Reverse(history.author(commit)?.seconds), commit));
    }
    Ok(dated.into_iter().min().map(|(_, commit)| commit))
}

/// The id that an entry without one has in a committed tree, where the same one stands there.
pub(in crate::sync) fn known_loose(
    side: &Side,
    home: Home,
    entry: &Table,
    taken: &[EntryId],
) -> Option<EntryId> {
    let same = |(placed, id): &&(Placed, EntryId)| {
        placed.home == home && placed.entry == *entry && !taken.contains(id)
    };
    side.loose.iter().find(same).map(|(_, id)| *id)
}

/// The entry that one without an id was filled in to, where the file was saved again before it could be written: one
/// that the folder never held with its id (`remembered` has none), with every key that the loose one has,
/// comments too, and beside them only what filling in adds. `clear` shows an entry without its seal.
pub(in crate::sync) fn known_filled(
    head: &State,
    remembered: &State,
    loose: &Placed,
    clear: &impl Fn(EntryId, &Table) -> Option<Table>,
    stands: impl Fn(EntryId) -> bool,
) -> Option<EntryId> {
    let candidates = head.entries.iter().filter(|(id, placed)| {
        placed.home == loose.home && !stands(**id) && !remembered.entries.contains_key(*id)
    });
    let mut found = candidates.filter(|(id, placed)| {
        clear(**id, &placed.entry).is_some_and(|entry| is_filled(&loose.entry, &entry))
    });
    found.next().map(|(id, _)| *id)
}

/// Whether an entry is a loose one with what filling in adds, and nothing else.
fn is_filled(loose: &Table, entry: &Table) -> bool {
    let has = |key: &str| loose.get(key).is_some();
    let intended = loose.intended_visibility();
    let added = |key: &str, value: Option<&str>| match key {
        "id" | "by" | "at" => true,
        "kind" => value == Some(Kind::Topic.as_str()),
        "visibility" => intended.is_sealed() && value == Some(intended.as_str()),
        "state" => value == Some("open"),
        "owner" => value == entry.get_str("by"),
        _ => false,
    };
    loose.above == entry.above
        && loose.rows == entry.rows
        && loose.fields.iter().all(|field| entry.fields.contains(field))
        && entry
            .fields
            .iter()
            .all(|field| has(&field.key) || added(&field.key, field.value.as_str()))
}

/// The filled-in entry of an id in a state.
pub(in crate::sync) fn filled<'a>(state: &'a State, id: &EntryId) -> Option<&'a Placed> {
    state.entries.get(id)
}

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
        broken: loaded.broken.clone(),
        ..Side::default()
    };
    heal(history, commit, loaded, &mut side)?;
    Ok(side)
}
