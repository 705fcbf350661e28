use super::super::testing::{state_of, table};
use super::*;
use crate::model::{Home, write_table};

/// Merges entries with these lines; left and right are alike to it.
fn merged(base: &str, left: &str, right: &str) -> Table {
    let (base, left, right) = (table(base), table(left), table(right));
    let merged = merge_fields(TableKind::Entry, Some(&base), &left, &right);
    let mirrored = merge_fields(TableKind::Entry, Some(&base), &right, &left);
    assert_eq!(write_table(&merged), write_table(&mirrored));
    merged
}

/// The same for the head of a meeting.
fn merged_heads(base: &str, left: &str, right: &str) -> Table {
    let head = |lines: &str| {
        let key = "2026-11-24".parse().unwrap();
        let text = format!("date = 2026-11-24\n{lines}\n");
        let path = Home::Meeting(key).path();
        state_of(&[(&path, &text)]).meetings.remove(&key).unwrap()
    };
    let (base, left, right) = (head(base), head(left), head(right));
    let merged = merge_fields(TableKind::Meeting, Some(&base), &left, &right);
    let mirrored = merge_fields(TableKind::Meeting, Some(&base), &right, &left);
    assert_eq!(write_table(&merged), write_table(&mirrored));
    merged
}

/// The values of a field, the one that is shown first.
fn values(table: &Table, field: &str) -> Vec<Option<String>> {
    let of = |a: &Alternative| a.value().map(Value::canonical);
    let rows = table.rows_of(field).map(|row| of(&row.alternative));
    std::iter::once(of(&table.shown(field))).chain(rows).collect()
}

#[test]
fn what_one_side_alone_or_both_alike_changed_is_taken_whatever_the_rule() {
    // The author never changes by its rule: where both would differ, the base's stands.
    let by = |base: &str, left: &str, right: &str| {
        let of = |name: &str| {
            let mut entry = table("");
            entry.set("by", name);
            entry
        };
        let merged = merge_fields(TableKind::Entry, Some(&of(base)), &of(left), &of(right));
        merged.get_str("by").unwrap().to_owned()
    };
    assert_eq!(by("ana", "sam", "sam"), "sam");
    assert_eq!(by("ana", "sam", "ana"), "sam");
    assert_eq!(by("ana", "ana", "sam"), "sam");
    assert_eq!(by("ana", "sam", "zoe"), "ana");
}

#[test]
fn a_meeting_that_either_held_was_held() {
    let status = |base: &str, left: &str, right: &str| {
        let line = |word: &str| match word {
            "" => String::new(),
            word => format!("status = \"{word}\""),
        };
        values(&merged_heads(&line(base), &line(left), &line(right)), "status")
    };
    let word = |word: &str| Some(format!("\"{word}\""));
    assert_eq!(status("", "held", "skipped"), [word("held")]);
    assert_eq!(status("held", "skipped", ""), [word("skipped"), None]);
    assert_eq!(status("skipped", "held", ""), [word("held")]);
}

#[test]
fn of_two_ends_the_later_stays_whatever_the_other_clock_says() {
    let ended = |base: &str, left: &str, right: &str| {
        let line = |at: &str| match at {
            "" => "started = 2026-11-24T11:00:00Z".to_owned(),
            at => format!("started = 2026-11-24T11:00:00Z\nended = 2026-11-24T{at}:00Z"),
        };
        let merged = merged_heads(&line(base), &line(left), &line(right));
        merged
            .get("ended")
            .map(|value| value.canonical()[11..16].to_owned())
    };
    let at = |at: &str| Some(at.to_owned());
    assert_eq!(
        ended("", "10:30", ""),
        at("10:30"),
        "before the other clock's start"
    );
    assert_eq!(ended("", "11:30", "11:40"), at("11:40"));
    assert_eq!(
        ended("11:30", "11:40", ""),
        at("11:40"),
        "opened again here, ended again there"
    );
    assert_eq!(ended("11:30", "", "11:30"), None, "opened again");
}

