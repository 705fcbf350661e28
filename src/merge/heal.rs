//! Healing by loading, before the laws apply (docs/merge.md#loading).

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

#[cfg(test)]
mod tests {
    use super::super::testing::{entry, placed, state, state_of};
    use super::*;
    use crate::model::Home;

    #[test]
    fn copies_of_one_entry_become_one_whichever_was_read_first() {
        let before = placed("kind = \"topic\"");
        let mut met = placed("kind = \"growth\"");
        met.home = Home::Meeting("2026-11-24".parse().unwrap());
        let themed = placed("kind = \"topic\"\nthemes = [\"writing\"]");
        let healed = heal(Some(&before), &[met.clone(), themed.clone()]).unwrap();
        assert_eq!(
            heal(Some(&before), &[themed.clone(), met.clone()]),
            Some(healed.clone())
        );
        assert_eq!(healed.home, met.home);
        assert_eq!(healed.entry.get_str("kind"), Some("growth"));
        assert!(healed.entry.get("themes").is_some());
        assert_eq!(heal(Some(&before), &[met.clone()]), Some(met.clone()));
        assert_eq!(heal(None, &[]), None);
        // Three in one home, that differ in what they say: the order makes no difference.
        let copies = ["win", "note", "topic"].map(|kind| placed(&format!("kind = \"{kind}\"")));
        let [first, second, third] = &copies;
        let one = heal(None, &copies).unwrap();
        for order in [
            [first, third, second],
            [third, first, second],
            [second, third, first],
        ] {
            assert_eq!(heal(None, &order.map(Clone::clone)), Some(one.clone()));
        }
    }

    #[test]
    fn what_is_missing_in_a_half_read_side_is_that_of_the_base() {
        let meeting = (
            "meetings/2026/2026-11-24.toml",
            "date = 2026-11-24\nstatus = \"held\"\n",
        );
        let agenda = entry("kind = \"topic\"");
        let base = state_of(&[("agenda.toml", &agenda), meeting]);
        assert_eq!(with_missing_from(State::default(), &base), base);
        let mut side = state(&entry("kind = \"win\""));
        side.pair = None;
        let whole = with_missing_from(side.clone(), &base);
        assert_eq!(whole.entries, side.entries, "what stands in the side stays");
        assert_eq!((&whole.meetings, &whole.pair), (&base.meetings, &base.pair));
    }
}
