//! The fix for a value that a key does not hold: the value that was most likely meant, where the text says it.

use chrono::{DateTime, NaiveDateTime, SecondsFormat};
use toml_edit::Datetime;

use crate::model::date::{Date, Instant, date_of_value};
use crate::model::fields::{Holds, TableKind};
use crate::model::format::value::Value;
use crate::model::slug::Slug;
use crate::model::words::{Kind, Visibility};

/// The help that says what to write in the place of a value.
pub(super) fn help_for(place: TableKind, key: &str, value: &Value) -> String {
    match (key, place.field(key).map(|field| field.holds)) {
        // Without the line the entry is shared: an entry that was meant to be sealed would go out in clear.
        ("visibility", _) => format!("write visibility = {}", Visibility::WORDS.quoted()),
        ("kind", _) => match Kind::sealed().next() {
            Some(sealed) => format!(
                "write kind = \"{sealed}\", which is sealed for {}, or another of: {}",
                sealed.default_visibility().people(),
                Kind::list()
            ),
            None => format!("write one of: {}", Kind::list()),
        },
        ("format", _) => "write format = 1".to_owned(),
        ("id", _) if place == TableKind::Pair => "write the id that the pair had".to_owned(),
        ("id", _) => "delete the line; the next command that writes gives the entry an id".to_owned(),
        (_, Some(Holds::Instant)) => {
            let meant = instant_meant(value).unwrap_or_else(|| "2026-11-24T10:00:00Z".to_owned());
            format!("write {key} = {meant}, without quotes")
        }
        (_, Some(Holds::Date)) => {
            let meant = date_meant(value).map_or_else(|| "2026-12-01".to_owned(), |date| date.to_string());
            format!("write {key} = {meant}, without quotes")
        }
        (_, Some(Holds::Slugs)) => {
            let theme = value.as_str().filter(|text| text.parse::<Slug>().is_ok());
            format!("write {key} = [\"{}\"]", theme.unwrap_or("system-design"))
        }
        (_, Some(Holds::Count)) => match value.as_str().and_then(|text| text.trim().parse::<u32>().ok()) {
            Some(number) => format!("write {key} = {number}, without quotes"),
            None => format!("correct `{key}`, or delete the line"),
        },
        (_, Some(Holds::Text)) => format!("write {key} = \"…\", or \"\"\" for several lines"),
        _ => format!("correct `{key}`, or delete the line"),
    }
}

/// The day that a value names: in quotes, with a time behind it, or with other marks between its numbers.
fn date_meant(value: &Value) -> Option<Date> {
    match value {
        Value::Datetime(Datetime { date, .. }) => date_of_value(&Value::Datetime(Datetime {
            date: *date,
            time: None,
            offset: None,
        })),
        Value::String(text) => date_in(text.trim()),
        _ => None,
    }
}

/// `2026-12-05`, `2026/12/5`, `2026.12.05`, and whatever stands behind such a day. The year comes first: `5/12` could be
/// two days.
fn date_in(text: &str) -> Option<Date> {
    let day = text.split(['T', 't', ' ']).next()?;
    let mark = day.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let mut parts = day.split(mark);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    Date::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The time that a value names, in UTC: in quotes, or without an offset, which is read as UTC.
fn instant_meant(value: &Value) -> Option<String> {
    let text = match value {
        Value::Datetime(datetime) => datetime.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let with_offset = DateTime::parse_from_rfc3339(&text).map(|at| at.to_utc()).ok();
    let without = || {
        let forms = [
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%d %H:%M:%S%.f",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%d %H:%M",
        ];
        let mut read = forms
            .iter()
            .filter_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
        read.next().map(|at| at.and_utc())
    };
    let midnight = || Some(date_in(&text)?.and_hms_opt(0, 0, 0)?.and_utc());
    let instant: Instant = with_offset.or_else(without).or_else(midnight)?;
    Some(instant.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[cfg(test)]
mod tests {
    use crate::model::{Home, parse_record};

    #[test]
    fn the_fix_is_the_very_value_that_was_meant() {
        for (line, fix) in [
            ("due = \"2026-12-05\"", "due = 2026-12-05"),
            ("due = 2026-12-05T10:00:00Z", "due = 2026-12-05"),
            ("due = \"2026/12/5\"", "due = 2026-12-05"),
            ("due = \"2026-12-05 10:00\"", "due = 2026-12-05"),
            ("due = \"5/12/2026\"", "due = 2026-12-01"),
            ("due = \"2026-13-05\"", "due = 2026-12-01"),
            ("due = true", "due = 2026-12-01"),
            ("at = \"2026-12-05T10:30:00+02:00\"", "at = 2026-12-05T08:30:00Z"),
            ("at = \"2026-12-05 10:30\"", "at = 2026-12-05T10:30:00Z"),
            ("at = 2026-12-05T10:30:00", "at = 2026-12-05T10:30:00Z"),
            ("at = 2026-12-05", "at = 2026-12-05T00:00:00Z"),
            ("closed = \"soon\"", "closed = 2026-11-24T10:00:00Z"),
            ("carried = \"2\"", "carried = 2,"),
            ("themes = \"on-call\"", "themes = [\"on-call\"]"),
        ] {
            let record = format!("[[entry]]\ntext = \"x\"\n{line}\n");
            let problems = parse_record(Home::Agenda, record.as_bytes(), false).unwrap_err();
            let help = &problems[0].help.ways()[0].words;
            assert!(help.starts_with(&format!("write {fix}")), "{line}: {help}");
        }
    }

    #[test]
    fn deleting_a_line_that_seals_is_never_the_way_out() {
        for (line, meant) in [
            ("visibility = \"Private\"", "\"private\""),
            ("visibility = \"secret\"", "\"confidential\""),
            ("visibility = [\"private\"]", "\"private\""),
            ("kind = \"Concern\"", "kind = \"concern\""),
            ("kind = \"concren\"", "kind = \"concern\""),
        ] {
            let record = format!("[[entry]]\ntext = \"x\"\n{line}\n");
            let problems = parse_record(Home::Agenda, record.as_bytes(), false).unwrap_err();
            let help = &problems[0].help.ways()[0].words;
            assert!(
                help.starts_with("write ") && help.contains(meant),
                "{line}: {help}"
            );
            assert!(!help.contains("delete"), "{line}: {help}");
        }
        let state = parse_record(Home::Agenda, b"[[entry]]\ntext = \"x\"\nstate = \"x\"\n", false);
        let problems = state.unwrap_err();
        let help = &problems[0].help.ways()[0].words;
        assert!(help.contains("delete the line"));
    }
}
