use super::super::testing::{placed, state};
use super::*;

fn merged(base: &State, left: &State, right: &State) -> State {
    let merged = merge_unchecked(base, left, right).unwrap();
    assert_eq!(merge_unchecked(base, right, left).unwrap(), merged);
    merged.state
}

/// A state with one entry in a home, and no head of any record.
fn without_heads(home: Home) -> State {
    let mut entry = placed("");
    entry.home = home;
    let mut state = State::default();
    state.entries.insert("kkkkkkkkkkkk".parse().unwrap(), entry);
    state
}

#[test]
fn an_entry_makes_the_head_of_its_record() {
    let key = "2026-11-24".parse().unwrap();
    let (waits, met) = (without_heads(Home::Agenda), without_heads(Home::Meeting(key)));
    let none = State::default();
    let result = merged(&none, &waits, &none);
    assert_eq!(
        (result.agenda, result.meetings.len()),
        (Some(Table::default()), 0)
    );
    let result = merged(&none, &met, &none);
    assert_eq!(result.agenda, None);
    let head = result.meetings.get(&key).unwrap();
    assert_eq!(head.get("date"), Some(&date_value(key.date)));
}

#[test]
fn a_pair_that_one_side_alone_removed_or_changed_is_taken_so() {
    let whole = state("");
    let mut none = whole.clone();
    none.pair = None;
    let mut changed = whole.clone();
    if let Some(pair) = &mut changed.pair {
        pair.top.set("cadence", "2w");
    }
    assert_eq!(merged(&whole, &none, &whole).pair, None);
    assert_eq!(merged(&whole, &changed, &whole).pair, changed.pair);
    assert_eq!(merged(&whole, &changed, &none).pair, changed.pair);
    assert_eq!(merged(&none, &changed, &none).pair, changed.pair);
}
