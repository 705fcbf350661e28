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
