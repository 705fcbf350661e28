//! How much came and how much goes, in words.

use crate::model::{ChangeCounts, number};

/// How much goes one way, and how: `4 entries came (1 added, 3 changed)`; none where nothing does.
pub fn way(counts: &ChangeCounts, how: &str) -> Option<String> {
    let sorts = sorts(counts);
    let sorts = match sorts.as_slice() {
        [] => String::new(),
        // Whatever else goes the same way is neither.
        [(_, sort)] if things(counts).len() == 1 => format!(" ({sort})"),
        _ => format!(" ({})", numbers(&sorts)),
    };
    Some(what(counts)?).map(|what| format!("{what} {how}{sorts}"))
}

/// How much of it there is: `4 entries and the agreed day: 1 added, 3 changed`; none where there is nothing.
pub(super) fn sum(counts: &ChangeCounts) -> Option<String> {
    let sorts = sorts(counts);
    let what = what(counts)?;
    Some(match sorts.is_empty() {
        true => what,
        false => format!("{what}: {}", numbers(&sorts)),
    })
}

/// How much a pair holds: `12 meetings, 340 entries`; none where it is empty.
pub fn records(meetings: usize, entries: usize) -> Option<String> {
    let some = |count: usize, one, many| (count > 0).then(|| number(count, one, many));
    let things = [
        some(meetings, "meeting", "meetings"),
        some(entries, "entry", "entries"),
    ];
    let things: Vec<String> = things.into_iter().flatten().collect();
    (!things.is_empty()).then(|| things.join(", "))
}

fn sorts(counts: &ChangeCounts) -> Vec<(usize, &'static str)> {
    let sorts = [
        (counts.added, "added"),
        (counts.changed, "changed"),
        (counts.removed, "removed"),
    ];
    sorts.into_iter().filter(|(count, _)| *count > 0).collect()
}

fn numbers(sorts: &[(usize, &str)]) -> String {
    let numbers = sorts.iter().map(|(count, sort)| format!("{count} {sort}"));
    numbers.collect::<Vec<_>>().join(", ")
}

fn things(counts: &ChangeCounts) -> Vec<String> {
    let some = |count: usize, one, many| (count > 0).then(|| number(count, one, many));
    // The entries of a meeting that began or ended are counted.
    let meetings = if counts.entries() == 0 { counts.meetings } else { 0 };
    let things = [
        some(counts.entries(), "entry", "entries"),
        some(meetings, "meeting", "meetings"),
        counts.next.then(|| "the agreed day".to_owned()),
        some(counts.pair, "change of pair.toml", "changes of pair.toml"),
    ];
    things.into_iter().flatten().collect()
}

fn what(counts: &ChangeCounts) -> Option<String> {
    let things = things(counts);
    let (last, rest) = things.split_last()?;
    Some(match rest.is_empty() {
        true => last.clone(),
        false => format!("{} and {last}", rest.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_and_setting_is_named() {
        let of = |[added, changed, removed, meetings, pair]: [usize; 5], next| ChangeCounts {
            added,
            changed,
            removed,
            meetings,
            pair,
            next,
        };
        for (counts, words, short) in [
            (of([0; 5], false), None, None),
            (
                of([1, 0, 0, 0, 0], false),
                Some("1 entry came (added)"),
                Some("1 entry: 1 added"),
            ),
            (
                of([0, 0, 3, 0, 0], false),
                Some("3 entries came (removed)"),
                Some("3 entries: 3 removed"),
            ),
            (
                of([1, 3, 2, 1, 0], false),
                Some("6 entries came (1 added, 3 changed, 2 removed)"),
                Some("6 entries: 1 added, 3 changed, 2 removed"),
            ),
            (
                of([4, 0, 0, 0, 2], true),
                Some("4 entries, the agreed day and 2 changes of pair.toml came (4 added)"),
                Some("4 entries, the agreed day and 2 changes of pair.toml: 4 added"),
            ),
            (
                of([0, 0, 0, 1, 1], false),
                Some("1 meeting and 1 change of pair.toml came"),
                None,
            ),
            (
                of([0, 0, 0, 0, 0], true),
                Some("the agreed day came"),
                Some("the agreed day"),
            ),
        ] {
            assert_eq!(way(&counts, "came").as_deref(), words);
            if short.is_some() {
                assert_eq!(sum(&counts).as_deref(), short);
            }
        }
    }
}
