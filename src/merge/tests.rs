use super::testing::table;
use super::*;
use crate::model::write_table;

fn content(lines: &str) -> Content {
    Content::of_entry(&table(lines))
}

/// Merges contents with these lines; left and right are alike to it.
fn merged(base: Option<&str>, left: &str, right: &str) -> String {
    let (base, left, right) = (base.map(content), content(left), content(right));
    let merged = write_table(merge_contents(base.as_ref(), &left, &right).table());
    let mirrored = merge_contents(base.as_ref(), &right, &left);
    assert_eq!(merged, write_table(mirrored.table()));
    merged
}

#[test]
fn contents_merge_by_the_rules_of_entries() {
    let as_written = |lines: &str| write_table(content(lines).table());
    // Keys stand in an order that is nobody's: what one side alone changed is taken as it stands.
    let (old, new) = (
        "tone = \"praise\"\nkind = \"win\"",
        "tone = \"improve\"\nkind = \"win\"",
    );
    assert_eq!(merged(Some(old), old, new), as_written(new));
    assert_eq!(merged(Some(old), new, new), as_written(new));
    assert_eq!(merged(None, new, new), as_written(new));
    let both = merged(Some(old), new, "tone = \"praise\"\nkind = \"growth\"");
    assert_eq!(
        both,
        as_written("kind = \"growth\"\ntext = \"a\"\ntone = \"improve\"")
    );
    // Over nothing, both values of a field stand.
    let both = merged(None, "kind = \"growth\"", "kind = \"win\"");
    assert!(
        both.contains("kind = \"growth\"") && both.contains("value = \"win\""),
        "{both}"
    );
}
