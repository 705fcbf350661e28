//! What loading heals before the laws apply (docs/merge.md#loading).

use crate::model::{Placed, State};

use super::entry::merge_entry;

/// One entry out of the copies that stand in several homes, merged over the entry as it stood before, or over
/// nothing. None only where there is no copy.
pub fn heal(before: Option<&Placed>, copies: &[Placed]) -> Option<Placed> {
    // Sorted, so that it does not matter which copy was read first.
    let mut copies: Vec<&Placed> = copies.iter().collect();
    copies.sort_by(|a, b| {
        (a.home.cmp(&b.home))
            .then_with(|| crate::model::write_table(&a.entry).cmp(&crate::model::write_table(&b.entry)))
    });
    let (first, rest) = copies.split_first()?;
    Some(rest.iter().fold((*first).clone(), |healed, copy| {
        merge_entry(before, &healed, copy)
    }))
}

/// A side one of whose records could not be read: nothing that is missing there counts as deleted.
#[must_use]
pub fn with_missing_from(mut side: State, base: &State) -> State {
    for (id, placed) in &base.entries {
        side.entries.entry(*id).or_insert_with(|| placed.clone());
    }
    for (key, header) in &base.meetings {
        side.meetings.entry(*key).or_insert_with(|| header.clone());
    }
    side.agenda = side.agenda.or_else(|| base.agenda.clone());
    side.pair = side.pair.or_else(|| base.pair.clone());
    side
}
