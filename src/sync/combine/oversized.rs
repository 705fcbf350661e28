//! A record that nobody could read again once both sides are in it (docs/merge.md#beyond-a-limit): the smaller version
//! stays, and the other is kept beside it.

use std::collections::BTreeSet;

use crate::git::TreeFile;
use crate::model::{EntryId, Home, Placed, Problem, RecordPath, State};

use crate::sync::load::side::Side;
use crate::sync::load::written_record::{is_newer, why_not_to_write};

/// A record of which one side's version stays.
pub(in crate::sync) struct KeptApart {
    pub(in crate::sync) record: RecordPath,
    /// The other side's file, to be kept beside it, and those that hold entries of it.
    pub(in crate::sync) beside: Vec<(RecordPath, TreeFile)>,
    /// Why both could not be in one.
    pub(in crate::sync) problem: Problem,
}

/// Takes apart each record of a merge that could not be read again. Each word of both sides is in the state after it, or in
/// a file that is kept beside.
pub(in crate::sync) fn keep_apart(sides: [&Side; 2], state: &mut State) -> Vec<KeptApart> {
    let mut apart: Vec<KeptApart> = Vec::new();
    // An entry that goes back to another record may be the one that is too much there.
    while let Some((record, problem)) = next_oversized(sides, state, &apart) {
        let [one, other] = sides;
        let size = |side: &Side| {
            (
                side.state.record(record).map_or(0, |bytes| bytes.len()),
                side.blob(record),
            )
        };
        // The same on every clone.
        let (stays, other) = match size(one) <= size(other) {
            true => (one, other),
            false => (other, one),
        };
        let ids = take_version(record, state, stays, other);
        let mut beside = BTreeSet::from([record]);
        let homes = ids
            .iter()
            .filter_map(|id| Some(other.state.entries.get(id)?.home));
        beside.extend(homes.map(RecordPath::Home));
        let file_of = |record| Some((record, other.blobs.get(&record)?.clone()));
        let differs = |record: &RecordPath| stays.blob(*record) != other.blob(*record);
        let beside = beside.into_iter().filter(differs).filter_map(file_of).collect();
        apart.push(KeptApart {
            record,
            beside,
            problem,
        });
    }
    apart
}

/// The first record that both sides have, that is not apart yet, and that could not be read again.
fn next_oversized(sides: [&Side; 2], state: &State, apart: &[KeptApart]) -> Option<(RecordPath, Problem)> {
    let lenient = is_newer(state);
    let is_apart = |record| apart.iter().any(|one| one.record == record);
    state.files().into_iter().find_map(|(path, bytes)| {
        let record = RecordPath::parse(&path).filter(|record| !is_apart(*record))?;
        let is_as_before = |side: &Side| side.state.record(record).as_ref() == Some(&bytes);
        if sides.into_iter().any(is_as_before) {
            return None;
        }
        Some((
            record,
            why_not_to_write(record, &bytes, lenient).into_iter().next()?,
        ))
    })
}

/// Puts one side's version of a record into a state; the entries that stood, or stand now, in it.
fn take_version(record: RecordPath, state: &mut State, stays: &Side, other: &Side) -> BTreeSet<EntryId> {
    let RecordPath::Home(home) = record else {
        state.pair.clone_from(&stays.state.pair);
        return BTreeSet::new();
    };
    let here = |state: &State| -> Vec<EntryId> {
        let here = state.entries.iter().filter(|(_, placed)| placed.home == home);
        here.map(|(id, _)| *id).collect()
    };
    let ids: BTreeSet<EntryId> = here(state).into_iter().chain(here(&stays.state)).collect();
    for id in &ids {
        // One that was in another record goes back there: the other side's file does not hold it.
        let elsewhere = |side: &Side| {
            side.state
                .entries
                .get(id)
                .filter(|placed| placed.home != home)
                .cloned()
        };
        let as_it_stays: Option<Placed> = match stays.state.entries.get(id) {
            Some(placed) => Some(placed.clone()),
            None => elsewhere(other),
        };
        match as_it_stays {
            Some(placed) => drop(state.entries.insert(*id, placed)),
            None => drop(state.entries.remove(id)),
        }
    }
    match (home, stays.state.header(home).cloned()) {
        (_, Some(header)) => state.set_header(home, header),
        (Home::Agenda, None) => state.agenda = None,
        (Home::Meeting(key), None) => drop(state.meetings.remove(&key)),
    }
    ids
}
