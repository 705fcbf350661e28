use super::super::testing::{sealed, table, with_body};
use super::*;

#[test]
fn an_entry_is_sealed_by_its_ciphertext_its_visibility_or_a_body_in_a_conflict() {
    for (lines, is) in [
        ("", false),
        ("visibility = \"shared\"", false),
        ("visibility = \"private\"", true),
        ("visibility = \"confidential\"", true),
        ("sealed = \"x\"", true),
        ("visibility = \"shared\"\nsealed = \"x\"", true),
        (&with_body("", "visibility = \"shared\"\ntext = \"b\""), false),
        (&with_body("", "visibility = \"private\"\ntext = \"b\""), true),
        (&with_body("", "visibility = \"shared\"\nsealed = \"x\""), true),
    ] {
        assert_eq!(is_sealed(&table(lines)), is, "{lines}");
    }
}

/// The bodies of an entry, the one that is shown first.
fn shown(entry: &Table) -> Vec<String> {
    let of = |body: &Alternative| {
        let text = body.get("text").or(body.get("sealed"));
        text.unwrap().as_str().unwrap().to_owned()
    };
    let first = of(&entry.shown("body"));
    let rows = entry.rows_of("body").map(|row| of(&row.alternative));
    std::iter::once(first).chain(rows).collect()
}

/// Merges entries with these lines; left and right are alike to it.
fn merged(base: Option<&str>, left: &str, right: &str) -> Table {
    let (base, left, right) = (base.map(table), table(left), table(right));
    let merged = merge_bodies(base.as_ref(), &left, &right);
    assert_eq!(
        write_table(&merged),
        write_table(&merge_bodies(base.as_ref(), &right, &left))
    );
    merged
}

#[test]
fn two_bodies_under_a_seal_both_stand_and_a_base_that_both_had_goes() {
    let (old, one, other) = (sealed("old"), sealed("one"), sealed("other"));
    assert_eq!(shown(&merged(Some(&old), &one, &other)), ["one", "other"]);
    assert_eq!(shown(&merged(None, &one, &other)), ["one", "other"]);
    // One ended the conflict, the other changed something else.
    let both = with_body(&one, &other);
    assert_eq!(
        shown(&merged(Some(&both), &one, &with_body(&sealed("more"), &other))),
        ["more"]
    );
    // Rows of fields stand inside: none stays beside the seal.
    let beside = format!("{one}\n[[entry.conflict]]\nfield = \"kind\"\nvalue = \"win\"");
    let result = merged(Some(&old), &beside, &other);
    let fields: Vec<&str> = result.rows.iter().map(|row| row.field.as_str()).collect();
    assert!(fields.contains(&"body"), "{fields:?}");
}

#[test]
fn what_both_shared_merges_by_its_fields_with_the_bodies_that_stood_beside() {
    let (left, right) = ("text = \"a\"\nkind = \"win\"", "text = \"a\"\ntone = \"praise\"");
    let beside = "visibility = \"shared\"\ntext = \"beside\"";
    let result = merged(Some(&sealed("old")), &with_body(left, beside), right);
    assert_eq!(shown(&result), ["a", "beside"]);
    assert_eq!(result.get_str("kind"), Some("win"));
    assert_eq!(result.get_str("tone"), Some("praise"));
    // A field's own conflict is merged as a field, and no body.
    let conflict = format!("{left}\n[[entry.conflict]]\nfield = \"due\"\nvalue = 2026-12-01");
    let result = merged(Some(&sealed("old")), &conflict, right);
    assert_eq!(result.rows.iter().filter(|row| row.field == "due").count(), 1);
    assert_eq!(shown(&result), ["a"]);
}

#[test]
fn the_envelope_is_that_of_the_base_else_the_smaller() {
    let (one, other) = (sealed("one"), sealed("other"));
    let by = |name: &str, lines: &str| {
        let mut entry = table(lines);
        entry.put("by", (!name.is_empty()).then(|| name.into()));
        entry
    };
    for (base, left, right, author) in [
        (Some("zoe"), "ana", "sam", Some("zoe")),
        (None, "ana", "sam", Some("ana")),
        (None, "", "sam", Some("sam")),
        (None, "", "", None),
        (Some(""), "sam", "ana", Some("ana")),
    ] {
        let base = base.map(|name| by(name, &sealed("old")));
        let (left, right) = (by(left, &one), by(right, &other));
        for (left, right) in [(&left, &right), (&right, &left)] {
            let result = merge_bodies(base.as_ref(), left, right);
            assert_eq!(result.get_str("by"), author);
        }
        // In clear too, over a seal.
        let (left, right) = (by(left.get_str("by").unwrap_or(""), "kind = \"win\""), right);
        let result = merge_bodies(base.as_ref(), &left, &by(right.get_str("by").unwrap_or(""), ""));
        assert_eq!(result.get_str("by"), author);
    }
}

/// The base of the conflict that comes of a merge.
fn base_of(base: Option<&str>, left: &str, right: &str) -> Option<String> {
    merged(base, left, right).body_base
}

#[test]
fn the_base_of_a_conflict_is_kept_while_it_says_where_both_began() {
    let (old, one, other) = (sealed("old"), sealed("one"), sealed("other"));
    let over = |base: &str, shown: &str, row: &str| with_body(shown, &format!("base = \"{base}\"\n{row}"));
    assert_eq!(base_of(Some(&old), &one, &other).as_deref(), Some("old"));
    assert_eq!(base_of(None, &one, &other), None);
    // The base was in conflict itself: there is no one text to begin from.
    let both = with_body(&old, &sealed("older"));
    assert_eq!(base_of(Some(&both), &one, &other), None);
    // One side had the conflict already, and knows where it began.
    let before = over("first", &one, &other);
    assert_eq!(
        base_of(Some(&one), &before, &sealed("third")).as_deref(),
        Some("first")
    );
    // It does not, where the other side's base is none of its values.
    assert_eq!(base_of(Some(&old), &before, &sealed("third")), None);
    // Both have one: only where they agree.
    let (third, fourth) = (sealed("third"), sealed("fourth"));
    let (mine, theirs) = (over("first", &one, &third), over("first", &one, &fourth));
    assert_eq!(base_of(Some(&one), &mine, &theirs).as_deref(), Some("first"));
    let theirs = over("second", &one, &fourth);
    assert_eq!(base_of(Some(&one), &mine, &theirs), None);
    // No conflict is left: it has no base.
    assert_eq!(base_of(Some(&before), &one, &before), None);
}
