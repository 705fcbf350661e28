use super::super::merge;
use super::super::testing::{entry, placed, sealed, state, state_of, with_body};
use super::*;

/// The faults found in a result; nothing where it is sound. Left and right say the same of it.
fn found(base: &State, left: &State, right: &State, merged: &State) -> String {
    let of = |left, right| match check_values(base, left, right, merged) {
        Err(MergeError::Unsound { what }) => what,
        Err(other) => panic!("{other}"),
        Ok(()) => String::new(),
    };
    let what = of(left, right);
    assert_eq!(of(right, left), what);
    what
}

/// The same of agendas that hold one entry, or nothing.
fn found_in([base, left, right, merged]: [&str; 4]) -> String {
    let state = |lines: &str| match lines {
        "-" => state(""),
        lines => state(&entry(lines)),
    };
    found(&state(base), &state(left), &state(right), &state(merged))
}

#[test]
fn an_entry_goes_only_where_one_side_removed_it_and_the_other_left_it_as_it_was() {
    let lost = "entry kkkkkkkkkkkk would be lost";
    for (sides, what) in [
        (["-", "", "-", "-"], lost),
        (["-", "", "", "-"], lost),
        (["", "", "-", "-"], ""),
        (["", "carried = 1", "-", "-"], ""),
        (["", "tone = \"praise\"", "-", "-"], lost),
        (["", "", "", "-"], lost),
        (["", "-", "-", "-"], ""),
    ] {
        assert_eq!(found_in(sides), what, "{sides:?}");
    }
}

#[test]
fn a_value_that_a_side_wrote_stands_or_is_superseded_by_its_rule() {
    let kind = |kind: &str| format!("kind = \"{kind}\"");
    let both = "kind = \"growth\"\n[[entry.conflict]]\nfield = \"kind\"\nvalue = \"win\"";
    let (topic, growth, win) = (kind("topic"), kind("growth"), kind("win"));
    let done = |minute: &str| format!("state = \"done\"\nclosed = 2026-11-24T10:{minute}:00Z");
    for (sides, what) in [
        // A value is kept, in its place or in a conflict.
        ([&*topic, &growth, &win, &growth], "a value of `kind`"),
        ([&topic, &growth, &win, both], ""),
        ([&topic, &topic, &growth, &growth], ""),
        ([&topic, both, &topic, &growth], "a value of `kind`"),
        (["-", &growth, &win, &growth], "a value of `kind`"),
        // No value is one, where there was none before.
        (["", &growth, &win, both], ""),
        // A text is kept by its lines.
        (
            [
                "text = \"a\\nb\"",
                "text = \"A\\nb\"",
                "text = \"a\\nB\"",
                "text = \"A\\nB\"",
            ],
            "",
        ),
        (
            [
                "text = \"a\\nb\"",
                "text = \"A\\nb\"",
                "text = \"a\\nB\"",
                "text = \"a\\nB\"",
            ],
            "a value of `text`",
        ),
        // Themes are kept one by one.
        (
            [
                "themes = [\"a\"]",
                "themes = [\"a\", \"b\"]",
                "themes = [\"a\", \"c\"]",
                "themes = [\"a\", \"b\", \"c\"]",
            ],
            "",
        ),
        (
            [
                "themes = [\"a\"]",
                "themes = [\"a\", \"b\"]",
                "themes = [\"c\"]",
                "themes = [\"c\"]",
            ],
            "a value of `themes`",
        ),
        // Of one state the earlier end stays.
        (["", &done("10"), &done("20"), &done("10")], ""),
        (
            ["", &done("10"), "state = \"dropped\"", "state = \"dropped\""],
            "a value of `state`",
        ),
        // A field that goes along with another, or with the home, is no value of its own.
        (["", "carried = 1", "carried = 2", "carried = 2"], ""),
    ] {
        let found = found_in(sides);
        assert_eq!(found.is_empty(), what.is_empty(), "{sides:?}: {found}");
        assert!(found.contains(what), "{sides:?}: {found}");
        assert!(what.is_empty() || found.ends_with("would be lost"), "{found}");
    }
}

