//! When things happened: reckoned back from the day of the demo, on working days and at working hours.

use chrono::{Datelike, Days, Duration, NaiveTime, Weekday};

use crate::model::{Date, Instant};

/// The days of a pair that meets once a week.
pub(super) struct Calendar {
    next: Date,
    now: Instant,
}

impl Calendar {
    /// The next meeting is on the first working day after today, so that there is something to prepare.
    pub(super) fn new(today: Date, now: Instant) -> Self {
        Self {
            next: working_days_after(today, 1),
            now,
        }
    }

    /// The next meeting.
    pub(super) fn next(&self) -> Date {
        self.next
    }

    /// The meeting of so many weeks before the next one.
    pub(super) fn weeks_ago(&self, weeks: usize) -> Date {
        days_after(self.next, -7 * i64::try_from(weeks).unwrap_or(0))
    }

    /// A moment of a working day; never in the future.
    pub(super) fn moment(&self, date: Date, seed: u64) -> Instant {
        let second = 8 * 3600 + 11 * 60 + scattered(seed) % (9 * 3600);
        self.past(instant(date, second), seed)
    }

    /// When the meeting of a day began and ended.
    pub(super) fn meeting(&self, date: Date) -> (Instant, Instant) {
        let seed = u64::try_from(date.num_days_from_ce()).unwrap_or(0);
        let started = instant(date, 10 * 3600 + scattered(seed) % 420);
        let minutes = 24 + scattered(seed + 1) % 23;
        let ended = started + Duration::seconds(i64::try_from(minutes * 60 + seed % 60).unwrap_or(0));
        (started, ended)
    }

    fn past(&self, at: Instant, seed: u64) -> Instant {
        let minutes = i64::try_from(40 + scattered(seed) % 120).unwrap_or(60);
        at.min(self.now - Duration::minutes(minutes))
    }
}

/// So many working days after a day, or before it where the number is negative.
pub(super) fn working_days_after(date: Date, count: i64) -> Date {
    let mut day = date;
    for _ in 0..count.abs() {
        day = days_after(day, count.signum());
        while is_weekend(day) && day != days_after(day, count.signum()) {
            day = days_after(day, count.signum());
        }
    }
    day
}

/// So many days after a day; the Monday after where that is on a weekend.
pub(super) fn working_day(date: Date, days: i64) -> Date {
    let day = days_after(date, days);
    if is_weekend(day) {
        working_days_after(day, 1)
    } else {
        day
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn days_after(date: Date, days: i64) -> Date {
    let count = Days::new(days.unsigned_abs());
    let moved = if days < 0 {
        date.checked_sub_days(count)
    } else {
        date.checked_add_days(count)
    };
    moved.unwrap_or(date)
}

fn instant(date: Date, second: u64) -> Instant {
    date.and_time(NaiveTime::MIN).and_utc() + Duration::seconds(i64::try_from(second).unwrap_or(0))
}

/// A number that looks like chance and is the same every time.
fn scattered(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^= x >> 30;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn whatever_the_day_the_last_meeting_is_past_and_the_next_is_soon() {
        for day in 0..400 {
            let today = days_after(date("2026-01-01"), day);
            let now = instant(today, 60);
            let calendar = Calendar::new(today, now);
            let last = calendar.weeks_ago(1);
            assert!(!is_weekend(last) && calendar.next() > today);
            assert!(calendar.meeting(last).1 < now, "{today}");
            assert!((calendar.next() - today).num_days() <= 3);
            for days in 0..60 {
                assert!(calendar.moment(days_after(last, days), 7) < now);
            }
        }
    }

    #[test]
    fn weekends_are_free() {
        assert_eq!(working_days_after(date("2026-11-20"), 1), date("2026-11-23"));
        assert_eq!(working_days_after(date("2026-11-23"), -1), date("2026-11-20"));
        assert_eq!(working_day(date("2026-11-20"), 1), date("2026-11-23"));
        assert_eq!(working_day(date("2026-11-20"), 7), date("2026-11-27"));
        let _ = Calendar::new(Date::MIN, Instant::MIN_UTC.max(instant(date("0001-01-01"), 0)));
    }
}
