//! When things happened: reckoned back from the day of the demo, on working days and at working hours.

use chrono::{Datelike, Duration, NaiveTime, Weekday};

use crate::model::{Date, Instant};

/// The days of a pair that meets once a week.
pub(super) struct Calendar {
    next: Date,
    now: Instant,
    /// How many moments were made up.
    moments: i64,
}

impl Calendar {
    /// The next meeting is on the first working day after today, so that there is something to prepare.
    pub(super) fn new(today: Date, now: Instant) -> Self {
        Self {
            next: working_day(today, 1),
            now,
            moments: 0,
        }
    }

    /// The meeting of so many weeks before the next one.
    pub(super) fn weeks_ago(&self, weeks: usize) -> Date {
        days_after(self.next, -7 * i64::try_from(weeks).unwrap_or(0))
    }

    /// A moment of the working day so many days after a day, or before it; never in the future.
    pub(super) fn moment(&mut self, date: Date, days: i64) -> Instant {
        self.moments += 1;
        let second = 8 * 3600 + 11 * 60 + scattered(self.moments, 9 * 3600);
        let latest = self.now - Duration::minutes(40 + scattered(self.moments, 120));
        instant(working_day(date, days), second).min(latest)
    }

    /// When the meeting of a day began and ended.
    pub(super) fn meeting(&self, date: Date) -> (Instant, Instant) {
        let day = i64::from(date.num_days_from_ce());
        let started = instant(date, 10 * 3600 + scattered(day, 420));
        let seconds = 24 * 60 + scattered(day, 23 * 60);
        (started, started + Duration::seconds(seconds))
    }
}

/// So many days after a day, or before it where the number is negative; from a weekend on to the next working day in
/// that direction.
pub(super) fn working_day(date: Date, days: i64) -> Date {
    let mut day = days_after(date, days);
    for _ in 0..2 {
        if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            day = days_after(day, days.signum());
        }
    }
    day
}

fn days_after(date: Date, days: i64) -> Date {
    date.checked_add_signed(Duration::days(days)).unwrap_or(date)
}

fn instant(date: Date, second: i64) -> Instant {
    date.and_time(NaiveTime::MIN).and_utc() + Duration::seconds(second)
}

/// A number below a limit that looks like chance and is the same every time.
fn scattered(seed: i64, limit: i64) -> i64 {
    (seed.wrapping_mul(2_654_435_761) >> 8).rem_euclid(limit)
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
            let mut calendar = Calendar::new(today, now);
            let last = calendar.weeks_ago(1);
            assert!(calendar.next > today);
            assert!(!matches!(last.weekday(), Weekday::Sat | Weekday::Sun));
            assert!(calendar.meeting(last).1 < now, "{today}");
            assert!((calendar.next - today).num_days() <= 3);
            for days in 0..60 {
                assert!(calendar.moment(last, days) < now);
            }
        }
    }

    #[test]
    fn weekends_are_free() {
        assert_eq!(working_day(date("2026-11-20"), 1), date("2026-11-23"));
        assert_eq!(working_day(date("2026-11-23"), -1), date("2026-11-20"));
        assert_eq!(working_day(date("2026-11-20"), 7), date("2026-11-27"));
        let _ = Calendar::new(Date::MIN, Instant::MIN_UTC.max(instant(date("0001-01-01"), 0)));
    }
}
