//! Words for the agreed day of the next meeting.

use crate::cli::{Hint, output::Output};
use crate::model::Date;
use crate::render::text;

/// The agreed day of the next meeting, as it came.
pub(super) fn next_came(was: Option<Date>, is: Option<Date>, today: Date) -> String {
    let day = |date| text::day(date, today);
    match (was, is) {
        (Some(was), Some(is)) => format!("the next meeting moves from {} to {}", day(was), day(is)),
        (None, Some(is)) => format!("the next meeting is on {}", day(is)),
        (Some(was), None) => format!(
            "no day is agreed on for the next meeting any more; it was {}",
            day(was)
        ),
        (None, None) => "no day is agreed on for the next meeting".to_owned(),
    }
}

/// Says that both sides changed the day, and which command agrees on each of the days.
pub(in crate::cli) fn say_next_conflict(out: &mut Output, days: &[Option<Date>], today: Date) {
    let words = |day: &Option<Date>| day.map_or("none".to_owned(), |day| text::day(day, today));
    let words: Vec<String> = days.iter().map(words).collect();
    out.warn(format!(
        "both sides changed the day of the next meeting: to {}",
        words.join(" and to ")
    ));
    // A day that has passed is none to agree on.
    let ahead = days.iter().filter(|day| day.is_none_or(|day| day >= today));
    let command = |day: &Option<Date>| match day {
        Some(day) => Hint::ours(["next".to_owned(), day.to_string()]),
        None => Hint::ours(["next", "--none"]),
    };
    let commands = ahead.map(command).reduce(Hint::then);
    let commands = commands.unwrap_or_else(|| Hint::ours(["next", "DATE"]));
    out.hint(commands.why("agree on one day, which ends the conflict"));
}
