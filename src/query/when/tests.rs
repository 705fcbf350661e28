use proptest::prelude::*;

use super::*;
use crate::query::fixture::date;

/// A Sunday.
const TODAY: &str = "2026-11-22";

#[track_caller]
fn all_are(parse: fn(&str, Date) -> Result<Date, WhenError>, cases: &[(&str, &str)]) {
    for (words, day) in cases {
        assert_eq!(parse(words, date(TODAY)), Ok(date(day)), "{words}");
    }
}

#[test]
fn words_for_days_look_ahead() {
    all_are(
        parse_date,
        &[
            ("today", "2026-11-22"),
            (" Tomorrow ", "2026-11-23"),
            ("yesterday", "2026-11-21"),
            ("friday", "2026-11-27"),
            ("Fri", "2026-11-27"),
            ("thurs", "2026-11-26"),
            ("sunday", "2026-11-29"),
            ("next sunday", "2026-11-29"),
            ("this sunday", "2026-11-22"),
            ("last sunday", "2026-11-15"),
            ("last friday", "2026-11-20"),
            ("next week", "2026-11-29"),
            ("next month", "2026-12-22"),
            ("in 2 weeks", "2026-12-06"),
            ("in a month", "2026-12-22"),
            ("2w", "2026-12-06"),
            ("10d", "2026-12-02"),
            ("3 days ago", "2026-11-19"),
            ("2026-12-05", "2026-12-05"),
            ("5 dec", "2026-12-05"),
            ("dec 5", "2026-12-05"),
            ("dec 5th 2027", "2027-12-05"),
            ("5th dec 2027", "2027-12-05"),
            ("5th December", "2026-12-05"),
            ("Dec 5, 2027", "2027-12-05"),
            ("22 nov", "2026-11-22"),
            ("21 nov", "2027-11-21"),
            ("29 feb", "2028-02-29"),
            ("eom", "2026-11-30"),
            ("eow", "2026-11-27"),
            ("eoy", "2026-12-31"),
        ],
    );
}

#[test]
fn windows_look_back_by_calendar_months() {
    all_are(
        parse_since,
        &[
            ("6mo", "2026-05-22"),
            ("6 months", "2026-05-22"),
            ("2w", "2026-11-08"),
            ("90d", "2026-08-24"),
            ("1y", "2025-11-22"),
            ("2026-05-01", "2026-05-01"),
            ("yesterday", "2026-11-21"),
            ("last friday", "2026-11-20"),
            ("friday", "2026-11-20"),
            ("sunday", "2026-11-15"),
            ("3 months ago", "2026-08-22"),
            ("a year ago", "2025-11-22"),
            ("last month", "2026-10-22"),
            ("5 may", "2026-05-05"),
            ("5 dec", "2025-12-05"),
        ],
    );
    all_are(parse_until, &[("1mo", "2026-10-22"), ("today", "2026-11-22")]);
    assert_eq!(parse_since("6mo", date("2026-08-31")), Ok(date("2026-02-28")));
    assert_eq!(parse_since("1y", date("2028-02-29")), Ok(date("2027-02-28")));
}

#[test]
fn what_names_no_one_day_is_refused_with_the_way_out() {
    let hint = |words: &str| parse_since(words, date(TODAY)).unwrap_err().hint;
    assert_eq!(hint("6m"), "did you mean 6mo?");
    assert_eq!(hint("6 M"), "did you mean 6mo?");
    let what = |words: &str| parse_date(words, date(TODAY)).unwrap_err().what;
    assert_eq!(what("6m"), "`6m` is no span of time");
    assert_eq!(what("12"), "`12` is a bare number");
    assert_eq!(what("2027"), "`2027` is a bare number");
    assert_eq!(what("friday 3pm"), "`friday 3pm` names a time of day");
    assert_eq!(what("2026-12-05T10:00"), "`2026-12-05T10:00` names a time of day");
    assert_eq!(what("3 hours"), "`3 hours` names a time of day");
    assert_eq!(what("5/12"), "`5/12` could be two different days");
    assert_eq!(what("2026-02-30"), "`2026-02-30` is no date");
    assert_eq!(what("31 feb"), "`31 feb` is no date");
    assert_eq!(what("9999y"), "`9999y` is out of range");
    assert_eq!(what("0001-01-01"), "`0001-01-01` is out of range");
    assert_eq!(what(""), "no date is given");
    assert_eq!(what("\u{1b}[2J"), "`\\u{1b}[2J` is no date");
    assert_eq!(
        parse_since("in 2 weeks", date(TODAY)).unwrap_err().what,
        "`in 2 weeks` lies ahead"
    );
    for words in [
        "mon day",
        "second",
        "decade",
        "month",
        "5",
        "next",
        "in",
        "friday friday",
        "-3d",
        "+3d",
        "1.5w",
    ] {
        assert!(parse_date(words, date(TODAY)).is_err(), "{words}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(words in "\\PC*|[0-9a-z:/. -]{0,16}|[0-9]{1,5} ?(d|w|mo|y|m|ago|dec)( ago)?") {
        for day in ["2026-11-22", "2028-02-29", "1970-01-01"] {
            let _ = (parse_date(&words, date(day)), parse_since(&words, date(day)));
        }
    }

    #[test]
    fn a_weekday_is_one_to_seven_days_off(days in 0u64..3000, index in 0usize..7) {
        let today = date("2024-01-01").checked_add_days(Days::new(days)).unwrap();
        let name = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][index];
        let (ahead, back) = (parse_date(name, today).unwrap(), parse_since(name, today).unwrap());
        prop_assert!((1..=7).contains(&(ahead - today).num_days()));
        prop_assert!((1..=7).contains(&(today - back).num_days()));
        prop_assert_eq!(ahead.weekday().num_days_from_monday() as usize, index);
    }
}
