//! What a folder says, with ids for what has none (design, sections 2 and 3).

use crate::merge::{heal, with_missing_from};
use crate::model::{EntryId, Kind, Loaded, Placed, State, Table, Visibility};

use super::heal::{filled, known_filled, known_loose};
use super::side::Side;

/// What a folder says: an entry without an id has the id that it got in a commit, or a new one; one that stands in
/// several homes is healed as it was in a commit (design, section 3, loading). `clear` shows an entry without its
/// seal, where it is mine.
///
/// # Errors
/// An entry that stands in several homes and that no commit has so, with its copies: a person must decide. Where a write or
/// a merge was `pending`, one copy may just be older than the other: nobody did it, and the copies are merged over nothing.
pub fn folder_state(
    loaded: Loaded,
    [head, remembered]: [&Side; 2],
    pending: bool,
    clear: impl Fn(EntryId, &Table) -> Option<Table>,
    mut new_id: impl FnMut() -> EntryId,
) -> Result<State, (EntryId, Vec<Placed>)> {
    let mut state = loaded.state;
    for (id, copies) in loaded.doubled {
        let before = head.doubled.get(&id).or_else(|| remembered.doubled.get(&id));
        let Some(before) = before.cloned().or_else(|| pending.then_some(None)) else {
            return Err((id, copies));
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
            let id = new_id();
            if !state.entries.contains_key(&id) && !head.state.entries.contains_key(&id) {
                break id;
            }
        };
        let mut entry = placed.entry;
        entry.set("id", id.to_string());
        if entry.get("sealed").is_none() {
            if entry.get("kind").is_none() {
                entry.set("kind", Kind::Topic.as_str());
            }
            if entry.get_str("kind") == Some("concern") && entry.get("visibility").is_none() {
                // What troubles me is confidential unless said otherwise (design, section 5).
                entry.set("visibility", Visibility::Confidential.as_str());
            }
            if entry.get("visibility").is_none()
                && let Some(visibility) = visibility_behind(&entry, [&state, &head.state])
            {
                entry.set("visibility", visibility.as_str());
            }
        }
        let home = placed.home;
        state.entries.insert(id, Placed { home, entry });
    }
    Ok(state)
}

/// What comes of a sealed entry is read by nobody else, unless somebody says so (design, section 5): the visibility of the
/// entry that `re` names, where that is sealed.
fn visibility_behind(entry: &Table, states: [&State; 2]) -> Option<Visibility> {
    let re: EntryId = entry.get_str("re")?.parse().ok()?;
    let named = states.into_iter().find_map(|state| state.entries.get(&re))?;
    Some(named.entry.visibility()).filter(|visibility| visibility.is_sealed())
}

/// A side that plain Git committed while its folder was half-written (design, section 4): nobody removed an entry that is
/// missing there, nor the missing copies of one that stood in several homes.
#[must_use]
pub fn of_half_written(mut half: Side, base: &Side) -> Side {
    for id in base.doubled.keys().filter(|id| !half.doubled.contains_key(*id)) {
        if let (Some(all), Some(one)) = (base.state.entries.get(id), half.state.entries.get(id))
            && let Some(whole) = heal(None, &[all.clone(), one.clone()])
        {
            half.state.entries.insert(*id, whole);
        }
    }
    half.state = with_missing_from(half.state, &base.state);
    half
}