#[test]
fn a_value_of_the_result_stands_on_a_side() {
    for (sides, what) in [
        (
            [
                "",
                "kind = \"win\"",
                "",
                "kind = \"note\"\n[[entry.conflict]]\nfield = \"kind\"\nvalue = \"win\"",
            ],
            "`kind`",
        ),
        (
            [
                "",
                "kind = \"win\"",
                "",
                "kind = \"win\"\n[[entry.conflict]]\nfield = \"kind\"\nvalue = \"note\"",
            ],
            "`kind`",
        ),
        (
            [
                "text = \"a\"",
                "text = \"a\\nb\"",
                "text = \"a\"",
                "text = \"a\\nb\\nc\"",
            ],
            "`text`",
        ),
        (
            [
                "themes = [\"a\"]",
                "themes = [\"a\", \"b\"]",
                "themes = [\"a\"]",
                "themes = [\"a\", \"b\", \"c\"]",
            ],
            "`themes`",
        ),
    ] {
        let found = found_in(sides);
        assert!(
            found.contains(what) && found.ends_with("stands on no side"),
            "{sides:?}: {found}"
        );
    }
    // The base's author stands, though no side has it any more.
    let author = |by: &str| state(&entry("tone = \"praise\"").replace("by = \"ana\"", by));
    let (ana, sam, none) = (author("by = \"ana\""), author("by = \"sam\""), author(""));
    assert_eq!(found(&ana, &none, &none, &author("by = \"ana\" # x")), "");
    assert!(found(&sam, &none, &none, &author("by = \"ana\" # x")).contains("`by`"));
}

#[test]
fn a_body_under_a_seal_is_one_value() {
    let (old, one, other) = (sealed("old"), sealed("one"), sealed("other"));
    let row = format!("{one}\n[[entry.conflict]]\nfield = \"body\"\n{other}");
    for (sides, what) in [
        (
            [&*old, &one, &other, &one],
            "a value of `body` of entry kkkkkkkkkkkk would be lost",
        ),
        ([&old, &one, &other, &row], ""),
        ([&old, &one, &old, &one], ""),
        (
            ["-", &one, &other, &one],
            "a value of `body` of entry kkkkkkkkkkkk would be lost",
        ),
        (
            [
                &old,
                &one,
                &one,
                &format!("{one}\n[[entry.conflict]]\nfield = \"body\"\n{other}"),
            ],
            "a value of `body` of entry kkkkkkkkkkkk stands on no side",
        ),
        // Its fields are no values then: they stand inside.
        (
            ["text = \"a\"", "text = \"b\"", &one, &one],
            "a value of `body` of entry kkkkkkkkkkkk would be lost",
        ),
        (["text = \"a\"", "text = \"a\"", &one, &one], ""),
    ] {
        assert_eq!(found_in(sides), what, "{sides:?}");
    }
    // A body that stands in clear in a conflict is kept as a whole.
    let shared = |text: &str| format!("kind = \"topic\"\nvisibility = \"shared\"\ntext = \"{text}\"");
    let (left, right) = (shared("left"), shared("right"));
    let both = format!("{right}\n[[entry.conflict]]\nfield = \"body\"\n{left}");
    assert_eq!(found_in([&old, &left, &right, &both]), "");
    assert!(found_in([&old, &left, &right, &right]).contains("would be lost"));
}

fn with_meeting(meeting: &str) -> State {
    match meeting {
        "" => state(""),
        meeting => state_of(&[("meetings/2026/2026-11-24.toml", meeting)]),
    }
}

#[test]
fn a_meeting_goes_only_where_one_side_removed_it_and_the_other_left_it_as_it_was() {
    let held = "date = 2026-11-24\nstatus = \"held\"\n";
    let ended = "date = 2026-11-24\nstatus = \"held\"\nended = 2026-11-24T10:30:00Z\n";
    let lost = "meeting 2026-11-24 would be lost";
    for (sides, what) in [
        (["", held, "", ""], lost),
        ([held, held, "", ""], ""),
        ([held, ended, "", ""], lost),
        ([held, held, held, ""], lost),
        ([held, held, ended, ""], lost),
        ([held, "", "", ""], ""),
        ([held, held, ended, ended], ""),
    ] {
        let [base, left, right, merged] = sides.map(with_meeting);
        assert_eq!(found(&base, &left, &right, &merged), what, "{sides:?}");
    }
}

