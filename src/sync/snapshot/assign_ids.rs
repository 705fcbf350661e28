//! Ids for the entries of a folder that have none (docs/format.md#filling-in).

use crate::merge::heal;
use crate::model::{EntryId, Kind, Loaded, Placed, State, Table, Visibility};

use super::EntryRules;
use crate::sync::error::SyncError;
use crate::sync::load::side::Side;

/// The state of a folder. An entry without an id gets the id that it has in a commit, or a new one. An entry that
/// stands in several homes is healed as it was in a commit (docs/merge.md#loading).
///
/// # Errors
/// For an entry that stands in several homes, where no commit has it so: a person must decide. If a
/// write or a merge was `pending`, one copy may just be older than the other. Then the copies are merged over nothing.
pub(super) fn folder_state(
    loaded: Loaded,
    [head, remembered]: [&Side; 2],
    pending: bool,
    rules: &mut impl EntryRules,
) -> Result<State, SyncError> {
    let mut state = loaded.state;
    for (id, copies) in loaded.doubled {
        let before = head.doubled.get(&id).or_else(|| remembered.doubled.get(&id));
        let Some(before) = before.cloned().or_else(|| pending.then_some(None)) else {
            return Err(rules.doubled(id, &copies));
        };
        if let Some(one) = heal(before.as_ref(), &copies) {
            state.entries.insert(id, one);
        }
    }
    let mut taken: Vec<EntryId> = Vec::new();
    for mut placed in loaded.loose {
        let committed = [head, remembered]
            .into_iter()
            .find_map(|side| Some((side, committed_id(side, &placed, &taken)?)));
        let saved_again = || Some((head, id_before_saving(&placed, head, remembered, &state, rules)?));
        if let Some((side, id)) = committed.or_else(saved_again)
            && let Some(filled) = side.state.entries.get(&id)
        {
            taken.push(id);
            state.entries.insert(id, filled.clone());
            continue;
        }
        let id = loop {
            let id = rules.new_id();
            if !state.entries.contains_key(&id) && !head.state.entries.contains_key(&id) {
                break id;
            }
        };
        fill_in(&mut placed.entry, id, [&state, &head.state]);
        state.entries.insert(id, placed);
    }
    Ok(state)
}

fn fill_in(entry: &mut Table, id: EntryId, states: [&State; 2]) {
    let intended = entry.intended_visibility();
    entry.set("id", id.to_string());
    if entry.ciphertext().is_some() {
        return;
    }
    if entry.get("kind").is_none() {
        entry.set("kind", Kind::Topic.as_str());
    }
    let sealed = Some(intended).filter(|visibility| visibility.is_sealed());
    if entry.get("visibility").is_none()
        && let Some(visibility) = sealed.or_else(|| visibility_behind(entry, states))
    {
        entry.set("visibility", visibility.as_str());
    }
}

/// The visibility of the entry that `re` names, where that is sealed: nobody else reads what follows from it, unless
/// somebody says so (docs/privacy.md#readers).
fn visibility_behind(entry: &Table, states: [&State; 2]) -> Option<Visibility> {
    let re: EntryId = entry.get_str("re")?.parse().ok()?;
    let named = states.into_iter().find_map(|state| state.entries.get(&re))?;
    Some(named.entry.visibility()).filter(|visibility| visibility.is_sealed())
}

/// The id that loading gave to an entry without one, where the same one was committed.
fn committed_id(side: &Side, loose: &Placed, taken: &[EntryId]) -> Option<EntryId> {
    let same = side.loose.iter().filter(|(placed, _)| placed == loose);
    same.map(|(_, id)| *id).find(|id| !taken.contains(id))
}

/// The id that an entry was filled in with, where an editor saved the file again before it could be written. Such an
/// entry never lay in the folder with its id, and has every key that the loose one has, comments too.
fn id_before_saving(
    loose: &Placed,
    head: &Side,
    remembered: &Side,
    folder: &State,
    rules: &impl EntryRules,
) -> Option<EntryId> {
    let lay_there = |id| folder.entries.contains_key(id) || remembered.state.entries.contains_key(id);
    let mut candidates = head.state.entries.iter();
    let filled = candidates.find(|(id, placed)| {
        placed.home == loose.home
            && !lay_there(*id)
            && rules
                .in_clear(**id, &placed.entry)
                .is_some_and(|entry| is_filled(&loose.entry, &entry))
    });
    filled.map(|(id, _)| *id)
}

/// Whether an entry is a loose one with what filling in adds, and nothing else.
fn is_filled(loose: &Table, entry: &Table) -> bool {
    let intended = loose.intended_visibility();
    let is_added = |key: &str, value: Option<&str>| match key {
        "id" | "by" | "at" => true,
        "kind" => value == Some(Kind::Topic.as_str()),
        "visibility" => intended.is_sealed() && value == Some(intended.as_str()),
        "state" => value == Some("open"),
        "owner" => value == entry.get_str("by"),
        _ => false,
    };
    let mut fields = entry.fields.iter();
    loose.above == entry.above
        && loose.rows == entry.rows
        && loose.fields.iter().all(|field| entry.fields.contains(field))
        && fields.all(|field| loose.get(&field.key).is_some() || is_added(&field.key, field.value.as_str()))
}
