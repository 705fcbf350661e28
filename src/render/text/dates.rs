//! Days as people say them.

use chrono::Datelike;

use crate::model::Date;

/// `Tue 24 Nov`, with the year where it is not this one.
pub fn day(date: Date, today: Date) -> String {
    let form = if date.year() == today.year() {
        "%a %-d %b"
    } else {
        "%a %-d %b %Y"
    };
    date.format(form).to_string()
}

/// How far off: `today`, `tomorrow`, `in 3 days`, `yesterday`, `2 days ago`.
pub(super) fn off(date: Date, today: Date) -> String {
    match (date - today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        n if n > 0 => format!("in {n} days"),
        n => format!("{} days ago", -n),
    }
}

/// When an open action is due: `due Fri 5 Dec (in 3 days)`, or `overdue by 2 days`.
pub fn due(date: Date, today: Date) -> String {
    match (today - date).num_days() {
        1 => "overdue by 1 day".to_owned(),
        n if n > 1 => format!("overdue by {n} days"),
        _ => format!("due {} ({})", day(date, today), off(date, today)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::fixture::date;

    #[test]
    fn days_are_said_as_people_say_them() {
        let today = date("2026-11-22");
        assert_eq!(day(date("2026-11-24"), today), "Tue 24 Nov");
        assert_eq!(day(date("2027-01-05"), today), "Tue 5 Jan 2027");
        assert_eq!(due(date("2026-11-25"), today), "due Wed 25 Nov (in 3 days)");
        assert_eq!(due(date("2026-11-22"), today), "due Sun 22 Nov (today)");
        assert_eq!(due(date("2026-11-21"), today), "overdue by 1 day");
        assert_eq!(due(date("2026-11-20"), today), "overdue by 2 days");
        assert_eq!(off(date("2026-11-21"), today), "yesterday");
    }
}