#[test]
fn a_line_is_read_by_no_more_people_than_before() {
    let clear = |visibility: &str, text: &str| format!("visibility = \"{visibility}\"\ntext = \"{text}\"");
    let (private, confidential) = (
        clear("private", "hush\\nmore"),
        clear("confidential", "hush\\nmore"),
    );
    let (shared, open) = (clear("shared", "hush"), clear("shared", "open"));
    let text_row = "\n[[entry.conflict]]\nfield = \"text\"\nvalue = \"hush\"";
    for (sides, result, wider) in [
        ([&*private, &open], &*shared, true),
        ([&private, &confidential], &clear("confidential", "hush"), false),
        ([&private, &private], &clear("confidential", "hush"), true),
        ([&private, &shared], &shared, false),
        ([&private, &open], &private, false),
        ([&private, &open], &open, false),
        // Beside what is shown, in a conflict.
        ([&private, &open], &with_body(&open, &shared), true),
        ([&private, &open], &with_body(&open, &private), false),
        ([&with_body(&open, &private), &open], &shared, true),
        ([&with_body(&open, &shared), &private], &shared, false),
        ([&private, &open], &format!("{open}{text_row}"), true),
        ([&format!("{open}{text_row}"), &private], &shared, false),
        // A ciphertext counts as a text.
        (
            [&sealed("x"), &open],
            "visibility = \"confidential\"\nsealed = \"x\"",
            true,
        ),
        (
            [&sealed("x"), &open],
            &with_body(&open, "visibility = \"confidential\"\nsealed = \"x\""),
            true,
        ),
        ([&sealed("x"), &open], &with_body(&open, &sealed("x")), false),
        // A value that no side had is another check's business.
        ([&private, &open], &clear("shared", "new"), false),
    ] {
        let sides = sides.map(placed);
        let sides: Vec<&Placed> = sides.iter().collect();
        assert_eq!(widened(&sides, &placed(result)), wider, "{result}");
    }
}

#[test]
fn a_merge_that_prefers_a_side_is_noticed() {
    let (base, left, right) = ["a", "b", "c"]
        .map(|text| state(&entry(&format!("text = \"{text}\""))))
        .into();
    let merged = merge_unchecked(&base, &left, &right).unwrap();
    assert_eq!(check(&base, &left, &right, &merged), Ok(()));
    let of_left = Merged {
        state: left.clone(),
        kept: Vec::new(),
    };
    let what = "left and right are not alike to it".to_owned();
    assert_eq!(
        check(&base, &left, &right, &of_left),
        Err(MergeError::Unsound { what })
    );
}

#[test]
fn a_seat_that_a_merge_would_open_again_is_noticed() {
    let with_keys = |keys: &[&str]| {
        let mut state = state("");
        let pair = state.pair.as_mut().unwrap();
        let keys = keys.iter().map(|key| Value::from(*key)).collect();
        pair.members
            .get_mut("ana")
            .unwrap()
            .set("keys", Value::Array(keys));
        state
    };
    let (both, one, other, none) = (
        with_keys(&["a", "b"]),
        with_keys(&["a"]),
        with_keys(&["b"]),
        with_keys(&[]),
    );
    let open_again = "the seat of ana would be open again";
    assert_eq!(found(&both, &one, &other, &none), open_again);
    assert_eq!(found(&both, &one, &other, &both), "");
    assert_eq!(found(&none, &none, &none, &none), "");
}

#[test]
fn a_body_that_became_the_one_shown_is_kept_beside_another_conflict() {
    let due = "[[entry.conflict]]\nfield = \"due\"\nvalue = 2026-12-01\n";
    let base = "text = \"a\"";
    let side = with_body("text = \"a\"", "visibility = \"shared\"\ntext = \"b\"");
    let result = format!("text = \"b\"\n{due}");
    let of = |lines: &str| state(&entry(lines)).entries.into_values().next().unwrap();
    assert_eq!(lost_value(Some(&of(base)), &of(&side), &of(&result)), None);
    let neither = format!("text = \"c\"\n{due}");
    let lost = lost_value(Some(&of(base)), &of(&side), &of(&neither));
    assert_eq!(lost.as_deref(), Some("body"));
}

#[test]
fn a_body_beside_a_seal_goes_where_one_resolved_and_the_other_shared() {
    let other = "visibility = \"shared\"\ntext = \"other\"";
    let base = state(&entry(&with_body(&sealed("A"), other)));
    let resolved = state(&entry(&sealed("A")));
    let shared = state(&entry(&with_body("text = \"b\"", other)));
    let merged = merge(&base, &resolved, &shared).unwrap().state;
    assert!(merged == state(&entry("text = \"b\"")));
}

#[test]
fn a_ciphertext_that_stands_on_no_side_is_invented() {
    let of = |lines: &str| state(&entry(lines)).entries.into_values().next().unwrap();
    let (left, right, other) = (of(&sealed("A")), of(&sealed("B")), of(&sealed("C")));
    let invented = |result| invented(None, &[&left, &right], result);
    assert_eq!(invented(&left), None);
    assert_eq!(invented(&other).as_deref(), Some("a value of `body`"));
}
