//! Three-way merge of a text, by line.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A range of base lines that a side replaced, and what with.
#[derive(PartialEq, Eq, Clone)]
struct Change<'a> {
    base: Range<usize>,
    lines: &'a [&'a str],
}

fn changes<'a>(base: &[&str], side: &'a [&'a str]) -> Vec<Change<'a>> {
    let ops = capture_diff_slices(Algorithm::Myers, base, side);
    let replaced = ops.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let mut changes: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in replaced {
        let (old, new) = (op.old_range(), op.new_range());
        match changes.last_mut() {
            // A deletion and an insertion at one place are one change.
            Some((o, n)) if o.end == old.start && n.end == new.start => {
                o.end = old.end;
                n.end = new.end;
            }
            _ => changes.push((old, new)),
        }
    }
    changes
        .into_iter()
        .map(|(base, new)| Change {
            base,
            lines: side.get(new).unwrap_or_default(),
        })
        .collect()
}

/// The text with the changes of both sides, or none where changed ranges overlap or touch.
///
/// The same change on both sides is one change.
pub(crate) fn merge_lines(base: &str, left: &str, right: &str) -> Option<String> {
    let (b, l, r): (Vec<&str>, Vec<&str>, Vec<&str>) = (
        base.split('\n').collect(),
        left.split('\n').collect(),
        right.split('\n').collect(),
    );
    let mut all = changes(&b, &l);
    for change in changes(&b, &r) {
        if !all.contains(&change) {
            all.push(change);
        }
    }
    all.sort_by_key(|c| (c.base.start, c.base.end));
    let mut out: Vec<&str> = Vec::new();
    let mut at = 0;
    let mut last = None;
    for change in &all {
        if last.is_some_and(|end| change.base.start <= end) {
            return None;
        }
        out.extend(b.get(at..change.base.start)?);
        out.extend(change.lines);
        at = change.base.end;
        last = Some(at);
    }
    out.extend(b.get(at..)?);
    Some(out.join("\n"))
}

/// Whether every line of the merged text stands in a side, and every line that a side added stands in it.
pub(crate) fn lines_kept(base: &str, left: &str, right: &str, merged: &str) -> bool {
    let has = |text: &str, line: &str| text.split('\n').any(|l| l == line);
    let invented = merged
        .split('\n')
        .any(|line| !has(left, line) && !has(right, line));
    let lost = |side: &str| {
        side.split('\n')
            .any(|line| !has(base, line) && !has(merged, line))
    };
    !invented && !lost(left) && !lost(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_different_lines_merge_and_touching_ones_do_not() {
        let base = "a\nb\nc\nd\ne";
        let merge = |l, r| merge_lines(base, l, r);
        assert_eq!(
            merge("A\nb\nc\nd\ne", "a\nb\nc\nd\nE").as_deref(),
            Some("A\nb\nc\nd\nE")
        );
        assert_eq!(merge("A\nb\nc\nd\ne", "a\nB\nc\nd\ne"), None, "touching");
        assert_eq!(
            merge("A\nb\nc\nd\ne", "A\nb\nc\nd\nE").as_deref(),
            Some("A\nb\nc\nd\nE"),
            "the same change"
        );
        assert_eq!(
            merge("a\nb\nc\nd\ne\nx", "a\nb\nc\nd\ne\ny"),
            None,
            "two additions at the end"
        );
        assert_eq!(
            merge("b\nc\nd\ne", "a\nb\nc\nd\ne\nf").as_deref(),
            Some("b\nc\nd\ne\nf")
        );
        assert_eq!(
            merge_lines("a", "a\n", "x\na").as_deref(),
            Some("x\na\n"),
            "before it and behind it"
        );
        assert_eq!(merge_lines("a", "b", "c"), None);
    }
}
