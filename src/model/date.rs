//! Instants and dates of records (docs/format.md#dates). Order and merges never ask a clock.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use chrono::{Datelike, SecondsFormat};
use toml_edit::Datetime;

use super::format::Value;

/// A point in time, in UTC.
pub type Instant = DateTime<Utc>;
/// A local calendar date.
pub type Date = NaiveDate;

/// 0000-01-01T00:00:00Z, in seconds since 1970.
const FIRST_SECOND: i64 = -62_167_219_200;
/// 9999-12-31T23:59:59Z, in seconds since 1970.
const LAST_SECOND: i64 = 253_402_300_799;

/// A TOML offset date-time as an instant; local ones and dates are none. One that its offset puts outside of the years 0 to
/// 9999 is the first or the last second of them.
pub(crate) fn instant_of(datetime: &Datetime) -> Option<Instant> {
    let instant = reckoned(datetime)?;
    let is_within = (FIRST_SECOND..=LAST_SECOND).contains(&instant.timestamp());
    Some(match is_within {
        true => instant,
        false => instant_of_seconds(instant.timestamp()),
    })
}

/// The same wherever its offset puts it.
fn reckoned(datetime: &Datetime) -> Option<Instant> {
    let (date, time, offset) = (datetime.date?, datetime.time?, datetime.offset?);
    let day = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
    // TOML knows leap seconds. One counts as the second before it.
    let second = time.second.unwrap_or(0).min(59);
    let clock = NaiveTime::from_hms_nano_opt(
        time.hour.into(),
        time.minute.into(),
        second.into(),
        time.nanosecond.unwrap_or(0),
    )?;
    let minutes = match offset {
        toml_edit::Offset::Z => 0,
        toml_edit::Offset::Custom { minutes } => minutes,
    };
    Some(day.and_time(clock).and_utc() - chrono::Duration::minutes(minutes.into()))
}

/// The same instant in UTC, where the date-time is one that can be reckoned with; else as it is.
pub(crate) fn in_utc(datetime: Datetime) -> Datetime {
    match reckoned(&datetime) {
        Some(instant) if (0..=9999).contains(&instant.year()) => toml_datetime(instant).unwrap_or(datetime),
        _ => datetime,
    }
}

fn toml_datetime(instant: Instant) -> Option<Datetime> {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true).parse().ok()
}

/// The instant of a number of seconds since 1970. TOML has no time before the year 0 or after the year 9999: such a time
/// is the first or the last second of these years.
pub fn instant_of_seconds(seconds: i64) -> Instant {
    let within = seconds.clamp(FIRST_SECOND, LAST_SECOND);
    Instant::from_timestamp(within, 0).unwrap_or_default()
}

/// An instant as a value of a record, to the second. It is a date-time always ([`instant_of_seconds`]).
pub fn instant_value(instant: Instant) -> Value {
    let instant = instant_of_seconds(instant.timestamp());
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    Value::Datetime(Datetime {
        date: Some(toml_date(instant.date_naive())),
        time: Some(toml_edit::Time {
            hour: part(instant.hour()),
            minute: part(instant.minute()),
            second: Some(part(instant.second())),
            nanosecond: None,
        }),
        offset: Some(toml_edit::Offset::Z),
    })
}

/// A date as TOML has it; one outside of the years 0 to 9999 is the first or the last of them.
fn toml_date(date: Date) -> toml_edit::Date {
    let (year, month, day) = match date.year() {
        ..0 => (0, 1, 1),
        year @ 0..=9999 => (year, date.month(), date.day()),
        _ => (9999, 12, 31),
    };
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    toml_edit::Date {
        year: u16::try_from(year).unwrap_or_default(),
        month: part(month),
        day: part(day),
    }
}

/// The instant that a value is, if it is an offset date-time.
pub fn instant_of_value(value: &Value) -> Option<Instant> {
    match value {
        Value::Datetime(datetime) => instant_of(datetime),
        _ => None,
    }
}

/// A local date as a value of a record.
pub fn date_value(date: Date) -> Value {
    Value::Datetime(Datetime {
        date: Some(toml_date(date)),
        time: None,
        offset: None,
    })
}

/// The local date that a value is.
pub(crate) fn date_of_value(value: &Value) -> Option<Date> {
    match value {
        Value::Datetime(Datetime {
            date: Some(date),
            time: None,
            offset: None,
        }) => NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()),
        _ => None,
    }
}

