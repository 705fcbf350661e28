//! The set rule (docs/merge.md#set-rule).

use std::collections::BTreeSet;

/// The result of merging the values of a field: `left` or `right` where only one side changed it, else what both
/// kept with what either added, and where that is nothing, everything.
pub(crate) fn merge_sets<T: Ord + Clone>(
    base: &BTreeSet<T>,
    left: &BTreeSet<T>,
    right: &BTreeSet<T>,
) -> BTreeSet<T> {
    if left == right || right == base {
        return left.clone();
    }
    if left == base {
        return right.clone();
    }
    let merged = merge_elements(base, left, right);
    if merged.is_empty() {
        left.union(right).cloned().collect()
    } else {
        merged
    }
}

/// The members that both kept with those that either added; removed stays removed.
pub(crate) fn merge_elements<T: Ord + Clone>(
    base: &BTreeSet<T>,
    left: &BTreeSet<T>,
    right: &BTreeSet<T>,
) -> BTreeSet<T> {
    let kept = left.intersection(right);
    kept.chain(left.difference(base))
        .chain(right.difference(base))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> BTreeSet<char> {
        text.chars().collect()
    }

    #[test]
    fn the_set_rule_case_by_case() {
        for (base, left, right, result) in [
            ("a", "a", "b", "b"),
            ("a", "b", "a", "b"),
            ("a", "b", "b", "b"),
            ("a", "", "a", ""),
            ("a", "a", "", ""),
            ("a", "b", "c", "bc"),
            ("a", "bc", "bd", "bcd"),
            ("ab", "a", "b", "ab"),
            ("bc", "b", "bcd", "bd"),
            ("", "a", "b", "ab"),
        ] {
            assert_eq!(
                merge_sets(&set(base), &set(left), &set(right)),
                set(result),
                "{base} {left} {right}"
            );
        }
    }
}