#[test]
fn the_list_of_a_meeting_is_a_set_and_stays_written_when_it_is_empty() {
    let list = |base: &str, left: &str, right: &str| {
        let line = |list: &str| match list {
            "" => "status = \"held\"".to_owned(),
            list => format!("status = \"held\"\nagenda = {list}"),
        };
        let merged = merged_heads(&line(base), &line(left), &line(right));
        assert!(merged.rows.is_empty());
        merged.get("agenda").map(|value| value.canonical())
    };
    let is = |list: &str| Some(list.to_owned());
    assert_eq!(list("", "[\"k\"]", "[\"l\"]"), is("[\"k\", \"l\"]"));
    assert_eq!(list("", "[\"k\"]", ""), is("[\"k\"]"));
    assert_eq!(list("", "[\"k\"]", "[]"), is("[\"k\"]"));
    assert_eq!(list("[\"k\", \"l\"]", "[\"k\"]", "[\"l\"]"), is("[]"));
}

#[test]
fn lines_that_leave_no_text_are_a_conflict() {
    let text = |text: &str| format!("text = \"{text}\"");
    let both = merged(&text("a\\n\\nb"), &text("\\nb"), &text("a\\n"));
    assert_eq!(values(&both, "text").len(), 2);
    let one = merged(&text("a\\nx\\nb"), &text("x\\nb"), &text("a\\nx"));
    assert_eq!(values(&one, "text"), [Some("\"x\"".to_owned())]);
}

#[test]
fn of_one_state_the_earlier_end_stays_and_one_without_an_end_goes() {
    let at = |text: &str| Some(Value::Datetime(text.parse().unwrap()));
    let done = |closed: Option<Value>| Alternative::of_state(Some("done".into()), closed);
    let dropped = Alternative::of_state(Some("dropped".into()), at("2026-11-24T10:00:00Z"));
    for (first, second, kept) in [
        (
            "2026-11-24T10:00:00Z",
            "2026-11-24T10:01:00Z",
            "2026-11-24T10:00:00Z",
        ),
        // By their bytes the other one would come first.
        (
            "2026-11-24T10:00:00.5Z",
            "2026-11-24T10:00:00Z",
            "2026-11-24T10:00:00Z",
        ),
        // Of one moment the first by its bytes stays.
        (
            "2026-11-24T10:00:00.0Z",
            "2026-11-24T10:00:00Z",
            "2026-11-24T10:00:00.0Z",
        ),
    ] {
        let all = BTreeSet::from([done(at(first)), done(at(second)), done(None), dropped.clone()]);
        let one = one_of_each_state(all);
        assert_eq!(
            one,
            BTreeSet::from([done(at(kept)), dropped.clone()]),
            "{first} {second}"
        );
    }
}

#[test]
fn comments_stay_with_their_keys_and_those_of_a_key_that_is_gone_stand_above() {
    let merged = merged(
        "kind = \"win\"\ntone = \"praise\" # first",
        "# why\nkind = \"win\" # left\ntone = \"praise\" # first\nzeta = 1",
        "kind = \"win\"\ntone = \"praise\" # second\nalpha = 1",
    );
    let comments = |key: &str| {
        let field = merged.field(key).unwrap();
        (field.above.join(" "), field.beside.clone().unwrap_or_default())
    };
    assert_eq!(comments("kind"), ("# why".to_owned(), "# left".to_owned()));
    assert_eq!(comments("tone"), (String::new(), "# second".to_owned()));
    assert_eq!(comments("zeta"), Default::default());
    let gone = self::merged(
        "# why\ndue = 2026-12-01 # soon\nkind = \"win\"",
        "kind = \"win\"\nzeta = 1",
        "# why\ndue = 2026-12-01 # soon\nkind = \"note\"",
    );
    assert!(gone.get("due").is_none());
}