/// `2026-11-24`, exactly.
pub fn parse_date_text(text: &str) -> Option<Date> {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let dashes = [4, 7].iter().all(|at| text.as_bytes().get(*at) == Some(&b'-'));
    if text.len() != 10 || !dashes {
        return None;
    }
    let year = i32::try_from(number(0, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)
}

/// An RFC 3339 date-time, as an instant.
pub fn parse_instant_text(text: &str) -> Option<Instant> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|t| t.with_timezone(&Utc))
}

/// How often a pair means to meet: a number of weeks or days (`1w`, `10d`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    days: u16,
}

impl Cadence {
    /// The agreed gap between meetings, in days.
    pub fn days(self) -> u16 {
        self.days
    }
}

impl Default for Cadence {
    fn default() -> Self {
        Self { days: 7 }
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days.is_multiple_of(7) {
            write!(f, "{}w", self.days / 7)
        } else {
            write!(f, "{}d", self.days)
        }
    }
}

impl FromStr for Cadence {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "is a number of weeks or days, such as 1w or 10d".to_owned();
        let (number, unit) = match (text.strip_suffix('w'), text.strip_suffix('d')) {
            (Some(number), _) => (number, 7),
            (_, Some(number)) => (number, 1),
            _ => return Err(wrong()),
        };
        let number: u16 = number.parse().map_err(|_| wrong())?;
        match number.checked_mul(unit) {
            Some(days @ 1..=366) => Ok(Self { days }),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_brought_to_utc() {
        let at = |text: &str| in_utc(text.parse().unwrap()).to_string();
        assert_eq!(at("2026-11-20T09:12:00+01:00"), "2026-11-20T08:12:00Z");
        assert_eq!(at("2026-11-20T00:12:00.5+01:00"), "2026-11-19T23:12:00.5Z");
        assert_eq!(at("2026-11-20T09:12:00"), "2026-11-20T09:12:00");
        assert_eq!(at("0000-01-01T00:00:00+23:59"), "0000-01-01T00:00:00+23:59");
    }

    #[test]
    fn an_offset_leads_to_no_other_year_than_those_that_a_record_can_name() {
        let instant = |text: &str| instant_of(&text.parse().unwrap()).unwrap().to_rfc3339();
        assert_eq!(instant("9999-12-31T23:59:59-01:00"), "9999-12-31T23:59:59+00:00");
        assert_eq!(instant("0000-01-01T00:00:00+23:59"), "0000-01-01T00:00:00+00:00");
        assert_eq!(instant("9999-12-31T23:59:59.5Z"), "9999-12-31T23:59:59.500+00:00");
    }

    #[test]
    fn a_leap_second_is_the_second_before_it() {
        let instant = |text: &str| instant_of(&text.parse().unwrap()).unwrap().to_rfc3339();
        assert_eq!(instant("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59+00:00");
    }

    #[test]
    fn a_time_that_toml_cannot_write_is_the_nearest_that_it_can() {
        for (seconds, written) in [
            (i64::MIN, "0000-01-01T00:00:00Z"),
            (FIRST_SECOND - 1, "0000-01-01T00:00:00Z"),
            (FIRST_SECOND, "0000-01-01T00:00:00Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (0, "1970-01-01T00:00:00Z"),
            (1_795_862_400, "2026-11-28T10:40:00Z"),
            (LAST_SECOND, "9999-12-31T23:59:59Z"),
            (LAST_SECOND + 1, "9999-12-31T23:59:59Z"),
            (1_099_511_627_776, "9999-12-31T23:59:59Z"),
            (i64::MAX, "9999-12-31T23:59:59Z"),
        ] {
            let value = instant_value(instant_of_seconds(seconds));
            assert_eq!(value, Value::Datetime(written.parse().unwrap()), "{seconds}");
            assert_eq!(instant_of_value(&value), Some(instant_of_seconds(seconds)));
        }
        for instant in [Instant::MIN_UTC, Instant::MAX_UTC] {
            assert!(instant_of_value(&instant_value(instant)).is_some());
        }
        for (date, written) in [
            (Date::MIN, "0000-01-01"),
            (Date::MAX, "9999-12-31"),
            (Date::from_ymd_opt(2026, 11, 28).unwrap(), "2026-11-28"),
        ] {
            assert_eq!(date_value(date), Value::Datetime(written.parse().unwrap()));
        }
    }

    #[test]
    fn a_cadence_is_weeks_or_days() {
        assert_eq!("2w".parse::<Cadence>().unwrap().days(), 14);
        assert_eq!("10d".parse::<Cadence>().unwrap().to_string(), "10d");
        for wrong in ["", "w", "0w", "1m", "99999w", "-1w", "1"] {
            assert!(wrong.parse::<Cadence>().is_err(), "{wrong}");
        }
    }
}
