//! Entries of the folder that have no id get one, and the kind and the readers that they lack (docs/format.md#filling-in).
//! `rules.rs` fills in the author and the time.

use std::collections::BTreeMap;

use crate::model::{EntryId, Kind, Placed, RecordPath, Table, Visibility, is_action_default};

use super::entry_rules::EntryRules;
use super::input::{Folder, SnapshotInput};
use super::versions::{Part, parts};
use crate::sync::load::side::Side;
use crate::sync::secrets::followed_visibility::visibility_in;

/// An entry that has no id in the folder, with the one that it gets.
pub(super) struct AssignedEntry {
    pub(super) id: EntryId,
    pub(super) placed: Placed,
    /// Whether the id is a new one.
    pub(super) is_new: bool,
}

/// The ids for the entries of a folder that have none. An entry gets the id that it has in a commit, or had when a file
/// that was saved again was taken in before; else a new one.
pub(super) fn assign_ids(
    input: &SnapshotInput<'_>,
    folder: &Folder,
    rules: &mut impl EntryRules,
) -> Vec<AssignedEntry> {
    let SnapshotInput {
        loaded, head, base, ..
    } = input;
    let mut assigned: Vec<AssignedEntry> = Vec::new();
    for placed in &loaded.loose {
        let taken: Vec<EntryId> = assigned.iter().map(|loose| loose.id).collect();
        let committed = [*head, *base].into_iter().find_map(|side| {
            let id = committed_id(side, placed, &taken)?;
            Some((id, side.entry(id)?.clone()))
        });
        let known = committed.or_else(|| id_before_saving(placed, input, folder, &taken, rules));
        if let Some((id, entry)) = known {
            let placed = Placed {
                entry,
                ..placed.clone()
            };
            assigned.push(AssignedEntry {
                id,
                placed,
                is_new: false,
            });
            continue;
        }
        let id = loop {
            let id = rules.new_id();
            if !loaded.state.entries.contains_key(&id) && !head.state.entries.contains_key(&id) {
                break id;
            }
        };
        let of_record = assigned.iter().filter(|loose| loose.placed.home == placed.home);
        rules.note_new(id, of_record.count());
        let mut placed = placed.clone();
        fill_in(&mut placed.entry, id, |entry, re| {
            followed(input, rules, entry, re)
        });
        assigned.push(AssignedEntry {
            id,
            placed,
            is_new: true,
        });
    }
    assigned
}

fn fill_in(entry: &mut Table, id: EntryId, followed: impl Fn(&Table, EntryId) -> Option<Visibility>) {
    let intended = entry.intended_visibility_after(|re| followed(entry, re));
    entry.set("id", id.to_string());
    if entry.ciphertext().is_some() {
        return;
    }
    if entry.get("kind").is_none() {
        entry.set("kind", Kind::default().as_str());
    }
    if entry.get("visibility").is_none() && intended.is_sealed() {
        entry.set("visibility", intended.as_str());
    }
}

/// Who reads the entry that another one follows: as it stands, else as this clone remembers it. While a record cannot be
/// read nobody knows what stands in it, so that an entry of nobody knows whom is followed for as few readers as can be.
pub(super) fn followed(
    input: &SnapshotInput<'_>,
    rules: &impl EntryRules,
    entry: &Table,
    re: EntryId,
) -> Option<Visibility> {
    let SnapshotInput { loaded, head, .. } = input;
    let hides = !loaded.broken.is_empty() || !head.broken.is_empty();
    let narrowest = match entry.get("by") {
        None => Visibility::Private,
        Some(_) => Visibility::Confidential,
    };
    visibility_in([&loaded.state, &head.state], re)
        .or_else(|| rules.remembered_readers(re))
        .or(hides.then_some(narrowest))
}

/// An entry by me or by nobody that a hand wrote with an id which nobody knew before is meant for those who would read it
/// without that id.
pub(super) fn fill_in_new(
    entry: &mut Table,
    is_mine: bool,
    followed: impl Fn(&Table, EntryId) -> Option<Visibility>,
) {
    let says = entry.ciphertext().is_some() || entry.get("visibility").is_some();
    if says || !is_mine && entry.get("by").is_some() {
        return;
    }
    let intended = entry.intended_visibility_of_new(|re| followed(entry, re));
    if intended.is_sealed() {
        entry.set("visibility", intended.as_str());
    }
}

/// The id that loading gave to an entry without one, where the same one was committed.
fn committed_id(side: &Side, loose: &Placed, taken: &[EntryId]) -> Option<EntryId> {
    let same = side.loose.iter().filter(|(placed, _)| placed == loose);
    same.map(|(_, id)| *id).find(|id| !taken.contains(id))
}

/// The entry that a loose one was filled in as when its file was taken in before: an editor saved the file again, from a
/// buffer without the id. It has every key that the loose one has, comments too. Words that somebody writes anew are not
/// taken for an entry that was talked about or removed.
fn id_before_saving(
    loose: &Placed,
    input: &SnapshotInput<'_>,
    folder: &Folder,
    taken: &[EntryId],
    rules: &impl EntryRules,
) -> Option<(EntryId, Table)> {
    let record = RecordPath::Home(loose.home);
    let lies_here = |id: EntryId| {
        folder
            .get(&loose.home)
            .is_some_and(|entries| entries.contains_key(&id))
    };
    let is_open = |id: EntryId| {
        let placed = input.head.state.entries.get(&id);
        placed.is_some_and(|placed| match placed.home.meeting() {
            _ if placed.home == loose.home => true,
            None => true,
            Some(key) => {
                let meeting = input.head.state.meeting(key);
                meeting.is_some_and(|meeting| meeting.is_under_way(input.now))
            }
        })
    };
    let states = input
        .versions
        .get(&record)
        .into_iter()
        .flat_map(|known| &known.states);
    let head = [&input.head.state];
    let seals = loose.entry.intended_visibility().is_sealed();
    let mut last: BTreeMap<EntryId, &Table> = BTreeMap::new();
    for state in states.chain(head) {
        for (part, table) in parts(state, record) {
            let Part::Entry(id) = part else { continue };
            let is_alike = table.ciphertext().is_none() || seals;
            let is_known = last.insert(id, table) == Some(table);
            if is_known || !is_alike || lies_here(id) || taken.contains(&id) || !is_open(id) {
                continue;
            }
            let clear = rules.in_clear(id, table);
            if clear.is_some_and(|clear| is_filled(&loose.entry, &clear)) {
                return Some((id, table.clone()));
            }
        }
    }
    None
}

/// Whether an entry is a loose one with what filling in adds, and nothing else.
fn is_filled(loose: &Table, entry: &Table) -> bool {
    let intended = loose.intended_visibility();
    let is_added = |key: &str, value: Option<&str>| match key {
        "id" | "by" | "at" => true,
        "kind" => value == Some(Kind::default().as_str()),
        "visibility" => intended.is_sealed() && value == Some(intended.as_str()),
        _ => is_action_default(key, value, entry.get_str("by")),
    };
    let mut fields = entry.fields.iter();
    loose.above == entry.above
        && loose.rows == entry.rows
        && loose.fields.iter().all(|field| entry.fields.contains(field))
        && fields.all(|field| loose.get(&field.key).is_some() || is_added(&field.key, field.value.as_str()))
}
