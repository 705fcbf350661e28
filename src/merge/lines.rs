//! Three-way merge of a text, by line.

use std::collections::HashSet;
use std::ops::Range;

use crate::model::Limits;

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

/// Whether a diff of the two is beyond [`Limits::LINES`]: it takes the square of what lies between the first and the last
/// line that differ.
fn is_beyond(base: &[&str], side: &[&str]) -> bool {
    let head = base.iter().zip(side).take_while(|(a, b)| a == b).count();
    let (base, side) = (
        base.get(head..).unwrap_or_default(),
        side.get(head..).unwrap_or_default(),
    );
    let ends = base.iter().rev().zip(side.iter().rev());
    let tail = ends.take_while(|(a, b)| a == b).count();
    base.len().max(side.len()) - tail > Limits::LINES
}

/// The text with the changes of both sides, or none where changed ranges overlap or touch, or the changes are beyond
/// [`Limits::LINES`].
///
/// The same change on both sides is one change.
pub(crate) fn merge_lines(base: &str, left: &str, right: &str) -> Option<String> {
    let (b, l, r): (Vec<&str>, Vec<&str>, Vec<&str>) = (
        base.split('\n').collect(),
        left.split('\n').collect(),
        right.split('\n').collect(),
    );
    if is_beyond(&b, &l) || is_beyond(&b, &r) {
        return None;
    }
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
    let lines = |text| -> HashSet<&str> { str::split(text, '\n').collect() };
    let (base, left, right, merged) = (lines(base), lines(left), lines(right), lines(merged));
    let invented = merged
        .iter()
        .any(|line| !left.contains(line) && !right.contains(line));
    let lost = |side: &HashSet<&str>| {
        side.iter()
            .any(|line| !base.contains(line) && !merged.contains(line))
    };
    !invented && !lost(&left) && !lost(&right)
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

    #[test]
    fn a_text_beyond_the_limit_is_left_to_the_person() {
        let text = |count: usize, word: &str| vec![word; count].join("\n");
        let (head, tail) = (text(5_000, "head"), text(5_000, "tail"));
        let both = |middle: &str| format!("{head}\n{middle}\n{tail}");
        let most = Limits::LINES;
        let (base, left) = (both(&text(most, "a")), both(&text(most, "b")));
        assert_eq!(merge_lines(&base, &left, &base), Some(left.clone()));
        let longer = both(&text(most + 1, "b"));
        assert_eq!(merge_lines(&base, &longer, &base), None);
        assert_eq!(merge_lines(&base, &base, &longer), None);
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
