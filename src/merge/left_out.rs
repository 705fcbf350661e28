//! Merges that somebody else made: values that such a merge left out (docs/sync.md#plain-git).

use std::collections::BTreeMap;

use crate::model::State;

/// Puts back into `made` every entry and head that it left out of a merge: one side brought or changed it, and it is
/// missing, or stands as if that side had not. A value that neither side touched was removed on purpose. `sides` are
/// base, left and right; `merged` is the merge of them. Gives the whole state, and how many came back; none where
/// nothing did.
pub fn with_left_out(sides: [&State; 3], merged: &State, made: &State) -> Option<(State, usize)> {
    let mut state = made.clone();
    let agenda = sides.map(|side| side.agenda.as_ref());
    let pair = sides.map(|side| side.pair.as_ref());
    let count = put_back(
        sides.map(|side| &side.entries),
        &merged.entries,
        &mut state.entries,
    ) + put_back(
        sides.map(|side| &side.meetings),
        &merged.meetings,
        &mut state.meetings,
    ) + put_back_head(agenda, merged.agenda.as_ref(), &mut state.agenda)
        + put_back_head(pair, merged.pair.as_ref(), &mut state.pair);
    (count > 0).then_some((state, count))
}

fn put_back<K: Ord + Copy, T: Clone + PartialEq>(
    sides: [&BTreeMap<K, T>; 3],
    merged: &BTreeMap<K, T>,
    made: &mut BTreeMap<K, T>,
) -> usize {
    let is_lost = |key: &K, value| left_out(sides.map(|side| side.get(key)), value, made.get(key));
    let lost = merged.iter().filter(|(key, value)| is_lost(key, value));
    let lost: Vec<(K, T)> = lost.map(|(key, value)| (*key, value.clone())).collect();
    let count = lost.len();
    made.extend(lost);
    count
}

fn put_back_head<T: Clone + PartialEq>(
    sides: [Option<&T>; 3],
    merged: Option<&T>,
    made: &mut Option<T>,
) -> usize {
    let is_lost = |value: &&T| left_out(sides, value, made.as_ref());
    let Some(lost) = merged.filter(is_lost).cloned() else {
        return 0;
    };
    *made = Some(lost);
    1
}

fn left_out<T: PartialEq>([base, left, right]: [Option<&T>; 3], merged: &T, made: Option<&T>) -> bool {
    let ignored = |one: Option<&T>, other: Option<&T>| one != base && one != other && made == other;
    let touched = left != base || right != base;
    made != Some(merged) && ((made.is_none() && touched) || ignored(left, right) || ignored(right, left))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{entry, state_of};
    use super::{left_out, with_left_out};
    use crate::model::State;

    #[test]
    fn what_one_side_brought_or_changed_is_not_left_out() {
        let case = |base: &str, left: &str, right: &str, merged: &str, made: &str| {
            let of = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let [base, left, right, made] = [base, left, right, made].map(of);
            let sides = [base.as_ref(), left.as_ref(), right.as_ref()];
            left_out(sides, &merged.to_owned(), made.as_ref())
        };
        assert!(case("", "", "a", "a", ""), "theirs is missing");
        assert!(case("", "a", "", "a", ""), "mine is missing");
        assert!(case("a", "a", "b", "b", "a"), "their change is ignored");
        assert!(case("a", "b", "a", "b", "a"), "mine is ignored");
        assert!(case("a", "b", "c", "b, c", "c"), "one of two is ignored");
        assert!(case("a", "a", "b", "b", ""), "removed beside their change");
        assert!(!case("a", "a", "a", "a", ""), "nobody touched it");
        assert!(!case("a", "a", "b", "b", "b"), "as merged");
        assert!(!case("a", "b", "c", "b, c", "d"), "made anew");
    }

    #[test]
    fn entries_and_heads_come_back_and_are_counted() {
        let base = state_of(&[("agenda.toml", "")]);
        let meeting = format!("date = 2026-11-24\nstatus = \"held\"\n\n{}", entry(""));
        let mut left = state_of(&[
            ("agenda.toml", "x-note = \"mine\"\n"),
            ("meetings/2026/2026-11-24.toml", &meeting),
        ]);
        left.pair.as_mut().unwrap().top.set("cadence", "2w");
        let put_back = |made: &State| with_left_out([&base, &left, &base], &left, made);
        assert_eq!(put_back(&base), Some((left.clone(), 4)));
        assert_eq!(put_back(&left), None);
        let mut without_pair = left.clone();
        without_pair.pair.clone_from(&base.pair);
        assert_eq!(put_back(&without_pair), Some((left.clone(), 1)));
    }
}
