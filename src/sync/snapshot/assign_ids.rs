//! Ids for the entries of a folder that have none (docs/format.md#filling-in).

use crate::merge::heal;
use crate::model::{EntryId, Kind, Loaded, Placed, State, Table, Visibility};

use super::EntryRules;
use crate::sync::error::SyncError;
use crate::sync::load::repair::{filled, known_filled, known_loose};
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
    for placed in loaded.loose {
        let sides = [head, remembered];
        let as_committed = sides.into_iter().find_map(|side| {
            known_loose(side, placed.home, &placed.entry, &taken).map(|id| (id, filled(&side.state, &id)))
        });
        let stands = |id| state.entries.contains_key(&id);
        let clear = |id: EntryId, entry: &Table| rules.in_clear(id, entry);
        let known = as_committed.or_else(|| {
            let id = known_filled(&head.state, &remembered.state, &placed, &clear, stands)?;
            Some((id, filled(&head.state, &id)))
        });
        if let Some((id, Some(before))) = known {
            taken.push(id);
            state.entries.insert(id, before.clone());
            continue;
        }
        let id = loop {
            let id = rules.new_id();
            if !state.entries.contains_key(&id) && !head.state.entries.contains_key(&id) {
                break id;
            }
        };
        let mut entry = placed.entry;
        let intended = entry.intended_visibility();
        entry.set("id", id.to_string());
        if entry.ciphertext().is_none() {
            if entry.get("kind").is_none() {
                entry.set("kind", Kind::Topic.as_str());
            }
            let followed = || visibility_behind(&entry, [&state, &head.state]);
            let sealed = Some(intended).filter(|visibility| visibility.is_sealed());
            if entry.get("visibility").is_none()
                && let Some(visibility) = sealed.or_else(followed)
            {
                entry.set("visibility", visibility.as_str());
            }
        }
        let home = placed.home;
        state.entries.insert(id, Placed { home, entry });
    }
    Ok(state)
}

/// The visibility of the entry that `re` names, where that is sealed: nobody else reads what follows from it, unless
/// somebody says so (docs/privacy.md#readers).
fn visibility_behind(entry: &Table, states: [&State; 2]) -> Option<Visibility> {
    let re: EntryId = entry.get_str("re")?.parse().ok()?;
    let named = states.into_iter().find_map(|state| state.entries.get(&re))?;
    Some(named.entry.visibility()).filter(|visibility| visibility.is_sealed())
}
