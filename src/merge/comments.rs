//! Comment lines merge as sets, place by place: above a table, above a key, behind a value, below a file.

use std::collections::BTreeSet;

use super::sets::merge_elements;

/// Merges the comment lines of one place. The order of the base comes first, new lines behind it by their bytes.
pub(crate) fn merge_comments(base: &[String], left: &[String], right: &[String]) -> Vec<String> {
    if left == right || right == base {
        return left.to_vec();
    }
    if left == base {
        return right.to_vec();
    }
    let set = |lines: &[String]| lines.iter().cloned().collect::<BTreeSet<_>>();
    let mut new = merge_elements(&set(base), &set(left), &set(right));
    let mut out = Vec::new();
    for line in base {
        if new.remove(line) {
            out.push(line.clone());
        }
    }
    out.extend(new);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &[&str], left: &[&str], right: &[&str]) -> Vec<String> {
        let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let (base, left, right) = (own(base), own(left), own(right));
        let merged = merge_comments(&base, &left, &right);
        assert_eq!(merge_comments(&base, &right, &left), merged);
        merged
    }

    #[test]
    fn lines_keep_the_order_of_the_base_and_new_ones_follow() {
        for (base, left, right, result) in [
            // As they stand, where one side alone changed them or both did alike.
            (&["a"][..], &["c", "b"][..], &["c", "b"][..], &["c", "b"][..]),
            (&["a", "b"], &["b", "a"], &["a", "b"], &["b", "a"]),
            (
                &["b", "a"],
                &["b", "a", "d"],
                &["b", "a", "c"],
                &["b", "a", "c", "d"],
            ),
            (&["b", "a"], &["a"], &["b", "c"], &["c"]),
        ] {
            assert_eq!(merged(base, left, right), result, "{base:?} {left:?} {right:?}");
        }
    }
}
