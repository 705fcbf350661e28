//! Three-way merge of a text, by line.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A range of base lines that a side replaced, and what with.
#[derive(PartialEq, Eq, Clone)]
struct LineChange<'a> {
    base: Range<usize>,
    lines: &'a [&'a str],
}

fn changes<'a>(base: &[&str], side: &'a [&'a str]) -> Vec<LineChange<'a>> {
    // A deletion and an insertion at one place come as one replacement.
    let ops = capture_diff_slices(Algorithm::Myers, base, side);
    let changed = ops.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| LineChange {
            base: op.old_range(),
            lines: side.get(op.new_range()).unwrap_or_default(),
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
    use proptest::prelude::*;

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

    #[test]
    fn a_merged_text_holds_what_the_sides_added_and_nothing_else() {
        for (base, left, right, merged, kept) in [
            ("a\nb", "A\nb", "a\nB", "A\nB", true),
            ("a\nb", "A\nb", "a\nB", "A\nb", false),
            ("a\nb", "A\nb", "a\nB", "a\nB", false),
            ("a\nb", "A\nb", "a\nb", "A\nb\nc", false),
            ("a\nb", "b", "a", "", false),
            ("a\n\nb", "\nb", "a\n", "", true),
            ("a", "b", "b", "b", true),
        ] {
            assert_eq!(lines_kept(base, left, right, merged), kept, "{merged:?}");
            assert_eq!(lines_kept(base, right, left, merged), kept, "{merged:?}");
        }
    }

    proptest! {
        #[test]
        fn changes_of_one_side_never_touch(base in "[abc\n]{0,12}", side in "[abc\n]{0,12}") {
            let (base, side): (Vec<&str>, Vec<&str>) = (base.split('\n').collect(), side.split('\n').collect());
            let changes = changes(&base, &side);
            prop_assert!(changes.windows(2).all(|two| two[0].base.end < two[1].base.start));
        }
    }
}
